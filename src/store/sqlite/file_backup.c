/* Copies the database by SQLite's backup interface, on the writer's own connection: what is written meanwhile goes into the copy too, so it
 * need not start again, and between two steps batches are committed as ever. The copy is the store as it is at the last step. It grows
 * under another name, readable by its owner only, and takes its own when it is on disk and has been read through and found whole. That takes as
 * long as reading a store does, so a thread does it while batches go on. */
#include "file_backup.h"
#include "copy_file.h"
#include "gateslot/base/thread.h"
#include "gateslot/base/thread_slice.h"
#include "last_backup.h"
#include "store_file.h"
#include "sum_functions.h"
#include "unfinished.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* Pages of a step: a batch waits about a millisecond. Pages between syncs: at the end there must not be a store's worth of dirty
 * pages in one go, which would hold up the log's fdatasync for as long. */
enum { STEP_PAGES = 256, SYNC_PAGES = 1024 };

struct file_backup {
    struct gs_backup base;  /* first */
    struct gs_store *store; /* borrowed */
    char *path, *partial;   /* owned */
    int fd;                 /* of partial, for syncing it */
    sqlite3 *copy;
    sqlite3_backup *run;
    int unsynced_pages;
    bool made;         /* partial exists and is ours to remove */
    bool is_for_check; /* it is only read through: it gets no name of its own, and is no backup */

    const struct gs_backup_waker *waker; /* borrowed; NULL: no thread */
    pthread_t checker;
    bool checking; /* there is such a thread */
    atomic_bool checked;
    bool drill;
    int check_err;
    char check_text[GS_STORE_MESSAGE_MAX];
};

static int fail(char *text, size_t size, int err, const char *path, const char *why)
{
    (void)snprintf(text, size, "%s: %s", path, why);
    return err;
}

static int fail_errno(char *text, size_t size, const char *path)
{
    int err = errno == ENOENT                      ? GS_E_NOTFOUND
              : errno == ENOSPC || errno == EDQUOT ? GS_E_FULL
              : errno == EIO                       ? GS_E_IO
                                                   : GS_E_DENIED;
    return fail(text, size, err, path, strerror(errno));
}

static int fail_sqlite(struct file_backup *b, int rc, char *text, size_t size)
{
    return fail(text, size, gs_file_error(rc), b->path, sqlite3_errstr(rc));
}

