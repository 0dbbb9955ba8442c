/* The row of a booking that the book does not hold any more, changed because its strike was excused. */
#ifndef GATESLOT_STORE_EXCUSE_ROW_H
#define GATESLOT_STORE_EXCUSE_ROW_H

#include "store_state.h"

/* In the transaction under way. GS_E_CORRUPT with a note: there is no such row, it is damaged, or no strike rests on it. */
int gs_excuse_row(struct gs_store *store, struct gs_state *state, const struct gs_excused *excused) GS_MUST_CHECK;

#endif
