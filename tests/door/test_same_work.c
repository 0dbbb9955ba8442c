/* Another's booking is not there: for each call that names a booking, the core and the store are asked the same of it as of one that nobody
 * made, in the same order, and the answer is the same to the letter. */
#include "world.h"
#include <stdio.h>

enum { LIVE = 1, PAST = 70, NONE = 99 };

static struct gs_service real;
static char asked[1024];

static void note(const char *what, int kind)
{
    size_t len = strlen(asked);
    (void)snprintf(asked + len, sizeof asked - len, "%s %d; ", what, kind);
}

static void counted_apply(void *self, struct gs_command *command, struct gs_outcome *out)
{
    note("apply", (int)command->kind);
    real.apply(self, command, out);
}

static int counted_query(void *self, const struct gs_query *query, void (*done)(void *arg, struct gs_answer *answer),
                         void *arg)
{
    note("query", (int)query->kind);
    return real.query(self, query, done, arg);
}

static bool counted_find(void *self, const char *owner, const char *key, unsigned char out_fingerprint[32],
                         int64_t *out_row)
{
    note("find", 0);
    return real.find_answer(self, owner, key, out_fingerprint, out_row);
}

static void count_calls(struct gs_http *w)
{
    real = w->api->service;
    w->api->service.apply = counted_apply;
    w->api->service.query = counted_query;
    w->api->service.find_answer = counted_find;
}

static const struct {
    const char *method, *path, *body, *header;
} calls[] = {
    {"GET", "/v1/bookings/bk_#", NULL, NULL},
    {"HEAD", "/v1/bookings/bk_#", NULL, NULL},
    {"GET", "/v1/bookings/bk_#", NULL, "If-None-Match: *"},
    {"GET", "/v1/bookings/bk_#/history", NULL, NULL},
    {"PATCH", "/v1/bookings/bk_#", "{\"reference\":\"r\"}", "If-Match: *"},
    {"PATCH", "/v1/bookings/bk_#", "{\"reference\":\"r\"}", "If-Match: \"9\""},
    {"PATCH", "/v1/bookings/bk_#", "{\"reference\":\"r\"}", NULL},
    {"PATCH", "/v1/bookings/bk_#", "{\"id\":1}", "If-Match: *"},
    {"POST", "/v1/bookings/bk_#/cancel", "{\"reason\":\"r\"}", NULL},
    {"POST", "/v1/bookings/bk_#/cancel", "{}", "If-Match: \"9\""},
    {"POST", "/v1/bookings/bk_#/cancel", "{}", "Idempotency-Key: k#"},
    {"POST", "/v1/bookings/bk_#/delay", "{}", NULL},
    {"POST", "/v1/bookings/bk_#/reschedule", "{\"windows\":[\"evening\"]}", NULL},
    {"GET", "/v1/bookings?q=bk_#", NULL, NULL},
    {"GET", "/v1/bookings?q=CSQU#", NULL, NULL},
    {"GET", "/v1/bookings?reference=ORDER-#", NULL, NULL},
};

/* The number where # stands. */
static void fill(char out[128], const char *pattern, int id)
{
    const int head = (int)strcspn(pattern, "#");
    const bool named = pattern[head] == '#';
    char number[12] = "";
    if (named) {
        (void)snprintf(number, sizeof number, "%d", id);
    }
    (void)snprintf(out, 128, "%.*s%s%s", head, pattern, number, named ? pattern + head + 1 : "");
}

static void ask(struct gs_http *w, size_t i, int id, char *out, size_t size)
{
    char path[128], heading[128], number[32];
    fill(path, calls[i].path, id);
    fill(heading, calls[i].header != NULL ? calls[i].header : "X: y", id);
    asked[0] = '\0';
    const struct caught *c = world_ask(w, calls[i].method, path, "other", calls[i].body, heading, NULL);
    size_t used = (size_t)snprintf(out, size, "%s%d ", asked, c->status);
    (void)snprintf(number, sizeof number, "bk_%d", id);
    for (size_t h = 0; h < c->header_count; h++) {
        used += (size_t)snprintf(out + used, size - used, "%s ", c->headers[h].name);
    }
    for (const char *at = c->body != NULL ? c->body : ""; *at != '\0' && used + 1 < size;) {
        const bool named = strncmp(at, number, strlen(number)) == 0;
        out[used++] = named ? '#' : *at;
        at += named ? strlen(number) : 1;
    }
    out[used] = '\0';
}

static void another_and_none_are_asked_for_alike(void **state)
{
    struct gs_http *w = *state;
    char absent[2048], other[2048];
    booked(w, LIVE, "\"reference\":\"ORDER-1\"");
    w->past[0] = *gs_book_get(w->book, LIVE);
    w->past[0].id = PAST;
    w->past_count = 1;
    count_calls(w);
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        static const int ids[] = {LIVE, PAST};
        ask(w, i, NONE, absent, sizeof absent);
        print_message("# %s %s: %s\n", calls[i].method, calls[i].path, absent);
        for (size_t k = 0; k < 2; k++) {
            ask(w, i, ids[k], other, sizeof other);
            assert_string_equal(other, absent);
        }
    }
}

static void ones_own_is_there_all_the_same(void **state)
{
    struct gs_http *w = *state;
    booked(w, LIVE, NULL);
    w->past[0] = *gs_book_get(w->book, LIVE);
    w->past[0].id = PAST;
    w->past_count = 1;
    count_calls(w);
    asked[0] = '\0';
    assert_int_equal(world_ask(w, "GET", "/v1/bookings/bk_1", "backend", NULL, NULL)->status, 200);
    assert_string_equal(asked, "");
    assert_int_equal(world_ask(w, "GET", "/v1/bookings/bk_70", "backend", NULL, NULL)->status, 200);
    assert_int_equal(world_ask(w, "GET", "/v1/bookings/bk_1/history", "backend", NULL, NULL)->status, 200);
    assert_int_equal(world_ask(w, "GET", "/v1/bookings/bk_70", "gate", NULL, NULL)->status, 200);
    assert_int_equal(world_ask(w, "GET", "/v1/bookings/bk_1", "gate", NULL, NULL)->status, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(another_and_none_are_asked_for_alike, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(ones_own_is_there_all_the_same, world_setup, world_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
