/* What is stored of a range of dates, a bounded slice at a time (GS_QUERY_CAPACITIES, _LIVE, _ARCHIVE of core/query.h). */
#ifndef GATESLOT_STORE_DATE_ROWS_H
#define GATESLOT_STORE_DATE_ROWS_H

#include "impl.h"

int gs_dates_capacities(struct gs_store *store, gs_date from, gs_date to, struct gs_answer *a) GS_MUST_CHECK;
int gs_dates_live(struct gs_store *store, gs_date from, gs_date to, int64_t after_id,
                  struct gs_answer *a) GS_MUST_CHECK;
int gs_dates_archived(struct gs_store *store, gs_date from, gs_date to, int64_t after_id,
                      struct gs_answer *a) GS_MUST_CHECK;

#endif
