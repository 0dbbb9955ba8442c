/* What is told afterwards: steps with a time of their own, times put right, steps taken back late. */
#include "fixture.h"

#include "gateslot/core/report.h"

#define GATE GS_ROLE_GATE
#define SUPERVISOR GS_ROLE_SUPERVISOR

/* A truck inside since 08:10, arrived at 08:00, cleared at 09:00; the clock stands at 10:00. */
static int64_t cleared_truck(struct fixture *f)
{
    int64_t id = BOOK(f, .slot = "08:00");
    fx_at(f, "2026-11-25 08:00");
    fx_step(f, GS_CMD_ARRIVE, id);
    fx_at(f, "2026-11-25 08:10");
    fx_step(f, GS_CMD_ENTER, id);
    fx_at(f, "2026-11-25 09:00");
    assert_int_equal(fx_step(f, GS_CMD_CLEAR, id), GS_CODE_OK);
    fx_at(f, "2026-11-25 10:00");
    return id;
}

static void at_fault(const struct fixture *f, enum gs_fault_kind kind, const char *named)
{
    assert_int_equal(f->out.code, GS_CODE_VALIDATION);
    assert_int_equal(f->out.faults.count, 1);
    assert_int_equal(f->out.faults.list[0].kind, kind);
    assert_string_equal(f->out.faults.list[0].pointer, "/at");
    assert_non_null(strstr(f->out.faults.list[0].expected, named));
}

static void a_forgotten_departure_is_told_with_its_own_time_and_frees_the_bay_now(void **state)
{
    struct fixture *f = *state;
    int64_t id = cleared_truck(f);
    assert_int_equal(gs_book_inside(f->book), 1);
    assert_int_equal(fx_step_at(f, GS_CMD_DEPART, id, SUPERVISOR, "2026-11-25 09:20"), GS_CODE_OK);
    assert_int_equal(gs_book_inside(f->book), 0);
    assert_int_equal(fx_get(f, id)->departed_ms, fx_ms(f, "2026-11-25 09:20"));
    assert_int_equal(fx_get(f, id)->updated_ms, f->now);
    assert_int_equal(fx_get(f, id)->corrections, 1);
    assert_int_equal(f->store.last.type, GS_EV_DEPARTED);
    assert_int_equal(f->store.last.at_ms, f->now);
    assert_int_equal(f->store.last.happened_ms, fx_ms(f, "2026-11-25 09:20"));
}

static void a_step_told_at_once_names_no_time_of_its_own(void **state)
{
    struct fixture *f = *state;
    int64_t id = cleared_truck(f);
    fx_step(f, GS_CMD_DEPART, id);
    assert_int_equal(f->store.last.happened_ms, 0);
    assert_int_equal(fx_get(f, id)->corrections, 0);
}

static void the_gate_goes_back_a_quarter_of_an_hour_and_no_further(void **state)
{
    struct fixture *f = *state;
    int64_t id = cleared_truck(f);
    assert_int_equal(fx_step_at(f, GS_CMD_DEPART, id, GATE, "2026-11-25 09:44"), GS_CODE_TOO_LATE);
    assert_int_equal(f->out.at_ms, fx_ms(f, "2026-11-25 09:59"));
    assert_int_equal(fx_status(f, id), GS_CLEARED);
    assert_int_equal(fx_step_at(f, GS_CMD_DEPART, id, GATE, "2026-11-25 09:45"), GS_CODE_OK);
    assert_int_equal(fx_get(f, id)->departed_ms, fx_ms(f, "2026-11-25 09:45"));
}

