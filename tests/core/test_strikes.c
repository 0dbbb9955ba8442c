/* Strikes: counted no-shows of a plate, late cancellations among them, and the suspension that follows. */
#include "fixture.h"

#define TRUCK "浙D99999"

static int setup(void **state)
{
    int err = fx_setup(state);
    struct fixture *f = *state;
    f->rules.strike_limit = 3;
    f->rules.strike_days = 30;
    f->rules.suspend_days = 7;
    return err;
}

static int64_t book(struct fixture *f, const char *date)
{
    fx_at(f, date);
    return BOOK(f, .date = date, .windows = "evening", .slot = "16:00", .plate = TRUCK);
}

/* Nobody comes: a no-show at 17:00 of each date. */
static void miss(struct fixture *f, const char *at_noon)
{
    char evening[] = "2026-11-25 17:00";
    assert_int_not_equal(book(f, at_noon), 0);
    memcpy(evening, at_noon, 10);
    fx_due(f, evening);
}

static enum gs_gate_code at_gate(const struct fixture *f)
{
    struct gs_gate_verdict v;
    gs_book_gate_check(f->book, TRUCK, NULL, NULL, &v);
    return v.code;
}

static void three_no_shows_in_thirty_days_suspend_a_plate_for_seven(void **state)
{
    struct fixture *f = *state;
    miss(f, "2026-11-25 12:00");
    miss(f, "2026-11-27 12:00");
    assert_int_equal(fx_events(f, GS_EV_STRIKE_RECORDED, 0), 2);
    assert_int_equal(f->store.last.strikes, 2);
    assert_int_equal(f->store.last.until_ms, 0);
    miss(f, "2026-12-24 12:00");
    assert_int_equal(f->store.last.type, GS_EV_STRIKE_RECORDED);
    assert_int_equal(f->store.last.strikes, 3);
    assert_int_equal(f->store.last.strike_limit, 3);
    assert_string_equal(f->store.last.plate, TRUCK);
    assert_true(f->store.last.until_ms == fx_ms(f, "2026-12-31 17:00"));
    assert_int_equal(book(f, "2026-12-26 09:00"), 0);
    assert_int_equal(f->out.code, GS_CODE_SUSPENDED);
    assert_true(f->out.at_ms == fx_ms(f, "2026-12-31 17:00"));
    assert_int_equal(f->out.used, 3);
    assert_int_equal(f->out.limit, 3);
    assert_int_equal(BOOK(f, .walk_in = true, .plate = TRUCK), 0);
    assert_int_equal(f->out.code, GS_CODE_SUSPENDED);
    assert_int_equal(at_gate(f), GS_GATE_SUSPENDED);
    fx_reopen(f); /* the days of the first two are in the archive by now */
    assert_int_equal(book(f, "2026-12-26 09:00"), 0);
    fx_at(f, "2026-12-31 16:59");
    assert_int_equal(BOOK(f, .date = "2027-01-01", .plate = TRUCK), 0);
    fx_at(f, "2026-12-31 17:00");
    assert_int_not_equal(BOOK(f, .date = "2027-01-01", .plate = TRUCK), 0);
    assert_int_not_equal(BOOK(f, .date = "2027-01-01"), 0);
}

static void a_strike_older_than_the_days_counted_counts_no_more(void **state)
{
    struct fixture *f = *state;
    miss(f, "2026-11-25 12:00");
    miss(f, "2026-11-27 12:00");
    miss(f, "2026-12-25 12:00"); /* thirty days after the first, to the minute */
    assert_int_equal(f->store.last.strikes, 2);
    assert_int_not_equal(book(f, "2026-12-26 09:00"), 0);
}

static void a_cancellation_after_the_slot_began_is_a_strike_and_one_before_is_not(void **state)
{
    struct fixture *f = *state;
    int64_t id = book(f, "2026-11-25 12:00");
    fx_at(f, "2026-11-25 15:59");
    assert_int_equal(fx_step(f, GS_CMD_CANCEL, id), GS_CODE_OK);
    assert_int_equal(fx_events(f, GS_EV_STRIKE_RECORDED, 0), 0);
    id = book(f, "2026-11-26 12:00");
    fx_at(f, "2026-11-26 16:00");
    assert_int_equal(fx_step(f, GS_CMD_CANCEL, id), GS_CODE_OK);
    assert_int_equal(fx_events(f, GS_EV_STRIKE_RECORDED, 0), 1);
}

static void a_reported_delay_and_the_yards_own_are_no_strikes(void **state)
{
    struct fixture *f = *state;
    int64_t id = book(f, "2026-11-25 12:00");
    fx_at(f, "2026-11-25 16:20");
    assert_int_equal(fx_step(f, GS_CMD_DELAY, id), GS_CODE_OK);
    fx_due(f, "2026-11-25 17:10");
    assert_int_equal(fx_step(f, GS_CMD_ARRIVE, id), GS_CODE_OK); /* and waits for a bay all evening */
    fx_due(f, "2026-11-25 23:00");
    assert_int_equal(fx_status(f, id), GS_ARRIVED);
    assert_int_equal(fx_events(f, GS_EV_STRIKE_RECORDED, 0), 0);
}

