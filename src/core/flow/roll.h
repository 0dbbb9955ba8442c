/* The book follows the calendar to now. */
#ifndef GATESLOT_CORE_ROLL_H
#define GATESLOT_CORE_ROLL_H

#include "state/state.h"

/* Opens days, forgets what is older than yesterday and ended. */
int gs_roll_days(struct gs_book *book, int64_t now_ms) GS_MUST_CHECK;

#endif
