/* Opens and closes the store: who may have it, how SQLite is set up, what is checked before anything is changed. Rows are not its
 * business. Order matters: nothing is written until the file has been found to be ours, whole and free. */
#include "connect.h"
#include "epochs.h"
#include "file_backup.h"
#include "gateslot/base/store_files.h"
#include "load_rows.h"
#include "loss.h"
#include "moved_note.h"
#include "restoring.h"
#include "schema.h"
#include "sql.h"
#include "store_file.h"
#include "unfinished.h"
#include "wal.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A database that has only its kind: everything else is the migrations'. */
static int fill_new(struct gs_store *store, const char *name)
{
    char script[128];
    (void)snprintf(script, sizeof script, "PRAGMA page_size = %d; PRAGMA application_id = %d;", GS_STORE_PAGE_BYTES,
                   store->drill ? GS_SCHEMA_DRILL : GS_SCHEMA_LIVE);
    int err = gs_connect(store, name);
    err = err != GS_OK ? err : gs_sql_script(store, script);
    err = err != GS_OK ? err : gs_connect_expect(store, "PRAGMA locking_mode = EXCLUSIVE", "exclusive");
    err = err != GS_OK ? err : gs_connect_expect(store, "PRAGMA journal_mode = WAL", "wal");
    err = err != GS_OK ? err : gs_schema_migrate(store);
    /* Closing would do it too, and would not say if it failed: the file would get its name without what its log holds. */
    err = err != GS_OK ? err : gs_wal_checkpoint(store);
    int rc = gs_disconnect(store);
    return err == GS_OK && rc != SQLITE_OK ? gs_file_error(rc) : err;
}

static int refuse_creation(struct gs_store *store, int err)
{
    if (store->message[0] == '\0') {
        gs_store_note(store, "%s: cannot be made: %s", store->path, strerror(errno));
    }
    return err;
}

static char *name_for_new(const struct gs_store *store)
{
    static const char *const suffixes[] = {GS_BESIDE_NEW, GS_BESIDE_NEW "1", GS_BESIDE_NEW "2", GS_BESIDE_NEW "3"};
    char *name = NULL;
    bool found = false;
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0] && !found; i++) {
        free(name);
        name = gs_file_beside(store->path, suffixes[i]);
        found = name == NULL || gs_file_clear(name);
    }
    return name; /* with something in the way of every one: the making says so */
}

/* Made whole under another name, so that no crash leaves half a store under its own. */
static int create(struct gs_store *store)
{
    char *name = name_for_new(store);
    int err;
    if (name == NULL) {
        return GS_E_NOMEM;
    }
    int fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (fd < 0) {
        err = refuse_creation(store, errno == ENOSPC ? GS_E_FULL : GS_E_DENIED);
        goto free_name;
    }
    (void)close(fd);
    err = fill_new(store, name);
    err = err != GS_OK ? err : gs_file_sync(name);
    if (err == GS_OK && rename(name, store->path) != 0) {
        err = GS_E_IO;
    }
    err = err != GS_OK ? err : gs_file_sync_directory(store->path);
    if (err != GS_OK) {
        err = refuse_creation(store, err);
        (void)unlink(name);
    }
free_name:
    free(name);
    return err;
}

/* The lock first where there is one: an instance that runs must not be disturbed, not even by a look at its file. */
static int claim(struct gs_store *store, enum gs_file_state *out)
{
    char *message = store->message;
    size_t size = sizeof store->message;
    int err = gs_file_lock(store->path, false, &gs_file_of(store)->lock_fd, message, size);
    err = err != GS_OK ? err : gs_restoring_finish(store->path, message, size);
    if (err != GS_E_NOTFOUND) {
        return err != GS_OK ? err : gs_file_inspect(store->path, store->drill, out, message, size);
    }
    err = gs_file_inspect(store->path, store->drill, out, message, size);
    err = err != GS_OK ? err : gs_file_lock(store->path, true, &gs_file_of(store)->lock_fd, message, size);
    err = err != GS_OK ? err : gs_restoring_finish(store->path, message, size);
    /* Another may have made it in between. */
    return err != GS_OK ? err : gs_file_inspect(store->path, store->drill, out, message, size);
}

