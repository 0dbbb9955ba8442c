/* Copies of a store in PostgreSQL while it works: read by a thread of their own over a connection of their own, in one snapshot of the server, so no
 * batch waits. A backup is a file of SQLite, as that of any store; what is only checked is read through as it stands in the snapshot. */
#include "pg_backup.h"
#include "copy_check.h"
#include "copy_out.h"
#include "epochs.h"
#include "gateslot/base/thread.h"
#include "gateslot/base/thread_slice.h"
#include "last_backup.h"
#include "pg_database.h"
#include "sql.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct pg_backup {
    struct gs_backup base;  /* first */
    struct gs_store *store; /* borrowed */
    struct gs_store *from;  /* owned: the same, read by the thread */
    char *address, *path;   /* owned; path NULL: it is only checked */
    const struct gs_backup_waker *waker;
    pthread_t thread;
    bool running; /* it is to be joined */
    atomic_bool done;
    atomic_int socket; /* of the thread's connection: who gives the copy up ends it; -1: there is none */
    int err;
    int64_t bytes;
    char text[GS_STORE_MESSAGE_MAX];
};

/* One snapshot for all that is read: what is committed meanwhile is not in it. */
static int begin_snapshot(struct pg_backup *b)
{
    const struct gs_store_options options = {.copies_promised = 1};
    struct gs_store *from = b->from;
    int err = gs_pg_reach(from, b->address, &options);
    struct gs_pg_link *link = &gs_pg_of(from)->link;
    err = err != GS_OK ? err : gs_pg_script(link, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    if (err != GS_OK && from->message[0] == '\0') {
        gs_store_note(from, "%s", link->message);
    }
    link->reply_us = GS_PG_CHECK_US;
    atomic_store(&b->socket, err == GS_OK ? PQsocket(link->conn) : -1);
    err = err != GS_OK ? err : gs_state_read(from, &from->state);
    return err != GS_OK ? err : gs_epochs_load(from);
}

static void copy(struct pg_backup *b)
{
    b->err = begin_snapshot(b);
    if (b->err == GS_OK && b->path != NULL) {
        b->err = gs_copy_out(b->from, b->path, &b->bytes, b->text, sizeof b->text);
    } else if (b->err == GS_OK) {
        b->err = gs_copy_check(b->from);
    }
    if (b->err != GS_OK && b->text[0] == '\0') {
        (void)snprintf(b->text, sizeof b->text, "%s",
                       b->from->message[0] != '\0' ? b->from->message : gs_strerror(b->err));
    }
    atomic_store(&b->socket, -1);
    gs_store_close(b->from);
    b->from = NULL;
    atomic_store(&b->done, true);
    if (b->waker != NULL) {
        b->waker->wake(b->waker->self);
    }
}

static void *copy_beside(void *self)
{
    gs_thread_slice(GS_SLICE_LONG_US);
    copy(self);
    return NULL;
}

static void finish(struct gs_backup *self)
{
    struct pg_backup *b = (struct pg_backup *)self;
    if (b->running) {
        const int socket = atomic_load(&b->socket);
        if (socket >= 0) { /* it is given up: what it waits for comes at once, as a failure */
            (void)shutdown(socket, SHUT_RDWR);
        }
        (void)pthread_join(b->thread, NULL);
    }
    gs_store_close(b->from);
    free(b->address);
    free(b->path);
    free(b);
}

static int begin(struct gs_store *store, const char *path, const struct gs_backup_waker *waker, struct gs_backup **out)
{
    const struct gs_store_options options = {.tz = store->tz, .drill = store->drill};
    struct pg_backup *b = calloc(1, sizeof *b);
    if (b == NULL) {
        return GS_E_NOMEM;
    }
    b->base.ops = store->db->backups;
    b->store = store;
    b->waker = waker;
    atomic_store(&b->socket, -1);
    b->address = strdup(gs_pg_of(store)->address);
    b->path = path != NULL ? strdup(path) : NULL;
    b->from = gs_store_new(&options);
    int err =
        b->address == NULL || (path != NULL && b->path == NULL) || b->from == NULL ? GS_E_NOMEM : gs_pg_attach(b->from);
    if (err != GS_OK) {
        finish(&b->base);
        return err;
    }
    /* Where there can be no thread, batches wait: better than no backup. */
    b->running = waker != NULL && gs_thread_start(&b->thread, NULL, copy_beside, b) == GS_OK;
    if (!b->running) {
        copy(b);
    }
    *out = &b->base;
    return GS_OK;
}

static int start(struct gs_store *store, const char *path, const struct gs_backup_waker *waker, struct gs_backup **out,
                 char *text, size_t text_size)
{
    (void)text;
    (void)text_size;
    return begin(store, path, waker, out);
}

static int start_check(struct gs_store *store, const struct gs_backup_waker *waker, struct gs_backup **out, char *text,
                       size_t text_size)
{
    (void)text;
    (void)text_size;
    return begin(store, NULL, waker, out);
}

static bool is_waiting(const struct gs_backup *backup)
{
    return !atomic_load(&((const struct pg_backup *)backup)->done);
}

static int step(struct gs_backup *backup, bool *out_done, char *text, size_t text_size)
{
    struct pg_backup *b = (struct pg_backup *)backup;
    if (is_waiting(backup)) {
        return GS_OK;
    }
    int err = b->err;
    if (err != GS_OK) {
        (void)snprintf(text, text_size, "%s", b->text);
        return err;
    }
    if (b->path != NULL && b->store->unusable) {
        (void)snprintf(text, text_size, "%s: is made, but the store failed meanwhile", b->path);
        return GS_E_IO;
    }
    err = b->path != NULL ? gs_last_backup_note(b->store, b->path, b->bytes) : GS_OK;
    if (err != GS_OK) {
        (void)snprintf(text, text_size, "%s: is made, but the store cannot remember it", b->path);
        return err;
    }
    *out_done = true;
    return GS_OK;
}

const struct gs_backup_ops gs_pg_backups = {
    .start = start, .start_check = start_check, .step = step, .is_waiting = is_waiting, .finish = finish};
