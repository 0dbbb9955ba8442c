/* Moves a store out of a file of SQLite, and into one. The file that is left is opened as a start does it up to where a start would begin to
 * write: its log stays as long as it is. The one that is made grows under another name, without a log of its own, as a crash leaves nothing
 * of it that counts; it has its mark before it has its name. */
#include "connect.h"
#include "copy_check.h"
#include "copy_file.h"
#include "gateslot/base/store_files.h"
#include "loss.h"
#include "mark.h"
#include "move_end.h"
#include "moved_note.h"
#include "restoring.h"
#include "schema.h"
#include "sql.h"
#include "store_file.h"
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

static int name_file(struct gs_move_end *e, const char *path)
{
    int err = gs_file_resolve(path, &e->path, e->message, e->message_size);
    if (err == GS_OK && snprintf(e->address, sizeof e->address, "sqlite:%s", e->path) >= (int)sizeof e->address) {
        err = gs_move_say(e, GS_E_RANGE, "%s: is too long a name", e->path);
    }
    return err;
}

static int new_store(struct gs_move_end *e, bool drill)
{
    const struct gs_store_options options = {.drill = drill, .tz = e->options->tz};
    e->store = gs_store_new(&options);
    int err = e->store != NULL ? gs_file_attach(e->store) : GS_E_NOMEM;
    if (err == GS_OK) {
        e->store->path = strdup(e->path);
        err = e->store->path != NULL ? GS_OK : GS_E_NOMEM;
    }
    return err;
}

/* ---- the one that is left ---- */

static int lock_source(struct gs_move_end *e)
{
    struct gs_mark_values mark;
    e->is_live = gs_mark_read(e->path, &mark) == GS_OK;
    int err = gs_file_lock(e->path, e->is_live, &gs_file_of(e->store)->lock_fd, e->message, e->message_size);
    if (err == GS_E_BUSY) {
        return gs_move_say(e, err, "%s: a daemon runs on it: stop it first", e->path);
    }
    if (err == GS_E_NOTFOUND) { /* a backup */
        return GS_OK;
    }
    return err != GS_OK ? err : gs_restoring_finish(e->path, e->message, e->message_size);
}

/* A live store or a drill's: it stays what it is. */
static int judge_source(struct gs_move_end *e)
{
    struct stat st;
    int fd = open(e->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return gs_move_say(e, errno == ENOENT ? GS_E_NOTFOUND : GS_E_DENIED, "%s: cannot be opened: %s", e->path,
                           strerror(errno));
    }
    int err = fstat(fd, &st) == 0 && S_ISREG(st.st_mode)
                  ? gs_file_judge(fd, e->path, false, e->message, e->message_size)
                  : gs_move_say(e, GS_E_FOREIGN, "%s: is not a regular file", e->path);
    if (err == GS_E_FOREIGN && S_ISREG(st.st_mode)) {
        err = gs_file_judge(fd, e->path, true, e->message, e->message_size);
        e->store->drill = err == GS_OK;
        if (err == GS_OK) {
            e->message[0] = '\0';
        }
    }
    (void)close(fd);
    return err;
}

static int expect_present_schema(struct gs_move_end *e)
{
    int64_t version;
    int err = gs_sql_int(e->store, "PRAGMA user_version", &version);
    if (err == GS_OK && version < gs_schema_version()) {
        return gs_move_say(e, GS_E_FOREIGN,
                           "%s: has schema %" PRId64
                           ", and this gateslotd writes %d: %s it once with this one, then move it",
                           e->path, version, gs_schema_version(), e->is_live ? "start" : "restore");
    }
    return err;
}

static int leave(struct gs_move_end *e)
{
    int err = new_store(e, false);
    err = err != GS_OK ? err : lock_source(e);
    err = err != GS_OK ? err : judge_source(e);
    if (err != GS_OK) {
        return err;
    }
    const struct gs_store_options options = {.now_ms = e->options->now_ms};
    err = gs_connect(e->store, e->path);
    err = err != GS_OK ? err : gs_connect_keep(e->store, 1);
    err = err != GS_OK ? err : gs_connect_harden(e->store);
    err = err != GS_OK ? err : gs_connect_set_up(e->store);
    err = err != GS_OK ? err : gs_connect_identity(e->store);
    err = err != GS_OK ? err : expect_present_schema(e);
    err = err != GS_OK ? err : gs_state_read(e->store, &e->store->state);
    err = err != GS_OK ? err : gs_loss_judge(e->store, &options);
    return err != GS_OK ? err : gs_copy_check(e->store);
}

