/* The calendar: the ordinary day, exceptions by weekday and date, days of 23 and 25 hours, nights. */
#include "fixture.h"

#include "state/calendar.h"

#include <stdlib.h>

static struct gs_calendar_rule *exception(struct fixture *f, const char *date, int32_t weekday)
{
    struct gs_calendar_rule *r = &f->calendar[f->rules.calendar_count++];
    memset(r, 0, sizeof *r);
    r->by_date = date != NULL;
    r->date = date != NULL ? fx_date(date) : 0;
    r->weekday = weekday;
    strcpy(r->reason, date != NULL ? "festival" : "rest");
    return r;
}

static struct gs_window_change *change(struct gs_calendar_rule *r, const char *id)
{
    struct gs_window_change *c = &r->changes[r->change_count++];
    *c = (struct gs_window_change){.start_min = -1, .end_min = -1, .capacity = -1};
    strcpy(c->id, id);
    return c;
}

static void use_zone(struct fixture *f, const char *name)
{
    gs_tz_destroy(f->rules.tz);
    assert_int_equal(gs_tz_load(name, &f->rules.tz), GS_OK);
}

static struct gs_calendar_day day_of(const struct fixture *f, const char *date)
{
    struct gs_calendar_day day;
    gs_calendar_day(&f->rules, fx_date(date), &day);
    return day;
}

static void an_ordinary_day_has_the_windows_of_the_rules(void **state)
{
    struct fixture *f = *state;
    struct gs_calendar_slot slots[GS_MAX_SLOTS];
    struct gs_calendar_day day = day_of(f, FX_DAY);
    assert_int_equal(day.window_count, 3);
    assert_false(day.closed);
    assert_int_equal(day.windows[0].start_ms, fx_ms(f, "2026-11-25 08:00"));
    assert_int_equal(day.windows[2].end_ms, fx_ms(f, "2026-11-25 20:00"));
    assert_int_equal(gs_calendar_slots(&f->rules, day.windows[1].start_ms, day.windows[1].end_ms, slots), 8);
    assert_int_equal(slots[3].start_min, 13 * 60 + 30);
}

static void an_even_spread_gives_the_first_slots_one_more(void **state)
{
    (void)state;
    int32_t expected[] = {6, 6, 6, 5, 5, 5, 5, 5};
    for (int32_t i = 0; i < 8; i++) {
        assert_int_equal(gs_calendar_share(43, -1, 8, i), expected[i]);
        assert_int_equal(gs_calendar_share(43, 7, 8, i), 7);
    }
    assert_int_equal(gs_calendar_share(3, -1, 8, 2), 1);
    assert_int_equal(gs_calendar_share(3, -1, 8, 3), 0);
}

static void a_weekday_changes_and_closes_windows(void **state)
{
    struct fixture *f = *state;
    struct gs_calendar_rule *sunday = exception(f, NULL, 6);
    change(sunday, "morning")->capacity = 20;
    change(sunday, "evening")->closed = true;
    struct gs_calendar_day day = day_of(f, "2026-11-29");
    assert_int_equal(day.windows[0].capacity, 20);
    assert_int_equal(day.windows[1].capacity, 40);
    assert_true(day.windows[2].closed);
    assert_string_equal(day.windows[2].reason, "rest");
    assert_false(day_of(f, "2026-11-28").windows[2].closed);
}

static void a_date_wins_over_its_weekday(void **state)
{
    struct fixture *f = *state;
    exception(f, NULL, 6)->closed = true;
    struct gs_calendar_rule *make_up_day = exception(f, "2026-11-29", -1);
    change(make_up_day, "morning")->capacity = 10;
    assert_true(day_of(f, "2026-11-22").closed);
    assert_true(day_of(f, "2026-11-22").windows[0].closed);
    assert_false(day_of(f, "2026-11-29").closed);
    assert_false(day_of(f, "2026-11-29").windows[1].closed);
    assert_int_equal(day_of(f, "2026-11-29").windows[0].capacity, 10);
}

static struct gs_calendar_rule *range(struct fixture *f, const char *from, const char *to, int32_t weekday)
{
    struct gs_calendar_rule *r = exception(f, NULL, weekday);
    r->by_range = true;
    r->from = fx_date(from);
    r->to = fx_date(to);
    strcpy(r->reason, "fair");
    return r;
}

