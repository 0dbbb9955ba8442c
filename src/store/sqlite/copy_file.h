/* Is a file a whole database of ours? */
#ifndef GATESLOT_STORE_COPY_FILE_H
#define GATESLOT_STORE_COPY_FILE_H

#include "file.h"

/* What gs_copy_check checks, of a file at rest, without writing anything anywhere; sentences name it as called. */
int gs_copy_check_file(const char *path, const char *called, bool drill, char *message,
                       size_t message_size) GS_MUST_CHECK;

#endif
