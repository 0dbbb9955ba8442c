/* The gate's steps and what takes them back; cancelling. */
#include "fixture.h"

static void a_day_at_the_gate_leaves_its_times(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00");
    fx_at(f, "2026-11-25 07:50");
    fx_let_in(f, id);
    assert_int_equal(gs_book_inside(f->book), 1);
    fx_at(f, "2026-11-25 09:00");
    assert_int_equal(fx_step(f, GS_CMD_CLEAR, id), GS_CODE_OK);
    fx_at(f, "2026-11-25 09:20");
    assert_int_equal(fx_step(f, GS_CMD_DEPART, id), GS_CODE_OK);
    const struct gs_booking *b = fx_get(f, id);
    assert_int_equal(b->arrived_ms, fx_ms(f, "2026-11-25 07:50"));
    assert_int_equal(b->entered_ms, fx_ms(f, "2026-11-25 07:50"));
    assert_int_equal(b->cleared_ms, fx_ms(f, "2026-11-25 09:00"));
    assert_int_equal(b->departed_ms, fx_ms(f, "2026-11-25 09:20"));
    assert_int_equal(gs_book_inside(f->book), 0);
    assert_int_equal(fx_booked(f, "morning"), 1); /* a place is turned over once */
}

static void steps_out_of_order_are_refused_with_the_state(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00");
    fx_at(f, "2026-11-25 08:00");
    assert_int_equal(fx_step(f, GS_CMD_ENTER, id), GS_CODE_WRONG_STATE);
    assert_int_equal(f->out.status, GS_BOOKED);
    assert_int_equal(fx_step(f, GS_CMD_CLEAR, id), GS_CODE_WRONG_STATE);
    fx_let_in(f, id);
    assert_int_equal(fx_step(f, GS_CMD_ARRIVE, id), GS_CODE_WRONG_STATE);
    assert_int_equal(fx_step(f, GS_CMD_DEPART, id), GS_CODE_WRONG_STATE);
    assert_int_equal(fx_step(f, GS_CMD_CANCEL, id), GS_CODE_WRONG_STATE);
    assert_int_equal(fx_step(f, GS_CMD_REFUSE, id), GS_CODE_WRONG_STATE);
    assert_int_equal(f->out.status, GS_ENTERED);
}

static void a_truck_arrives_on_its_day_from_midnight(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00");
    fx_at(f, "2026-11-24 23:59");
    assert_int_equal(fx_step(f, GS_CMD_ARRIVE, id), GS_CODE_EARLY);
    assert_int_equal(f->out.at_ms, fx_ms(f, "2026-11-25 00:00"));
    fx_at(f, "2026-11-25 00:00");
    assert_int_equal(fx_step(f, GS_CMD_ARRIVE, id), GS_CODE_OK);
}

static void who_is_early_waits_until_arrive_from(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:30");
    fx_at(f, "2026-11-25 07:59");
    fx_step(f, GS_CMD_ARRIVE, id);
    assert_int_equal(fx_step(f, GS_CMD_ENTER, id), GS_CODE_EARLY);
    assert_int_equal(f->out.at_ms, fx_ms(f, "2026-11-25 08:00"));
    fx_at(f, "2026-11-25 08:00");
    assert_int_equal(fx_step(f, GS_CMD_ENTER, id), GS_CODE_OK);
}

static void too_late_to_arrive_is_a_no_show(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00");
    fx_at(f, "2026-11-25 09:00");
    assert_int_equal(fx_step(f, GS_CMD_ARRIVE, id), GS_CODE_WRONG_STATE);
    assert_int_equal(f->out.status, GS_NO_SHOW);
}

static void a_full_yard_holds_but_for_a_supervisor_with_a_reason(void **state)
{
    struct fixture *f = *state;
    f->rules.bays = 1;
    int64_t first = BOOK(f, .slot = "08:00"), second = BOOK(f, .slot = "08:00");
    fx_at(f, "2026-11-25 08:00");
    fx_let_in(f, first);
    fx_step(f, GS_CMD_ARRIVE, second);
    assert_int_equal(fx_step(f, GS_CMD_ENTER, second), GS_CODE_YARD_FULL);
    assert_int_equal(f->out.used, 1);
    assert_int_equal(f->out.limit, 1);
    struct gs_command c = fx_command(GS_CMD_ENTER, second);
    c.u.enter.override = true;
    c.reason[0] = '\0';
    assert_int_equal(fx_apply(f, &c), GS_CODE_VALIDATION);
    assert_string_equal(f->out.faults.list[0].pointer, "/reason");
    strcpy(c.reason, "perishable");
    c.actor.role = GS_ROLE_GATE;
    assert_int_equal(fx_apply(f, &c), GS_CODE_FORBIDDEN);
    c.actor.role = GS_ROLE_SUPERVISOR;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_true(f->store.last.override);
    assert_string_equal(f->store.last.reason, "perishable");
    assert_int_equal(gs_book_inside(f->book), 2);
}

