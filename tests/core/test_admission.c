/* Who may have a place: horizon, faults, closed days, cutoff, full with alternatives. */
#include "fixture.h"

static void plenty_is_booked_with_a_promise(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:30");
    const struct gs_booking *b = fx_get(f, id);
    assert_int_equal(b->status, GS_BOOKED);
    assert_string_equal(b->window, "morning");
    assert_int_equal(b->slot_start_ms, fx_ms(f, "2026-11-25 08:30"));
    assert_int_equal(b->slot_end_ms, fx_ms(f, "2026-11-25 09:00"));
    assert_int_equal(b->arrive_from_ms, fx_ms(f, "2026-11-25 08:00"));
    assert_int_equal(b->arrive_until_ms, fx_ms(f, "2026-11-25 09:30"));
    assert_int_equal(b->place, 0);
    assert_int_equal(b->version, 1);
    assert_string_equal(b->owner, "mini");
    assert_int_equal(strlen(b->pass_code), GS_PASS_CODE_LEN);
    assert_int_equal(f->store.last.type, GS_EV_BOOKED);
    assert_string_equal(f->store.last.to.window, "morning");
    assert_string_equal(f->store.last.from.window, "");
}

static void arrive_until_never_goes_past_the_windows_end(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "11:30");
    assert_int_equal(fx_get(f, id)->arrive_until_ms, fx_ms(f, "2026-11-25 12:00"));
}

static void a_day_opens_at_its_hour_and_not_before(void **state)
{
    struct fixture *f = *state;
    fx_at(f, "2026-11-25 07:59");
    assert_int_equal(BOOK(f, .date = "2026-12-02"), 0);
    assert_int_equal(f->out.code, GS_CODE_OUTSIDE_HORIZON);
    assert_int_equal(f->out.at_ms, fx_ms(f, "2026-11-25 08:00"));
    assert_int_equal(gs_book_last_date(f->book), fx_date("2026-12-01"));
    fx_at(f, "2026-11-25 08:00");
    assert_int_not_equal(BOOK(f, .date = "2026-12-02"), 0);
    assert_int_equal(gs_book_last_date(f->book), fx_date("2026-12-02"));
    assert_int_equal(BOOK(f, .date = "2026-12-03"), 0);
    assert_int_equal(f->out.at_ms, fx_ms(f, "2026-11-26 08:00"));
}

static void a_past_date_is_outside_the_horizon_for_good(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(BOOK(f, .date = "2026-11-22"), 0);
    assert_int_equal(f->out.code, GS_CODE_OUTSIDE_HORIZON);
    assert_int_equal(f->out.at_ms, 0);
}

static void all_faults_are_said_at_once(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(BOOK(f, .windows = "morning,noon,dusk", .slot = "12:15", .urgent = true, .role = GS_ROLE_BACKEND),
                     0);
    assert_int_equal(f->out.code, GS_CODE_VALIDATION);
    const struct gs_faults *faults = &f->out.faults;
    assert_int_equal(faults->count, 4);
    assert_string_equal(faults->list[0].pointer, "/priority");
    assert_int_equal(faults->list[0].kind, GS_FAULT_NOT_ALLOWED);
    assert_string_equal(faults->list[1].pointer, "/windows/1");
    assert_string_equal(faults->list[1].found, "noon");
    assert_string_equal(faults->list[1].expected, "morning, midday, evening");
    assert_string_equal(faults->list[2].pointer, "/windows/2");
    assert_int_equal(faults->list[3].kind, GS_FAULT_NO_SUCH_SLOT);
    assert_string_equal(faults->list[3].pointer, "/slot");
    assert_string_equal(faults->list[3].found, "12:15");
    assert_string_equal(faults->list[3].expected, "08:00, 08:30 … 11:30");
    assert_int_equal(gs_book_count(f->book), 0);
}

static void a_slot_of_a_window_not_accepted_is_a_fault(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(BOOK(f, .windows = "morning", .slot = "13:00"), 0);
    assert_int_equal(f->out.code, GS_CODE_VALIDATION);
    assert_int_not_equal(BOOK(f, .windows = "midday,morning", .slot = "13:00"), 0);
}

