/* Rescheduling and the delay report. */
#include "fixture.h"

static void what_is_left_out_stays(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .windows = "morning", .slot = "09:00");
    assert_int_equal(fx_reschedule(f, id, "2026-11-26", NULL, NULL), GS_CODE_OK);
    const struct gs_booking *b = fx_get(f, id);
    assert_true(fx_starts(f, id, "2026-11-26 09:00"));
    assert_string_equal(b->wish.windows, "morning");
    assert_int_equal(b->wish.date, fx_date("2026-11-26"));
    assert_int_equal(b->version, 2);
    assert_int_equal(fx_booked(f, "morning"), 0);
    assert_int_equal(f->store.last.type, GS_EV_RESCHEDULED);
    assert_int_equal(f->store.last.from.date, fx_date(FX_DAY));
    assert_int_equal(f->store.last.to.date, fx_date("2026-11-26"));
}

static void a_preference_outside_the_new_windows_is_dropped(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .windows = "morning", .slot = "09:00");
    assert_int_equal(fx_reschedule(f, id, NULL, "evening", NULL), GS_CODE_OK);
    assert_true(fx_starts(f, id, "2026-11-25 16:00"));
    assert_int_equal(fx_get(f, id)->wish.slot_min, -1);
    assert_int_equal(fx_reschedule(f, id, NULL, NULL, "09:00"),
                     GS_CODE_VALIDATION); /* but one that is given is judged */
    assert_string_equal(f->out.faults.list[0].pointer, "/slot");
}

static void refused_means_unchanged(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .windows = "morning", .slot = "09:00");
    BOOK_MANY(f, 40, .windows = "evening");
    struct gs_booking before = *fx_get(f, id);
    uint64_t digest = gs_book_digest(f->book);
    assert_int_equal(fx_reschedule(f, id, NULL, "evening", NULL), GS_CODE_FULL);
    assert_true(f->out.alternative_count > 0);
    assert_int_equal(fx_reschedule(f, id, "2026-12-24", NULL, NULL), GS_CODE_OUTSIDE_HORIZON);
    assert_int_equal(fx_reschedule(f, id, NULL, "night", NULL), GS_CODE_VALIDATION);
    assert_true(gs_book_digest(f->book) == digest);
    fx_close(f, "midday", GS_EXCESS_REBOOK);
    assert_int_equal(fx_reschedule(f, id, NULL, "midday", NULL), GS_CODE_CLOSED);
    assert_memory_equal(&before, fx_get(f, id), sizeof before);
    assert_int_equal(fx_events(f, GS_EV_RESCHEDULED, 0), 0);
}

static void its_own_place_is_free_for_itself(void **state)
{
    struct fixture *f = *state;
    int64_t ids[5];
    for (int i = 0; i < 5; i++) {
        ids[i] = BOOK(f, .slot = "09:00");
    }
    BOOK_MANY(f, 35, .windows = "morning");
    assert_int_equal(fx_reschedule(f, ids[2], NULL, "morning", "09:00"), GS_CODE_OK);
    assert_true(fx_starts(f, ids[2], "2026-11-25 09:00"));
    fx_step(f, GS_CMD_CANCEL, ids[0]);
    assert_int_equal(fx_reschedule(f, ids[2], NULL, "morning", "09:00"), GS_CODE_OK);
    assert_int_equal(fx_get(f, ids[2])->place, 2); /* and keeps its number, though a lower one is free */
}

static void its_own_plate_does_not_stand_in_its_way_but_others_do(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .windows = "morning", .plate = "浙DTEST1");
    int64_t other = BOOK(f, .windows = "evening", .plate = "浙DTEST1");
    assert_int_equal(fx_reschedule(f, id, NULL, NULL, "11:00"), GS_CODE_OK);
    assert_int_equal(fx_reschedule(f, id, NULL, "evening", NULL), GS_CODE_DUPLICATE_PLATE);
    assert_int_equal(f->out.other_id, other);
}

static void one_who_waits_waits_on_under_the_new_wish_from_now(void **state)
{
    struct fixture *f = *state;
    BOOK_MANY(f, 40, .windows = "morning");
    BOOK_MANY(f, 40, .windows = "midday");
    int64_t first = BOOK(f, .windows = "morning", .wait = true);
    int64_t second = BOOK(f, .windows = "midday", .wait = true);
    f->now += GS_MINUTE_MS;
    assert_int_equal(fx_reschedule(f, first, NULL, "midday", NULL), GS_CODE_OK);
    assert_int_equal(fx_status(f, first), GS_WAITLISTED);
    assert_int_equal(f->out.waitlist_position, 2);
    assert_int_equal(gs_book_waitlist_position(f->book, fx_get(f, second)), 1);
    assert_int_equal(fx_get(f, first)->waiting_since_ms, f->now);
    assert_int_equal(fx_reschedule(f, first, NULL, "evening", NULL), GS_CODE_OK);
    assert_int_equal(fx_status(f, first), GS_BOOKED);
    assert_int_equal(f->store.last.status_before, GS_WAITLISTED);
}