static void a_time_not_between_the_step_before_and_now_is_a_fault(void **state)
{
    struct fixture *f = *state;
    int64_t id = cleared_truck(f);
    fx_step_at(f, GS_CMD_DEPART, id, SUPERVISOR, "2026-11-25 10:01");
    at_fault(f, GS_FAULT_NOT_AFTER, "(now)");
    fx_step_at(f, GS_CMD_DEPART, id, SUPERVISOR, "2026-11-25 08:59");
    at_fault(f, GS_FAULT_NOT_BEFORE, "2026-11-25T09:00:00+08:00 (cleared_at)");
    assert_int_equal(fx_status(f, id), GS_CLEARED);
    fx_at(f, "2026-11-25 10:30");
    int64_t late = BOOK(f, .windows = "midday", .slot = "12:00");
    fx_at(f, "2026-11-25 11:30");
    fx_step_at(f, GS_CMD_ARRIVE, late, SUPERVISOR, "2026-11-25 10:29");
    at_fault(f, GS_FAULT_NOT_BEFORE, "(created_at)");
    assert_int_equal(fx_step_at(f, GS_CMD_ARRIVE, late, SUPERVISOR, "2026-11-25 10:30"), GS_CODE_OK);
}

static void early_is_judged_by_the_fact_s_own_time(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:30");
    fx_at(f, "2026-11-25 08:10");
    assert_int_equal(fx_step_at(f, GS_CMD_ARRIVE, id, SUPERVISOR, "2026-11-24 23:59"), GS_CODE_EARLY);
    assert_int_equal(fx_step_at(f, GS_CMD_ARRIVE, id, SUPERVISOR, "2026-11-25 07:30"), GS_CODE_OK);
    assert_int_equal(fx_step_at(f, GS_CMD_ENTER, id, SUPERVISOR, "2026-11-25 07:59"), GS_CODE_EARLY);
    assert_int_equal(f->out.at_ms, fx_ms(f, "2026-11-25 08:00"));
    assert_int_equal(fx_step_at(f, GS_CMD_ENTER, id, SUPERVISOR, "2026-11-25 08:00"), GS_CODE_OK);
}

static void bays_are_counted_now_whatever_the_time_told(void **state)
{
    struct fixture *f = *state;
    f->rules.bays = 1;
    int64_t first = BOOK(f, .slot = "08:00"), second = BOOK(f, .slot = "08:00");
    fx_at(f, "2026-11-25 08:00");
    fx_step(f, GS_CMD_ARRIVE, second);
    fx_at(f, "2026-11-25 08:10");
    fx_let_in(f, first);
    /* at 08:05 the bay was free, but it is not now */
    assert_int_equal(fx_step_at(f, GS_CMD_ENTER, second, SUPERVISOR, "2026-11-25 08:05"), GS_CODE_YARD_FULL);
    assert_int_equal(fx_get(f, second)->held_ms, f->now);
    fx_step(f, GS_CMD_CLEAR, first);
    fx_step(f, GS_CMD_DEPART, first);
    assert_int_equal(fx_step_at(f, GS_CMD_ENTER, second, SUPERVISOR, "2026-11-25 08:05"), GS_CODE_OK);
    assert_int_equal(fx_get(f, second)->held_ms, 0); /* it was inside when it was thought to be held */
}

static void a_refusal_told_afterwards_keeps_its_time_and_frees_the_place_now(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00");
    fx_at(f, "2026-11-25 08:00");
    fx_step(f, GS_CMD_ARRIVE, id);
    fx_at(f, "2026-11-25 08:40");
    assert_int_equal(fx_step_at(f, GS_CMD_REFUSE, id, SUPERVISOR, "2026-11-25 08:20"), GS_CODE_OK);
    assert_int_equal(fx_get(f, id)->ended_ms, fx_ms(f, "2026-11-25 08:20"));
    assert_int_equal(fx_booked(f, "morning"), 0);
    assert_int_equal(fx_step_at(f, GS_CMD_REFUSE, id, SUPERVISOR, "2026-11-25 08:30"), GS_CODE_OK);
    assert_int_equal(f->store.last.type, GS_EV_CORRECTED);
    assert_int_equal(f->store.last.step, GS_STEP_REFUSE);
    assert_int_equal(fx_get(f, id)->ended_ms, fx_ms(f, "2026-11-25 08:30"));
}

