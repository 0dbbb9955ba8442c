/* Requests that are put off: whose turn it is, how long a slice is, who is refused, and that none goes on with a book that is no longer
 * there. */
#include "../base/dice.h"
#include "world.h"

enum { CALLS = 8 };

/* Calls beside the world's one exchange; their handler notes whose turn it was. */
struct calls {
    struct gs_http *w;
    struct gs_exchange x[CALLS];
    struct gs_caller callers[CALLS];
    char order[64];
    int64_t now_us, step_us; /* a clock that goes on at each look */
};

static struct calls calls;

static int64_t look_at_clock(void)
{
    calls.now_us += calls.step_us;
    return calls.now_us;
}

static void note_turn(struct gs_exchange *x)
{
    const size_t len = strlen(calls.order);
    calls.order[len] = (char)('a' + (x - calls.x));
    calls.order[len + 1] = '\0';
    gs_work_end(x);
}

static void begin_calls(struct gs_http *w, int64_t step_us)
{
    calls = (struct calls){.w = w, .step_us = step_us};
    w->api->work.now_us = look_at_clock;
    w->api->work.handle = note_turn;
}

static bool put_off(int n, enum gs_role role, const char *name)
{
    struct gs_exchange *x = &calls.x[n];
    *x = (struct gs_exchange){.http = calls.w, .api = calls.w->api, .own = &calls.callers[n]};
    calls.callers[n] = (struct gs_caller){.actor.role = role};
    snprintf(calls.callers[n].actor.name, sizeof calls.callers[n].actor.name, "%s", name);
    struct gs_call c = {.x = x, .api = calls.w->api, .caller = &calls.callers[n], .service = &calls.w->api->service};
    return gs_work_put_off(&c);
}

