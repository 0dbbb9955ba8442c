/* A no-show taken back: the truck stands at the gate, and there is a place, or a rule against it. */
#include "fixture.h"

#define GATE GS_ROLE_GATE
#define SUPERVISOR GS_ROLE_SUPERVISOR
#define TRUCK "浙D99999"

/* A no-show of the 08:00 slot; the clock stands at 10:10. */
static int64_t missed(struct fixture *f)
{
    int64_t id = BOOK(f, .slot = "08:00", .plate = TRUCK, .container = "CSQU3054383");
    fx_at(f, "2026-11-25 10:10");
    fx_due(f, "2026-11-25 10:10");
    assert_int_equal(fx_status(f, id), GS_NO_SHOW);
    return id;
}

static void it_is_arrived_in_its_own_slot(void **state)
{
    struct fixture *f = *state;
    int64_t id = missed(f);
    assert_int_equal(fx_step_as(f, GS_CMD_REINSTATE, id, GATE, "gate"), GS_CODE_OK);
    const struct gs_booking *b = fx_get(f, id);
    assert_int_equal(b->status, GS_ARRIVED);
    assert_true(fx_starts(f, id, "2026-11-25 08:00"));
    assert_int_equal(b->arrived_ms, f->now);
    assert_int_equal(b->arrive_from_ms, f->now);
    assert_int_equal(b->arrive_until_ms, fx_ms(f, "2026-11-25 12:00"));
    assert_int_equal(b->ended_ms, 0);
    assert_int_equal(b->corrections, 1);
    assert_int_equal(f->store.last.type, GS_EV_REINSTATED);
    assert_int_equal(f->store.last.status_before, GS_NO_SHOW);
    assert_string_equal(f->store.last.to.window, "morning");
    assert_string_equal(f->store.last.reason, "because");
    assert_int_equal(fx_step(f, GS_CMD_ENTER, id), GS_CODE_OK);
    fx_reopen(f);
}

static void without_a_reason_or_twice_it_is_refused(void **state)
{
    struct fixture *f = *state;
    int64_t id = missed(f);
    struct gs_command c = fx_command(GS_CMD_REINSTATE, id);
    c.reason[0] = '\0';
    assert_int_equal(fx_apply(f, &c), GS_CODE_VALIDATION);
    assert_string_equal(f->out.faults.list[0].pointer, "/reason");
    assert_int_equal(fx_step(f, GS_CMD_REINSTATE, id), GS_CODE_OK);
    assert_int_equal(fx_step(f, GS_CMD_REINSTATE, id), GS_CODE_WRONG_STATE);
    assert_int_equal(f->out.status, GS_ARRIVED);
}

static void only_a_no_show_is_reinstated_and_not_by_its_client(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00", .role = GS_ROLE_BACKEND);
    assert_int_equal(fx_step(f, GS_CMD_REINSTATE, id), GS_CODE_WRONG_STATE);
    assert_int_equal(fx_step_as(f, GS_CMD_REINSTATE, id, GS_ROLE_BACKEND, "mini"), GS_CODE_FORBIDDEN);
    fx_at(f, "2026-11-25 08:10");
    fx_step(f, GS_CMD_CANCEL, id); /* late: counts as a no-show, but nobody came for it */
    assert_int_equal(fx_step(f, GS_CMD_REINSTATE, id), GS_CODE_WRONG_STATE);
}

static void when_its_own_slot_is_taken_it_gets_another_of_the_window(void **state)
{
    struct fixture *f = *state;
    fx_capacity(f, "morning", 8, GS_EXCESS_REBOOK); /* one a slot */
    int64_t id = BOOK(f, .slot = "08:00", .plate = TRUCK);
    for (int i = 0; i < 7; i++) { /* walk-ins take the present slot and those behind it, then those before */
        fx_at(f, "2026-11-25 09:10");
        assert_int_not_equal(BOOK(f, .walk_in = true), 0);
    }
    assert_int_equal(fx_status(f, id), GS_NO_SHOW);
    assert_int_equal(fx_step(f, GS_CMD_REINSTATE, id), GS_CODE_OK);
    assert_int_equal(fx_booked(f, "morning"), 8);
}

static void a_full_window_refuses_it_and_nothing_is_changed(void **state)
{
    struct fixture *f = *state;
    fx_capacity(f, "morning", 8, GS_EXCESS_REBOOK);
    int64_t id = BOOK(f, .slot = "08:00", .plate = TRUCK), version = 0;
    fx_at(f, "2026-11-25 09:10");
    assert_int_equal(BOOK_MANY(f, 8, .walk_in = true), 8);
    version = fx_get(f, id)->version;
    assert_int_equal(fx_step(f, GS_CMD_REINSTATE, id), GS_CODE_FULL);
    assert_true(f->out.alternative_count > 0);
    assert_int_equal(fx_status(f, id), GS_NO_SHOW);
    assert_int_equal(fx_get(f, id)->version, version);
    assert_int_equal(fx_booked(f, "morning"), 8);
}

