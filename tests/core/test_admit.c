/* Admitting: arriving and entering in one command. That it comes to the same in every state is in test_gate_histories.c. */
#include "fixture.h"

static enum gs_code admit(struct fixture *f, int64_t id)
{
    return fx_step_as(f, GS_CMD_ADMIT, id, GS_ROLE_GATE, "tablet");
}

static void expect(const struct fixture *f, enum gs_decision decision, enum gs_gate_code code)
{
    assert_string_equal(gs_decision_name(f->out.decision), gs_decision_name(decision));
    assert_string_equal(gs_gate_code_name(f->out.gate_code), gs_gate_code_name(code));
}

static void a_truck_on_time_takes_one_command(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:30");
    fx_at(f, "2026-11-25 08:20");
    assert_int_equal(admit(f, id), GS_CODE_OK);
    expect(f, GS_ADMIT, GS_GATE_ON_TIME);
    assert_int_equal(fx_status(f, id), GS_ENTERED);
    assert_true(fx_get(f, id)->arrived_ms == f->now && fx_get(f, id)->entered_ms == f->now);
    assert_int_equal(fx_events(f, GS_EV_ARRIVED, id), 1);
    assert_int_equal(fx_events(f, GS_EV_ENTERED, id), 1);
    assert_int_equal(fx_get(f, id)->version, 3);
    assert_int_equal(f->store.last.version, 3);
}

static void an_early_truck_is_held_and_has_arrived(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:30");
    fx_at(f, "2026-11-25 07:30");
    assert_int_equal(admit(f, id), GS_CODE_OK);
    expect(f, GS_HOLD, GS_GATE_EARLY);
    assert_true(f->out.at_ms == fx_ms(f, "2026-11-25 08:00"));
    assert_int_equal(fx_status(f, id), GS_ARRIVED);
    assert_int_equal(admit(f, id), GS_CODE_OK); /* still held: nothing more happens */
    expect(f, GS_HOLD, GS_GATE_EARLY);
    assert_int_equal(fx_events(f, GS_EV_ARRIVED, id), 1);
    fx_at(f, "2026-11-25 08:00");
    assert_int_equal(admit(f, id), GS_CODE_OK); /* it only enters */
    expect(f, GS_ADMIT, GS_GATE_ON_TIME);
    assert_true(fx_get(f, id)->arrived_ms == fx_ms(f, "2026-11-25 07:30"));
}

static void the_last_bay_goes_to_one_of_two(void **state)
{
    struct fixture *f = *state;
    f->rules.bays = 1;
    int64_t first = BOOK(f, .slot = "08:00"), second = BOOK(f, .slot = "08:00");
    fx_at(f, "2026-11-25 08:00");
    assert_int_equal(admit(f, second), GS_CODE_OK);
    expect(f, GS_ADMIT, GS_GATE_ON_TIME);
    assert_int_equal(admit(f, first), GS_CODE_OK);
    expect(f, GS_HOLD, GS_GATE_YARD_FULL);
    assert_true(f->out.used == 1 && f->out.limit == 1);
    assert_int_equal(fx_status(f, first), GS_ARRIVED);
    assert_true(fx_get(f, first)->held_ms == f->now);
    assert_int_equal(gs_book_inside(f->book), 1);
}

static void a_supervisor_admits_past_a_full_yard_and_says_why(void **state)
{
    struct fixture *f = *state;
    f->rules.bays = 1;
    int64_t inside = BOOK(f, .slot = "08:00"), held = BOOK(f, .slot = "08:00"), early = BOOK(f, .slot = "11:00");
    fx_at(f, "2026-11-25 08:00");
    fx_let_in(f, inside);
    struct gs_command c = fx_command(GS_CMD_ADMIT, held);
    c.u.enter.override = true;
    c.reason[0] = '\0';
    assert_int_equal(fx_apply(f, &c), GS_CODE_VALIDATION);
    assert_int_equal(fx_status(f, held), GS_BOOKED);
    strcpy(c.reason, "fresh fish");
    c.actor.role = GS_ROLE_GATE;
    assert_int_equal(fx_apply(f, &c), GS_CODE_FORBIDDEN);
    assert_int_equal(fx_status(f, held), GS_BOOKED);
    c.actor.role = GS_ROLE_SUPERVISOR;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    expect(f, GS_ADMIT, GS_GATE_ON_TIME);
    assert_true(f->out.used == 1 && f->out.limit == 1 && f->store.last.override);
    assert_int_equal(gs_book_inside(f->book), 2);
    c.booking_id = early; /* it sets the bays aside, not the time */
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    expect(f, GS_HOLD, GS_GATE_EARLY);
}

