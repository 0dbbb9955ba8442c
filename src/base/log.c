/* The log sink: it answers for level, time stamp and one write(2) per line, so that lines of threads do not mix. What a
 * line looks like is log_line.c's. A line that cannot be written is lost: there is nowhere to say so. */
#include "gateslot/base/log.h"
#include "gateslot/base/limits.h"
#include "gateslot/base/time.h"
#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct {
    enum gs_log_level max_level;
    bool journal;
} sink = {.max_level = GS_LOG_INFO};

void gs_log_setup(enum gs_log_level max_level, int journal)
{
    sink.max_level = max_level;
    sink.journal = journal != 0;
}

/* Returns the length of what stands before the line itself. */
static size_t prefix(char out[GS_LOG_LINE_MAX], enum gs_log_level level)
{
    struct timespec now;
    size_t len;
    if (sink.journal) {
        out[0] = '<';
        out[1] = (char)('0' + (int)level);
        out[2] = '>';
        return 3;
    }
    (void)clock_gettime(CLOCK_REALTIME, &now);
    memcpy(out, "at=", 3);
    gs_rfc3339_format((int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000, NULL, out + 3);
    len = strlen(out);
    out[len] = ' ';
    return len + 1;
}

void gs_log(enum gs_log_level level, const char *event, const char *format, ...)
{
    char line[GS_LOG_LINE_MAX];
    int saved_errno = errno;
    ssize_t written;
    size_t len;
    va_list args;
    if (level > sink.max_level) {
        return;
    }
    len = prefix(line, level);
    va_start(args, format);
    len += gs_log_line(line + len, sizeof line - len - 1, level, event, format, args);
    va_end(args);
    assert(len < sizeof line);
    line[len++] = '\n';
    do {
        written = write(STDERR_FILENO, line, len);
    } while (written < 0 && errno == EINTR);
    errno = saved_errno;
}
