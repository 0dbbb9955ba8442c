/* Questions about the events stored. */
#ifndef GATESLOT_STORE_EVENT_QUERIES_H
#define GATESLOT_STORE_EVENT_QUERIES_H

#include "gateslot/core/query.h"
#include "gateslot/store/store.h"
#include "impl.h"

/* GS_QUERY_EVENTS, a step of it: until p->done. */
int gs_events_list(struct gs_store *store, const struct gs_query *q, struct gs_query_progress *p,
                   struct gs_answer *a) GS_MUST_CHECK;
/* GS_QUERY_HISTORY. */
int gs_events_history(struct gs_store *store, const struct gs_query *q, struct gs_answer *a) GS_MUST_CHECK;

#endif
