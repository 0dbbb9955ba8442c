/* Rows that are not as they were written, at the start of a store. */
#ifndef GATESLOT_STORE_DAMAGED_ROWS_H
#define GATESLOT_STORE_DAMAGED_ROWS_H

#include "impl.h"

/* The tables that a start reads are checked. Where one is damaged, or has too few rows or too many: with options->accept_loss all rows of all tables
 * that are not as they were written are removed, and what is left is what the store has (*out_removed, and state->pending is negative); else
 * GS_E_CORRUPT with a note. */
int gs_damaged_rows(struct gs_store *store, const struct gs_store_options *options, bool *out_removed) GS_MUST_CHECK;

#endif
