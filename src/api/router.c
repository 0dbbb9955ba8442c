/* From a request to its handler, by the table of routes. It refuses in this order: everybody, while the daemon does not serve; an unknown caller, one who asks too often, an unknown path or method, a
 * role that may not, an Idempotency-Key that is missing, malformed or known (a known one gets its first answer again), a query or a
 * body that cannot be read. Handlers see only what passed. */
#include "auth.h"
#include "call.h"
#include "handlers.h"
#include "idem.h"
#include "json_fields.h"
#include "reply.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

static const char *const method_names[] = {
    [GS_GET] = "GET",     [GS_HEAD] = "HEAD",     [GS_POST] = "POST",       [GS_PUT] = "PUT",
    [GS_PATCH] = "PATCH", [GS_DELETE] = "DELETE", [GS_OPTIONS] = "OPTIONS", [GS_METHOD_OTHER] = "",
};

#define ALLOW_TEXT 64

const char *gs_method_name(enum gs_method m)
{
    return method_names[m];
}

bool gs_route_matches(const char *pattern, const char *path, char out_parts[GS_PARTS_MAX][GS_PATH_PART_MAX + 1])
{
    size_t part = 0;
    while (*pattern != '\0') {
        if (*pattern == '{') {
            size_t len = strcspn(path, "/");
            if (len == 0 || len > GS_PATH_PART_MAX) {
                return false;
            }
            memcpy(out_parts[part], path, len);
            out_parts[part++][len] = '\0';
            path += len;
            pattern += strcspn(pattern, "}") + 1;
        } else if (*pattern++ != *path++) {
            return false;
        }
    }
    return *path == '\0';
}

/* A path that is a call's own names no booking. */
static bool matches(const struct gs_route *route, const char *path, char out_parts[GS_PARTS_MAX][GS_PATH_PART_MAX + 1])
{
    return gs_route_matches(route->path, path, out_parts) &&
           (strcmp(path, GS_BATCH_PATH) != 0 || strcmp(route->path, GS_BATCH_PATH) == 0);
}

/* "GET, HEAD, OPTIONS" of the path; empty if no route has it. */
static void list_methods(const char *path, char out[ALLOW_TEXT])
{
    char parts[GS_PARTS_MAX][GS_PATH_PART_MAX + 1];
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < gs_route_count; i++) {
        const struct gs_route *route = &gs_route_table[i];
        if (matches(route, path, parts)) {
            len += (size_t)snprintf(out + len, ALLOW_TEXT - len, "%s%s, ", method_names[route->method],
                                    route->method == GS_GET ? ", HEAD" : "");
        }
    }
    if (len > 0) {
        (void)snprintf(out + len, ALLOW_TEXT - len, "OPTIONS");
    }
}

static const struct gs_route *find(struct gs_call *c)
{
    enum gs_method method = c->x->request.method == GS_HEAD ? GS_GET : c->x->request.method;
    for (size_t i = 0; i < gs_route_count; i++) {
        if (gs_route_table[i].method == method && matches(&gs_route_table[i], c->x->request.path, c->parts)) {
            return &gs_route_table[i];
        }
    }
    return NULL;
}

static void refuse_method(struct gs_exchange *x, const char *allow)
{
    const struct gs_problem p = {
        .code = GS_CODE_METHOD_NOT_ALLOWED, .what = x->request.method_text, .other = allow, .command = -1};
    struct gs_json j = gs_reply_begin(x);
    struct gs_reply reply = {.status = gs_code_status(p.code)};
    gs_problem_write(j.out, x, &p);
    gs_reply_problem_headers(&reply, p.code, gs_caller(x)->lang);
    gs_reply_header(&reply, "Allow", allow);
    gs_reply_send(x, &reply);
}

/* No route has this path and method. */
static void answer_unrouted(struct gs_exchange *x)
{
    struct gs_reply reply = {.status = 204};
    char allow[ALLOW_TEXT];
    list_methods(x->request.path, allow);
    if (allow[0] == '\0') {
        gs_reply_not_found(x);
    } else if (x->request.method == GS_OPTIONS) {
        (void)gs_reply_begin(x);
        gs_reply_header(&reply, "Allow", allow);
        gs_reply_send(x, &reply);
    } else {
        refuse_method(x, allow);
    }
}