static void a_time_is_put_right_and_the_event_has_both(void **state)
{
    struct fixture *f = *state;
    int64_t id = cleared_truck(f);
    assert_int_equal(fx_step_at(f, GS_CMD_ENTER, id, SUPERVISOR, "2026-11-25 08:30"), GS_CODE_OK);
    assert_int_equal(fx_get(f, id)->entered_ms, fx_ms(f, "2026-11-25 08:30"));
    assert_int_equal(fx_status(f, id), GS_CLEARED);
    assert_int_equal(f->store.last.type, GS_EV_CORRECTED);
    assert_int_equal(f->store.last.step, GS_STEP_ENTER);
    assert_int_equal(f->store.last.happened_ms, fx_ms(f, "2026-11-25 08:30"));
    assert_int_equal(f->store.last.happened_before_ms, fx_ms(f, "2026-11-25 08:10"));
    assert_int_equal(f->store.last.status, f->store.last.status_before);
    assert_string_equal(f->store.last.reason, "because");
    assert_int_equal(fx_get(f, id)->corrections, 1);
}

static void only_a_supervisor_puts_a_time_right_and_says_why(void **state)
{
    struct fixture *f = *state;
    int64_t id = cleared_truck(f), seq = gs_book_seq(f->book);
    assert_int_equal(fx_step_at(f, GS_CMD_CLEAR, id, GATE, "2026-11-25 09:50"), GS_CODE_FORBIDDEN);
    struct gs_command c = fx_command(GS_CMD_CLEAR, id);
    c.at_ms = fx_ms(f, "2026-11-25 09:50");
    c.reason[0] = '\0';
    assert_int_equal(fx_apply(f, &c), GS_CODE_VALIDATION);
    assert_string_equal(f->out.faults.list[0].pointer, "/reason");
    assert_int_equal(gs_book_seq(f->book), seq);
}

static void the_same_time_again_changes_nothing(void **state)
{
    struct fixture *f = *state;
    int64_t id = cleared_truck(f), version = fx_get(f, id)->version, seq = gs_book_seq(f->book);
    assert_int_equal(fx_step_at(f, GS_CMD_CLEAR, id, GATE, "2026-11-25 09:00"), GS_CODE_OK);
    assert_int_equal(fx_get(f, id)->version, version);
    assert_int_equal(gs_book_seq(f->book), seq);
}

static void a_time_put_right_stays_between_its_neighbours(void **state)
{
    struct fixture *f = *state;
    int64_t id = cleared_truck(f);
    fx_step_at(f, GS_CMD_ENTER, id, SUPERVISOR, "2026-11-25 07:59");
    at_fault(f, GS_FAULT_NOT_BEFORE, "(arrived_at)");
    fx_step_at(f, GS_CMD_ENTER, id, SUPERVISOR, "2026-11-25 09:01");
    at_fault(f, GS_FAULT_NOT_AFTER, "(cleared_at)");
    fx_step_at(f, GS_CMD_ARRIVE, id, SUPERVISOR, "2026-11-25 08:11");
    at_fault(f, GS_FAULT_NOT_AFTER, "(entered_at)");
    fx_step_at(f, GS_CMD_CLEAR, id, SUPERVISOR, "2026-11-25 10:01");
    at_fault(f, GS_FAULT_NOT_AFTER, "(now)");
    assert_int_equal(fx_step_at(f, GS_CMD_DEPART, id, SUPERVISOR, "2026-11-25 10:00"), GS_CODE_OK);
    fx_at(f, "2026-11-25 11:00");
    fx_step_at(f, GS_CMD_CLEAR, id, SUPERVISOR, "2026-11-25 10:01");
    at_fault(f, GS_FAULT_NOT_AFTER, "(departed_at)");
    assert_int_equal(fx_get(f, id)->corrections, 1);
}

