/* Answers for the file that tells the next start what the clock showed. What it says is only believed where it agrees with the
 * store: a store put back from a backup, or another's, has its own last instant. */
#include "clock_mark.h"

#include "gateslot/base/limits.h"
#include "gateslot/base/log.h"
#include "gateslot/base/store_files.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RECORD = 128 }; /* bytes of the file, always written whole */

static bool read_boot_id(char out[37])
{
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, out, 36) : -1;
    if (fd >= 0) {
        (void)close(fd);
    }
    out[n == 36 ? 36 : 0] = '\0';
    return n == 36;
}

static int open_file(const char *beside)
{
    static const char suffix[] = GS_BESIDE_CLOCK;
    char *path = malloc(strlen(beside) + sizeof suffix);
    if (path == NULL) {
        return -1;
    }
    (void)sprintf(path, "%s%s", beside, suffix);
    struct stat st;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0640);
    if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
        (void)close(fd);
        fd = -1;
        errno = EINVAL;
    }
    if (fd < 0) {
        gs_log(GS_LOG_WARNING, "clock",
               "path=%s error=\"%s\" note=\"leaps while the daemon is away are judged without it\"", path,
               strerror(errno));
    }
    free(path);
    return fd;
}

static void read_record(const struct gs_clock_mark *m, struct gs_clock_past *past)
{
    char text[RECORD + 1], boot[37] = "";
    int64_t offset_ms = 0, now_ms = 0, stored_ms = 0;
    int end = 0;
    ssize_t n = pread(m->fd, text, RECORD, 0);
    text[n > 0 ? n : 0] = '\0';
    /* Of 18 characters at most: so the numbers fit, and their sums and differences too, whatever stands there. */
    int found = sscanf(text, /* NOLINT(cert-err34-c) */
                       "boot=%36s offset_ms=%18" SCNd64 " now_ms=%18" SCNd64 " stored_ms=%18" SCNd64 " end%n", boot,
                       &offset_ms, &now_ms, &stored_ms, &end);
    if (found != 4 || end == 0 || strcmp(boot, m->boot) != 0) {
        return;
    }
    /* The mark is written every second, and the store may have gone on a little since. */
    if (stored_ms > past->last_ms || past->last_ms - stored_ms > GS_CLOCK_STORED_MS) {
        return;
    }
    past->same_boot = true;
    past->offset_ms = offset_ms;
    past->last_ms = now_ms > past->last_ms ? now_ms : past->last_ms;
}

void gs_clock_mark_open(struct gs_clock_mark *m, const char *beside, struct gs_clock_past *past)
{
    m->fd = read_boot_id(m->boot) ? open_file(beside) : -1;
    if (m->fd >= 0 && past->last_ms > 0) {
        read_record(m, past);
    }
}

void gs_clock_mark_write(struct gs_clock_mark *m, const struct gs_clock *clock, int64_t stored_ms)
{
    char text[RECORD + 1];
    if (m->fd < 0) {
        return;
    }
    int len = snprintf(text, sizeof text, "boot=%s offset_ms=%" PRId64 " now_ms=%" PRId64 " stored_ms=%" PRId64 " end",
                       m->boot, clock->offset_ms, clock->last_ms, stored_ms);
    memset(text + len, ' ', (size_t)(RECORD - len));
    text[RECORD - 1] = '\n';
    ssize_t put = pwrite(m->fd, text, RECORD, 0);
    (void)put; /* on a full disk it may fail the first time: then the next start knows less */
}

void gs_clock_mark_close(struct gs_clock_mark *m)
{
    if (m->fd >= 0) {
        (void)close(m->fd);
    }
    m->fd = -1;
}
