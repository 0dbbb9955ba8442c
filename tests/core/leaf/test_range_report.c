/* The report over a range against the daily reports of its dates: by day they are the same, by anything else they come to the same sums; minutes
 * against all values in order; the names of weeks and months against the C library. */
#include "../../base/dice.h"
#include "cm.h"
#include "gateslot/core/range_report.h"
#include "report_rules.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MANY 600
#define HOUR (60 * GS_MINUTE_MS)

struct site {
    struct gs_rules rules;
    struct gs_book *book;
    uint64_t random;
    gs_date from, to; /* of the range */
    size_t count;
    struct gs_booking all[MANY];
    struct gs_capacity set[4];
};

static int make_site(void **state)
{
    static struct site s;
    s = (struct site){.rules = report_rules};
    s.random = number_of("GS_SEED", 20261125);
    printf("# GS_SEED=%llu\n", (unsigned long long)s.random);
    *state = &s;
    return gs_tz_load("Asia/Shanghai", &s.rules.tz);
}

static int drop_site(void **state)
{
    gs_tz_destroy(((struct site *)*state)->rules.tz);
    return 0;
}

static int64_t roll(struct site *s, int64_t below)
{
    return dice_below(&s->random, below);
}

static struct gs_booking random_booking(struct site *s, int64_t id)
{
    static const char *const windows[] = {"morning", "midday", "evening", "gone"};
    struct gs_booking b = {.id = id, .status = (enum gs_status)roll(s, GS_STATUSES), .place = -1};
    b.wish.date = s->from + (gs_date)roll(s, s->to - s->from + 1);
    snprintf(b.uscc, sizeof b.uscc, "91350100M00010000%c", (char)('A' + roll(s, 7)));
    snprintf(b.company_name, sizeof b.company_name, "named by %lld", (long long)id);
    bool waiting_end = b.status == GS_WAITLISTED || b.status == GS_EXPIRED || b.status == GS_CANCELLED;
    if (!waiting_end || roll(s, 2) == 0) {
        strcpy(b.window, windows[roll(s, 4)]);
        b.displaced = waiting_end && (b.status != GS_CANCELLED || roll(s, 2) == 0);
        b.walk_in = roll(s, 5) == 0;
    }
    b.arrive_from_ms = gs_tz_instant(s->rules.tz, b.wish.date, 500);
    b.arrived_ms = b.arrive_from_ms + roll(s, 2 * HOUR) - HOUR;
    if (b.status >= GS_ENTERED && b.status <= GS_DEPARTED) {
        b.entered_ms = b.arrive_from_ms + HOUR + roll(s, 3 * HOUR);
        b.departed_ms = b.status == GS_DEPARTED ? b.entered_ms + 2 + roll(s, 30 * HOUR) : 0;
    }
    return b;
}

/* now: somewhere in the range, or after it; the book only gives windows, zone and clock. */
static void make_history(struct site *s)
{
    int32_t days = 1 + (int32_t)roll(s, roll(s, 2) == 0 ? 10 : 100);
    s->from = 20782 + (gs_date)roll(s, 1500);
    s->to = s->from + days - 1;
    s->count = (size_t)roll(s, roll(s, 3) == 0 ? 9 : MANY);
    for (size_t i = 0; i < s->count; i++) {
        s->all[i] = random_booking(s, (int64_t)i + 1);
    }
    for (size_t i = 0; i < 4; i++) {
        s->set[i] = (struct gs_capacity){.date = s->from + (gs_date)roll(s, days), .capacity = (int32_t)roll(s, 50)};
        s->set[i].closed = roll(s, 3) == 0;
        strcpy(s->set[i].window, i == 3 ? "gone" : "midday");
    }
    assert_int_equal(gs_book_create(&s->rules, &s->book), GS_OK);
    assert_int_equal(
        gs_book_start(s->book, 0, 0, gs_tz_instant(s->rules.tz, s->from + (gs_date)roll(s, days + 3), 700)), GS_OK);
}

static struct gs_range_report *make(struct site *s, enum gs_report_by by)
{
    struct gs_range_report *r;
    assert_int_equal(gs_range_report_create(s->from, s->to, by, &r), GS_OK);
    for (gs_date date = s->from; date <= s->to; date++) {
        assert_int_equal(gs_range_report_date(r, s->book, date, s->set, 4), GS_OK);
    }
    for (size_t i = 0; i < s->count; i++) {
        assert_int_equal(gs_range_report_booking(r, &s->all[i]), GS_OK);
    }
    while (gs_range_report_finish(r, s->book)) {
    }
    return r;
}

/* The daily report of a date, but for trucks of other dates (there are none in this book). */
static struct gs_report daily(struct site *s, gs_date date)
{
    static const struct gs_booking *list[MANY];
    struct gs_report report;
    size_t count = 0;
    for (size_t i = 0; i < s->count; i++) {
        if (s->all[i].wish.date == date) {
            list[count++] = &s->all[i];
        }
    }
    assert_int_equal(gs_report_make(s->book, date, s->set, 4, list, count, &report), GS_OK);
    return report;
}

