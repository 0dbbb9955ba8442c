/* The company quota: a share of each window and a number a day, told with its numbers, lifted shortly before the slot. */
#include "fixture.h"

#define A "91350100M000100Y43"
#define B "91350100M000100Y44"

static int setup(void **state)
{
    int err = fx_setup(state);
    struct fixture *f = *state;
    f->rules.company_window_percent = 25;
    f->rules.company_day = 20;
    f->rules.lifted_min = 120;
    return err;
}

static void a_company_may_hold_its_share_of_a_window_and_no_more(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(BOOK_MANY(f, 12, .windows = "morning", .uscc = A), 10); /* 25 % of 40 */
    assert_int_equal(f->out.code, GS_CODE_COMPANY_QUOTA);
    assert_int_equal(f->out.used, 10);
    assert_int_equal(f->out.limit, 10);
    assert_int_equal(f->out.limit_of, GS_LIMIT_OF_WINDOW);
    assert_string_equal(f->out.window, "morning");
    assert_true(f->out.alternative_count > 0);
    for (int32_t i = 0; i < f->out.alternative_count; i++) {
        const struct gs_alternative *a = &f->out.alternatives[i];
        assert_true(a->date != fx_date(FX_DAY) || strcmp(a->window, "morning") != 0);
    }
    assert_int_not_equal(BOOK(f, .windows = "morning", .uscc = B), 0);
    assert_int_not_equal(BOOK(f, .uscc = A), 0); /* goes to another window by itself */
}

static void a_share_is_rounded_down_but_never_below_one(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(fx_capacity(f, "morning", 11, GS_EXCESS_REBOOK), GS_CODE_OK);
    assert_int_equal(BOOK_MANY(f, 4, .windows = "morning", .uscc = A), 2);
    assert_int_equal(fx_capacity(f, "midday", 3, GS_EXCESS_REBOOK), GS_CODE_OK);
    assert_int_equal(BOOK_MANY(f, 3, .windows = "midday", .uscc = A), 1);
    assert_int_equal(f->out.limit, 1);
}

static void a_company_may_hold_so_many_a_day(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(BOOK_MANY(f, 22, .uscc = A), 20);
    assert_int_equal(f->out.code, GS_CODE_COMPANY_QUOTA);
    assert_int_equal(f->out.used, 20);
    assert_int_equal(f->out.limit, 20);
    char text[GS_OUTCOME_TEXT];
    assert_int_equal(f->out.limit_of, GS_LIMIT_OF_DAY);
    assert_string_equal(gs_outcome_text(&f->out, text), FX_DAY);
    assert_int_not_equal(BOOK(f, .date = "2026-11-26", .uscc = A), 0);
}

static void both_rules_can_be_switched_off(void **state)
{
    struct fixture *f = *state;
    f->rules.company_window_percent = 100;
    f->rules.company_day = 0;
    assert_int_equal(BOOK_MANY(f, 40, .windows = "morning", .uscc = A), 40);
}

static void a_place_still_free_two_hours_before_is_anybodys(void **state)
{
    struct fixture *f = *state;
    BOOK_MANY(f, 10, .windows = "midday", .uscc = A);
    fx_at(f, FX_DAY " 09:59");
    assert_int_equal(BOOK(f, .windows = "midday", .uscc = A), 0);
    assert_int_equal(f->out.code, GS_CODE_COMPANY_QUOTA);
    fx_at(f, FX_DAY " 10:00");
    int64_t id = BOOK(f, .windows = "midday", .uscc = A);
    assert_true(fx_starts(f, id, FX_DAY " 12:00"));
    fx_at(f, FX_DAY " 10:31");
    id = BOOK(f, .windows = "midday", .slot = "15:00", .uscc = A); /* the nearest that is lifted */
    assert_true(fx_starts(f, id, FX_DAY " 12:30"));
}

static void a_refusal_by_quota_does_not_wait(void **state)
{
    struct fixture *f = *state;
    BOOK_MANY(f, 10, .windows = "morning", .uscc = A);
    assert_int_equal(BOOK(f, .windows = "morning", .uscc = A, .wait = true), 0);
    assert_int_equal(f->out.code, GS_CODE_COMPANY_QUOTA);
    assert_int_equal(fx_events(f, GS_EV_WAITLISTED, 0), 0);
}

