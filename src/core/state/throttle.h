/* The company throttle: who left too many places unused in a week may hold less in the next. Part of the rule of strikes, on and off
 * with it. */
#ifndef GATESLOT_CORE_THROTTLE_H
#define GATESLOT_CORE_THROTTLE_H

#include "state/state.h"

/* The most places that the company may hold in the week (Monday to Sunday) of date; INT32_MAX: it is not throttled. */
int32_t gs_throttle_limit(const struct gs_book *book, const char *uscc, gs_date date);
/* What it holds, or has used, of that week. */
int32_t gs_throttle_used(const struct gs_book *book, const char *uscc, gs_date date);
gs_date gs_throttle_week(gs_date date); /* its Monday */
/* The company's places or facts have changed, so others of its requests may be served now, in any day of the week. */
void gs_throttle_freed(struct gs_book *book, const char *uscc);

#endif
