/* Finds out who sent a request: by its token, by the cookie of a session, or by the peer's user on a Unix socket, whom the kernel vouches for, in
 * this order. Without any of them it answers 401 and the request goes no further; a change that is asked for by a cookie must have been made by a
 * page of our own. What each role may call stands in the table of routes (route_table.c). */
#include "auth.h"
#include "cookie.h"
#include "gateslot/base/limits.h"
#include "gateslot/base/text.h"
#include "reply.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct gs_words invalid_token = {{"令牌无效或已过期。", "The token is not valid, or has expired."}};

static const struct gs_words unconfirmed = {{"数据库恢复之后，这个令牌须经主管确认（gateslot token confirm）才能再用。",
                                             "Since the store was put back, this token opens nothing until a "
                                             "supervisor confirms it (gateslot token confirm)."}};

static const struct gs_words session_over = {
    {"会话已结束或已过期，请重新登录。", "The session is over, or has expired: log in again."}};

/* Over the Unix socket, without a token. */
static const struct gs_words no_role = {
    {"本机用户（uid {what}）在这里没有角色：请带上令牌，或由管理员写入配置的 peers。",
     "This machine's user with uid {what} has no role here: send a token, or ask the administrator for an entry of "
     "peers in the configuration."}};
static const struct gs_words no_name = {
    {"本机用户（uid {what}）的名称不能记入记录（应为 [a-z0-9][a-z0-9._-]*，最多 31 个字符）：请带上令牌。",
     "The user with uid {what} has no name that can stand in the record ([a-z0-9][a-z0-9._-]*, at most 31 characters): "
     "send a token."}};
static const struct gs_words name_of_another = {
    {"本机用户名 {what} 已是别的令牌、用户或设备的名称：请带上令牌，或将其改名。",
     "The user name {what} is that of a token, a user or a device already: send a token, or give that one another "
     "name."}};

static bool refuse_about(struct gs_api *r, struct gs_exchange *x, const struct gs_words *why, const char *what)
{
    const struct gs_problem p = {.code = GS_CODE_UNAUTHORIZED, .detail = why, .what = what, .command = -1};
    const bool given = gs_request_header(&x->request, "authorization") != NULL;
    struct gs_json j = gs_reply_begin(x);
    struct gs_reply reply = {.status = gs_code_status(p.code)};
    r->count.unauthorized++;
    gs_problem_write(j.out, x, &p);
    gs_reply_problem_headers(&reply, p.code, gs_caller(x)->lang);
    gs_reply_header(&reply, "WWW-Authenticate",
                    given ? "Bearer realm=\"gateslot\", error=\"invalid_token\"" : "Bearer realm=\"gateslot\"");
    gs_reply_send(x, &reply);
    return false;
}

static bool refuse_for(struct gs_api *r, struct gs_exchange *x, const struct gs_words *why)
{
    return refuse_about(r, x, why, NULL);
}

static bool refuse(struct gs_api *r, struct gs_exchange *x, bool given)
{
    return refuse_for(r, x, given ? &invalid_token : NULL);
}

static void set_actor(struct gs_exchange *x, enum gs_role role, const char *name)
{
    const bool is_staff = role == GS_ROLE_GATE || role == GS_ROLE_SUPERVISOR;
    gs_exchange_known(x, is_staff ? GS_CLIENT_STAFF : GS_CLIENT_PROGRAM);
    gs_caller(x)->actor.role = role;
    (void)gs_text_copy(gs_caller(x)->actor.name, sizeof gs_caller(x)->actor.name, name);
}

/* A token, a user or a device, or a reserved name. */
static bool is_anothers(const struct gs_api *api, const char *name)
{
    size_t at = 0;
    return strcmp(name, "root") == 0 || strcmp(name, "daemon") == 0 || strcmp(name, "gateslotd") == 0 ||
           gs_tokens_named(&api->tokens, name) != NULL || gs_users_named(&api->users, name) != NULL ||
           gs_sessions_next(&api->sessions, GS_SESSION_DEVICE, name, &at) != NULL;
}

bool gs_auth_name_taken(const struct gs_api *api, const char *name)
{
    return is_anothers(api, name) || api->service.peer_named(api->service.self, name);
}

/* By what the configuration says of this machine's users. A name that is a token's is that token's alone: what it owns is not another's. */
static bool identify_local_user(struct gs_api *r, struct gs_exchange *x)
{
    struct gs_actor user = {.role = GS_ROLE_METRICS};
    gid_t groups[GS_PEER_GROUPS_MAX];
    const size_t count = gs_exchange_groups(x, groups, GS_PEER_GROUPS_MAX);
    char uid[16];
    (void)snprintf(uid, sizeof uid, "%lu", (unsigned long)x->request.peer_uid);
    if (!r->service.peer(r->service.self, x->request.peer_uid, groups, count, &user)) {
        return refuse_about(r, x, &no_role, uid);
    }
    if (user.name[0] == '\0') {
        return refuse_about(r, x, &no_name, uid);
    }
    if (is_anothers(r, user.name)) {
        return refuse_about(r, x, &name_of_another, user.name);
    }
    set_actor(x, user.role, user.name);
    return true;
}