/* One truck inside and another, arrived, that the one bay keeps waiting. */
static int64_t hold_one(struct fixture *f)
{
    f->rules.bays = 1;
    int64_t first = BOOK(f, .slot = "08:00"), second = BOOK(f, .slot = "08:00");
    fx_at(f, "2026-11-25 08:00");
    fx_let_in(f, first);
    fx_step(f, GS_CMD_ARRIVE, second);
    fx_at(f, "2026-11-25 08:05");
    assert_int_equal(fx_step(f, GS_CMD_ENTER, second), GS_CODE_YARD_FULL);
    return second;
}

static void who_was_held_for_lack_of_a_bay_keeps_the_first_time(void **state)
{
    struct fixture *f = *state;
    int64_t held = hold_one(f);
    fx_at(f, "2026-11-25 08:10");
    assert_int_equal(fx_step(f, GS_CMD_ENTER, held), GS_CODE_YARD_FULL);
    assert_int_equal(fx_get(f, held)->held_ms, fx_ms(f, "2026-11-25 08:05"));
    assert_int_equal(f->store.bookings[held - 1].held_ms, fx_ms(f, "2026-11-25 08:05"));
}

static void being_held_is_no_change_of_the_booking(void **state)
{
    struct fixture *f = *state;
    f->rules.bays = 0;
    int64_t id = BOOK(f, .slot = "08:00");
    fx_at(f, "2026-11-25 08:00");
    fx_step(f, GS_CMD_ARRIVE, id);
    struct gs_booking before = *fx_get(f, id);
    int64_t seq = gs_book_seq(f->book);
    fx_at(f, "2026-11-25 08:05");
    fx_step(f, GS_CMD_ENTER, id);
    before.held_ms = fx_ms(f, "2026-11-25 08:05");
    assert_memory_equal(fx_get(f, id), &before, sizeof before);
    assert_int_equal(gs_book_seq(f->book), seq);
}

static void the_gate_s_question_holds_nobody(void **state)
{
    struct fixture *f = *state;
    struct gs_gate_verdict verdict;
    f->rules.bays = 0;
    int64_t id = BOOK(f, .slot = "08:00", .plate = "浙DTEST1");
    fx_at(f, "2026-11-25 08:00");
    fx_step(f, GS_CMD_ARRIVE, id);
    gs_book_gate_check(f->book, "浙DTEST1", NULL, NULL, &verdict);
    assert_int_equal(verdict.code, GS_GATE_YARD_FULL);
    assert_int_equal(fx_get(f, id)->held_ms, 0);
}

static void a_hold_outlives_what_is_taken_back_later_but_not_the_arrival(void **state)
{
    struct fixture *f = *state;
    int64_t held = hold_one(f);
    struct gs_command c = fx_command(GS_CMD_ENTER, held);
    c.u.enter.override = true;
    strcpy(c.reason, "perishable");
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(fx_step(f, GS_CMD_REVERT, held), GS_CODE_OK);
    assert_int_equal(fx_get(f, held)->held_ms, fx_ms(f, "2026-11-25 08:05"));
    assert_int_equal(fx_step(f, GS_CMD_REVERT, held), GS_CODE_OK);
    assert_int_equal(fx_status(f, held), GS_BOOKED);
    assert_int_equal(fx_get(f, held)->held_ms, 0);
}

static void a_walk_in_is_held_like_any_other(void **state)
{
    struct fixture *f = *state;
    f->rules.bays = 0;
    fx_at(f, "2026-11-25 08:00");
    int64_t id = BOOK(f, .walk_in = true);
    assert_int_equal(fx_step(f, GS_CMD_ENTER, id), GS_CODE_YARD_FULL);
    assert_int_equal(fx_get(f, id)->held_ms, f->now);
}

static void an_override_that_was_not_needed_is_not_recorded_as_one(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00");
    fx_at(f, "2026-11-25 08:00");
    fx_step(f, GS_CMD_ARRIVE, id);
    struct gs_command c = fx_command(GS_CMD_ENTER, id);
    c.u.enter.override = true;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_false(f->store.last.override);
}

