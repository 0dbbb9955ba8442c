/* What the store calls beside SQLite: see the header. meson.build names every one of them to the linker, and own_calls.sh holds that
 * list to what the store's archive asks for: so no operation of ours escapes the counting. */
#include "calls.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/types.h>

enum { FIRST_FD = 1000000, FDS = 64 };

/* The linker's replacements have nowhere else to find the disk. */
static struct disk *disk;
static struct {
    bool used, directory;
    struct disk_file *file;
} fds[FDS];

void calls_install(struct disk *d)
{
    disk = d;
    memset(fds, 0, sizeof fds);
}

static bool is_ours(const char *path)
{
    return disk != NULL && strncmp(path, DISK_ROOT, strlen(DISK_ROOT)) == 0;
}

static bool is_root(const char *path)
{
    return strcmp(path, DISK_ROOT) == 0;
}

static bool is_our_fd(int fd)
{
    return fd >= FIRST_FD && fd < FIRST_FD + FDS && fds[fd - FIRST_FD].used;
}

static struct disk_file *file_of(int fd)
{
    return fds[fd - FIRST_FD].file;
}

static int result(int error)
{
    errno = error != 0 ? error : errno;
    return error != 0 ? -1 : 0;
}

static int new_fd(struct disk_file *file)
{
    for (int i = 0; i < FDS; i++) {
        if (!fds[i].used) {
            fds[i].used = true;
            fds[i].directory = file == NULL;
            fds[i].file = file;
            return FIRST_FD + i;
        }
    }
    return result(EMFILE);
}

static int look(const char *name)
{
    return disk_ask(disk, DISK_LOOK, name, false).error;
}

int __real_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(args, mode_t) : 0;
    va_end(args);
    if (!is_ours(path)) {
        return __real_open64(path, flags, mode);
    }
    struct disk_file *file = NULL;
    int error = is_root(path) ? disk_ask(disk, DISK_OPEN, path, false).error
                              : disk_open(disk, path, (flags & O_CREAT) != 0, (flags & O_EXCL) != 0, &file);
    return error != 0 ? result(error) : new_fd(file);
}

int __real_close(int fd);
int __wrap_close(int fd);
int __wrap_close(int fd)
{
    if (!is_our_fd(fd)) {
        return __real_close(fd);
    }
    fds[fd - FIRST_FD].used = false;
    return 0;
}

ssize_t __real_pread64(int fd, void *out, size_t amount, off_t at);
ssize_t __wrap_pread64(int fd, void *out, size_t amount, off_t at);
ssize_t __wrap_pread64(int fd, void *out, size_t amount, off_t at)
{
    size_t got = 0;
    if (!is_our_fd(fd)) {
        return __real_pread64(fd, out, amount, at);
    }
    int error = disk_read(disk, file_of(fd), out, amount, at, &got);
    return error != 0 ? result(error) : (ssize_t)got;
}

ssize_t __real_pwrite64(int fd, const void *bytes, size_t amount, off_t at);
ssize_t __wrap_pwrite64(int fd, const void *bytes, size_t amount, off_t at);
ssize_t __wrap_pwrite64(int fd, const void *bytes, size_t amount, off_t at)
{
    if (!is_our_fd(fd)) {
        return __real_pwrite64(fd, bytes, amount, at);
    }
    int error = disk_write(disk, file_of(fd), bytes, amount, at);
    return error != 0 ? result(error) : (ssize_t)amount;
}

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
    if (!is_our_fd(fd)) {
        return __real_fsync(fd);
    }
    return result(file_of(fd) != NULL ? disk_sync(disk, file_of(fd)) : disk_sync_names(disk));
}

int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);
int __wrap_fdatasync(int fd)
{
    return is_our_fd(fd) ? __wrap_fsync(fd) : __real_fdatasync(fd);
}

int __real_fchmod(int fd, mode_t mode);
int __wrap_fchmod(int fd, mode_t mode);
int __wrap_fchmod(int fd, mode_t mode)
{
    return is_our_fd(fd) ? result(disk_ask(disk, DISK_NAME, disk_file_name(file_of(fd)), false).error)
                         : __real_fchmod(fd, mode);
}