static void urgent_is_for_supervisors(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(BOOK(f, .urgent = true, .role = GS_ROLE_GATE), 0);
    assert_int_equal(f->out.code, GS_CODE_VALIDATION);
    assert_true(fx_get(f, BOOK(f, .urgent = true))->urgent);
}

static void display_and_system_do_not_book(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(BOOK(f, .role = GS_ROLE_DISPLAY), 0);
    assert_int_equal(f->out.code, GS_CODE_FORBIDDEN);
    assert_int_equal(BOOK(f, .role = GS_ROLE_METRICS), 0);
    assert_int_equal(f->out.code, GS_CODE_FORBIDDEN);
}

static void closed_says_why(void **state)
{
    struct fixture *f = *state;
    fx_close(f, "morning", GS_EXCESS_REBOOK);
    assert_int_equal(BOOK(f, .windows = "morning"), 0);
    assert_int_equal(f->out.code, GS_CODE_CLOSED);
    assert_string_equal(f->out.reason, "flooded");
    assert_string_equal(fx_get(f, BOOK(f, .windows = "morning,evening"))->window, "evening");
}

static void the_cutoff_is_inclusive(void **state)
{
    struct fixture *f = *state;
    fx_at(f, "2026-11-25 11:00");
    assert_true(fx_starts(f, BOOK(f, .windows = "morning"), "2026-11-25 11:30"));
    f->now += 1;
    assert_int_equal(BOOK(f, .windows = "morning"), 0);
    assert_int_equal(f->out.code, GS_CODE_PAST_CUTOFF);
    assert_int_equal(f->out.at_ms, fx_ms(f, "2026-11-25 11:00"));
    assert_int_equal(BOOK(f, .windows = "morning", .wait = true), 0);
    assert_int_equal(f->out.code, GS_CODE_PAST_CUTOFF);
}

static void full_comes_with_alternatives_of_the_day_then_of_others(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(BOOK_MANY(f, 40, .windows = "midday"), 40);
    assert_int_equal(BOOK(f, .windows = "midday", .slot = "14:00"), 0);
    assert_int_equal(f->out.code, GS_CODE_FULL);
    const struct gs_alternative *a = f->out.alternatives;
    assert_int_equal(f->out.alternative_count, 5);
    assert_string_equal(a[0].window, "evening"); /* 16:00 is two hours off, 11:30 two and a half */
    assert_int_equal(a[0].start_ms, fx_ms(f, "2026-11-25 16:00"));
    assert_int_equal(a[0].free, 5);
    assert_int_equal(a[1].start_ms, fx_ms(f, "2026-11-25 11:30"));
    assert_int_equal(a[2].start_ms, fx_ms(f, "2026-11-24 14:00")); /* the same time on the nearest dates */
    assert_int_equal(a[3].start_ms, fx_ms(f, "2026-11-26 14:00"));
    assert_int_equal(a[4].start_ms, fx_ms(f, "2026-11-23 14:00"));
    assert_int_equal(gs_book_count(f->book), 40);
}

static void an_alternative_is_never_one_that_its_plate_has_already(void **state)
{
    struct fixture *f = *state;
    BOOK(f, .windows = "evening", .plate = "浙DTEST1");
    BOOK_MANY(f, 40, .windows = "midday");
    assert_int_equal(BOOK(f, .windows = "midday", .plate = "浙DTEST1"), 0);
    assert_int_equal(f->out.code, GS_CODE_FULL);
    assert_true(f->out.alternative_count > 0);
    for (int32_t i = 0; i < f->out.alternative_count; i++) {
        const struct gs_alternative *a = &f->out.alternatives[i];
        assert_true(a->date != fx_date(FX_DAY) || strcmp(a->window, "evening") != 0);
        assert_true(a->free > 0);
    }
}

