/* Random days for the plans: a site, who is booked, waits, has arrived; and what a plan for them must come to. */
#ifndef GATESLOT_TESTS_CORE_PLAN_DAY_H
#define GATESLOT_TESTS_CORE_PLAN_DAY_H

#include "../fixture.h"
#include "solver.h"

#define DAY_BOOKINGS 96
#define DAY_WINDOWS 4

struct day {
    struct fixture f;
    uint64_t random;
    gs_date date;
    int32_t count; /* bookings, ids 1 … count */
    /* before the change: */
    struct gs_booking before[DAY_BOOKINGS];
    int32_t window_count;
    struct gs_window_view windows[DAY_WINDOWS];
    int32_t past_booked[DAY_WINDOWS], past_no_shows[DAY_WINDOWS]; /* five days before, where the site overbooks */
};

int32_t day_roll(struct day *d, int32_t below);
void day_make(struct day *d, uint64_t seed); /* with its bookings, at some instant of it or before */
void day_finish(struct day *d);
void day_remember(struct day *d); /* who came five days before: the book just loaded does not know it */
void day_change(struct day *d, struct gs_command *out); /* a random change of capacity */
void day_note(struct day *d);                           /* what stands before the change */

/* What must come of a change that rebooks: worked out from before, windows and after alone. */
struct expected {
    int32_t kept;                 /* the most that can be by the rules of moving, of those who are not fixed */
    int32_t moves;                /* the fewest that keep them */
    int32_t shifted;              /* of those who cannot be kept so, to the nearest that is left */
    int64_t minutes;              /* by which they are shifted, in all */
    bool displaced[DAY_BOOKINGS]; /* by id − 1 */
    int32_t displaced_count;
    int64_t order[DAY_BOOKINGS]; /* ids in the order of displacement */
};
void day_expect(const struct day *d, const struct gs_command *c, struct expected *out);
/* The capacities that c makes of window i (reset: the calendar's, as in rules). */
bool day_touched(const struct day *d, const struct gs_command *c, int32_t i);
int32_t day_window_capacity(const struct day *d, const struct gs_command *c, int32_t i);
int32_t day_slot_capacity(const struct day *d, const struct gs_command *c, int32_t i, int32_t slot);
/* The same with what may be overbooked; without a command, or with one about another window, of what stands. */
int32_t day_window_room(const struct day *d, const struct gs_command *c, int32_t i);
int32_t day_slot_room(const struct day *d, const struct gs_command *c, int32_t i, int32_t slot);
bool day_fixed(const struct gs_booking *b);

#endif
