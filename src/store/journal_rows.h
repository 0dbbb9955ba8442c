/* The journal as it is stored: one row of bytes a batch, and what stood before the first. */
#ifndef GATESLOT_STORE_JOURNAL_ROWS_H
#define GATESLOT_STORE_JOURNAL_ROWS_H

#include "impl.h"

/* Appends the batch's entries, in the transaction under way. */
int gs_journal_write(struct gs_store *store, struct gs_state *s, const struct gs_buf *journal) GS_MUST_CHECK;
/* Answers GS_QUERY_JOURNAL and GS_QUERY_BEGINNING. */
int gs_journal_rows(struct gs_store *store, int64_t after, struct gs_answer *a) GS_MUST_CHECK;
int gs_journal_beginning(struct gs_store *store, bool past, int64_t after_id, struct gs_answer *a) GS_MUST_CHECK;

#endif
