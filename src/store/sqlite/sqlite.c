/* SQLite as a database of the store: statements and transactions on its connection, its codes turned into ours; and which function of this folder
 * answers for what else the store asks of a database. */
#include "connect.h"
#include "file.h"
#include "gateslot/base/text.h"
#include "loss.h"
#include "schema.h"
#include "sql.h"
#include "wal.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct file_statement {
    struct gs_statement base; /* first */
    sqlite3_stmt *stmt;
};

static sqlite3_stmt *of(const struct gs_statement *stmt)
{
    return ((const struct file_statement *)stmt)->stmt;
}

static sqlite3 *connection(const struct gs_database *db)
{
    return ((const struct gs_file *)db)->connection;
}

static const char *complaint(struct gs_database *db)
{
    struct gs_file *file = (struct gs_file *)db;
    (void)snprintf(file->complaint, sizeof file->complaint, "%s (code %d)", sqlite3_errmsg(file->connection),
                   sqlite3_extended_errcode(file->connection));
    return file->complaint;
}

/* ---- statements ---- */

static int prepare(struct gs_database *db, const char *sql, unsigned flags, struct gs_statement **out)
{
    struct file_statement *made = malloc(sizeof *made);
    if (made == NULL) {
        return GS_E_NOMEM;
    }
    made->base.ops = db->ops;
    const unsigned kept = (flags & GS_DB_KEPT) != 0 ? SQLITE_PREPARE_PERSISTENT : 0;
    const int rc = sqlite3_prepare_v3(connection(db), sql, -1, kept, &made->stmt, NULL);
    if (rc != SQLITE_OK) {
        free(made);
        return gs_file_error(rc);
    }
    *out = &made->base;
    return GS_OK;
}

static void finalize(struct gs_statement *stmt)
{
    (void)sqlite3_finalize(of(stmt));
    free(stmt);
}

static int bind_int(struct gs_statement *stmt, int at, int64_t value)
{
    return gs_file_error(sqlite3_bind_int64(of(stmt), at, value));
}

static int bind_text(struct gs_statement *stmt, int at, const char *text, size_t len)
{
    return gs_file_error(sqlite3_bind_text64(of(stmt), at, text, len, SQLITE_STATIC, SQLITE_UTF8));
}

static int bind_blob(struct gs_statement *stmt, int at, const void *bytes, size_t len)
{
    /* NULL would be no value. */
    return gs_file_error(sqlite3_bind_blob64(of(stmt), at, bytes != NULL ? bytes : "", len, SQLITE_STATIC));
}

static int parameter_count(struct gs_statement *stmt)
{
    return sqlite3_bind_parameter_count(of(stmt));
}

static int step(struct gs_statement *stmt)
{
    const int rc = sqlite3_step(of(stmt));
    return rc == SQLITE_ROW ? GS_DB_ROW : rc == SQLITE_DONE ? GS_DB_DONE : gs_file_error(rc);
}

static void reset(struct gs_statement *stmt)
{
    (void)sqlite3_reset(of(stmt)); /* repeats the failure of the step */
}

static int run(struct gs_statement *stmt)
{
    const int rc = sqlite3_step(of(stmt));
    (void)sqlite3_reset(of(stmt));
    return rc == SQLITE_ROW ? GS_E_CORRUPT : gs_file_error(rc);
}

static int column_count(struct gs_statement *stmt)
{
    return sqlite3_column_count(of(stmt));
}

static enum gs_db_type column_type(struct gs_statement *stmt, int at)
{
    switch (sqlite3_column_type(of(stmt), at)) {
    case SQLITE_INTEGER:
        return GS_DB_INT;
    case SQLITE_TEXT:
        return GS_DB_TEXT;
    case SQLITE_BLOB:
        return GS_DB_BLOB;
    default:
        return GS_DB_OTHER;
    }
}

static int64_t column_int(struct gs_statement *stmt, int at)
{
    return sqlite3_column_int64(of(stmt), at);
}

static const char *column_text(struct gs_statement *stmt, int at)
{
    return (const char *)sqlite3_column_text(of(stmt), at);
}

static const void *column_blob(struct gs_statement *stmt, int at)
{
    return sqlite3_column_blob(of(stmt), at);
}

static size_t column_bytes(struct gs_statement *stmt, int at)
{
    return (size_t)sqlite3_column_bytes(of(stmt), at);
}

static int script(struct gs_database *db, const char *sql)
{
    return gs_file_error(sqlite3_exec(connection(db), sql, NULL, NULL, NULL));
}

/* ---- transactions ---- */

static bool in_transaction(struct gs_database *db)
{
    return sqlite3_get_autocommit(connection(db)) == 0;
}

static int run_kept(struct gs_database *db, sqlite3_stmt **stmt, const char *sql)
{
    int rc =
        *stmt != NULL ? SQLITE_OK : sqlite3_prepare_v3(connection(db), sql, -1, SQLITE_PREPARE_PERSISTENT, stmt, NULL);
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(*stmt);
        (void)sqlite3_reset(*stmt);
    }
    return gs_file_error(rc);
}

static int begin(struct gs_database *db)
{
    assert(!in_transaction(db));
    return run_kept(db, &((struct gs_file *)db)->begin, "BEGIN IMMEDIATE");
}

static int commit(struct gs_database *db)
{
    const int err = run_kept(db, &((struct gs_file *)db)->commit, "COMMIT");
    assert(err != GS_OK || !in_transaction(db));
    /* Without memory the commit mark may have been written before the page index was grown: nobody knows. */
    return err == GS_E_NOMEM ? GS_E_IO : err;
}

