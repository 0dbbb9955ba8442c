/* From which start on, or up to which, a slot may be had: the rules that count from now. */
#ifndef GATESLOT_CORE_TIMES_H
#define GATESLOT_CORE_TIMES_H

#include "state/state.h"

/* The earliest start that can be booked now. */
int64_t gs_times_bookable_ms(const struct gs_book *book);
/* A booking that starts up to this is not moved any more. */
int64_t gs_times_lock_ends_ms(const struct gs_book *book);
/* The earliest start of a slot that a booking may be moved to. */
int64_t gs_times_movable_ms(const struct gs_book *book);
/* The earliest slot start that a promotion at now may give: never one that nobody could book any more. */
int64_t gs_times_promotable_ms(const struct gs_rules *rules, int64_t now_ms);
/* Up to this start a capped window is open nevertheless, for places that are still free. */
int64_t gs_times_quota_lifted_ms(const struct gs_book *book);

/* From then on its truck may be told to have arrived: the midnight its date begins with, or the start of the promise where that is
 * before (a slot shortly after midnight). */
int64_t gs_arrival_opens_ms(const struct gs_rules *rules, const struct gs_booking *b);

#endif