static void a_range_wins_over_weekdays_and_a_date_over_it(void **state)
{
    struct fixture *f = *state;
    exception(f, "2027-01-03", -1); /* says nothing but that the day is open */
    range(f, "2026-12-31", "2027-01-03", -1)->closed = true;
    struct gs_calendar_rule *sunday = exception(f, NULL, 6);
    change(sunday, "morning")->capacity = 20;
    assert_false(day_of(f, "2026-12-30").closed);
    assert_true(day_of(f, "2026-12-31").closed && day_of(f, "2027-01-02").closed);
    assert_string_equal(day_of(f, "2027-01-01").windows[1].reason, "fair");
    assert_false(day_of(f, "2027-01-03").closed || day_of(f, "2027-01-03").windows[0].closed);
    assert_int_equal(day_of(f, "2027-01-03").windows[0].capacity, 20);
    assert_false(day_of(f, "2027-01-04").closed);
}

static void a_range_may_be_of_one_weekday_only(void **state)
{
    struct fixture *f = *state;
    strcpy(f->rules.windows[0].name, "早班");
    struct gs_window_change *morning = change(range(f, "2027-02-01", "2027-02-28", 6), "morning");
    morning->capacity = 7;
    strcpy(morning->name, "周日早班");
    for (gs_date date = fx_date("2027-01-25"); date <= fx_date("2027-03-08"); date++) {
        bool meant = gs_date_weekday(date) == 6 && date >= fx_date("2027-02-01") && date <= fx_date("2027-02-28");
        struct gs_calendar_day day;
        gs_calendar_day(&f->rules, date, &day);
        assert_int_equal(day.windows[0].capacity, meant ? 7 : 40);
        assert_string_equal(day.windows[0].name, meant ? "周日早班" : "早班");
    }
}

static void a_date_may_have_a_window_of_its_own_in_order_of_time(void **state)
{
    struct fixture *f = *state;
    struct gs_window_change *c = change(exception(f, "2026-11-25", -1), "dawn");
    c->start_min = 5 * 60;
    c->end_min = 7 * 60;
    c->capacity = 12;
    struct gs_calendar_day day = day_of(f, FX_DAY);
    assert_int_equal(day.window_count, 4);
    assert_string_equal(day.windows[0].id, "dawn");
    assert_string_equal(day.windows[1].id, "morning");
    assert_int_equal(day_of(f, "2026-11-26").window_count, 3);
}

static void a_start_or_end_alone_keeps_the_other(void **state)
{
    struct fixture *f = *state;
    change(exception(f, "2026-11-25", -1), "morning")->start_min = 9 * 60;
    change(exception(f, "2026-11-26", -1), "evening")->end_min = 60; /* 01:00 of the next day */
    struct gs_calendar_day shorter = day_of(f, FX_DAY), longer = day_of(f, "2026-11-26");
    assert_int_equal(shorter.windows[0].start_ms, fx_ms(f, "2026-11-25 09:00"));
    assert_int_equal(shorter.windows[0].end_ms, fx_ms(f, "2026-11-25 12:00"));
    assert_int_equal(longer.windows[2].end_ms, fx_ms(f, "2026-11-27 01:00"));
}

static void a_closed_day_says_why(void **state)
{
    struct fixture *f = *state;
    struct gs_day_view view;
    exception(f, FX_DAY, -1)->closed = true;
    fx_open(f);
    gs_book_day(f->book, fx_date(FX_DAY), &view);
    assert_true(view.closed);
    assert_string_equal(view.reason, "festival");
    assert_int_equal(BOOK(f, .date = FX_DAY), 0);
    assert_int_equal(f->out.code, GS_CODE_CLOSED);
    assert_string_equal(f->out.reason, "festival");
    assert_int_not_equal(BOOK(f, .date = "2026-11-26"), 0);
}

static void a_supervisor_opens_a_window_of_a_closed_day(void **state)
{
    struct fixture *f = *state;
    struct gs_day_view view;
    exception(f, FX_DAY, -1)->closed = true;
    fx_open(f);
    assert_int_equal(fx_capacity(f, "midday", 10, GS_EXCESS_REBOOK), GS_CODE_OK);
    gs_book_day(f->book, fx_date(FX_DAY), &view);
    assert_false(view.closed);
    assert_int_equal(BOOK_MANY(f, 12, .date = FX_DAY), 10);
}

static int32_t slots_of(const struct fixture *f, const char *date, struct gs_calendar_slot slots[GS_MAX_SLOTS])
{
    struct gs_calendar_day day = day_of(f, date);
    return gs_calendar_slots(&f->rules, day.windows[0].start_ms, day.windows[0].end_ms, slots);
}

