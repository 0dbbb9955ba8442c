/* Looking for past bookings. */
#ifndef GATESLOT_STORE_SEARCH_RUN_H
#define GATESLOT_STORE_SEARCH_RUN_H

#include "impl.h"

/* GS_QUERY_SEARCH of core/query.h. */
int gs_search_run(struct gs_store *store, const struct gs_filter *f, gs_date first_date,
                  struct gs_answer *a) GS_MUST_CHECK;

#endif
