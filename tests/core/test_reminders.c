/* Reminders: each once and at its time, of the slot that stands; none by a stop, a load, a leap or new rules too many or too few. */
#include "fixture.h"

#include "gateslot/base/text.h"

#define MORNING "2026-11-25 09:00" /* the slot of most of these tests */

/* before: minutes, 0 behind the last. */
static void remind(struct fixture *f, const int32_t *before, int32_t expiring)
{
    f->rules.reminder_count = 0;
    while (before != NULL && before[f->rules.reminder_count] != 0) {
        f->rules.reminder_min[f->rules.reminder_count] = before[f->rules.reminder_count];
        f->rules.reminder_count++;
    }
    f->rules.expiring_min = expiring;
}

#define LEADS(...) ((const int32_t[]){__VA_ARGS__, 0})

static void open_with(struct fixture *f, const int32_t *before, int32_t expiring)
{
    remind(f, before, expiring);
    gs_book_destroy(f->book);
    fx_open(f);
}

/* Told of that booking so many minutes before, and as of then? */
static int told(const struct fixture *f, int64_t id, int32_t minutes, const char *local)
{
    int count = 0;
    for (int64_t i = 0; i < f->store.last_seq; i++) {
        const struct gs_event *e = &f->store.events[i];
        bool reminds = e->type == GS_EV_REMINDER || e->type == GS_EV_EXPIRING;
        if (reminds && e->booking_id == id && e->minutes_before == minutes) {
            assert_int_equal(e->at_ms, fx_ms(f, local));
            count++;
        }
    }
    return count;
}

static int all_told(const struct fixture *f, int64_t id)
{
    return fx_events(f, GS_EV_REMINDER, id) + fx_events(f, GS_EV_EXPIRING, id);
}

static void each_is_told_once_at_its_minute_and_changes_nothing(void **state)
{
    struct fixture *f = *state;
    open_with(f, LEADS(1440, 120), 0);
    int64_t id = BOOK(f, .slot = "09:00", .reference = "PO-7");
    struct gs_booking before = *fx_get(f, id);
    fx_due(f, "2026-11-24 08:59");
    assert_int_equal(all_told(f, id), 0);
    assert_int_equal(gs_book_next_due(f->book), fx_ms(f, "2026-11-24 09:00"));
    fx_due(f, "2026-11-24 09:00");
    assert_int_equal(told(f, id, 1440, "2026-11-24 09:00"), 1);
    assert_int_equal(f->store.last.type, GS_EV_REMINDER);
    assert_int_equal(f->store.last.to.start_ms, fx_ms(f, MORNING));
    assert_string_equal(f->store.last.reference, "PO-7");
    assert_int_equal(f->store.last.version, before.version);
    fx_due(f, "2026-11-25 06:59");
    assert_int_equal(all_told(f, id), 1);
    fx_due(f, "2026-11-25 07:00");
    assert_int_equal(told(f, id, 120, "2026-11-25 07:00"), 1);
    fx_due(f, "2026-11-25 08:59");
    assert_int_equal(all_told(f, id), 2);
    before.last_event = fx_get(f, id)->last_event;
    assert_memory_equal(fx_get(f, id), &before, sizeof before);
    assert_int_equal(fx_step(f, GS_CMD_CANCEL, id), GS_CODE_OK);
}

static void what_is_booked_later_than_that_is_not_reminded(void **state)
{
    struct fixture *f = *state;
    open_with(f, LEADS(120, 60), 0);
    fx_at(f, "2026-11-25 07:00");
    int64_t at_it = BOOK(f, .slot = "09:00"), ahead = BOOK(f, .slot = "09:30");
    f->now += 1;
    fx_due(f, "2026-11-25 08:00");
    assert_int_equal(told(f, at_it, 60, "2026-11-25 08:00"), 1);
    assert_int_equal(all_told(f, at_it), 1);
    assert_int_equal(told(f, ahead, 120, "2026-11-25 07:30"), 1);
}

static void who_came_or_gave_up_is_not_reminded(void **state)
{
    struct fixture *f = *state;
    open_with(f, LEADS(60, 30), 0);
    int64_t cancelled = BOOK(f, .slot = "09:00"), arrived = BOOK(f, .slot = "09:00"),
            reverted = BOOK(f, .slot = "09:00");
    fx_at(f, "2026-11-25 07:30");
    fx_step(f, GS_CMD_CANCEL, cancelled);
    fx_step(f, GS_CMD_ARRIVE, arrived);
    fx_at(f, "2026-11-25 07:50");
    fx_step(f, GS_CMD_ARRIVE, reverted);
    fx_at(f, "2026-11-25 08:01");
    fx_step(f, GS_CMD_REVERT, reverted);
    fx_due(f, "2026-11-25 08:59");
    assert_int_equal(all_told(f, cancelled) + all_told(f, arrived), 0);
    assert_int_equal(told(f, reverted, 30, "2026-11-25 08:30"), 1);
    assert_int_equal(all_told(f, reverted), 1); /* it was at the gate at 08:00 */
}