static void an_arrival_is_put_right_within_its_promise(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00");
    fx_at(f, "2026-11-25 08:30");
    fx_step(f, GS_CMD_ARRIVE, id);
    fx_at(f, "2026-11-25 09:30");
    fx_step_at(f, GS_CMD_ARRIVE, id, SUPERVISOR, "2026-11-25 09:01");
    at_fault(f, GS_FAULT_NOT_AFTER, "(arrive_until)");
    assert_int_equal(fx_step_at(f, GS_CMD_ARRIVE, id, SUPERVISOR, "2026-11-24 23:00"), GS_CODE_EARLY);
    assert_int_equal(fx_step_at(f, GS_CMD_ARRIVE, id, SUPERVISOR, "2026-11-25 07:00"), GS_CODE_OK);
}

static void a_step_of_another_state_is_refused_with_a_time_as_without(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00");
    fx_at(f, "2026-11-25 08:00");
    assert_int_equal(fx_step_at(f, GS_CMD_CLEAR, id, SUPERVISOR, "2026-11-25 08:00"), GS_CODE_WRONG_STATE);
    fx_step(f, GS_CMD_CANCEL, id);
    assert_int_equal(fx_step_at(f, GS_CMD_REFUSE, id, SUPERVISOR, "2026-11-25 08:00"), GS_CODE_WRONG_STATE);
}

static void a_supervisor_takes_a_step_back_late_and_says_why(void **state)
{
    struct fixture *f = *state;
    int64_t id = cleared_truck(f);
    assert_int_equal(fx_step_as(f, GS_CMD_REVERT, id, GATE, "gate"), GS_CODE_TOO_LATE);
    struct gs_command c = fx_command(GS_CMD_REVERT, id);
    c.reason[0] = '\0';
    assert_int_equal(fx_apply(f, &c), GS_CODE_VALIDATION);
    assert_string_equal(f->out.faults.list[0].pointer, "/reason");
    assert_int_equal(fx_step(f, GS_CMD_REVERT, id), GS_CODE_OK);
    assert_int_equal(fx_status(f, id), GS_ENTERED);
    assert_int_equal(fx_get(f, id)->cleared_ms, 0);
    assert_int_equal(fx_get(f, id)->corrections, 1);
    assert_string_equal(f->store.last.reason, "because");
}

static void an_arrival_taken_back_after_its_promise_is_a_no_show_at_once(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00");
    fx_at(f, "2026-11-25 08:00");
    fx_step(f, GS_CMD_ARRIVE, id);
    fx_at(f, "2026-11-25 11:00");
    assert_int_equal(fx_step(f, GS_CMD_REVERT, id), GS_CODE_OK);
    assert_int_equal(fx_status(f, id), GS_NO_SHOW);
    assert_int_equal(fx_get(f, id)->ended_ms, f->now);
}

static void a_departure_of_yesterday_is_taken_back_into_a_full_yard(void **state)
{
    struct fixture *f = *state;
    f->rules.bays = 1;
    int64_t id = cleared_truck(f), other = BOOK(f, .date = "2026-11-26", .slot = "08:00");
    fx_step(f, GS_CMD_DEPART, id);
    fx_at(f, "2026-11-26 08:00");
    fx_let_in(f, other);
    assert_int_equal(fx_step(f, GS_CMD_REVERT, id), GS_CODE_OK);
    assert_int_equal(gs_book_inside(f->book), 2); /* it stands there, as a supervisor says */
    assert_int_equal(fx_step_at(f, GS_CMD_DEPART, id, SUPERVISOR, "2026-11-25 10:30"), GS_CODE_OK);
    assert_int_equal(gs_book_inside(f->book), 1);
    fx_reopen(f);
}

