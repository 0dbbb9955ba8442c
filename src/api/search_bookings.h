/* Bookings of whatever day. */
#ifndef GATESLOT_API_SEARCH_BOOKINGS_H
#define GATESLOT_API_SEARCH_BOOKINGS_H

#include "call.h"

/* Answers with those that the filter lets through, live and past, the newest first; it has something to look for. */
void gs_search_bookings(struct gs_call *c, const struct gs_filter *f);

#endif
