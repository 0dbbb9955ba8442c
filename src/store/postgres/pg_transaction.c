/* Whose the store is: one row of it says so, by the database's own time, and every transaction that writes renews that and is refused where another
 * has taken over. Whoever was relieved never takes the store back: his connection is given up, and he ends. Reads are only as good
 * as the lease: it is told until when, by this machine's monotonic time, it is surely held. */
#include "pg_transaction.h"
#include "gateslot/base/histogram.h"
#include "pg_error.h"
#include "pg_lease_file.h"
#include "pg_statement.h"
#include "sql.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define RENEW_US 800000 /* unless a batch has done it meanwhile */

static struct gs_pg_store *of(struct gs_database *db)
{
    return (struct gs_pg_store *)db;
}

int gs_pg_begin(struct gs_database *db)
{
    struct gs_pg_store *pg = of(db);
    pg->begun_us = gs_monotonic_us();
    return gs_pg_batch_begin(&pg->batch, pg->epoch);
}

int gs_pg_commit(struct gs_database *db)
{
    struct gs_pg_store *pg = of(db);
    int copies = 0;
    int err = gs_pg_gather_flush(&pg->gather);
    if (err != GS_OK) {
        gs_pg_batch_fail(&pg->batch, err);
    }
    gs_pg_gather_forget(&pg->gather);
    err = gs_pg_batch_commit(&pg->batch, pg->copies_least, &copies);
    if (err == GS_OK) {
        atomic_store(&pg->copies_held, copies);
        pg->renewed_us = pg->begun_us;
        if (pg->epoch != 0) {
            atomic_store(&pg->lease_end_us, pg->begun_us + GS_PG_LEASE_US);
        }
    }
    return err;
}

int gs_pg_abort(struct gs_database *db)
{
    gs_pg_gather_forget(&of(db)->gather);
    return gs_pg_batch_abort(&of(db)->batch);
}

bool gs_pg_in_transaction(struct gs_database *db)
{
    return of(db)->batch.open;
}

void gs_pg_give_up(struct gs_database *db)
{
    of(db)->link.broken = true;
}

static int script_within(struct gs_pg_store *pg, const char *sql)
{
    int err = gs_pg_gather_flush(&pg->gather);
    err = err != GS_OK ? err : gs_pg_batch_leave(&pg->batch);
    err = err != GS_OK ? err : gs_pg_script(&pg->link, sql);
    if (err != GS_OK) {
        gs_pg_batch_fail(&pg->batch, err);
    }
    return err;
}

int gs_pg_run_script(struct gs_database *db, const char *sql)
{
    struct gs_pg_store *pg = of(db);
    if (pg->batch.open) {
        return script_within(pg, sql);
    }
    int err = gs_pg_begin(db);
    err = err != GS_OK ? err : script_within(pg, sql);
    return err == GS_OK ? gs_pg_commit(db) : gs_pg_abort(db) == GS_OK ? err : GS_E_IO;
}

const char *gs_pg_complaint(struct gs_database *db)
{
    struct gs_pg_store *pg = of(db);
    static const char failed[] = "a statement failed: ";
    const size_t len = strlen(pg->link.name);
    const char *text = pg->link.message;
    if (strncmp(text, pg->link.name, len) == 0 && strncmp(text + len, ": ", 2) == 0) {
        text += len + 2;
    }
    if (strncmp(text, failed, sizeof failed - 1) == 0) { /* whoever asks says what he was doing */
        text += sizeof failed - 1;
    }
    (void)snprintf(pg->complaint, sizeof pg->complaint, "%s", text);
    return pg->complaint;
}

/* ---- the lease ---- */

/* Who has it instead. */
static int say_owner(struct gs_store *store)
{
    static const char sql[] = "SELECT name, epoch, (until_us - gs_now_us()) / 1000 FROM owner";
    struct gs_pg_link *link = &gs_pg_of(store)->link;
    PGresult *found = NULL;
    int err = gs_pg_ask(link, sql, NULL, 0, &found);
    if (err != GS_OK || PQntuples(found) != 1) {
        gs_store_note(store, "%s", err != GS_OK ? link->message : "the store does not say whose it is");
        PQclear(found);
        return err != GS_OK ? err : GS_E_CORRUPT;
    }
    gs_store_note(store, "%s: epoch %s belongs to %s, for %s ms yet unless it is renewed", store->path,
                  PQgetvalue(found, 0, 1), PQgetvalue(found, 0, 0), PQgetvalue(found, 0, 2));
    PQclear(found);
    return GS_E_BUSY;
}

static int ask_for_epoch(struct gs_store *store, const char *name, int64_t *out)
{
    struct gs_statement *stmt = NULL;
    *out = 0;
    int err = gs_sql_prepare(store, "SELECT gs_take_over(?)", 0, &stmt);
    err = err != GS_OK ? err : gs_db_bind_text(stmt, 1, name, strlen(name));
    int rc = err == GS_OK ? gs_db_step(stmt) : err;
    if (rc == GS_DB_ROW) {
        *out = gs_db_column_int(stmt, 0);
    }
    gs_db_finalize(stmt);
    return rc < 0 ? rc : GS_OK;
}

