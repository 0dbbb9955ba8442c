/* What happens to users and sessions: the event and the rows of it go into the same batch, and what is known here follows. Refused logins are
 * summed up, so that a flood of them writes one event a minute. */
#include "people.h"
#include "auth.h"
#include "gateslot/base/text.h"
#include "reply.h"
#include "session_auth.h"
#include <event2/event.h>
#include <string.h>

static enum gs_code note(struct gs_api *api, const struct gs_actor *actor, enum gs_event_type type, const char *name,
                         enum gs_role role, int32_t number)
{
    struct gs_outcome *o = &api->outcome;
    struct gs_command command = {.kind = GS_CMD_NOTE, .actor = *actor, .if_version = -1};
    command.u.note.type = type;
    command.u.note.subject_role = role;
    command.u.note.number = number;
    (void)gs_text_copy(command.u.note.subject, sizeof command.u.note.subject, name);
    api->service.apply(api->service.self, &command, o);
    return o->code;
}

bool gs_people_note(struct gs_exchange *x, const struct gs_actor *actor, enum gs_event_type type, const char *name,
                    enum gs_role role, int32_t number)
{
    struct gs_api *api = gs_api_of(x);
    const enum gs_code code = note(api, actor, type, name, role, number);
    if (code != GS_CODE_OK) {
        gs_reply_problem(x, &(struct gs_problem){.code = code, .outcome = &api->outcome, .what = "", .command = -1});
        return false;
    }
    return true;
}

bool gs_people_keep(struct gs_exchange *x, const struct gs_user *user)
{
    struct gs_api *api = gs_api_of(x);
    if (gs_users_put(&api->users, user) != GS_OK) {
        gs_reply_code(x, GS_CODE_OVERLOADED);
        return false;
    }
    api->service.keep_user(api->service.self, user, false);
    return true;
}

void gs_people_close_session(struct gs_api *api, const struct gs_session *session)
{
    const struct gs_session closed = *session; /* it goes with its place in the list */
    api->service.keep_session(api->service.self, &closed, true);
    (void)gs_sessions_remove(&api->sessions, closed.hash);
    gs_feed_recheck(&api->feed);
}

void gs_people_close_sessions(struct gs_api *api, enum gs_session_kind kind, const char *name)
{
    const struct gs_session *session;
    for (size_t at = 0; (session = gs_sessions_next(&api->sessions, kind, name, &at)) != NULL; at = 0) {
        gs_people_close_session(api, session);
    }
}

void gs_people_sweep(struct gs_api *api)
{
    const int64_t now_ms = api->service.now_ms(api->service.self);
    for (size_t i = api->sessions.count; i > 0; i--) {
        const struct gs_session *session = &api->sessions.list[i - 1];
        if (!gs_session_stands(api, session, now_ms)) {
            gs_people_close_session(api, session);
        }
    }
}

/* ---- refused logins ---- */

static void tell_refused(struct gs_api *api)
{
    static const struct timeval minute = {.tv_sec = 60};
    const struct gs_actor system = {.role = GS_ROLE_SYSTEM, .name = "gateslotd"};
    struct gs_refused_logins *l = &api->refused_logins;
    const bool of_one = !l->mixed && l->name[0] != '\0';
    if (note(api, &system, GS_EV_SESSION_REFUSED, of_one ? l->name : "", of_one ? l->role : GS_ROLE_SYSTEM, l->count) ==
        GS_CODE_OK) {
        l->count = 0;
    }
    (void)event_add(l->timer, &minute);
}

static void minute_over(evutil_socket_t fd, short what, void *arg)
{
    struct gs_api *api = arg;
    (void)fd;
    (void)what;
    if (api->refused_logins.count > 0) {
        tell_refused(api);
    }
}

void gs_people_login_refused(struct gs_api *api, const char *name, enum gs_role role)
{
    struct gs_refused_logins *l = &api->refused_logins;
    api->count.logins_refused++;
    if (l->count == 0) {
        l->mixed = false;
        l->role = role;
        (void)gs_text_copy(l->name, sizeof l->name, name);
    }
    l->mixed = l->mixed || strcmp(l->name, name) != 0;
    l->count += l->count < INT32_MAX ? 1 : 0;
    if (l->timer == NULL) {
        l->timer = evtimer_new(api->base, minute_over, api);
    }
    if (l->timer != NULL && !evtimer_pending(l->timer, NULL)) {
        tell_refused(api);
    }
}

void gs_people_finish(struct gs_api *api)
{
    if (api->refused_logins.timer != NULL) {
        event_free(api->refused_logins.timer);
        api->refused_logins.timer = NULL;
    }
}