static void where_nothing_is_free_it_is_full_and_not_the_quota(void **state)
{
    struct fixture *f = *state;
    BOOK_MANY(f, 10, .windows = "morning", .uscc = A);
    f->rules.company_window_percent = 100;
    f->rules.company_day = 0;
    assert_int_equal(BOOK_MANY(f, 30, .windows = "morning", .uscc = B), 30);
    f->rules.company_window_percent = 25;
    f->rules.company_day = 20;
    assert_int_equal(BOOK(f, .windows = "morning", .uscc = A), 0);
    assert_int_equal(f->out.code, GS_CODE_FULL);
}

static void the_waitlist_passes_over_a_company_at_its_limit(void **state)
{
    struct fixture *f = *state;
    f->rules.company_window_percent = 50;
    assert_int_equal(fx_capacity(f, "morning", 4, GS_EXCESS_REBOOK), GS_CODE_OK);
    int64_t a = BOOK(f, .windows = "morning", .uscc = A), b = BOOK(f, .windows = "morning", .uscc = B);
    BOOK(f, .windows = "morning", .uscc = A);
    BOOK(f, .windows = "morning", .uscc = B);
    int64_t first = BOOK(f, .windows = "morning", .uscc = A, .wait = true);
    int64_t second = BOOK(f, .windows = "morning", .uscc = B, .wait = true);
    fx_step(f, GS_CMD_CANCEL, b);
    assert_int_equal(fx_status(f, first), GS_WAITLISTED); /* A holds two of four */
    assert_int_equal(fx_status(f, second), GS_BOOKED);
    fx_step(f, GS_CMD_CANCEL, a);
    assert_int_equal(fx_status(f, first), GS_BOOKED);
}

static void rescheduling_counts_its_own_place_as_given_back(void **state)
{
    struct fixture *f = *state;
    BOOK_MANY(f, 10, .windows = "morning", .uscc = A);
    int64_t other = BOOK(f, .windows = "midday", .uscc = A);
    assert_int_equal(fx_reschedule(f, 1, NULL, NULL, "11:30"), GS_CODE_OK);
    assert_int_equal(fx_reschedule(f, other, NULL, "morning", NULL), GS_CODE_COMPANY_QUOTA);
    assert_int_equal(fx_status(f, other), GS_BOOKED);
    assert_string_equal(fx_get(f, other)->window, "midday");
}

static void walk_ins_and_reported_delays_are_not_asked(void **state)
{
    struct fixture *f = *state;
    f->rules.company_window_percent = 3; /* one */
    int64_t id = BOOK(f, .windows = "morning", .slot = "08:00", .uscc = A);
    BOOK(f, .windows = "midday", .slot = "12:00", .uscc = A);
    fx_at(f, FX_DAY " 08:10");
    assert_int_not_equal(BOOK(f, .walk_in = true, .uscc = A), 0);
    assert_int_equal(fx_step(f, GS_CMD_DELAY, id), GS_CODE_OK);
}

/* One request of another company would need a move into a window where the one to be moved has its share already. */
static void nobody_is_moved_past_the_quota(void **state)
{
    struct fixture *f = *state;
    f->rules.company_window_percent = 50;
    fx_capacity(f, "morning", 2, GS_EXCESS_REBOOK);
    fx_capacity(f, "midday", 2, GS_EXCESS_REBOOK);
    fx_close(f, "evening", GS_EXCESS_REBOOK);
    int64_t flexible = BOOK(f, .uscc = A, .slot = "08:00");
    BOOK(f, .windows = "morning", .uscc = B);
    int64_t in_the_way = BOOK(f, .windows = "midday", .uscc = A);
    assert_int_equal(BOOK(f, .windows = "morning", .uscc = "C"), 0);
    assert_int_equal(f->out.code, GS_CODE_FULL);
    fx_step(f, GS_CMD_CANCEL, in_the_way);
    assert_int_not_equal(BOOK(f, .windows = "morning", .uscc = "C"), 0);
    assert_string_equal(fx_get(f, flexible)->window, "midday");
}

/* Two windows of 4, half of each for one company. */
static void two_windows(struct fixture *f)
{
    f->rules.company_window_percent = 50;
    fx_capacity(f, "morning", 4, GS_EXCESS_REBOOK);
    fx_capacity(f, "midday", 4, GS_EXCESS_REBOOK);
    fx_close(f, "evening", GS_EXCESS_REBOOK);
}