static void a_suspended_plate_is_not_put_to_a_booking_and_a_limit_of_none_is_off(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 3; i++) {
        static const char *const days[] = {"2026-11-25 12:00", "2026-11-26 12:00", "2026-11-27 12:00"};
        miss(f, days[i]);
    }
    struct gs_command c = fx_command(GS_CMD_CHANGE, BOOK(f, .date = "2026-11-28"));
    c.u.change.has_plate = true;
    strcpy(c.u.change.truck.plate, TRUCK);
    assert_int_equal(fx_apply(f, &c), GS_CODE_SUSPENDED);
    f->rules.strike_limit = 0;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
}

static void who_is_suspended_is_passed_over_on_the_waitlist_until_that_ends(void **state)
{
    struct fixture *f = *state;
    fx_at(f, "2026-11-27 12:00");
    f->rules.horizon_days = 9;
    fx_reopen(f);
    int64_t holder = 0;
    for (int i = 0; i < 40; i++) {
        holder = BOOK(f, .date = "2026-12-05", .windows = "evening", .rigid = true);
    }
    int64_t waits = BOOK(f, .date = "2026-12-05", .windows = "evening", .plate = TRUCK, .wait = true);
    int64_t next = BOOK(f, .date = "2026-12-05", .windows = "evening", .wait = true);
    for (int i = 0; i < 3; i++) { /* three no-shows of the same truck on one day: windows of their own */
        static const char *const windows[] = {"morning", "midday", "evening"};
        assert_int_not_equal(BOOK(f, .date = "2026-11-28", .windows = windows[i], .plate = TRUCK), 0);
    }
    fx_due(f, "2026-11-28 21:00");
    assert_int_equal(fx_events(f, GS_EV_STRIKE_RECORDED, 0), 3);
    int64_t ends_ms = f->store.last.until_ms;
    assert_int_equal(fx_step(f, GS_CMD_CANCEL, holder), GS_CODE_OK);
    assert_int_equal(fx_status(f, waits), GS_WAITLISTED);
    assert_int_equal(fx_status(f, next), GS_BOOKED); /* the next in order has the place */
    assert_int_equal(fx_step(f, GS_CMD_CANCEL, holder - 1), GS_CODE_OK);
    assert_int_equal(fx_status(f, waits), GS_WAITLISTED); /* and a free one waits for nobody else */
    assert_true(gs_book_next_due(f->book) <= ends_ms);
    f->now = ends_ms - 1;
    gs_apply_due(f->book, f->now, &f->batch);
    assert_int_equal(fx_status(f, waits), GS_WAITLISTED);
    fx_due(f, "2026-12-05 21:00");
    assert_int_equal(fx_status(f, waits), GS_NO_SHOW); /* promoted when the suspension ended, and did not come */
    assert_int_equal(fx_events(f, GS_EV_PROMOTED, waits), 1);
}

static void a_restart_does_not_forget_when_a_suspension_ends(void **state)
{
    struct fixture *f = *state;
    f->rules.strike_limit = 1;
    f->rules.horizon_days = 9;
    f->rules.windows[2].capacity = f->rules.slot_capacity = 1;
    fx_at(f, "2026-11-25 09:00");
    fx_reopen(f);
    fx_due(f, "2026-11-25 09:00");
    int64_t holder = BOOK(f, .date = "2026-12-02", .windows = "evening", .rigid = true);
    int64_t waits = BOOK(f, .date = "2026-12-02", .windows = "evening", .plate = TRUCK, .wait = true);
    miss(f, "2026-11-25 12:00");
    int64_t ends_ms = f->store.last.until_ms;
    fx_due(f, "2026-12-02 09:00"); /* the last date to turn before it ends has turned */
    assert_int_equal(fx_step(f, GS_CMD_CANCEL, holder), GS_CODE_OK);
    assert_int_equal(fx_status(f, waits), GS_WAITLISTED);
    fx_reopen(f);
    fx_due(f, "2026-12-02 18:00"); /* nobody looks meanwhile */
    assert_int_equal(fx_status(f, waits), GS_BOOKED);
    assert_int_equal(fx_get(f, waits)->updated_ms, ends_ms);
}

