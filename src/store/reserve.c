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
    if (r->held) {
        (void)unlink(r->path);
    }
    r->held = false;
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
static bool is_held(const struct gs_reserve *r, int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size >= r->bytes &&
           (int64_t)st.st_blocks * 512 >= r->bytes;
}

static bool has_room_for_twice(const struct gs_reserve *r)
{
    struct statvfs fs;
    return statvfs(r->beside, &fs) == 0 && (uint64_t)fs.f_bavail * fs.f_frsize / 2 >= (uint64_t)r->bytes;
}

bool gs_reserve_restore(struct gs_reserve *r)
{
    if (r->bytes <= 0 || r->held) {
        return true;
    }
    /* Asked ten times a second while the disk is full: then nothing is made only to be removed. */
    if (faccessat(AT_FDCWD, r->path, F_OK, AT_SYMLINK_NOFOLLOW) != 0 && !has_room_for_twice(r)) {
        return false;
    }
    int fd = open(r->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (fd < 0) {
        return false;
    }
    if (!is_ours(fd)) {
        (void)close(fd);
        return has_room_for_twice(r);
    }
    bool held = is_held(r, fd);
    if (!held && has_room_for_twice(r)) {
        /* Allocates the blocks or fails; nothing need be written into them. */
        held = posix_fallocate(fd, 0, (off_t)r->bytes) == 0 && fsync(fd) == 0;
    }
    if (!held) {
        (void)unlink(r->path);
    }
    (void)close(fd);
    r->held = held;
    return held;
}
