/* Finds out who sent a request: by its token, or by the peer's user on a Unix socket. Without either it answers 401 and the request
 * goes no further. What each role may call stands in the table of routes (route_table.c). */
#include "auth.h"
#include "gateslot/base/limits.h"
#include "gateslot/base/text.h"
#include "reply.h"
#include <string.h>
#include <strings.h>

static const struct gs_words invalid_token = {{"令牌无效或已过期。", "The token is not valid, or has expired."}};

static const struct gs_words unconfirmed = {{"数据库恢复之后，这个令牌须经主管确认（gateslot token confirm）才能再用。",
                                             "Since the store was put back, this token opens nothing until a "
                                             "supervisor confirms it (gateslot token confirm)."}};

static bool refuse_for(struct gs_api *r, struct gs_exchange *x, const struct gs_words *why)
{
    const struct gs_problem p = {.code = GS_CODE_UNAUTHORIZED, .detail = why, .command = -1};
    const bool given = why != NULL;
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

bool gs_auth_name_taken(const struct gs_api *api, const char *name)
{
    size_t at = 0;
    return strcmp(name, "root") == 0 || strcmp(name, "daemon") == 0 || strcmp(name, "gateslotd") == 0 ||
           gs_tokens_named(&api->tokens, name) != NULL || gs_users_named(&api->users, name) != NULL ||
           gs_sessions_next(&api->sessions, GS_SESSION_DEVICE, name, &at) != NULL;
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

bool gs_auth_identify(struct gs_api *r, struct gs_exchange *x)
{
    const char *given = gs_request_header(&x->request, "authorization");
    if (given == NULL) {
        if (!x->request.peer_trusted) {
            return refuse(r, x, false);
        }
        set_actor(x, GS_ROLE_SUPERVISOR, x->request.peer_uid == 0 ? "root" : "daemon");
        return true;
    }
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
    set_actor(x, token->role, token->name);
    return true;
}

enum gs_client_class gs_auth_class(struct gs_api *r, const struct gs_exchange *x)
{
    const char *given = gs_request_header(&x->request, "authorization");
    if (given == NULL) {
        return x->request.peer_trusted ? GS_CLIENT_STAFF : GS_CLIENT_ANONYMOUS;
    }
    given = bearer(given);
    const struct gs_token *token = given != NULL ? token_of(r, given) : NULL;
    return token != NULL && !token->unconfirmed ? class_of(token->role) : GS_CLIENT_ANONYMOUS;
}
