/* The whole line of an entry, with its newline: shared by log.c and log_queue.c only. */
#ifndef GATESLOT_BASE_LOG_ENTRY_H
#define GATESLOT_BASE_LOG_ENTRY_H

#include "gateslot/base/limits.h"
#include "gateslot/base/log.h"
#include <stdbool.h>

bool gs_log_shows(enum gs_log_level level);
/* Both return its length. */
size_t gs_log_entry(char out[GS_LOG_LINE_MAX], enum gs_log_level level, const char *event, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
size_t gs_log_entry_from(char out[GS_LOG_LINE_MAX], enum gs_log_level level, const char *event, const char *format,
                         va_list args) __attribute__((format(printf, 4, 0)));

#endif
