/* Exceptions: a supervisor sets cutoff, quota or a suspension aside for one booking, where they stand in its way and nowhere else; never
 * the room of a slot, what is closed or what is over. What was granted is not taken back by what is decided later. */
#include "fixture.h"

#include "gateslot/core/report.h"

#define TRUCK "浙D99999"
#define CUTOFF GS_EXCEPTION_CUTOFF
#define QUOTA GS_EXCEPTION_QUOTA
#define SUSPENDED GS_EXCEPTION_SUSPENDED

static int setup(void **state)
{
    int err = fx_setup(state);
    struct fixture *f = *state;
    f->rules.strike_limit = 3;
    f->rules.strike_days = 30;
    f->rules.suspend_days = 7;
    return err;
}

static unsigned granted(const struct fixture *f, int64_t id)
{
    assert_int_not_equal(id, 0);
    return fx_get(f, id)->exceptions;
}

static void a_slot_that_is_about_to_start_or_has_started_is_booked_past_the_cutoff(void **state)
{
    struct fixture *f = *state;
    fx_at(f, FX_DAY " 07:50");
    int64_t id = BOOK(f, .windows = "morning", .slot = "08:00");
    assert_false(fx_starts(f, id, FX_DAY " 08:00"));
    id = BOOK(f, .windows = "morning", .slot = "08:00", .exceptions = CUTOFF);
    assert_int_equal(granted(f, id), CUTOFF);
    assert_true(fx_starts(f, id, FX_DAY " 08:00"));
    assert_int_equal(f->store.last.exceptions, CUTOFF);
    assert_string_equal(f->store.last.reason, "because");
    fx_at(f, FX_DAY " 08:29");
    id = BOOK(f, .windows = "morning", .slot = "08:00", .exceptions = CUTOFF);
    assert_true(fx_starts(f, id, FX_DAY " 08:00"));
    fx_at(f, FX_DAY " 08:30"); /* it is over */
    id = BOOK(f, .windows = "morning", .slot = "08:00", .exceptions = CUTOFF);
    assert_true(fx_starts(f, id, FX_DAY " 08:30"));
}

static void it_is_set_aside_only_where_it_stands_in_the_way(void **state)
{
    struct fixture *f = *state;
    fx_at(f, FX_DAY " 07:50");
    int64_t id = BOOK(f, .exceptions = GS_EXCEPTIONS_ALL);
    assert_int_equal(granted(f, id), 0); /* any time suits it, and there is room later */
    assert_int_equal(f->store.last.exceptions, 0);
    id = BOOK(f, .windows = "morning", .slot = "09:00", .exceptions = GS_EXCEPTIONS_ALL);
    assert_int_equal(granted(f, id), 0);
    assert_true(fx_starts(f, id, FX_DAY " 09:00"));
    fx_at(f, FX_DAY " 19:45"); /* nothing later is left */
    assert_int_equal(BOOK(f, .windows = "evening"), 0);
    assert_int_equal(f->out.code, GS_CODE_PAST_CUTOFF);
    assert_int_equal(granted(f, BOOK(f, .windows = "evening", .exceptions = CUTOFF | QUOTA)), CUTOFF);
    fx_at(f, FX_DAY " 20:00");
    assert_int_equal(BOOK(f, .windows = "evening", .exceptions = GS_EXCEPTIONS_ALL), 0);
    assert_int_equal(f->out.code, GS_CODE_PAST_CUTOFF);
}

static void a_company_goes_beyond_its_quota_but_never_beyond_capacity(void **state)
{
    struct fixture *f = *state;
    f->rules.company_window_percent = 25;
    fx_at(f, "2026-11-24 08:00");
    fx_reload(f, NULL, NULL);
    assert_int_equal(BOOK_MANY(f, 11, .windows = "morning"), 10);
    assert_int_equal(f->out.code, GS_CODE_COMPANY_QUOTA);
    assert_int_equal(BOOK(f, .windows = "morning", .exceptions = CUTOFF | SUSPENDED), 0);
    assert_int_equal(f->out.code, GS_CODE_COMPANY_QUOTA);
    for (int i = 0; i < 30; i++) {
        assert_int_equal(granted(f, BOOK(f, .windows = "morning", .exceptions = QUOTA)), QUOTA);
    }
    assert_int_equal(fx_booked(f, "morning"), 40);
    assert_int_equal(BOOK(f, .windows = "morning", .exceptions = GS_EXCEPTIONS_ALL), 0);
    assert_int_equal(f->out.code, GS_CODE_FULL);
    fx_due(f, "2026-11-24 20:00"); /* the day is settled: all of it stands as it was */
    assert_int_equal(fx_booked(f, "morning"), 40);
    int64_t last = 40; /* the latest gives way to a cut, as ever */
    assert_int_equal(fx_capacity(f, "morning", 39, GS_EXCESS_REBOOK), GS_CODE_OK);
    assert_int_equal(fx_booked(f, "morning"), 39);
    assert_int_equal(fx_status(f, last), GS_WAITLISTED);
}

