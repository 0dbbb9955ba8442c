/* The rows of those who may come in (tokens, users, sessions), and of webhooks. */
#ifndef GATESLOT_STORE_ACCESS_ROWS_H
#define GATESLOT_STORE_ACCESS_ROWS_H

#include "store_state.h"

/* A record of one of these kinds, in the transaction under way. */
int gs_access_write(struct gs_store *store, struct gs_state *state, const struct gs_record *r) GS_MUST_CHECK;

#endif
