/* Another file takes the store's place: whole or not at all, whenever the power goes. */
#ifndef GATESLOT_STORE_RESTORING_H
#define GATESLOT_STORE_RESTORING_H

#include "gateslot/base/error.h"
#include <stddef.h>

/* From its return on, or a crash in it, FILE.incoming is what store_path stands for; what stands there is to be kept under store_path + kept. All
 * of it must be on disk. On failure it may have counted or not: to undo it, remove FILE.incoming. */
int gs_restoring_decide(const char *store_path, const char *kept, char *message, size_t message_size) GS_MUST_CHECK;
/* Does what was decided and is not done yet; nothing where nothing was. For whoever holds the lock, before the store is looked at. */
int gs_restoring_finish(const char *store_path, char *message, size_t message_size) GS_MUST_CHECK;

#endif