static void a_plan_moves_nobody_past_the_quota(void **state)
{
    struct fixture *f = *state;
    two_windows(f);
    assert_int_equal(BOOK_MANY(f, 2, .windows = "morning,midday", .slot = "08:00", .uscc = A), 2);
    assert_int_equal(BOOK_MANY(f, 2, .windows = "morning,midday", .slot = "09:00", .uscc = B), 2);
    assert_int_not_equal(BOOK(f, .windows = "midday", .rigid = true, .uscc = A), 0);
    assert_int_equal(fx_booked(f, "morning"), 4);
    assert_int_equal(fx_close(f, "morning", GS_EXCESS_REBOOK), GS_CODE_OK);
    assert_int_equal(f->out.plans->at[0].moved.count, 3); /* two of B, and one of A: what it moved counts too */
    assert_int_equal(f->out.plans->at[0].waitlisted.count, 1);
    assert_int_equal(fx_status(f, 2), GS_WAITLISTED);
    assert_int_equal(fx_booked(f, "midday"), 4);
}

static void room_left_by_the_quota_is_no_room_for_the_company(void **state)
{
    struct fixture *f = *state;
    two_windows(f);
    BOOK_MANY(f, 2, .windows = "midday", .uscc = A);
    assert_int_equal(BOOK_MANY(f, 2, .windows = "morning,midday", .slot = "08:00", .uscc = A), 2);
    assert_int_equal(fx_close(f, "morning", GS_EXCESS_REBOOK), GS_CODE_OK);
    assert_int_equal(f->out.plans->at[0].moved.count, 0);
    assert_int_equal(f->out.plans->at[0].waitlisted.count, 2);
    assert_int_equal(fx_booked(f, "midday"), 2);
    assert_int_equal(f->out.plans->at[0].promoted.count, 0);
}

static void who_only_stays_is_not_displaced_for_the_quota(void **state)
{
    struct fixture *f = *state;
    f->rules.company_window_percent = 100;
    assert_int_equal(BOOK_MANY(f, 8, .windows = "morning", .uscc = A), 8);
    f->rules.company_window_percent = 25;
    assert_int_equal(fx_capacity(f, "morning", 16, GS_EXCESS_REBOOK), GS_CODE_OK);
    assert_int_equal(f->out.plans->at[0].waitlisted.count, 0);
    assert_int_equal(fx_booked(f, "morning"), 8);
}

static void within_its_window_one_may_be_moved_at_the_quota_too(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(BOOK_MANY(f, 4, .windows = "morning", .slot = "08:00", .uscc = A), 4);
    assert_int_equal(fx_capacity(f, "morning", 16, GS_EXCESS_REBOOK), GS_CODE_OK); /* 2 in a slot, 4 of a company */
    assert_int_equal(f->out.plans->at[0].moved.count, 2);
    assert_int_equal(f->out.plans->at[0].waitlisted.count, 0);
    assert_int_equal(fx_booked(f, "morning"), 4);
}

int main(void)
{
#define RULE(test) cmocka_unit_test_setup_teardown(test, setup, fx_teardown)
    const struct CMUnitTest tests[] = {
        RULE(a_company_may_hold_its_share_of_a_window_and_no_more),
        RULE(a_share_is_rounded_down_but_never_below_one),
        RULE(a_company_may_hold_so_many_a_day),
        RULE(both_rules_can_be_switched_off),
        RULE(a_place_still_free_two_hours_before_is_anybodys),
        RULE(a_refusal_by_quota_does_not_wait),
        RULE(where_nothing_is_free_it_is_full_and_not_the_quota),
        RULE(the_waitlist_passes_over_a_company_at_its_limit),
        RULE(rescheduling_counts_its_own_place_as_given_back),
        RULE(walk_ins_and_reported_delays_are_not_asked),
        RULE(nobody_is_moved_past_the_quota),
        RULE(a_plan_moves_nobody_past_the_quota),
        RULE(room_left_by_the_quota_is_no_room_for_the_company),
        RULE(who_only_stays_is_not_displaced_for_the_quota),
        RULE(within_its_window_one_may_be_moved_at_the_quota_too),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
