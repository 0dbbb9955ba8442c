/* Strikes: counted no-shows of a plate, and the suspension that follows from too many. */
#ifndef GATESLOT_CORE_STRIKES_H
#define GATESLOT_CORE_STRIKES_H

#include "state/state.h"

/* Strikes of bookings before this date say nothing any more. */
gs_date gs_strikes_first_date(const struct gs_rules *rules, gs_date today);
/* Until when the plate is suspended, if now_ms is before it; else 0. */
int64_t gs_strikes_until(const struct gs_book *book, const char *plate);
/* The same as a verdict: at_ms until when, used strikes of limit. */
bool gs_strikes_suspended(const struct gs_book *book, const char *plate, struct gs_outcome *out);
/* Does strike number at of the plate count now, or towards the suspension that is in force? */
bool gs_strikes_counts(const struct gs_book *book, const struct gs_strikes *s, int32_t at);
/* How many count. */
int32_t gs_strikes_counting(const struct gs_book *book, const struct gs_strikes *s);
/* When its days are over. */
int64_t gs_strikes_ends_ms(const struct gs_rules *rules, const struct gs_strike *strike);
/* Into the event: how many the plate has now, of how many, and until when it is suspended. */
void gs_strikes_tell(const struct gs_book *book, const char *plate, struct gs_event *out);
/* If that booking ended without a truck and strikes are counted: how many the plate has now, of how many, and until when it is
 * suspended. False: it is no strike. */
bool gs_strikes_count(const struct gs_book *book, const struct gs_entry *e, struct gs_event *out);

#endif
