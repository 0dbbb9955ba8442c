/* How often who may ask: names and addresses apart, refusals apart from requests, who waits first, what a limited request leaves behind
 * (nothing), and the table behind it against a plain list. The clock stands still until a test moves it. */
#include "../base/dice.h"
#include "world.h"
#include <arpa/inet.h>
#include <stdio.h>

static int64_t clock_us;

int64_t __wrap_gs_monotonic_us(void);
int64_t __wrap_gs_monotonic_us(void)
{
    return clock_us;
}

static int setup(void **state)
{
    clock_us = 1000000;
    return world_setup(state);
}

static void limit(struct gs_http *w, const struct gs_rate_limits *limits)
{
    gs_api_limit(w->api, limits);
}

static void from(struct gs_http *w, const char *address)
{
    w->peer = (struct gs_peer){.known = true};
    assert_int_equal(inet_pton(AF_INET6, address, w->peer.address), 1);
}

static int asks(struct gs_http *w, const char *token)
{
    return world_ask(w, "GET", "/v1/site", token, NULL, NULL)->status;
}

static void who_has_used_half_is_told_what_is_left(void **state)
{
    struct gs_http *w = *state;
    limit(w, &(struct gs_rate_limits){.requests = {2, 5}});
    assert_int_equal(asks(w, "backend"), 200);
    assert_int_equal(asks(w, "backend"), 200);
    assert_null(header(&w->caught, "RateLimit"));
    assert_int_equal(asks(w, "backend"), 200);
    assert_string_equal(header(&w->caught, "RateLimit-Policy"), "\"requests\";q=5;w=3");
    assert_string_equal(header(&w->caught, "RateLimit"), "\"requests\";r=2;t=2");
    const struct caught *c = world_ask(w, "GET", "/v1/nothing", "backend", NULL, NULL);
    assert_int_equal(c->status, 404);
    assert_string_equal(header(c, "RateLimit"), "\"requests\";r=1;t=2");
    clock_us += 2000000;
    assert_int_equal(asks(w, "backend"), 200);
    assert_null(header(&w->caught, "RateLimit"));
}

static int asks_for_many(struct gs_http *w, int count)
{
    static char body[65536];
    char more[64];
    strcpy(body, "{\"bookings\":[");
    for (int i = 0; i < count; i++) {
        snprintf(more, sizeof more, "%s{\"idempotency_key\":\"k%d\"}", i > 0 ? "," : "", i);
        strcat(body, more);
    }
    strcat(body, "]}");
    return world_ask(w, "POST", "/v1/bookings/batch", "backend", body, NULL)->status;
}

static void a_batch_counts_as_its_requests(void **state)
{
    struct gs_http *w = *state;
    limit(w, &(struct gs_rate_limits){.requests = {1, 10}});
    assert_int_equal(asks_for_many(w, 4), 200);
    assert_null(header(&w->caught, "RateLimit"));
    assert_int_equal(asks_for_many(w, 7), 429);
    assert_string_equal(header(&w->caught, "Retry-After"), "2"); /* that one counted itself */
    clock_us += 2000000;
    assert_int_equal(asks_for_many(w, 7), 200);
    assert_string_equal(header(&w->caught, "RateLimit"), "\"requests\";r=0;t=10");
    clock_us += 10000000;
    assert_int_equal(asks_for_many(w, 40), 200); /* more than the burst: all of it */
    assert_int_equal(asks_for_many(w, 1), 429);
    limit(w, &(struct gs_rate_limits){.requests = {0, 1}});
    assert_int_equal(asks_for_many(w, 40), 200);
}