static void who_is_suspended_cannot_be_rescheduled_into_a_place(void **state)
{
    struct fixture *f = *state;
    miss(f, "2026-11-25 12:00");
    miss(f, "2026-11-26 12:00");
    fx_at(f, "2026-11-27 12:00");
    int64_t booked = BOOK(f, .date = "2026-11-29", .windows = "morning", .plate = TRUCK);
    assert_int_not_equal(booked, 0);
    miss(f, "2026-11-27 12:00");
    assert_int_equal(fx_reschedule(f, booked, NULL, "evening", NULL), GS_CODE_SUSPENDED);
    assert_int_equal(fx_reschedule(f, booked, "2026-11-30", NULL, NULL), GS_CODE_SUSPENDED);
    assert_string_equal(fx_get(f, booked)->window, "morning");
}

static void a_slot_that_began_cannot_be_rescheduled_away_from_its_strike(void **state)
{
    struct fixture *f = *state;
    static const char *const cancels[] = {"2026-11-25 16:46", "2026-11-25 18:29", "2026-11-25 18:31"};
    int64_t ids[3];
    fx_at(f, "2026-11-25 12:00");
    for (size_t i = 0; i < 3; i++) {
        ids[i] = BOOK(f, .date = "2026-11-25", .windows = "evening", .slot = "16:30");
    }
    int64_t early = BOOK(f, .date = "2026-11-25", .windows = "evening", .slot = "16:30");
    fx_at(f, "2026-11-25 16:29");
    assert_int_equal(fx_reschedule(f, early, "2026-11-26", NULL, "18:30"), GS_CODE_OK);
    fx_at(f, "2026-11-25 16:30");
    for (size_t i = 0; i < 3; i++) { /* once, or as often as one likes */
        assert_int_equal(fx_reschedule(f, ids[i], NULL, NULL, "18:00"), GS_CODE_OK);
        assert_int_equal(fx_reschedule(f, ids[i], "2026-11-27", "evening", "18:30"), GS_CODE_OK);
        assert_int_equal(fx_reschedule(f, ids[i], "2026-11-25", NULL, "18:30"), GS_CODE_OK);
    }
    for (size_t i = 0; i < 3; i++) {
        fx_at(f, cancels[i]);
        assert_int_equal(fx_step(f, GS_CMD_CANCEL, ids[i]), GS_CODE_OK);
        assert_int_equal(fx_events(f, GS_EV_STRIKE_RECORDED, 0), i + 1);
    }
    assert_int_equal(fx_step(f, GS_CMD_CANCEL, early), GS_CODE_OK);
    assert_int_equal(fx_events(f, GS_EV_STRIKE_RECORDED, 0), 3);
}

static void the_plate_that_was_promised_answers_from_the_slots_start_on(void **state)
{
    struct fixture *f = *state;
    int64_t id = book(f, "2026-11-25 12:00");
    struct gs_command c = fx_command(GS_CMD_CHANGE, id);
    c.actor.role = GS_ROLE_BACKEND;
    strcpy(c.actor.name, "mini");
    c.u.change.has_plate = true;
    strcpy(c.u.change.truck.plate, "浙D00007");
    static const char *const late[] = {"2026-11-25 16:00", "2026-11-25 16:10", "2026-11-25 16:29"};
    for (size_t i = 0; i < sizeof late / sizeof late[0]; i++) {
        fx_at(f, late[i]);
        assert_int_equal(fx_apply(f, &c), GS_CODE_PAST_CUTOFF);
        assert_true(f->out.at_ms == fx_ms(f, "2026-11-25 16:00"));
    }
    assert_int_equal(fx_step(f, GS_CMD_CANCEL, id), GS_CODE_OK);
    assert_int_equal(f->store.last.type, GS_EV_STRIKE_RECORDED);
    assert_string_equal(f->store.last.plate, TRUCK);
    /* the gate puts down the truck that came */
    c.booking_id = book(f, "2026-11-26 12:00");
    c.actor.role = GS_ROLE_GATE;
    fx_at(f, "2026-11-26 16:10");
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
}

int main(void)
{
#define RULE(test) cmocka_unit_test_setup_teardown(test, setup, fx_teardown)
    const struct CMUnitTest tests[] = {
        RULE(three_no_shows_in_thirty_days_suspend_a_plate_for_seven),
        RULE(a_strike_older_than_the_days_counted_counts_no_more),
        RULE(a_cancellation_after_the_slot_began_is_a_strike_and_one_before_is_not),
        RULE(a_reported_delay_and_the_yards_own_are_no_strikes),
        RULE(a_suspended_plate_is_not_put_to_a_booking_and_a_limit_of_none_is_off),
        RULE(who_is_suspended_is_passed_over_on_the_waitlist_until_that_ends),
        RULE(a_restart_does_not_forget_when_a_suspension_ends),
        RULE(a_slot_that_began_cannot_be_rescheduled_away_from_its_strike),
        RULE(the_plate_that_was_promised_answers_from_the_slots_start_on),
        RULE(who_is_suspended_cannot_be_rescheduled_into_a_place),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