static void when_its_window_is_over_it_gets_a_place_of_the_present_one(void **state)
{
    struct fixture *f = *state;
    int64_t id = missed(f);
    fx_at(f, "2026-11-25 12:40");
    assert_int_equal(fx_step(f, GS_CMD_REINSTATE, id), GS_CODE_OK);
    assert_string_equal(fx_get(f, id)->window, "midday");
    assert_true(fx_starts(f, id, "2026-11-25 12:30"));
    assert_int_equal(fx_booked(f, "midday"), 1);
    assert_int_equal(fx_get(f, id)->arrive_until_ms, fx_ms(f, "2026-11-25 16:00"));
    fx_reopen(f); /* what its company and its windows are counted by is the same */
}

static void no_window_or_a_closed_one_is_closed(void **state)
{
    struct fixture *f = *state;
    int64_t id = missed(f);
    fx_close(f, "morning", GS_EXCESS_KEEP);
    assert_int_equal(fx_step(f, GS_CMD_REINSTATE, id), GS_CODE_CLOSED);
    fx_at(f, "2026-11-25 20:00");
    assert_int_equal(fx_step(f, GS_CMD_REINSTATE, id), GS_CODE_CLOSED);
    assert_int_equal(fx_status(f, id), GS_NO_SHOW);
}

static void another_day_is_too_late(void **state)
{
    struct fixture *f = *state;
    int64_t id = missed(f);
    fx_at(f, "2026-11-26 09:00");
    assert_int_equal(fx_step(f, GS_CMD_REINSTATE, id), GS_CODE_TOO_LATE);
    assert_int_equal(f->out.at_ms, fx_ms(f, "2026-11-26 00:00"));
    assert_int_equal(fx_status(f, id), GS_NO_SHOW);
}

static void whoever_has_its_box_or_its_plate_meanwhile_stands_in_the_way(void **state)
{
    struct fixture *f = *state;
    int64_t id = missed(f);
    int64_t box = BOOK(f, .date = "2026-11-26", .container = "CSQU3054383");
    assert_int_equal(fx_step(f, GS_CMD_REINSTATE, id), GS_CODE_DUPLICATE_CONTAINER);
    assert_int_equal(f->out.other_id, box);
    fx_step(f, GS_CMD_CANCEL, box);
    int64_t plate = BOOK(f, .walk_in = true, .plate = TRUCK);
    assert_int_equal(fx_step(f, GS_CMD_REINSTATE, id), GS_CODE_DUPLICATE_PLATE);
    assert_int_equal(f->out.other_id, plate);
}

static void its_client_may_have_given_its_reference_to_another(void **state)
{
    struct fixture *f = *state;
    struct gs_command c = fx_command(GS_CMD_BOOK, 0);
    int64_t ids[2];
    for (int i = 0; i < 2; i++) {
        c.u.book.wish = (struct gs_wish){.date = fx_date(FX_DAY), .slot_min = i == 0 ? 480 : 1140};
        strcpy(c.u.book.reference, "PO-1");
        strcpy(c.u.book.truck.plate, i == 0 ? "浙D00001" : "浙D00002");
        strcpy(c.u.book.truck.containers[0], i == 0 ? "CSQU0000001" : "CSQU0000002");
        c.u.book.truck.container_count = 1;
        c.random = (uint64_t)i;
        assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
        ids[i] = f->out.booking->id;
        fx_at(f, "2026-11-25 10:10");
    }
    assert_int_equal(fx_step(f, GS_CMD_REINSTATE, ids[0]), GS_CODE_DUPLICATE_REFERENCE);
    assert_int_equal(f->out.other_id, ids[1]);
    fx_step(f, GS_CMD_CANCEL, ids[1]);
    assert_int_equal(fx_step(f, GS_CMD_REINSTATE, ids[0]), GS_CODE_OK);
}

static void bays_do_not_matter_but_overstaying_trucks_do(void **state)
{
    struct fixture *f = *state;
    f->rules.bays = 1;
    int64_t id = missed(f), other = BOOK(f, .walk_in = true);
    fx_step(f, GS_CMD_ENTER, other);
    assert_int_equal(fx_step(f, GS_CMD_REINSTATE, id), GS_CODE_OK);
    assert_int_equal(fx_step(f, GS_CMD_ENTER, id), GS_CODE_YARD_FULL);
}

static void one_that_came_in_time_unnoticed_keeps_its_promise(void **state)
{
    struct fixture *f = *state;
    int64_t id = missed(f);
    assert_int_equal(fx_step_at(f, GS_CMD_REINSTATE, id, GATE, "2026-11-25 08:50"), GS_CODE_TOO_LATE);
    assert_int_equal(fx_step_at(f, GS_CMD_REINSTATE, id, SUPERVISOR, "2026-11-24 23:00"), GS_CODE_EARLY);
    assert_int_equal(fx_step_at(f, GS_CMD_REINSTATE, id, SUPERVISOR, "2026-11-25 10:11"), GS_CODE_VALIDATION);
    assert_int_equal(fx_step_at(f, GS_CMD_REINSTATE, id, SUPERVISOR, "2026-11-25 08:50"), GS_CODE_OK);
    assert_int_equal(fx_get(f, id)->arrived_ms, fx_ms(f, "2026-11-25 08:50"));
    assert_int_equal(fx_get(f, id)->arrive_from_ms, fx_ms(f, "2026-11-25 07:30"));
    assert_int_equal(fx_get(f, id)->arrive_until_ms, fx_ms(f, "2026-11-25 09:00"));
    assert_int_equal(f->store.last.happened_ms, fx_ms(f, "2026-11-25 08:50"));
}

