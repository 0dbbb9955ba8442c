/* Opens a store in PostgreSQL: which of the servers takes writes, what it is set to, whether the database is a store of ours, and whose that is.
 * Nothing is written before the first three are as they must be. */
#include "epochs.h"
#include "gateslot/base/histogram.h"
#include "load_rows.h"
#include "pg_backup.h"
#include "pg_database.h"
#include "pg_settings.h"
#include "pg_tables.h"
#include "pg_transaction.h"
#include "verify.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More than a store has ever written in a second: see loss.c. */
#define NUMBERS_PER_SECOND INT64_C(400000)
#define CLOCK_WRONG_S INT64_C(86400)

static int note_link(struct gs_store *store, int err)
{
    if (err != GS_OK) {
        gs_store_note(store, "%s", gs_pg_of(store)->link.message);
    }
    return err;
}

static int judge_copies(struct gs_store *store, const struct gs_store_options *options, int copies)
{
    struct gs_pg_store *pg = gs_pg_of(store);
    pg->copies_promised = options->copies_promised > 0 ? options->copies_promised : 1;
    pg->copies_least = options->fewer_copies ? 1 : pg->copies_promised;
    atomic_store(&pg->copies_held, copies);
    if (copies >= pg->copies_least) {
        return GS_OK;
    }
    gs_store_note(store,
                  "%s: a commit would be on %d of the %d servers that were promised: set synchronous_standby_names so"
                  " that it waits for %d more, or let store_copies say otherwise",
                  store->path, copies, pg->copies_promised, pg->copies_promised - copies);
    return GS_E_DENIED;
}

static int connect(struct gs_store *store, const char *address, const struct gs_store_options *options)
{
    struct gs_pg_store *pg = gs_pg_of(store);
    int host = -1, copies = 0;
    int err = note_link(store, gs_pg_connect(&pg->link, address, -1, &host));
    err = err != GS_OK ? err : note_link(store, gs_pg_settings_take(&pg->link, &copies));
    if (err != GS_OK) {
        return err;
    }
    store->path = strdup(pg->link.name);
    pg->address = strdup(address);
    return store->path == NULL || pg->address == NULL ? GS_E_NOMEM : judge_copies(store, options, copies);
}

/* What was put here from a backup, or with losses that were accepted, goes on in a new epoch, beyond every number that can have been given out. */
static void judge_pending(struct gs_store *store, int64_t now_ms)
{
    const struct gs_store_marks *m = &store->state.marks;
    const int64_t since_s = now_ms > m->now_ms ? (now_ms - m->now_ms) / 1000 : 0;
    const int64_t margin = (since_s + CLOCK_WRONG_S) * NUMBERS_PER_SECOND;
    if (store->state.pending != 0) {
        store->due = (struct gs_epoch){.cause = store->state.pending > 0 ? GS_EPOCH_BACKUP : GS_EPOCH_LOSS,
                                       .last_seq = m->last_seq,
                                       .last_booking_id = m->last_booking_id,
                                       .first_seq = m->last_seq + margin + 1,
                                       .first_booking_id = m->last_booking_id + margin + 1};
    }
}

/* Rows are read for longer than a batch may take to be answered. */
static int accept_rows(struct gs_store *store, const struct gs_store_options *options)
{
    struct gs_pg_link *link = &gs_pg_of(store)->link;
    link->reply_us = GS_PG_CHECK_US;
    int err = gs_load_marks(store);
    err = err != GS_OK ? err : gs_epochs_load(store);
    err = err != GS_OK ? err : gs_verify_live(store);
    link->reply_us = GS_PG_REPLY_US;
    if (err == GS_OK) {
        judge_pending(store, options->now_ms);
    }
    return err;
}

int gs_postgres_open(struct gs_store *store, const char *address, const struct gs_store_options *options)
{
    const char *name =
        options->store_name != NULL && options->store_name[0] != '\0' ? options->store_name : "gateslotd";
    int err = gs_pg_attach(store);
    err = err != GS_OK ? err : connect(store, address, options);
    err = err != GS_OK ? err : note_link(store, gs_pg_tables_open(&gs_pg_of(store)->link, options->drill));
    err = err != GS_OK ? err : gs_pg_take_over(store, name);
    err = err != GS_OK ? err : accept_rows(store, options);
    /* From now on it is renewed each second, and need not be held for as long as a start takes. */
    err = err != GS_OK ? err : note_link(store, gs_pg_renew(gs_pg_of(store), 0));
    if (err == GS_OK) {
        store->db->backups = &gs_pg_backups;
    }
    return err;
}