/* ---- the one that is made ---- */

/* The same store may have stood there once, and may have had its mark left behind. */
static int judge_mark(struct gs_move_end *e, const struct gs_state *of)
{
    struct gs_mark_values mark;
    int err = gs_mark_read(e->path, &mark);
    if (err == GS_E_NOTFOUND || err == GS_E_CORRUPT) {
        return GS_OK;
    }
    if (err == GS_OK && mark.batch > 0 && (mark.store_id != of->store_id || mark.batch > of->batch)) {
        return gs_move_say(
            e, GS_E_DENIED,
            "%s: is missing, and its mark says that %s: choose another place, or remove %s" GS_BESIDE_MARK, e->path,
            mark.store_id != of->store_id ? "another store belongs there" : "it had more than this", e->path);
    }
    return err;
}

static int judge_place(struct gs_move_end *e, const struct gs_state *of)
{
    enum gs_file_state found = GS_FILE_MISSING;
    struct stat st;
    if (e->is_backup) {
        return lstat(e->path, &st) == 0 ? gs_move_say(e, GS_E_DENIED, "%s: exists and is not overwritten", e->path)
                                        : GS_OK;
    }
    if (stat(e->path, &st) == 0 && (st.st_size > 0 || !S_ISREG(st.st_mode))) {
        return gs_move_say(e, GS_E_DENIED,
                           "%s: something stands there already: a store moves only to where there is none", e->path);
    }
    int err = gs_file_lock(e->path, true, &gs_file_of(e->store)->lock_fd, e->message, e->message_size);
    err = err != GS_OK ? err : gs_file_inspect(e->path, e->store->drill, &found, e->message, e->message_size);
    return err != GS_OK ? err : judge_mark(e, of);
}