/* Displaced by a cut, it has its place again as soon as there is room, quota or not. */
static void what_a_cut_took_comes_back_beyond_the_quota(void **state)
{
    struct fixture *f = *state;
    f->rules.company_window_percent = 25;
    fx_at(f, "2026-11-24 08:00");
    fx_reload(f, NULL, NULL);
    assert_int_equal(BOOK_MANY(f, 10, .windows = "morning", .rigid = true), 10);
    int64_t id = BOOK(f, .windows = "morning", .rigid = true, .exceptions = QUOTA);
    assert_int_equal(granted(f, id), QUOTA);
    assert_int_equal(fx_capacity(f, "morning", 10, GS_EXCESS_REBOOK), GS_CODE_OK);
    assert_int_equal(fx_status(f, id), GS_WAITLISTED);
    assert_int_equal(fx_capacity(f, "morning", 40, GS_EXCESS_REBOOK), GS_CODE_OK);
    assert_int_equal(fx_status(f, id), GS_BOOKED);
}

static void suspend(struct fixture *f)
{
    for (int i = 0; i < 3; i++) {
        static const char *const windows[] = {"morning", "midday", "evening"};
        assert_int_not_equal(BOOK(f, .date = "2026-11-24", .windows = windows[i], .plate = TRUCK), 0);
    }
    fx_due(f, "2026-11-24 21:00");
}

static void a_suspended_plate_is_booked_walks_in_waits_and_is_promoted(void **state)
{
    struct fixture *f = *state;
    fx_at(f, "2026-11-24 07:00");
    suspend(f);
    assert_int_equal(BOOK(f, .windows = "morning", .plate = TRUCK, .exceptions = CUTOFF | QUOTA), 0);
    assert_int_equal(f->out.code, GS_CODE_SUSPENDED);
    int64_t id = BOOK(f, .windows = "morning", .plate = TRUCK, .exceptions = SUSPENDED);
    assert_int_equal(granted(f, id), SUSPENDED);
    int64_t holder = 0;
    for (int i = 0; i < 40; i++) {
        holder = BOOK(f, .windows = "evening", .rigid = true);
    }
    int64_t waits = BOOK(f, .windows = "evening", .plate = TRUCK, .wait = true, .exceptions = SUSPENDED);
    assert_int_equal(granted(f, waits), SUSPENDED);
    assert_int_equal(fx_status(f, waits), GS_WAITLISTED);
    fx_reopen(f);
    assert_int_equal(fx_step(f, GS_CMD_CANCEL, holder), GS_CODE_OK);
    assert_int_equal(fx_status(f, waits), GS_BOOKED);
    fx_at(f, FX_DAY " 13:00");
    assert_int_equal(BOOK(f, .walk_in = true, .plate = TRUCK, .role = GS_ROLE_GATE), 0);
    assert_int_equal(f->out.code, GS_CODE_SUSPENDED);
    assert_int_equal(granted(f, BOOK(f, .walk_in = true, .plate = TRUCK, .exceptions = SUSPENDED)), SUSPENDED);
}

