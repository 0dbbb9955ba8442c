/* Between gs_log and stderr: shared by log.c and log_queue.c only. */
#ifndef GATESLOT_BASE_LOG_QUEUE_H
#define GATESLOT_BASE_LOG_QUEUE_H

#include <stddef.h>

/* A whole line with its newline. Never waits once the thread runs. */
void gs_log_put(const char *line, size_t len);

#endif
