/* Who sent a request: a token's owner, or the user at the other end of a Unix socket. */
#ifndef GATESLOT_API_AUTH_H
#define GATESLOT_API_AUTH_H

#include "call.h"

/* Sets who gs_caller(x) is, or answers and returns false: 401, or where a change is asked for by a cookie and was not made by a page of ours,
 * 403 csrf. */
bool gs_auth_identify(struct gs_api *r, struct gs_exchange *x);
/* Is what x's caller was known by still good? For whoever answers later. */
bool gs_auth_stands(const struct gs_exchange *x);
void gs_auth_refuse_ended(struct gs_exchange *x); /* 401: it is not */
bool gs_auth_turn_away(struct gs_exchange *x);    /* both: if it is not, that is answered, and true */
/* Who sends x, of which only the head is there yet. Answers nothing. */
enum gs_client_class gs_auth_class(struct gs_api *r, const struct gs_exchange *x);
/* Is the name one of a token, a user or a paired device, or one that only peer credentials and the system itself bear? They are all one
 * name space, since bookings, keys and events belong to a name. */
bool gs_auth_name_taken(const struct gs_api *api, const char *name);
void gs_auth_digest(const char *token, unsigned char out[GS_SHA256_BYTES]);

#endif
