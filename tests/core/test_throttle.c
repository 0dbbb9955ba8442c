/* The company throttle: a week with too many no-shows makes the next week smaller. Dates: 2026-11-25 is a Wednesday. */
#include "fixture.h"

#define A "91350100M000100Y43"
#define B "91350100M000100Y44"

static int setup(void **state)
{
    int err = fx_setup(state);
    struct fixture *f = *state;
    f->rules.strike_limit = 100;
    f->rules.strike_days = 30;
    f->rules.suspend_days = 7;
    f->rules.lifted_min = 0;
    f->rules.horizon_days = 14;
    return err;
}

/* On the Wednesday: so many trucks of A that come, and so many that do not. */
static void wednesday(struct fixture *f, int come, int miss)
{
    fx_at(f, FX_DAY " 12:00");
    for (int i = 0; i < come; i++) {
        int64_t id = BOOK(f, .windows = "evening", .uscc = A);
        assert_int_equal(fx_step(f, GS_CMD_ARRIVE, id), GS_CODE_OK);
    }
    assert_int_equal(BOOK_MANY(f, miss, .windows = "evening", .uscc = A), miss);
    fx_due(f, FX_DAY " 20:00");
}

static void a_week_with_too_many_no_shows_makes_the_next_one_small(void **state)
{
    struct fixture *f = *state;
    wednesday(f, 13, 7); /* 35 % of 20; mean of six weeks 13 / 6, a tenth more: 3, so five */
    assert_int_equal(BOOK_MANY(f, 4, .date = "2026-11-30", .uscc = A), 4);
    assert_int_equal(BOOK_MANY(f, 2, .date = "2026-12-02", .uscc = A), 1);
    assert_int_equal(f->out.code, GS_CODE_COMPANY_QUOTA);
    assert_int_equal(f->out.used, 5);
    assert_int_equal(f->out.limit, 5);
    char text[GS_OUTCOME_TEXT];
    assert_int_equal(f->out.limit_of, GS_LIMIT_OF_WEEK);
    assert_string_equal(gs_outcome_text(&f->out, text), "week 2026-11-30");
    assert_int_not_equal(BOOK(f, .date = "2026-12-02", .uscc = B), 0);
    assert_int_not_equal(BOOK(f, .date = "2026-11-26", .uscc = A), 0); /* this week, and the one after next */
    assert_int_not_equal(BOOK(f, .date = "2026-12-07", .uscc = A), 0);
    for (int32_t i = 0; i < f->out.alternative_count; i++) {
        assert_true(f->out.alternatives[i].date != fx_date("2026-12-02"));
    }
}

static void the_share_that_throttles_is_the_rules_and_0_switches_it_off(void **state)
{
    struct fixture *f = *state;
    f->rules.company_percent = 36;
    wednesday(f, 13, 7); /* 35 % */
    assert_int_equal(BOOK_MANY(f, 6, .date = "2026-11-30", .uscc = A), 6);
    f->rules.company_percent = 0;
    fx_reopen(f);
    assert_int_equal(BOOK_MANY(f, 4, .date = "2026-12-01", .uscc = A), 4);
    f->rules.company_percent = 35;
    fx_reopen(f);
    assert_int_equal(BOOK(f, .date = "2026-12-02", .uscc = A), 0);
    assert_int_equal(f->out.code, GS_CODE_COMPANY_QUOTA);
}

/* Five of A on Wednesday, one of them waits for Tuesday: a plan that makes room there must not promote it. */
static void a_plan_knows_of_the_weeks_other_dates(void **state)
{
    struct fixture *f = *state;
    wednesday(f, 13, 7);
    struct gs_command c = fx_command(GS_CMD_CAPACITY_SET, 0);
    c.u.capacity.to = (struct gs_capacity){.date = fx_date("2026-12-01"), .window = "morning", .slot_capacity = -1};
    c.u.capacity.to.capacity = 1;
    c.u.capacity.has_capacity = true;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_not_equal(BOOK(f, .date = "2026-12-01", .windows = "morning", .uscc = B), 0);
    int64_t waits = BOOK(f, .date = "2026-12-01", .windows = "morning", .wait = true, .uscc = A);
    assert_int_equal(fx_status(f, waits), GS_WAITLISTED);
    assert_int_equal(BOOK_MANY(f, 5, .date = "2026-12-02", .uscc = A), 5);
    c.u.capacity.to.capacity = 40;
    c.u.capacity.dry_run = true;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(f->out.plans->at[0].promoted.count, 0);
    c.u.capacity.dry_run = false;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(f->out.plans->at[0].promoted.count, 0);
    assert_int_equal(fx_status(f, waits), GS_WAITLISTED);
}

static void the_limit_is_the_mean_of_six_weeks_and_a_tenth_more(void **state)
{
    struct fixture *f = *state;
    f->rules.windows[2].capacity = 400;
    f->rules.bays = 400;
    fx_finish(f);
    fx_init(f);
    f->rules.windows[2].capacity = 400;
    f->rules.strike_limit = 100;
    f->rules.strike_days = 30;
    f->rules.suspend_days = 7;
    fx_open(f);
    wednesday(f, 60, 40); /* 60 × 1.1 ÷ 6 = 11 */
    assert_int_equal(BOOK_MANY(f, 14, .date = "2026-11-30", .uscc = A), 11);
    assert_int_equal(f->out.limit, 11);
    fx_reopen(f);
    assert_int_equal(BOOK_MANY(f, 2, .date = "2026-12-01", .uscc = A), 0);
}

static void fewer_than_35_percent_or_than_five_bookings_change_nothing(void **state)
{
    struct fixture *f = *state;
    wednesday(f, 14, 7);
    assert_int_equal(BOOK_MANY(f, 10, .date = "2026-11-30", .uscc = A), 10);
}

static void four_no_shows_of_four_are_too_few_to_judge(void **state)
{
    struct fixture *f = *state;
    wednesday(f, 0, 4);
    assert_int_equal(BOOK_MANY(f, 10, .date = "2026-11-30", .uscc = A), 10);
}

static void a_place_given_back_is_the_companys_again_and_switched_off_nothing_is(void **state)
{
    struct fixture *f = *state;
    wednesday(f, 0, 5);
    int64_t first = BOOK(f, .date = "2026-11-30", .uscc = A);
    assert_int_equal(BOOK_MANY(f, 5, .date = "2026-12-02", .uscc = A), 4);
    assert_int_equal(fx_reschedule(f, first, "2026-12-03", NULL, NULL), GS_CODE_OK); /* its own place counts as free */
    fx_step(f, GS_CMD_CANCEL, first);
    assert_int_equal(BOOK_MANY(f, 2, .date = "2026-12-02", .uscc = A), 1);
    f->rules.strike_limit = 0;
    assert_int_equal(BOOK_MANY(f, 2, .date = "2026-12-02", .uscc = A), 2);
}

int main(void)
{
#define RULE(test) cmocka_unit_test_setup_teardown(test, setup, fx_teardown)
    const struct CMUnitTest tests[] = {
        RULE(a_week_with_too_many_no_shows_makes_the_next_one_small),
        RULE(the_share_that_throttles_is_the_rules_and_0_switches_it_off),
        RULE(a_plan_knows_of_the_weeks_other_dates),
        RULE(the_limit_is_the_mean_of_six_weeks_and_a_tenth_more),
        RULE(fewer_than_35_percent_or_than_five_bookings_change_nothing),
        RULE(four_no_shows_of_four_are_too_few_to_judge),
        RULE(a_place_given_back_is_the_companys_again_and_switched_off_nothing_is),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
