/* Paired devices, as the calls about sessions and the question who asks need them. */
#ifndef GATESLOT_API_DEVICE_CALLS_H
#define GATESLOT_API_DEVICE_CALLS_H

#include "call.h"

/* POST /v1/session with a pairing code: opens the device's session. */
void gs_device_pair(struct gs_call *c);
/* standing.c. A user who may show who he is by a PIN; NULL. */
const struct gs_user *gs_person_user(const struct gs_api *api, const char *name);
/* x comes from a paired device: who stands there, if anybody has shown it, is the actor's person. */
void gs_person_note(struct gs_api *api, struct gs_exchange *x);
/* The user is no longer one who may stand anywhere, or has another PIN. */
void gs_person_forget(struct gs_api *api, const char *name);

/* session_answers.c. Opens the session, whose name, kind, role, start and end are given, and answers who x is now, with its cookie. lasts_ms: how long
 * the browser keeps that. False: it was not opened, and x was answered. */
bool gs_session_begin(struct gs_exchange *x, struct gs_session *s, int64_t lasts_ms, int status);
void gs_session_send_who(struct gs_exchange *x, int status); /* of one that comes by the cookie of a session, or not */
void gs_session_refuse_throttled(struct gs_exchange *x, int64_t wait_ms);

#endif
