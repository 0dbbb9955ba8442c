/* The daily report against a count written as plainly as possible, over random bookings; its balance; daily clearing case by case. */
#include "../../base/dice.h"
#include "cm.h"
#include "gateslot/core/report.h"
#include "report_rules.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DATE 20782 /* 2026-11-25 */
#define MANY 200
#define HOUR (60 * GS_MINUTE_MS)

struct site {
    struct gs_rules rules;
    struct gs_book *book;
    uint64_t random;
};

static int make_site(void **state)
{
    static struct site site;
    site = (struct site){.rules = report_rules};
    site.random = number_of("GS_SEED", 20261125);
    printf("# GS_SEED=%llu\n", (unsigned long long)site.random);
    *state = &site;
    return gs_tz_load("Asia/Shanghai", &site.rules.tz);
}

static int drop_site(void **state)
{
    gs_tz_destroy(((struct site *)*state)->rules.tz);
    return 0;
}

static int64_t local(const struct site *site, gs_date date, int32_t min)
{
    return gs_tz_instant(site->rules.tz, date, min);
}

/* A report at now; the book only gives windows, zone and clock. */
static struct gs_report report_at(struct site *site, int64_t now, const struct gs_booking *all, size_t count)
{
    const struct gs_booking *list[MANY] = {0};
    struct gs_report report;
    for (size_t i = 0; i < count; i++) {
        list[i] = &all[i];
    }
    assert_int_equal(gs_book_create(&site->rules, &site->book), GS_OK);
    assert_int_equal(gs_book_start(site->book, 0, 0, now), GS_OK);
    assert_int_equal(gs_report_make(site->book, DATE, NULL, 0, list, count, &report), GS_OK);
    gs_book_destroy(site->book);
    return report;
}

static int64_t roll(struct site *site, int64_t below)
{
    return dice_below(&site->random, below);
}

static struct gs_booking random_booking(struct site *site)
{
    static const char *const windows[] = {"morning", "midday", "evening", "gone"};
    struct gs_booking b = {
        .id = 1, .status = (enum gs_status)roll(site, GS_STATUSES), .wish = {.date = DATE}, .place = -1};
    bool waiting_end = b.status == GS_WAITLISTED || b.status == GS_EXPIRED || b.status == GS_CANCELLED;
    if (!waiting_end || roll(site, 2) == 0) {
        strcpy(b.window, windows[roll(site, 4)]);
        b.displaced = waiting_end && (b.status != GS_CANCELLED || roll(site, 2) == 0);
        b.walk_in = roll(site, 5) == 0;
    }
    b.arrive_from_ms = local(site, DATE, 500) + (int64_t)roll(site, 100) * 999;
    if ((b.status >= GS_ARRIVED && b.status <= GS_DEPARTED) || b.status == GS_REFUSED) {
        b.arrived_ms = b.arrive_from_ms + (int64_t)roll(site, 2 * (uint64_t)HOUR) - HOUR;
    }
    b.held_ms = b.arrived_ms != 0 && roll(site, 3) == 0 ? b.arrived_ms + HOUR : 0;
    if (b.status >= GS_ENTERED && b.status <= GS_DEPARTED) {
        b.entered_ms = b.arrive_from_ms + HOUR + (int64_t)roll(site, 3 * (uint64_t)HOUR);
    }
    b.cleared_ms = b.status == GS_CLEARED || b.status == GS_DEPARTED ? b.entered_ms + 1 : 0;
    b.departed_ms = b.status == GS_DEPARTED ? b.entered_ms + 2 + (int64_t)roll(site, 20 * (uint64_t)HOUR) : 0;
    return b;
}

/* ---- the plain count ---- */

/* Does b stand in the row of that window? NULL: the total. */
static bool in_row(const struct gs_booking *b, const char *window)
{
    bool never = b->status == GS_EXPIRED || (b->status == GS_CANCELLED && (b->window[0] == '\0' || b->displaced));
    return !never && (window == NULL || strcmp(b->window, window) == 0);
}

