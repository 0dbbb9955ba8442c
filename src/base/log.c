/* The log as the program sees it: makes the line of an entry (log_entry.c) and hands it to whoever writes it (log_queue.c). */
#include "gateslot/base/log.h"
#include "log_entry.h"
#include "log_queue.h"
#include <errno.h>
#include <string.h>

void gs_log(enum gs_log_level level, const char *event, const char *format, ...)
{
    char line[GS_LOG_LINE_MAX];
    if (!gs_log_shows(level)) {
        return;
    }
    int saved_errno = errno;
    va_list args;
    va_start(args, format);
    size_t len = gs_log_entry_from(line, level, event, format, args);
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
