/* Questions to the store from a handler. The answer comes later; the exchange is kept until then. */
#ifndef GATESLOT_API_QUERY_STORE_H
#define GATESLOT_API_QUERY_STORE_H

#include "call.h"

/* Zeroed memory that lives as long as the exchange; NULL: 503 was answered. */
void *gs_query_state(struct gs_exchange *x, size_t size);
/* For one booking, as the caller may see it. */
struct gs_query gs_query_booking(const struct gs_caller *caller, int64_t id);
/* done is called later, with arg; or 503 is answered at once. */
void gs_query_store(struct gs_exchange *x, const struct gs_query *query,
                    void (*done)(void *arg, struct gs_answer *answer), void *arg);
/* The answer to a question that failed: 404, 503, 507 (what it was to see was not stored) or 500. */
void gs_query_failed(struct gs_exchange *x, int err);

#endif
