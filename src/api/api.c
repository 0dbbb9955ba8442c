/* The API as the app and the server see it: its making and its end, and what the server asks besides dispatching a request: problems
 * for requests that could not be read or whose change was not stored, waking those who wait. */
#include "auth.h"
#include "call.h"
#include "gateslot/base/text.h"
#include "http_faults.h"
#include "people.h"
#include "reply.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void refuse_overloaded(struct gs_exchange *x)
{
    gs_reply_code(x, GS_CODE_OVERLOADED);
}

int gs_api_create(struct event_base *base, const struct gs_service *service, const char *version, struct gs_api **out)
{
    struct gs_api *api = calloc(1, sizeof *api);
    if (api == NULL) {
        return GS_E_NOMEM;
    }
    api->base = base;
    api->turn_away = gs_auth_turn_away;
    api->service = *service;
    if (getentropy(&api->life, sizeof api->life) != 0) {
        free(api);
        return GS_E_IO;
    }
    gs_feed_init(&api->feed, base, &api->service);
    (void)gs_text_copy(api->version, sizeof api->version, version);
    gs_buf_init(&api->body, GS_OUTPUT_HARD_MAX);
    gs_arena_init(&api->json);
    gs_page_init(&api->slots_page);
    gs_page_init(&api->gate_pages[0]);
    gs_page_init(&api->gate_pages[1]);
    int err = gs_work_init(api, gs_route_again, refuse_overloaded);
    err = err != GS_OK ? err : gs_login_throttle_init(&api->login_throttle);
    if (err != GS_OK) {
        gs_api_destroy(api);
        return err;
    }
    *out = api;
    return GS_OK;
}

static void forget_people(struct gs_api *api)
{
    gs_tokens_finish(&api->tokens);
    gs_users_finish(&api->users);
    gs_sessions_finish(&api->sessions);
}

void gs_api_destroy(struct gs_api *api)
{
    if (api == NULL) {
        return;
    }
    gs_feed_detach(&api->feed);
    gs_feed_finish(&api->feed);
    gs_people_finish(api);
    gs_rates_finish(&api->rates);
    gs_work_finish(&api->work);
    forget_people(api);
    gs_page_finish(&api->slots_page);
    gs_page_finish(&api->gate_pages[0]);
    gs_page_finish(&api->gate_pages[1]);
    gs_buf_finish(&api->body);
    gs_arena_finish(&api->json);
    free(api);
}

static void drop_pages(struct gs_api *api)
{
    gs_page_drop(&api->slots_page);
    gs_page_drop(&api->gate_pages[0]);
    gs_page_drop(&api->gate_pages[1]);
}

int gs_api_restore_token(struct gs_api *api, const struct gs_token *token)
{
    struct gs_tokens *t = &api->tokens;
    t->used_to_ms = token->used_ms > t->used_to_ms ? token->used_ms : t->used_to_ms;
    return gs_tokens_add(t, token);
}

void gs_api_limit(struct gs_api *api, const struct gs_rate_limits *limits)
{
    api->rates.limits = *limits;
}

int gs_api_restore_user(struct gs_api *api, const struct gs_user *user)
{
    return gs_users_put(&api->users, user);
}

int gs_api_restore_session(struct gs_api *api, const struct gs_session *session)
{
    return gs_sessions_put(&api->sessions, session);
}

void gs_api_second(struct gs_api *api)
{
    gs_feed_second(&api->feed);
    gs_tokens_store_uses(&api->tokens, api->service.keep_token, api->service.self);
}

void gs_api_restore_seq(struct gs_api *api, int64_t seq)
{
    gs_feed_restore(&api->feed, seq);
}

void gs_api_durable(struct gs_api *api, struct gs_durable_events *events)
{
    gs_durable_events_append(&api->feed.fresh, events);
}

void gs_api_forget(struct gs_api *api)
{
    api->loads++;
    forget_people(api);
    drop_pages(api); /* the new book counts its versions anew */
}

void gs_api_renew(struct gs_api *api)
{
    gs_feed_recheck(&api->feed); /* users of this machine may have another role now */
    api->loads++;
}