/* A batch whose requests are refused uses up what a name may be refused, and what is beyond is not looked at. */
static void a_batch_has_no_more_refusals_than_single_calls(void **state)
{
    struct gs_http *w = *state;
    static char body[65536];
    limit(w, &(struct gs_rate_limits){.refusals = {1, 3}});
    assert_non_null(booked(w, 1, "\"windows\":[\"morning\"]"));
    strcpy(body, "{\"bookings\":[");
    for (int i = 0; i < 5; i++) {
        const size_t len = strlen(body);
        snprintf(body + len, sizeof body - len, "%s{\"idempotency_key\":\"r%d\",%s", i > 0 ? "," : "", i,
                 request(1, "\"windows\":[\"morning\"]") + 1);
    }
    strcat(body, "]}");
    const struct caught *c = world_ask(w, "POST", "/v1/bookings/batch", "backend", body, NULL);
    assert_int_equal(c->status, 200);
    assert_int_equal(number(c, "items/2/status"), 409);
    assert_int_equal(number(c, "items/3/status"), 429);
    assert_string_equal(text(c, "items/4/problem/code"), "rate_limited");
    assert_int_equal(world_ask(w, "POST", "/v1/bookings/batch", "backend", body, NULL)->status, 429);
}

static void a_name_that_asks_too_often_waits_and_others_do_not(void **state)
{
    struct gs_http *w = *state;
    limit(w, &(struct gs_rate_limits){.requests = {2, 5}});
    for (int i = 0; i < 5; i++) {
        assert_int_equal(asks(w, "backend"), 200);
    }
    const struct caught *c = world_ask(w, "GET", "/v1/site", "backend", NULL, NULL);
    assert_int_equal(c->status, 429);
    assert_false(c->close);
    assert_string_equal(text(c, "code"), "rate_limited");
    assert_string_equal(c->content_type, "application/problem+json");
    assert_string_equal(header(c, "Retry-After"), "1");
    assert_string_equal(header(c, "RateLimit-Policy"), "\"requests\";q=5;w=3");
    assert_string_equal(header(c, "RateLimit"), "\"requests\";r=0;t=1");
    assert_string_equal(text(c, "detail"), "Too many requests: wait 1 s, then try again (at most 2 a second).");
    c = world_ask(w, "GET", "/v1/site", "backend", NULL, "Accept-Language: zh-CN", NULL);
    assert_string_equal(text(c, "detail"), "请求过于频繁，请等待 1 秒后再试（每秒最多 2 次）。");
    assert_int_equal(asks(w, "other"), 200);
    assert_int_equal(asks(w, "gate"), 200);
    clock_us += 499999;
    assert_int_equal(asks(w, "backend"), 429);
    clock_us += 1;
    assert_int_equal(asks(w, "backend"), 200);
    assert_int_equal(asks(w, "backend"), 429);
}

static int books(struct gs_http *w, int n)
{
    char key[64];
    snprintf(key, sizeof key, "Idempotency-Key: full-%d", n);
    return world_ask(w, "POST", "/v1/bookings", "backend", request(n, "\"windows\":[\"morning\"]"), key, NULL)->status;
}

static void too_many_refusals_stop_commands_before_they_reach_the_app(void **state)
{
    struct gs_http *w = *state;
    assert_int_equal(
        world_ask(w, "PUT", "/v1/capacity/" DAY "/morning", "supervisor", "{\"capacity\":0}", NULL)->status, 200);
    limit(w, &(struct gs_rate_limits){.refusals = {1, 3}});
    for (int i = 0; i < 3; i++) {
        assert_int_equal(books(w, i), 409);
    }
    const size_t applied = w->applied, keys = w->idem_known, events = w->event_count;
    assert_int_equal(books(w, 3), 429);
    assert_string_equal(header(&w->caught, "RateLimit"), "\"refusals\";r=0;t=1");
    assert_int_equal(w->applied, applied);
    assert_int_equal(w->idem_known, keys);
    assert_int_equal(w->event_count, events);
    assert_int_equal(asks(w, "backend"), 200); /* who only reads leaves nothing behind */
    limit(w, &(struct gs_rate_limits){.refusals = {0, 1}});
    assert_int_equal(
        world_ask(w, "PUT", "/v1/capacity/" DAY "/morning", "supervisor", "{\"capacity\":9}", NULL)->status, 200);
    limit(w, &(struct gs_rate_limits){.refusals = {1, 3}});
    assert_int_equal(books(w, 3), 429);
    clock_us += 1000000;
    assert_int_equal(books(w, 3), 201); /* under the key that was answered 429 */
    assert_int_equal(books(w, 4), 201); /* what is done is no refusal */
}

