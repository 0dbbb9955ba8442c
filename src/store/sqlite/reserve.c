/* Keeps the reserve file: at ENOSPC the checkpoint that would free space fails too, and so do deletes, so some space has to
 * be set aside beforehand. It never touches the database, nor what somebody else has put under the reserve's name; and a reserve
 * that cannot be had is no error: the store works without one, only not for long on a full disk. */
#include "reserve.h"
#include "gateslot/base/error.h"
#include "gateslot/base/store_files.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { LEAST_PART = 32 }; /* of the reserve: less is not worth a file */

int gs_reserve_init(struct gs_reserve *r, const char *store_path, int64_t bytes)
{
    static const char suffix[] = GS_BESIDE_RESERVE;
    size_t size = strlen(store_path) + sizeof suffix;
    r->path = malloc(size);
    r->beside = strdup(store_path);
    if (r->path == NULL || r->beside == NULL) {
        gs_reserve_finish(r);
        return GS_E_NOMEM;
    }
    (void)snprintf(r->path, size, "%s%s", store_path, suffix);
    r->bytes = bytes;
    (void)gs_reserve_restore(r);
    return GS_OK;
}

void gs_reserve_finish(struct gs_reserve *r)
{
    free(r->path);
    free(r->beside);
    *r = (struct gs_reserve){0};
}

void gs_reserve_release(struct gs_reserve *r)
{
    if (r->held > 0) {
        (void)unlink(r->path);
    }
    r->goal = r->held > 0 ? r->held : r->bytes;
    r->held = 0;
}

/* A file of ours holds nothing; one that says anything was put there by somebody, who may want it back. */
static bool is_ours(int fd)
{
    unsigned char first[512] = {0};
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_nlink != 1 || pread(fd, first, sizeof first, 0) < 0) {
        return false;
    }
    return first[0] == 0 && memcmp(first, first + 1, sizeof first - 1) == 0;
}

/* Judged by blocks, not by length: a sparse file would hold nothing. */
static int64_t held_by(const struct gs_reserve *r, int fd)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        return 0;
    }
    int64_t blocks = (int64_t)st.st_blocks * 512, held = blocks < st.st_size ? blocks : st.st_size;
    return held < r->bytes ? held : r->bytes;
}

/* The most that can be held with as much left again, of the whole reserve, its half, …; 0: not even the least. */
static int64_t affordable(const struct gs_reserve *r, int64_t held)
{
    struct statvfs fs;
    if (statvfs(r->beside, &fs) != 0) {
        return 0;
    }
    const int64_t room = (int64_t)(fs.f_bavail * fs.f_frsize) + held;
    for (int64_t size = r->bytes; size >= r->bytes / LEAST_PART && size > 0; size /= 2) {
        if (room / 2 >= size) {
            return size;
        }
    }
    return 0;
}

/* Takes what there is room for into the open file. */
static int64_t take(const struct gs_reserve *r, int fd)
{
    int64_t held = held_by(r, fd), size = affordable(r, held);
    if (size > held && size >= r->goal && posix_fallocate(fd, 0, (off_t)size) == 0 && fsync(fd) == 0) {
        return size; /* the blocks are allocated; nothing need be written into them */
    }
    return held >= r->bytes / LEAST_PART && held >= r->goal ? held : 0;
}

bool gs_reserve_restore(struct gs_reserve *r)
{
    if (r->bytes <= 0 || r->held >= r->bytes) {
        return true;
    }
    /* Asked ten times a second while the disk is full: then nothing is made only to be removed. */
    bool exists = faccessat(AT_FDCWD, r->path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    int64_t size = affordable(r, r->held);
    if ((!exists || r->held > 0) && (size <= r->held || size < r->goal)) {
        return r->held > 0;
    }
    int fd = open(r->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (fd < 0) {
        return r->held > 0;
    }
    if (!is_ours(fd)) {
        (void)close(fd);
        return size >= r->bytes;
    }
    r->held = take(r, fd);
    if (r->held == 0) {
        (void)unlink(r->path);
    } else {
        r->goal = 0;
    }
    (void)close(fd);
    return r->held > 0;
}
