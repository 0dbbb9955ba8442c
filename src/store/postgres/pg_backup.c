/* Backs a store in PostgreSQL up into a file of SQLite, which is a store like any other. A thread does it, over a connection of its own, on which
 * the database stands still from the first row on, while batches go on: the copy is the store as it was when the backup began. */
#include "pg_backup.h"
#include "gateslot/base/thread.h"
#include "gateslot/base/thread_slice.h"
#include "last_backup.h"
#include "move_end.h"
#include "pg_database.h"
#include "pg_settings.h"
#include "sql.h"
#include "table_copy.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

struct pg_backup {
    struct gs_backup base;               /* first */
    struct gs_store *store;              /* borrowed; only its address and its kind are looked at by the thread */
    const struct gs_backup_waker *waker; /* borrowed; NULL: no thread */
    char *path;                          /* owned */
    struct gs_move_options options;
    struct gs_move_end to;
    struct gs_store *from; /* the second connection */
    pthread_t thread;
    bool running; /* there is such a thread */
    bool ran;
    atomic_bool done, given_up;
    atomic_int socket; /* of the second connection; -1: there is none */
    int err;
    char text[GS_STORE_MESSAGE_MAX];
};

/* The first sentence about a failure stays. */
static int fail(struct pg_backup *b, int err, const char *why)
{
    if (err != GS_OK && b->text[0] == '\0') {
        (void)snprintf(b->text, sizeof b->text, "%s", why);
    }
    return err;
}

/* What a store has noted of it. */
static int fail_of(struct pg_backup *b, int err, const struct gs_store *store)
{
    return fail(b, err, store != NULL && store->message[0] != '\0' ? store->message : gs_strerror(err));
}

/* The second connection: it holds no lease and writes nothing. */
static int connect_beside(struct pg_backup *b)
{
    static const char still[] = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";
    const struct gs_store_options options = {.drill = b->store->drill, .tz = b->store->tz};
    int host = -1, copies = 0;
    b->from = gs_store_new(&options);
    int err = b->from != NULL ? gs_pg_attach(b->from) : GS_E_NOMEM;
    if (err != GS_OK) {
        return fail(b, err, gs_strerror(err));
    }
    struct gs_pg_link *link = &gs_pg_of(b->from)->link;
    b->from->path = strdup(b->store->path);
    err = b->from->path != NULL ? gs_pg_connect(link, gs_pg_of(b->store)->address, -1, &host) : GS_E_NOMEM;
    err = err != GS_OK ? err : gs_pg_settings_take(link, &copies);
    link->reply_us = GS_PG_CHECK_US;
    err = err != GS_OK ? err : gs_pg_script(link, still);
    if (err == GS_OK) {
        atomic_store(&b->socket, PQsocket(link->conn));
        return GS_OK;
    }
    return fail(b, err, link->message);
}

/* The copy says what it is and when it was made: its first start as a store goes on in a new epoch. */
static int say_backup(struct gs_store *to, const struct gs_state *of)
{
    char sql[80];
    const int64_t now_ms = of->marks.now_ms > 0 ? of->marks.now_ms : 1;
    (void)snprintf(sql, sizeof sql, "UPDATE meta SET pending = %lld", (long long)now_ms);
    int err = gs_sql_script(to, sql);
    return err != GS_OK ? err : gs_state_seal(to);
}

static int copy(struct pg_backup *b)
{
    struct gs_tables_digest digest;
    struct gs_store *to = b->to.store;
    int err = fail_of(b, gs_tables_copy(b->from, to, &digest), b->from->message[0] != '\0' ? b->from : to);
    if (err == GS_OK) {
        err = say_backup(to, &b->from->state);
        err = err != GS_OK ? err : gs_tx_commit(to);
        err = err != GS_OK ? err : gs_state_read(to, &to->state);
        err = fail_of(b, err, to);
    }
    return err;
}

static int publish(struct pg_backup *b)
{
    const struct gs_state state = b->to.store->state;
    char lock[1100];
    bool placed = false;
    int err = gs_file_end_complete(&b->to, b->store->drill);
    if (err == GS_OK && (atomic_load(&b->given_up) || chmod(b->to.making, 0600) != 0)) {
        err = GS_E_IO;
    }
    err = err != GS_OK ? err : gs_file_end_publish(&b->to, &state, &placed);
    /* It belongs to a store that is run on, and a backup is none yet. */
    if (snprintf(lock, sizeof lock, "%s.lock", b->to.path) < (int)sizeof lock) {
        (void)unlink(lock);
    }
    return err;
}

