/* What the cookie of a session opens, and until when; and whether a change that is asked for by it was made by a page of our own, since a browser
 * sends the cookie along whoever made the page. Who it is, is set by auth.c. */
#include "session_auth.h"
#include "cookie.h"
#include "reply.h"
#include <string.h>

/* A use is noted so long after the one before, at the earliest; so a session that is used is never taken for an unused one. */
#define NOTED_MS INT64_C(60000)

bool gs_session_stands(const struct gs_api *r, const struct gs_session *session, int64_t now_ms)
{
    int64_t idle_ms, absolute_ms;
    if (session->expires_ms != 0 && session->expires_ms <= now_ms) {
        return false;
    }
    if (session->kind == GS_SESSION_DEVICE) {
        return true;
    }
    r->service.session_limits(r->service.self, &idle_ms, &absolute_ms);
    const struct gs_user *user = gs_users_named(&r->users, session->name);
    return session->used_ms + NOTED_MS + idle_ms > now_ms && user != NULL && !user->disabled && !user->unconfirmed &&
           user->role == session->role;
}

/* So that it is not stored at every request. */
static void note_use(struct gs_api *r, const struct gs_session *session, int64_t now_ms)
{
    if (now_ms - session->used_ms >= NOTED_MS) {
        struct gs_session used = *session;
        used.used_ms = now_ms;
        if (gs_sessions_put(&r->sessions, &used) == GS_OK) { /* in place of itself */
            r->service.keep_session(r->service.self, &used, false);
        }
    }
}

static bool refuse_csrf(struct gs_api *r, struct gs_exchange *x, const struct gs_words *why)
{
    r->count.csrf++;
    gs_reply_problem(x, &(struct gs_problem){.code = GS_CODE_CSRF, .detail = why, .command = -1});
    return false;
}

static const struct gs_words other_origin = {
    {"请求来自别的网站（Origin 不是本站），没有执行。",
     "The request comes from a page of another site: its Origin is not this one. Nothing was done."}};
static const struct gs_words no_origin = {
    {"以会话 Cookie 提出的修改须带 Origin 头（浏览器会自动带上）。",
     "A change asked for by a session's cookie needs the header Origin, which browsers send by themselves."}};
static const struct gs_words no_csrf = {
    {"以会话 Cookie 提出的修改须带 X-CSRF-Token 头，其值为 GET /v1/session 给出的 csrf。",
     "A change asked for by a session's cookie needs the header X-CSRF-Token with the csrf that GET /v1/session "
     "tells."}};

static bool changes(const struct gs_request *q)
{
    return q->method != GS_GET && q->method != GS_HEAD && q->method != GS_OPTIONS;
}

/* A browser sends the cookie along whoever made the page that asks. */
static bool made_by_our_page(struct gs_api *r, struct gs_exchange *x, const char *secret)
{
    const enum gs_page_origin origin = gs_origin_of(&x->request);
    if (!changes(&x->request)) {
        return true;
    }
    if (origin != GS_ORIGIN_OURS) {
        return refuse_csrf(r, x, origin == GS_ORIGIN_OTHER ? &other_origin : &no_origin);
    }
    if (x->request.body_len > 0 && !gs_media_is_json(gs_request_header(&x->request, "content-type")) &&
        !gs_media_is_yaml(gs_request_header(&x->request, "content-type"))) { /* as a form would send it */
        gs_reply_code(x, GS_CODE_UNSUPPORTED_MEDIA_TYPE);
        return false;
    }
    return gs_csrf_shown(&x->request, secret) || refuse_csrf(r, x, &no_csrf);
}

bool gs_session_from_our_page(struct gs_api *r, struct gs_exchange *x)
{
    return gs_origin_of(&x->request) != GS_ORIGIN_OTHER || refuse_csrf(r, x, &other_origin);
}

const struct gs_session *gs_session_of(const struct gs_api *r, const char *secret)
{
    unsigned char hash[GS_SHA256_BYTES];
    const struct gs_piece piece = {secret, strlen(secret)};
    gs_sha256(&piece, 1, hash);
    const struct gs_session *session = gs_sessions_find(&r->sessions, hash);
    return session != NULL && gs_session_stands(r, session, r->service.now_ms(r->service.self)) ? session : NULL;
}

bool gs_session_admit(struct gs_api *r, struct gs_exchange *x, const struct gs_session *session, const char *secret)
{
    const struct gs_user *user = session->kind == GS_SESSION_USER ? gs_users_named(&r->users, session->name) : NULL;
    if (user != NULL && user->lang != GS_LANG_NONE) {
        gs_caller(x)->lang = user->lang;
    }
    if (!made_by_our_page(r, x, secret)) {
        return false;
    }
    note_use(r, session, r->service.now_ms(r->service.self));
    return true;
}