static int32_t count_of(const struct gs_booking *all, size_t count, const char *window, enum gs_status status)
{
    int32_t found = 0;
    for (size_t i = 0; i < count; i++) {
        found += in_row(&all[i], window) && all[i].status == status ? 1 : 0;
    }
    return found;
}

/* The rank-th smallest by counting smaller ones, without sorting. */
static int64_t ranked(const int64_t *values, int32_t count, int32_t rank)
{
    for (int32_t i = 0; i < count; i++) {
        int32_t below = 0, same = 0;
        for (int32_t k = 0; k < count; k++) {
            below += values[k] < values[i] ? 1 : 0;
            same += values[k] == values[i] ? 1 : 0;
        }
        if (below < rank && rank <= below + same) {
            return values[i];
        }
    }
    return -1;
}

static int32_t rounded_tenths(int64_t ms, int64_t parts)
{
    int64_t whole = ms / (6000 * parts), rest = ms % (6000 * parts);
    return (int32_t)(2 * rest >= 6000 * parts ? whole + 1 : whole);
}

static void assert_minutes(const struct gs_booking *all, size_t count, const char *window, bool stay, int32_t mean,
                           int32_t p95)
{
    int64_t values[MANY], sum = 0;
    int32_t n = 0;
    for (size_t i = 0; i < count; i++) {
        const struct gs_booking *b = &all[i];
        if (!in_row(b, window) || b->entered_ms == 0 || (stay && b->departed_ms == 0)) {
            continue;
        }
        int64_t gate = b->arrived_ms > b->arrive_from_ms ? b->arrived_ms : b->arrive_from_ms;
        values[n] = stay ? b->departed_ms - b->entered_ms : b->entered_ms - gate;
        sum += values[n++];
    }
    if (n == 0) {
        assert_int_equal(mean, -1);
        assert_int_equal(p95, -1);
        return;
    }
    int32_t rank = n * 95 / 100 + (n * 95 % 100 != 0 ? 1 : 0);
    assert_int_equal(mean, rounded_tenths(sum, n));
    assert_int_equal(p95, rounded_tenths(ranked(values, n, rank), 1));
}

static void assert_balanced(const struct gs_report_sum *s, int32_t displaced_waiting)
{
    assert_int_equal(s->booked, s->due + s->arrived + s->entered + s->cleared + s->departed + s->no_show +
                                    s->cancelled + s->refused + displaced_waiting);
}

static void assert_row(const struct gs_report_sum *s, const struct gs_booking *all, size_t count, const char *window)
{
    int32_t had_place = 0, walk_ins = 0, held = 0, displaced_waiting = 0;
    for (size_t i = 0; i < count; i++) {
        bool placed = in_row(&all[i], window) && all[i].window[0] != '\0';
        had_place += placed ? 1 : 0;
        walk_ins += placed && all[i].walk_in ? 1 : 0;
        held += placed && all[i].held_ms != 0 ? 1 : 0;
        displaced_waiting += placed && all[i].status == GS_WAITLISTED ? 1 : 0;
    }
    assert_int_equal(s->booked, had_place);
    assert_int_equal(s->walk_ins, walk_ins);
    assert_int_equal(s->held, held);
    assert_int_equal(s->due, count_of(all, count, window, GS_BOOKED));
    assert_int_equal(s->arrived, count_of(all, count, window, GS_ARRIVED));
    assert_int_equal(s->entered, count_of(all, count, window, GS_ENTERED));
    assert_int_equal(s->cleared, count_of(all, count, window, GS_CLEARED));
    assert_int_equal(s->departed, count_of(all, count, window, GS_DEPARTED));
    assert_int_equal(s->cancelled, count_of(all, count, window, GS_CANCELLED));
    assert_int_equal(s->no_show, count_of(all, count, window, GS_NO_SHOW));
    assert_int_equal(s->refused, count_of(all, count, window, GS_REFUSED));
    assert_int_equal(s->waitlisted, count_of(all, count, window, GS_WAITLISTED));
    assert_int_equal(s->still_inside, s->entered + s->cleared);
    assert_balanced(s, displaced_waiting);
    assert_minutes(all, count, window, false, s->mean_entry_tenths, s->p95_entry_tenths);
    assert_minutes(all, count, window, true, s->mean_stay_tenths, s->p95_stay_tenths);
}