static int make(struct pg_backup *b)
{
    int err = connect_beside(b);
    err = err != GS_OK ? err : fail_of(b, gs_state_read(b->from, &b->from->state), b->from);
    err = err != GS_OK ? err : gs_file_end_name(&b->to, b->path);
    err = err != GS_OK ? err : gs_file_end_make(&b->to, b->store->drill, &b->from->state);
    err = err != GS_OK ? err : copy(b);
    err = err != GS_OK ? err : publish(b);
    return fail_of(b, err, b->to.store);
}

static void run(struct pg_backup *b)
{
    b->err = make(b);
    atomic_store(&b->socket, -1);
    gs_store_close(b->from);
    b->from = NULL;
    gs_file_end_finish(&b->to);
    b->ran = true;
    atomic_store(&b->done, true);
    if (b->waker != NULL) {
        b->waker->wake(b->waker->self);
    }
}

static void *run_beside(void *self)
{
    gs_thread_slice(GS_SLICE_LONG_US);
    run(self);
    return NULL;
}

static int start(struct gs_store *store, const char *path, const struct gs_backup_waker *waker, struct gs_backup **out,
                 char *text, size_t text_size)
{
    if (faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
        (void)snprintf(text, text_size, "%s: exists and is not overwritten", path);
        return GS_E_DENIED;
    }
    struct pg_backup *b = calloc(1, sizeof *b);
    if (b == NULL || (b->path = strdup(path)) == NULL) {
        free(b);
        return GS_E_NOMEM;
    }
    b->base.ops = &gs_pg_backups;
    b->store = store;
    b->waker = waker;
    b->options = (struct gs_move_options){.tz = store->tz};
    b->to = (struct gs_move_end){.options = &b->options, .message = b->text, .message_size = sizeof b->text};
    atomic_store(&b->socket, -1);
    b->running = waker != NULL && gs_thread_start(&b->thread, NULL, run_beside, b) == GS_OK;
    *out = &b->base;
    return GS_OK;
}

/* What a check reads stands in the database: it is read through as it stands. */
static int start_check(struct gs_store *store, const struct gs_backup_waker *waker, struct gs_backup **out, char *text,
                       size_t text_size)
{
    (void)store;
    (void)waker;
    (void)out;
    (void)text;
    (void)text_size;
    return GS_E_FULL;
}

static bool is_waiting(const struct gs_backup *self)
{
    const struct pg_backup *b = (const struct pg_backup *)self;
    return b->running && !atomic_load(&b->done);
}

static void end(struct pg_backup *b)
{
    if (b->running) {
        (void)pthread_join(b->thread, NULL);
        b->running = false;
    }
}

static int step(struct gs_backup *self, bool *out_done, char *text, size_t text_size)
{
    struct pg_backup *b = (struct pg_backup *)self;
    struct stat st = {0};
    if (is_waiting(self)) {
        return GS_OK;
    }
    end(b);
    if (!b->ran) { /* there could be no thread */
        run(b);
    }
    int err = b->err;
    if (err == GS_OK) {
        const int64_t bytes = stat(b->path, &st) == 0 ? (int64_t)st.st_size : 0;
        err = fail_of(b, gs_last_backup_note(b->store, b->path, bytes), b->store);
    }
    if (err != GS_OK) {
        (void)snprintf(text, text_size, "%s", b->text);
        return err;
    }
    *out_done = true;
    return GS_OK;
}

/* Before it is done: its connection is taken from it. */
static void finish(struct gs_backup *self)
{
    struct pg_backup *b = (struct pg_backup *)self;
    atomic_store(&b->given_up, true);
    const int socket = atomic_load(&b->socket);
    if (b->running && socket >= 0) {
        (void)shutdown(socket, SHUT_RDWR);
    }
    end(b);
    free(b->path);
    free(b);
}

const struct gs_backup_ops gs_pg_backups = {
    .start = start, .start_check = start_check, .step = step, .is_waiting = is_waiting, .finish = finish};
