/* The note beside a store that it was moved: no daemon starts on it any more. */
#ifndef GATESLOT_STORE_MOVED_NOTE_H
#define GATESLOT_STORE_MOVED_NOTE_H

#include "gateslot/base/error.h"
#include "gateslot/base/limits.h"
#include <stddef.h>
#include <stdint.h>

/* Where it was moved to. GS_E_NOTFOUND: it was not. */
int gs_moved_read(const char *store_path, char out[GS_MOVED_TO_MAX]) GS_MUST_CHECK;
/* On disk on return, whole or not at all. */
int gs_moved_write(const char *store_path, const char *to, int64_t now_ms, char *message,
                   size_t message_size) GS_MUST_CHECK;
/* On disk on return; nothing where there is none. */
int gs_moved_remove(const char *store_path) GS_MUST_CHECK;
/* For a start: GS_E_DENIED with a sentence where it was moved. */
int gs_moved_judge(const char *store_path, char *message, size_t message_size) GS_MUST_CHECK;

#endif
