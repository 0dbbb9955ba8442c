/* Owns the write-ahead log: its size and its checkpoints. An fdatasync of a file that is written over costs about half of one that grows: so
 * the log is filled with zeros to its full size once, and after each checkpoint written from its beginning again, never cut. The zeros are
 * no valid frames: recovery ends at them. When to checkpoint is the callers' choice. */
#include "wal.h"
#include "sql.h"
#include <string.h>

static int count_frames(void *self, sqlite3 *db, const char *name, int frames)
{
    struct gs_store *store = self;
    (void)db;
    (void)name;
    gs_file_of(store)->wal_frames = frames;
    gs_file_of(store)->wal_commits++;
    return SQLITE_OK;
}

/* The log as SQLite has it open, so that what is done to it is seen by whatever stands below; NULL: there is none yet. */
static int open_log(struct gs_store *store, sqlite3_file **out)
{
    sqlite3_file *wal = NULL;
    int rc = sqlite3_file_control(gs_file_of(store)->connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
    *out = wal != NULL && wal->pMethods != NULL ? wal : NULL;
    return rc;
}

void gs_wal_watch(struct gs_store *store)
{
    sqlite3_file *wal = NULL;
    if (open_log(store, &wal) == SQLITE_OK) {
        gs_gather_attach(&gs_file_of(store)->log, wal);
        gs_file_of(store)->log.sync_times = &store->times.sync;
    }
    (void)sqlite3_wal_hook(gs_file_of(store)->connection, count_frames, store);
    gs_file_of(store)->wal_frames = gs_file_of(store)->wal_commits = gs_file_of(store)->wal_floor = 0;
}

bool gs_wal_is_due(const struct gs_store *store)
{
    return gs_file_of(store)->wal_commits >= GS_STORE_WAL_COMMITS ||
           gs_file_of(store)->wal_frames - gs_file_of(store)->wal_floor >= GS_STORE_WAL_FRAMES;
}

static int checkpoint(struct gs_store *store, int mode)
{
    int in_log = 0, moved = 0;
    if (store->unusable) {
        return GS_E_IO;
    }
    int rc = sqlite3_wal_checkpoint_v2(gs_file_of(store)->connection, "main", mode, &in_log, &moved);
    if (rc != SQLITE_OK) {
        int err = gs_file_failed(store, rc, "a checkpoint failed");
        /* All commits are safe in the log, which may grow on until space comes back; trying at once again would be in vain. */
        gs_file_of(store)->wal_floor = gs_file_of(store)->wal_frames;
        gs_file_of(store)->wal_commits = 0;
        return gs_tx_abort(store, err);
    }
    gs_file_of(store)->wal_frames = gs_file_of(store)->wal_floor = in_log - moved;
    gs_file_of(store)->wal_commits = 0;
    return GS_OK;
}

int gs_wal_checkpoint(struct gs_store *store)
{
    return checkpoint(store, SQLITE_CHECKPOINT_PASSIVE);
}

/* Overwrites the log's header with zeros, and syncs that, once all of the log is in the database: SQLite then takes the log for empty. Without
 * it, a power loss while the log is cut and written over could leave its old header before fewer of its old pages, and recovery would put those
 * over newer ones in the database. */
static int invalidate_header(sqlite3_file *wal)
{
    static const char zeros[32]; /* the header's length: sqlite.org/fileformat2.html, section 4.1 */
    sqlite3_int64 size = 0;
    int rc = wal->pMethods->xFileSize(wal, &size);
    if (rc == SQLITE_OK && size > 0) {
        rc = wal->pMethods->xWrite(wal, zeros, (int)sizeof zeros, 0);
        rc = rc != SQLITE_OK ? rc : wal->pMethods->xSync(wal, SQLITE_SYNC_NORMAL);
    }
    return rc;
}

static int lay_out(sqlite3_file *wal)
{
    static const char zeros[16 * GS_STORE_PAGE_BYTES];
    const sqlite3_int64 full = (sqlite3_int64)GS_STORE_WAL_FRAMES_LAID * (GS_STORE_PAGE_BYTES + 24);
    sqlite3_int64 size = 0;
    int rc = wal->pMethods->xFileSize(wal, &size);
    const sqlite3_int64 before = size;
    while (rc == SQLITE_OK && size < full) {
        sqlite3_int64 rest = full - size;
        int part = rest < (sqlite3_int64)sizeof zeros ? (int)rest : (int)sizeof zeros;
        rc = wal->pMethods->xWrite(wal, zeros, part, size);
        size += part;
    }
    if (rc == SQLITE_OK && before < full) {
        rc = wal->pMethods->xSync(wal, SQLITE_SYNC_NORMAL);
    }
    if (rc == SQLITE_FULL) {
        /* On a full disk the log grows page by page, as far as it can. */
        rc = wal->pMethods->xTruncate(wal, before);
    }
    return rc;
}

static int with_log(struct gs_store *store, int (*task)(sqlite3_file *wal), const char *failed)
{
    sqlite3_file *wal = NULL;
    int rc = open_log(store, &wal);
    if (rc == SQLITE_OK && wal != NULL) {
        rc = task(wal);
    }
    if (rc != SQLITE_OK) {
        gs_store_note(store, "%s-wal: %s (code %d)", store->path, failed, rc);
        return gs_tx_abort(store, gs_file_error(rc));
    }
    return GS_OK;
}

int gs_wal_empty(struct gs_store *store)
{
    int err = gs_wal_checkpoint(store);
    if (err == GS_OK && gs_file_of(store)->wal_frames == 0) { /* else the next checkpoint says why */
        err = with_log(store, invalidate_header, "could not be emptied");
    }
    err = err != GS_OK ? err : checkpoint(store, SQLITE_CHECKPOINT_TRUNCATE);
    return err != GS_OK ? err : with_log(store, lay_out, "could not be laid out");
}