static void refusing_needs_a_reason_and_frees_the_place(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00");
    struct gs_command c = fx_command(GS_CMD_REFUSE, id);
    c.reason[0] = '\0';
    assert_int_equal(fx_apply(f, &c), GS_CODE_VALIDATION);
    assert_int_equal(f->out.faults.list[0].kind, GS_FAULT_REQUIRED);
    assert_int_equal(fx_step(f, GS_CMD_REFUSE, id), GS_CODE_OK);
    assert_int_equal(fx_booked(f, "morning"), 0);
    assert_string_equal(f->store.last.reason, "because");
    assert_int_equal(fx_get(f, id)->ended_ms, f->now);
}

static void every_step_can_be_taken_back(void **state)
{
    struct fixture *f = *state;
    static const enum gs_command_kind steps[] = {GS_CMD_ARRIVE, GS_CMD_ENTER, GS_CMD_CLEAR, GS_CMD_DEPART};
    static const enum gs_status before[] = {GS_BOOKED, GS_ARRIVED, GS_ENTERED, GS_CLEARED};
    int64_t id = BOOK(f, .slot = "08:00");
    fx_at(f, "2026-11-25 08:00");
    for (int i = 0; i < 4; i++) {
        assert_int_equal(fx_step(f, steps[i], id), GS_CODE_OK);
        assert_int_equal(fx_step(f, GS_CMD_REVERT, id), GS_CODE_OK);
        assert_int_equal(fx_status(f, id), before[i]);
        assert_int_equal(f->store.last.type, GS_EV_REVERTED);
        assert_int_equal(fx_step(f, steps[i], id), GS_CODE_OK);
    }
    fx_step(f, GS_CMD_REVERT, id);
    fx_step(f, GS_CMD_REVERT, id);
    assert_int_equal(fx_status(f, id), GS_ENTERED);
    assert_int_equal(fx_get(f, id)->cleared_ms, 0);
    assert_int_equal(fx_get(f, id)->departed_ms, 0);
    assert_int_equal(gs_book_inside(f->book), 1);
}

static void a_booking_has_no_step_to_take_back(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00");
    assert_int_equal(fx_step(f, GS_CMD_REVERT, id), GS_CODE_WRONG_STATE);
    fx_step(f, GS_CMD_CANCEL, id);
    assert_int_equal(fx_step(f, GS_CMD_REVERT, id), GS_CODE_WRONG_STATE);
}

static void after_fifteen_minutes_a_step_stands(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00");
    fx_at(f, "2026-11-25 08:00");
    fx_step(f, GS_CMD_ARRIVE, id);
    fx_at(f, "2026-11-25 08:15");
    assert_int_equal(fx_step(f, GS_CMD_REVERT, id), GS_CODE_OK);
    fx_step(f, GS_CMD_ARRIVE, id);
    fx_at(f, "2026-11-25 08:30");
    f->now += 1;
    assert_int_equal(fx_step_as(f, GS_CMD_REVERT, id, GS_ROLE_GATE, "gate"), GS_CODE_TOO_LATE);
    assert_int_equal(f->out.at_ms, fx_ms(f, "2026-11-25 08:30"));
}

static void a_refused_truck_comes_back_to_its_slot_if_there_is_room(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00");
    fx_at(f, "2026-11-25 07:00");
    fx_step(f, GS_CMD_ARRIVE, id);
    fx_step(f, GS_CMD_REFUSE, id);
    assert_int_equal(fx_step(f, GS_CMD_REVERT, id), GS_CODE_OK);
    assert_int_equal(fx_status(f, id), GS_ARRIVED);
    assert_true(fx_starts(f, id, "2026-11-25 08:00"));
    assert_int_equal(fx_get(f, id)->ended_ms, 0);
    assert_int_equal(fx_slot_booked(f, "2026-11-25 08:00"), 1);
    fx_step(f, GS_CMD_REFUSE, id);
    BOOK_MANY(f, 5, .slot = "08:00");
    assert_int_equal(fx_step(f, GS_CMD_REVERT, id), GS_CODE_FULL);
    assert_true(f->out.alternative_count > 0);
    assert_int_equal(fx_status(f, id), GS_REFUSED);
}

