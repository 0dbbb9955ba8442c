/* New rules under bookings: planned date by date, like a supervisor's change. */
#include "../fixture.h"

struct told {
    int days;
    struct gs_reload_day last;
};

static void note_day(void *arg, const struct gs_reload_day *day)
{
    struct told *t = arg;
    t->days++;
    t->last = *day;
}

static struct told reload(struct fixture *f)
{
    struct told t = {0};
    fx_reload(f, note_day, &t);
    return t;
}

static void who_has_no_place_any_more_is_moved_or_waits(void **state)
{
    struct fixture *f = *state;
    int64_t first = BOOK(f, .windows = "morning");
    int64_t second = BOOK(f, .windows = "morning");
    int64_t moves = BOOK(f, .windows = "morning,evening", .slot = "08:00");
    f->rules.windows[0].capacity = 1;
    struct told t = reload(f);
    assert_int_equal(t.days, 7); /* today to the horizon, which goes on at 08:00 */
    assert_int_equal(fx_status(f, first), GS_BOOKED);
    assert_int_equal(fx_status(f, second), GS_WAITLISTED);
    assert_true(fx_get(f, second)->displaced);
    assert_string_equal(fx_get(f, moves)->window, "evening");
    assert_int_equal(fx_events(f, GS_EV_CONFIG_RELOADED, 0), 1);
}

static void only_changed_dates_are_told_with_their_numbers(void **state)
{
    struct fixture *f = *state;
    BOOK_MANY(f, 3, .windows = "morning");
    f->rules.calendar_count = 1;
    f->calendar[0] = (struct gs_calendar_rule){.by_date = true, .date = fx_date(FX_DAY), .closed = true};
    struct told t = reload(f);
    assert_int_equal(t.days, 1);
    assert_int_equal(t.last.date, fx_date(FX_DAY));
    assert_int_equal(t.last.windows, 3);
    assert_int_equal(t.last.waitlisted, 3);
    assert_int_equal(fx_events(f, GS_EV_CAPACITY_CHANGED, 0), 3);
    f->rules.calendar_count = 0;
    t = reload(f);
    assert_int_equal(t.last.promoted, 3);
}

static void rules_that_touch_no_window_touch_nobody(void **state)
{
    struct fixture *f = *state;
    BOOK_MANY(f, 40, .windows = "morning");
    fx_capacity(f, "morning", 30, GS_EXCESS_KEEP);
    f->rules.bays = 20;
    f->rules.windows[1].capacity = 10;
    struct told t = reload(f);
    assert_int_equal(t.last.waitlisted, 0);
    assert_int_equal(fx_booked(f, "morning"), 40); /* a cut that a supervisor wanted stays one */
}

static void who_is_at_the_gate_stays(void **state)
{
    struct fixture *f = *state;
    f->cut = true;
    int64_t coming = BOOK(f, .windows = "morning", .slot = "08:00");
    int64_t here = BOOK(f, .windows = "morning", .slot = "08:00");
    fx_at(f, "2026-11-25 08:00");
    fx_step(f, GS_CMD_ARRIVE, here);
    f->rules.windows[0].capacity = 0;
    reload(f);
    assert_int_equal(fx_status(f, here), GS_ARRIVED);
    assert_int_equal(fx_status(f, coming), GS_WAITLISTED);
}

static void a_window_that_is_gone_gives_up_who_was_on_his_way(void **state)
{
    struct fixture *f = *state;
    int64_t stuck = BOOK(f, .windows = "morning");
    int64_t moves = BOOK(f, .windows = "morning,midday", .slot = "08:00");
    f->rules.window_count = 2;
    memmove(f->rules.windows, f->rules.windows + 1, 2 * sizeof f->rules.windows[0]);
    reload(f);
    assert_int_equal(fx_status(f, stuck), GS_WAITLISTED);
    assert_string_equal(fx_get(f, moves)->window, "midday");
}

