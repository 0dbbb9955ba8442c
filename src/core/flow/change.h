/* A change of one booking: begun, made of the steps below, committed as one new row and one event. The only way in
 * which a booking in the book changes after it was loaded. */
#ifndef GATESLOT_CORE_CHANGE_H
#define GATESLOT_CORE_CHANGE_H

#include "rules/moves.h"

struct gs_change {
    struct gs_act *act;
    struct gs_entry *entry;
    struct gs_event event; /* why, cause_id, override, late, moves, changed may be set before the commit */
};

/* An act that nobody asked for: what falls due, promotions. */
struct gs_act gs_act_of_system(struct gs_book *book, struct gs_batch *batch, int64_t now_ms);

/* A change that has to say why: true, and a fault of /reason, if the command does not. */
bool gs_change_lacks_reason(const struct gs_command *command, struct gs_outcome *out);

void gs_change_begin(struct gs_change *c, struct gs_act *act, struct gs_entry *e, enum gs_event_type type);
/* By the table of allowed moves, which must allow it. */
void gs_change_status(struct gs_change *c, enum gs_step step);
/* Takes the lowest free place there (or its own former one, if it just left that slot); the promise is made anew. */
void gs_change_take(struct gs_change *c, struct gs_spot spot);
void gs_change_give_back(struct gs_change *c);
void gs_change_wish(struct gs_change *c, const struct gs_wish *wish, struct gs_day *day);
void gs_change_truck(struct gs_change *c, const struct gs_truck *truck);
void gs_change_reference(struct gs_change *c, const char *reference);
/* It is told, or put right, afterwards: when it happened. */
void gs_change_afterwards(struct gs_change *c, int64_t happened_ms);
void gs_change_commit(struct gs_change *c);

/* A new booking, as filled in by the caller (status booked or waitlisted, no place); GS_NO_SPOT: it waits. moves: of others,
 * made for it just before. NULL without memory. */
struct gs_entry *gs_change_create(struct gs_act *act, struct gs_booking *b, struct gs_spot spot, int32_t moves);
/* What every event about a booking says of it: whose it is, its plate, its client's reference. */
void gs_change_name(struct gs_event *event, const struct gs_booking *b);
/* An event so many minutes before the slot of one that is booked, or before the end of its wait. Nothing else of it changes, its version
 * neither: what a client read of it still stands. */
void gs_change_remind(struct gs_act *act, struct gs_entry *e, int32_t minutes_before);
/* An event that is in no booking's history: numbers it and appends it. */
void gs_change_tell(struct gs_act *act, struct gs_event *event);
/* If trucks that overstay cost the running window booked places (overstay.h), says so. */
void gs_change_tell_overstay(struct gs_act *act);
/* The same, if that is so only since the act began or since this was last asked. */
void gs_change_tell_risk(struct gs_act *act);
/* That booking has just ended without a truck: tells the strike, if they are counted. */
void gs_change_tell_strike(struct gs_act *act, const struct gs_entry *e);
/* Carries out a move to another slot. cause_id: the booking for which room is made; 0: none, then the act's occasion or reason says why. */
void gs_change_move(struct gs_act *act, const struct gs_move *move, int64_t cause_id);
/* Carries all of them out in their order, by the scheduler. */
void gs_change_move_all(const struct gs_act *act, const struct gs_moves *moves, int64_t cause_id);

#endif
