/* Finds out who sent a request: by its token, by the cookie of a session, or by the peer's user on a Unix socket, whom the kernel vouches for, in
 * this order. Without any of them it answers 401 and the request goes no further; a change that is asked for by a cookie must have been made by a
 * page of our own. What each role may call stands in the table of routes (route_table.c). */
#include "auth.h"
#include "cookie.h"
#include "device_calls.h"
#include "gateslot/base/limits.h"
#include "gateslot/base/text.h"
#include "reply.h"
#include "session_auth.h"
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
static const struct gs_words no_longer = {
    {"本机用户在这里的角色已变更或取消。", "The role of this machine's user here was changed or taken away."}};
static const struct gs_words name_of_another = {
    {"本机用户名 {what} 已是别的令牌、用户或设备的名称：请带上令牌，或将其改名。",
     "The user name {what} is that of a token, a user or a device already: send a token, or give that one another "
     "name."}};

static bool refuse_about(struct gs_api *r, struct gs_exchange *x, const struct gs_words *why, const char *what)
{
    const struct gs_problem p = {.code = GS_CODE_UNAUTHORIZED, .detail = why, .what = what, .command = -1};
    const bool given = gs_request_header(&x->request, "authorization") != NULL;
    r->count.unauthorized++;
    if (!gs_rates_admit_stranger(r, x)) {
        return false;
    }
    struct gs_json j = gs_reply_begin(x);
    struct gs_reply reply = {.status = gs_code_status(p.code)};
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

static enum gs_client_class class_of(enum gs_role role)
{
    return role == GS_ROLE_GATE || role == GS_ROLE_SUPERVISOR ? GS_CLIENT_STAFF : GS_CLIENT_PROGRAM;
}

static void set_actor(struct gs_exchange *x, enum gs_role role, const char *name)
{
    gs_exchange_known(x, class_of(role));
    gs_caller(x)->actor.role = role;
    (void)gs_text_copy(gs_caller(x)->actor.name, sizeof gs_caller(x)->actor.name, name);
}

/* A token, a user or a device, or a reserved name. */
static bool is_anothers(const struct gs_api *api, const char *name)
{
    size_t at = 0;
    return strcmp(name, "root") == 0 || strcmp(name, "daemon") == 0 || strcmp(name, "gateslotd") == 0 ||
           gs_tokens_named(&api->tokens, name) != NULL || gs_users_named(&api->users, name) != NULL ||
           gs_sessions_next(&api->sessions, GS_SESSION_DEVICE, name, &at) != NULL ||
           gs_pairings_named(&api->pairings, name) != NULL;
}

bool gs_auth_name_taken(const struct gs_api *api, const char *name)
{
    return is_anothers(api, name) || api->service.peer_named(api->service.self, name);
}

/* By what the configuration says of this machine's users. A name that is a token's is that token's alone: what it owns is not another's.
 * NULL: out is who asks; otherwise why he is nobody. */
static const struct gs_words *find_local_user(struct gs_api *r, const struct gs_exchange *x, struct gs_actor *out)
{
    gid_t groups[GS_PEER_GROUPS_MAX];
    const size_t count = gs_exchange_groups(x, groups, GS_PEER_GROUPS_MAX);
    *out = (struct gs_actor){.role = GS_ROLE_METRICS};
    if (!r->service.peer(r->service.self, x->request.peer_uid, groups, count, out)) {
        return &no_role;
    }
    if (out->name[0] == '\0') {
        return &no_name;
    }
    return is_anothers(r, out->name) ? &name_of_another : NULL;
}

static bool identify_local_user(struct gs_api *r, struct gs_exchange *x)
{
    struct gs_actor user;
    const struct gs_words *why = find_local_user(r, x, &user);
    if (why != NULL) {
        char uid[16];
        (void)snprintf(uid, sizeof uid, "%lu", (unsigned long)x->request.peer_uid);
        return refuse_about(r, x, why, why == &name_of_another ? user.name : uid);
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

/* What stands behind "Bearer"; NULL: something else. */
static const char *bearer(const char *given)
{
    static const char scheme[] = "Bearer ";
    if (strncasecmp(given, scheme, sizeof scheme - 1) != 0) {
        return NULL;
    }
    given += sizeof scheme - 1;
    return given + strspn(given, " ");
}

static const struct gs_token *token_of(struct gs_api *r, const char *given)
{
    unsigned char hash[GS_SHA256_BYTES];
    if (strlen(given) > GS_TOKEN_GIVEN_MAX) {
        return NULL;
    }
    gs_auth_digest(given, hash);
    return gs_tokens_find(&r->tokens, hash, r->service.now_ms(r->service.self));
}

/* ---- all ---- */

static bool identify_token(struct gs_api *r, struct gs_exchange *x, const char *given)
{
    given = bearer(given);
    if (given == NULL) {
        return refuse(r, x, false);
    }
    const struct gs_token *token = token_of(r, given);
    if (token == NULL) {
        return refuse(r, x, true);
    }
    if (token->unconfirmed) {
        return refuse_for(r, x, &unconfirmed);
    }
    gs_caller(x)->by = GS_BY_TOKEN;
    memcpy(gs_caller(x)->hash, token->hash, sizeof token->hash);
    set_actor(x, token->role, token->name);
    gs_tokens_use(&r->tokens, token, r->service.now_ms(r->service.self));
    return true;
}

static bool identify_session(struct gs_api *r, struct gs_exchange *x, const char *secret)
{
    const struct gs_session *session = gs_session_of(r, secret);
    if (session == NULL) {
        return refuse_for(r, x, &session_over);
    }
    gs_caller(x)->by = GS_BY_SESSION;
    memcpy(gs_caller(x)->hash, session->hash, sizeof session->hash);
    set_actor(x, session->role, session->name);
    if (session->kind == GS_SESSION_DEVICE) {
        gs_person_note(r, x);
    }
    return gs_session_admit(r, x, session, secret);
}

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

static bool local_user_stands(struct gs_api *r, const struct gs_exchange *x)
{
    struct gs_actor user;
    const struct gs_actor *was = &gs_caller(x)->actor;
    return x->request.peer_trusted ||
           (find_local_user(r, x, &user) == NULL && user.role == was->role && strcmp(user.name, was->name) == 0);
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
        return session != NULL && gs_session_stands(r, session, now_ms);
    }
    return caller->by == GS_BY_NOTHING || local_user_stands(gs_api_of(x), x);
}

void gs_auth_refuse_ended(struct gs_exchange *x)
{
    static const struct gs_words *const why[] = {[GS_BY_NOTHING] = &session_over,
                                                 [GS_BY_PEER] = &no_longer,
                                                 [GS_BY_TOKEN] = &invalid_token,
                                                 [GS_BY_SESSION] = &session_over};
    const struct gs_words *words = why[gs_caller(x)->by];
    gs_caller(x)->by = GS_BY_NOTHING;
    (void)refuse_for(gs_api_of(x), x, words);
}

bool gs_auth_turn_away(struct gs_exchange *x)
{
    if (gs_auth_stands(x)) {
        return false;
    }
    gs_auth_refuse_ended(x);
    return true;
}

enum gs_client_class gs_auth_class(struct gs_api *r, const struct gs_exchange *x)
{
    const char *given = gs_request_header(&x->request, "authorization");
    char secret[GS_TOKEN_TEXT];
    if (given == NULL && gs_cookie_read(&x->request, secret)) {
        const struct gs_session *session = gs_session_of(r, secret);
        return session != NULL ? class_of(session->role) : GS_CLIENT_ANONYMOUS;
    }
    if (given == NULL) {
        struct gs_actor user;
        if (x->request.peer_trusted) {
            return GS_CLIENT_STAFF;
        }
        const bool is_user = x->request.peer_uid != (uid_t)-1 && find_local_user(r, x, &user) == NULL;
        return is_user ? class_of(user.role) : GS_CLIENT_ANONYMOUS;
    }
    given = bearer(given);
    const struct gs_token *token = given != NULL ? token_of(r, given) : NULL;
    return token != NULL && !token->unconfirmed ? class_of(token->role) : GS_CLIENT_ANONYMOUS;
}
