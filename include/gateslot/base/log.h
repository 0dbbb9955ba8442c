/* The log sink: one key=value line per entry on stderr, with level (journal prefix <3>…<7> when stderr is the
 * journal). The only mutable file-scope state of the program. Values are quoted where needed; control bytes are escaped. Callers log no personal data. */
#ifndef GATESLOT_BASE_LOG_H
#define GATESLOT_BASE_LOG_H

#include <stdarg.h>
#include <stddef.h>

enum gs_log_level { GS_LOG_ERROR = 3, GS_LOG_WARNING = 4, GS_LOG_NOTICE = 5, GS_LOG_INFO = 6, GS_LOG_DEBUG = 7 };

void gs_log_setup(enum gs_log_level max_level, int journal); /* once, before threads */
/* event is a stable word, e.g. "start"; format gives the rest: `gs_log(GS_LOG_INFO, "listen", "address=%s", a)`.
 * Conversions: %s %.*s %d %i %u %x %c %% with h, l, ll, j, z, t; no widths, no floats. What they give never ends a value
 * or a line: a value is quoted whole if it needs it, whether or not the format quotes it; only blanks of the format
 * itself (outside quotes) part the pairs. */
void gs_log(enum gs_log_level level, const char *event, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The line gs_log writes, without journal prefix, time and newline. At most size - 1 bytes; returns its length. */
size_t gs_log_line(char *out, size_t size, enum gs_log_level level, const char *event, const char *format, va_list args)
    __attribute__((format(printf, 5, 0)));

#endif
