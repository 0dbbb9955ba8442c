/* Work between batches. */
#ifndef GATESLOT_STORE_MAINTAIN_H
#define GATESLOT_STORE_MAINTAIN_H

#include "impl.h"

/* A checkpoint, if one is due. */
int gs_maintain_log(struct gs_store *store) GS_MUST_CHECK;
/* Once a second: the mark is synced, and the files looked at. GS_E_IO: they are gone. */
int gs_maintain_second(struct gs_store *store) GS_MUST_CHECK;

#endif