static void refuse_role(struct gs_call *c)
{
    char roles[128];
    size_t len = 0;
    for (int role = 0; role < GS_ROLES; role++) {
        if (c->route->roles & (1U << role)) {
            len += (size_t)snprintf(roles + len, sizeof roles - len, "%s%s",
                                    len == 0                        ? ""
                                    : c->caller->lang == GS_LANG_EN ? ", "
                                                                    : "、",
                                    gs_role_words((enum gs_role)role, c->caller->lang));
        }
    }
    gs_reply_problem(c->x, &(struct gs_problem){.code = GS_CODE_FORBIDDEN,
                                                .what = gs_role_words(c->caller->actor.role, c->caller->lang),
                                                .other = roles,
                                                .command = -1});
}

static bool refuse_json(struct gs_call *c, const struct gs_json_error *error)
{
    char where[64];
    (void)snprintf(where, sizeof where, c->caller->lang == GS_LANG_EN ? "line %d, column %d" : "第 %d 行第 %d 列",
                   error->line, error->column);
    gs_reply_problem(
        c->x, &(struct gs_problem){.code = GS_CODE_INVALID_JSON, .what = where, .other = error->reason, .command = -1});
    return false;
}

static bool check_yaml(struct gs_call *c)
{
    static const struct gs_words yaml = {
        {"请求正文须为 YAML：Content-Type: application/yaml 或 text/yaml（curl 默认发送别的类型，请加 -H）。",
         "The body must be YAML, sent with Content-Type: application/yaml or text/yaml (curl sends another unless told "
         "by "
         "-H)."}};
    char room[GS_HEAD_MAX];
    if (gs_media_is_yaml(gs_request_header(&c->x->request, "content-type")) &&
        gs_coding_is_plain(gs_request_list(&c->x->request, "content-encoding", room))) {
        return true;
    }
    gs_reply_problem(c->x,
                     &(struct gs_problem){.code = GS_CODE_UNSUPPORTED_MEDIA_TYPE, .detail = &yaml, .command = -1});
    return false;
}

static bool read_body(struct gs_call *c)
{
    if ((c->route->flags & GS_ROUTE_BODY_YAML) != 0) {
        return check_yaml(c);
    }
    const struct gs_request *q = &c->x->request;
    struct gs_json_error error = {.line = 1, .column = 1, .reason = "the body is empty"};
    if ((c->route->flags & (GS_ROUTE_BODY | GS_ROUTE_BODY_REQUIRED)) == 0) {
        return true;
    }
    if (q->body_len == 0) {
        return (c->route->flags & GS_ROUTE_BODY_REQUIRED) == 0 || refuse_json(c, &error);
    }
    if (!gs_media_is_json(gs_request_header(q, "content-type")) ||
        !gs_coding_is_plain(gs_request_list(q, "content-encoding", c->api->room))) {
        gs_reply_code(c->x, GS_CODE_UNSUPPORTED_MEDIA_TYPE);
        return false;
    }
    c->body = gs_json_read(q->body, q->body_len, &c->api->json, &error);
    return c->body != NULL || refuse_json(c, &error);
}

/* Faults of a route that has parameters wait for those its handler finds. */
static bool read_query(struct gs_call *c)
{
    static const char *const none[] = {NULL};
    c->api->faults.count = 0;
    if (c->route->flags & GS_ROUTE_PUBLIC) {
        return true;
    }
    gs_params_parse(&c->params, c->x->request.query, c->route->params != NULL ? c->route->params : none,
                    &c->api->faults);
    if (c->route->params != NULL || c->api->faults.count == 0) {
        return true;
    }
    gs_reply_faults(c->x, &c->api->faults);
    return false;
}