static void report_equals_a_plain_count_of_random_bookings(void **state)
{
    struct site *site = *state;
    struct gs_booking *all = calloc(MANY, sizeof *all);
    assert_non_null(all);
    for (int round = 0; round < 300; round++) {
        size_t count = (size_t)roll(site, round % 2 == 0 ? MANY : 8);
        int32_t never = 0;
        for (size_t i = 0; i < count; i++) {
            all[i] = random_booking(site);
            never += in_row(&all[i], NULL) ? 0 : 1;
        }
        struct gs_report r = report_at(site, local(site, DATE, 700), all, count);
        assert_int_equal(r.date, DATE);
        assert_in_range(r.window_count, 3, 4);
        for (int32_t w = 0; w < r.window_count; w++) {
            assert_row(&r.windows[w], all, count, r.window_ids[w]);
            assert_int_equal(r.windows[w].never_placed, 0);
        }
        assert_row(&r.total, all, count, NULL);
        assert_int_equal(r.total.never_placed, never);
    }
    free(all);
}

static void windows_come_in_their_order_with_their_capacity(void **state)
{
    struct site *site = *state;
    struct gs_booking gone = {.status = GS_DEPARTED, .window = "gone", .entered_ms = 1, .departed_ms = 2};
    struct gs_report r = report_at(site, local(site, DATE, 700), &gone, 1);
    static const char *const ids[] = {"morning", "midday", "evening", "gone"};
    static const int32_t capacities[] = {40, 30, 20, 0};
    assert_int_equal(r.window_count, 4);
    for (int i = 0; i < 4; i++) {
        assert_string_equal(r.window_ids[i], ids[i]);
        assert_int_equal(r.windows[i].capacity, capacities[i]);
    }
    assert_int_equal(r.windows[3].departed, 1);
    assert_int_equal(r.total.capacity, 90);
}

static void minutes_are_rounded_half_up_and_p95_is_by_nearest_rank(void **state)
{
    struct site *site = *state;
    struct gs_booking all[20] = {0};
    int64_t from = local(site, DATE, 500);
    for (int i = 0; i < 20; i++) { /* 1 … 20 minutes to entry, all 3 s of stay */
        all[i] = (struct gs_booking){
            .status = GS_DEPARTED, .window = "morning", .arrive_from_ms = from, .arrived_ms = from - HOUR};
        all[i].entered_ms = from + (20 - i) * GS_MINUTE_MS;
        all[i].departed_ms = all[i].entered_ms + 3000;
    }
    struct gs_report r = report_at(site, from, all, 20);
    assert_int_equal(r.total.mean_entry_tenths, 105);
    assert_int_equal(r.total.p95_entry_tenths, 190); /* the 19th of 20 */
    assert_int_equal(r.total.mean_stay_tenths, 1);   /* 0.05 min is half */
    all[0].departed_ms -= 20;
    r = report_at(site, from, all, 20);
    assert_int_equal(r.total.mean_stay_tenths, 0);
    r = report_at(site, from, all, 1);
    assert_int_equal(r.total.p95_entry_tenths, 200);
    assert_int_equal(r.windows[1].p95_entry_tenths, -1);
}

/* One truck of the evening window, which ends at 02:00 on the day after (26:00): entered 10:00, departed then. */
static enum gs_clearing clearing(struct site *site, enum gs_status status, int32_t departed_min, int32_t now_min)
{
    struct gs_booking b = {.status = status, .window = "evening"};
    b.arrived_ms = status >= GS_ARRIVED && status <= GS_DEPARTED ? local(site, DATE, 590) : 0;
    b.entered_ms = status >= GS_ENTERED && status <= GS_DEPARTED ? local(site, DATE, 600) : 0;
    b.departed_ms = status == GS_DEPARTED ? local(site, DATE, departed_min) : 0;
    return report_at(site, local(site, DATE, now_min), &b, 1).daily_clearing;
}

/* The first window of an ordinary day begins at 08:00: so does the next day. */
enum { DAY_END = 1440 + 480 };

