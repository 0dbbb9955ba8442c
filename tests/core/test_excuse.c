/* Excusing a no-show: its strike counts no more, at once, whether its booking is still in the book or long archived. The counting is
 * compared with a count from scratch over all bookings there ever were. */
#include "fixture.h"

#include "../base/dice.h"
#include "gateslot/core/company.h"
#include "gateslot/core/strikes.h"

#include <stdlib.h>

#define TRUCK "浙D99999"
#define HAULIER "91350100M000100Y43"
#define DAY_MS (INT64_C(86400000))

static int setup(void **state)
{
    int err = fx_setup(state);
    struct fixture *f = *state;
    f->rules.strike_limit = 3;
    f->rules.strike_days = 30;
    f->rules.suspend_days = 7;
    f->rules.company_percent = 35;
    return err;
}

/* Nobody comes: a no-show at 17:00 of each date. */
static int64_t miss(struct fixture *f, const char *date)
{
    char at[] = "2026-11-25 12:00";
    memcpy(at, date, 10);
    fx_at(f, at);
    int64_t id = BOOK(f, .date = date, .windows = "evening", .slot = "16:00", .plate = TRUCK);
    assert_int_not_equal(id, 0);
    memcpy(at + 11, "17:00", 5);
    fx_due(f, at);
    return id;
}

static struct gs_strike_sum sum(const struct fixture *f)
{
    return gs_book_strike_sum(f->book, TRUCK);
}

static void an_excused_strike_lifts_the_suspension_at_once(void **state)
{
    struct fixture *f = *state;
    miss(f, "2026-11-25");
    miss(f, "2026-11-26");
    int64_t third = miss(f, "2026-11-27");
    assert_int_equal(sum(f).count, 3);
    assert_true(sum(f).until_ms == fx_ms(f, "2026-12-04 17:00"));
    assert_int_equal(BOOK(f, .date = "2026-11-28", .plate = TRUCK), 0);
    assert_int_equal(f->out.code, GS_CODE_SUSPENDED);
    assert_int_equal(fx_step(f, GS_CMD_EXCUSE, third), GS_CODE_OK);
    assert_true(fx_get(f, third)->excused);
    assert_int_equal(fx_status(f, third), GS_NO_SHOW);
    assert_int_equal(f->store.last.type, GS_EV_STRIKE_EXCUSED);
    assert_true(f->store.last.booking_id == third);
    assert_int_equal(f->store.last.strikes, 2);
    assert_int_equal(f->store.last.strike_limit, 3);
    assert_int_equal(f->store.last.until_ms, 0);
    assert_string_equal(f->store.last.reason, "because");
    assert_int_not_equal(BOOK(f, .date = "2026-11-28", .plate = TRUCK), 0);
}

/* The first strike supports the suspension although it is older than the days by now: it can be excused, and lifts it. */
static void an_archived_strike_is_excused_and_stays_so(void **state)
{
    struct fixture *f = *state;
    int64_t first = miss(f, "2026-11-25"), second = miss(f, "2026-12-20");
    miss(f, "2026-12-24");
    fx_at(f, "2026-12-29 09:00");
    assert_null(gs_book_get(f->book, first));
    assert_int_equal(sum(f).count, 3);
    fx_reopen(f);
    assert_int_equal(sum(f).count, 3);
    assert_int_equal(fx_step(f, GS_CMD_EXCUSE, first), GS_CODE_OK);
    assert_null(f->out.booking);
    assert_true(f->store.bookings[first - 1].excused);
    assert_int_equal(f->store.bookings[first - 1].version, 3); /* booked, missed, excused */
    assert_true(f->store.bookings[first - 1].last_event == f->store.last_seq);
    assert_string_equal(f->store.last.plate, TRUCK);
    assert_string_equal(f->store.last.owner, "mini");
    assert_int_equal(sum(f).count, 2);
    assert_int_equal(sum(f).until_ms, 0);
    fx_reopen(f);
    assert_int_equal(sum(f).count, 2);
    assert_int_equal(fx_step(f, GS_CMD_EXCUSE, first), GS_CODE_ALREADY_EXCUSED);
    assert_int_not_equal(BOOK(f, .date = "2026-12-29", .plate = TRUCK), 0);
    assert_int_equal(fx_step(f, GS_CMD_EXCUSE, second), GS_CODE_OK);
    assert_int_equal(sum(f).count, 1);
}

