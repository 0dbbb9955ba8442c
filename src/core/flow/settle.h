/* Settling: once per date, at settle_at the evening before, flexible bookings are spread evenly. */
#ifndef GATESLOT_CORE_SETTLE_H
#define GATESLOT_CORE_SETTLE_H

#include "state/state.h"

/* When a date is settled. It has been if that instant is not after the book's now: nothing else is remembered of it. */
int64_t gs_settle_at_ms(const struct gs_rules *rules, gs_date date);
/* Finds next_settle_ms anew: after settled_ms, of the dates in memory. */
void gs_settle_next(struct gs_book *book);
/* Settles the dates that fall due at next_settle_ms, as of act->now_ms, and finds the next. */
void gs_settle_run(const struct gs_act *act);

#endif
