/* What cookies open: the sessions of users who have logged in, and of devices that were paired. Kept by the digest of the cookie's secret,
 * which itself is kept nowhere. At most GS_MAX_SESSIONS. */
#ifndef GATESLOT_API_SESSIONS_H
#define GATESLOT_API_SESSIONS_H

#include "gateslot/base/error.h"
#include "gateslot/core/record.h"

struct gs_sessions {
    struct gs_session *list; /* owned; in order of hash */
    size_t count, room;
};

void gs_sessions_finish(struct gs_sessions *s); /* empty again */
/* Replaces the one of the same hash. GS_E_BUSY at GS_MAX_SESSIONS. */
int gs_sessions_put(struct gs_sessions *s, const struct gs_session *session) GS_MUST_CHECK;
bool gs_sessions_remove(struct gs_sessions *s, const unsigned char hash[32]); /* false: there is none */
/* Compared in constant time; NULL: there is none. Whether it has run out is not asked. Until the next change. */
const struct gs_session *gs_sessions_find(const struct gs_sessions *s, const unsigned char hash[32]);
/* The next one from *at on of that kind and name, which *at then is behind; NULL: no more. Begins with 0, and after a removal anew. */
const struct gs_session *gs_sessions_next(const struct gs_sessions *s, enum gs_session_kind kind, const char *name,
                                          size_t *at);

#endif