static void after_arrival_nothing_is_rescheduled(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00");
    fx_at(f, "2026-11-25 07:40");
    fx_step(f, GS_CMD_ARRIVE, id);
    assert_int_equal(fx_reschedule(f, id, NULL, "evening", NULL), GS_CODE_WRONG_STATE);
}

static void a_delay_goes_to_the_next_slot_with_room_cutoff_or_not(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00");
    BOOK_MANY(f, 5, .slot = "08:30");
    fx_at(f, "2026-11-25 08:50");
    assert_int_equal(fx_step(f, GS_CMD_DELAY, id), GS_CODE_OK);
    assert_true(fx_starts(f, id, "2026-11-25 09:00"));
    assert_true(fx_get(f, id)->delayed);
    assert_int_equal(fx_get(f, id)->arrive_until_ms, fx_ms(f, "2026-11-25 10:00"));
    assert_int_equal(f->store.last.type, GS_EV_DELAYED);
    assert_int_equal(f->store.last.from.start_ms, fx_ms(f, "2026-11-25 08:00"));
}

static void a_second_delay_report_is_refused(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00");
    assert_int_equal(fx_step(f, GS_CMD_DELAY, id), GS_CODE_OK);
    assert_int_equal(fx_step(f, GS_CMD_DELAY, id), GS_CODE_ALREADY_DELAYED);
}

static void a_delay_after_arrive_until_comes_too_late(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00");
    fx_at(f, "2026-11-25 09:00");
    assert_int_equal(fx_step(f, GS_CMD_DELAY, id), GS_CODE_WRONG_STATE);
    assert_int_equal(f->out.status, GS_NO_SHOW);
}

static void a_delay_crosses_into_the_next_window(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .windows = "morning", .slot = "11:30");
    assert_int_equal(fx_step(f, GS_CMD_DELAY, id), GS_CODE_OK);
    assert_string_equal(fx_get(f, id)->window, "midday");
}

static void a_delay_within_a_full_window_uses_its_own_place(void **state)
{
    struct fixture *f = *state;
    struct gs_command c = fx_command(GS_CMD_CAPACITY_SET, 0);
    c.u.capacity.to = (struct gs_capacity){.date = fx_date(FX_DAY), .window = "morning", .slot_capacity = 10};
    c.u.capacity.to.capacity = 2;
    c.u.capacity.has_capacity = true;
    fx_apply(f, &c);
    int64_t id = BOOK(f, .windows = "morning", .slot = "08:00");
    BOOK(f, .windows = "morning", .slot = "08:00");
    assert_int_equal(fx_step(f, GS_CMD_DELAY, id), GS_CODE_OK);
    assert_true(fx_starts(f, id, "2026-11-25 08:30"));
}

static void a_delay_with_nothing_left_is_full(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "19:30");
    assert_int_equal(fx_step(f, GS_CMD_DELAY, id), GS_CODE_FULL);
    assert_true(f->out.alternative_count > 0);
    assert_false(fx_get(f, id)->delayed);
    assert_true(fx_starts(f, id, "2026-11-25 19:30"));
}

static void a_delay_skips_a_window_where_the_plate_is_promised_already(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .windows = "morning", .slot = "11:30", .plate = "浙DTEST1");
    BOOK(f, .windows = "midday", .plate = "浙DTEST1");
    assert_int_equal(fx_step(f, GS_CMD_DELAY, id), GS_CODE_OK);
    assert_true(fx_starts(f, id, "2026-11-25 16:00"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_left_out_stays, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_preference_outside_the_new_windows_is_dropped, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(refused_means_unchanged, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(its_own_place_is_free_for_itself, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(its_own_plate_does_not_stand_in_its_way_but_others_do, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(one_who_waits_waits_on_under_the_new_wish_from_now, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(after_arrival_nothing_is_rescheduled, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_delay_goes_to_the_next_slot_with_room_cutoff_or_not, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_second_delay_report_is_refused, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_delay_after_arrive_until_comes_too_late, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_delay_crosses_into_the_next_window, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_delay_within_a_full_window_uses_its_own_place, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_delay_with_nothing_left_is_full, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_delay_skips_a_window_where_the_plate_is_promised_already, fx_setup,
                                        fx_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
