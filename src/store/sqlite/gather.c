/* Gathers writes to the write-ahead log, because SQLite writes it frame by frame, each in two calls. Writes that adjoin wait in a buffer until
 * a call depends on them: a sync, a read, a question for the size. SQLite promises nothing before its sync, so nothing is lost by waiting. If
 * the gathered write then fails, that call fails, before anything is synced: so a full disk (known not stored) stays apart from a failed sync
 * (unknown). Only for the log: while it checkpoints into the database, SQLite ignores the failure of some calls, and a gathered write that
 * failed in one of them would be missing unnoticed. */
#include "gather.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static struct gs_gather *gather_of(sqlite3_file *file)
{
    return (struct gs_gather *)(uintptr_t)file->pMethods;
}

/* What could not be written is dropped: its transaction is told and rolls back. */
static int write_out(sqlite3_file *file)
{
    struct gs_gather *g = gather_of(file);
    const int len = (int)g->len;
    g->len = 0;
    return len > 0 ? g->below->xWrite(file, g->bytes, len, g->start_at) : SQLITE_OK;
}

static int on_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 at)
{
    struct gs_gather *g = gather_of(file);
    const size_t size = (size_t)count;
    if (g->len > 0 && (at != g->start_at + (sqlite3_int64)g->len || size > GS_GATHER_BYTES - g->len)) {
        int rc = write_out(file);
        if (rc != SQLITE_OK) {
            return rc;
        }
    }
    if (size >= GS_GATHER_BYTES) {
        return g->below->xWrite(file, bytes, count, at);
    }
    if (g->len == 0) {
        g->start_at = at;
    }
    memcpy(g->bytes + g->len, bytes, size);
    g->len += size;
    return SQLITE_OK;
}

static int on_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 at)
{
    int rc = write_out(file);
    return rc != SQLITE_OK ? rc : gather_of(file)->below->xRead(file, bytes, count, at);
}

static int on_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    int rc = write_out(file);
    return rc != SQLITE_OK ? rc : gather_of(file)->below->xTruncate(file, size);
}

static int on_sync(sqlite3_file *file, int flags)
{
    struct gs_gather *g = gather_of(file);
    int rc = write_out(file);
    if (rc != SQLITE_OK) {
        return rc;
    }
    int64_t began_us = gs_monotonic_us();
    rc = g->below->xSync(file, flags);
    if (g->sync_times != NULL) {
        gs_histogram_observe(g->sync_times, gs_monotonic_us() - began_us);
    }
    return rc;
}

static int on_file_size(sqlite3_file *file, sqlite3_int64 *out_size)
{
    int rc = write_out(file);
    return rc != SQLITE_OK ? rc : gather_of(file)->below->xFileSize(file, out_size);
}

static int on_close(sqlite3_file *file)
{
    struct gs_gather *g = gather_of(file);
    int failed = write_out(file);
    file->pMethods = g->below;
    int rc = g->below->xClose(file);
    return failed != SQLITE_OK ? failed : rc;
}

void gs_gather_attach(struct gs_gather *g, sqlite3_file *file)
{
    if (file == NULL || file->pMethods == NULL || g->bytes != NULL) {
        return;
    }
    g->bytes = malloc(GS_GATHER_BYTES);
    if (g->bytes == NULL) {
        return;
    }
    g->len = 0;
    g->below = file->pMethods;
    g->methods = *g->below;
    g->methods.xClose = on_close;
    g->methods.xRead = on_read;
    g->methods.xWrite = on_write;
    g->methods.xTruncate = on_truncate;
    g->methods.xSync = on_sync;
    g->methods.xFileSize = on_file_size;
    file->pMethods = &g->methods;
}

void gs_gather_finish(struct gs_gather *g)
{
    free(g->bytes);
    *g = (struct gs_gather){0};
}
