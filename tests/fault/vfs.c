/* The VFS: see the header. Like os_unix it syncs the directory with the first sync of a log or journal that it made, takes a write that fell
 * short for a full disk, and promises only that a write leaves the bytes beside it alone. */
#include "vfs.h"
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct vfs {
    sqlite3_vfs base;
    sqlite3_vfs *real; /* for its clock */
    struct disk *disk;
    uint64_t random;
};

struct open_file {
    sqlite3_file base;
    struct disk *disk;
    struct disk_file *file;
    bool sync_names; /* its name is not yet known to be on disk */
    int persist_log; /* what SQLite was told about the log at closing */
};

static struct open_file *file_of(sqlite3_file *file)
{
    return (struct open_file *)file;
}

static int close_file(sqlite3_file *file)
{
    (void)file;
    return SQLITE_OK;
}

static int read_file(sqlite3_file *file, void *out, int amount, sqlite3_int64 at)
{
    struct open_file *o = file_of(file);
    size_t got = 0;
    if (disk_read(o->disk, o->file, out, (size_t)amount, at, &got) != 0) {
        return SQLITE_IOERR_READ;
    }
    if (got < (size_t)amount) {
        memset((unsigned char *)out + got, 0, (size_t)amount - got);
        return SQLITE_IOERR_SHORT_READ;
    }
    return SQLITE_OK;
}

static int write_file(sqlite3_file *file, const void *bytes, int amount, sqlite3_int64 at)
{
    struct open_file *o = file_of(file);
    int error = disk_write(o->disk, o->file, bytes, (size_t)amount, at);
    return error == 0 ? SQLITE_OK : error == ENOSPC ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 size)
{
    struct open_file *o = file_of(file);
    return disk_truncate(o->disk, o->file, size) == 0 ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}

static int sync_file(sqlite3_file *file, int flags)
{
    struct open_file *o = file_of(file);
    (void)flags;
    if (disk_sync(o->disk, o->file) != 0) {
        return SQLITE_IOERR_FSYNC;
    }
    if (o->sync_names) {
        o->sync_names = false;
        return disk_sync_names(o->disk) == 0 ? SQLITE_OK : SQLITE_IOERR_DIR_FSYNC;
    }
    return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *out)
{
    struct open_file *o = file_of(file);
    *out = disk_size(o->file);
    return disk_ask(o->disk, DISK_LOOK, disk_file_name(o->file), false).error == 0 ? SQLITE_OK : SQLITE_IOERR_FSTAT;
}

static int lock_file(sqlite3_file *file, int lock)
{
    struct open_file *o = file_of(file);
    (void)lock;
    return disk_ask(o->disk, DISK_LOCK, disk_file_name(o->file), false).error == 0 ? SQLITE_OK : SQLITE_IOERR_LOCK;
}

static int unlock_file(sqlite3_file *file, int lock)
{
    (void)file;
    (void)lock;
    return SQLITE_OK;
}

static int check_reserved(sqlite3_file *file, int *out)
{
    (void)file;
    *out = 0;
    return SQLITE_OK;
}

static int control(sqlite3_file *file, int op, void *argument)
{
    struct open_file *o = file_of(file);
    int *value = argument;
    if (op != SQLITE_FCNTL_PERSIST_WAL) {
        return SQLITE_NOTFOUND;
    }
    if (*value < 0) {
        *value = o->persist_log;
    } else {
        o->persist_log = *value;
    }
    return SQLITE_OK;
}

static int sector_size(sqlite3_file *file)
{
    (void)file;
    return 4096; /* os_unix's */
}

static int characteristics(sqlite3_file *file)
{
    (void)file;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
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
    struct open_file *o = file_of(file);
    struct disk *d = ((struct vfs *)vfs)->disk;
    bool create = (flags & SQLITE_OPEN_CREATE) != 0;
    bool log = (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL)) != 0;
    *o = (struct open_file){.disk = d, .sync_names = log && create};
    if (name == NULL || disk_open(d, name, create, false, &o->file) != 0) {
        return SQLITE_CANTOPEN;
    }
    o->base.pMethods = &methods;
    if (out_flags != NULL) {
        *out_flags = flags;
    }
    return SQLITE_OK;
}

static int delete_file(sqlite3_vfs *vfs, const char *name, int sync_names)
{
    struct disk *d = ((struct vfs *)vfs)->disk;
    int error = disk_unlink(d, name);
    if (error != 0) {
        return error == ENOENT ? SQLITE_IOERR_DELETE_NOENT : SQLITE_IOERR_DELETE;
    }
    return sync_names == 0 || disk_sync_names(d) == 0 ? SQLITE_OK : SQLITE_IOERR_DIR_FSYNC;
}

static int access_file(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    struct disk *d = ((struct vfs *)vfs)->disk;
    const struct disk_file *f = disk_file(d, name);
    *out = f != NULL && (flags != SQLITE_ACCESS_EXISTS || disk_size(f) > 0); /* an empty one counts as none there */
    return disk_ask(d, DISK_LOOK, name, false).error == 0 ? SQLITE_OK : SQLITE_IOERR_ACCESS;
}

static int full_name(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
    (void)vfs;
    return snprintf(out, (size_t)size, "%s", name) < size ? SQLITE_OK : SQLITE_CANTOPEN;
}

static int randomness(sqlite3_vfs *vfs, int size, char *out)
{
    struct vfs *v = (struct vfs *)vfs;
    for (int i = 0; i < size; i++) {
        out[i] = (char)dice_next(&v->random);
    }
    return size;
}

void vfs_install(struct disk *d, uint64_t seed)
{
    struct vfs *v = calloc(1, sizeof *v);
    sqlite3_vfs *real = sqlite3_vfs_find(NULL);
    if (v == NULL || real == NULL) {
        abort();
    }
    v->base = *real;
    v->base.iVersion = 2;
    v->base.szOsFile = (int)sizeof(struct open_file);
    v->base.pNext = NULL;
    v->base.zName = "disk";
    v->base.xOpen = open_file;
    v->base.xDelete = delete_file;
    v->base.xAccess = access_file;
    v->base.xFullPathname = full_name;
    v->base.xRandomness = randomness;
    v->real = real;
    v->disk = d;
    v->random = seed;
    (void)sqlite3_vfs_register(&v->base, 1);
    sqlite3_randomness(0, NULL); /* from here on out of the seed */
}