static int make_partial(struct file_backup *b, char *text, size_t size)
{
    if (faccessat(AT_FDCWD, b->path, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
        return fail(text, size, GS_E_DENIED, b->path, "exists and is not overwritten");
    }
    if (gs_file_is_of_store(b->store->path, b->path) || gs_file_is_of_store(b->store->path, b->partial)) {
        return fail(text, size, GS_E_DENIED, b->path, "is a name that the store itself uses");
    }
    if (!gs_file_is_leftover(b->partial)) {
        return fail(text, size, GS_E_DENIED, b->partial, "is in the way, is no backup, and is left as it is");
    }
    gs_unfinished_remove(b->store->path);
    (void)unlink(b->partial); /* of a backup that a crash ended */
    gs_unfinished_note(b->store->path, b->partial, -1);
    b->fd = open(b->partial, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (b->fd < 0) {
        int err = fail_errno(text, size, b->partial);
        gs_unfinished_clear(b->store->path);
        return err;
    }
    b->made = true;
    gs_unfinished_note(b->store->path, b->partial, b->fd);
    return GS_OK;
}

static int connect_copy(struct file_backup *b, char *text, size_t size)
{
    int rc = sqlite3_open_v2(b->partial, &b->copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                             NULL);
    /* A crash leaves a partial file in any case: a journal for it would only be read never. */
    rc = rc != SQLITE_OK
             ? rc
             : sqlite3_exec(b->copy,
                            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE",
                            NULL, NULL, NULL);
    if (rc != SQLITE_OK) {
        return fail_sqlite(b, rc, text, size);
    }
    b->run = sqlite3_backup_init(b->copy, "main", gs_file_of(b->store)->connection, "main");
    return b->run != NULL ? GS_OK : fail_sqlite(b, sqlite3_errcode(b->copy), text, size);
}

static int start(struct gs_store *store, const char *path, bool is_for_check, const struct gs_backup_waker *waker,
                 struct gs_backup **out, char *text, size_t text_size)
{
    struct file_backup *b = calloc(1, sizeof *b);
    if (b == NULL) {
        return GS_E_NOMEM;
    }
    b->base.ops = store->db->backups;
    b->store = store;
    b->drill = store->drill;
    b->is_for_check = is_for_check;
    b->waker = waker;
    b->fd = -1;
    int err = gs_file_resolve(path, &b->path, text, text_size);
    if (err == GS_OK) {
        b->partial = gs_file_beside(b->path, ".partial");
        err = b->partial != NULL ? GS_OK : GS_E_NOMEM;
    }
    err = err != GS_OK ? err : make_partial(b, text, text_size);
    err = err != GS_OK ? err : connect_copy(b, text, text_size);
    if (err != GS_OK) {
        b->base.ops->finish(&b->base);
        return err;
    }
    *out = &b->base;
    return GS_OK;
}

static int backup_start(struct gs_store *store, const char *path, const struct gs_backup_waker *waker,
                        struct gs_backup **out, char *text, size_t text_size)
{
    return start(store, path, false, waker, out, text, text_size);
}

/* As much again as it takes must stay, and the reserve: a copy that is only looked at must not fill the disk. */
static bool has_space(const struct gs_store *store)
{
    struct statvfs fs;
    struct stat st;
    if (statvfs(store->path, &fs) != 0 || stat(store->path, &st) != 0) {
        return false;
    }
    const uint64_t free_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
    return free_bytes > 2 * (uint64_t)st.st_size + 2 * (uint64_t)GS_RESERVE_BYTES;
}

static int start_check(struct gs_store *store, const struct gs_backup_waker *waker, struct gs_backup **out, char *text,
                       size_t text_size)
{
    char *path = has_space(store) ? gs_file_beside(store->path, ".check") : NULL;
    int err = path != NULL ? start(store, path, true, waker, out, text, text_size) : GS_E_FULL;
    free(path);
    return err;
}

/* link and not rename: it does not replace what appeared there meanwhile. Not every file system of a stick knows it. */
static int publish(struct file_backup *b, char *text, size_t size)
{
    if (link(b->partial, b->path) != 0 && (errno == EEXIST || rename(b->partial, b->path) != 0)) {
        return fail_errno(text, size, b->path);
    }
    (void)unlink(b->partial);
    gs_unfinished_clear(b->store->path);
    b->made = false;
    return gs_file_sync_directory(b->path) == GS_OK ? GS_OK : fail(text, size, GS_E_IO, b->path, "cannot be synced");
}

static int remember(const struct file_backup *b, char *text, size_t size)
{
    struct stat st = {0};
    int64_t bytes = fstat(b->fd, &st) == 0 ? (int64_t)st.st_size : 0;
    int err = gs_last_backup_note(b->store, b->path, bytes);
    return err == GS_OK ? GS_OK : fail(text, size, err, b->path, "is made, but the store cannot remember it");
}

/* The copy says what it is and when it was made: its first start as a store goes on in a new epoch. */
static int say_backup(struct file_backup *b)
{
    static const char sql[] = "UPDATE meta SET pending = max(now_ms, 1)";
    static const char seal[] = GS_SEAL_META;
    int rc = gs_sum_functions_install(b->copy);
    rc = rc != SQLITE_OK ? rc : sqlite3_exec(b->copy, sql, NULL, NULL, NULL);
    return rc != SQLITE_OK ? rc : sqlite3_exec(b->copy, seal, NULL, NULL, NULL);
}

/* The copy has a log by now, as the store has. Closing would empty it too, and would not say if it failed: the copy would get its name
 * without what its log holds. */
static int empty_log(struct file_backup *b)
{
    return sqlite3_wal_checkpoint_v2(b->copy, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

static int complete(struct file_backup *b, char *text, size_t size)
{
    int rc = sqlite3_backup_finish(b->run);
    b->run = NULL;
    rc = rc != SQLITE_OK ? rc : say_backup(b);
    rc = rc != SQLITE_OK ? rc : empty_log(b);
    int closed = sqlite3_close(b->copy);
    b->copy = NULL;
    rc = rc != SQLITE_OK ? rc : closed;
    if (rc != SQLITE_OK) {
        return fail_sqlite(b, rc, text, size);
    }
    return fsync(b->fd) == 0 ? GS_OK : fail_errno(text, size, b->partial);
}

static void check(struct file_backup *b)
{
    b->check_err = gs_copy_check_file(b->partial, b->is_for_check ? b->store->path : b->path, b->drill, b->check_text,
                                      sizeof b->check_text);
    atomic_store(&b->checked, true);
    if (b->waker != NULL) {
        b->waker->wake(b->waker->self);
    }
}

static void *check_beside(void *self)
{
    gs_thread_slice(GS_SLICE_LONG_US);
    check(self);
    return NULL;
}

/* Where there can be no thread, the check holds batches up: better than a backup that nobody has read. */
static void begin_check(struct file_backup *b)
{
    b->checking = b->waker != NULL && gs_thread_start(&b->checker, NULL, check_beside, b) == GS_OK;
    if (!b->checking) {
        check(b);
    }
}

static void end_check(struct file_backup *b)
{
    if (b->checking) {
        (void)pthread_join(b->checker, NULL);
        b->checking = false;
    }
}

static int take_check(struct file_backup *b, char *text, size_t size)
{
    end_check(b);
    if (b->check_err != GS_OK) {
        (void)snprintf(text, size, "%s", b->check_text);
        return b->check_err;
    }
    if (b->is_for_check) {
        return GS_OK;
    }
    int err = publish(b, text, size);
    return err != GS_OK ? err : remember(b, text, size);
}

static bool is_waiting(const struct gs_backup *self)
{
    const struct file_backup *backup = (const struct file_backup *)self;
    return backup->checking && !atomic_load(&backup->checked);
}

static int copy_pages(struct file_backup *backup, char *text, size_t text_size)
{
    int rc = sqlite3_backup_step(backup->run, STEP_PAGES);
    if (rc != SQLITE_OK && rc != SQLITE_DONE) {
        return fail_sqlite(backup, rc, text, text_size);
    }
    int err = GS_OK;
    backup->unsynced_pages += STEP_PAGES;
    if (rc == SQLITE_DONE) {
        err = complete(backup, text, text_size);
        if (err == GS_OK) {
            begin_check(backup);
        }
    } else if (backup->unsynced_pages >= SYNC_PAGES) {
        backup->unsynced_pages = 0;
        err = fdatasync(backup->fd) == 0 ? GS_OK : fail_errno(text, text_size, backup->partial);
    }
    return err;
}

static int backup_step(struct gs_backup *self, bool *out_done, char *text, size_t text_size)
{
    struct file_backup *backup = (struct file_backup *)self;
    if (backup->store->unusable) {
        return fail(text, text_size, GS_E_IO, backup->path, "the store failed meanwhile");
    }
    int err = backup->copy == NULL ? GS_OK : copy_pages(backup, text, text_size);
    if (err != GS_OK || backup->copy != NULL || is_waiting(self)) {
        return err;
    }
    err = take_check(backup, text, text_size);
    if (err == GS_OK) {
        *out_done = true;
    }
    return err;
}

static void backup_finish(struct gs_backup *self)
{
    struct file_backup *backup = (struct file_backup *)self;
    end_check(backup);
    if (backup->run != NULL) {
        (void)sqlite3_backup_finish(backup->run);
    }
    (void)sqlite3_close(backup->copy);
    if (backup->made && backup->partial != NULL) {
        (void)unlink(backup->partial);
        gs_unfinished_clear(backup->store->path);
    }
    if (backup->fd >= 0) {
        (void)close(backup->fd);
    }
    free(backup->partial);
    free(backup->path);
    free(backup);
}

const struct gs_backup_ops gs_file_backups = {.start = backup_start,
                                              .start_check = start_check,
                                              .step = backup_step,
                                              .is_waiting = is_waiting,
                                              .finish = backup_finish};
