/* The log sink: it answers for level and time stamp, and for handing each line to whoever writes it (log_queue.c). What a line
 * looks like is log_line.c's. */
#include "gateslot/base/log.h"
#include "gateslot/base/limits.h"
#include "gateslot/base/time.h"
#include "log_queue.h"
#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

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
    if (sink.journal) {
        out[0] = '<';
        out[1] = (char)('0' + (int)level);
        out[2] = '>';
        return 3;
    }
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    memcpy(out, "at=", 3);
    gs_rfc3339_format((int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000, NULL, out + 3);
    size_t len = strlen(out);
    out[len] = ' ';
    return len + 1;
}

__attribute__((format(printf, 4, 0))) static size_t compose(char out[GS_LOG_LINE_MAX], enum gs_log_level level,
                                                            const char *event, const char *format, va_list args)
{
    size_t len = prefix(out, level);
    len += gs_log_line(out + len, GS_LOG_LINE_MAX - len - 1, level, event, format, args);
    assert(len < GS_LOG_LINE_MAX);
    out[len++] = '\n';
    return len;
}

size_t gs_log_compose(char out[GS_LOG_LINE_MAX], enum gs_log_level level, const char *event, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    size_t len = compose(out, level, event, format, args);
    va_end(args);
    return len;
}

void gs_log(enum gs_log_level level, const char *event, const char *format, ...)
{
    char line[GS_LOG_LINE_MAX];
    if (level > sink.max_level) {
        return;
    }
    int saved_errno = errno;
    va_list args;
    va_start(args, format);
    size_t len = compose(line, level, event, format, args);
    va_end(args);
    gs_log_put(line, len);
    errno = saved_errno;
}

void gs_log_text(const char *line)
{
    char text[GS_LOG_LINE_MAX];
    size_t len = strnlen(line, sizeof text - 1);
    memcpy(text, line, len);
    text[len++] = '\n';
    gs_log_put(text, len);
}
