/* Strikes: counted no-shows of a plate, and the suspension that follows from too many. */
#ifndef GATESLOT_CORE_STRIKES_H
#define GATESLOT_CORE_STRIKES_H

#include "state.h"

/* Strikes of bookings before this date say nothing any more. */
gs_date gs_strikes_first_date(const struct gs_rules *rules, gs_date today);
/* Until when the plate is suspended, if now_ms is before it; else 0. */
int64_t gs_strikes_until(const struct gs_book *book, const char *plate);
/* That booking has just ended without a truck: tells the strike, if they are counted. */
void gs_strikes_tell(struct gs_turn *t, const struct gs_entry *e);

#endif