static void the_hour_that_summer_time_leaves_out_has_no_slots(void **state)
{
    struct fixture *f = *state;
    struct gs_calendar_slot slots[GS_MAX_SLOTS];
    use_zone(f, "Europe/Berlin");
    f->rules.windows[0].start_min = 60;
    f->rules.windows[0].end_min = 300;
    assert_int_equal(slots_of(f, "2026-03-28", slots), 8);
    assert_int_equal(slots_of(f, "2026-03-29", slots), 6); /* 01:00–05:00 lasts three hours */
    assert_int_equal(slots[1].start_min, 90);
    assert_int_equal(slots[2].start_min, 180); /* 01:30 is followed by 03:00 */
    assert_int_equal(slots[2].start_ms - slots[1].start_ms, 30 * GS_MINUTE_MS);
}

static void the_hour_that_winter_time_repeats_has_its_slots_twice(void **state)
{
    struct fixture *f = *state;
    struct gs_calendar_slot slots[GS_MAX_SLOTS];
    use_zone(f, "Europe/Berlin");
    f->rules.windows[0].start_min = 60;
    f->rules.windows[0].end_min = 300;
    assert_int_equal(slots_of(f, "2026-10-25", slots), 10);
    for (int32_t i = 0; i < 10; i++) {
        assert_int_equal(slots[i].end_ms - slots[i].start_ms, 30 * GS_MINUTE_MS);
    }
    assert_int_equal(slots[2].start_min, 120);
    assert_int_equal(slots[4].start_min, 120);
}

static void a_window_within_the_missing_hour_is_closed(void **state)
{
    struct fixture *f = *state;
    use_zone(f, "Europe/Berlin");
    f->rules.windows[0].start_min = 120;
    f->rules.windows[0].end_min = 180;
    struct gs_calendar_day day = day_of(f, "2026-03-29");
    assert_true(day.windows[0].closed);
    assert_int_equal(day.windows[0].start_ms, day.windows[0].end_ms);
}

static void nobody_opens_a_window_that_does_not_exist_that_day(void **state)
{
    struct fixture *f = *state;
    struct gs_window_view view;
    struct gs_command c = fx_command(GS_CMD_CAPACITY_SET, 0);
    use_zone(f, "Europe/Berlin");
    f->rules.windows[0].start_min = 120;
    f->rules.windows[0].end_min = 180;
    fx_open(f);
    fx_due(f, "2027-03-25 12:00");
    c.u.capacity.to = (struct gs_capacity){.date = fx_date("2027-03-28"), .window = "morning", .slot_capacity = -1};
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    fx_window(f, "2027-03-28", "morning", &view);
    assert_true(view.closed);
    assert_int_equal(BOOK(f, .date = "2027-03-28", .windows = "morning", .wait = true), 0);
    assert_int_equal(f->out.code, GS_CODE_CLOSED);
}

/* Ahead of the horizon as later, when the book holds the date. */
static void a_closed_date_stays_closed_by_a_window_that_does_not_exist_that_day(void **state)
{
    struct fixture *f = *state;
    struct gs_day_view view;
    struct gs_command c = fx_command(GS_CMD_CAPACITY_SET, 0);
    use_zone(f, "Europe/Berlin");
    f->rules.windows[0].start_min = 120;
    f->rules.windows[0].end_min = 180;
    exception(f, "2027-03-28", -1)->closed = true;
    fx_open(f);
    c.u.capacity.to = (struct gs_capacity){.date = fx_date("2027-03-28"), .window = "morning", .slot_capacity = -1};
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    gs_book_day(f->book, fx_date("2027-03-28"), &view);
    assert_true(view.closed);
    fx_due(f, "2027-03-25 12:00");
    gs_book_day(f->book, fx_date("2027-03-28"), &view);
    assert_true(view.closed);
}

static void days_of_23_and_25_hours_are_booked_like_others(void **state)
{
    struct fixture *f = *state;
    use_zone(f, "Europe/Berlin");
    f->rules.windows[0].start_min = 60;
    f->rules.windows[0].end_min = 300;
    fx_open(f);
    fx_due(f, "2027-03-25 12:00");
    assert_int_equal(BOOK_MANY(f, 41, .date = "2027-03-28", .windows = "morning"), 40);
    int64_t id = BOOK(f, .date = "2027-03-27", .slot = "02:30");
    assert_true(fx_starts(f, id, "2027-03-27 02:30"));
    assert_int_equal(BOOK(f, .date = "2027-03-28", .slot = "02:30"), 0);
    assert_int_equal(f->out.code, GS_CODE_VALIDATION); /* there is no half past two on that day */
}

