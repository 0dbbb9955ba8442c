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

bool gs_auth_reserved(const char *name)
{
    return strcmp(name, "root") == 0 || strcmp(name, "daemon") == 0 || strcmp(name, "gateslotd") == 0;
}

void gs_auth_digest(const char *token, unsigned char out[GS_SHA256_BYTES])
{
    const struct gs_piece piece = {token, strlen(token)};
    gs_sha256(&piece, 1, out);
}

bool gs_auth_identify(struct gs_api *r, struct gs_exchange *x)
{
    static const char scheme[] = "Bearer ";
    const char *given = gs_request_header(&x->request, "authorization");
    unsigned char hash[GS_SHA256_BYTES];
    const struct gs_token *token;
    if (given == NULL) {
        if (!x->request.peer_trusted) {
            return refuse(r, x, false);
        }
        set_actor(x, GS_ROLE_SUPERVISOR, x->request.peer_uid == 0 ? "root" : "daemon");
        return true;
    }
    if (strncasecmp(given, scheme, sizeof scheme - 1) != 0) {
        return refuse(r, x, false);
    }
    given += sizeof scheme - 1;
    given += strspn(given, " ");
    if (strlen(given) > GS_TOKEN_GIVEN_MAX) {
        return refuse(r, x, true);
    }
    gs_auth_digest(given, hash);
    token = gs_tokens_find(&r->tokens, hash, r->service.now_ms(r->service.self));
    if (token == NULL) {
        return refuse(r, x, true);
    }
    if (token->unconfirmed) {
        return refuse_for(r, x, &unconfirmed);
    }
    set_actor(x, token->role, token->name);
    return true;
}
