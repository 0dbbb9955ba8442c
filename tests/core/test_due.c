/* What falls due: no-shows to the minute, in order, whoever looks and whenever. */
#include "fixture.h"

static void a_no_show_is_one_exactly_at_arrive_until(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00");
    int64_t until = fx_ms(f, "2026-11-25 09:00");
    fx_due(f, "2026-11-24 18:00");
    assert_int_equal(gs_book_next_due(f->book), fx_ms(f, "2026-11-25 00:00")); /* the day turns */
    fx_due(f, "2026-11-25 00:00");
    assert_int_equal(gs_book_next_due(f->book), fx_ms(f, "2026-11-25 08:00")); /* a new date opens */
    fx_due(f, "2026-11-25 08:00");
    assert_int_equal(gs_book_next_due(f->book), until);
    fx_at(f, "2026-11-25 09:00");
    f->now -= 1;
    gs_apply_due(f->book, f->now, &f->batch);
    assert_int_equal(f->batch.count, 0);
    assert_int_equal(fx_status(f, id), GS_BOOKED);
    fx_due(f, "2026-11-25 09:00");
    assert_int_equal(fx_status(f, id), GS_NO_SHOW);
    assert_int_equal(fx_get(f, id)->ended_ms, until);
    assert_int_equal(fx_booked(f, "morning"), 0);
    assert_int_equal(gs_book_next_due(f->book), fx_ms(f, "2026-11-25 18:00")); /* the next date is settled */
    assert_int_equal(f->store.last.type, GS_EV_NO_SHOW);
    assert_string_equal(f->store.last.from.window, "morning");
    assert_string_equal(f->store.last.actor.name, "gateslotd");
}

static void the_place_of_a_no_show_is_free_at_that_minute(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 5; i++) {
        BOOK(f, .slot = "08:00");
    }
    BOOK_MANY(f, 35, .windows = "morning");
    fx_at(f, "2026-11-25 09:00");
    int64_t waited = BOOK(f, .windows = "morning"); /* applies what is due first, so there is room in the window */
    assert_int_equal(waited, 0);                    /* yet its slots ahead are full */
    assert_int_equal(f->out.code, GS_CODE_FULL);
    assert_int_equal(fx_booked(f, "morning"), 35);
    assert_int_not_equal(BOOK(f, .walk_in = true), 0); /* and the gate can use the places */
    assert_int_equal(fx_booked(f, "morning"), 36);
}

static void it_does_not_matter_when_somebody_looks(void **state)
{
    struct fixture *f = *state;
    int64_t early = BOOK(f, .slot = "08:00"), late = BOOK(f, .slot = "09:00");
    fx_due(f, "2026-11-25 23:00"); /* nobody looked all day */
    assert_int_equal(fx_get(f, early)->updated_ms, fx_ms(f, "2026-11-25 09:00"));
    assert_int_equal(fx_get(f, late)->updated_ms, fx_ms(f, "2026-11-25 10:00"));
    assert_true(fx_get(f, early)->last_event < fx_get(f, late)->last_event);
}

static void equal_instants_go_by_slot_then_by_id(void **state)
{
    struct fixture *f = *state;
    int64_t later_slot = BOOK(f, .slot = "11:30"), earlier_slot = BOOK(f, .slot = "11:00");
    int64_t younger = BOOK(f, .slot = "11:00"); /* all three are due at 12:00, the window's end */
    fx_due(f, "2026-11-25 12:00");
    assert_true(fx_get(f, earlier_slot)->last_event < fx_get(f, younger)->last_event);
    assert_true(fx_get(f, younger)->last_event < fx_get(f, later_slot)->last_event);
}

static void a_no_shows_place_is_promoted_at_its_own_instant(void **state)
{
    struct fixture *f = *state;
    f->rules.promote_min = 0; /* so that a place that comes free in the running window can still be had */
    f->rules.cutoff_min = 0;
    f->rules.windows[0].capacity = 8;
    f->rules.late_grace_min = 0;
    gs_book_destroy(f->book);
    fx_open(f);
    for (int i = 0; i < 8; i++) {
        BOOK(f, .windows = "morning");
    }
    fx_capacity(f, "morning", 8, GS_EXCESS_REBOOK);
    struct gs_command c = fx_command(GS_CMD_CAPACITY_SET, 0);
    c.u.capacity.to = (struct gs_capacity){.date = fx_date(FX_DAY), .window = "morning", .slot_capacity = 8};
    fx_apply(f, &c); /* the window binds, its slots do not */
    int64_t waiting = BOOK(f, .windows = "morning", .wait = true);
    fx_due(f, "2026-11-25 08:45");
    assert_int_equal(fx_status(f, 1), GS_NO_SHOW);
    assert_int_equal(fx_status(f, waiting), GS_BOOKED);
    assert_int_equal(fx_get(f, waiting)->updated_ms, fx_ms(f, "2026-11-25 08:30"));
    assert_true(fx_starts(f, waiting, "2026-11-25 08:30"));
}