/* Public routes ask nobody; all others, and what no route has, need to know who asks. Whoever asks too often is refused here. */
static bool admitted(struct gs_call *c)
{
    if (c->route != NULL && (c->route->flags & GS_ROUTE_PUBLIC)) {
        return gs_rates_admit_stranger(c->api, c->x);
    }
    return gs_auth_identify(c->api, c->x) && gs_rates_admit(c->api, c->x);
}

/* Two of what there is one of: nobody can say which was meant, and a proxy may have looked at the other. */
static bool repeats_a_header(struct gs_exchange *x)
{
    static const char *const single[] = {"authorization", "content-type", "idempotency-key", "origin", "x-csrf-token"};
    static const char *const what[] = {"Authorization is given twice", "Content-Type is given twice",
                                       "Idempotency-Key is given twice", "Origin is given twice",
                                       "X-CSRF-Token is given twice"};
    for (size_t i = 0; i < sizeof single / sizeof single[0]; i++) {
        if (gs_request_repeats(&x->request, single[i])) {
            if (!gs_rates_admit_stranger(gs_api_of(x), x)) {
                return true;
            }
            gs_reply_problem(x, &(struct gs_problem){.code = GS_CODE_BAD_REQUEST, .what = what[i], .command = -1});
            return true;
        }
    }
    return false;
}

/* What is sent with a password is not left in memory. */
static void handle(struct gs_call *c)
{
    const bool secret = (c->route->flags & GS_ROUTE_SECRET) != 0;
    struct gs_api *api = c->api;
    if (read_query(c) && read_body(c)) {
        if (secret) {
            gs_exchange_wipe(c->x);
        }
        c->route->handler(c);
    }
    if (secret) {
        gs_arena_wipe(&api->json);
    } else {
        gs_arena_reset(&api->json);
    }
}

/* What a daemon shows that is not surely the store's owner may be out of date by now, and what it does may never have been done. */
static bool refuse_not_owner(struct gs_call *c)
{
    if (gs_api_serves(c->api) || (c->route != NULL && (c->route->flags & GS_ROUTE_ALWAYS) != 0)) {
        return false;
    }
    if (!gs_web_standing_by(c)) {
        gs_reply_code(c->x, GS_CODE_NOT_OWNER);
    }
    return true;
}

static void route(struct gs_exchange *x)
{
    struct gs_api *r = gs_api_of(x);
    struct gs_call c = {.x = x, .api = r, .caller = gs_caller(x), .service = &r->service};
    gs_caller(x)->lang = gs_negotiate_lang(gs_request_list(&x->request, "accept-language", r->room));
    c.route = find(&c);
    gs_caller(x)->began_us = gs_monotonic_us();
    if (refuse_not_owner(&c) || repeats_a_header(x) || (c.route == NULL && gs_web_missing(&c)) || !admitted(&c)) {
        return;
    }
    if (c.route == NULL) {
        answer_unrouted(x);
        return;
    }
    if ((c.route->flags & GS_ROUTE_PUBLIC) == 0 && (c.route->roles & (1U << gs_caller(x)->actor.role)) == 0) {
        refuse_role(&c);
        return;
    }
    if (c.route->flags & GS_ROUTE_TIMED) {
        gs_caller(x)->timed = c.route->command == GS_CMD_BOOK ? &r->booking_times : &r->check_times;
    }
    if ((c.route->flags & GS_ROUTE_KEY) && !gs_idem_begin(&c)) {
        return;
    }
    handle(&c);
}

void gs_route(struct gs_exchange *x)
{
    struct gs_api *r = gs_api_of(x);
    const struct gs_exchange *before =
        r->asking; /* an answer that comes late may let the next request of its connection in */
    r->asking = x;
    route(x);
    r->asking = before;
}

void gs_route_again(struct gs_exchange *x)
{
    struct gs_api *r = gs_api_of(x);
    struct gs_call c = {.x = x, .api = r, .caller = gs_caller(x), .service = &r->service};
    c.route = find(&c);
    assert(c.route != NULL);
    if (refuse_not_owner(&c)) {
        return;
    }
    if (gs_auth_stands(x)) { /* it may have been revoked while this waited */
        handle(&c);
    } else {
        gs_auth_refuse_ended(x);
    }
}