/* By the kernel's word, at the other end of a Unix socket. */
static bool identify_peer(struct gs_api *r, struct gs_exchange *x)
{
    if (x->request.peer_trusted) {
        set_actor(x, GS_ROLE_SUPERVISOR, x->request.peer_uid == 0 ? "root" : "daemon");
        return true;
    }
    return x->request.peer_uid == (uid_t)-1 ? refuse(r, x, false) : identify_local_user(r, x);
}

void gs_auth_digest(const char *token, unsigned char out[GS_SHA256_BYTES])
{
    const struct gs_piece piece = {token, strlen(token)};
    gs_sha256(&piece, 1, out);
}

static bool identify_token(struct gs_api *r, struct gs_exchange *x, const char *given)
{
    static const char scheme[] = "Bearer ";
    if (strncasecmp(given, scheme, sizeof scheme - 1) != 0) {
        return refuse(r, x, false);
    }
    given += sizeof scheme - 1;
    given += strspn(given, " ");
    if (strlen(given) > GS_TOKEN_GIVEN_MAX) {
        return refuse(r, x, true);
    }
    gs_auth_digest(given, gs_caller(x)->hash);
    const struct gs_token *token = gs_tokens_find(&r->tokens, gs_caller(x)->hash, r->service.now_ms(r->service.self));
    if (token == NULL) {
        return refuse(r, x, true);
    }
    if (token->unconfirmed) {
        return refuse_for(r, x, &unconfirmed);
    }
    gs_caller(x)->by = GS_BY_TOKEN;
    set_actor(x, token->role, token->name);
    return true;
}

/* ---- sessions ---- */

bool gs_auth_session_stands(const struct gs_api *r, const struct gs_session *session, int64_t now_ms)
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
    return session->used_ms + idle_ms > now_ms && user != NULL && !user->disabled && !user->unconfirmed &&
           user->role == session->role;
}

/* Kept to the minute, so that it is not stored at every request. */
static void note_use(struct gs_api *r, const struct gs_session *session, int64_t now_ms)
{
    static const int64_t minute_ms = 60000;
    if (now_ms - session->used_ms >= minute_ms) {
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
    const enum gs_origin origin = gs_origin_of(&x->request);
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

bool gs_auth_from_our_page(struct gs_api *r, struct gs_exchange *x)
{
    return gs_origin_of(&x->request) != GS_ORIGIN_OTHER || refuse_csrf(r, x, &other_origin);
}

static bool identify_session(struct gs_api *r, struct gs_exchange *x, const char *secret)
{
    struct gs_caller *caller = gs_caller(x);
    const int64_t now_ms = r->service.now_ms(r->service.self);
    gs_auth_digest(secret, caller->hash);
    const struct gs_session *session = gs_sessions_find(&r->sessions, caller->hash);
    if (session == NULL || !gs_auth_session_stands(r, session, now_ms)) {
        return refuse_for(r, x, &session_over);
    }
    caller->by = GS_BY_SESSION;
    set_actor(x, session->role, session->name);
    const struct gs_user *user = session->kind == GS_SESSION_USER ? gs_users_named(&r->users, session->name) : NULL;
    if (user != NULL && user->lang != GS_LANG_NONE) {
        caller->lang = user->lang;
    }
    if (!made_by_our_page(r, x, secret)) {
        return false;
    }
    note_use(r, session, now_ms);
    return true;
}

/* ---- all ---- */

bool gs_auth_identify(struct gs_api *r, struct gs_exchange *x)
{
    const char *given = gs_request_header(&x->request, "authorization");
    char secret[GS_TOKEN_TEXT];
    if (given != NULL) {
        return identify_token(r, x, given);
    }
    if (gs_cookie_read(&x->request, secret)) {
        return identify_session(r, x, secret);
    }
    gs_caller(x)->by = GS_BY_PEER;
    return identify_peer(r, x);
}

bool gs_auth_stands(const struct gs_exchange *x)
{
    const struct gs_api *r = gs_api_of(x);
    const struct gs_caller *caller = gs_caller(x);
    const int64_t now_ms = r->service.now_ms(r->service.self);
    if (caller->by == GS_BY_TOKEN) {
        const struct gs_token *token = gs_tokens_find(&r->tokens, caller->hash, now_ms);
        return token != NULL && !token->unconfirmed;
    }
    if (caller->by == GS_BY_SESSION) {
        const struct gs_session *session = gs_sessions_find(&r->sessions, caller->hash);
        return session != NULL && gs_auth_session_stands(r, session, now_ms);
    }
    return true;
}

void gs_auth_refuse_ended(struct gs_exchange *x)
{
    (void)refuse_for(gs_api_of(x), x, gs_caller(x)->by == GS_BY_TOKEN ? &invalid_token : &session_over);
}
