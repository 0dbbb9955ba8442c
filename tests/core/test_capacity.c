/* A supervisor's capacity: cuts, raises, closing, reset. */
#include "fixture.h"

static struct gs_command reset_of(const char *window)
{
    struct gs_command c = fx_command(GS_CMD_CAPACITY_RESET, 0);
    c.u.capacity.to.date = fx_date(FX_DAY);
    strcpy(c.u.capacity.to.window, window);
    return c;
}

static void a_cut_spreads_over_the_slots_and_binds(void **state)
{
    struct fixture *f = *state;
    struct gs_window_view view;
    assert_int_equal(fx_capacity(f, "morning", 11, GS_EXCESS_REBOOK), GS_CODE_OK);
    fx_window(f, FX_DAY, "morning", &view);
    assert_int_equal(view.capacity, 11);
    assert_true(view.overridden);
    assert_string_equal(view.reason, "crane broken");
    assert_int_equal(view.slots[2].capacity, 2);
    assert_int_equal(view.slots[3].capacity, 1);
    assert_int_equal(BOOK_MANY(f, 20, .windows = "morning"), 11);
    assert_int_equal(fx_events(f, GS_EV_CAPACITY_CHANGED, 0), 1);
}

static void the_event_tells_before_and_after(void **state)
{
    struct fixture *f = *state;
    fx_capacity(f, "morning", 30, GS_EXCESS_REBOOK);
    const struct gs_event *e = &f->store.last;
    assert_int_equal(e->type, GS_EV_CAPACITY_CHANGED);
    assert_int_equal(e->capacity_before, 40);
    assert_int_equal(e->capacity_after, 30);
    assert_int_equal(e->to.date, fx_date(FX_DAY));
    assert_string_equal(e->to.window, "morning");
    assert_int_equal(e->booking_id, 0);
}

static void a_cut_that_keeps_its_bookings_takes_no_more(void **state)
{
    struct fixture *f = *state;
    BOOK_MANY(f, 20, .windows = "morning");
    assert_int_equal(fx_capacity(f, "morning", 10, GS_EXCESS_KEEP), GS_CODE_OK);
    assert_int_equal(fx_booked(f, "morning"), 20);
    assert_int_equal(BOOK(f, .windows = "morning"), 0);
    assert_int_equal(f->out.code, GS_CODE_FULL);
    for (int64_t id = 1; id <= 10; id++) {
        fx_step(f, GS_CMD_CANCEL, id);
    }
    assert_int_equal(BOOK(f, .windows = "morning"), 0); /* ten of ten */
}

static void a_window_closed_with_its_bookings_kept_lets_them_in(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00");
    assert_int_equal(fx_close(f, "morning", GS_EXCESS_KEEP), GS_CODE_OK);
    assert_true(f->store.last.closed_after);
    assert_int_equal(f->store.last.capacity_after, 40); /* what is not given stays */
    fx_at(f, "2026-11-25 08:00");
    assert_int_equal(fx_step(f, GS_CMD_ARRIVE, id), GS_CODE_OK); /* a promise is kept */
}

static void reset_returns_to_the_calendar(void **state)
{
    struct fixture *f = *state;
    struct gs_window_view view;
    struct gs_command c = reset_of("morning");
    fx_capacity(f, "morning", 60, GS_EXCESS_REBOOK);
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    fx_window(f, FX_DAY, "morning", &view);
    assert_int_equal(view.capacity, 40);
    assert_false(view.overridden);
    assert_int_equal(f->store.capacity_count, 0);
    int64_t seq = gs_book_seq(f->book);
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK); /* nothing to reset: nothing written */
    assert_int_equal(gs_book_seq(f->book), seq);
}

static void faults_and_dates(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(fx_capacity(f, "morning", GS_MAX_CAPACITY + 1, GS_EXCESS_REBOOK), GS_CODE_VALIDATION);
    assert_string_equal(f->out.faults.list[0].pointer, "/capacity");
    assert_int_equal(fx_capacity(f, "morning", -1, GS_EXCESS_REBOOK), GS_CODE_VALIDATION);
    assert_int_equal(fx_capacity(f, "morning", GS_MAX_CAPACITY, GS_EXCESS_REBOOK), GS_CODE_OK);
    assert_int_equal(fx_capacity(f, "noon", 10, GS_EXCESS_REBOOK), GS_CODE_VALIDATION);
    assert_int_equal(f->out.faults.list[0].kind, GS_FAULT_NO_SUCH_WINDOW);
    fx_due(f, "2026-11-26 00:00");
    assert_int_equal(fx_capacity(f, "morning", 10, GS_EXCESS_REBOOK), GS_CODE_OUTSIDE_HORIZON);
    assert_int_equal(f->out.at_ms, 0);
}

static void only_supervisors_set_capacity(void **state)
{
    struct fixture *f = *state;
    struct gs_command c = reset_of("morning");
    c.actor.role = GS_ROLE_GATE;
    assert_int_equal(fx_apply(f, &c), GS_CODE_FORBIDDEN);
    c.kind = GS_CMD_CAPACITY_SET;
    c.actor.role = GS_ROLE_BACKEND;
    assert_int_equal(fx_apply(f, &c), GS_CODE_FORBIDDEN);
}

static void a_capacity_outlives_a_restart_and_ends_with_its_date(void **state)
{
    struct fixture *f = *state;
    struct gs_window_view view;
    fx_capacity(f, "morning", 12, GS_EXCESS_REBOOK);
    fx_reopen(f);
    fx_window(f, FX_DAY, "morning", &view);
    assert_int_equal(view.capacity, 12);
    fx_due(f, "2026-11-28 09:00");
    fx_reopen(f);
    fx_window(f, FX_DAY, "morning", &view);
    assert_int_equal(view.capacity, 40); /* past: the calendar's again */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_cut_spreads_over_the_slots_and_binds, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(the_event_tells_before_and_after, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_cut_that_keeps_its_bookings_takes_no_more, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_window_closed_with_its_bookings_kept_lets_them_in, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(reset_returns_to_the_calendar, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(faults_and_dates, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(only_supervisors_set_capacity, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_capacity_outlives_a_restart_and_ends_with_its_date, fx_setup, fx_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
