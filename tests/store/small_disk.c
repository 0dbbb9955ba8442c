/* See the header. Each file is the real one with its size watched. */
#include "small_disk.h"
#include <stddef.h>
#include <stdint.h>

struct watched {
    sqlite3_file base;
    struct small_disk *disk;
    sqlite3_int64 size;
    sqlite3_file real; /* and what the real VFS needs behind it */
};

static struct watched *watched_of(sqlite3_file *file)
{
    return (struct watched *)file;
}

static int close_file(sqlite3_file *file)
{
    sqlite3_file *real = &watched_of(file)->real;
    return real->pMethods != NULL ? real->pMethods->xClose(real) : SQLITE_OK;
}

static int read_file(sqlite3_file *file, void *out, int amount, sqlite3_int64 at)
{
    sqlite3_file *real = &watched_of(file)->real;
    return real->pMethods->xRead(real, out, amount, at);
}

static int write_file(sqlite3_file *file, const void *bytes, int amount, sqlite3_int64 at)
{
    struct watched *w = watched_of(file);
    sqlite3_int64 growth = at + amount > w->size ? at + amount - w->size : 0;
    if (growth > w->disk->left) {
        return SQLITE_FULL;
    }
    w->disk->left -= growth;
    w->size += growth;
    return w->real.pMethods->xWrite(&w->real, bytes, amount, at);
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 size)
{
    struct watched *w = watched_of(file);
    w->disk->left += w->size - size;
    w->size = size;
    return w->real.pMethods->xTruncate(&w->real, size);
}

static int sync_file(sqlite3_file *file, int flags)
{
    struct watched *w = watched_of(file);
    if (w->disk->syncs_until_failure == 0) {
        return SQLITE_IOERR_FSYNC;
    }
    w->disk->syncs_until_failure -= w->disk->syncs_until_failure > 0;
    return w->real.pMethods->xSync(&w->real, flags);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *out)
{
    sqlite3_file *real = &watched_of(file)->real;
    return real->pMethods->xFileSize(real, out);
}

static int lock_file(sqlite3_file *file, int lock)
{
    sqlite3_file *real = &watched_of(file)->real;
    return real->pMethods->xLock(real, lock);
}

static int unlock_file(sqlite3_file *file, int lock)
{
    sqlite3_file *real = &watched_of(file)->real;
    return real->pMethods->xUnlock(real, lock);
}

static int check_reserved(sqlite3_file *file, int *out)
{
    sqlite3_file *real = &watched_of(file)->real;
    return real->pMethods->xCheckReservedLock(real, out);
}

static int control(sqlite3_file *file, int op, void *argument)
{
    sqlite3_file *real = &watched_of(file)->real;
    return real->pMethods->xFileControl(real, op, argument);
}

static int sector_size(sqlite3_file *file)
{
    sqlite3_file *real = &watched_of(file)->real;
    return real->pMethods->xSectorSize(real);
}

static int characteristics(sqlite3_file *file)
{
    sqlite3_file *real = &watched_of(file)->real;
    return real->pMethods->xDeviceCharacteristics(real);
}

static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
    /* Version 1: no shared memory, which an exclusive connection does without. */
    static const sqlite3_io_methods methods = {
        .iVersion = 1,
        .xClose = close_file,
        .xRead = read_file,
        .xWrite = write_file,
        .xTruncate = truncate_file,
        .xSync = sync_file,
        .xFileSize = file_size,
        .xLock = lock_file,
        .xUnlock = unlock_file,
        .xCheckReservedLock = check_reserved,
        .xFileControl = control,
        .xSectorSize = sector_size,
        .xDeviceCharacteristics = characteristics,
    };
    struct watched *w = watched_of(file);
    w->disk = vfs->pAppData;
    int rc = w->disk->real->xOpen(w->disk->real, name, &w->real, flags, out_flags);
    if (rc != SQLITE_OK) {
        file->pMethods = NULL;
        return rc;
    }
    file->pMethods = &methods;
    return w->real.pMethods->xFileSize(&w->real, &w->size);
}

void small_disk_install(struct small_disk *disk)
{
    sqlite3_vfs *real = sqlite3_vfs_find(NULL);
    *disk = (struct small_disk){.vfs = *real, .real = real, .left = INT64_MAX, .syncs_until_failure = -1};
    disk->vfs.zName = "small-disk";
    disk->vfs.pNext = NULL;
    disk->vfs.pAppData = disk;
    disk->vfs.szOsFile = real->szOsFile + (int)sizeof(struct watched);
    disk->vfs.xOpen = open_file;
    (void)sqlite3_vfs_register(&disk->vfs, 1);
}

void small_disk_remove(struct small_disk *disk)
{
    (void)sqlite3_vfs_unregister(&disk->vfs);
    (void)sqlite3_vfs_register(disk->real, 1);
}
