/* Makes the whole line of an entry: level and time stamp before what log_line.c makes. It writes nothing. */
#include "log_entry.h"
#include "gateslot/base/time.h"
#include <assert.h>
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

bool gs_log_shows(enum gs_log_level level)
{
    return level <= sink.max_level;
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

size_t gs_log_entry_from(char out[GS_LOG_LINE_MAX], enum gs_log_level level, const char *event, const char *format,
                         va_list args)
{
    size_t len = prefix(out, level);
    len += gs_log_line(out + len, GS_LOG_LINE_MAX - len - 1, level, event, format, args);
    assert(len < GS_LOG_LINE_MAX);
    out[len++] = '\n';
    return len;
}

size_t gs_log_entry(char out[GS_LOG_LINE_MAX], enum gs_log_level level, const char *event, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    size_t len = gs_log_entry_from(out, level, event, format, args);
    va_end(args);
    return len;
}