/* Others of its date may have left the book by then, so nobody can say whether its place is free: it stays refused. */
static void a_refusal_of_a_date_that_is_not_held_whole_is_not_taken_back(void **state)
{
    struct fixture *f = *state;
    int64_t told_late = BOOK(f, .slot = "08:00"), in_time = BOOK(f, .slot = "08:00");
    fx_at(f, "2026-11-25 08:00");
    for (int64_t id = told_late; id <= in_time; id++) {
        fx_step(f, GS_CMD_ARRIVE, id);
        assert_int_equal(fx_step(f, GS_CMD_REFUSE, id), GS_CODE_OK);
    }
    fx_at(f, "2026-11-26 23:00");
    assert_int_equal(fx_step_at(f, GS_CMD_REFUSE, told_late, SUPERVISOR, "2026-11-25 08:00"), GS_CODE_OK);
    fx_step_at(f, GS_CMD_ARRIVE, told_late, SUPERVISOR, "2026-11-25 07:50");
    assert_int_equal(fx_step(f, GS_CMD_REVERT, in_time), GS_CODE_OK);
    fx_at(f, "2026-11-27 09:00");
    fx_reopen(f);
    assert_int_equal(fx_step(f, GS_CMD_REVERT, told_late), GS_CODE_TOO_LATE);
    assert_int_equal(fx_status(f, told_late), GS_REFUSED);
}

/* What was told today of a truck that left days ago can be put right today, and is forgotten as what ended today is. */
static void what_is_told_late_can_be_put_right_until_the_day_after(void **state)
{
    struct fixture *f = *state;
    int64_t id = cleared_truck(f);
    fx_at(f, "2026-11-30 09:00");
    assert_int_equal(fx_step_at(f, GS_CMD_DEPART, id, SUPERVISOR, "2026-11-25 11:00"), GS_CODE_OK);
    fx_reopen(f);
    assert_int_equal(fx_step_at(f, GS_CMD_DEPART, id, SUPERVISOR, "2026-11-25 12:00"), GS_CODE_OK);
    fx_due(f, "2026-12-01 23:59");
    assert_int_equal(fx_step_at(f, GS_CMD_DEPART, id, SUPERVISOR, "2026-11-25 13:00"), GS_CODE_OK);
    fx_due(f, "2026-12-03 00:00");
    assert_int_equal(fx_step_at(f, GS_CMD_DEPART, id, SUPERVISOR, "2026-11-25 14:00"), GS_CODE_NOT_FOUND);
    fx_reopen(f);
}

static void the_report_goes_by_the_times_put_right_and_counts_them(void **state)
{
    struct fixture *f = *state;
    int64_t id = cleared_truck(f);
    fx_step(f, GS_CMD_DEPART, id); /* at 10:00 */
    fx_step_at(f, GS_CMD_DEPART, id, SUPERVISOR, "2026-11-25 09:10");
    fx_step_at(f, GS_CMD_ENTER, id, SUPERVISOR, "2026-11-25 08:30");
    struct gs_report r;
    const struct gs_booking *all[] = {fx_get(f, id)};
    assert_int_equal(gs_report_make(f->book, fx_date(FX_DAY), NULL, 0, all, 1, &r), GS_OK);
    assert_int_equal(r.total.corrections, 2);
    assert_int_equal(r.windows[0].corrections, 2);
    assert_int_equal(r.windows[1].corrections, 0);
    assert_int_equal(r.total.mean_entry_tenths, 300);
    assert_int_equal(r.total.p95_entry_tenths, 300);
    assert_int_equal(r.total.mean_stay_tenths, 400);
}

static void a_walk_in_came_no_earlier_than_it_was_put_down(void **state)
{
    struct fixture *f = *state;
    fx_at(f, "2026-11-25 08:20");
    int64_t id = BOOK(f, .walk_in = true);
    fx_at(f, "2026-11-25 08:40");
    fx_step_at(f, GS_CMD_ARRIVE, id, SUPERVISOR, "2026-11-25 08:10");
    at_fault(f, GS_FAULT_NOT_BEFORE, "(created_at)");
    assert_int_equal(fx_step_at(f, GS_CMD_ARRIVE, id, SUPERVISOR, "2026-11-25 08:30"), GS_CODE_OK);
}

