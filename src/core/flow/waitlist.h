/* Promotion from the waitlist. */
#ifndef GATESLOT_CORE_WAITLIST_H
#define GATESLOT_CORE_WAITLIST_H

#include "state/state.h"

/* Gives the places of promotions_pending days to those who wait, in order; at t->now_ms. */
void gs_waitlist_promote(const struct gs_act *t);

#endif