static void who_comes_back_finds_nobody_with_its_plate_or_box(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00", .plate = "浙DTEST1", .container = "CSQU3054383");
    fx_step(f, GS_CMD_REFUSE, id);
    int64_t box = BOOK(f, .date = "2026-11-26", .container = "CSQU3054383");
    assert_int_equal(fx_step(f, GS_CMD_REVERT, id), GS_CODE_DUPLICATE_CONTAINER);
    assert_int_equal(f->out.other_id, box);
    fx_step(f, GS_CMD_CANCEL, box);
    int64_t plate = BOOK(f, .slot = "09:00", .plate = "浙DTEST1");
    assert_int_equal(fx_step(f, GS_CMD_REVERT, id), GS_CODE_DUPLICATE_PLATE);
    assert_int_equal(f->out.other_id, plate);
    fx_step(f, GS_CMD_CANCEL, plate);
    assert_int_equal(fx_step(f, GS_CMD_REVERT, id), GS_CODE_OK);
}

static void reverting_a_departure_is_never_blocked_by_the_bays(void **state)
{
    struct fixture *f = *state;
    f->rules.bays = 1;
    int64_t first = BOOK(f, .slot = "08:00"), second = BOOK(f, .slot = "08:00");
    fx_at(f, "2026-11-25 08:00");
    fx_let_in(f, first);
    fx_step(f, GS_CMD_CLEAR, first);
    fx_step(f, GS_CMD_DEPART, first);
    fx_let_in(f, second);
    assert_int_equal(fx_step(f, GS_CMD_REVERT, first), GS_CODE_OK);
    assert_int_equal(gs_book_inside(f->book), 2);
}

static void the_gate_steps_are_not_for_backends(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00", .role = GS_ROLE_BACKEND);
    static const enum gs_command_kind steps[] = {GS_CMD_ARRIVE, GS_CMD_ENTER,  GS_CMD_CLEAR,
                                                 GS_CMD_DEPART, GS_CMD_REFUSE, GS_CMD_REVERT};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        assert_int_equal(fx_step_as(f, steps[i], id, GS_ROLE_BACKEND, "mini"), GS_CODE_FORBIDDEN);
    }
}

static void cancelling_frees_the_place_until_arrival(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00");
    assert_int_equal(fx_step(f, GS_CMD_CANCEL, id), GS_CODE_OK);
    assert_int_equal(fx_status(f, id), GS_CANCELLED);
    assert_false(fx_get(f, id)->late_cancel);
    assert_int_equal(fx_booked(f, "morning"), 0);
    assert_string_equal(f->store.last.from.window, "morning");
    assert_string_equal(f->store.last.to.window, "");
    assert_int_equal(fx_step(f, GS_CMD_CANCEL, id), GS_CODE_WRONG_STATE);
}

static void cancelling_after_the_slot_began_is_late(void **state)
{
    struct fixture *f = *state;
    int64_t in_time = BOOK(f, .slot = "08:00"), late = BOOK(f, .slot = "08:00");
    fx_at(f, "2026-11-25 08:00");
    f->now -= 1;
    fx_step(f, GS_CMD_CANCEL, in_time);
    assert_false(fx_get(f, in_time)->late_cancel);
    f->now += 1;
    fx_step(f, GS_CMD_CANCEL, late);
    assert_true(fx_get(f, late)->late_cancel);
    assert_true(f->store.last.late);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_day_at_the_gate_leaves_its_times, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(steps_out_of_order_are_refused_with_the_state, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_truck_arrives_on_its_day_from_midnight, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(who_is_early_waits_until_arrive_from, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(too_late_to_arrive_is_a_no_show, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_full_yard_holds_but_for_a_supervisor_with_a_reason, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(who_was_held_for_lack_of_a_bay_keeps_the_first_time, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(being_held_is_no_change_of_the_booking, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(the_gate_s_question_holds_nobody, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_hold_outlives_what_is_taken_back_later_but_not_the_arrival, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(a_walk_in_is_held_like_any_other, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(an_override_that_was_not_needed_is_not_recorded_as_one, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(refusing_needs_a_reason_and_frees_the_place, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(every_step_can_be_taken_back, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_booking_has_no_step_to_take_back, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(after_fifteen_minutes_a_step_stands, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_refused_truck_comes_back_to_its_slot_if_there_is_room, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(who_comes_back_finds_nobody_with_its_plate_or_box, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(reverting_a_departure_is_never_blocked_by_the_bays, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(the_gate_steps_are_not_for_backends, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(cancelling_frees_the_place_until_arrival, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(cancelling_after_the_slot_began_is_late, fx_setup, fx_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
