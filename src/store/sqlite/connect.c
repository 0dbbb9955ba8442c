/* How SQLite is set up for a store: the one way in which its file is connected to, by a start and by whoever prepares a file to become the
 * store. Nothing here decides whether the file may be used, but by its kind and its version. */
#include "connect.h"
#include "schema.h"
#include "sql.h"
#include "sum_functions.h"
#include <string.h>

#define QUOTE(x) #x
#define TEXT_OF(x) QUOTE(x)

int gs_connect(struct gs_store *store, const char *path)
{
    /* Nobody asks how much memory SQLite has; counting it takes a lock at every allocation. Refused, and no harm, once it is in use. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    int rc = sqlite3_open_v2(
        path, &gs_file_of(store)->connection,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE, NULL);
    if (gs_file_of(store)->connection == NULL) {
        return GS_E_NOMEM;
    }
    rc = rc != SQLITE_OK ? rc : gs_sum_functions_install(gs_file_of(store)->connection);
    return rc == SQLITE_OK ? GS_OK : gs_file_failed(store, rc, "cannot be opened");
}

int gs_disconnect(struct gs_store *store)
{
    struct gs_file *file = gs_file_of(store);
    gs_store_forget_statements(store);
    (void)sqlite3_finalize(file->begin);
    (void)sqlite3_finalize(file->commit);
    (void)sqlite3_finalize(file->rollback);
    file->begin = file->commit = file->rollback = NULL;
    int rc = sqlite3_close(gs_file_of(store)->connection);
    gs_file_of(store)->connection = NULL;
    if (rc == SQLITE_OK) {
        gs_gather_finish(&gs_file_of(store)->log);
    }
    return rc;
}

int gs_connect_keep(struct gs_store *store, int yes)
{
    int persist = yes;
    int rc = sqlite3_db_config(gs_file_of(store)->connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, yes, NULL);
    if (rc == SQLITE_OK) {
        rc = sqlite3_file_control(gs_file_of(store)->connection, "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
    }
    return rc == SQLITE_OK ? GS_OK : gs_file_failed(store, rc, "cannot be configured");
}

int gs_connect_harden(struct gs_store *store)
{
    static const struct {
        int option, value;
    } options[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_DQS_DML, 0},        {SQLITE_DBCONFIG_DQS_DDL, 0},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0}, {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
    };
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        int rc = sqlite3_db_config(gs_file_of(store)->connection, options[i].option, options[i].value, NULL);
        if (rc != SQLITE_OK) {
            return gs_file_failed(store, rc, "cannot be configured");
        }
    }
    return GS_OK;
}

int gs_connect_expect(struct gs_store *store, const char *pragma, const char *expected)
{
    char found[32];
    int err = gs_sql_text(store, pragma, found, sizeof found);
    if (err == GS_OK && strcmp(found, expected) != 0) {
        gs_store_note(store, "%s: %s gave %s", store->path, pragma, found);
        return GS_E_IO;
    }
    return err;
}

int gs_connect_set_up(struct gs_store *store)
{
    static const char quiet[] =
        "PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON;"
        "PRAGMA cache_size = -" TEXT_OF(GS_STORE_CACHE_KB) "; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;";
    static const struct {
        const char *pragma, *expected;
    } loud[] = {
        /* First of all, before the file is read: the WAL's index then lives in memory and no other process can get in. */
        {"PRAGMA locking_mode = EXCLUSIVE", "exclusive"},
        {"PRAGMA journal_mode = WAL", "wal"},
        {"PRAGMA wal_autocheckpoint = 0", "0"},
        {"PRAGMA journal_size_limit = -1", "-1"},
        /* What is deleted is overwritten, so that erased personal data is gone from the file too. */
        {"PRAGMA secure_delete = ON", "1"},
    };
    for (size_t i = 0; i < sizeof loud / sizeof loud[0]; i++) {
        int err = gs_connect_expect(store, loud[i].pragma, loud[i].expected);
        if (err != GS_OK) {
            return err;
        }
    }
    int err = gs_sql_script(store, quiet);
    err = err != GS_OK ? err : gs_connect_expect(store, "PRAGMA synchronous", "2");
    return err != GS_OK ? err : gs_connect_expect(store, "PRAGMA locking_mode", "exclusive");
}

int gs_connect_identity(struct gs_store *store)
{
    int64_t application, version;
    int err = gs_sql_int(store, "PRAGMA application_id", &application);
    err = err != GS_OK ? err : gs_sql_int(store, "PRAGMA user_version", &version);
    if (err != GS_OK) {
        return err;
    }
    if (application != (store->drill ? GS_SCHEMA_DRILL : GS_SCHEMA_LIVE)) {
        gs_store_note(store, "%s: is not a store of this kind", store->path);
        return GS_E_FOREIGN;
    }
    if (version < 0 || version > gs_schema_version()) {
        gs_store_note(store, "%s: has schema %lld, made by a newer gateslot; this one knows up to %d", store->path,
                      (long long)version, gs_schema_version());
        return GS_E_NEWER;
    }
    return GS_OK;
}
