/* Rules that a site can do without, each switched off alone. Those of quotas, strikes, throttle and overbooking have their cases in
 * test_quota.c, test_strikes.c, test_throttle.c and test_overbook.c. */
#include "fixture.h"

static void without_delay_reports_none_is_taken(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00");
    f->rules.delay_reports = false;
    assert_int_equal(fx_step(f, GS_CMD_DELAY, id), GS_CODE_SWITCHED_OFF);
    assert_int_equal(f->out.off, GS_SWITCH_DELAY_REPORTS);
    assert_false(fx_get(f, id)->delayed);
}

static void without_late_cancellations_a_late_one_is_no_strike(void **state)
{
    struct fixture *f = *state;
    f->rules.strike_limit = 1;
    f->rules.strike_days = f->rules.suspend_days = 7;
    for (int late_cancel = 0; late_cancel < 2; late_cancel++) {
        int64_t id = BOOK(f, .slot = late_cancel ? "09:30" : "08:30", .plate = "浙DTEST1");
        f->rules.late_cancel = late_cancel == 1;
        fx_at(f, late_cancel ? "2026-11-25 09:40" : "2026-11-25 08:40");
        assert_int_equal(fx_step(f, GS_CMD_CANCEL, id), GS_CODE_OK);
        assert_int_equal(fx_get(f, id)->late_cancel, late_cancel);
        assert_int_equal(fx_events(f, GS_EV_STRIKE_RECORDED, 0), late_cancel);
    }
}

static void without_a_waitlist_who_finds_no_place_is_refused(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(BOOK_MANY(f, 40, .windows = "morning"), 40);
    int64_t waits = BOOK(f, .windows = "morning", .wait = true);
    f->rules.waitlist = false;
    assert_int_equal(BOOK(f, .windows = "morning", .wait = true), 0);
    assert_int_equal(f->out.code, GS_CODE_FULL);
    fx_step(f, GS_CMD_CANCEL, 3);
    assert_int_equal(fx_status(f, waits), GS_BOOKED); /* who waited before is served */
}

static void without_a_waitlist_who_is_displaced_waits_all_the_same(void **state)
{
    struct fixture *f = *state;
    f->rules.waitlist = false;
    int64_t id = BOOK(f, .windows = "morning");
    assert_int_equal(fx_capacity(f, "morning", 0, GS_EXCESS_REBOOK), GS_CODE_OK);
    assert_int_equal(fx_status(f, id), GS_WAITLISTED);
    assert_int_equal(fx_capacity(f, "morning", 40, GS_EXCESS_REBOOK), GS_CODE_OK);
    assert_int_equal(fx_status(f, id), GS_BOOKED);
}

static void without_walk_ins_nobody_is_admitted_at_the_gate(void **state)
{
    struct fixture *f = *state;
    f->rules.walk_ins = false;
    fx_at(f, "2026-11-25 08:00");
    assert_int_equal(BOOK(f, .walk_in = true), 0);
    assert_int_equal(f->out.code, GS_CODE_SWITCHED_OFF);
    assert_int_equal(f->out.off, GS_SWITCH_WALK_INS);
}

static void without_walk_ins_nobody_stands_by(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(BOOK_MANY(f, 40, .windows = "morning"), 40);
    int64_t waits = BOOK(f, .windows = "morning", .wait = true, .plate = "浙DTEST1", .container = "CSQU3054383");
    f->rules.walk_ins = false;
    fx_at(f, "2026-11-25 11:00");
    assert_int_equal(BOOK(f, .walk_in = true, .plate = "浙DTEST1", .container = "CSQU3054383"), 0);
    assert_int_equal(f->out.code, GS_CODE_SWITCHED_OFF);
    assert_int_equal(fx_status(f, waits), GS_WAITLISTED);
}

int main(void)
{
#define RULE(test) cmocka_unit_test_setup_teardown(test, fx_setup, fx_teardown)
    const struct CMUnitTest tests[] = {
        RULE(without_delay_reports_none_is_taken),
        RULE(without_late_cancellations_a_late_one_is_no_strike),
        RULE(without_a_waitlist_who_finds_no_place_is_refused),
        RULE(without_a_waitlist_who_is_displaced_waits_all_the_same),
        RULE(without_walk_ins_nobody_is_admitted_at_the_gate),
        RULE(without_walk_ins_nobody_stands_by),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