static int abort_transaction(struct gs_database *db)
{
    const bool rolled_back = !in_transaction(db);
    /* Even where SQLite says that it has rolled back by itself: then this fails and changes nothing. */
    const int err = run_kept(db, &((struct gs_file *)db)->rollback, "ROLLBACK");
    return rolled_back ? GS_OK : err;
}

static void give_up(struct gs_database *db)
{
    (void)sqlite3_db_config(connection(db), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
}

/* ---- around batches ---- */

/* Only where nobody maintains the store: before the transaction, so that a failure means "nothing stored". */
static int before_batch(struct gs_store *store)
{
    const struct gs_file *file = gs_file_of(store);
    return file->wal_frames - file->wal_floor >= GS_STORE_WAL_FRAMES_MAX ? gs_wal_checkpoint(store) : GS_OK;
}

/* What is moved into a file that is no longer the store would be gone with the log. */
static int look(struct gs_store *store)
{
    return gs_watch_look(store);
}

static void taken(struct gs_store *store)
{
    gs_mark_write(&gs_file_of(store)->mark, &store->state);
}

static int epoch_opened(struct gs_store *store)
{
    struct gs_mark *mark = &gs_file_of(store)->mark;
    return mark->fd >= 0 ? GS_OK : gs_mark_open(mark, store->path, &store->state);
}

static int upkeep(struct gs_store *store)
{
    if (!gs_wal_is_due(store)) {
        return GS_OK;
    }
    int err = look(store) == GS_OK ? GS_OK : gs_sql_give_up(store);
    return err != GS_OK ? err : gs_wal_checkpoint(store);
}

static int every_second(struct gs_store *store)
{
    gs_mark_sync(&gs_file_of(store)->mark);
    return look(store);
}

/* ---- what it says of itself ---- */

static int schema_version(struct gs_store *store, int64_t *out)
{
    return gs_sql_int(store, "PRAGMA user_version", out);
}

static int schema_sum(struct gs_store *store, int64_t *out)
{
    static const char sql[] = "SELECT gs_sum(10, (SELECT group_concat(line, ';') FROM (SELECT type || ' ' || name || ' "
                              "' || tbl_name || ' ' ||"
                              " coalesce(sql, '') AS line FROM sqlite_schema ORDER BY type, name)))";
    return gs_sql_int(store, sql, out);
}

static int check(struct gs_store *store, char *text, size_t size)
{
    int err = gs_sql_text(store, "PRAGMA integrity_check(1)", text, size);
    err = err != GS_OK ? err : gs_schema_verdict(text);
    if (err == GS_OK) {
        text[0] = '\0';
    }
    return err;
}

/* By its name and never opened: closing it would drop SQLite's locks. */
static int64_t size_of(const char *path, const char *suffix)
{
    char name[4096 + 8];
    struct stat st;
    int len = snprintf(name, sizeof name, "%s%s", path, suffix);
    return len > 0 && (size_t)len < sizeof name && lstat(name, &st) == 0 ? (int64_t)st.st_size : 0;
}

static void describe(struct gs_store *store, struct gs_store_state *out)
{
    out->bytes = size_of(store->path, "");
    out->log_bytes = size_of(store->path, "-wal");
}

static void release_reserve(struct gs_store *store)
{
    gs_reserve_release(&gs_file_of(store)->reserve);
}

static bool restore_reserve(struct gs_store *store)
{
    return gs_reserve_restore(&gs_file_of(store)->reserve);
}

static int64_t reserve_bytes(const struct gs_store *store)
{
    return gs_file_of(store)->reserve.held;
}

static void close_file(struct gs_store *store)
{
    struct gs_file *file = gs_file_of(store);
    (void)gs_disconnect(store);
    gs_mark_close(&file->mark);
    gs_watch_finish(&file->watch);
    gs_reserve_finish(&file->reserve);
    if (file->lock_fd >= 0) {
        (void)close(file->lock_fd);
    }
    free(file);
}

static const struct gs_database_ops sqlite = {
    .close = close_file,
    .prepare = prepare,
    .finalize = finalize,
    .bind_int = bind_int,
    .bind_text = bind_text,
    .bind_blob = bind_blob,
    .parameter_count = parameter_count,
    .step = step,
    .reset = reset,
    .run = run,
    .column_count = column_count,
    .column_type = column_type,
    .column_int = column_int,
    .column_text = column_text,
    .column_blob = column_blob,
    .column_bytes = column_bytes,
    .script = script,
    .complaint = complaint,
    .begin = begin,
    .commit = commit,
    .abort = abort_transaction,
    .give_up = give_up,
    .before_batch = before_batch,
    .look = look,
    .taken = taken,
    .epoch_opened = epoch_opened,
    .upkeep = upkeep,
    .every_second = every_second,
    .erased = gs_wal_empty,
    .schema_version = schema_version,
    .schema_sum = schema_sum,
    .remove_damaged = gs_loss_remove,
    .check = check,
    .describe = describe,
    .release_reserve = release_reserve,
    .restore_reserve = restore_reserve,
    .reserve_bytes = reserve_bytes,
};

int gs_file_attach(struct gs_store *store)
{
    struct gs_file *file = calloc(1, sizeof *file);
    if (file == NULL) {
        return GS_E_NOMEM;
    }
    file->base.ops = &sqlite;
    file->lock_fd = file->mark.fd = -1;
    store->db = &file->base;
    return GS_OK;
}
