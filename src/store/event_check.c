/* Verifies stored events: that their numbers have no gaps and that each hash follows from the one before. Writing them is commit's. */
#include "event_check.h"
#include "epochs.h"
#include "erase.h"
#include "sql.h"
#include <string.h>

int gs_events_hash(struct gs_store *store, int64_t seq, unsigned char out[GS_CHAIN_BYTES])
{
    static const char sql[] = "SELECT hash FROM event WHERE seq = ?";
    struct gs_statement *stmt;
    if (seq == 0) {
        memset(out, 0, GS_CHAIN_BYTES);
        return GS_OK;
    }
    int err = gs_sql_stmt(store, GS_STMT_EVENT_HASH_GET, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    (void)gs_db_bind_int(stmt, 1, seq);
    int rc = gs_db_step(stmt);
    if (rc == GS_DB_ROW && gs_db_column_bytes(stmt, 0) == GS_CHAIN_BYTES) {
        memcpy(out, gs_db_column_blob(stmt, 0), GS_CHAIN_BYTES);
    } else if (rc == GS_DB_ROW) {
        err = GS_E_CORRUPT;
    } else {
        err = rc == GS_DB_DONE ? GS_E_NOTFOUND : gs_sql_failed(store, rc, "an event could not be read");
    }
    gs_db_reset(stmt);
    return err;
}

struct event_walk {
    int64_t expected; /* seq the next row must have */
    unsigned char hash[GS_CHAIN_BYTES];
};

int gs_events_follows(struct gs_store *store, struct gs_statement *stmt, int64_t seq,
                      unsigned char before[GS_CHAIN_BYTES], bool *out)
{
    const char *owner = gs_db_column_text(stmt, 3);
    const void *hash = gs_db_column_blob(stmt, 4);
    const char *body = gs_db_column_text(stmt, 5);
    unsigned char next[GS_CHAIN_BYTES];
    *out = false;
    if (gs_db_column_int(stmt, 0) != seq || owner == NULL || hash == NULL || body == NULL ||
        gs_db_column_bytes(stmt, 4) != GS_CHAIN_BYTES) {
        return GS_OK;
    }
    const struct gs_chain_link link = {.booking_id = gs_db_column_int(stmt, 1),
                                       .prev = gs_db_column_int(stmt, 2),
                                       .owner = owner,
                                       .body = body,
                                       .body_len = gs_db_column_bytes(stmt, 5)};
    int err = gs_chain_next(before, &link, next);
    if (err != GS_OK) {
        return err == GS_E_RANGE ? GS_OK : err;
    }
    *out = memcmp(hash, next, GS_CHAIN_BYTES) == 0;
    if (!*out) {
        err = gs_erase_left(store, seq, hash, &link, out);
    }
    memcpy(before, *out ? hash : next, GS_CHAIN_BYTES);
    return err;
}

static int walk_rows(struct gs_store *store, struct gs_statement *stmt, struct event_walk *w, struct gs_audit *audit)
{
    int rc;
    while ((rc = gs_db_step(stmt)) == GS_DB_ROW) {
        bool good;
        int err = gs_events_follows(store, stmt, w->expected, w->hash, &good);
        if (err != GS_OK) {
            return err;
        }
        if (!good) {
            audit->broken_seq = w->expected;
            return GS_OK;
        }
        audit->checked++;
        audit->last_seq = w->expected;
        w->expected = gs_epochs_after(store, w->expected);
    }
    return rc == GS_DB_DONE ? GS_OK : gs_sql_failed(store, rc, "an event could not be read");
}

int gs_events_audit(struct gs_store *store, int64_t from, int rows, struct gs_audit *out)
{
    static const char sql[] = "SELECT seq, booking_id, prev, owner, hash, body FROM event WHERE seq >= ?"
                              " ORDER BY seq LIMIT ?";
    struct gs_audit audit = {0};
    /* In the midst of a leap: from where the new epoch begins. */
    struct event_walk w = {.expected = gs_epochs_after(store, from > 1 ? gs_epochs_before(store, from) : 0)};
    const int64_t before = gs_epochs_before(store, w.expected);
    struct gs_statement *stmt;
    int err = gs_events_hash(store, before, w.hash);
    if (err == GS_E_NOTFOUND) {
        audit.broken_seq = before;
        *out = audit;
        return GS_OK;
    }
    err = err != GS_OK ? err : gs_sql_stmt(store, GS_STMT_CHAIN_GET, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    (void)gs_db_bind_int(stmt, 1, w.expected);
    (void)gs_db_bind_int(stmt, 2, rows);
    audit.last_seq = before;
    err = walk_rows(store, stmt, &w, &audit);
    gs_db_reset(stmt);
    if (err != GS_OK) {
        return err;
    }
    memcpy(audit.last_hash, w.hash, GS_CHAIN_BYTES);
    if (audit.broken_seq == 0 && audit.checked < rows && audit.last_seq != store->state.marks.last_seq) {
        audit.broken_seq = w.expected; /* the last ones are missing, or there is one too many */
    }
    audit.next = audit.broken_seq == 0 && audit.checked == rows ? w.expected : 0;
    *out = audit;
    return GS_OK;
}