static void change_and_reschedule_have_exceptions_of_their_own(void **state)
{
    struct fixture *f = *state;
    fx_at(f, "2026-11-24 07:00");
    suspend(f);
    int64_t id = BOOK(f, .windows = "morning");
    struct gs_command c = fx_command(GS_CMD_CHANGE, id);
    c.u.change.has_plate = true;
    strcpy(c.u.change.truck.plate, TRUCK);
    assert_int_equal(fx_apply(f, &c), GS_CODE_SUSPENDED);
    c.exceptions = SUSPENDED;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(granted(f, id), SUSPENDED);
    assert_int_equal(f->store.last.exceptions, SUSPENDED);
    fx_at(f, FX_DAY " 07:45");
    c = fx_command(GS_CMD_RESCHEDULE, id);
    c.u.reschedule.has_slot = true;
    c.u.reschedule.wish.slot_min = 480;
    assert_int_equal(fx_apply(f, &c), GS_CODE_SUSPENDED);
    c.exceptions = SUSPENDED | CUTOFF;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(granted(f, id), SUSPENDED | CUTOFF);
    c = fx_command(GS_CMD_CHANGE, id); /* another truck comes, which nothing suspends */
    c.u.change.has_plate = true;
    strcpy(c.u.change.truck.plate, "浙D11111");
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(granted(f, id), CUTOFF);
    c = fx_command(GS_CMD_RESCHEDULE, id);
    c.u.reschedule.has_slot = true;
    c.u.reschedule.wish.slot_min = 600;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(granted(f, id), 0); /* its new place needed none */
}

static void only_a_supervisor_with_a_reason_makes_an_exception_and_never_of_what_is_closed(void **state)
{
    struct fixture *f = *state;
    struct gs_command c = fx_command(GS_CMD_BOOK, 0);
    fx_at(f, FX_DAY " 07:50");
    assert_int_equal(BOOK(f, .role = GS_ROLE_GATE, .exceptions = CUTOFF), 0);
    assert_int_equal(f->out.code, GS_CODE_FORBIDDEN);
    assert_int_equal(BOOK(f, .role = GS_ROLE_BACKEND, .exceptions = CUTOFF), 0);
    assert_int_equal(f->out.code, GS_CODE_FORBIDDEN);
    c.reason[0] = '\0';
    c.exceptions = CUTOFF;
    c.u.book.wish.date = fx_date(FX_DAY);
    c.u.book.wish.slot_min = -1;
    strcpy(c.u.book.truck.plate, "浙D22222");
    strcpy(c.u.book.truck.containers[0], "CSQU7654321");
    c.u.book.truck.container_count = 1;
    assert_int_equal(fx_apply(f, &c), GS_CODE_VALIDATION);
    assert_string_equal(f->out.faults.list[0].pointer, "/exception/reason");
    assert_int_equal(fx_close(f, "morning", GS_EXCESS_REBOOK), GS_CODE_OK);
    assert_int_equal(BOOK(f, .windows = "morning", .exceptions = GS_EXCEPTIONS_ALL), 0);
    assert_int_equal(f->out.code, GS_CODE_CLOSED);
    assert_int_equal(BOOK(f, .date = "2026-11-24", .exceptions = GS_EXCEPTIONS_ALL), 0);
    assert_int_equal(f->out.code, GS_CODE_OUTSIDE_HORIZON);
}

static void the_report_counts_them(void **state)
{
    struct fixture *f = *state;
    fx_at(f, FX_DAY " 07:50");
    BOOK(f, .windows = "morning", .slot = "08:00", .exceptions = CUTOFF);
    BOOK(f, .windows = "morning", .slot = "09:00");
    const struct gs_booking *all[] = {fx_get(f, 1), fx_get(f, 2)};
    struct gs_report report;
    assert_int_equal(gs_report_make(f->book, fx_date(FX_DAY), NULL, 0, all, 2, &report), GS_OK);
    assert_int_equal(report.total.exceptions, 1);
    assert_int_equal(report.windows[0].exceptions, 1);
    assert_int_equal(report.windows[1].exceptions, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_slot_that_is_about_to_start_or_has_started_is_booked_past_the_cutoff, setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(it_is_set_aside_only_where_it_stands_in_the_way, setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_company_goes_beyond_its_quota_but_never_beyond_capacity, setup, fx_teardown),
        cmocka_unit_test_setup_teardown(what_a_cut_took_comes_back_beyond_the_quota, setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_suspended_plate_is_booked_walks_in_waits_and_is_promoted, setup, fx_teardown),
        cmocka_unit_test_setup_teardown(change_and_reschedule_have_exceptions_of_their_own, setup, fx_teardown),
        cmocka_unit_test_setup_teardown(only_a_supervisor_with_a_reason_makes_an_exception_and_never_of_what_is_closed,
                                        setup, fx_teardown),
        cmocka_unit_test_setup_teardown(the_report_counts_them, setup, fx_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
