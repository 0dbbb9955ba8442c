/* A backup of a store that is in no file. */
#ifndef GATESLOT_STORE_COPY_OUT_H
#define GATESLOT_STORE_COPY_OUT_H

#include "impl.h"

/* Writes what from has, as it is read, into a file of SQLite at path, where nothing may be yet: what gateslot backup makes, on disk and read through
 * once more. *out_bytes: its length. On failure nothing is left there, and message says why. */
int gs_copy_out(struct gs_store *from, const char *path, int64_t *out_bytes, char *message,
                size_t message_size) GS_MUST_CHECK;

#endif
