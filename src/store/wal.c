/* Owns the write-ahead log. A file that is written over costs about half of what one costs that grows, at every fdatasync: so the
 * log is laid out with zeros in its full size once and then used in laps, never cut. The zeros are no valid frames: recovery ends at them.
 * When to checkpoint is the callers' choice. */
#include "wal.h"
#include "sql.h"
#include <string.h>

static int count_frames(void *self, sqlite3 *db, const char *name, int frames)
{
    struct gs_store *store = self;
    (void)db;
    (void)name;
    store->wal_frames = frames;
    store->wal_commits++;
    return SQLITE_OK;
}

/* NULL: not open. */
static sqlite3_file *log_of(struct gs_store *store)
{
    sqlite3_file *log = NULL;
    return sqlite3_file_control(store->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK ? log : NULL;
}

void gs_wal_watch(struct gs_store *store)
{
    gs_gather_attach(&store->log_file, log_of(store));
    (void)sqlite3_wal_hook(store->db, count_frames, store);
    store->wal_frames = store->wal_commits = store->wal_floor = 0;
}

bool gs_wal_is_due(const struct gs_store *store)
{
    const int frames = store->wal_frames - store->wal_floor;
    const bool large = frames > store->wal_commits * GS_STORE_WAL_LARGE_BATCH;
    return frames >= (large ? GS_STORE_WAL_FRAMES_LARGE : GS_STORE_WAL_FRAMES_SMALL);
}

static int checkpoint(struct gs_store *store, int mode)
{
    int in_log = 0, moved = 0;
    if (store->unusable) {
        return GS_E_IO;
    }
    int rc = sqlite3_wal_checkpoint_v2(store->db, "main", mode, &in_log, &moved);
    if (rc != SQLITE_OK) {
        int err = gs_sql_failed(store, rc, "a checkpoint failed");
        /* All commits are safe in the log, which may grow on until space comes back; trying at once again would be in vain. */
        store->wal_floor = store->wal_frames;
        return gs_tx_abort(store, err);
    }
    store->wal_frames = store->wal_floor = in_log - moved;
    store->wal_commits = 0;
    return GS_OK;
}

int gs_wal_checkpoint(struct gs_store *store)
{
    return checkpoint(store, SQLITE_CHECKPOINT_PASSIVE);
}

/* Through SQLite's own file, so that it is seen by whatever stands below it. */
static int lay_out(sqlite3_file *wal)
{
    static const char zeros[16 * GS_STORE_PAGE_BYTES];
    const sqlite3_int64 full = (sqlite3_int64)GS_STORE_WAL_FRAMES_SMALL * (GS_STORE_PAGE_BYTES + 24);
    sqlite3_int64 size = 0;
    int rc = wal->pMethods->xFileSize(wal, &size);
    const sqlite3_int64 before = size;
    /* The cut first: zeros that reach the disk before it does would leave the beginning of a log that is long in the database. */
    if (rc == SQLITE_OK && before < full) {
        rc = wal->pMethods->xSync(wal, SQLITE_SYNC_NORMAL);
    }
    while (rc == SQLITE_OK && size < full) {
        sqlite3_int64 rest = full - size;
        int part = rest < (sqlite3_int64)sizeof zeros ? (int)rest : (int)sizeof zeros;
        rc = wal->pMethods->xWrite(wal, zeros, part, size);
        size += part;
    }
    if (rc == SQLITE_OK && before < full) {
        rc = wal->pMethods->xSync(wal, SQLITE_SYNC_NORMAL);
    } else if (rc == SQLITE_FULL) {
        /* On a full disk the log grows page by page, as far as it can. */
        rc = wal->pMethods->xTruncate(wal, before);
    }
    return rc;
}

int gs_wal_empty(struct gs_store *store)
{
    int err = checkpoint(store, SQLITE_CHECKPOINT_TRUNCATE);
    if (err != GS_OK) {
        return err;
    }
    sqlite3_file *wal = log_of(store);
    int rc = wal != NULL && wal->pMethods != NULL ? lay_out(wal) : SQLITE_OK;
    if (rc != SQLITE_OK) {
        gs_store_note(store, "%s-wal: could not be laid out (code %d)", store->path, rc);
        return gs_tx_abort(store, gs_sql_error(rc));
    }
    return GS_OK;
}
