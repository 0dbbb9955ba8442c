/* Remembers the backup that is being made, and removes what is left of one that a kill ended. Backups stand anywhere and under any name,
 * so nobody could look for them; and nothing is removed but the very file that was noted. A note that cannot be written is no error: the
 * next backup under the same name removes its own. */
#include "unfinished.h"
#include "gateslot/base/store_files.h"
#include "store_file.h"
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOTE_MAX = PATH_MAX + 64 };

void gs_unfinished_note(const char *store_path, const char *path, int fd)
{
    char text[NOTE_MAX];
    struct stat st = {0}; /* before it is made: of no device */
    char *name = gs_file_beside(store_path, GS_BESIDE_BACKUP);
    int note = name != NULL && (fd < 0 || fstat(fd, &st) == 0)
                   ? open(name, O_WRONLY | O_CREAT | (fd < 0 ? O_TRUNC : 0) | O_CLOEXEC | O_NOFOLLOW, 0600)
                   : -1;
    if (note >= 0) {
        int len = snprintf(text, sizeof text, "%" PRIuMAX " %" PRIuMAX " %s\n", (uintmax_t)st.st_dev,
                           (uintmax_t)st.st_ino, path);
        /* The second is longer than the first and takes its place in one write: a kill leaves the one or the other. */
        ssize_t put = len > 0 && (size_t)len < sizeof text ? pwrite(note, text, (size_t)len, 0) : -1;
        (void)put;
        (void)fsync(note);
        (void)close(note);
    }
    free(name);
}

void gs_unfinished_clear(const char *store_path)
{
    char *name = gs_file_beside(store_path, GS_BESIDE_BACKUP);
    if (name != NULL) {
        (void)unlink(name);
    }
    free(name);
}

static ssize_t read_note(const char *name, char out[NOTE_MAX])
{
    int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    ssize_t got = fd >= 0 ? pread(fd, out, NOTE_MAX - 1, 0) : -1;
    if (fd >= 0) {
        (void)close(fd);
    }
    out[got > 0 ? got : 0] = '\0';
    return got;
}

/* Noted before it was made, it is only an empty file. */
static bool is_noted(const struct stat *st, uintmax_t device, uintmax_t inode)
{
    return (st->st_dev == device && st->st_ino == inode) || (device == 0 && inode == 0 && st->st_size == 0);
}

void gs_unfinished_remove(const char *store_path)
{
    char text[NOTE_MAX];
    struct stat st;
    char *name = gs_file_beside(store_path, GS_BESIDE_BACKUP);
    ssize_t len = name != NULL ? read_note(name, text) : -1;
    if (len > 0) {
        char *at = text;
        uintmax_t device = strtoumax(at, &at, 10), inode = strtoumax(at, &at, 10);
        bool whole = text[len - 1] == '\n' && at[0] == ' ' && at[1] == '/';
        text[len - 1] = '\0';
        if (whole && lstat(at + 1, &st) == 0 && S_ISREG(st.st_mode) && is_noted(&st, device, inode)) {
            (void)unlink(at + 1);
        }
        (void)unlink(name);
    }
    free(name);
}