static void an_arrived_truck_never_becomes_a_no_show(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00");
    fx_at(f, "2026-11-25 07:00");
    fx_step(f, GS_CMD_ARRIVE, id);
    fx_due(f, "2026-11-25 08:00");
    assert_int_equal(gs_book_next_due(f->book), fx_ms(f, "2026-11-25 18:00")); /* the next date is settled */
    fx_due(f, "2026-11-25 19:00");
    assert_int_equal(fx_status(f, id), GS_ARRIVED);
    assert_int_equal(fx_step(f, GS_CMD_ENTER, id), GS_CODE_OK);
}

static void the_book_forgets_what_ended_before_yesterday(void **state)
{
    struct fixture *f = *state;
    int64_t gone = BOOK(f, .slot = "08:00"), inside = BOOK(f, .slot = "08:00");
    fx_at(f, "2026-11-25 08:00");
    fx_let_in(f, inside);
    fx_due(f, "2026-11-26 10:00");
    assert_int_equal(fx_status(f, gone), GS_NO_SHOW);
    fx_due(f, "2026-11-27 00:00");
    assert_null(gs_book_get(f->book, gone));
    assert_int_equal(fx_status(f, inside), GS_ENTERED);
    assert_int_equal(gs_book_count(f->book), 1);
    assert_int_equal(gs_book_first_date(f->book), fx_date("2026-11-26"));
    assert_int_equal(fx_step(f, GS_CMD_CLEAR, inside), GS_CODE_OK);
    assert_int_equal(fx_step(f, GS_CMD_DEPART, inside), GS_CODE_OK);
    /* a mistaken step can be taken back for 15 minutes on whatever day it was made */
    assert_int_equal(fx_step(f, GS_CMD_REVERT, inside), GS_CODE_OK);
    fx_due(f, "2026-12-03 23:50");
    assert_int_equal(fx_step(f, GS_CMD_DEPART, inside), GS_CODE_OK);
    fx_due(f, "2026-12-04 00:04");
    assert_int_equal(fx_step(f, GS_CMD_REVERT, inside), GS_CODE_OK);
    assert_int_equal(fx_step(f, GS_CMD_DEPART, inside), GS_CODE_OK);
    fx_due(f, "2026-12-05 23:59");
    assert_int_equal(fx_step_as(f, GS_CMD_REVERT, inside, GS_ROLE_GATE, "gate"), GS_CODE_TOO_LATE);
    fx_due(f, "2026-12-06 00:00");
    assert_int_equal(fx_step(f, GS_CMD_REVERT, inside), GS_CODE_NOT_FOUND);
    assert_int_equal(gs_book_count(f->book), 0);
}

static void weeks_without_a_look_leave_nothing_behind(void **state)
{
    struct fixture *f = *state;
    BOOK_MANY(f, 100, .date = FX_DAY);
    BOOK(f, .date = "2026-11-26");
    fx_due(f, "2027-02-01 12:00");
    assert_int_equal(gs_book_count(f->book), 0);
    assert_int_equal(fx_events(f, GS_EV_NO_SHOW, 0), 101);
    assert_int_equal(gs_book_today(f->book), fx_date("2027-02-01"));
    assert_int_not_equal(BOOK(f, .date = "2027-02-08"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_no_show_is_one_exactly_at_arrive_until, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(the_place_of_a_no_show_is_free_at_that_minute, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(it_does_not_matter_when_somebody_looks, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(equal_instants_go_by_slot_then_by_id, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_no_shows_place_is_promoted_at_its_own_instant, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(an_arrived_truck_never_becomes_a_no_show, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(the_book_forgets_what_ended_before_yesterday, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(weeks_without_a_look_leave_nothing_behind, fx_setup, fx_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