static void bad_bodies_and_retries_are_requests_and_no_refusals(void **state)
{
    struct gs_http *w = *state;
    limit(w, &(struct gs_rate_limits){.requests = {1, 4}, .refusals = {1, 1}});
    assert_int_equal(world_ask(w, "POST", "/v1/bookings", "backend", "{}", "Idempotency-Key: a", NULL)->status, 422);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(books(w, 1), 201);
    }
    assert_string_equal(header(&w->caught, "Idempotent-Replayed"), "true");
    assert_int_equal(books(w, 1), 429);
    clock_us += 1000000;
    assert_int_equal(books(w, 1), 201);
}

static void strangers_wait_first_then_programs_and_never_the_gate(void **state)
{
    struct gs_http *w = *state;
    limit(w, &(struct gs_rate_limits){.address_requests = {1, 8}});
    from(w, "::ffff:192.0.2.7");
    for (int i = 0; i < 4; i++) {
        assert_int_equal(world_ask(w, "GET", "/livez", NULL, NULL, NULL)->status, 200);
    }
    assert_int_equal(world_ask(w, "GET", "/livez", NULL, NULL, NULL)->status, 429);
    assert_string_equal(header(&w->caught, "RateLimit-Policy"), "\"address_requests\";q=8;w=8");
    for (int i = 0; i < 4; i++) {
        assert_int_equal(asks(w, i % 2 == 0 ? "backend" : "other"), 200);
    }
    assert_int_equal(asks(w, "backend"), 429);
    assert_int_equal(world_ask(w, "GET", "/livez", NULL, NULL, NULL)->status, 429);
    assert_string_equal(header(&w->caught, "Retry-After"), "5");
    for (int i = 0; i < 20; i++) {
        assert_int_equal(asks(w, i % 2 == 0 ? "gate" : "supervisor"), 200);
    }
    from(w, "::ffff:192.0.2.8");
    assert_int_equal(asks(w, "backend"), 200);
    w->peer.known = false; /* over the Unix socket */
    for (int i = 0; i < 20; i++) {
        assert_int_equal(asks(w, "backend"), 200);
        assert_int_equal(asks(w, NULL), 401);
    }
}

static void guessing_is_slowed_down_and_holders_of_a_token_are_not(void **state)
{
    struct gs_http *w = *state;
    limit(w, &(struct gs_rate_limits){.address_refusals = {1, 3}});
    from(w, "2001:db8:1:2::1");
    assert_int_equal(asks(w, "gs_guess"), 401);
    assert_int_equal(asks(w, NULL), 401);
    from(w, "2001:db8:1:2:ffff::7"); /* the same subscriber's */
    assert_int_equal(asks(w, "gs_guess"), 401);
    assert_int_equal(asks(w, "gs_guess"), 429);
    assert_null(header(&w->caught, "WWW-Authenticate"));
    assert_string_equal(header(&w->caught, "RateLimit"), "\"address_refusals\";r=0;t=1");
    assert_int_equal(world_ask(w, "GET", "/livez", NULL, NULL, NULL)->status, 429);
    assert_int_equal(asks(w, "backend"), 200);
    assert_int_equal(asks(w, "gate"), 200);
    from(w, "2001:db8:1:3::1");
    assert_int_equal(asks(w, "gs_guess"), 401);
    from(w, "2001:db8:1:2::1");
    clock_us += 1000000;
    assert_int_equal(asks(w, "gs_guess"), 401);
    assert_int_equal(asks(w, "gs_guess"), 429);
}

static void a_header_given_twice_is_no_way_around_it(void **state)
{
    struct gs_http *w = *state;
    limit(w, &(struct gs_rate_limits){.address_requests = {1, 4}});
    from(w, "::ffff:192.0.2.7");
    for (int i = 0; i < 4; i++) {
        const int expected = i < 2 ? 400 : 429;
        assert_int_equal(
            world_ask(w, "GET", "/v1/site", "backend", NULL, "Authorization: Bearer gs_backend", NULL)->status,
            expected);
    }
}

