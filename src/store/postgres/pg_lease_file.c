/* Says whether the daemon that had the store before on this machine is dead. Whoever takes the store over holds a lock (flock) on a file of its state
 * directory until its process has ended, however that ends, and writes there which epoch it got. Who gets the lock afterwards so knows that the
 * owner of that epoch shows and does nothing any more.
 * The line also says on which start of which kernel, and on which file, that lock was: a copy of the directory, here or on another machine, or
 * one directory that several machines see over the network, is another lock, and proves nothing (docs/decisions/0023). Nothing is
 * synced: what a power failure takes is of an earlier start of the kernel afterwards. */
#include "pg_lease_file.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE = 192, BOOT = 36 }; /* LINE: bytes of the file, always written whole */

int gs_pg_lease_file_open(const char *directory)
{
    char path[4096];
    struct stat st;
    if (directory == NULL || directory[0] == '\0' ||
        snprintf(path, sizeof path, "%s/gateslot.lease", directory) >= (int)sizeof path) {
        return -1;
    }
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0640);
    if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || flock(fd, LOCK_EX | LOCK_NB) != 0)) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

/* What makes this lock this one: the start of the kernel that keeps it, the file, and the store. False: it cannot be told. */
static bool say_whose(int fd, int64_t store_id, char out[LINE])
{
    char boot[BOOT + 1] = "";
    struct stat st;
    const int from = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    const ssize_t n = from >= 0 ? read(from, boot, BOOT) : -1;
    if (from >= 0) {
        (void)close(from);
    }
    if (n != BOOT || fstat(fd, &st) != 0) {
        return false;
    }
    const int len =
        snprintf(out, LINE, "%s %ju:%ju %" PRId64 " ", boot, (uintmax_t)st.st_dev, (uintmax_t)st.st_ino, store_id);
    return len > 0 && len < LINE;
}

int64_t gs_pg_lease_file_read(int fd, int64_t store_id)
{
    char whose[LINE], line[LINE + 1], *end = NULL;
    const ssize_t n = fd >= 0 ? pread(fd, line, LINE, 0) : -1;
    if (n != LINE || !say_whose(fd, store_id, whose) || strncmp(line, whose, strlen(whose)) != 0) {
        return 0;
    }
    line[n] = '\0';
    errno = 0;
    const long long epoch = strtoll(line + strlen(whose), &end, 10);
    return errno == 0 && epoch > 0 && *end == '\n' ? epoch : 0;
}

void gs_pg_lease_file_write(int fd, int64_t store_id, int64_t epoch)
{
    char line[LINE], whose[LINE], padded[LINE];
    if (fd < 0 || !say_whose(fd, store_id, whose)) {
        return;
    }
    const int len = snprintf(line, sizeof line, "%s%" PRId64 "\n", whose, epoch);
    if (len <= 0 || len >= LINE) {
        return;
    }
    memset(padded, ' ', sizeof padded);
    memcpy(padded, line, (size_t)len);
    padded[LINE - 1] = '\n';
    const ssize_t written = pwrite(fd, padded, sizeof padded, 0);
    (void)written; /* what is not there is not found by the next one, who waits */
}
