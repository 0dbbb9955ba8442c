/* Restores a store from a backup. The backup is only read: everything is asked of a copy beside the store, which is brought up to the
 * present schema and says that it is a backup, so that its first start opens a new epoch. Then it takes the store's place (restoring.c). What
 * may be restored: a backup, of any version; and a store that was kept or moved, with the mark and the log that belong to it. */
#include "gateslot/store/restore.h"
#include "connect.h"
#include "copy_check.h"
#include "gateslot/base/store_files.h"
#include "moved_note.h"
#include "restoring.h"
#include "schema.h"
#include "sql.h"
#include "store_file.h"
#include "sum_functions.h"
#include "wal.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COPY_BYTES = 65536 };

struct gs_restore_source {
    char *path;              /* owned; absolute */
    int fd, log_fd, lock_fd; /* -1: none */
    struct gs_mark_values mark;
    bool has_mark;
};

struct restore {
    char *path, *incoming; /* owned; the store's, absolute, and the copy's */
    int lock_fd;
    char *message;
    size_t message_size;
};

static int say(char *message, size_t size, int err, const char *format, ...) __attribute__((format(printf, 4, 5)));
static int say(char *message, size_t size, int err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, size, format, args);
    va_end(args);
    return err;
}

/* ---- the source ---- */

static int open_log(struct gs_restore_source *s, char *message, size_t size)
{
    char *name = gs_file_beside(s->path, GS_BESIDE_LOG);
    if (name == NULL) {
        return GS_E_NOMEM;
    }
    int err = GS_OK;
    s->log_fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (s->log_fd < 0 && errno != ENOENT) {
        err = say(message, size, GS_E_DENIED, "%s: cannot be opened: %s", name, strerror(errno));
    }
    free(name);
    return err;
}

static int open_source(struct gs_restore_source *s, char *message, size_t size)
{
    struct stat st;
    s->fd = open(s->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (s->fd < 0) {
        return say(message, size, errno == ENOENT ? GS_E_NOTFOUND : GS_E_DENIED, "%s: cannot be opened: %s", s->path,
                   strerror(errno));
    }
    if (fstat(s->fd, &st) != 0) {
        return say(message, size, GS_E_IO, "%s: cannot be read: %s", s->path, strerror(errno));
    }
    if (!S_ISREG(st.st_mode)) {
        return say(message, size, GS_E_FOREIGN,
                   S_ISDIR(st.st_mode) ? "%s: is a directory" : "%s: is not a regular file", s->path);
    }
    s->has_mark = gs_mark_read(s->path, &s->mark) == GS_OK;
    return open_log(s, message, size);
}

int gs_restore_open(const char *path, struct gs_restore_source **out, char *message, size_t message_size)
{
    struct gs_restore_source *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return GS_E_NOMEM;
    }
    s->fd = s->log_fd = s->lock_fd = -1;
    int err = gs_file_resolve(path, &s->path, message, message_size);
    err = err != GS_OK ? err : open_source(s, message, message_size);
    if (err != GS_OK) {
        gs_restore_close(s);
        return err;
    }
    *out = s;
    return GS_OK;
}

void gs_restore_close(struct gs_restore_source *source)
{
    if (source == NULL) {
        return;
    }
    const int fds[] = {source->fd, source->log_fd, source->lock_fd};
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
        if (fds[i] >= 0) {
            (void)close(fds[i]);
        }
    }
    free(source->path);
    free(source);
}

/* What can be said by its first bytes and its length, before anything is copied. */
static int judge_source(const struct restore *r, struct gs_restore_source *s, bool drill)
{
    struct stat st, own;
    int64_t claimed = 0;
    if (fstat(s->fd, &st) != 0) {
        return say(r->message, r->message_size, GS_E_IO, "%s: cannot be read: %s", s->path, strerror(errno));
    }
    if (gs_file_is_of_store(r->path, s->path) ||
        (stat(r->path, &own) == 0 && own.st_dev == st.st_dev && own.st_ino == st.st_ino)) {
        return say(r->message, r->message_size, GS_E_INVALID, "%s: is the store itself", s->path);
    }
    /* A daemon that has it open goes on writing; where nobody may even look for one, none runs on this machine. */
    if (gs_file_lock(s->path, false, &s->lock_fd, r->message, r->message_size) == GS_E_BUSY) {
        return say(r->message, r->message_size, GS_E_BUSY,
                   "%s: is the store of a daemon that runs: back it up with gateslot backup", s->path);
    }
    r->message[0] = '\0';
    int err = gs_file_judge(s->fd, s->path, drill, r->message, r->message_size);
    err = err != GS_OK || s->log_fd >= 0 ? err : gs_file_claimed_bytes(s->fd, &claimed);
    if (err == GS_OK && st.st_size < claimed) {
        return say(r->message, r->message_size, GS_E_CORRUPT,
                   "%s: has %" PRId64 " of its %" PRId64 " bytes: it was cut, or not completely copied", s->path,
                   (int64_t)st.st_size, claimed);
    }
    return err;
}

