/* What falls due by itself, carried out. */
#ifndef GATESLOT_CORE_DUE_H
#define GATESLOT_CORE_DUE_H

#include "state/state.h"

/* Carries out what is due up to until_ms, each thing at its own instant (at one instant the date turns first), with the promotions that
 * follow from it. */
void gs_due_run(struct gs_book *book, struct gs_batch *batch, int64_t until_ms);
/* What follows a command, or one date's part of it: promotions, a risk told, what is due at once (a step taken back after its time). */
void gs_due_follow(struct gs_act *act);

#endif