static void assert_same(const struct gs_report_sum *a, const struct gs_report_sum *b, bool minutes)
{
    for (size_t i = 0; i < gs_measure_count; i++) {
        int32_t x = gs_measure_value(&gs_measures[i], a), y = gs_measure_value(&gs_measures[i], b);
        if (x != y && (minutes || gs_measures[i].kind != GS_MEASURE_TENTHS)) {
            fail_msg("%s is %d and should be %d", gs_measures[i].name, x, y);
        }
    }
}

/* ---- minutes, plainly ---- */

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static bool is_of(const struct gs_booking *b, enum gs_report_by by, const struct gs_report_row *row)
{
    if (by == GS_BY_COMPANY) {
        return strcmp(b->uscc, row->name) == 0;
    }
    return by == GS_BY_WINDOW ? strcmp(b->window, row->name) == 0
                              : row->from <= b->wish.date && b->wish.date <= row->to;
}

static int32_t half_up(double tenths)
{
    return (int32_t)(int64_t)(tenths + 0.5);
}

/* by GS_REPORT_BYS: of all. */
static void assert_minutes(const struct site *s, enum gs_report_by by, const struct gs_report_row *row)
{
    int64_t stays[MANY], sum = 0;
    size_t n = 0;
    for (size_t i = 0; i < s->count; i++) {
        const struct gs_booking *b = &s->all[i];
        if (b->departed_ms > 0 && (by == GS_REPORT_BYS || is_of(b, by, row))) {
            stays[n] = b->departed_ms - b->entered_ms;
            sum += stays[n++];
        }
    }
    qsort(stays, n, sizeof *stays, ascending);
    size_t rank = (95 * n + 99) / 100;
    assert_int_equal(row->sum.mean_stay_tenths, n == 0 ? -1 : half_up((double)sum / (double)n / 6000.0));
    assert_int_equal(row->sum.p95_stay_tenths, n == 0 ? -1 : half_up((double)stays[rank - 1] / 6000.0));
}

/* ---- the property ---- */

static void assert_days(struct site *s, const struct gs_range_report *r)
{
    assert_int_equal(gs_range_report_count(r), s->to - s->from + 1);
    for (size_t i = 0; i < gs_range_report_count(r); i++) {
        const struct gs_report_row *row = gs_range_report_row(r, i);
        struct gs_report day = daily(s, s->from + (gs_date)i);
        assert_int_equal(row->from, day.date);
        assert_int_equal(row->daily_clearing, day.daily_clearing);
        assert_int_equal(row->days, 1);
        assert_same(&row->sum, &day.total, true);
    }
}

static void assert_sums(struct site *s, const struct gs_range_report *r, enum gs_report_by by,
                        const struct gs_report_sum *total)
{
    struct gs_report_sum sum = {0};
    int32_t days = 0;
    for (size_t i = 0; i < gs_range_report_count(r); i++) {
        const struct gs_report_row *row = gs_range_report_row(r, i);
        gs_measures_add(&sum, &row->sum);
        assert_minutes(s, by, row);
        days += row->days;
    }
    if (by == GS_BY_COMPANY) { /* which has no windows */
        sum.capacity = total->capacity;
        sum.inside = total->inside;
        sum.at_risk = total->at_risk;
        sum.overbooking = total->overbooking;
        sum.turned_away = total->turned_away;
    }
    assert_same(&sum, total, false);
    assert_same(&gs_range_report_total(r)->sum, total, false);
    assert_minutes(s, GS_REPORT_BYS, gs_range_report_total(r));
    assert_true(by > GS_BY_MONTH || days == s->to - s->from + 1);
}

static void any_grouping_comes_to_the_daily_reports(void **state)
{
    struct site *s = *state;
    for (int round = 0; round < 60; round++) {
        struct gs_report_sum total = {0};
        make_history(s);
        for (gs_date date = s->from; date <= s->to; date++) {
            struct gs_report day = daily(s, date);
            gs_measures_add(&total, &day.total);
        }
        for (int by = 0; by < GS_REPORT_BYS; by++) {
            struct gs_range_report *r = make(s, (enum gs_report_by)by);
            if (by == GS_BY_DAY) {
                assert_days(s, r);
            }
            assert_sums(s, r, (enum gs_report_by)by, &total);
            gs_range_report_destroy(r);
        }
        gs_book_destroy(s->book);
    }
}

static void windows_are_those_of_the_daily_reports(void **state)
{
    struct site *s = *state;
    for (int round = 0; round < 20; round++) {
        make_history(s);
        struct gs_range_report *r = make(s, GS_BY_WINDOW);
        for (size_t i = 0; i < gs_range_report_count(r); i++) {
            const struct gs_report_row *row = gs_range_report_row(r, i);
            struct gs_report_sum sum = {0};
            for (gs_date date = s->from; row->name[0] != '\0' && date <= s->to; date++) {
                struct gs_report day = daily(s, date);
                for (int32_t w = 0; w < day.window_count; w++) {
                    if (strcmp(day.window_ids[w], row->name) == 0) {
                        gs_measures_add(&sum, &day.windows[w]);
                    }
                }
            }
            if (row->name[0] != '\0') {
                assert_same(&row->sum, &sum, false);
            } else {
                assert_int_equal(i, gs_range_report_count(r) - 1); /* those without a place come last */
                assert_int_equal(row->sum.booked, 0);
            }
        }
        gs_range_report_destroy(r);
        gs_book_destroy(s->book);
    }
}