static void another_slot_is_reminded_of_anew(void **state)
{
    struct fixture *f = *state;
    open_with(f, LEADS(60), 0);
    int64_t later = BOOK(f, .slot = "09:00"), sooner = BOOK(f, .slot = "11:00"), late = BOOK(f, .slot = "08:30");
    fx_at(f, "2026-11-25 07:59");
    fx_reschedule(f, later, NULL, NULL, "10:00"); /* before its reminder */
    fx_step(f, GS_CMD_DELAY, late);               /* after it */
    fx_reschedule(f, sooner, NULL, NULL, "08:30");
    fx_due(f, "2026-11-25 08:00");
    fx_due(f, "2026-11-25 09:40");
    assert_true(fx_starts(f, later, "2026-11-25 10:00") && fx_starts(f, sooner, "2026-11-25 08:30"));
    assert_int_equal(told(f, later, 60, "2026-11-25 09:00"), 1);
    assert_int_equal(all_told(f, sooner), 0);
    assert_int_equal(all_told(f, late), 2);
    assert_true(fx_starts(f, late, "2026-11-25 09:00"));
}

static void late_it_is_told_only_while_it_is_of_use(void **state)
{
    struct fixture *f = *state;
    open_with(f, LEADS(1440, 120, 60), 0);
    int64_t begun = BOOK(f, .slot = "09:00"), soon = BOOK(f, .slot = "09:30"), later = BOOK(f, .slot = "10:30");
    fx_due(f, "2026-11-25 09:00"); /* nobody looked for days */
    assert_int_equal(all_told(f, begun), 0);
    assert_int_equal(told(f, soon, 60, "2026-11-25 08:30"), 1);
    assert_int_equal(all_told(f, soon), 1);
    assert_int_equal(told(f, later, 120, "2026-11-25 08:30"), 1);
    fx_due(f, "2026-11-25 10:29");
    assert_int_equal(told(f, later, 60, "2026-11-25 09:30"), 1);
    assert_int_equal(all_told(f, later), 2);
}

static void a_restart_loses_none_and_repeats_none(void **state)
{
    struct fixture *f = *state;
    open_with(f, LEADS(1440, 120), 60);
    int64_t id = BOOK(f, .slot = "09:00");
    fx_due(f, "2026-11-24 09:00");
    fx_reopen(f);
    fx_due(f, "2026-11-24 09:00");
    fx_due(f, "2026-11-24 23:00");
    fx_reopen(f); /* and down over the second */
    fx_due(f, "2026-11-25 08:20");
    assert_int_equal(told(f, id, 120, "2026-11-25 07:00"), 1);
    fx_reopen(f);
    fx_due(f, "2026-11-25 08:59");
    assert_int_equal(all_told(f, id), 2);
}

static void new_times_hold_from_then_on(void **state)
{
    struct fixture *f = *state;
    open_with(f, LEADS(60), 0);
    int64_t reminded = BOOK(f, .slot = "09:00"), between = BOOK(f, .slot = "09:30"), ahead = BOOK(f, .slot = "11:30");
    fx_due(f, "2026-11-25 08:10");
    assert_int_equal(all_told(f, reminded), 1);
    remind(f, LEADS(120), 0);
    fx_reload(f, NULL, NULL);
    assert_int_equal(all_told(f, reminded) + all_told(f, between) + all_told(f, ahead), 1); /* none at once */
    fx_due(f, "2026-11-25 09:29");
    assert_int_equal(all_told(f, reminded), 1);
    assert_int_equal(all_told(f, between), 0); /* its two hours were past by then */
    fx_due(f, "2026-11-25 09:30");
    assert_int_equal(told(f, ahead, 120, "2026-11-25 09:30"), 1);
    remind(f, LEADS(60, 120), 0);
    fx_reload(f, NULL, NULL);
    remind(f, LEADS(120), 0);
    fx_reload(f, NULL, NULL);
    fx_due(f, "2026-11-25 11:29");
    assert_int_equal(all_told(f, ahead), 1);
}

static void times_are_a_set_and_none_is_none(void **state)
{
    struct fixture *f = *state;
    open_with(f, LEADS(60, 60, 60), 0);
    int64_t id = BOOK(f, .slot = "09:00");
    fx_due(f, "2026-11-25 08:30");
    assert_int_equal(all_told(f, id), 1);
    remind(f, NULL, 0);
    fx_reload(f, NULL, NULL);
    int64_t other = BOOK(f, .slot = "11:00");
    fx_due(f, "2026-11-25 10:59");
    assert_int_equal(all_told(f, other), 0);
}

