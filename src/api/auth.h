/* Who sent a request: a token's owner, or the user at the other end of a Unix socket. */
#ifndef GATESLOT_API_AUTH_H
#define GATESLOT_API_AUTH_H

#include "call.h"

/* Sets gs_caller(x)->actor, or answers 401 and returns false. */
bool gs_auth_identify(struct gs_api *r, struct gs_exchange *x);
/* Names that only peer credentials and the system itself bear; no token may take them. */
bool gs_auth_reserved(const char *name);
void gs_auth_digest(const char *token, unsigned char out[GS_SHA256_BYTES]);

#endif