static void companies_have_their_latest_name_and_stand_by_what_they_booked(void **state)
{
    struct site *s = *state;
    for (int round = 0; round < 20; round++) {
        make_history(s);
        struct gs_range_report *r = make(s, GS_BY_COMPANY);
        for (size_t i = 0; i < gs_range_report_count(r); i++) {
            const struct gs_report_row *row = gs_range_report_row(r, i);
            char name[64] = "";
            for (size_t k = 0; k < s->count; k++) {
                if (strcmp(s->all[k].uscc, row->name) == 0) {
                    snprintf(name, sizeof name, "named by %zu", k + 1);
                }
            }
            assert_string_equal(row->company_name, name);
            assert_true(i == 0 || gs_range_report_row(r, i - 1)->sum.booked >= row->sum.booked);
        }
        gs_range_report_destroy(r);
        gs_book_destroy(s->book);
    }
}

/* ---- weeks and months ---- */

static void calendar_name(gs_date date, bool week, char *out, size_t size)
{
    time_t at = (time_t)date * 86400;
    struct tm tm;
    assert_non_null(gmtime_r(&at, &tm));
    assert_int_not_equal(week ? strftime(out, size, "%G-W%V", &tm) : strftime(out, size, "%Y-%m", &tm), 0);
}

static void weeks_and_months_are_named_as_iso_8601_does(void **state)
{
    struct site *s = *state;
    for (gs_date date = gs_date_from_civil(2020, 1, 1); date < gs_date_from_civil(2061, 1, 1); date++) {
        for (int by = GS_BY_WEEK; by <= GS_BY_MONTH; by++) {
            struct gs_range_report *r;
            char name[32];
            assert_int_equal(gs_range_report_create(date, date, (enum gs_report_by)by, &r), GS_OK);
            calendar_name(date, by == GS_BY_WEEK, name, sizeof name);
            assert_string_equal(gs_range_report_row(r, 0)->name, name);
            gs_range_report_destroy(r);
        }
    }
    s->from = gs_date_from_civil(2026, 12, 30); /* over the year's end, within one week; 2028 has a 29th of February */
    s->to = gs_date_from_civil(2027, 1, 4);
    struct gs_range_report *r;
    assert_int_equal(gs_range_report_create(s->from, s->to, GS_BY_WEEK, &r), GS_OK);
    assert_int_equal(gs_range_report_count(r), 2);
    assert_string_equal(gs_range_report_row(r, 0)->name, "2026-W53");
    assert_int_equal(gs_range_report_row(r, 0)->to, gs_date_from_civil(2027, 1, 3));
    assert_string_equal(gs_range_report_row(r, 1)->name, "2027-W01");
    gs_range_report_destroy(r);
    s->from = gs_date_from_civil(2028, 2, 28);
    s->to = gs_date_from_civil(2028, 3, 1);
    assert_int_equal(gs_range_report_create(s->from, s->to, GS_BY_MONTH, &r), GS_OK);
    assert_int_equal(gs_range_report_count(r), 2);
    assert_int_equal(gs_range_report_row(r, 0)->to, gs_date_from_civil(2028, 2, 29));
    gs_range_report_destroy(r);
}

static void a_range_has_a_bound_of_companies(void **state)
{
    struct gs_range_report *r;
    struct gs_booking b = {.status = GS_BOOKED, .window = "morning", .wish = {.date = 20782}};
    (void)state;
    assert_int_equal(gs_range_report_create(20782, 20782, GS_BY_COMPANY, &r), GS_OK);
    for (int i = 0; i < GS_REPORT_COMPANIES_MAX; i++) {
        snprintf(b.uscc, sizeof b.uscc, "%018d", i);
        assert_int_equal(gs_range_report_booking(r, &b), GS_OK);
    }
    assert_int_equal(gs_range_report_booking(r, &b), GS_OK); /* one that is known */
    strcpy(b.uscc, "one more");
    assert_int_equal(gs_range_report_booking(r, &b), GS_E_RANGE);
    assert_int_equal(gs_range_report_count(r), GS_REPORT_COMPANIES_MAX);
    gs_range_report_destroy(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_grouping_comes_to_the_daily_reports),
        cmocka_unit_test(windows_are_those_of_the_daily_reports),
        cmocka_unit_test(companies_have_their_latest_name_and_stand_by_what_they_booked),
        cmocka_unit_test(weeks_and_months_are_named_as_iso_8601_does),
        cmocka_unit_test(a_range_has_a_bound_of_companies),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, make_site, drop_site);
}