static void a_night_belongs_to_the_date_on_which_it_begins(void **state)
{
    struct fixture *f = *state;
    f->rules.windows[2].start_min = 22 * 60;
    f->rules.windows[2].end_min = 26 * 60;
    fx_open(f);
    int64_t id = BOOK(f, .windows = "evening", .slot = "00:30");
    assert_true(fx_starts(f, id, "2026-11-26 00:30"));
    assert_int_equal(fx_get(f, id)->wish.date, fx_date(FX_DAY));
    fx_at(f, "2026-11-26 00:10");
    assert_int_equal(fx_step(f, GS_CMD_ARRIVE, id), GS_CODE_OK);
    struct gs_gate_verdict v;
    gs_book_gate_check(f->book, fx_get(f, id)->truck.plate, NULL, NULL, &v);
    assert_int_equal(v.decision, GS_ADMIT); /* yesterday's, but its window still runs */
}

static void a_night_and_the_next_morning_never_share_a_place(void **state)
{
    struct fixture *f = *state;
    f->rules.windows[0].start_min = 60; /* both have a slot at 01:00 of the same night */
    f->rules.windows[2].start_min = 22 * 60;
    f->rules.windows[2].end_min = 26 * 60;
    fx_open(f);
    int64_t night = BOOK(f, .windows = "evening", .slot = "01:00");
    int64_t morning = BOOK(f, .date = "2026-11-26", .windows = "morning", .slot = "01:00");
    assert_int_equal(fx_get(f, night)->slot_start_ms, fx_get(f, morning)->slot_start_ms);
    assert_int_not_equal(fx_get(f, night)->place, fx_get(f, morning)->place);
}

static int setup_rules(void **state)
{
    struct fixture *f = malloc(sizeof *f);
    if (f == NULL) {
        return -1;
    }
    fx_init(f);
    *state = f;
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_ordinary_day_has_the_windows_of_the_rules, setup_rules, fx_teardown),
        cmocka_unit_test_setup_teardown(an_even_spread_gives_the_first_slots_one_more, setup_rules, fx_teardown),
        cmocka_unit_test_setup_teardown(a_weekday_changes_and_closes_windows, setup_rules, fx_teardown),
        cmocka_unit_test_setup_teardown(a_date_wins_over_its_weekday, setup_rules, fx_teardown),
        cmocka_unit_test_setup_teardown(a_range_wins_over_weekdays_and_a_date_over_it, setup_rules, fx_teardown),
        cmocka_unit_test_setup_teardown(a_range_may_be_of_one_weekday_only, setup_rules, fx_teardown),
        cmocka_unit_test_setup_teardown(a_date_may_have_a_window_of_its_own_in_order_of_time, setup_rules, fx_teardown),
        cmocka_unit_test_setup_teardown(a_start_or_end_alone_keeps_the_other, setup_rules, fx_teardown),
        cmocka_unit_test_setup_teardown(a_closed_day_says_why, setup_rules, fx_teardown),
        cmocka_unit_test_setup_teardown(a_supervisor_opens_a_window_of_a_closed_day, setup_rules, fx_teardown),
        cmocka_unit_test_setup_teardown(the_hour_that_summer_time_leaves_out_has_no_slots, setup_rules, fx_teardown),
        cmocka_unit_test_setup_teardown(the_hour_that_winter_time_repeats_has_its_slots_twice, setup_rules,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(a_window_within_the_missing_hour_is_closed, setup_rules, fx_teardown),
        cmocka_unit_test_setup_teardown(nobody_opens_a_window_that_does_not_exist_that_day, setup_rules, fx_teardown),
        cmocka_unit_test_setup_teardown(a_closed_date_stays_closed_by_a_window_that_does_not_exist_that_day,
                                        setup_rules, fx_teardown),
        cmocka_unit_test_setup_teardown(days_of_23_and_25_hours_are_booked_like_others, setup_rules, fx_teardown),
        cmocka_unit_test_setup_teardown(a_night_belongs_to_the_date_on_which_it_begins, setup_rules, fx_teardown),
        cmocka_unit_test_setup_teardown(a_night_and_the_next_morning_never_share_a_place, setup_rules, fx_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
