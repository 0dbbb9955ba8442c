/* Trucks that stay longer than their window: what the next window's newcomers may still have, and who is told. */
#include "../fixture.h"

#include <stdlib.h>

/* Two bays and windows of two; the trucks of the morning are let in and stay. */
static void small_yard(struct fixture *f)
{
    f->rules.bays = 2;
    f->rules.slot_capacity = 2;
    f->rules.lock_min = 0;
    for (int i = 0; i < 3; i++) {
        f->rules.windows[i].capacity = 2;
    }
}

static int small_setup(void **state)
{
    struct fixture *f = malloc(sizeof *f);
    if (f == NULL) {
        return -1;
    }
    fx_init(f);
    small_yard(f);
    fx_open(f);
    *state = f;
    return 0;
}

static int64_t let_in_the_morning(struct fixture *f)
{
    int64_t id = BOOK(f, .windows = "morning", .slot = "08:00");
    fx_at(f, "2026-11-25 08:00");
    fx_let_in(f, id);
    return id;
}

static struct gs_window_view window(const struct fixture *f, const char *id)
{
    struct gs_window_view w;
    fx_window(f, FX_DAY, id, &w);
    return w;
}

static void the_next_window_shows_what_it_may_cost(void **state)
{
    struct fixture *f = *state;
    int64_t id = let_in_the_morning(f);
    assert_int_equal(window(f, "morning").inside, 0);
    assert_int_equal(window(f, "midday").inside, 1);
    assert_int_equal(window(f, "midday").at_risk, 0); /* nobody is booked there yet */
    assert_int_equal(window(f, "evening").inside, 0);
    BOOK_MANY(f, 2, .windows = "midday");
    assert_int_equal(window(f, "midday").at_risk, 1);
    fx_step(f, GS_CMD_CLEAR, id);
    fx_step(f, GS_CMD_DEPART, id);
    assert_int_equal(window(f, "midday").inside, 0);
    assert_int_equal(window(f, "midday").at_risk, 0);
}

static void the_event_comes_when_the_window_begins(void **state)
{
    struct fixture *f = *state;
    let_in_the_morning(f);
    BOOK_MANY(f, 2, .windows = "midday", .slot = "13:00");
    int before = fx_events(f, GS_EV_CAPACITY_CHANGED, 0);
    fx_due(f, "2026-11-25 11:59");
    assert_int_equal(fx_events(f, GS_EV_CAPACITY_CHANGED, 0), before);
    assert_true(gs_book_next_due(f->book) == fx_ms(f, "2026-11-25 12:00"));
    fx_due(f, "2026-11-25 12:10");
    assert_int_equal(fx_events(f, GS_EV_CAPACITY_CHANGED, 0), before + 1);
    const struct gs_event *e = &f->store.last;
    assert_int_equal(e->occasion, GS_OCCASION_AT_RISK);
    assert_string_equal(gs_event_reason(e), "at_risk");
    assert_true(e->at_ms == fx_ms(f, "2026-11-25 12:00"));
    assert_int_equal(e->inside, 1);
    assert_int_equal(e->at_risk, 1);
    assert_string_equal(e->to.window, "midday");
    fx_reopen(f); /* once is enough, also after a restart */
    fx_due(f, "2026-11-25 12:20");
    assert_int_equal(fx_events(f, GS_EV_CAPACITY_CHANGED, 0), before + 1);
}

static void it_comes_later_too_when_the_risk_first_appears_then(void **state)
{
    struct fixture *f = *state;
    let_in_the_morning(f);
    int64_t one = BOOK(f, .windows = "midday", .slot = "14:00");
    fx_due(f, "2026-11-25 12:00");
    assert_int_equal(fx_events(f, GS_EV_CAPACITY_CHANGED, 0), 0);
    BOOK(f, .windows = "midday", .slot = "14:00");
    assert_int_equal(fx_events(f, GS_EV_CAPACITY_CHANGED, 0), 1);
    fx_step(f, GS_CMD_CANCEL, one);
    BOOK(f, .windows = "midday", .slot = "14:00"); /* it was gone, and appears again */
    assert_int_equal(fx_events(f, GS_EV_CAPACITY_CHANGED, 0), 2);
}