static void one_slice(void)
{
    (void)event_base_loop(calls.w->base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
}

static void callers_take_turns(void **state)
{
    begin_calls(*state, 0);
    for (int n = 0; n < 4; n++) {
        assert_true(put_off(n, GS_ROLE_GATE, "flood"));
    }
    assert_true(put_off(4, GS_ROLE_GATE, "booth"));
    assert_true(put_off(5, GS_ROLE_SUPERVISOR, "office"));
    assert_true(put_off(6, GS_ROLE_GATE, "booth"));
    one_slice();
    assert_string_equal(calls.order, "aefbgcd");
}

static void staff_goes_before_others(void **state)
{
    begin_calls(*state, 0);
    assert_true(put_off(0, GS_ROLE_BACKEND, "program"));
    assert_true(put_off(1, GS_ROLE_DISPLAY, "board"));
    assert_true(put_off(2, GS_ROLE_SUPERVISOR, "office"));
    assert_true(put_off(3, GS_ROLE_GATE, "booth"));
    one_slice();
    assert_string_equal(calls.order, "cdab");
}

/* A millisecond: with a clock that shows half of one more at each look, one step and a second. */
static void a_slice_is_a_millisecond(void **state)
{
    begin_calls(*state, 500);
    for (int n = 0; n < 6; n++) {
        assert_true(put_off(n, GS_ROLE_GATE, "flood"));
    }
    one_slice();
    assert_string_equal(calls.order, "ab");
    one_slice();
    assert_string_equal(calls.order, "abcd");
    one_slice();
    assert_string_equal(calls.order, "abcdef");
}

static void leave_unanswered(struct gs_exchange *x)
{
    note_turn(x);
    calls.callers[x - calls.x].task.state = GS_TASK_PARKED;
    calls.w->api->work.under_way[GS_WORK_STAFF]++;
}

/* So memory of what is begun is bounded, whatever waits for the store. */
static void only_some_are_under_way(void **state)
{
    begin_calls(*state, 0);
    calls.w->api->work.handle = leave_unanswered;
    for (int n = 0; n < CALLS; n++) {
        assert_true(put_off(n, GS_ROLE_GATE, "flood"));
    }
    one_slice();
    assert_string_equal(calls.order, "abcd");
    gs_work_end(&calls.x[0]);
    one_slice();
    assert_string_equal(calls.order, "abcde");
    for (int n = 1; n < CALLS; n++) {
        gs_work_end(&calls.x[n]);
        one_slice();
    }
    assert_string_equal(calls.order, "abcdefgh");
}

static void too_many_are_refused(void **state)
{
    struct gs_http *w = *state;
    begin_calls(w, 0);
    w->api->work.waiting_count = GS_WORK_WAITING_MAX;
    assert_true(put_off(0, GS_ROLE_GATE, "flood"));
    assert_int_equal(w->caught.status, 503);
    assert_non_null(header(&w->caught, "Retry-After"));
    one_slice();
    assert_string_equal(calls.order, "");
    w->api->work.waiting_count = 0;
}

static void who_has_gone_costs_nothing(void **state)
{
    struct gs_http *w = *state;
    begin_calls(w, 0);
    assert_true(put_off(0, GS_ROLE_GATE, "booth"));
    w->is_gone = true;
    one_slice();
    assert_string_equal(calls.order, "");
    assert_int_equal(w->caught.status, 503); /* nobody reads it */
    assert_int_equal(w->api->work.under_way[GS_WORK_STAFF], 0);
    w->is_gone = false;
}

/* ---- real answers, whatever their slices ---- */

static const struct {
    const char *target, *token;
    const char *accept; /* NULL: JSON */
} targets[] = {
    {"/v1/bookings?date=" DAY "&limit=500", "backend", NULL},
    {"/v1/bookings?date=" DAY "&limit=30", "gate", NULL},
    {"/v1/bookings?date=" DAY "&limit=30&q=0", "gate", NULL},
    {"/v1/bookings?date=" DAY "&limit=30", "gate", "text/csv"},
    {"/v1/bookings?date=2026-11-01", "gate", NULL},
    {"/v1/bookings?q=D000&limit=30", "gate", NULL},
    {"/v1/bookings?q=D000", "backend", "text/csv"},
    {"/v1/bookings?q=ZZZZZ", "supervisor", NULL},
    {"/v1/gate/list?date=" DAY, "gate", "text/csv"},
    {"/v1/gate/list?date=" DAY, "display", "text/csv"},
    {"/v1/slots?from=2026-11-23&to=2026-11-29", "display", NULL},
    {"/v1/slots?from=2026-11-23&to=2026-11-29", "backend", "text/csv"},
    {"/v1/capacity?from=2026-11-23&to=2027-06-01", "gate", NULL},
    {"/v1/capacity?from=2026-11-23&to=2027-06-01", "gate", "text/csv"},
    {"/v1/reports?from=2026-11-01&to=2026-11-29&by=company", "gate", NULL},
    {"/v1/reports/daily?date=" DAY, "gate", NULL},
    {"/v1/companies/91350100M000100Y43?from=2026-11-20&to=2026-11-29", "gate", NULL},
    {"/v1/strikes", "gate", NULL},
    {"/v1/yard", "gate", NULL},
    {"/v1/events?limit=100&text=true", "supervisor", NULL},
    {"/v1/bookings/bk_1/history", "supervisor", NULL},
};

static uint64_t dice;

static int64_t roll_clock(void)
{
    calls.now_us += dice_roll(&dice, 700);
    return calls.now_us;
}

static char *answer_of(struct gs_http *w, size_t n, int64_t (*clock)(void), int64_t step_us)
{
    char accept[64];
    calls.step_us = step_us;
    w->api->work.now_us = clock;
    snprintf(accept, sizeof accept, "Accept: %s", targets[n].accept != NULL ? targets[n].accept : "application/json");
    const struct caught *c = world_ask(w, "GET", targets[n].target, targets[n].token, NULL, accept, NULL);
    assert_int_equal(c->status, 200);
    return strdup(c->body);
}

static void answers_do_not_depend_on_slices(void **state)
{
    struct gs_http *w = *state;
    dice = dice_seed("answers_do_not_depend_on_slices");
    for (int n = 1; n <= 70; n++) {
        (void)booked(w, n, "\"waitlist\":true");
    }
    for (size_t n = 0; n < sizeof targets / sizeof targets[0]; n++) {
        char *whole = answer_of(w, n, look_at_clock, 0);
        for (int round = 0; round < 5; round++) {
            char *sliced = round == 0 ? answer_of(w, n, look_at_clock, 2000) : answer_of(w, n, roll_clock, 0);
            if (strcmp(sliced, whole) != 0) {
                print_message("# %s\n%s\n%s\n", targets[n].target, whole, sliced);
            }
            assert_string_equal(sliced, whole);
            free(sliced);
        }
        free(whole);
    }
}

/* Its rows were copied from a book that is no longer there: under new rules, or loaded again because what it showed was not stored. */
static void none_goes_on_with_a_book_that_is_gone(void **state)
{
    struct gs_http *w = *state;
    for (int n = 1; n <= 60; n++) {
        (void)booked(w, n, "\"waitlist\":true");
    }
    world_turn(w);
    w->api->work.now_us = look_at_clock;
    calls = (struct calls){.w = w, .step_us = 2000};
    world_begin(w, "GET", "/v1/bookings?date=" DAY "&limit=500", "gate", NULL);
    one_slice();
    one_slice();
    one_slice();
    assert_int_equal(w->caught.status, 0);
    struct gs_command c = {
        .kind = GS_CMD_CANCEL, .actor = {.role = GS_ROLE_SUPERVISOR}, .booking_id = 1, .if_version = -1};
    struct gs_outcome out;
    gs_apply(w->book, &c, w->now, &w->batch, &out);
    assert_int_equal(out.code, GS_CODE_OK);
    gs_api_renew(w->api);
    for (int i = 0; i < 20 && w->caught.status == 0; i++) {
        one_slice();
    }
    assert_int_equal(w->caught.status, 200);
    assert_int_equal(json_array_size(at(&w->caught, "items")), 60);
    assert_string_equal(text(&w->caught, "items/0/status"), "cancelled");
    assert_int_equal(w->api->work.under_way[GS_WORK_STAFF], 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(callers_take_turns),
        TEST(staff_goes_before_others),
        TEST(a_slice_is_a_millisecond),
        TEST(only_some_are_under_way),
        TEST(too_many_are_refused),
        TEST(who_has_gone_costs_nothing),
        TEST(answers_do_not_depend_on_slices),
        TEST(none_goes_on_with_a_book_that_is_gone),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