static void an_admission_told_afterwards_is_arrival_and_entry_at_that_time(void **state)
{
    struct fixture *f = *state;
    int64_t in_time = BOOK(f, .slot = "08:30"), early = BOOK(f, .slot = "08:30");
    fx_at(f, "2026-11-25 08:40");
    assert_int_equal(fx_step_at(f, GS_CMD_ADMIT, in_time, SUPERVISOR, "2026-11-25 08:10"), GS_CODE_OK);
    assert_int_equal(fx_status(f, in_time), GS_ENTERED);
    assert_int_equal(fx_get(f, in_time)->arrived_ms, fx_ms(f, "2026-11-25 08:10"));
    assert_int_equal(fx_get(f, in_time)->entered_ms, fx_ms(f, "2026-11-25 08:10"));
    assert_int_equal(fx_step_at(f, GS_CMD_ADMIT, early, SUPERVISOR, "2026-11-25 07:40"), GS_CODE_OK);
    assert_int_equal(f->out.decision, GS_HOLD);
    assert_int_equal(f->out.gate_code, GS_GATE_EARLY);
    assert_int_equal(fx_status(f, early), GS_ARRIVED);
    assert_int_equal(fx_step_at(f, GS_CMD_ADMIT, in_time, SUPERVISOR, "2026-11-25 08:20"), GS_CODE_WRONG_STATE);
    assert_int_equal(fx_get(f, in_time)->arrived_ms, fx_ms(f, "2026-11-25 08:10"));
}

/* Two days later those of that date who have left are forgotten, and with them how full it was: a slip of the finger stays as well. */
static void a_refusal_of_minutes_ago_is_not_taken_back_once_its_date_is_forgotten(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00"), other = BOOK(f, .slot = "08:00");
    fx_at(f, "2026-11-25 08:00");
    fx_step(f, GS_CMD_ARRIVE, id);
    fx_let_in(f, other);
    fx_step(f, GS_CMD_CLEAR, other);
    fx_step(f, GS_CMD_DEPART, other);
    fx_at(f, "2026-11-26 23:55");
    fx_step(f, GS_CMD_REFUSE, id);
    assert_int_equal(fx_step(f, GS_CMD_REVERT, id), GS_CODE_OK);
    assert_int_equal(fx_status(f, id), GS_ARRIVED);
    fx_step(f, GS_CMD_REFUSE, id);
    fx_at(f, "2026-11-27 00:00");
    assert_int_equal(fx_step(f, GS_CMD_REVERT, id), GS_CODE_TOO_LATE);
    assert_int_equal(f->out.at_ms, 0); /* nobody can, whoever he is */
    assert_null(gs_book_get(f->book, other));
    assert_int_equal(fx_status(f, id), GS_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_admission_told_afterwards_is_arrival_and_entry_at_that_time, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(a_forgotten_departure_is_told_with_its_own_time_and_frees_the_bay_now, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(a_step_told_at_once_names_no_time_of_its_own, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(the_gate_goes_back_a_quarter_of_an_hour_and_no_further, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_time_not_between_the_step_before_and_now_is_a_fault, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(early_is_judged_by_the_fact_s_own_time, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(bays_are_counted_now_whatever_the_time_told, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_refusal_told_afterwards_keeps_its_time_and_frees_the_place_now, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(a_time_is_put_right_and_the_event_has_both, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(only_a_supervisor_puts_a_time_right_and_says_why, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(the_same_time_again_changes_nothing, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_time_put_right_stays_between_its_neighbours, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(an_arrival_is_put_right_within_its_promise, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_step_of_another_state_is_refused_with_a_time_as_without, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(a_supervisor_takes_a_step_back_late_and_says_why, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(an_arrival_taken_back_after_its_promise_is_a_no_show_at_once, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(a_refusal_of_minutes_ago_is_not_taken_back_once_its_date_is_forgotten, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(a_departure_of_yesterday_is_taken_back_into_a_full_yard, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_refusal_of_a_date_that_is_not_held_whole_is_not_taken_back, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(what_is_told_late_can_be_put_right_until_the_day_after, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(the_report_goes_by_the_times_put_right_and_counts_them, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_walk_in_came_no_earlier_than_it_was_put_down, fx_setup, fx_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