int __real_flock(int fd, int operation);
int __wrap_flock(int fd, int operation);
int __wrap_flock(int fd, int operation)
{
    return is_our_fd(fd) ? result(disk_ask(disk, DISK_LOCK, disk_file_name(file_of(fd)), false).error)
                         : __real_flock(fd, operation);
}

int __real_posix_fallocate64(int fd, off_t at, off_t size);
int __wrap_posix_fallocate64(int fd, off_t at, off_t size);
int __wrap_posix_fallocate64(int fd, off_t at, off_t size)
{
    return is_our_fd(fd) ? disk_allocate(disk, file_of(fd), at + size) : __real_posix_fallocate64(fd, at, size);
}

static void describe(const struct disk_file *file, struct stat *out)
{
    *out = (struct stat){.st_mode = S_IFREG | 0640, .st_nlink = 1, .st_ino = (ino_t)(uintptr_t)file};
    out->st_size = disk_size(file);
    out->st_blocks = (out->st_size + 511) / 512;
}

int __real_fstat64(int fd, struct stat *out);
int __wrap_fstat64(int fd, struct stat *out);
int __wrap_fstat64(int fd, struct stat *out)
{
    if (!is_our_fd(fd)) {
        return __real_fstat64(fd, out);
    }
    describe(file_of(fd), out);
    return result(look(disk_file_name(file_of(fd))));
}

int __real_stat64(const char *path, struct stat *out);
int __wrap_stat64(const char *path, struct stat *out);
int __wrap_stat64(const char *path, struct stat *out)
{
    if (!is_ours(path)) {
        return __real_stat64(path, out);
    }
    int error = look(path);
    const struct disk_file *file = disk_file(disk, path);
    if (error == 0 && file != NULL) {
        describe(file, out);
    }
    return result(error != 0 ? error : file == NULL ? ENOENT : 0);
}

int __real_lstat64(const char *path, struct stat *out);
int __wrap_lstat64(const char *path, struct stat *out);
int __wrap_lstat64(const char *path, struct stat *out)
{
    return is_ours(path) ? __wrap_stat64(path, out) : __real_lstat64(path, out);
}

int __real_statvfs64(const char *path, struct statvfs *out);
int __wrap_statvfs64(const char *path, struct statvfs *out);
int __wrap_statvfs64(const char *path, struct statvfs *out)
{
    if (!is_ours(path)) {
        return __real_statvfs64(path, out);
    }
    *out = (struct statvfs){.f_frsize = 4096, .f_bavail = 1 << 20};
    return result(look(path));
}

int __real_faccessat(int at, const char *path, int mode, int flags);
int __wrap_faccessat(int at, const char *path, int mode, int flags);
int __wrap_faccessat(int at, const char *path, int mode, int flags)
{
    if (!is_ours(path)) {
        return __real_faccessat(at, path, mode, flags);
    }
    int error = look(path);
    return result(error != 0 ? error : is_root(path) || disk_has(disk, path) ? 0 : ENOENT);
}

char *__real_realpath(const char *path, char *out);
char *__wrap_realpath(const char *path, char *out);
char *__wrap_realpath(const char *path, char *out)
{
    if (!is_ours(path)) {
        return __real_realpath(path, out);
    }
    int error = look(path);
    error = error != 0 ? error : is_root(path) || disk_has(disk, path) ? 0 : ENOENT;
    return result(error) == 0 ? strdup(path) : NULL;
}

int __real_unlink(const char *path);
int __wrap_unlink(const char *path);
int __wrap_unlink(const char *path)
{
    return is_ours(path) ? result(disk_unlink(disk, path)) : __real_unlink(path);
}

int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to)
{
    return is_ours(from) ? result(disk_rename(disk, from, to)) : __real_rename(from, to);
}

int __real_link(const char *from, const char *to);
int __wrap_link(const char *from, const char *to);
int __wrap_link(const char *from, const char *to)
{
    return is_ours(from) ? result(disk_link(disk, from, to)) : __real_link(from, to);
}
