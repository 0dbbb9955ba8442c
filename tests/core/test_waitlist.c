/* The waitlist: its order, promotion as places come free, expiry. */
#include "fixture.h"

static void fill_morning(struct fixture *f)
{
    assert_int_equal(BOOK_MANY(f, 40, .windows = "morning"), 40);
}

static void a_cancelled_place_goes_to_the_first_on_the_waitlist(void **state)
{
    struct fixture *f = *state;
    fill_morning(f);
    int64_t first = BOOK(f, .windows = "morning", .wait = true);
    int64_t second = BOOK(f, .windows = "morning", .wait = true);
    assert_int_equal(f->out.waitlist_position, 2);
    fx_step(f, GS_CMD_CANCEL, 3);
    assert_int_equal(fx_status(f, first), GS_BOOKED);
    assert_int_equal(fx_status(f, second), GS_WAITLISTED);
    assert_int_equal(gs_book_waitlist_position(f->book, fx_get(f, second)), 1);
    assert_int_equal(fx_get(f, first)->slot_start_ms, fx_get(f, 3)->slot_start_ms);
    assert_int_equal(f->store.last.type, GS_EV_PROMOTED);
    assert_int_equal(f->store.last.actor.role, GS_ROLE_SYSTEM);
    assert_int_equal(f->store.last.status_before, GS_WAITLISTED);
    assert_string_equal(f->store.last.to.window, "morning");
}

static void urgent_goes_before_those_who_waited_longer(void **state)
{
    struct fixture *f = *state;
    fill_morning(f);
    int64_t normal = BOOK(f, .windows = "morning", .wait = true);
    f->now += GS_MINUTE_MS;
    int64_t urgent = BOOK(f, .windows = "morning", .wait = true, .urgent = true);
    assert_int_equal(f->out.waitlist_position, 1);
    assert_int_equal(gs_book_waitlist_position(f->book, fx_get(f, normal)), 2);
    fx_step(f, GS_CMD_CANCEL, 1);
    assert_int_equal(fx_status(f, urgent), GS_BOOKED);
    assert_int_equal(fx_status(f, normal), GS_WAITLISTED);
}

static void displaced_goes_before_urgent(void **state)
{
    struct fixture *f = *state;
    fill_morning(f);
    int64_t urgent = BOOK(f, .windows = "morning", .wait = true, .urgent = true);
    int64_t displaced = BOOK(f, .windows = "morning", .wait = true);
    f->store.untold = true;
    f->store.bookings[displaced - 1].displaced = true; /* as a cut of capacity will leave it */
    fx_reopen(f);
    assert_int_equal(gs_book_waitlist_position(f->book, fx_get(f, displaced)), 1);
    fx_step(f, GS_CMD_CANCEL, 1);
    assert_int_equal(fx_status(f, displaced), GS_BOOKED);
    assert_false(fx_get(f, displaced)->displaced);
    assert_int_equal(fx_status(f, urgent), GS_WAITLISTED);
}

static void one_who_cannot_use_the_place_does_not_block_those_behind(void **state)
{
    struct fixture *f = *state;
    fill_morning(f);
    BOOK_MANY(f, 40, .windows = "midday");
    int64_t for_midday = BOOK(f, .windows = "midday", .wait = true);
    int64_t for_morning = BOOK(f, .windows = "morning", .wait = true);
    fx_step(f, GS_CMD_CANCEL, 1);
    assert_int_equal(fx_status(f, for_midday), GS_WAITLISTED);
    assert_int_equal(fx_status(f, for_morning), GS_BOOKED);
}

static void nobody_is_promoted_into_a_slot_less_than_two_hours_ahead(void **state)
{
    struct fixture *f = *state;
    int64_t at_ten = BOOK(f, .windows = "morning", .slot = "10:00");
    BOOK_MANY(f, 39, .windows = "morning");
    int64_t waiting = BOOK(f, .windows = "morning", .wait = true);
    fx_at(f, "2026-11-25 08:00");
    f->now += 1;
    fx_step(f, GS_CMD_CANCEL, at_ten);
    assert_int_equal(fx_status(f, waiting), GS_WAITLISTED);
    int64_t standby = BOOK(f, .windows = "morning"); /* who asks now may have it */
    assert_true(fx_starts(f, standby, "2026-11-25 10:00"));
}

static void promotion_at_exactly_two_hours_is_in_time(void **state)
{
    struct fixture *f = *state;
    int64_t at_ten = BOOK(f, .windows = "morning", .slot = "10:30");
    BOOK_MANY(f, 39, .windows = "morning");
    int64_t waiting = BOOK(f, .windows = "morning", .wait = true);
    fx_at(f, "2026-11-25 08:30");
    fx_step(f, GS_CMD_CANCEL, at_ten);
    assert_true(fx_starts(f, waiting, "2026-11-25 10:30"));
}

static void refusing_and_rescheduling_free_places_too(void **state)
{
    struct fixture *f = *state;
    fill_morning(f);
    int64_t first = BOOK(f, .windows = "morning", .wait = true);
    int64_t second = BOOK(f, .windows = "morning", .wait = true);
    assert_int_equal(fx_reschedule(f, 5, NULL, "evening", NULL), GS_CODE_OK);
    assert_int_equal(fx_status(f, first), GS_BOOKED);
    assert_int_equal(fx_step(f, GS_CMD_REFUSE, 6), GS_CODE_OK);
    assert_int_equal(fx_status(f, second), GS_BOOKED);
}