static void who_is_on_the_waitlist_is_promoted_when_the_strike_is_excused(void **state)
{
    struct fixture *f = *state;
    int64_t holder = 0;
    f->rules.horizon_days = 9;
    fx_at(f, "2026-11-27 12:00");
    fx_reopen(f);
    for (int i = 0; i < 40; i++) {
        holder = BOOK(f, .date = "2026-12-05", .windows = "evening", .rigid = true);
    }
    int64_t waits = BOOK(f, .date = "2026-12-05", .windows = "evening", .plate = TRUCK, .wait = true), missed = 0;
    for (int i = 0; i < 3; i++) {
        static const char *const windows[] = {"morning", "midday", "evening"};
        missed = BOOK(f, .date = "2026-11-28", .windows = windows[i], .plate = TRUCK);
    }
    fx_due(f, "2026-11-28 21:00");
    assert_int_equal(fx_step(f, GS_CMD_CANCEL, holder), GS_CODE_OK);
    assert_int_equal(fx_status(f, waits), GS_WAITLISTED);
    fx_at(f, "2026-12-01 09:00"); /* archived by now */
    assert_int_equal(fx_step(f, GS_CMD_EXCUSE, missed), GS_CODE_OK);
    assert_int_equal(fx_status(f, waits), GS_BOOKED);
}

static void what_cannot_be_excused_says_why(void **state)
{
    struct fixture *f = *state;
    struct gs_command c;
    int64_t old = miss(f, "2026-11-25");
    fx_at(f, "2026-11-26 09:00");
    int64_t id = BOOK(f, .date = "2026-11-26", .plate = TRUCK);
    assert_int_equal(fx_step(f, GS_CMD_EXCUSE, id), GS_CODE_NO_STRIKE);
    assert_int_equal(f->out.status, GS_BOOKED);
    assert_int_equal(fx_step(f, GS_CMD_CANCEL, id), GS_CODE_OK);
    assert_int_equal(fx_step(f, GS_CMD_EXCUSE, id), GS_CODE_NO_STRIKE); /* cancelled in time */
    assert_int_equal(fx_step(f, GS_CMD_EXCUSE, 999), GS_CODE_NOT_FOUND);
    assert_int_equal(fx_step_as(f, GS_CMD_EXCUSE, old, GS_ROLE_GATE, "gate-1"), GS_CODE_FORBIDDEN);
    assert_int_equal(fx_step_as(f, GS_CMD_EXCUSE, old, GS_ROLE_BACKEND, "mini"), GS_CODE_FORBIDDEN);
    c = fx_command(GS_CMD_EXCUSE, old);
    c.reason[0] = '\0';
    assert_int_equal(fx_apply(f, &c), GS_CODE_VALIDATION);
    assert_string_equal(f->out.faults.list[0].pointer, "/reason");
    assert_int_equal(fx_step(f, GS_CMD_EXCUSE, old), GS_CODE_OK);
    assert_int_equal(fx_step(f, GS_CMD_EXCUSE, old), GS_CODE_ALREADY_EXCUSED);
    int64_t next = miss(f, "2026-11-27");
    fx_at(f, "2026-12-27 16:59");
    struct gs_strike_filter any = {.limit = 10};
    const char *plates[10];
    assert_int_equal(gs_book_struck_plates(f->book, &any, plates), 1);
    fx_at(f, "2026-12-27 17:00"); /* thirty days after it, to the minute */
    assert_int_equal(fx_step(f, GS_CMD_EXCUSE, next), GS_CODE_TOO_LATE);
    assert_true(f->out.at_ms == fx_ms(f, "2026-12-27 17:00"));
    assert_int_equal(gs_book_struck_plates(f->book, &any, plates), 0);
    fx_at(f, "2027-02-27 17:00"); /* known to nobody but the archive */
    assert_int_equal(fx_step(f, GS_CMD_EXCUSE, next), GS_CODE_NOT_FOUND);
    struct gs_outcome out = {0};
    assert_int_equal(gs_strikes_of_past(&f->rules, &f->store.bookings[next - 1], &out), GS_CODE_TOO_LATE);
    assert_int_equal(gs_strikes_of_past(&f->rules, &f->store.bookings[old - 1], &out), GS_CODE_ALREADY_EXCUSED);
    assert_int_equal(gs_strikes_of_past(&f->rules, &f->store.bookings[id - 1], &out), GS_CODE_NO_STRIKE);
}

