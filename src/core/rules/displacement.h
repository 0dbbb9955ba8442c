/* Displacement by other capacities of one date: who of those that hold a place there is moved, and who has to wait. In which
 * order they are kept is in gateslot/core/plan.h. Changes nothing. */
#ifndef GATESLOT_CORE_DISPLACEMENT_H
#define GATESLOT_CORE_DISPLACEMENT_H

#include "state/state.h"

/* What is to stand in one window; untouched ones stay as they are. */
struct gs_displacement_window {
    bool touched, closed;
    int32_t capacity, slot_capacity;
};

struct gs_displaced {
    struct gs_entry *entry;
    struct gs_spot from, to; /* to.window -1: displaced */
};

struct gs_displacement {
    size_t count;
    struct gs_displaced *trucks; /* owned; those who do not stay, in the order of keeping */
};

/* before: the day as its times were until now, NULL if they stay. */
int gs_displacement_find(const struct gs_book *book, const struct gs_day *day, const struct gs_day *before,
                         const struct gs_displacement_window windows[GS_MAX_WINDOWS],
                         struct gs_displacement *out) GS_MUST_CHECK;
void gs_displacement_finish(struct gs_displacement *d);

#endif
