/* An even spread: who should stand where so that the sum of booked² ÷ capacity over the windows, then over the slots, is the
 * least possible, then with the fewest moves, then with the fewest changes of window. A convex flow of least cost,
 * found by cancelling negative cycles in the residual network (Ahuja, Magnanti, Orlin: Network Flows, ch. 9.6 and
 * 14.4). Knows no bookings. */
#ifndef GATESLOT_CORE_SPREAD_H
#define GATESLOT_CORE_SPREAD_H

#include "gateslot/base/error.h"
#include "gateslot/base/limits.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gs_spread_slot {
    int32_t window;
    int32_t capacity; /* that its share is measured by */
    int32_t room;     /* how many there may be, overbooked ones too */
    int32_t booked;   /* of those that stay and of the units; kept in step */
    int32_t units;    /* kept in step */
};

struct gs_spread_window { /* as a slot */
    int32_t capacity, room, booked;
};

struct gs_spread_unit {
    int32_t home, slot; /* where it stands before, and in the end; its home's window is among its windows */
    uint32_t windows;   /* where it may be put; any slot of them */
};

/* All arrays are the caller's. No slot and no window has more in it than room, no capacity is 0. */
struct gs_spread {
    int32_t window_count, slot_count, unit_count;
    struct gs_spread_window windows[GS_MAX_WINDOWS];
    struct gs_spread_slot *slots;
    struct gs_spread_unit *units; /* each at home */
};

/* Exact as long as the capacities of the windows, and those of the slots, have a common multiple below 2^62; beyond that the costs
 * are rounded at that scale. GS_E_NOMEM leaves every unit at home or where it was better off. */
int gs_spread_solve(struct gs_spread *spread) GS_MUST_CHECK;

#endif
