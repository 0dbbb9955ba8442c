/* Between gs_log and stderr: shared by log.c and log_queue.c only. */
#ifndef GATESLOT_BASE_LOG_QUEUE_H
#define GATESLOT_BASE_LOG_QUEUE_H

#include "gateslot/base/limits.h"
#include "gateslot/base/log.h"

/* A whole line with its newline. Never waits once the thread runs. */
void gs_log_put(const char *line, size_t len);
/* The whole line of an entry, whatever its level. */
size_t gs_log_compose(char out[GS_LOG_LINE_MAX], enum gs_log_level level, const char *event, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
