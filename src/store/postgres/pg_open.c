/* Opens a store in PostgreSQL: which of the servers takes writes, what it is set to, whether the database is a store of ours, and whose that is.
 * Nothing is written before the first three are as they must be. */
#include "damaged_rows.h"
#include "epochs.h"
#include "load_rows.h"
#include "pg_backup.h"
#include "pg_database.h"
#include "pg_lease_file.h"
#include "pg_moved.h"
#include "pg_tables.h"
#include "pg_transaction.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows are read for longer than a batch may take to be answered. */
static int accept_rows(struct gs_store *store, const struct gs_store_options *options)
{
    struct gs_pg_link *link = &gs_pg_of(store)->link;
    bool removed;
    link->reply_us = GS_PG_CHECK_US;
    int err = gs_load_marks(store);
    err = err != GS_OK ? err : gs_epochs_load(store);
    err = err != GS_OK ? err : gs_damaged_rows(store, options, &removed);
    link->reply_us = GS_PG_REPLY_US;
    /* What was put here from a backup, or with losses that were accepted, goes on in a new epoch. */
    if (err == GS_OK && store->state.pending != 0) {
        gs_epochs_leap(store, store->state.pending > 0 ? GS_EPOCH_BACKUP : GS_EPOCH_LOSS, NULL, options->now_ms);
    }
    return err;
}

/* No daemon may have what was moved elsewhere, or is not all there yet. */
static int judge_moved(struct gs_store *store)
{
    char to[GS_MOVED_TO_MAX];
    bool incoming = false;
    int err = gs_pg_moved_read(store, &incoming, to);
    if (err == GS_OK && incoming) {
        gs_store_note(store, "%s: a store was being moved here: give the same --migrate again, which completes it",
                      store->path);
        err = GS_E_DENIED;
    } else if (err == GS_OK && to[0] != '\0') {
        gs_store_note(store, "%s: was moved to %s: name that in the configuration", store->path, to);
        err = GS_E_DENIED;
    }
    return err;
}

int gs_postgres_open(struct gs_store *store, const char *address, const struct gs_store_options *options)
{
    const char *name =
        options->store_name != NULL && options->store_name[0] != '\0' ? options->store_name : "gateslotd";
    int err = gs_pg_attach(store);
    err = err != GS_OK ? err : gs_pg_reach(store, address, options);
    err = err != GS_OK ? err : gs_pg_note_link(store, gs_pg_tables_open(&gs_pg_of(store)->link, options->drill));
    err = err != GS_OK ? err : judge_moved(store);
    if (err == GS_OK) {
        gs_pg_of(store)->lease_file = gs_pg_lease_file_open(options->state_directory);
        err = gs_pg_take_over(store, name);
    }
    err = err != GS_OK ? err : accept_rows(store, options);
    /* From now on it is renewed each second, and need not be held for as long as a start takes. */
    err = err != GS_OK ? err : gs_pg_note_link(store, gs_pg_renew(gs_pg_of(store), 0));
    if (err == GS_OK) {
        store->db->backups = &gs_pg_backups;
    }
    return err;
}
