/* The log sink: one key=value line per entry on stderr, with level (journal prefix <3>…<7> when stderr is the
 * journal). The only mutable file-scope state of the program. Values are quoted where needed; control bytes escaped. Personal data never. */
#ifndef GATESLOT_BASE_LOG_H
#define GATESLOT_BASE_LOG_H

enum gs_log_level { GS_LOG_ERROR = 3, GS_LOG_WARNING = 4, GS_LOG_NOTICE = 5, GS_LOG_INFO = 6, GS_LOG_DEBUG = 7 };

void gs_log_setup(enum gs_log_level max_level, int journal); /* once, before threads */
/* event is a stable word, e.g. "start"; format gives the rest: `gs_log(GS_LOG_INFO, "listen", "address=%s", a)`. */
void gs_log(enum gs_log_level level, const char *event, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
