/* The epochs of a store: where its numbers leap because it was put back. */
#ifndef GATESLOT_STORE_EPOCHS_H
#define GATESLOT_STORE_EPOCHS_H

#include "impl.h"

/* store->epochs, as stored. */
int gs_epochs_load(struct gs_store *store) GS_MUST_CHECK;
/* What is known to have been given out by a store of which not all is there. */
struct gs_epoch_seen {
    int64_t last_seq, last_booking_id, batch;
};

/* A new epoch is due. Its numbers begin beyond all that was seen and what may have been missed since; with seen NULL beyond all that can have been
 * given out since the latest instant in the store. */
void gs_epochs_leap(struct gs_store *store, enum gs_epoch_cause cause, const struct gs_epoch_seen *seen,
                    int64_t now_ms);
/* In the transaction under way; s->epoch is its number. */
int gs_epochs_write(struct gs_store *store, struct gs_state *s, const struct gs_epoch *e) GS_MUST_CHECK;
/* It is durable: none is due any more, and the mark says what is stored now. */
int gs_epochs_opened(struct gs_store *store) GS_MUST_CHECK;

/* The number of the event before or after seq; in the midst of a leap the one that the new epoch began with counts as after. */
int64_t gs_epochs_before(const struct gs_store *store, int64_t seq);
int64_t gs_epochs_after(const struct gs_store *store, int64_t seq);
/* Whether seq may have been the number of an event that is not in this store: given out and then lost with what was put back. */
bool gs_epochs_lost(const struct gs_store *store, int64_t seq);

#endif