/* ---- the place ---- */

/* What stands there is kept, so it may be damaged; but it must have been a store of this kind. */
static int judge_place(const struct restore *r, bool drill)
{
    struct gs_mark_values mark;
    struct stat st;
    if (stat(r->path, &st) != 0 || st.st_size == 0) {
        return GS_OK;
    }
    if (!S_ISREG(st.st_mode)) {
        return say(r->message, r->message_size, GS_E_FOREIGN, "%s: is not a regular file", r->path);
    }
    int fd = open(r->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return say(r->message, r->message_size, GS_E_DENIED, "%s: cannot be opened: %s", r->path, strerror(errno));
    }
    int err = gs_file_judge(fd, r->path, drill, r->message, r->message_size);
    (void)close(fd);
    bool was_ours = err == GS_E_NEWER || err == GS_E_IO ||
                    (err == GS_E_FOREIGN && !gs_file_is_database(r->path) && gs_mark_read(r->path, &mark) == GS_OK);
    if (was_ours) {
        r->message[0] = '\0';
        return GS_OK;
    }
    return err;
}

/* ---- the copy ---- */

static int copy_failed(const struct restore *r, const char *name, int error)
{
    return say(r->message, r->message_size, error == ENOSPC || error == EDQUOT ? GS_E_FULL : GS_E_IO,
               "%s: cannot be written: %s; the store is as it was", name, strerror(error));
}

/* 0, or what write said. */
static int write_all(int fd, const char *bytes, size_t len, off_t at)
{
    while (len > 0) {
        ssize_t put = pwrite(fd, bytes, len, at);
        if (put <= 0) {
            return put < 0 ? errno : EIO;
        }
        bytes += put;
        at += put;
        len -= (size_t)put;
    }
    return 0;
}

static int copy_bytes(const struct restore *r, int from, const char *from_name, int to, const char *to_name)
{
    char *bytes = malloc(COPY_BYTES);
    int err = bytes != NULL ? GS_OK : GS_E_NOMEM;
    off_t at = 0;
    ssize_t got = 1;
    while (err == GS_OK && (got = pread(from, bytes, COPY_BYTES, at)) > 0) {
        int error = write_all(to, bytes, (size_t)got, at);
        err = error == 0 ? GS_OK : copy_failed(r, to_name, error);
        at += got;
    }
    if (err == GS_OK && got < 0) {
        err = say(r->message, r->message_size, GS_E_IO, "%s: cannot be read: %s", from_name, strerror(errno));
    }
    free(bytes);
    return err;
}