/* Strikes switched off, there is nothing to excuse: fx_reload tells the journal. */
static void without_strikes_there_is_nothing_to_excuse(void **state)
{
    struct fixture *f = *state;
    int64_t id = miss(f, "2026-11-25");
    f->rules.strike_limit = 0;
    fx_reload(f, NULL, NULL);
    assert_int_equal(fx_step(f, GS_CMD_EXCUSE, id), GS_CODE_SWITCHED_OFF);
    assert_string_equal(gs_switch_key(f->out.off), "strikes.limit");
}

/* ---- random histories, counted from scratch ---- */

struct counted {
    int32_t strikes;
    int64_t until_ms;
};

static bool is_missed(const struct gs_booking *b)
{
    return b->status == GS_NO_SHOW || (b->status == GS_CANCELLED && b->late_cancel);
}

static bool strikes(const struct gs_booking *b, const char *plate)
{
    return is_missed(b) && !b->excused && strcmp(b->truck.plate, plate) == 0;
}

static int32_t within(const struct fixture *f, const char *plate, int64_t from_ms, int64_t to_ms)
{
    int32_t count = 0;
    for (size_t i = 0; i < f->store.booking_count; i++) {
        const struct gs_booking *b = &f->store.bookings[i];
        count += strikes(b, plate) && b->ended_ms > from_ms && b->ended_ms <= to_ms ? 1 : 0;
    }
    return count;
}

/* A strike suspends if it makes the limit full; what counts are those of the days up to now, and those that a suspension in force
 * rests on. */
static struct counted count_plate(const struct fixture *f, const char *plate)
{
    const struct gs_rules *r = &f->rules;
    struct counted c = {0};
    int64_t now = gs_book_now(f->book), days = r->strike_days * DAY_MS, from = now - days, suspending = 0;
    for (size_t i = 0; i < f->store.booking_count; i++) {
        const struct gs_booking *b = &f->store.bookings[i];
        int64_t until = b->ended_ms + r->suspend_days * DAY_MS;
        if (strikes(b, plate) && until > now && until > c.until_ms &&
            within(f, plate, b->ended_ms - days, b->ended_ms) >= r->strike_limit) {
            c.until_ms = until;
            suspending = b->ended_ms;
        }
    }
    from = suspending != 0 ? suspending - days : from;
    c.strikes = within(f, plate, from, now);
    return c;
}

/* The most that the company may hold in the week that begins on that Monday, -1: as much as it likes. */
static int32_t share_of(const struct fixture *f, const char *uscc, gs_date monday)
{
    int64_t promised = 0, missed = 0, used = 0;
    for (size_t i = 0; i < f->store.booking_count; i++) {
        const struct gs_booking *b = &f->store.bookings[i];
        bool came = b->arrived_ms != 0 && !is_missed(b);
        bool before = b->wish.date < monday && strcmp(b->uscc, uscc) == 0;
        if (before && b->wish.date >= monday - 7) {
            promised += is_missed(b) || (came && !b->walk_in) ? 1 : 0;
            missed += is_missed(b) && !b->excused ? 1 : 0;
        }
        used += before && b->wish.date >= monday - 42 && came ? 1 : 0;
    }
    if (promised < 5 || missed * 100 < promised * f->rules.company_percent) {
        return -1;
    }
    int32_t limit = (int32_t)((used * 11 + 59) / 60);
    return limit > 5 ? limit : 5;
}