/* The lease of a daemon that is known to be dead is over; that of anybody else stays. */
static int end_lease_of_dead(struct gs_store *store, const char *name, int64_t epoch)
{
    struct gs_statement *stmt = NULL;
    if (epoch == 0) {
        return GS_OK;
    }
    int err = gs_sql_prepare(store, "UPDATE owner SET until_us = 0 WHERE epoch = ? AND name = ?", 0, &stmt);
    err = err != GS_OK ? err : gs_db_bind_int(stmt, 1, epoch);
    err = err != GS_OK ? err : gs_db_bind_text(stmt, 2, name, strlen(name));
    err = err != GS_OK ? err : gs_sql_run_bound(store, stmt, err);
    gs_db_finalize(stmt);
    return err;
}

/* A session of ours that has the owner's row locked although its lease is over, and whose daemon has sent nothing for two seconds: that one stands
 * still in the midst of a transaction, or its machine is gone, of which a server may not hear for hours. So it cannot commit any more, and what it
 * locked is free. One that waits for the standby is not ended: it stores something. */
static int end_stalled(struct gs_store *store)
{
    static const char sql[] =
        "SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid, owner"
        " WHERE l.locktype = 'relation' AND l.relation = 'owner'::regclass AND l.mode = 'RowExclusiveLock'"
        " AND a.datname = current_database() AND a.usename = current_user AND a.pid <> pg_backend_pid()"
        " AND a.wait_event_type = 'Client' AND a.state_change < clock_timestamp() - interval '2 seconds'"
        " AND owner.until_us < gs_now_us()";
    PGresult *ended = NULL;
    int err = gs_pg_ask(&gs_pg_of(store)->link, sql, NULL, 0, &ended);
    PQclear(ended);
    return err;
}

int gs_pg_take_over(struct gs_store *store, const char *name)
{
    struct gs_pg_store *pg = gs_pg_of(store);
    int64_t epoch = 0, store_id = 0;
    int err = gs_sql_int(store, "SELECT store_id FROM meta", &store_id);
    if (err != GS_OK) {
        return err;
    }
    err = gs_pg_begin(store->db);
    err = err != GS_OK ? err : end_lease_of_dead(store, name, gs_pg_lease_file_read(pg->lease_file, store_id));
    err = err != GS_OK ? err : ask_for_epoch(store, name, &epoch);
    if (err == GS_E_BUSY) {
        gs_store_note(store, "%s: another is writing to it, or is taking it over: %s", store->path,
                      gs_pg_complaint(store->db));
        err = gs_pg_abort(store->db);
        err = err != GS_OK ? err : end_stalled(store);
        return err == GS_OK ? GS_E_BUSY : GS_E_IO;
    }
    err = err == GS_OK ? gs_pg_commit(store->db) : gs_pg_abort(store->db) == GS_OK ? err : GS_E_IO;
    if (err != GS_OK) {
        gs_store_note(store, "%s: it could not be taken over: %s", store->path, gs_pg_complaint(store->db));
        return err;
    }
    if (epoch == 0) {
        return say_owner(store);
    }
    pg->epoch = epoch;
    gs_pg_lease_file_write(pg->lease_file, store_id, epoch);
    atomic_store(&pg->lease_end_us, pg->begun_us + GS_PG_LEASE_FIRST_US);
    return GS_OK;
}

void gs_pg_give_back(struct gs_store *store)
{
    struct gs_pg_store *pg = gs_pg_of(store);
    struct gs_statement *stmt = NULL;
    if (pg->epoch == 0 || pg->link.broken || pg->batch.open || store->unusable) {
        return;
    }
    int err = gs_pg_begin(store->db);
    err = err != GS_OK ? err : gs_sql_prepare(store, "SELECT gs_give_back(?)", 0, &stmt);
    err = err != GS_OK ? err : gs_db_bind_int(stmt, 1, pg->epoch);
    err = err != GS_OK || gs_db_step(stmt) > 0 ? err : GS_E_IO;
    gs_db_finalize(stmt);
    err = err == GS_OK ? gs_pg_commit(store->db) : gs_pg_abort(store->db);
    (void)err;
    pg->epoch = 0;
    atomic_store(&pg->lease_end_us, 0);
}

int gs_pg_renew(struct gs_pg_store *pg, int64_t after_us)
{
    if (pg->link.broken) {
        return GS_E_IO;
    }
    if (pg->epoch == 0 || pg->batch.open || gs_monotonic_us() - pg->renewed_us < after_us) {
        return GS_OK;
    }
    int err = gs_pg_begin(&pg->base);
    err = err != GS_OK ? err : gs_pg_commit(&pg->base);
    if (err != GS_OK) {
        pg->link.broken = true;
    }
    return err == GS_OK ? GS_OK : GS_E_IO;
}

int gs_pg_look(struct gs_store *store)
{
    const struct gs_pg_store *pg = gs_pg_of(store);
    if (pg->epoch == 0 || gs_monotonic_us() < atomic_load(&pg->lease_end_us)) {
        return GS_OK;
    }
    gs_store_note(store, "%s: the lease of epoch %" PRId64 " is over: it was not renewed in time", store->path,
                  pg->epoch);
    return GS_E_IO;
}

static int renew(struct gs_store *store, int64_t after_us)
{
    if (gs_pg_renew(gs_pg_of(store), after_us) != GS_OK) {
        gs_store_note(store, "%s: the lease could not be renewed: %s", store->path, gs_pg_complaint(store->db));
        return GS_E_IO;
    }
    return GS_OK;
}

int gs_pg_upkeep(struct gs_store *store)
{
    return renew(store, RENEW_US) == GS_OK ? GS_OK : gs_sql_give_up(store);
}

int gs_pg_every_second(struct gs_store *store)
{
    int err = renew(store, RENEW_US);
    return err != GS_OK ? err : gs_pg_look(store);
}
