/* Which truck can have which slot: trucks, slots and windows as bare numbers. Trucks are added one by one; each is assigned a slot
 * if any rearrangement of those already assigned makes room, and of all rearrangements one with the fewest trucks away from
 * their own slots is kept (successive shortest paths of the minimum-cost flow truck → slot → window; Ahuja, Magnanti,
 * Orlin, Network Flows, 9.7). So the set of those assigned is the best by the order in which they were added (the
 * greedy choice in a transversal matroid).
 *
 * A truck may also be given a list of single slots with a price each (how far they are from its own). It uses them from the start if it cannot
 * stay, or as a second choice, added once more after all others have been: then only those who had no place use them. Prices count
 * less than one truck moved: first as few as possible move, then they go as near as possible.
 *
 * Companies may have limits by window: nobody comes into a window in which so many of the company are, or have their own slots.
 * Who is at home keeps that place while it is elsewhere, so it can always come back, and those who come fit in whatever
 * order they come. Which are assigned then depends on more than the greedy choice: with limits of companies the best
 * set is an integer flow of many commodities, for which no quick method is known. */
#ifndef GATESLOT_CORE_ASSIGNMENT_H
#define GATESLOT_CORE_ASSIGNMENT_H

#include "gateslot/base/error.h"
#include "gateslot/base/limits.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GS_UNASSIGNED (-1)
#define GS_NO_COMPANY (-1)
#define GS_NO_PRICE (-1)
#define GS_DEAREST 16383 /* of a slot */

struct gs_assignment_window {
    int32_t first_slot, slot_count; /* its slots follow each other */
    int32_t capacity, count;
    int32_t limit; /* of each company */
};
struct gs_assignment_slot {
    int32_t window, capacity, count;
    bool open;     /* others than those whose own it is may come */
    int32_t first; /* truck in it, the last that came; -1 */
};
struct gs_assignment_truck {
    int32_t own;      /* its slot: it may always be there if there is room */
    uint32_t windows; /* windows to whose open slots it may be moved */
    const int16_t *
        prices; /* borrowed; by slot: what it costs to be moved there, GS_NO_PRICE: it may not. NULL: windows alone count */
    bool homeless;   /* it was added in vain and gave its own slot up */
    int32_t company; /* GS_NO_COMPANY: nothing limits it */
    int32_t at;      /* slot, or GS_UNASSIGNED */
    int32_t before, after;
};

struct gs_assignment_path; /* the search's own */
struct gs_assignment {
    int32_t window_count, slot_count, truck_count;
    struct gs_assignment_window windows[GS_MAX_WINDOWS];
    struct gs_assignment_slot *slots;   /* owned */
    struct gs_assignment_truck *trucks; /* owned */
    struct gs_assignment_path *paths;   /* owned */
    int32_t *queue;                     /* owned */
    int32_t (*held)[GS_MAX_WINDOWS]; /* owned; by company: places in windows, its trucks' own slots counted once each */
    bool barred;                     /* a limit has barred a way: the assignment need not be of minimum cost any more */
};

/* Zeroed but for at, first and company; the caller fills in the rest before the first add. */
int gs_assignment_init(struct gs_assignment *s, int32_t windows, int32_t slots, int32_t trucks,
                       int32_t companies) GS_MUST_CHECK;
void gs_assignment_finish(struct gs_assignment *s);
/* Each truck once, and once more if it was in vain. False: there is no way; it gets no slot, gives its own up, and no other has moved. */
bool gs_assignment_add(struct gs_assignment *s, int32_t truck);

#endif
