/* Idempotency keys: the answer to a write is kept with its effect and given again to a retry. */
#ifndef GATESLOT_API_IDEM_H
#define GATESLOT_API_IDEM_H

#include "call.h"
#include "problem.h"

/* Reads the key of a route that honours one. False: the exchange has been, or will be, answered: a key missing or malformed, used for
 * another request, or known, so that the stored answer is on its way. */
bool gs_idem_begin(struct gs_call *c);
/* Keeps what stands in the answer buffer as the answer to this key, in the turn of its effect. Nothing without a key. answer says the status
 * and what the headers tell (etag, lang, location); the rest of it is filled in. */
void gs_idem_keep(struct gs_call *c, struct gs_idem *answer);
/* Of one booking of many: body is in answer already. */
void gs_idem_keep_as(const struct gs_call *c, const char *key, const unsigned char fingerprint[GS_SHA256_BYTES],
                     struct gs_idem *answer);
/* The body without the blanks between its tokens. */
void gs_idem_compact(const char *body, size_t len, struct gs_buf *out);
/* What a call that books this alone has as its fingerprint: so a key stands for the same booking, however it was asked for. */
void gs_idem_fingerprint_booking(const struct gs_caller *caller, const struct gs_buf *compact,
                                 unsigned char out[GS_SHA256_BYTES]);
/* What a key should be that is not as it must be; NULL: it is. */
const char *gs_idem_key_fault(const char *key, enum gs_fault_kind *out_kind);
/* The caller, or all callers together, have as many answers kept as may be. */
void gs_idem_room_problem(const struct gs_call *c, const struct gs_key_room *room, struct gs_problem *out);
/* Is a refusal with that code final, so that a retry gets the same? What time can heal is decided anew. */
bool gs_idem_final(const struct gs_outcome *o);

#endif
