/* The connections, replaced: requests are made by the test, and their replies are held and released by the rule of the real ones. */
#include "outside.h"

struct gs_http {
    int unused;
};

struct gs_api {
    int unused;
};

struct reply *reply_now(struct gs_app *app)
{
    assert_true(outside.reply_count < REPLIES_MAX);
    struct reply *r = &outside.replies[outside.reply_count++];
    r->stamp = app->service.stamp(app->service.self);
    r->state = r->stamp <= outside.durable ? REPLY_LEFT : REPLY_HELD;
    return r;
}

static void let_go(uint64_t from, uint64_t to, enum reply_state state)
{
    for (size_t i = 0; i < outside.reply_count; i++) {
        struct reply *r = &outside.replies[i];
        if (r->state == REPLY_HELD && r->stamp >= from && r->stamp <= to) {
            r->state = state;
        }
    }
}

int gs_api_create(struct event_base *base, const struct gs_service *service, const char *version, struct gs_api **out)
{
    (void)base, (void)service, (void)version;
    *out = calloc(1, sizeof **out);
    assert_non_null(*out);
    return GS_OK;
}

void gs_api_destroy(struct gs_api *api)
{
    free(api);
}

struct gs_http_api gs_api_functions(struct gs_api *api)
{
    return (struct gs_http_api){.self = api};
}

int gs_api_restore_token(struct gs_api *api, const struct gs_token *token)
{
    (void)api, (void)token;
    return GS_OK;
}

void gs_http_trust(struct gs_http *http, const struct gs_http_proxies *proxies)
{
    (void)http, (void)proxies;
}

void gs_api_limit(struct gs_api *api, const struct gs_rate_limits *limits)
{
    (void)api, (void)limits;
}

int gs_api_restore_user(struct gs_api *api, const struct gs_user *user)
{
    (void)api, (void)user;
    return GS_OK;
}

int gs_api_restore_session(struct gs_api *api, const struct gs_session *session)
{
    (void)api, (void)session;
    return GS_OK;
}

void gs_api_restore_seq(struct gs_api *api, int64_t seq)
{
    (void)api, (void)seq;
}

void gs_api_durable(struct gs_api *api, struct gs_durable_events *events)
{
    (void)api;
    gs_durable_events_finish(events);
}

void gs_api_forget(struct gs_api *api)
{
    (void)api;
}

int gs_http_create(struct event_base *base, const struct gs_http_api *api, uid_t daemon_uid, struct gs_http **out)
{
    (void)base, (void)api, (void)daemon_uid;
    *out = calloc(1, sizeof **out);
    assert_non_null(*out);
    return GS_OK;
}

void gs_http_destroy(struct gs_http *http)
{
    free(http);
}

int gs_http_use_tls(struct gs_http *http, struct gs_tls_server *server, bool strict)
{
    (void)http, (void)server, (void)strict;
    return GS_OK;
}

void gs_http_tls_counts(const struct gs_http *http, struct gs_tls_counts *out)
{
    (void)http;
    *out = (struct gs_tls_counts){0};
}

int gs_http_listen(struct gs_http *http, int fd, enum gs_listener_kind kind)
{
    (void)http;
    assert_true(outside.listening_count < 8);
    outside.listening_unix[outside.listening_count] = kind == GS_LISTENER_UNIX;
    outside.listening[outside.listening_count++] = fd;
    return GS_OK;
}

void gs_http_durable(struct gs_http *http, uint64_t durable, int64_t seq)
{
    (void)http;
    assert_true(durable >= outside.durable && seq >= outside.durable_seq);
    assert_int_equal(seq, outside.disk.last_seq);
    outside.durable = durable;
    outside.durable_seq = seq;
    let_go(0, durable, REPLY_LEFT);
}

void gs_http_failed(struct gs_http *http, uint64_t first_failed)
{
    (void)http;
    let_go(first_failed, UINT64_MAX, REPLY_REPLACED);
}

void gs_http_drain(struct gs_http *http)
{
    (void)http;
    outside.draining = true;
}

void gs_http_state(const struct gs_http *http, struct gs_http_state *out)
{
    (void)http;
    *out = (struct gs_http_state){0};
}

void gs_http_set_limits(struct gs_http *http, const struct gs_http_limits *limits)
{
    (void)http, (void)limits;
}

void gs_http_set_aside(struct gs_http *http, size_t bytes)
{
    (void)http, (void)bytes;
}

const char *gs_drop_reason_name(enum gs_drop_reason why)
{
    (void)why;
    return "";
}

int32_t gs_http_connections(const struct gs_http *http)
{
    (void)http;
    return 0;
}

bool gs_http_idle(const struct gs_http *http)
{
    (void)http;
    for (size_t i = 0; i < outside.reply_count; i++) {
        if (outside.replies[i].state == REPLY_HELD) {
            return false;
        }
    }
    return !outside.writing;
}

void gs_api_second(struct gs_api *api)
{
    (void)api;
}

void gs_api_renew(struct gs_api *api)
{
    (void)api;
}
