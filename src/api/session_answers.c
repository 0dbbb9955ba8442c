/* Opens sessions, of users and of devices, and answers who somebody is by his. Whether he may have one, others have found out. */
#include "auth.h"
#include "booking_json.h"
#include "cookie.h"
#include "device_calls.h"
#include "gateslot/base/text.h"
#include "reply.h"
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

static const char *kind_of(const struct gs_api *api, const struct gs_caller *caller)
{
    if (caller->by != GS_BY_SESSION) {
        return caller->by == GS_BY_TOKEN ? "token" : "local";
    }
    const struct gs_session *session = gs_sessions_find(&api->sessions, caller->hash);
    return session != NULL && session->kind == GS_SESSION_DEVICE ? "device" : "user";
}

static void write_who(struct gs_json *j, const struct gs_exchange *x, const char *secret)
{
    const struct gs_api *api = gs_api_of(x);
    const struct gs_caller *caller = gs_caller(x);
    const struct gs_session *session =
        caller->by == GS_BY_SESSION ? gs_sessions_find(&api->sessions, caller->hash) : NULL;
    const struct gs_user *user =
        session != NULL && session->kind == GS_SESSION_USER ? gs_users_named(&api->users, session->name) : NULL;
    const bool speaks = user != NULL && user->lang != GS_LANG_NONE;
    char csrf[GS_CSRF_TEXT] = "";
    if (session != NULL) {
        gs_csrf_of(secret, csrf);
    }
    gs_json_object(j, NULL);
    gs_json_str(j, "kind", kind_of(api, caller));
    gs_json_str(j, "name", caller->actor.name);
    gs_json_str(j, "role", gs_role_name(caller->actor.role));
    gs_json_str(j, "person", caller->actor.person[0] != '\0' ? caller->actor.person : NULL);
    gs_json_str(j, "language", speaks ? gs_lang_tag(user->lang) : NULL);
    gs_json_str(j, "csrf", session != NULL ? csrf : NULL);
    gs_json_time_or_null(j, "expires_at", session != NULL ? session->expires_ms : 0,
                         api->service.rules(api->service.self)->tz);
    gs_json_end_object(j);
}

/* cookie: Set-Cookie, NULL: none. Nobody may keep the answer. */
static void send_who(struct gs_exchange *x, int status, const char *secret, const char *cookie)
{
    struct gs_reply reply = {.status = status, .content_type = "application/json"};
    struct gs_json j = gs_reply_begin(x);
    write_who(&j, x, secret);
    gs_reply_header(&reply, "Cache-Control", "no-store");
    if (cookie != NULL) {
        gs_reply_header(&reply, "Set-Cookie", cookie);
    }
    gs_reply_send(x, &reply);
}

void gs_session_send_who(struct gs_exchange *x, int status)
{
    char secret[GS_TOKEN_TEXT] = "";
    if (gs_caller(x)->by == GS_BY_SESSION) {
        (void)gs_cookie_read(&x->request, secret);
    }
    send_who(x, status, secret, NULL);
    OPENSSL_cleanse(secret, sizeof secret);
}

bool gs_session_begin(struct gs_exchange *x, struct gs_session *s, int64_t lasts_ms, int status)
{
    struct gs_api *api = gs_api_of(x);
    struct gs_caller *caller = gs_caller(x);
    char secret[GS_TOKEN_TEXT], cookie[GS_COOKIE_TEXT];
    if (gs_token_make(secret) != GS_OK) {
        gs_reply_code(x, GS_CODE_INTERNAL);
        return false;
    }
    gs_auth_digest(secret, s->hash);
    const bool opened = gs_sessions_put(&api->sessions, s) == GS_OK;
    if (!opened) {
        gs_reply_code(x, GS_CODE_OVERLOADED);
    } else {
        caller->by = GS_BY_SESSION;
        caller->actor.role = s->role;
        (void)gs_text_copy(caller->actor.name, sizeof caller->actor.name, s->name);
        memcpy(caller->hash, s->hash, sizeof caller->hash);
        api->service.keep_session(api->service.self, s, false);
        gs_cookie_format(x->request.tls, secret, lasts_ms / 1000, cookie);
        send_who(x, status, secret, cookie);
    }
    OPENSSL_cleanse(secret, sizeof secret);
    OPENSSL_cleanse(cookie, sizeof cookie);
    if (api->body.data != NULL) { /* the buffer outlives the answer, which has the csrf */
        OPENSSL_cleanse(api->body.data, api->body.cap);
        gs_buf_clear(&api->body);
    }
    return opened;
}

void gs_session_refuse_throttled(struct gs_exchange *x, int64_t wait_ms)
{
    const struct gs_problem p = {.code = GS_CODE_RATE_LIMITED, .command = -1};
    struct gs_reply reply = {.status = gs_code_status(p.code)};
    struct gs_json j = gs_reply_begin(x);
    char seconds[24];
    gs_api_of(x)->count.logins_throttled++;
    (void)snprintf(seconds, sizeof seconds, "%lld", (long long)((wait_ms + 999) / 1000));
    gs_problem_write(j.out, x, &p);
    gs_reply_header(&reply, "Retry-After", seconds);
    gs_reply_problem_headers(&reply, p.code, gs_caller(x)->lang);
    gs_reply_send(x, &reply);
}
