/* Making room: when all that is asked for is full, flexible bookings are moved along a shortest augmenting path over the
 * slots and windows of the day (0-1 breadth-first search; Ahuja, Magnanti, Orlin: Network Flows, ch. 6 and 12). Finding changes
 * nothing. */
#ifndef GATESLOT_CORE_MOVES_H
#define GATESLOT_CORE_MOVES_H

#include "state/state.h"

struct gs_move {
    struct gs_entry *entry;
    struct gs_spot to;
};

/* In the order in which they must be carried out, so that there is room at every single one. A path enters a window once. */
struct gs_moves {
    int32_t count;
    struct gs_move at[GS_MAX_WINDOWS];
};

struct gs_moves_ask {
    uint32_t windows; /* open ones that the asker may have a place in */
    int64_t earliest_ms, preferred_ms;
    const char *plate;           /* the asker's: others of it are not moved into these windows; "" = any */
    const struct gs_entry *self; /* the asker's booking, which is not moved; NULL: a new request */
};

/* May the scheduler move it at all, now? */
bool gs_moves_movable(const struct gs_book *book, const struct gs_entry *e);
/* The windows in which it may be given another slot: accepted, open, without another promise to its plate. */
uint32_t gs_moves_windows(const struct gs_book *book, const struct gs_entry *e);

/* A spot for the asker, and the fewest moves that free it (none if it is free already). False: no moves could. A place that the
 * asker itself holds is not given to those who are moved: exchanging two places has no order that keeps within capacity
 * at every step. */
bool gs_moves_find(const struct gs_book *book, const struct gs_day *day, const struct gs_moves_ask *ask,
                   struct gs_spot *out_spot, struct gs_moves *out);

#endif