static void every_alternative_can_be_had(void **state)
{
    struct fixture *f = *state;
    fx_at(f, "2026-11-25 12:40");
    BOOK_MANY(f, 40, .windows = "evening");
    assert_int_equal(BOOK(f, .windows = "evening"), 0);
    struct gs_outcome refused = f->out;
    for (int32_t i = 0; i < refused.alternative_count; i++) {
        const struct gs_alternative *a = &refused.alternatives[i];
        char date[GS_DATE_TEXT], slot[GS_HHMM_TEXT];
        gs_date_format(a->date, date);
        gs_hhmm_format(gs_tz_minute(f->rules.tz, a->start_ms), slot);
        int64_t id = BOOK(f, .date = date, .windows = a->window, .slot = slot);
        assert_int_equal(fx_get(f, id)->slot_start_ms, a->start_ms);
    }
    assert_int_equal(refused.alternative_count, 5);
}

static void full_with_waitlist_waits_only_while_a_promotion_can_come(void **state)
{
    struct fixture *f = *state;
    BOOK_MANY(f, 40, .windows = "evening");
    int64_t id = BOOK(f, .windows = "evening", .wait = true);
    assert_int_equal(fx_status(f, id), GS_WAITLISTED);
    assert_int_equal(f->out.waitlist_position, 1);
    fx_at(f, "2026-11-25 17:30"); /* the last slot starts in exactly two hours */
    assert_int_not_equal(BOOK(f, .windows = "evening", .wait = true), 0);
    f->now += 1;
    assert_int_equal(BOOK(f, .windows = "evening", .wait = true), 0);
    assert_int_equal(f->out.code, GS_CODE_FULL);
}

static void a_backend_touches_only_its_own(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .role = GS_ROLE_BACKEND, .owner = "mini");
    assert_int_equal(fx_step_as(f, GS_CMD_CANCEL, id, GS_ROLE_BACKEND, "other"), GS_CODE_NOT_FOUND);
    assert_null(f->out.booking);
    assert_int_equal(fx_step_as(f, GS_CMD_CANCEL, id + 1, GS_ROLE_BACKEND, "mini"), GS_CODE_NOT_FOUND);
    assert_int_equal(fx_step_as(f, GS_CMD_CANCEL, id, GS_ROLE_BACKEND, "mini"), GS_CODE_OK);
}

static void pass_codes_of_one_random_number_differ(void **state)
{
    struct fixture *f = *state;
    f->trucks = 0;
    int64_t first = BOOK(f, .plate = "浙DTEST1", .container = "A");
    f->trucks = 0;
    int64_t second = BOOK(f, .plate = "浙DTEST2", .container = "B");
    assert_string_not_equal(fx_get(f, first)->pass_code, fx_get(f, second)->pass_code);
}

static void time_does_not_run_back(void **state)
{
    struct fixture *f = *state;
    fx_due(f, "2026-11-25 09:00");
    fx_at(f, "2026-11-25 07:00");
    assert_int_equal(BOOK(f, .windows = "morning", .slot = "08:30"), 1);
    assert_true(fx_starts(f, 1, "2026-11-25 09:30"));
    assert_int_equal(fx_get(f, 1)->created_ms, fx_ms(f, "2026-11-25 09:00"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(plenty_is_booked_with_a_promise, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(arrive_until_never_goes_past_the_windows_end, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_day_opens_at_its_hour_and_not_before, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_past_date_is_outside_the_horizon_for_good, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(all_faults_are_said_at_once, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_slot_of_a_window_not_accepted_is_a_fault, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(urgent_is_for_supervisors, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(display_and_system_do_not_book, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(closed_says_why, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(the_cutoff_is_inclusive, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(full_comes_with_alternatives_of_the_day_then_of_others, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(an_alternative_is_never_one_that_its_plate_has_already, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(every_alternative_can_be_had, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(full_with_waitlist_waits_only_while_a_promotion_can_come, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(a_backend_touches_only_its_own, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(pass_codes_of_one_random_number_differ, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(time_does_not_run_back, fx_setup, fx_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