static int create(struct gs_move_end *e)
{
    e->making = gs_file_beside(e->path, GS_BESIDE_INCOMING);
    if (e->making == NULL) {
        return GS_E_NOMEM;
    }
    if (!gs_file_clear(e->making)) {
        int err = gs_move_say(e, GS_E_DENIED, "%s: is in the way and is left as it is", e->making);
        free(e->making);
        e->making = NULL;
        return err;
    }
    int fd = open(e->making, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (fd < 0) {
        return gs_move_say(e, errno == ENOSPC || errno == EDQUOT ? GS_E_FULL : GS_E_DENIED, "%s: cannot be made: %s",
                           e->making, strerror(errno));
    }
    (void)close(fd);
    return GS_OK;
}

/* Nothing is written before the journal is off: a kill would leave one that begins as nobody's. */
static int make(struct gs_move_end *e, bool drill, const struct gs_state *of)
{
    char script[256];
    (void)snprintf(script, sizeof script,
                   "PRAGMA page_size = %d; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF;"
                   " PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY; PRAGMA application_id = %d",
                   GS_STORE_PAGE_BYTES, drill ? GS_SCHEMA_DRILL : GS_SCHEMA_LIVE);
    int err = new_store(e, drill);
    err = err != GS_OK ? err : judge_place(e, of);
    err = err != GS_OK ? err : create(e);
    err = err != GS_OK ? err : gs_connect(e->store, e->making);
    err = err != GS_OK ? err : gs_sql_script(e->store, script);
    err = err != GS_OK ? err : gs_schema_migrate(e->store);
    return err != GS_OK ? err : gs_tx_begin(e->store);
}

static int complete(struct gs_move_end *e, bool drill)
{
    int err = gs_connect_expect(e->store, "PRAGMA journal_mode = WAL", "wal");
    if (gs_disconnect(e->store) != SQLITE_OK && err == GS_OK) {
        err = GS_E_IO;
    }
    if (err == GS_OK && gs_file_sync(e->making) != GS_OK) {
        err = gs_move_say(e, errno == ENOSPC ? GS_E_FULL : GS_E_IO, "%s: cannot be synced: %s", e->making,
                          strerror(errno));
    }
    return err != GS_OK ? err : gs_copy_check_file(e->making, e->path, drill, e->message, e->message_size);
}

/* It has its name: that too is to be on disk. */
static int placed(struct gs_move_end *e)
{
    free(e->making);
    e->making = NULL;
    return gs_file_sync_directory(e->path) == GS_OK
               ? GS_OK
               : gs_move_say(e, GS_E_IO, "%s: its directory cannot be synced: %s", e->path, strerror(errno));
}

/* link and not rename: it does not replace what appeared there meanwhile. Not every file system of a stick knows it. */
static int place_backup(struct gs_move_end *e, bool *out_placed)
{
    const int fd = open(e->making, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    const bool ours = fd >= 0 && fchmod(fd, 0600) == 0; /* as every backup */
    if (fd >= 0) {
        (void)close(fd);
    }
    if (!ours) {
        return gs_move_say(e, GS_E_DENIED, "%s: %s", e->making, strerror(errno));
    }
    if (link(e->making, e->path) != 0 && (errno == EEXIST || rename(e->making, e->path) != 0)) {
        return gs_move_say(e, errno == ENOSPC ? GS_E_FULL : GS_E_DENIED, "%s: %s", e->path, strerror(errno));
    }
    (void)unlink(e->making);
    *out_placed = true;
    return placed(e);
}

static int place(struct gs_move_end *e, bool *out_placed)
{
    if (gs_moved_remove(e->path) != GS_OK) {
        return gs_move_say(e, GS_E_IO, "%s" GS_BESIDE_MOVED ": cannot be removed: %s", e->path, strerror(errno));
    }
    if (rename(e->making, e->path) != 0) {
        return gs_move_say(e, GS_E_IO, "%s: cannot be given its name: %s", e->path, strerror(errno));
    }
    *out_placed = true;
    return placed(e);
}

static int publish(struct gs_move_end *e, const struct gs_state *state, bool *out_placed)
{
    int err = GS_OK;
    if (e->is_backup) {
        return place_backup(e, out_placed);
    }
    if (state->pending == 0) { /* else the first start opens an epoch, and makes the mark with it */
        struct gs_mark mark = {.fd = -1};
        err = gs_mark_open(&mark, e->path, state);
        if (err != GS_OK) {
            err = gs_move_say(e, err, "%s" GS_BESIDE_MARK ": cannot be written: %s", e->path, strerror(errno));
        }
        gs_mark_close(&mark);
    }
    return err != GS_OK ? err : place(e, out_placed);
}

static bool has(struct gs_move_end *e, const struct gs_move_last *last)
{
    struct gs_mark_values there;
    struct stat st;
    return stat(e->path, &st) == 0 && st.st_size > 0 && gs_mark_read(e->path, &there) == GS_OK &&
           there.store_id == last->store_id && there.batch >= last->batch;
}

static int last(struct gs_move_end *e, struct gs_move_last *out)
{
    struct gs_mark_values mark;
    int err = gs_mark_read(e->path, &mark);
    if (err == GS_OK) {
        *out = (struct gs_move_last){.store_id = mark.store_id, .batch = mark.batch};
    }
    return err;
}

static int read_note(struct gs_move_end *e, char out[GS_MOVED_TO_MAX])
{
    int err = gs_moved_read(e->path, out);
    return err == GS_OK || err == GS_E_NOTFOUND ? err : gs_moved_judge(e->path, e->message, e->message_size);
}

static int write_note(struct gs_move_end *e, const char *to)
{
    return gs_moved_write(e->path, to, e->options->now_ms, e->message, e->message_size);
}

static int remove_note(struct gs_move_end *e)
{
    return gs_moved_remove(e->path);
}

static void finish(struct gs_move_end *e)
{
    const bool reached = e->store != NULL && e->store->db != NULL && gs_file_connection(e->store) != NULL;
    if (reached) {
        (void)gs_disconnect(e->store);
    }
    if (reached && e->making == NULL) {
        gs_file_remove_empty_log(e->path);
    }
    if (e->making != NULL) {
        (void)gs_file_clear(e->making);
    }
    gs_store_close(e->store);
    free(e->making);
    free(e->path);
}

const struct gs_move_end_ops gs_file_end = {.name = name_file,
                                            .leave = leave,
                                            .make = make,
                                            .complete = complete,
                                            .publish = publish,
                                            .read_note = read_note,
                                            .write_note = write_note,
                                            .remove_note = remove_note,
                                            .last = last,
                                            .has = has,
                                            .finish = finish};
