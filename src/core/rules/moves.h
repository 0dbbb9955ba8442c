/* Making room: when all that is asked for is full, flexible bookings are moved along a shortest augmenting path over the
 * slots and windows of the day (0-1 breadth-first search; Ahuja, Magnanti, Orlin: Network Flows, ch. 6 and 12). Finding changes
 * nothing. */
#ifndef GATESLOT_CORE_MOVES_H
#define GATESLOT_CORE_MOVES_H

#include "rules/allowed.h"

struct gs_move {
    struct gs_entry *entry;
    struct gs_spot to;
};

/* In the order in which they must be carried out, so that there is room at every single one. A path enters a window once. */
struct gs_moves {
    int32_t count;
    struct gs_move at[GS_MAX_WINDOWS];
};

/* May the scheduler move it at all, now? */
bool gs_moves_movable(const struct gs_book *book, const struct gs_entry *e);
/* A spot for the asker among those allowed, and the fewest moves that free it (none if it is free already). False: no moves could. Others
 * of its plate are not moved into the windows that it may have. A place that the asker itself holds is not given to those who are
 * moved: exchanging two places has no order that keeps within capacity at every step. */
bool gs_moves_find(const struct gs_book *book, const struct gs_day *day, const struct gs_asker *asker,
                   const struct gs_allowed *allowed, int64_t preferred_ms, struct gs_spot *out_spot,
                   struct gs_moves *out);

#endif
