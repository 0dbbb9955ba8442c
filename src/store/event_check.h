/* Reading the chain of events. */
#ifndef GATESLOT_STORE_EVENT_CHECK_H
#define GATESLOT_STORE_EVENT_CHECK_H

#include "gateslot/core/query.h"
#include "impl.h"

/* The hash of event seq (zeros for 0). GS_E_NOTFOUND: there is none. */
int gs_events_hash(struct gs_store *store, int64_t seq, unsigned char out[GS_CHAIN_BYTES]) GS_MUST_CHECK;
/* Whether the row at hand (seq, booking_id, prev, owner, hash, body) is event seq and follows from the one before it, whose hash is in
 * hash, which becomes its own. A row that does not is GS_OK with *out false. */
int gs_events_follows(struct gs_store *store, struct gs_statement *stmt, int64_t seq,
                      unsigned char hash[GS_CHAIN_BYTES], bool *out) GS_MUST_CHECK;
/* Verifies at most rows events from seq from on: numbers without gaps, hashes that follow. A broken chain is GS_OK with
 * out->broken_seq; other failures are those of reading. */
int gs_events_audit(struct gs_store *store, int64_t from, int rows, struct gs_audit *out) GS_MUST_CHECK;

#endif
