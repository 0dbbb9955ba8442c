/* Erasing what people have typed from what is never deleted: events and the journal. */
#ifndef GATESLOT_STORE_ERASE_H
#define GATESLOT_STORE_ERASE_H

#include "impl.h"

/* In the transaction under way, at most GS_STORE_SLICE_ROWS rows: reasons of events, or of the journal, dated before that. *out_rows: looked
 * at; 0: there is no more. *out_erased: those that had any. */
int gs_erase_events(struct gs_store *store, gs_date before, int64_t *out_rows, int64_t *out_erased) GS_MUST_CHECK;
int gs_erase_journal(struct gs_store *store, struct gs_state *s, gs_date before, int64_t *out_rows,
                     int64_t *out_erased) GS_MUST_CHECK;
/* Is the link what is left of event seq, whose hash that is, after its reason was erased? */
int gs_erase_left(struct gs_store *store, int64_t seq, const unsigned char hash[GS_CHAIN_BYTES],
                  const struct gs_chain_link *link, bool *out) GS_MUST_CHECK;

#endif
