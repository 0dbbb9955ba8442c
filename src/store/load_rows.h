/* What the store remembers of itself, read from its tables. */
#ifndef GATESLOT_STORE_LOAD_ROWS_H
#define GATESLOT_STORE_LOAD_ROWS_H

#include "impl.h"

/* store->state, as stored. GS_E_CORRUPT where they contradict the rows. */
int gs_load_marks(struct gs_store *store) GS_MUST_CHECK;

#endif