static void raising_capacity_promotes_as_many_as_it_admits(void **state)
{
    struct fixture *f = *state;
    fill_morning(f);
    for (int i = 0; i < 5; i++) {
        BOOK(f, .windows = "morning", .wait = true);
    }
    assert_int_equal(fx_capacity(f, "morning", 43, GS_EXCESS_REBOOK), GS_CODE_OK);
    assert_int_equal(fx_booked(f, "morning"), 43);
    assert_int_equal(fx_status(f, 43), GS_BOOKED);
    assert_int_equal(fx_status(f, 44), GS_WAITLISTED);
    assert_int_equal(fx_events(f, GS_EV_PROMOTED, 0), 3);
}

static void opening_a_window_promotes(void **state)
{
    struct fixture *f = *state;
    fill_morning(f);
    fx_close(f, "midday", GS_EXCESS_REBOOK);
    int64_t waiting = BOOK(f, .windows = "morning,midday", .wait = true);
    assert_int_equal(fx_status(f, waiting), GS_WAITLISTED);
    struct gs_command c = fx_command(GS_CMD_CAPACITY_RESET, 0);
    c.u.capacity.to.date = fx_date(FX_DAY);
    strcpy(c.u.capacity.to.window, "midday");
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_string_equal(fx_get(f, waiting)->window, "midday");
}

static void the_waitlist_respects_a_preferred_start(void **state)
{
    struct fixture *f = *state;
    fill_morning(f);
    BOOK_MANY(f, 40, .windows = "midday");
    int64_t waiting = BOOK(f, .windows = "morning,midday", .slot = "15:30", .wait = true);
    assert_int_equal(fx_capacity(f, "midday", 48, GS_EXCESS_REBOOK), GS_CODE_OK);
    assert_true(fx_starts(f, waiting, "2026-11-25 15:30"));
}

static void waiting_expires_at_the_end_of_the_last_window_accepted(void **state)
{
    struct fixture *f = *state;
    fill_morning(f);
    BOOK_MANY(f, 40, .windows = "midday");
    int64_t waiting = BOOK(f, .windows = "morning,midday", .wait = true);
    int64_t until = fx_ms(f, "2026-11-25 16:00");
    fx_at(f, "2026-11-25 15:59");
    fx_step(f, GS_CMD_CANCEL, 9999);
    assert_int_equal(fx_status(f, waiting), GS_WAITLISTED);
    assert_int_equal(gs_book_next_due(f->book), until);
    fx_due(f, "2026-11-25 18:00");
    assert_int_equal(fx_status(f, waiting), GS_EXPIRED);
    assert_int_equal(fx_get(f, waiting)->ended_ms, until);
    assert_int_equal(fx_get(f, waiting)->updated_ms, until);
    assert_string_equal(fx_get(f, waiting)->window, "");
}

static void a_cancelled_wait_closes_the_gap(void **state)
{
    struct fixture *f = *state;
    struct gs_window_view view;
    fill_morning(f);
    int64_t first = BOOK(f, .windows = "morning", .wait = true);
    int64_t second = BOOK(f, .windows = "morning", .wait = true);
    fx_window(f, FX_DAY, "morning", &view);
    assert_int_equal(view.waiting, 2);
    assert_int_equal(fx_step(f, GS_CMD_CANCEL, first), GS_CODE_OK);
    assert_int_equal(gs_book_waitlist_position(f->book, fx_get(f, first)), 0);
    assert_int_equal(gs_book_waitlist_position(f->book, fx_get(f, second)), 1);
    assert_false(fx_get(f, first)->late_cancel);
    fx_window(f, FX_DAY, "morning", &view);
    assert_int_equal(view.waiting, 1);
}

static void room_that_new_rules_bring_is_given_out_at_the_next_moment(void **state)
{
    struct fixture *f = *state;
    fill_morning(f);
    int64_t waiting = BOOK(f, .windows = "morning", .wait = true);
    struct gs_book *next;
    f->rules.windows[0].capacity = 48;
    assert_int_equal(gs_book_rebuild(f->book, &f->rules, &next), GS_OK);
    gs_book_destroy(f->book);
    f->book = next;
    assert_true(gs_book_next_due(f->book) <= f->now);
    fx_due(f, "2026-11-23 07:01");
    assert_int_equal(fx_status(f, waiting), GS_BOOKED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_cancelled_place_goes_to_the_first_on_the_waitlist, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(urgent_goes_before_those_who_waited_longer, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(displaced_goes_before_urgent, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(one_who_cannot_use_the_place_does_not_block_those_behind, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(nobody_is_promoted_into_a_slot_less_than_two_hours_ahead, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(promotion_at_exactly_two_hours_is_in_time, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(refusing_and_rescheduling_free_places_too, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(raising_capacity_promotes_as_many_as_it_admits, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(opening_a_window_promotes, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(the_waitlist_respects_a_preferred_start, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(waiting_expires_at_the_end_of_the_last_window_accepted, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_cancelled_wait_closes_the_gap, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(room_that_new_rules_bring_is_given_out_at_the_next_moment, fx_setup,
                                        fx_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