/* Before the log is emptied and the file is changed: is it all that was stored? A version that says nothing of that is taken as it is, but
 * not beside a mark, which it was put back under. */
static int judge(struct gs_store *store, const struct gs_store_options *options)
{
    int64_t version;
    int err = gs_sql_int(store, "PRAGMA user_version", &version);
    if (err != GS_OK || store->due.cause != GS_EPOCH_NONE) { /* already judged: there was none */
        return err;
    }
    err = version >= GS_SCHEMA_MARKED ? gs_state_read(store, &store->state) : GS_OK;
    return err != GS_OK ? err : gs_loss_judge(store, options);
}

static int accept_file(struct gs_store *store, const struct gs_store_options *options)
{
    int err = gs_connect_keep(store, 1);
    err = err != GS_OK ? err : gs_connect_harden(store);
    err = err != GS_OK ? err : gs_connect_set_up(store);
    err = err != GS_OK ? err : gs_connect_identity(store);
    if (err != GS_OK) {
        return err;
    }
    gs_wal_watch(store);
    err = judge(store, options);
    err = err != GS_OK ? err : gs_schema_migrate(store);
    err = err != GS_OK ? err : gs_schema_check(store);
    err = err != GS_OK ? err : gs_load_marks(store);
    err = err != GS_OK ? err : gs_epochs_load(store);
    err = err != GS_OK ? err : gs_loss_check_rows(store, options);
    return err != GS_OK ? err : gs_connect_keep(store, 0);
}

static void refuse(struct gs_store *store, int err)
{
    bool reached = gs_file_connection(store) != NULL && err != GS_E_BUSY;
    (void)gs_disconnect(store);
    if (reached) {
        gs_file_remove_empty_log(store->path);
    }
}

/* On a full disk the log is whole as it is, and that must not keep the gate from opening. A step of the schema that found no space is
 * another matter: it was not taken. */
static int empty_log(struct gs_store *store)
{
    int err = gs_wal_empty(store);
    return err == GS_E_FULL ? GS_OK : err;
}

static int open_file(struct gs_store *store, const struct gs_store_options *options)
{
    enum gs_file_state state;
    int err = claim(store, &state);
    err = err != GS_OK ? err : gs_moved_judge(store->path, store->message, sizeof store->message);
    if (err == GS_OK && state == GS_FILE_MISSING) {
        err = gs_loss_judge_missing(store, options);
        err = err != GS_OK ? err : create(store);
    }
    err = err != GS_OK ? err : gs_connect(store, store->path);
    err = err != GS_OK ? err : accept_file(store, options);
    if (err == GS_E_BUSY && gs_file_of(store)->connection != NULL) {
        gs_store_note(store, "%s: is in use by another program", store->path);
    }
    /* A crash may have left in the log what has been erased since. */
    err = err != GS_OK ? err : empty_log(store);
    err = err != GS_OK ? err : gs_watch_begin(store);
    if (err == GS_OK && store->due.cause == GS_EPOCH_NONE) { /* else the mark stays until the epoch is stored */
        err = gs_mark_open(&gs_file_of(store)->mark, store->path, &store->state);
    }
    if (err == GS_OK) {
        gs_unfinished_remove(store->path);
    }
    err = err != GS_OK ? err : gs_reserve_init(&gs_file_of(store)->reserve, store->path, options->ballast_bytes);
    err = err != GS_OK ? err : gs_file_sync_directory(store->path);
    if (err != GS_OK) {
        refuse(store, err);
    }
    return err;
}

int gs_file_open(struct gs_store *store, const char *path, const struct gs_store_options *options)
{
    int err = gs_file_attach(store);
    err = err != GS_OK ? err : gs_file_resolve(path, &store->path, store->message, sizeof store->message);
    err = err != GS_OK ? err : open_file(store, options);
    if (err == GS_OK) {
        store->db->backups = &gs_file_backups;
    }
    return err;
}
