/* Walk-ins: a place of the window that runs, near to now. */
#include "fixture.h"

static void a_walk_in_takes_the_present_slot_and_is_arrived(void **state)
{
    struct fixture *f = *state;
    fx_at(f, "2026-11-25 09:10");
    int64_t id = BOOK(f, .walk_in = true, .role = GS_ROLE_GATE, .owner = "gate1");
    const struct gs_booking *b = fx_get(f, id);
    assert_int_equal(b->status, GS_ARRIVED);
    assert_true(b->walk_in);
    assert_true(fx_starts(f, id, "2026-11-25 09:00"));
    assert_int_equal(b->arrived_ms, f->now);
    assert_int_equal(b->arrive_from_ms, f->now);
    assert_int_equal(b->arrive_until_ms, fx_ms(f, "2026-11-25 12:00"));
    assert_string_equal(b->owner, "gate1");
    assert_int_equal(fx_events(f, GS_EV_BOOKED, id), 1);
    assert_int_equal(fx_events(f, GS_EV_ARRIVED, id), 1);
    assert_int_equal(fx_step(f, GS_CMD_ENTER, id), GS_CODE_OK);
}

static void then_the_next_later_slot_then_the_latest_earlier(void **state)
{
    struct fixture *f = *state;
    BOOK_MANY(f, 5, .slot = "10:30");
    BOOK_MANY(f, 5, .slot = "11:30");
    fx_at(f, "2026-11-25 10:31");
    for (int i = 0; i < 5; i++) {
        assert_true(fx_starts(f, BOOK(f, .walk_in = true), "2026-11-25 11:00"));
    }
    assert_true(fx_starts(f, BOOK(f, .walk_in = true), "2026-11-25 10:00"));
}

static void a_full_window_offers_what_is_left_of_the_day(void **state)
{
    struct fixture *f = *state;
    BOOK_MANY(f, 40, .windows = "morning");
    fx_at(f, "2026-11-25 08:10");
    assert_int_equal(BOOK(f, .walk_in = true), 0);
    assert_int_equal(f->out.code, GS_CODE_FULL);
    assert_int_equal(f->out.alternatives[0].start_ms, fx_ms(f, "2026-11-25 12:00"));
}

static void outside_the_windows_it_is_closed(void **state)
{
    struct fixture *f = *state;
    fx_at(f, "2026-11-25 07:59");
    assert_int_equal(BOOK(f, .walk_in = true), 0);
    assert_int_equal(f->out.code, GS_CODE_CLOSED);
    fx_close(f, "morning", GS_EXCESS_REBOOK);
    fx_at(f, "2026-11-25 08:00");
    assert_int_equal(BOOK(f, .walk_in = true), 0);
    assert_int_equal(f->out.code, GS_CODE_CLOSED);
    assert_string_equal(f->out.reason, "flooded");
    fx_at(f, "2026-11-25 20:00");
    assert_int_equal(BOOK(f, .walk_in = true), 0);
    assert_int_equal(f->out.code, GS_CODE_CLOSED);
}

static void duplicates_hold_for_walk_ins(void **state)
{
    struct fixture *f = *state;
    int64_t morning = BOOK(f, .windows = "morning", .plate = "浙DTEST1", .slot = "11:00", .container = "CSQU3054383");
    fx_at(f, "2026-11-25 08:10");
    assert_int_equal(BOOK(f, .walk_in = true, .container = "CSQU3054383"), 0);
    assert_int_equal(f->out.code, GS_CODE_DUPLICATE_CONTAINER);
    assert_int_equal(BOOK(f, .walk_in = true, .plate = "浙DTEST1"), 0);
    assert_int_equal(f->out.code, GS_CODE_DUPLICATE_PLATE);
    assert_int_equal(f->out.other_id, morning);
}

static void backends_have_no_walk_ins(void **state)
{
    struct fixture *f = *state;
    fx_at(f, "2026-11-25 08:10");
    assert_int_equal(BOOK(f, .walk_in = true, .role = GS_ROLE_BACKEND), 0);
    assert_int_equal(f->out.code, GS_CODE_FORBIDDEN);
}