static void compare(const struct fixture *f, int plates, const char *const *companies)
{
    struct gs_strike_filter any = {.limit = 100};
    const char *found[100];
    size_t listed = gs_book_struck_plates(f->book, &any, found), counting = 0;
    for (int p = 0; p < plates; p++) {
        char plate[16];
        snprintf(plate, sizeof plate, "浙DS%d", p);
        struct counted want = count_plate(f, plate);
        struct gs_strike_sum is = gs_book_strike_sum(f->book, plate);
        assert_int_equal(is.count, want.strikes);
        assert_true(is.until_ms == want.until_ms);
        counting += want.strikes > 0 ? 1 : 0;
    }
    assert_int_equal(listed, counting);
    for (int c = 0; c < 2; c++) {
        for (int32_t ahead = 0; ahead < 2; ahead++) {
            struct gs_company_week week;
            gs_company_week(f->book, companies[c], ahead, &week);
            assert_int_equal(week.limit, share_of(f, companies[c], week.monday));
        }
    }
}

static void excuse_any(struct fixture *f, uint64_t *d)
{
    size_t count = f->store.booking_count, from = count > 0 ? (size_t)dice_roll(d, (int)count) : 0;
    for (size_t i = 0; i < count; i++) {
        const struct gs_booking *b = &f->store.bookings[(from + i) % count];
        if (is_missed(b) && !b->excused) {
            fx_step(f, GS_CMD_EXCUSE, b->id);
            return;
        }
    }
}

static void live_a_day(struct fixture *f, uint64_t *d, const char *const *companies, int plates)
{
    int64_t midnight = f->now;
    for (int i = 0; i < 6; i++) {
        char plate[16], date[GS_DATE_TEXT];
        snprintf(plate, sizeof plate, "浙DS%d", dice_roll(d, plates));
        f->now = midnight + 9 * INT64_C(3600000) + i * INT64_C(600000);
        gs_date_format(gs_tz_date(f->rules.tz, f->now), date);
        int64_t id = BOOK(f, .date = date, .plate = plate, .uscc = companies[dice_roll(d, 2)], .rigid = true,
                          .wait = dice_roll(d, 2) == 0);
        if (id != 0 && dice_roll(d, 3) == 0) {
            fx_step(f, GS_CMD_ARRIVE, id);
        }
    }
    f->now = midnight + 15 * INT64_C(3600000);
    for (size_t i = f->store.booking_count; i > 0 && i + 6 > f->store.booking_count; i--) {
        if (dice_roll(d, 6) == 0) {
            fx_step(f, GS_CMD_CANCEL, (int64_t)i);
        }
    }
    f->now = midnight + 22 * INT64_C(3600000);
    if (dice_roll(d, 3) == 0) {
        excuse_any(f, d);
    }
    if (dice_roll(d, 10) == 0) {
        fx_reopen(f);
    }
    f->now = midnight + DAY_MS;
}

static void counts_and_shares_are_those_of_a_count_from_scratch(void **state)
{
    static const char *const companies[] = {HAULIER, "91350100M000100Y44"};
    struct fixture *f = *state;
    uint64_t d = dice_seed("histories");
    enum { PLATES = 5, DAYS = 90 };
    f->rules.strike_days = 5 + dice_roll(&d, 20);
    f->rules.suspend_days = 1 + dice_roll(&d, 7);
    f->rules.strike_limit = 2 + dice_roll(&d, 3);
    fx_at(f, "2026-11-24 00:00");
    fx_reload(f, NULL, NULL);
    for (int day = 0; day < DAYS; day++) {
        live_a_day(f, &d, companies, PLATES);
        compare(f, PLATES, companies);
    }
    assert_true(fx_events(f, GS_EV_STRIKE_EXCUSED, 0) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_excused_strike_lifts_the_suspension_at_once, setup, fx_teardown),
        cmocka_unit_test_setup_teardown(an_archived_strike_is_excused_and_stays_so, setup, fx_teardown),
        cmocka_unit_test_setup_teardown(who_is_on_the_waitlist_is_promoted_when_the_strike_is_excused, setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_excused_says_why, setup, fx_teardown),
        cmocka_unit_test_setup_teardown(without_strikes_there_is_nothing_to_excuse, setup, fx_teardown),
        cmocka_unit_test_setup_teardown(counts_and_shares_are_those_of_a_count_from_scratch, setup, fx_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