static void walk_ins_get_no_place_that_an_overstayer_takes(void **state)
{
    struct fixture *f = *state;
    int64_t id = let_in_the_morning(f);
    BOOK(f, .windows = "midday", .slot = "14:00");
    fx_due(f, "2026-11-25 12:00");
    assert_int_equal(BOOK(f, .walk_in = true, .role = GS_ROLE_GATE), 0);
    assert_int_equal(f->out.code, GS_CODE_FULL);
    fx_step(f, GS_CMD_CLEAR, id);
    fx_step(f, GS_CMD_DEPART, id);
    assert_int_not_equal(BOOK(f, .walk_in = true, .role = GS_ROLE_GATE), 0);
}

static void who_waits_is_promoted_when_the_overstayer_leaves(void **state)
{
    struct fixture *f = *state;
    int64_t id = let_in_the_morning(f);
    int64_t a = BOOK(f, .windows = "midday", .slot = "15:00");
    BOOK(f, .windows = "midday", .slot = "15:30");
    int64_t waiting = BOOK(f, .windows = "midday", .wait = true);
    fx_due(f, "2026-11-25 12:00");
    fx_step(f, GS_CMD_CANCEL, a);
    assert_int_equal(fx_status(f, waiting), GS_WAITLISTED);
    fx_step(f, GS_CMD_CLEAR, id);
    fx_step(f, GS_CMD_DEPART, id);
    assert_int_equal(fx_status(f, waiting), GS_BOOKED);
}

static void bays_that_nobody_counts_on_are_taken_first(void **state)
{
    struct fixture *f = *state;
    f->rules.bays = 3;
    let_in_the_morning(f);
    BOOK(f, .windows = "midday", .slot = "14:00");
    fx_due(f, "2026-11-25 12:00");
    assert_int_equal(window(f, "midday").inside, 1);
    assert_int_not_equal(BOOK(f, .walk_in = true, .role = GS_ROLE_GATE), 0);
    assert_int_equal(window(f, "midday").at_risk, 0);
}

static void the_windows_own_trucks_cost_it_nothing(void **state)
{
    struct fixture *f = *state;
    let_in_the_morning(f);
    assert_int_not_equal(BOOK(f, .walk_in = true, .role = GS_ROLE_GATE), 0);
    assert_int_equal(window(f, "morning").inside, 0);
    assert_int_equal(window(f, "morning").at_risk, 0);
}

static void what_a_kept_cut_has_too_many_is_not_their_doing(void **state)
{
    struct fixture *f = *state;
    f->rules.bays = 3;
    f->cut = true;
    let_in_the_morning(f);
    BOOK_MANY(f, 2, .windows = "midday", .slot = "14:00");
    fx_capacity(f, "midday", 0, GS_EXCESS_KEEP);
    f->rules.bays = 0; /* the worst case: every one of them costs a place */
    assert_int_equal(window(f, "midday").at_risk, 1);
}

#define RULE(name) cmocka_unit_test_setup_teardown(name, small_setup, fx_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE(the_next_window_shows_what_it_may_cost),
        RULE(the_event_comes_when_the_window_begins),
        RULE(it_comes_later_too_when_the_risk_first_appears_then),
        RULE(walk_ins_get_no_place_that_an_overstayer_takes),
        RULE(who_waits_is_promoted_when_the_overstayer_leaves),
        RULE(bays_that_nobody_counts_on_are_taken_first),
        RULE(the_windows_own_trucks_cost_it_nothing),
        RULE(what_a_kept_cut_has_too_many_is_not_their_doing),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