static void clearing_is_open_until_the_last_window_has_ended(void **state)
{
    struct site *site = *state;
    assert_int_equal(clearing(site, GS_DEPARTED, 700, 701), GS_CLEARING_OPEN);
    assert_int_equal(clearing(site, GS_DEPARTED, 700, 1559), GS_CLEARING_OPEN); /* past midnight, the window runs */
    assert_int_equal(clearing(site, GS_DEPARTED, 700, 1560), GS_CLEARING_TRUE);
    assert_int_equal(clearing(site, GS_ENTERED, 0, 1559), GS_CLEARING_OPEN);
    assert_int_equal(clearing(site, GS_ENTERED, 0, 1560), GS_CLEARING_OPEN); /* it may still leave in the night */
    assert_int_equal(clearing(site, GS_ENTERED, 0, DAY_END - 1), GS_CLEARING_OPEN);
    assert_int_equal(clearing(site, GS_ENTERED, 0, DAY_END), GS_CLEARING_FALSE);
    assert_int_equal(clearing(site, GS_CLEARED, 0, 5000), GS_CLEARING_FALSE);
    assert_int_equal(clearing(site, GS_DEPARTED, DAY_END, 2000), GS_CLEARING_TRUE);
    assert_int_equal(clearing(site, GS_DEPARTED, DAY_END + 1, 2000), GS_CLEARING_FALSE);
}

static void clearing_may_be_true_before_the_days_end_once_nothing_is_under_way(void **state)
{
    struct site *site = *state;
    site->rules.window_count = 2; /* the last ends at 16:00 */
    assert_int_equal(clearing(site, GS_DEPARTED, 700, 959), GS_CLEARING_OPEN);
    assert_int_equal(clearing(site, GS_DEPARTED, 700, 960), GS_CLEARING_TRUE);
    assert_int_equal(clearing(site, GS_NO_SHOW, 0, 960), GS_CLEARING_TRUE);
    assert_int_equal(clearing(site, GS_BOOKED, 0, 960), GS_CLEARING_OPEN);
    assert_int_equal(clearing(site, GS_ARRIVED, 0, 960), GS_CLEARING_OPEN);
    assert_int_equal(clearing(site, GS_ENTERED, 0, DAY_END - 1), GS_CLEARING_OPEN);
    assert_int_equal(clearing(site, GS_CLEARED, 0, DAY_END), GS_CLEARING_FALSE);
    assert_int_equal(clearing(site, GS_DEPARTED, DAY_END, 2000), GS_CLEARING_TRUE);
    assert_int_equal(clearing(site, GS_DEPARTED, DAY_END + 1, 2000), GS_CLEARING_FALSE);
    assert_int_equal(clearing(site, GS_ARRIVED, 0, DAY_END), GS_CLEARING_TRUE); /* never entered */
    site->rules.window_count = 3;
}

static void an_empty_day_clears_at_its_end_and_not_before_it_began(void **state)
{
    struct site *site = *state;
    assert_int_equal(report_at(site, local(site, DATE - 3, 600), NULL, 0).daily_clearing, GS_CLEARING_OPEN);
    assert_int_equal(report_at(site, local(site, DATE, 1560), NULL, 0).daily_clearing, GS_CLEARING_TRUE);
    site->rules.window_count = 0; /* no window can have ended */
    assert_int_equal(report_at(site, local(site, DATE, 600), NULL, 0).daily_clearing, GS_CLEARING_OPEN);
    assert_int_equal(report_at(site, local(site, DATE, 1440), NULL, 0).daily_clearing, GS_CLEARING_TRUE);
    site->rules.window_count = 3;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(report_equals_a_plain_count_of_random_bookings),
        cmocka_unit_test(windows_come_in_their_order_with_their_capacity),
        cmocka_unit_test(minutes_are_rounded_half_up_and_p95_is_by_nearest_rank),
        cmocka_unit_test(clearing_is_open_until_the_last_window_has_ended),
        cmocka_unit_test(clearing_may_be_true_before_the_days_end_once_nothing_is_under_way),
        cmocka_unit_test(an_empty_day_clears_at_its_end_and_not_before_it_began),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, make_site, drop_site);
}