static void a_night_that_began_yesterday_takes_walk_ins(void **state)
{
    struct fixture *f = *state;
    f->rules.windows[2].start_min = 22 * 60;
    f->rules.windows[2].end_min = 26 * 60;
    gs_book_destroy(f->book);
    fx_open(f);
    fx_at(f, "2026-11-26 01:10");
    int64_t id = BOOK(f, .walk_in = true);
    assert_int_equal(fx_get(f, id)->wish.date, fx_date(FX_DAY));
    assert_true(fx_starts(f, id, "2026-11-26 01:00"));
}

static void a_refused_walk_in_that_comes_back_keeps_its_promise(void **state)
{
    struct fixture *f = *state;
    fx_at(f, "2026-11-25 09:10");
    int64_t id = BOOK(f, .walk_in = true);
    fx_step(f, GS_CMD_REFUSE, id);
    assert_int_equal(fx_step(f, GS_CMD_REVERT, id), GS_CODE_OK);
    assert_int_equal(fx_status(f, id), GS_ARRIVED);
    assert_int_equal(fx_get(f, id)->arrive_until_ms, fx_ms(f, "2026-11-25 12:00"));
}

static void a_truck_whose_request_waits_stands_by_and_takes_the_place_itself(void **state)
{
    struct fixture *f = *state;
    fx_capacity(f, "morning", 1, GS_EXCESS_REBOOK);
    int64_t gone = BOOK(f, .windows = "morning", .slot = "08:00");
    int64_t waits = BOOK(f, .windows = "morning", .plate = "浙D99999", .container = "BOX1", .wait = true);
    assert_int_equal(fx_status(f, waits), GS_WAITLISTED);
    fx_at(f, FX_DAY " 08:20");
    assert_int_equal(BOOK(f, .walk_in = true, .plate = "浙D99999", .container = "BOX1"), 0);
    assert_int_equal(f->out.code, GS_CODE_FULL);
    assert_int_equal(fx_step(f, GS_CMD_CANCEL, gone), GS_CODE_OK); /* too late to promote anybody */
    assert_int_equal(fx_status(f, waits), GS_WAITLISTED);
    assert_int_equal(BOOK(f, .walk_in = true, .plate = "浙D99999", .container = "BOX1"), waits);
    assert_int_equal(fx_status(f, waits), GS_ARRIVED);
    assert_false(fx_get(f, waits)->walk_in);
    assert_int_equal(fx_events(f, GS_EV_PROMOTED, waits), 1);
    assert_int_equal(fx_events(f, GS_EV_ARRIVED, waits), 1);
    assert_int_equal(fx_get(f, waits)->arrived_ms, f->now);
}

static void a_box_that_waits_may_come_on_another_tractor(void **state)
{
    struct fixture *f = *state;
    fx_capacity(f, "morning", 1, GS_EXCESS_REBOOK);
    int64_t gone = BOOK(f, .windows = "morning", .slot = "08:00");
    int64_t waits = BOOK(f, .windows = "morning", .container = "BOX1", .wait = true);
    fx_at(f, FX_DAY " 08:20");
    fx_step(f, GS_CMD_CANCEL, gone);
    assert_int_equal(BOOK(f, .walk_in = true, .plate = "浙D99999", .container = "BOX1"), waits);
    assert_string_equal(fx_get(f, waits)->truck.plate, "浙D99999");
}

static void those_who_stand_by_do_not_keep_others_out(void **state)
{
    struct fixture *f = *state;
    fx_capacity(f, "morning", 1, GS_EXCESS_REBOOK);
    int64_t gone = BOOK(f, .windows = "morning", .slot = "08:00");
    int64_t waits = BOOK(f, .windows = "morning", .wait = true);
    fx_at(f, FX_DAY " 08:20");
    fx_step(f, GS_CMD_CANCEL, gone);
    assert_int_not_equal(BOOK(f, .walk_in = true), 0);
    assert_int_equal(fx_status(f, waits), GS_WAITLISTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_walk_in_takes_the_present_slot_and_is_arrived, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(then_the_next_later_slot_then_the_latest_earlier, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_full_window_offers_what_is_left_of_the_day, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(outside_the_windows_it_is_closed, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(duplicates_hold_for_walk_ins, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(backends_have_no_walk_ins, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_night_that_began_yesterday_takes_walk_ins, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_refused_walk_in_that_comes_back_keeps_its_promise, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_truck_whose_request_waits_stands_by_and_takes_the_place_itself, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(a_box_that_waits_may_come_on_another_tractor, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(those_who_stand_by_do_not_keep_others_out, fx_setup, fx_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
