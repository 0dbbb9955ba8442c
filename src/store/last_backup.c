/* Remembers the last backup, and says what the store is: where, how large, how many rows. */
#include "last_backup.h"
#include "gateslot/base/text.h"
#include "sql.h"
#include <string.h>

static int put(struct gs_store *store, const char *path, int64_t bytes)
{
    static const char sql[] = "UPDATE site SET backup_ms = ?, backup_bytes = ?, backup_path = ?";
    struct gs_statement *stmt;
    int err = gs_sql_stmt(store, GS_STMT_LAST_BACKUP_PUT, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    const int64_t now_ms = store->state.marks.now_ms; /* a new store has none */
    (void)gs_db_bind_int(stmt, 1, now_ms > store->opened_ms ? now_ms : store->opened_ms);
    (void)gs_db_bind_int(stmt, 2, bytes);
    (void)gs_db_bind_text(stmt, 3, path, strlen(path));
    return gs_sql_run(store, stmt);
}

int gs_last_backup_note(struct gs_store *store, const char *path, int64_t bytes)
{
    int err = gs_tx_begin(store);
    if (err == GS_OK) {
        err = put(store, path, bytes);
        err = err == GS_OK ? gs_tx_commit(store) : gs_tx_abort(store, err);
    }
    return err == GS_E_FULL ? GS_OK : err;
}

static int read_note(struct gs_store *store, struct gs_store_state *out)
{
    static const char sql[] = "SELECT backup_ms, backup_bytes, backup_path FROM site";
    struct gs_statement *stmt;
    int err = gs_sql_stmt(store, GS_STMT_LAST_BACKUP_GET, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    int rc = gs_db_step(stmt);
    if (rc == GS_DB_ROW) {
        const char *path = gs_db_column_text(stmt, 2);
        out->backup_at_ms = gs_db_column_int(stmt, 0);
        out->backup_bytes = gs_db_column_int(stmt, 1);
        (void)gs_text_copy(out->backup_path, sizeof out->backup_path, path != NULL ? path : "");
    } else if (rc != GS_DB_DONE) {
        err = gs_sql_failed(store, rc, "the note of the last backup cannot be read");
    }
    gs_db_reset(stmt);
    return err;
}

int gs_store_describe(struct gs_store *store, struct gs_store_state *out)
{
    const struct gs_state *s = &store->state;
    *out = (struct gs_store_state){.epoch = s->epoch,
                                   .bookings = s->totals[GS_COUNT_BOOKING].rows,
                                   .archived = s->totals[GS_COUNT_PAST].rows,
                                   .events = s->marks.last_seq,
                                   .journal_rows = s->totals[GS_COUNT_JOURNAL].rows};
    store->db->ops->describe(store, out);
    (void)gs_text_copy(out->path, sizeof out->path, store->path);
    return read_note(store, out);
}
