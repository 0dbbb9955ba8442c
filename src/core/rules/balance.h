/* Which free slot: rule 1 of "What good scheduling means". */
#ifndef GATESLOT_CORE_BALANCE_H
#define GATESLOT_CORE_BALANCE_H

#include "state/day.h"

/* Of the windows named, slots with room that do not start before earliest_ms. With a preferred start the nearest to
 * it (the earlier of two); else window, then slot of the lowest booked ÷ capacity, the earlier of equals. window -1:
 * none. */
struct gs_spot gs_balance_choose(const struct gs_day *day, uint32_t windows, int64_t earliest_ms, int64_t preferred_ms);
/* The same, but of the capped windows only slots that do not start after lifted_ms. */
struct gs_reach {
    uint32_t windows, capped;
    int64_t earliest_ms, lifted_ms;
};
struct gs_spot gs_balance_choose_within(const struct gs_day *day, const struct gs_reach *reach, int64_t preferred_ms);
/* May a place of that slot be had, as far as time, window and room go? */
bool gs_balance_within(const struct gs_day *day, const struct gs_reach *reach, struct gs_spot spot);

#endif