static void what_is_limited_is_counted(void **state)
{
    struct gs_http *w = *state;
    limit(w, &(struct gs_rate_limits){.requests = {1, 1}});
    for (int i = 0; i < 4; i++) {
        (void)asks(w, "backend");
    }
    const struct caught *c = world_ask(w, "GET", "/metrics", "metrics", NULL, NULL);
    assert_non_null(strstr(c->body, "gateslot_http_rate_limited_total{by=\"requests\"} 3\n"));
    assert_non_null(strstr(c->body, "gateslot_http_rate_limited_total{by=\"address_refusals\"} 0\n"));
}

/* ---- the table ---- */

static void a_table_keeps_those_seen_last(void **state)
{
    enum { KEYS = GS_RATE_TABLE_MAX + GS_RATE_TABLE_MAX / 4, STEPS = 60000 };
    static int64_t seen[KEYS]; /* when; 0: never */
    uint64_t dice = dice_seed("api-rates table");
    struct gs_rate_table t = {0};
    (void)state;
    for (int64_t step = 1; step <= STEPS; step++) {
        const int n = dice_roll(&dice, dice_roll(&dice, 2) == 0 ? KEYS : KEYS / 8);
        unsigned char key[GS_RATE_KEY_BYTES] = {0};
        snprintf((char *)key, sizeof key, "name-%d", n);
        struct gs_rate_entry *e = gs_rate_table_find(&t, key);
        assert_non_null(e);
        assert_memory_equal(e->key, key, sizeof key);
        int64_t seen_since = 0; /* others, since this one was */
        for (int i = 0; step % 64 == 0 && seen[n] > 0 && i < KEYS; i++) {
            seen_since += seen[i] > seen[n] ? 1 : 0;
        }
        if (step % 64 == 0 && seen[n] > 0) {
            assert_int_equal(e->limited > 0, seen_since < GS_RATE_TABLE_MAX);
        }
        e->limited = 1;
        seen[n] = step;
    }
    assert_int_equal(t.count, GS_RATE_TABLE_MAX);
    gs_rate_table_finish(&t);
}

static void many_addresses_take_no_more_memory_than_the_bound(void **state)
{
    struct gs_http *w = *state;
    limit(w, &(struct gs_rate_limits){.address_requests = {1, 2}});
    for (int i = 0; i < 3 * GS_RATE_TABLE_MAX; i++) {
        char address[64];
        snprintf(address, sizeof address, "2001:db8:%x:%x::1", i >> 8, i & 255);
        from(w, address);
        assert_int_equal(world_ask(w, "GET", "/livez", NULL, NULL, NULL)->status, 200);
    }
    assert_int_equal(w->api->rates.addresses.count, GS_RATE_TABLE_MAX);
}

int main(void)
{
#define WORLD(test) cmocka_unit_test_setup_teardown(test, setup, world_teardown)
    const struct CMUnitTest tests[] = {
        WORLD(a_name_that_asks_too_often_waits_and_others_do_not),
        WORLD(who_has_used_half_is_told_what_is_left),
        WORLD(a_batch_counts_as_its_requests),
        WORLD(a_batch_has_no_more_refusals_than_single_calls),
        WORLD(too_many_refusals_stop_commands_before_they_reach_the_app),
        WORLD(bad_bodies_and_retries_are_requests_and_no_refusals),
        WORLD(strangers_wait_first_then_programs_and_never_the_gate),
        WORLD(guessing_is_slowed_down_and_holders_of_a_token_are_not),
        WORLD(a_header_given_twice_is_no_way_around_it),
        WORLD(what_is_limited_is_counted),
        cmocka_unit_test(a_table_keeps_those_seen_last),
        WORLD(many_addresses_take_no_more_memory_than_the_bound),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("api-rates", tests, NULL, NULL);
}