static void dispatch(void *self, struct gs_exchange *x)
{
    (void)self;
    gs_route(x);
}

static enum gs_client_class who(void *self, const struct gs_exchange *x)
{
    return gs_auth_class(self, x);
}

static enum gs_code code_of(int status)
{
    switch (status) {
    case 401:
        return GS_CODE_UNAUTHORIZED;
    case 413:
        return GS_CODE_TOO_LARGE;
    case 429:
        return GS_CODE_RATE_LIMITED;
    case 431:
        return GS_CODE_HEADERS_TOO_LARGE;
    case 503:
        return GS_CODE_OVERLOADED;
    default:
        return GS_CODE_BAD_REQUEST;
    }
}

static const struct gs_words too_much_unknown = {
    {"身份未知的客户端，请求最多 16 KB：请在请求头中出示有效的令牌。",
     "A request of more than 16 KB is taken only from one who is known: show a valid token in its head."}};

static void refuse(void *self, struct gs_exchange *x, int status, const char *what)
{
    struct gs_api *api = self;
    struct gs_problem p = {.code = code_of(status), .status = status, .command = -1};
    struct gs_reply reply = {.status = status, .close = true};
    struct gs_caller *caller = gs_caller(x);
    caller->lang = gs_negotiate_lang(gs_request_list(&x->request, "accept-language", api->room));
    p.what = gs_http_fault(what, caller->lang);
    if (p.code == GS_CODE_BAD_REQUEST && x->request.header_count == 0) {
        p.detail = gs_http_fault_in_both();
        p.what = gs_http_fault(what, GS_LANG_ZH);
        p.other = what;
    }
    if (p.code == GS_CODE_UNAUTHORIZED) {
        p.detail = &too_much_unknown;
        gs_reply_header(&reply, "WWW-Authenticate", "Bearer realm=\"gateslot\"");
        api->count.unauthorized++;
    }
    api->count.unreadable++;
    struct gs_json j = gs_reply_begin(x);
    gs_problem_write(j.out, x, &p);
    gs_reply_problem_headers(&reply, p.code, caller->lang);
    gs_reply_send(x, &reply);
}

static void replace(void *self, struct gs_exchange *x, struct gs_reply *out, struct gs_buf *body)
{
    const struct gs_problem p = {.code = GS_CODE_STORAGE_FULL, .command = -1};
    bool close = out->close;
    drop_pages(self);
    gs_buf_clear(body);
    gs_problem_write(body, x, &p);
    *out = (struct gs_reply){.status = gs_code_status(p.code), .close = close};
    gs_reply_problem_headers(out, p.code, gs_caller(x)->lang);
    out->body = body->data != NULL ? body->data : "";
    out->body_len = body->len;
}

static void wake(void *self, int64_t seq)
{
    struct gs_api *api = self;
    gs_feed_wake(&api->feed, seq);
}

static void hurry(void *self, struct gs_exchange *x)
{
    (void)self;
    gs_feed_hurry(x);
}

static void ready(void *self, struct gs_exchange *x)
{
    (void)self;
    gs_feed_ready(x);
}

static uint64_t stamp(void *self)
{
    const struct gs_api *api = self;
    return api->service.stamp(api->service.self);
}

static void left(void *self, struct gs_exchange *x)
{
    const struct gs_caller *caller = gs_caller(x);
    (void)self;
    if (caller->timed != NULL) {
        gs_histogram_observe(caller->timed, gs_monotonic_us() - caller->began_us);
    }
}

struct gs_http_api gs_api_functions(struct gs_api *api)
{
    return (struct gs_http_api){.self = api,
                                .large = {GS_BATCH_PATH, GS_BATCH_BODY_MAX},
                                .exchange_size = sizeof(struct gs_caller),
                                .dispatch = dispatch,
                                .refuse = refuse,
                                .replace = replace,
                                .wake = wake,
                                .stamp = stamp,
                                .left = left,
                                .who = who,
                                .hurry = hurry,
                                .ready = ready};
}