static int copy_file(const struct restore *r, int from, const char *from_name, const char *to_name)
{
    int to = open(to_name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (to < 0) {
        return copy_failed(r, to_name, errno);
    }
    int err = copy_bytes(r, from, from_name, to, to_name);
    if (err == GS_OK && fsync(to) != 0) {
        err = copy_failed(r, to_name, errno);
    }
    (void)close(to);
    return err;
}

static int copy_source(const struct restore *r, const struct gs_restore_source *s)
{
    if (!gs_file_clear(r->incoming)) {
        return say(r->message, r->message_size, GS_E_DENIED, "%s: is in the way and is left as it is", r->incoming);
    }
    char *log = gs_file_beside(r->incoming, GS_BESIDE_LOG);
    int err = log != NULL ? copy_file(r, s->fd, s->path, r->incoming) : GS_E_NOMEM;
    err = err != GS_OK || s->log_fd < 0 ? err : copy_file(r, s->log_fd, s->path, log);
    free(log);
    return err;
}

/* A backup says that it is one. A store is all that was stored if its mark says so; before there were marks, nobody could tell. */
static int judge_origin(struct gs_store *store, const struct gs_restore_source *s, int64_t version)
{
    const struct gs_state *state = &store->state;
    if (version < GS_SCHEMA_MARKED || state->pending != 0) {
        return GS_OK;
    }
    if (!s->has_mark || s->mark.store_id != state->store_id) {
        gs_store_note(store, "%s: is no backup, and has no mark beside it that says that it is whole", s->path);
        return GS_E_CORRUPT;
    }
    if (s->mark.batch > state->batch || (s->mark.batch == state->batch && s->mark.chain != state->chain)) {
        gs_store_note(store, "%s: is not all that was stored: its log is missing, cut or damaged", s->path);
        return GS_E_CORRUPT;
    }
    return GS_OK;
}

static int say_backup(struct gs_store *store)
{
    int err = gs_tx_begin(store);
    if (err != GS_OK) {
        return err;
    }
    err = gs_sql_script(store, "UPDATE meta SET pending = max(now_ms, 1) WHERE pending = 0");
    err = err != GS_OK ? err : gs_sql_script(store, GS_SEAL_META);
    return err == GS_OK ? gs_tx_commit(store) : gs_tx_abort(store, err);
}

/* Closing would empty the log too, and would not say if it failed. */
static int close_copy(struct gs_store *store, int err)
{
    err = err != GS_OK ? err : gs_wal_checkpoint(store);
    if (err == GS_OK && gs_file_of(store)->wal_frames > 0) {
        err = GS_E_IO;
    }
    int rc = gs_disconnect(store);
    return err == GS_OK && rc != SQLITE_OK ? gs_file_error(rc) : err;
}

static int check_copy(struct gs_store *store, const struct gs_restore_source *s)
{
    int64_t version = 0;
    int err = gs_connect_harden(store);
    err = err != GS_OK ? err : gs_connect_set_up(store);
    err = err != GS_OK ? err : gs_connect_identity(store);
    if (err != GS_OK) {
        return err;
    }
    gs_wal_watch(store);
    err = gs_sql_int(store, "PRAGMA user_version", &version);
    err = err != GS_OK ? err : gs_schema_migrate(store);
    err = err != GS_OK ? err : gs_copy_check(store);
    err = err != GS_OK ? err : judge_origin(store, s, version);
    return err != GS_OK ? err : say_backup(store);
}

static int prepare(const struct restore *r, const struct gs_restore_source *s, const struct gs_store_options *options,
                   struct gs_restored *out)
{
    struct gs_store *store = gs_store_new(options);
    int err = store != NULL ? gs_file_attach(store) : GS_E_NOMEM;
    if (err == GS_OK) {
        store->path = strdup(s->path); /* of which the sentences are */
        err = store->path != NULL ? gs_connect(store, r->incoming) : GS_E_NOMEM;
        err = err != GS_OK ? err : check_copy(store, s);
        err = close_copy(store, err);
    }
    if (err == GS_OK) {
        out->taken_ms = store->state.marks.now_ms;
        out->last_seq = store->state.marks.last_seq;
        out->last_booking_id = store->state.marks.last_booking_id;
        err = gs_file_sync(r->incoming);
    }
    if (err != GS_OK && r->message[0] == '\0') {
        (void)say(r->message, r->message_size, err, "%s%s",
                  store != NULL && store->message[0] != '\0' ? store->message : gs_strerror(err),
                  err == GS_E_FULL ? "; the store is as it was" : "");
    }
    gs_store_close(store);
    return err;
}

/* ---- the exchange ---- */

static void name_kept(int64_t now_ms, int nth, char out[GS_STORE_KEPT_MAX])
{
    int year, month, day;
    const int64_t s = now_ms / 1000;
    gs_date_to_civil((gs_date)(s / 86400), &year, &month, &day);
    (void)snprintf(out, GS_STORE_KEPT_MAX, GS_BESIDE_KEPT "%04d%02d%02dT%02d%02d%02dZ", year, month, day,
                   (int)(s % 86400 / 3600), (int)(s % 3600 / 60), (int)(s % 60));
    const size_t len = strlen(out);
    if (nth > 0) {
        (void)snprintf(out + len, GS_STORE_KEPT_MAX - len, "-%d", nth);
    }
}

static bool is_there(const char *path, const char *suffix, int64_t least_bytes)
{
    struct stat st;
    char *name = gs_file_beside(path, suffix);
    bool there = name != NULL && lstat(name, &st) == 0 && st.st_size >= least_bytes;
    free(name);
    return there;
}

/* The mark stays where it is, for the new epoch to go on beyond it; what is kept gets a copy. Without one it could not be restored. */
static int keep_mark(const struct restore *r, const char *kept)
{
    char *from = gs_file_beside(r->path, GS_BESIDE_MARK), *name = gs_file_beside(r->path, kept),
         *to = name != NULL ? gs_file_beside(name, GS_BESIDE_MARK) : NULL;
    int fd = -1, err = from != NULL && to != NULL ? GS_OK : GS_E_NOMEM;
    if (err == GS_OK && (fd = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)) >= 0) {
        err = copy_file(r, fd, from, to);
        (void)close(fd);
        if (err != GS_OK) {
            (void)unlink(to);
        }
    } else if (err == GS_OK && errno != ENOENT) {
        err = say(r->message, r->message_size, GS_E_IO, "%s: cannot be read: %s", from, strerror(errno));
    }
    free(to);
    free(name);
    free(from);
    return err;
}

