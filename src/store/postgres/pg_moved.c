/* Reads and writes what a store in PostgreSQL says of moves. */
#include "pg_moved.h"
#include "gateslot/base/text.h"
#include "sql.h"
#include <string.h>

int gs_pg_moved_read(struct gs_store *store, bool *out_incoming, char out[GS_MOVED_TO_MAX])
{
    struct gs_statement *stmt = NULL;
    int rc = GS_DB_DONE;
    int err = gs_sql_prepare(store, "SELECT incoming, moved_to FROM gateslot.store", 0, &stmt);
    if (err == GS_OK && (rc = gs_db_step(stmt)) == GS_DB_ROW) {
        const char *to = gs_db_column_text(stmt, 1);
        *out_incoming = gs_db_column_int(stmt, 0) != 0;
        err = gs_text_copy(out, GS_MOVED_TO_MAX, to != NULL ? to : "") ? GS_OK : GS_E_CORRUPT;
    } else if (err == GS_OK) {
        err = rc == GS_DB_DONE ? GS_E_CORRUPT : gs_sql_failed(store, rc, "table store cannot be read");
    }
    gs_db_finalize(stmt);
    return err;
}

static int write(struct gs_store *store, const char *sql, const char *text, int64_t number)
{
    struct gs_statement *stmt = NULL;
    int err = gs_tx_begin(store);
    if (err != GS_OK) {
        return err;
    }
    err = gs_sql_prepare(store, sql, 0, &stmt);
    if (err == GS_OK) {
        err = text != NULL ? gs_db_bind_text(stmt, 1, text, strlen(text)) : gs_db_bind_int(stmt, 1, number);
        err = gs_sql_run_bound(store, stmt, err);
    }
    err = err == GS_OK ? gs_tx_commit(store) : gs_tx_abort(store, err);
    gs_db_finalize(stmt);
    return err;
}

int gs_pg_moved_write(struct gs_store *store, const char *to)
{
    return write(store, "UPDATE gateslot.store SET moved_to = ?", to, 0);
}

int gs_pg_incoming_write(struct gs_store *store, bool incoming)
{
    return write(store, "UPDATE gateslot.store SET incoming = ?", NULL, incoming ? 1 : 0);
}
