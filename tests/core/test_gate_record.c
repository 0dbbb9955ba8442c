/* Checks that are recorded at the gate: the event, and the trucks turned away, counted once a date and for good. */
#include "fixture.h"

#include <stdio.h>

static void record(struct fixture *f, const char *what, int64_t id, enum gs_decision decision, enum gs_gate_code code,
                   const char *by)
{
    struct gs_command c = fx_command(GS_CMD_GATE_RECORD, id);
    c.actor.role = GS_ROLE_GATE;
    snprintf(c.actor.name, sizeof c.actor.name, "%s", by);
    c.reason[0] = '\0';
    snprintf(c.u.check.what, sizeof c.u.check.what, "%s", what);
    c.u.check.is_plate = true;
    c.u.check.decision = decision;
    c.u.check.code = code;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
}

static void reject(struct fixture *f, const char *what, const char *by)
{
    record(f, what, 0, GS_REJECT, GS_GATE_NOT_BOOKED, by);
}

static int32_t turned_away(const struct fixture *f, const char *date)
{
    return gs_book_turned_away(f->book, fx_date(date));
}

static int checked(const struct fixture *f)
{
    return fx_events(f, GS_EV_GATE_CHECKED, 0);
}

static void what_the_gate_was_told_is_an_event(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .plate = "浙DTEST1");
    fx_at(f, "2026-11-24 09:00");
    record(f, "浙DTEST7", id, GS_REJECT, GS_GATE_WRONG_DAY, "tablet");
    const struct gs_event *e = &f->store.last;
    assert_int_equal(e->type, GS_EV_GATE_CHECKED);
    assert_true(e->decision == GS_REJECT && e->gate_code == GS_GATE_WRONG_DAY && e->cause_id == id);
    assert_string_equal(e->plate, "浙DTEST7"); /* as it was read */
    assert_string_equal(e->owner, "mini");
    assert_true(e->booking_id == 0 && e->prev == 0 && fx_get(f, id)->version == 1); /* nothing of the booking changed */
    assert_int_equal(turned_away(f, "2026-11-24"), 1);
    record(f, "浙DTEST1", id, GS_REJECT, GS_GATE_WRONG_DAY, "tablet");
    assert_int_equal(turned_away(f, "2026-11-24"), 1); /* the same truck, whatever was read */
}

static void the_same_within_a_minute_is_recorded_once(void **state)
{
    struct fixture *f = *state;
    fx_at(f, "2026-11-24 09:00");
    reject(f, "浙DTEST1", "tablet");
    f->now += GS_RECHECK_MS - 1;
    reject(f, "浙DTEST1", "tablet");
    assert_int_equal(checked(f), 1);
    reject(f, "浙DTEST2", "tablet");                                 /* another truck, */
    reject(f, "浙DTEST1", "tablet-2");                               /* or by another, */
    record(f, "浙DTEST1", 0, GS_HOLD, GS_GATE_NOT_BOOKED, "tablet"); /* or told otherwise */
    record(f, "浙DTEST1", 0, GS_REJECT, GS_GATE_SUSPENDED, "tablet");
    assert_int_equal(checked(f), 5);
    f->now += 1;
    reject(f, "浙DTEST1", "tablet");
    assert_int_equal(checked(f), 6);
    assert_int_equal(turned_away(f, "2026-11-24"), 2);
}

static void only_rejected_trucks_are_turned_away(void **state)
{
    struct fixture *f = *state;
    fx_at(f, "2026-11-24 09:00");
    record(f, "浙DTEST1", 0, GS_ADMIT, GS_GATE_ON_TIME, "tablet");
    record(f, "浙DTEST2", 0, GS_HOLD, GS_GATE_EARLY, "tablet");
    assert_int_equal(turned_away(f, "2026-11-24"), 0);
    assert_int_equal(checked(f), 2);
}

static void trucks_turned_away_are_counted_by_date_and_kept_for_good(void **state)
{
    struct fixture *f = *state;
    fx_at(f, "2026-11-24 23:59");
    reject(f, "浙DTEST1", "tablet");
    fx_at(f, "2026-11-25 00:01");
    reject(f, "浙DTEST1", "tablet");
    reject(f, "浙DTEST2", "tablet");
    reject(f, "CSQU3054383", "tablet");
    assert_true(turned_away(f, "2026-11-24") == 1 && turned_away(f, "2026-11-25") == 3);
    fx_reopen(f);
    assert_true(turned_away(f, "2026-11-24") == 1 && turned_away(f, "2026-11-25") == 3);
    reject(f, "浙DTEST2", "tablet"); /* it is recorded again, as a start forgets what was asked last, and not counted */
    assert_int_equal(checked(f), 5);
    assert_int_equal(turned_away(f, "2026-11-25"), 3);
    fx_reload(f, NULL, NULL);
    fx_due(f, "2027-03-01 10:00");
    assert_true(turned_away(f, "2026-11-24") == 1 && turned_away(f, "2026-11-25") == 3);
    assert_int_equal(turned_away(f, "2027-03-01"), 0);
}

static void only_gate_and_supervisor_record(void **state)
{
    struct fixture *f = *state;
    struct gs_command c = fx_command(GS_CMD_GATE_RECORD, 0);
    strcpy(c.u.check.what, "X");
    c.actor.role = GS_ROLE_BACKEND;
    assert_int_equal(fx_apply(f, &c), GS_CODE_FORBIDDEN);
    assert_int_equal(checked(f), 0);
}

/* Against a list of what was told, event by event: a truck counts on a date if it was rejected on it. */
static void the_count_is_that_of_the_events(void **state)
{
    struct fixture *f = *state;
    fx_at(f, "2026-11-24 06:00");
    for (int i = 0; i < 150; i++) {
        char plate[24];
        snprintf(plate, sizeof plate, "浙D%05d", (i * 7919) % 23);
        f->now += (i * 7919 % 97) * GS_MINUTE_MS / 4;
        record(f, plate, 0, (enum gs_decision)(i % 3), GS_GATE_NOT_BOOKED, i % 2 == 0 ? "a" : "b");
    }
    for (gs_date date = fx_date("2026-11-24"); date < fx_date("2026-11-28"); date++) {
        int32_t count = 0;
        for (int64_t s = 0; s < f->store.last_seq; s++) {
            const struct gs_event *e = &f->store.events[s];
            bool first =
                e->type == GS_EV_GATE_CHECKED && e->decision == GS_REJECT && gs_tz_date(f->rules.tz, e->at_ms) == date;
            for (int64_t t = 0; first && t < s; t++) {
                const struct gs_event *before = &f->store.events[t];
                first = !(before->type == GS_EV_GATE_CHECKED && before->decision == GS_REJECT &&
                          gs_tz_date(f->rules.tz, before->at_ms) == date && strcmp(before->plate, e->plate) == 0);
            }
            count += first ? 1 : 0;
        }
        assert_int_equal(gs_book_turned_away(f->book, date), count);
    }
    assert_true(turned_away(f, "2026-11-24") > 10);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fx_setup, fx_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_the_gate_was_told_is_an_event),   TEST(the_same_within_a_minute_is_recorded_once),
        TEST(only_rejected_trucks_are_turned_away), TEST(trucks_turned_away_are_counted_by_date_and_kept_for_good),
        TEST(only_gate_and_supervisor_record),      TEST(the_count_is_that_of_the_events),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
