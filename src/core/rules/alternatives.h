/* What else is free, for one who is refused. */
#ifndef GATESLOT_CORE_ALTERNATIVES_H
#define GATESLOT_CORE_ALTERNATIVES_H

#include "rules/allowed.h"

/* At most GS_MAX_ALTERNATIVES, every one bookable for that truck at this moment, near near_ms (an instant of day):
 * the nearest before and after in the windows accepted, then one of each other window of the day, then one of each
 * other date, the nearest date first. */
void gs_alternatives_find(const struct gs_book *book, const struct gs_asker *asker, const struct gs_day *day,
                          int64_t near_ms, struct gs_outcome *out);

#endif
