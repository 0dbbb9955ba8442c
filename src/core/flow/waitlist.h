/* Promotion from the waitlist. */
#ifndef GATESLOT_CORE_WAITLIST_H
#define GATESLOT_CORE_WAITLIST_H

#include "state/state.h"

/* Gives what came free to those who wait, in order, on every day with promotions pending; at act->now_ms. */
void gs_waitlist_promote(const struct gs_act *act);
/* The same for the next such day; at is 0 at first, and its place then. False: there is none any more. */
bool gs_waitlist_promote_next(const struct gs_act *act, size_t *at);

/* Asks all who wait, on every day: after the end of a suspension, the turn of a date, or a load under rules that may be others. */
void gs_waitlist_ask_all(const struct gs_act *act);
/* Only marks the days on which any wait. */
void gs_waitlist_free_all(struct gs_book *book);

/* Of a book just loaded: when the first suspension of one who waits ends. */
void gs_waitlist_note_suspensions(struct gs_book *book);

#endif
