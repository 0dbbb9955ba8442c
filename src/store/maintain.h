/* Work between batches. */
#ifndef GATESLOT_STORE_MAINTAIN_H
#define GATESLOT_STORE_MAINTAIN_H

#include "impl.h"

/* A checkpoint, if one is due. */
int gs_maintain_log(struct gs_store *store) GS_MUST_CHECK;

#endif
