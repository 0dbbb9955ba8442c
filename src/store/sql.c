/* Runs SQL and classifies its failures: which of SQLite's codes mean "rolled back" and which "nobody knows" is decided
 * here and nowhere else. It knows no table and decides nothing about rows. */
#include "sql.h"
#include "columns.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

int gs_sql_error(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return GS_OK;
    case SQLITE_NOMEM:
        return GS_E_NOMEM;
    case SQLITE_FULL:
        return GS_E_FULL;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
    case SQLITE_ERROR: /* a statement that does not fit the schema: the file is not what its version says */
        return GS_E_CORRUPT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return GS_E_BUSY;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return GS_E_DENIED;
    default:
        return GS_E_IO;
    }
}

void gs_store_note(struct gs_store *store, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(store->message, sizeof store->message, format, args);
    va_end(args);
}

int gs_sql_failed(struct gs_store *store, int rc, const char *doing)
{
    gs_store_note(store, "%s: %s: %s (code %d)", store->path, doing, sqlite3_errmsg(store->db), rc);
    return gs_sql_error(rc);
}

int gs_sql_prepare(struct gs_store *store, const char *sql, unsigned flags, sqlite3_stmt **out)
{
    struct gs_buf text;
    gs_buf_init(&text, GS_STORE_SQL_MAX);
    gs_columns_expand(sql, &text);
    int err = gs_buf_status(&text);
    assert(err != GS_E_RANGE);
    if (err == GS_OK) {
        int rc = sqlite3_prepare_v3(store->db, text.data, (int)text.len + 1, flags, out, NULL);
        err = rc == SQLITE_OK ? GS_OK : gs_sql_failed(store, rc, "a statement could not be prepared");
    }
    gs_buf_finish(&text);
    return err;
}

int gs_sql_stmt(struct gs_store *store, enum gs_stmt slot, const char *sql, sqlite3_stmt **out)
{
    if (store->stmts[slot] == NULL) {
        int err = gs_sql_prepare(store, sql, SQLITE_PREPARE_PERSISTENT, &store->stmts[slot]);
        if (err != GS_OK) {
            return err;
        }
    }
    *out = store->stmts[slot];
    return GS_OK;
}

int gs_sql_run(struct gs_store *store, sqlite3_stmt *stmt)
{
    int rc = sqlite3_step(stmt);
    int err = rc == SQLITE_DONE ? GS_OK : gs_sql_failed(store, rc, "a statement failed");
    (void)sqlite3_reset(stmt); /* repeats the failure of the step */
    return err;
}

int gs_sql_script(struct gs_store *store, const char *sql)
{
    int rc = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? GS_OK : gs_sql_failed(store, rc, "a statement failed");
}

static int first_row(struct gs_store *store, const char *sql, sqlite3_stmt **out)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(store->db, sql, -1, &stmt, NULL);
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(stmt);
    }
    if (rc == SQLITE_ROW) {
        *out = stmt;
        return GS_OK;
    }
    int err = rc == SQLITE_DONE ? GS_E_NOTFOUND : gs_sql_failed(store, rc, "a statement failed");
    (void)sqlite3_finalize(stmt);
    return err;
}

int gs_sql_int(struct gs_store *store, const char *sql, int64_t *out)
{
    sqlite3_stmt *stmt = NULL;
    int err = first_row(store, sql, &stmt);
    if (err == GS_OK) {
        *out = sqlite3_column_int64(stmt, 0);
        (void)sqlite3_finalize(stmt);
    }
    return err;
}

int gs_sql_text(struct gs_store *store, const char *sql, char *out, size_t size)
{
    sqlite3_stmt *stmt = NULL;
    int err = first_row(store, sql, &stmt);
    if (err == GS_OK) {
        const unsigned char *text = sqlite3_column_text(stmt, 0);
        (void)snprintf(out, size, "%s", text != NULL ? (const char *)text : "");
        (void)sqlite3_finalize(stmt);
    }
    return err;
}

/* Whatever SQLite would still write on closing could make an unknown outcome worse. */
static void become_unusable(struct gs_store *store)
{
    store->unusable = true;
    (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
}

int gs_sql_give_up(struct gs_store *store)
{
    become_unusable(store);
    return GS_E_IO;
}

static int run_slot(struct gs_store *store, enum gs_stmt slot, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    int err = gs_sql_stmt(store, slot, sql, &stmt);
    return err == GS_OK ? gs_sql_run(store, stmt) : err;
}

int gs_tx_begin(struct gs_store *store)
{
    assert(!store->unusable);
    assert(sqlite3_get_autocommit(store->db) != 0);
    int err = run_slot(store, GS_STMT_BEGIN, "BEGIN IMMEDIATE");
    return err == GS_OK ? GS_OK : gs_tx_abort(store, err);
}

int gs_tx_abort(struct gs_store *store, int err)
{
    bool rolled_back = sqlite3_get_autocommit(store->db) != 0;
    char message[GS_STORE_MESSAGE_MAX]; /* the cause, which the rollback must not write over */
    memcpy(message, store->message, sizeof message);
    /* Even where SQLite says that it has rolled back by itself: then this fails and changes nothing. */
    int rollback = run_slot(store, GS_STMT_ROLLBACK, "ROLLBACK");
    memcpy(store->message, message, sizeof message);
    if (!rolled_back && rollback != GS_OK) {
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
    int err = run_slot(store, GS_STMT_COMMIT, "COMMIT");
    if (err == GS_OK) {
        assert(sqlite3_get_autocommit(store->db) != 0);
        return GS_OK;
    }
    /* Without memory the commit mark may have been written before the page index was grown: nobody knows. */
    return gs_tx_abort(store, err == GS_E_NOMEM ? GS_E_IO : err);
}
