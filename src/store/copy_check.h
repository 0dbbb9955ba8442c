/* Is a database of ours whole? Asked of a copy before anybody relies on it; slow. */
#ifndef GATESLOT_STORE_COPY_CHECK_H
#define GATESLOT_STORE_COPY_CHECK_H

#include "impl.h"

/* Everything that can be checked of a store that is connected to and has the present schema: pages, definitions, sums of every table, the
 * chain of all events. Reads store->state. GS_E_CORRUPT with a note. */
int gs_copy_check(struct gs_store *store) GS_MUST_CHECK;

#endif
