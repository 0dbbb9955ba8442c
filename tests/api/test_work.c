/* Requests that are put off: whose turn it is, how long a slice is, who is refused, and that none goes on with a book that is no longer
 * there. */
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(callers_take_turns),      TEST(staff_goes_before_others), TEST(a_slice_is_a_millisecond),
        TEST(only_some_are_under_way), TEST(too_many_are_refused),     TEST(who_has_gone_costs_nothing),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
