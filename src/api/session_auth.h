/* Sessions as credentials: what a cookie opens. */
#ifndef GATESLOT_API_SESSION_AUTH_H
#define GATESLOT_API_SESSION_AUTH_H

#include "call.h"

/* Has it not run out, and is its user one who may have it? */
bool gs_session_stands(const struct gs_api *r, const struct gs_session *session, int64_t now_ms);
/* The session of that cookie's secret, if it stands; NULL. */
const struct gs_session *gs_session_of(const struct gs_api *r, const char *secret);
/* The request came by it: takes over its user's language, and notes that it was used. False: it asks for a change that no page of ours has made,
 * and that was answered (403 csrf, 415). */
bool gs_session_admit(struct gs_api *r, struct gs_exchange *x, const struct gs_session *session, const char *secret);
/* A request that brings no credentials of its own, but opens a session. False, and 403 csrf was answered: it is a page of others that asks. */
bool gs_session_from_our_page(struct gs_api *r, struct gs_exchange *x);

#endif