static void what_cannot_arrive_is_refused_and_stays(void **state)
{
    struct fixture *f = *state;
    BOOK_MANY(f, 39, .windows = "morning");
    int64_t gone = BOOK(f, .windows = "morning"), waits = BOOK(f, .windows = "morning", .wait = true);
    int64_t tomorrow = BOOK(f, .date = "2026-11-26", .slot = "08:00"), late = BOOK(f, .slot = "12:00");
    fx_at(f, "2026-11-25 08:00");
    assert_int_equal(admit(f, waits), GS_CODE_WRONG_STATE);
    assert_int_equal(admit(f, tomorrow), GS_CODE_EARLY);
    assert_int_equal(fx_status(f, tomorrow), GS_BOOKED);
    fx_step(f, GS_CMD_CANCEL, gone);
    assert_int_equal(admit(f, gone), GS_CODE_WRONG_STATE);
    assert_int_equal(admit(f, 99999), GS_CODE_NOT_FOUND);
    fx_at(f, "2026-11-25 14:00");
    assert_int_equal(admit(f, late), GS_CODE_WRONG_STATE); /* a no-show by now */
    assert_int_equal(fx_status(f, late), GS_NO_SHOW);
    assert_int_equal(fx_step_as(f, GS_CMD_ADMIT, tomorrow, GS_ROLE_BACKEND, "mini"), GS_CODE_FORBIDDEN);
}

/* A suspended plate keeps the bookings that it has (rules/strikes.h): the gate lets it in. */
static void a_suspended_plate_is_admitted_on_what_it_has(void **state)
{
    struct fixture *f = *state;
    int64_t id = 0;
    f->rules.strike_limit = 1;
    BOOK(f, .slot = "08:00", .plate = "浙DTEST1");
    id = BOOK(f, .slot = "16:00", .plate = "浙DTEST1", .container = "CSQU3054383");
    fx_at(f, "2026-11-25 15:45");
    assert_int_equal(fx_events(f, GS_EV_STRIKE_RECORDED, 0), 0);
    fx_due(f, "2026-11-25 15:45");
    assert_int_equal(fx_events(f, GS_EV_NO_SHOW, 0), 1);
    assert_int_equal(admit(f, id), GS_CODE_OK);
    expect(f, GS_ADMIT, GS_GATE_ON_TIME);
}

static void a_revert_takes_one_step_back_and_another_the_other(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:30");
    fx_at(f, "2026-11-25 08:30");
    admit(f, id);
    assert_int_equal(fx_step(f, GS_CMD_REVERT, id), GS_CODE_OK);
    assert_true(fx_status(f, id) == GS_ARRIVED && fx_get(f, id)->arrived_ms == f->now &&
                fx_get(f, id)->entered_ms == 0);
    assert_int_equal(fx_step(f, GS_CMD_REVERT, id), GS_CODE_OK);
    assert_true(fx_status(f, id) == GS_BOOKED && fx_get(f, id)->arrived_ms == 0);
    assert_int_equal(admit(f, id), GS_CODE_OK);
    assert_int_equal(fx_status(f, id), GS_ENTERED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fx_setup, fx_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_truck_on_time_takes_one_command),
        TEST(an_early_truck_is_held_and_has_arrived),
        TEST(the_last_bay_goes_to_one_of_two),
        TEST(a_supervisor_admits_past_a_full_yard_and_says_why),
        TEST(what_cannot_arrive_is_refused_and_stays),
        TEST(a_suspended_plate_is_admitted_on_what_it_has),
        TEST(a_revert_takes_one_step_back_and_another_the_other),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
