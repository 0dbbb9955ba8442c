/* Idempotency keys: the answer to a write is kept with its effect and given again to a retry. */
#ifndef GATESLOT_API_IDEM_H
#define GATESLOT_API_IDEM_H

#include "call.h"

/* Reads the key of a route that honours one. False: the exchange has been, or will be, answered: a key missing or malformed, used for
 * another request, or known, so that the stored answer is on its way. */
bool gs_idem_begin(struct gs_call *c);
/* Keeps what stands in the answer buffer as the answer to this key, in the turn of its effect. Nothing without a key. answer says the status
 * and what the headers tell (etag, lang, location); the rest of it is filled in. */
void gs_idem_keep(struct gs_call *c, struct gs_idem *answer);
/* Is a refusal with that code final, so that a retry gets the same? What time can heal is decided anew. */
bool gs_idem_final(const struct gs_outcome *o);

#endif
