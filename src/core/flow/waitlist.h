/* Promotion from the waitlist. */
#ifndef GATESLOT_CORE_WAITLIST_H
#define GATESLOT_CORE_WAITLIST_H

#include "state/state.h"

/* Gives what came free to those who wait, in order, on every day with promotions pending; at act->now_ms. */
void gs_waitlist_promote(const struct gs_act *act);

/* The end of a suspension, at book->suspension_ends_ms: those who wait are looked at again. */
void gs_waitlist_resume(const struct gs_act *act);

#endif
