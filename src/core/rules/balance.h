/* Which free slot: rule 1 of "What good scheduling means". */
#ifndef GATESLOT_CORE_BALANCE_H
#define GATESLOT_CORE_BALANCE_H

#include "rules/allowed.h"

/* Of the slots allowed that have room: with a preferred start the nearest to it (the earlier of two); else of the window, then
 * the slot, with the lowest booked ÷ capacity, the earlier of equals. window -1: none. */
struct gs_spot gs_balance_choose(const struct gs_day *day, const struct gs_allowed *allowed, int64_t preferred_ms);

#endif