/* It has its bookings still, but nobody sets its capacity any more, not even with all others. */
static void a_window_that_is_gone_is_none_of_all_windows(void **state)
{
    struct fixture *f = *state;
    f->cut = true;
    int64_t here = BOOK(f, .windows = "morning", .slot = "08:00");
    fx_at(f, "2026-11-25 08:00");
    fx_step(f, GS_CMD_ARRIVE, here);
    memmove(&f->rules.windows[0], &f->rules.windows[1], 2 * sizeof f->rules.windows[0]);
    f->rules.window_count = 2;
    reload(f);
    assert_string_equal(fx_get(f, here)->window, "morning");
    struct gs_command c = fx_command(GS_CMD_CAPACITY_SET, 0);
    c.u.capacity.to = (struct gs_capacity){.date = fx_date(FX_DAY), .window = GS_ALL_WINDOWS, .slot_capacity = -1};
    c.u.capacity.to.closed = true;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(f->out.plans->at[0].window_count, 2);
    assert_string_equal(f->out.plans->at[0].windows[0].id, "midday");
}

static void other_slots_rebook_within_the_window(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .windows = "morning", .slot = "08:30");
    f->rules.slot_min = 60;
    reload(f);
    assert_int_equal(fx_status(f, id), GS_BOOKED);
    assert_true(fx_starts(f, id, "2026-11-25 08:00") || fx_get(f, id)->moved);
    assert_int_equal(fx_get(f, id)->slot_end_ms - fx_get(f, id)->slot_start_ms, 60 * GS_MINUTE_MS);
}

static void those_who_wait_do_not_come_before_those_who_have_to_move(void **state)
{
    struct fixture *f = *state;
    f->rules.windows[1].capacity = 1;
    reload(f);
    BOOK(f, .windows = "midday");
    int64_t waiting = BOOK(f, .windows = "midday", .wait = true);
    int64_t moves = BOOK(f, .windows = "morning,midday", .slot = "08:00");
    f->rules.windows[0].capacity = 0; /* at once: one place more, and one who needs it */
    f->rules.windows[1].capacity = 2;
    reload(f);
    assert_int_equal(fx_status(f, moves), GS_BOOKED);
    assert_int_equal(fx_status(f, waiting), GS_WAITLISTED);
}

static void nor_on_a_later_date(void **state)
{
    struct fixture *f = *state;
    const char *next = "2026-11-26";
    struct gs_command c = fx_command(GS_CMD_CAPACITY_SET, 0);
    c.u.capacity.to = (struct gs_capacity){.date = fx_date(next), .window = "midday", .slot_capacity = -1};
    c.u.capacity.to.closed = true;
    fx_apply(f, &c);
    f->rules.windows[2].capacity = 1;
    reload(f);
    BOOK(f, .date = next, .windows = "evening");
    int64_t waiting = BOOK(f, .date = next, .windows = "evening", .wait = true);
    int64_t moves = BOOK(f, .date = next, .windows = "morning,evening", .slot = "08:00");
    f->rules.windows[0].capacity = 0;
    f->rules.windows[2].capacity = 2;
    reload(f);
    assert_int_equal(fx_status(f, moves), GS_BOOKED);
    assert_int_equal(fx_status(f, waiting), GS_WAITLISTED);
}

static void two_of_one_plate_do_not_move_into_one_window(void **state)
{
    struct fixture *f = *state;
    int64_t a = BOOK(f, .windows = "morning,evening", .slot = "08:00", .plate = "浙D88888");
    int64_t b = BOOK(f, .windows = "midday,evening", .slot = "12:00", .plate = "浙D88888");
    f->rules.windows[0].capacity = f->rules.windows[1].capacity = 0;
    reload(f);
    assert_string_equal(fx_get(f, a)->window, "evening");
    assert_int_equal(fx_status(f, a), GS_BOOKED);
    assert_int_equal(fx_status(f, b), GS_WAITLISTED);
}

#define RULE(name) cmocka_unit_test_setup_teardown(name, fx_setup, fx_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE(who_has_no_place_any_more_is_moved_or_waits),
        RULE(only_changed_dates_are_told_with_their_numbers),
        RULE(rules_that_touch_no_window_touch_nobody),
        RULE(who_is_at_the_gate_stays),
        RULE(a_window_that_is_gone_gives_up_who_was_on_his_way),
        RULE(a_window_that_is_gone_is_none_of_all_windows),
        RULE(other_slots_rebook_within_the_window),
        RULE(nor_on_a_later_date),
        RULE(two_of_one_plate_do_not_move_into_one_window),
        RULE(those_who_wait_do_not_come_before_those_who_have_to_move),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