static void forget_mark(const struct restore *r, const char *kept)
{
    char *name = gs_file_beside(r->path, kept), *mark = name != NULL ? gs_file_beside(name, GS_BESIDE_MARK) : NULL;
    if (mark != NULL) {
        (void)unlink(mark);
    }
    free(mark);
    free(name);
}

static int say_next(const struct restore *r, int err)
{
    const size_t len = strlen(r->message);
    (void)snprintf(r->message + len, r->message_size - len, "; the next start may complete it");
    return err;
}

static int exchange(const struct restore *r, int64_t now_ms, struct gs_restored *out)
{
    char kept[GS_STORE_KEPT_MAX];
    int nth = 0;
    bool keeps = is_there(r->path, "", 1) || is_there(r->path, GS_BESIDE_LOG, 1);
    do {
        name_kept(now_ms, nth++, kept);
    } while (nth < 1000 && (is_there(r->path, kept, 0)));
    int err = keeps ? keep_mark(r, kept) : GS_OK;
    err = err != GS_OK ? err : gs_file_sync_directory(r->path);
    err = err != GS_OK ? err : gs_restoring_decide(r->path, kept, r->message, r->message_size);
    if (err != GS_OK) {
        /* Without that file the note, should it be there after a crash, means nothing. */
        bool undone = gs_file_clear(r->incoming) && gs_file_sync_directory(r->path) == GS_OK;
        if (undone) {
            forget_mark(r, kept);
            return err;
        }
        return say_next(r, GS_E_IO);
    }
    if (keeps) {
        (void)snprintf(out->kept, sizeof out->kept, "%s%s", r->path, kept);
    }
    err = gs_restoring_finish(r->path, r->message, r->message_size);
    err = err != GS_OK ? err : gs_moved_remove(r->path);
    return err == GS_OK ? err : say_next(r, err);
}

static int replace(struct restore *r, struct gs_restore_source *source, const struct gs_store_options *options,
                   struct gs_restored *out)
{
    int err = gs_file_lock(r->path, true, &r->lock_fd, r->message, r->message_size);
    err = err != GS_OK ? err : gs_restoring_finish(r->path, r->message, r->message_size);
    err = err != GS_OK ? err : judge_place(r, options->drill);
    err = err != GS_OK ? err : judge_source(r, source, options->drill);
    if (err != GS_OK) {
        return err;
    }
    err = copy_source(r, source);
    err = err != GS_OK ? err : prepare(r, source, options, out);
    if (err != GS_OK) {
        (void)gs_file_clear(r->incoming);
        return err;
    }
    return exchange(r, options->now_ms, out);
}

int gs_store_restore(const char *path, struct gs_restore_source *source, const struct gs_store_options *options,
                     struct gs_restored *out, char *message, size_t message_size)
{
    struct restore r = {.lock_fd = -1, .message = message, .message_size = message_size};
    struct gs_restored restored = {.kept = ""};
    message[0] = '\0';
    int err = gs_file_resolve(path, &r.path, message, message_size);
    if (err == GS_OK) {
        r.incoming = gs_file_beside(r.path, GS_BESIDE_INCOMING);
        err = r.incoming != NULL ? replace(&r, source, options, &restored) : GS_E_NOMEM;
    }
    if (err == GS_OK) {
        *out = restored;
    } else if (message[0] == '\0') {
        (void)say(message, message_size, err, "%s: %s", path, gs_strerror(err));
    }
    if (r.lock_fd >= 0) {
        (void)close(r.lock_fd);
    }
    free(r.incoming);
    free(r.path);
    return err;
}
