/* The clocks of a program that is started with this library before the C library: what the system says, and what a shared file
 * adds to it. Its first number is added to the wall clock, its second to the time since boot and the monotonic time; the third, if it is
 * not 0, makes the boot another one. The file's path is in GATESLOT_CLOCKS. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const int64_t *added; /* milliseconds */

__attribute__((constructor)) static void map_file(void)
{
    const char *path = getenv("GATESLOT_CLOCKS");
    int fd = path != NULL ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC) : -1;
    void *at = fd >= 0 ? mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
    if (fd >= 0) {
        (void)close(fd);
    }
    if (at == MAP_FAILED) {
        abort();
    }
    added = at;
}

int clock_gettime(clockid_t id, struct timespec *out)
{
    int rc = (int)syscall(SYS_clock_gettime, id, out);
    if (rc != 0 || added == NULL) {
        return rc;
    }
    bool wall = id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE;
    bool boot = id == CLOCK_BOOTTIME || id == CLOCK_MONOTONIC || id == CLOCK_MONOTONIC_COARSE;
    int64_t more_ms = wall ? added[0] : boot ? added[1] : 0;
    int64_t ns = out->tv_nsec + more_ms % 1000 * 1000000;
    int64_t carry = ns < 0 ? -1 : ns / 1000000000;
    out->tv_sec += more_ms / 1000 + carry;
    out->tv_nsec = ns - carry * 1000000000;
    return 0;
}

static int open_it(const char *path, int flags, mode_t mode)
{
    if (added != NULL && added[2] != 0 && strcmp(path, "/proc/sys/kernel/random/boot_id") == 0) {
        char id[40];
        int fd = memfd_create("boot_id", MFD_CLOEXEC);
        int len = snprintf(id, sizeof id, "00000000-0000-0000-0000-%012llx\n", (unsigned long long)added[2]);
        if (fd < 0 || write(fd, id, (size_t)len) != len || lseek(fd, 0, SEEK_SET) != 0) {
            abort();
        }
        return fd;
    }
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

/* The names of the C library that the program calls: all of this tree is built for large files, as this library is. */
int open(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(args, mode_t) : 0;
    va_end(args);
    return open_it(path, flags, mode);
}

int __open_2(const char *path, int flags);

int __open_2(const char *path, int flags)
{
    return open_it(path, flags, 0);
}
