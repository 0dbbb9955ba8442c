/* What happens to users and sessions: stored and told of in one batch. */
#ifndef GATESLOT_API_PEOPLE_H
#define GATESLOT_API_PEOPLE_H

#include "call.h"

/* The event, in the same batch as the records that follow it. False: it was refused, x was answered, and nothing may follow. */
bool gs_people_note(struct gs_exchange *x, const struct gs_actor *actor, enum gs_event_type type, const char *name,
                    enum gs_role role, int32_t number);
/* Replaces the user of that name; false as above. */
bool gs_people_keep(struct gs_exchange *x, const struct gs_user *user);
/* Ends all sessions of that kind and name; who waits by one of them is told as soon as that is on disk. */
void gs_people_close_sessions(struct gs_api *api, enum gs_session_kind kind, const char *name);
void gs_people_close_session(struct gs_api *api, const struct gs_session *session);
/* Forgets those that have run out. */
void gs_people_sweep(struct gs_api *api);
/* A login was refused as that user, "" = as nobody there is: told of at once, or together with others within a minute. */
void gs_people_login_refused(struct gs_api *api, const char *name, enum gs_role role);
void gs_people_finish(struct gs_api *api);

#endif
