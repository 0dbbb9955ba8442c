/* Runs SQL on whichever database the store has, and ends transactions: which failures mean "rolled back" and which "nobody knows" is decided
 * here. It knows no table and decides nothing about rows. */
#include "sql.h"
#include "columns.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

void gs_store_note(struct gs_store *store, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(store->message, sizeof store->message, format, args);
    va_end(args);
}

int gs_sql_failed(struct gs_store *store, int rc, const char *doing)
{
    gs_store_note(store, "%s: %s: %s", store->path, doing, store->db->ops->complaint(store->db));
    return rc < 0 ? rc : GS_E_CORRUPT;
}

int gs_sql_prepare(struct gs_store *store, const char *sql, unsigned flags, struct gs_statement **out)
{
    struct gs_buf text;
    gs_buf_init(&text, GS_STORE_SQL_MAX);
    gs_columns_expand(sql, &text);
    int err = gs_buf_status(&text);
    assert(err != GS_E_RANGE);
    if (err == GS_OK) {
        err = store->db->ops->prepare(store->db, text.data, flags, out);
        err = err == GS_OK ? GS_OK : gs_sql_failed(store, err, "a statement could not be prepared");
    }
    gs_buf_finish(&text);
    return err;
}

int gs_sql_stmt(struct gs_store *store, enum gs_stmt slot, const char *sql, struct gs_statement **out)
{
    if (store->stmts[slot] == NULL) {
        int err = gs_sql_prepare(store, sql, GS_DB_KEPT, &store->stmts[slot]);
        if (err != GS_OK) {
            return err;
        }
    }
    *out = store->stmts[slot];
    return GS_OK;
}

int gs_sql_run(struct gs_store *store, struct gs_statement *stmt)
{
    int err = gs_db_run(stmt);
    return err == GS_OK ? GS_OK : gs_sql_failed(store, err, "a statement failed");
}

int gs_sql_run_bound(struct gs_store *store, struct gs_statement *stmt, int rc)
{
    return rc == GS_OK ? gs_sql_run(store, stmt) : gs_sql_failed(store, rc, "a value could not be bound");
}

int gs_sql_script(struct gs_store *store, const char *sql)
{
    int err = store->db->ops->script(store->db, sql);
    return err == GS_OK ? GS_OK : gs_sql_failed(store, err, "a statement failed");
}

static int first_row(struct gs_store *store, const char *sql, struct gs_statement **out)
{
    struct gs_statement *stmt = NULL;
    int rc = store->db->ops->prepare(store->db, sql, 0, &stmt);
    if (rc == GS_OK) {
        rc = gs_db_step(stmt);
    }
    if (rc == GS_DB_ROW) {
        *out = stmt;
        return GS_OK;
    }
    int err = rc == GS_DB_DONE ? GS_E_NOTFOUND : gs_sql_failed(store, rc, "a statement failed");
    gs_db_finalize(stmt);
    return err;
}

int gs_sql_int(struct gs_store *store, const char *sql, int64_t *out)
{
    struct gs_statement *stmt = NULL;
    int err = first_row(store, sql, &stmt);
    if (err == GS_OK) {
        *out = gs_db_column_int(stmt, 0);
        gs_db_finalize(stmt);
    }
    return err;
}

int gs_sql_text(struct gs_store *store, const char *sql, char *out, size_t size)
{
    struct gs_statement *stmt = NULL;
    int err = first_row(store, sql, &stmt);
    if (err == GS_OK) {
        const char *text = gs_db_column_text(stmt, 0);
        (void)snprintf(out, size, "%s", text != NULL ? text : "");
        gs_db_finalize(stmt);
    }
    return err;
}

/* Whatever the database would still write on closing could make an unknown outcome worse. */
static void become_unusable(struct gs_store *store)
{
    store->unusable = true;
    store->db->ops->give_up(store->db);
}

int gs_sql_give_up(struct gs_store *store)
{
    become_unusable(store);
    return GS_E_IO;
}

int gs_tx_begin(struct gs_store *store)
{
    assert(!store->unusable);
    int err = store->db->ops->begin(store->db);
    return err == GS_OK ? GS_OK : gs_tx_abort(store, gs_sql_failed(store, err, "a transaction could not begin"));
}

int gs_tx_abort(struct gs_store *store, int err)
{
    store->sums.known = false; /* it may be of what is not stored now */
    if (store->db->ops->abort(store->db) != GS_OK) {
        err = GS_E_IO;
    }
    switch (err) {
    case GS_E_FULL:
    case GS_E_NOMEM:
    case GS_E_CORRUPT:
        return err;
    default:
        become_unusable(store);
        return GS_E_IO;
    }
}

int gs_tx_commit(struct gs_store *store)
{
    int err = store->db->ops->commit(store->db);
    return err == GS_OK ? GS_OK : gs_tx_abort(store, gs_sql_failed(store, err, "a statement failed"));
}