static void taken_back_within_its_promise_it_is_due_again(void **state)
{
    struct fixture *f = *state;
    int64_t id = missed(f);
    fx_step(f, GS_CMD_REINSTATE, id);
    fx_at(f, "2026-11-25 10:20");
    assert_int_equal(fx_step(f, GS_CMD_REVERT, id), GS_CODE_OK);
    assert_int_equal(fx_status(f, id), GS_BOOKED);
    fx_due(f, "2026-11-25 12:00");
    assert_int_equal(fx_status(f, id), GS_NO_SHOW);
}

static void with_strikes(struct fixture *f, int32_t limit)
{
    f->rules.strike_limit = limit;
    f->rules.strike_days = 30;
    f->rules.suspend_days = 7;
}

static bool suspended(struct fixture *f)
{
    return BOOK(f, .date = "2026-11-27", .windows = "evening", .plate = TRUCK) == 0 && f->out.code == GS_CODE_SUSPENDED;
}

static void its_strike_goes_with_it_and_the_suspension_that_rested_on_it(void **state)
{
    struct fixture *f = *state;
    with_strikes(f, 1);
    int64_t id = missed(f);
    assert_true(suspended(f));
    assert_int_equal(fx_step(f, GS_CMD_REINSTATE, id), GS_CODE_OK);
    assert_false(suspended(f));
    fx_reopen(f);
    assert_int_equal(fx_status(f, id), GS_ARRIVED);
}

static void suspended_by_other_strikes_it_gets_no_place(void **state)
{
    struct fixture *f = *state;
    with_strikes(f, 1);
    int64_t id = BOOK(f, .slot = "08:00", .plate = TRUCK), later = BOOK(f, .slot = "12:00", .plate = TRUCK);
    fx_at(f, "2026-11-25 14:00");
    assert_int_equal(fx_step(f, GS_CMD_REINSTATE, later), GS_CODE_SUSPENDED);
    assert_int_equal(f->out.used, 1);
    assert_int_equal(f->out.at_ms, fx_ms(f, "2026-12-02 09:00")); /* a week from the other's 09:00 */
    assert_int_equal(fx_status(f, later), GS_NO_SHOW);
    assert_int_equal(fx_step(f, GS_CMD_REINSTATE, id), GS_CODE_SUSPENDED);
    assert_int_equal(f->out.at_ms, fx_ms(f, "2026-12-02 13:00"));
}

/* One that waits was passed over because its plate was suspended: it is served as soon as that is over. */
static void who_waits_with_its_plate_is_served_when_the_suspension_goes(void **state)
{
    struct fixture *f = *state;
    with_strikes(f, 1);
    fx_at(f, "2026-11-25 07:00");
    fx_capacity(f, "evening", 0, GS_EXCESS_REBOOK);
    int64_t waits = BOOK(f, .windows = "evening", .plate = TRUCK, .wait = true);
    assert_int_equal(fx_status(f, waits), GS_WAITLISTED);
    int64_t id = BOOK(f, .slot = "08:00", .plate = TRUCK);
    fx_due(f, "2026-11-25 10:10");
    fx_capacity(f, "evening", 5, GS_EXCESS_REBOOK);
    assert_int_equal(fx_status(f, waits), GS_WAITLISTED);
    assert_int_equal(fx_step(f, GS_CMD_REINSTATE, id), GS_CODE_OK);
    assert_int_equal(fx_status(f, waits), GS_BOOKED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_is_arrived_in_its_own_slot, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(without_a_reason_or_twice_it_is_refused, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(only_a_no_show_is_reinstated_and_not_by_its_client, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(when_its_own_slot_is_taken_it_gets_another_of_the_window, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(a_full_window_refuses_it_and_nothing_is_changed, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(when_its_window_is_over_it_gets_a_place_of_the_present_one, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(no_window_or_a_closed_one_is_closed, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(another_day_is_too_late, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(whoever_has_its_box_or_its_plate_meanwhile_stands_in_the_way, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(its_client_may_have_given_its_reference_to_another, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(bays_do_not_matter_but_overstaying_trucks_do, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(one_that_came_in_time_unnoticed_keeps_its_promise, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(taken_back_within_its_promise_it_is_due_again, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(its_strike_goes_with_it_and_the_suspension_that_rested_on_it, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(suspended_by_other_strikes_it_gets_no_place, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(who_waits_with_its_plate_is_served_when_the_suspension_goes, fx_setup,
                                        fx_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