static void who_waits_is_told_once_when_it_will_be_in_vain(void **state)
{
    struct fixture *f = *state;
    f->rules.windows[0].capacity = 1;
    open_with(f, NULL, 90);
    int64_t holds = BOOK(f, .windows = "morning", .rigid = true);
    int64_t first = BOOK(f, .windows = "morning", .wait = true, .reference = "W-1");
    int64_t second = BOOK(f, .windows = "morning", .wait = true), gone = BOOK(f, .windows = "morning", .wait = true);
    assert_int_equal(fx_status(f, gone), GS_WAITLISTED);
    fx_step(f, GS_CMD_CANCEL, gone);
    fx_due(f, "2026-11-25 10:29");
    assert_int_equal(fx_events(f, GS_EV_EXPIRING, 0), 0);
    fx_reopen(f);
    fx_due(f, "2026-11-25 10:30");
    assert_int_equal(told(f, first, 90, "2026-11-25 10:30"), 1);
    assert_int_equal(told(f, second, 90, "2026-11-25 10:30"), 1);
    assert_int_equal(f->store.last.waitlist_position, 2);
    assert_int_equal(f->store.last.expires_ms, fx_ms(f, "2026-11-25 12:00"));
    assert_int_equal(all_told(f, gone) + all_told(f, holds), 0);
    fx_reopen(f);
    fx_due(f, "2026-11-25 12:00");
    assert_int_equal(fx_events(f, GS_EV_EXPIRING, 0), 2);
    assert_int_equal(fx_status(f, first), GS_EXPIRED);
}

static void who_got_a_place_is_reminded_of_that(void **state)
{
    struct fixture *f = *state;
    f->rules.windows[0].capacity = 1;
    open_with(f, LEADS(60), 600);
    int64_t holds = BOOK(f, .windows = "morning", .rigid = true);
    int64_t waits = BOOK(f, .windows = "morning", .wait = true);
    fx_at(f, "2026-11-24 12:00");
    fx_step(f, GS_CMD_CANCEL, holds);
    assert_int_equal(fx_status(f, waits), GS_BOOKED);
    fx_due(f, "2026-11-25 07:59");
    assert_int_equal(fx_events(f, GS_EV_EXPIRING, 0), 0);
    assert_int_equal(told(f, waits, 60, "2026-11-25 07:00"), 1);
}

static void a_night_and_a_day_of_25_hours_have_minutes_as_they_pass(void **state)
{
    struct fixture *f = *state;
    gs_book_destroy(f->book);
    gs_tz_destroy(f->rules.tz);
    gs_text_copy(f->rules.timezone, sizeof f->rules.timezone, "Europe/Berlin");
    assert_int_equal(gs_tz_load(f->rules.timezone, &f->rules.tz), GS_OK);
    f->rules.windows[2].start_min = 22 * 60;
    f->rules.windows[2].end_min = 30 * 60; /* until 06:00 */
    remind(f, LEADS(240), 0);
    assert_int_equal(gs_book_create(&f->rules, &f->book), GS_OK);
    f->now = fx_ms(f, "2026-10-23 12:00");
    assert_int_equal(gs_book_start(f->book, 0, 0, f->now), GS_OK);
    /* the night of 24 October, in which 03:00 is 02:00 once more */
    int64_t id = BOOK(f, .date = "2026-10-24", .windows = "evening", .slot = "04:00");
    assert_true(fx_starts(f, id, "2026-10-25 04:00"));
    fx_due(f, "2026-10-25 06:00");
    assert_int_equal(all_told(f, id), 0);
    id = BOOK(f, .date = "2026-10-31", .windows = "evening", .slot = "00:30");
    fx_due(f, "2026-10-31 23:00");
    assert_int_equal(told(f, id, 240, "2026-10-31 20:30"), 1);
}

static void the_hour_that_comes_twice_counts_twice(void **state)
{
    struct fixture *f = *state;
    gs_book_destroy(f->book);
    gs_tz_destroy(f->rules.tz);
    gs_text_copy(f->rules.timezone, sizeof f->rules.timezone, "Europe/Berlin");
    assert_int_equal(gs_tz_load(f->rules.timezone, &f->rules.tz), GS_OK);
    remind(f, LEADS(1440), 0);
    assert_int_equal(gs_book_create(&f->rules, &f->book), GS_OK);
    f->now = fx_ms(f, "2026-10-23 12:00");
    assert_int_equal(gs_book_start(f->book, 0, 0, f->now), GS_OK);
    int64_t id = BOOK(f, .date = "2026-10-25", .slot = "09:00");
    fx_due(f, "2026-10-24 12:00");
    assert_int_equal(told(f, id, 1440, "2026-10-24 10:00"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fx_setup, fx_teardown)
        TEST(each_is_told_once_at_its_minute_and_changes_nothing),
        TEST(what_is_booked_later_than_that_is_not_reminded),
        TEST(who_came_or_gave_up_is_not_reminded),
        TEST(another_slot_is_reminded_of_anew),
        TEST(late_it_is_told_only_while_it_is_of_use),
        TEST(a_restart_loses_none_and_repeats_none),
        TEST(new_times_hold_from_then_on),
        TEST(times_are_a_set_and_none_is_none),
        TEST(who_waits_is_told_once_when_it_will_be_in_vain),
        TEST(who_got_a_place_is_reminded_of_that),
        TEST(a_night_and_a_day_of_25_hours_have_minutes_as_they_pass),
        TEST(the_hour_that_comes_twice_counts_twice),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
