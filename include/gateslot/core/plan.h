/* What a change of capacity does to those who are booked and those who wait: who is moved where, who has to wait, who
 * is promoted.
 *
 * Displaced are the fewest possible. Kept are, in this order: who has arrived, is inside or has departed (always, at
 * his place); then urgent bookings, then the earliest made. Each keeps its place if there is room, else others and it
 * are moved, as few as possible, within what they accept; who cannot be kept even so is displaced: so the first to be
 * displaced is of the lowest priority and the latest booked, in whichever window of the date he is. May be moved:
 * booked, flexible, no walk-in, no delay reported, the present and the new slot start later than the lock (the new
 * one not past the cutoff), the new window is open, accepted and holds no other promise of the plate (of two bookings
 * of one plate the first in the order above chooses first). Company quotas bar ways: nobody is moved to a window in
 * which its company has all that it may, where it is at home it may stay; so who is displaced for want of a way may wait although there
 * is room, and then rarely one more is displaced than must be (docs/decisions/0006). Who finds no place by these rules is shifted if that can be, flexible or not: to the nearest slot it accepts for which it is not late if it comes as promised, or which starts no
 * earlier than one who waits could be promoted. Whoever loses a place and gets another by the plan is so in moved alone. A window or slot that is not part of the change and stands above its capacity (a cut that was to keep its
 * bookings) keeps them, and nobody is moved into it. */
#ifndef GATESLOT_CORE_PLAN_H
#define GATESLOT_CORE_PLAN_H

#include "gateslot/base/error.h"
#include "gateslot/core/booking.h"
#include "gateslot/core/event.h"
#include <stddef.h>

#define GS_ALL_WINDOWS "all" /* in a command: every window of the date that has not ended (unless one is called so) */

struct gs_plan_state {
    int32_t capacity, slot_capacity, booked; /* slot_capacity -1: even spread; free = capacity − booked, may be < 0 */
    int32_t waiting;                         /* that accept the window */
    bool closed, overridden;
};

struct gs_plan_window {
    char id[GS_WINDOW_ID_MAX + 1];
    char name[GS_WINDOW_NAME_MAX + 1]; /* shown to people; "" = the id */
    struct gs_plan_state before, after;
    bool is_new,
        is_gone; /* by new rules: it was not there before, or is not any more; then before or after says nothing */
};

struct gs_plan_step { /* a booking's part in it; from or to with window "" = none */
    int64_t booking_id;
    char plate[GS_PLATE_MAX + 1];
    struct gs_place_ref from, to; /* place numbers are -1: they are chosen when it is carried out */
    int64_t cause_id;             /* of a move: the booking that is promoted by it; 0 = the change itself */
};

struct gs_plan_list {
    size_t count, room;
    struct gs_plan_step *at; /* owned by the plan */
};

/* moved: in the order in which they move. waitlisted: the displaced, in the order of displacement. */
struct gs_plan {
    gs_date date;
    int32_t window_count;
    struct gs_plan_window windows[GS_MAX_WINDOWS]; /* those that change */
    int32_t waiting_before, waiting_after;         /* of the whole date */
    struct gs_plan_list moved, waitlisted, promoted;
    uint64_t id; /* FNV-1a over the change (but its reason), what stood before it, and all steps */
};

/* What a command does: the plan of every date, in order. A date that the book does not hold yet has no bookings, so only its windows
 * change. */
struct gs_plans {
    bool range; /* the command named the last date too */
    size_t count, room;
    struct gs_plan *at; /* owned */
    uint64_t id;        /* of one date that plan's; of more FNV-1a over theirs; 0: of new rules */
};

void gs_plan_finish(struct gs_plan *p);
void gs_plans_finish(struct gs_plans *p);

#define GS_PLAN_ID_TEXT 17 /* 16 hexadecimal digits, lower case */
void gs_plan_id_format(uint64_t id, char out[GS_PLAN_ID_TEXT]);
bool gs_plan_id_parse(const char *text, size_t len, uint64_t *out); /* strict */

#endif
