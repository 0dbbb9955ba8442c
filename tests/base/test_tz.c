/* Time zones: named gaps and overlaps, and thousands of instants against localtime_r of libc, which reads the same
 * database by code of its own. */
#include "check.h"
#include "gateslot/base/time.h"
#include <string.h>

static struct gs_tz *loaded(const char *name)
{
    struct gs_tz *tz = NULL;
    assert_int_equal(gs_tz_load(name, &tz), GS_OK);
    assert_non_null(tz);
    return tz;
}

/* The instant of a local time, written with the zone's own offset. */
static const char *instant(const struct gs_tz *tz, const char *date, int hour, int minute)
{
    static char text[GS_RFC3339_TEXT];
    gs_date day;
    assert_int_equal(gs_date_parse(date, strlen(date), &day), GS_OK);
    gs_rfc3339_format(gs_tz_instant(tz, day, hour * 60 + minute), tz, text);
    return text;
}

struct local_case {
    const char *date;
    int hour, minute;
    const char *expected;
};

static void check_locals(const char *zone, const struct local_case *cases, size_t count)
{
    struct gs_tz *tz = loaded(zone);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(instant(tz, cases[i].date, cases[i].hour, cases[i].minute), cases[i].expected);
    }
    gs_tz_destroy(tz);
}
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void berlin_gap_gives_its_end_and_overlap_its_first(void **state)
{
    static const struct local_case cases[] = {
        {"2026-03-29", 1, 59, "2026-03-29T01:59:00+01:00"}, {"2026-03-29", 2, 0, "2026-03-29T03:00:00+02:00"},
        {"2026-03-29", 2, 30, "2026-03-29T03:00:00+02:00"}, {"2026-03-29", 2, 59, "2026-03-29T03:00:00+02:00"},
        {"2026-03-29", 3, 0, "2026-03-29T03:00:00+02:00"},  {"2026-10-25", 1, 59, "2026-10-25T01:59:00+02:00"},
        {"2026-10-25", 2, 0, "2026-10-25T02:00:00+02:00"},  {"2026-10-25", 2, 59, "2026-10-25T02:59:00+02:00"},
        {"2026-10-25", 3, 0, "2026-10-25T03:00:00+01:00"},  {"2026-10-24", 27, 0, "2026-10-25T03:00:00+01:00"},
        {"2400-07-01", 12, 0, "2400-07-01T12:00:00+02:00"}, {"2400-12-01", 12, 0, "2400-12-01T12:00:00+01:00"},
        {"9999-03-28", 2, 30, "9999-03-28T03:00:00+02:00"},
    };
    (void)state;
    check_locals("Europe/Berlin", cases, COUNT(cases));
}

static void new_york_gap_and_overlap(void **state)
{
    static const struct local_case cases[] = {
        {"2026-03-08", 1, 59, "2026-03-08T01:59:00-05:00"}, {"2026-03-08", 2, 30, "2026-03-08T03:00:00-04:00"},
        {"2026-11-01", 1, 30, "2026-11-01T01:30:00-04:00"}, {"2026-11-01", 2, 0, "2026-11-01T02:00:00-05:00"},
        {"2150-07-01", 0, 0, "2150-07-01T00:00:00-04:00"},
    };
    (void)state;
    check_locals("America/New_York", cases, COUNT(cases));
}

static void shanghai_has_one_offset_today_and_summer_time_once(void **state)
{
    static const struct local_case cases[] = {
        {"2026-11-25", 8, 30, "2026-11-25T08:30:00+08:00"},  {"2026-11-25", 24, 0, "2026-11-26T00:00:00+08:00"},
        {"1988-07-01", 12, 0, "1988-07-01T12:00:00+09:00"},  {"1988-04-17", 2, 30, "1988-04-17T03:00:00+09:00"},
        {"9999-12-30", 23, 59, "9999-12-30T23:59:00+08:00"},
    };
    (void)state;
    check_locals("Asia/Shanghai", cases, COUNT(cases));
}

static void lord_howe_moves_by_half_an_hour(void **state)
{
    static const struct local_case cases[] = {
        {"2026-10-04", 1, 59, "2026-10-04T01:59:00+10:30"}, {"2026-10-04", 2, 15, "2026-10-04T02:30:00+11:00"},
        {"2026-04-05", 1, 45, "2026-04-05T01:45:00+11:00"}, {"2026-04-05", 2, 0, "2026-04-05T02:00:00+10:30"},
        {"2150-10-04", 2, 10, "2150-10-04T02:30:00+11:00"},
    };
    (void)state;
    check_locals("Australia/Lord_Howe", cases, COUNT(cases));
}

static void odd_zones_hold_their_offsets(void **state)
{
    static const struct local_case kathmandu[] = {{"2026-11-25", 8, 30, "2026-11-25T08:30:00+05:45"},
                                                  {"1986-01-01", 0, 5, "1986-01-01T00:15:00+05:45"}};
    static const struct local_case casablanca[] = {{"2026-01-10", 12, 0, "2026-01-10T12:00:00+01:00"},
                                                   {"2026-03-01", 12, 0, "2026-03-01T12:00:00+00:00"},
                                                   {"2026-02-15", 2, 30, "2026-02-15T02:30:00+01:00"},
                                                   {"2026-03-22", 2, 30, "2026-03-22T03:00:00+01:00"}};
    static const struct local_case dublin[] = {{"2200-01-10", 12, 0, "2200-01-10T12:00:00+00:00"},
                                               {"2200-07-10", 12, 0, "2200-07-10T12:00:00+01:00"}};
    static const struct local_case apia[] = {{"2011-12-29", 12, 0, "2011-12-29T12:00:00-10:00"},
                                             {"2011-12-30", 12, 0, "2011-12-31T00:00:00+14:00"}};
    static const struct local_case utc[] = {{"2026-11-25", 8, 30, "2026-11-25T08:30:00+00:00"}};
    (void)state;
    check_locals("Asia/Kathmandu", kathmandu, COUNT(kathmandu));
    check_locals("Africa/Casablanca", casablanca, COUNT(casablanca));
    check_locals("Europe/Dublin", dublin, COUNT(dublin));
    check_locals("Pacific/Apia", apia, COUNT(apia));
    check_locals("Etc/UTC", utc, COUNT(utc));
}

static void offsets_with_seconds_are_written_as_the_same_instant(void **state)
{
    struct gs_tz *tz = loaded("Asia/Shanghai");
    const int64_t at_ms = INT64_C(-2500000000000);
    char text[GS_RFC3339_TEXT];
    (void)state;
    assert_int_equal(gs_tz_offset_s(tz, at_ms), 8 * 3600 + 5 * 60 + 43);
    gs_rfc3339_format(at_ms, tz, text);
    assert_string_equal(text, "1890-10-12T03:38:20+08:05");
    gs_tz_destroy(tz);
}

static const char *const zones[] = {
    "Europe/Berlin",
    "America/New_York",
    "Asia/Shanghai",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Europe/Dublin",
    "Africa/Cairo",
    "America/Nuuk",
    "Asia/Gaza",
    "America/Sao_Paulo",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Asia/Tehran",
    "Antarctica/Troll",
    "America/Santiago",
    "America/Scoresbysund",
    "Asia/Kolkata",
    "Pacific/Kiritimati",
    "Etc/GMT+12",
    "Asia/Hong_Kong",
    "Asia/Urumqi",
    "Africa/El_Aaiun",
    "Europe/Chisinau",
    "America/Havana",
    "UTC",
    "EST5EDT",
};

static struct tm libc_local(int64_t at_s)
{
    time_t at = (time_t)at_s;
    struct tm tm;
    assert_non_null(localtime_r(&at, &tm));
    return tm;
}

static void libc_zone(const char *name)
{
    assert_int_equal(setenv("TZ", name, 1), 0);
    tzset();
}

static void check_instant(const struct gs_tz *tz, int64_t at_s, int64_t ms)
{
    struct tm tm = libc_local(at_s);
    int64_t at_ms = at_s * 1000 + ms;
    assert_int_equal(gs_tz_offset_s(tz, at_ms), tm.tm_gmtoff);
    assert_int_equal(gs_tz_date(tz, at_ms), gs_date_from_civil(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday));
    assert_int_equal(gs_tz_minute(tz, at_ms), tm.tm_hour * 60 + tm.tm_min);
}

static void random_instants_agree_with_libc(void **state)
{
    const int64_t first = INT64_C(86400) * gs_date_from_civil(1900, 1, 1);
    uint64_t seed = dice_seed("instants in zones");
    (void)state;
    for (size_t z = 0; z < COUNT(zones); z++) {
        struct gs_tz *tz = loaded(zones[z]);
        libc_zone(zones[z]);
        for (int i = 0; i < 6000; i++) {
            int64_t end = INT64_C(86400) * gs_date_from_civil(i % 3 == 0 ? 9999 : i % 3 == 1 ? 2100 : 2040, 1, 1);
            check_instant(tz, dice_between(&seed, first, end), dice_between(&seed, 0, 999));
        }
        gs_tz_destroy(tz);
    }
}

/* An instant at which libc's offset changes, within half a year after from; or from. */
static int64_t libc_change_after(int64_t from)
{
    int64_t low = from, high = from;
    long offset = libc_local(from).tm_gmtoff;
    for (int days = 0; days < 190 && libc_local(high).tm_gmtoff == offset; days++) {
        low = high;
        high += 86400;
    }
    if (libc_local(high).tm_gmtoff == offset) {
        return from;
    }
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (libc_local(middle).tm_gmtoff == offset) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return high;
}

static void the_seconds_around_changes_agree_with_libc(void **state)
{
    uint64_t seed = dice_seed("changes");
    (void)state;
    for (size_t z = 0; z < COUNT(zones); z++) {
        struct gs_tz *tz = loaded(zones[z]);
        libc_zone(zones[z]);
        for (int year = 1930; year < 2460; year += (int)dice_between(&seed, 1, 4)) {
            int64_t change = libc_change_after(INT64_C(86400) * gs_date_from_civil(year, 1, 15));
            for (int64_t s = -2; s <= 2; s++) {
                check_instant(tz, change + s, s < 0 ? 999 : 0);
            }
        }
        gs_tz_destroy(tz);
    }
}

/* The local time as libc shows it, in minutes since 1970. */
static int64_t libc_minutes(int64_t at_min)
{
    struct tm tm = libc_local(at_min * 60);
    return gs_date_from_civil(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday) * INT64_C(1440) + tm.tm_hour * 60 +
           tm.tm_min;
}

/* By looking at every minute of two days and more: the first that shows the local time, else the first that shows a
 * later one, which is the end of the gap. */
static int64_t instant_by_search(int64_t local_min)
{
    int64_t later = INT64_MIN;
    for (int64_t at = local_min - 27 * 60; at <= local_min + 27 * 60; at++) {
        int64_t shown = libc_minutes(at);
        if (shown == local_min) {
            return at * 60000;
        }
        if (shown > local_min && later == INT64_MIN && libc_minutes(at - 1) < local_min) {
            later = at * 60000;
        }
    }
    return later;
}

/* Changes only at whole minutes and offsets of whole minutes: true of these zones since 1975. */
static void instants_of_local_times_near_changes_agree_with_a_search(void **state)
{
    uint64_t seed = dice_seed("local times");
    (void)state;
    for (size_t z = 0; z < COUNT(zones); z++) {
        struct gs_tz *tz = loaded(zones[z]);
        libc_zone(zones[z]);
        for (int i = 0; i < 25; i++) {
            int year = (int)dice_between(&seed, 1975, i % 2 == 0 ? 2037 : 2400);
            int64_t change = libc_change_after(INT64_C(86400) * gs_date_from_civil(year, 1, 15));
            int64_t local_min = libc_minutes(change / 60) + dice_between(&seed, -100, 100);
            gs_date date = (gs_date)(local_min / 1440) - (i % 3);
            assert_int_equal(gs_tz_instant(tz, date, (int32_t)(local_min - date * INT64_C(1440))),
                             instant_by_search(local_min));
        }
        gs_tz_destroy(tz);
    }
}

static void instants_out_of_reach_do_no_harm(void **state)
{
    (void)state;
    for (size_t z = 0; z < COUNT(zones); z++) {
        struct gs_tz *tz = loaded(zones[z]);
        char text[GS_RFC3339_TEXT];
        gs_rfc3339_format(INT64_MAX, tz, text);
        assert_memory_equal(text, "9999-12-31T", 11);
        gs_rfc3339_format(INT64_MIN, tz, text);
        assert_memory_equal(text, "0000-01-01T", 11);
        assert_true(gs_tz_date(tz, INT64_MAX) > gs_tz_date(tz, 0));
        assert_true(gs_tz_date(tz, INT64_MIN) < gs_tz_date(tz, 0));
        assert_true(gs_tz_instant(tz, INT32_MAX, INT32_MAX) > 0);
        assert_true(gs_tz_instant(tz, INT32_MIN, INT32_MIN) < 0);
        gs_tz_destroy(tz);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(berlin_gap_gives_its_end_and_overlap_its_first),
        cmocka_unit_test(new_york_gap_and_overlap),
        cmocka_unit_test(shanghai_has_one_offset_today_and_summer_time_once),
        cmocka_unit_test(lord_howe_moves_by_half_an_hour),
        cmocka_unit_test(odd_zones_hold_their_offsets),
        cmocka_unit_test(offsets_with_seconds_are_written_as_the_same_instant),
        cmocka_unit_test(random_instants_agree_with_libc),
        cmocka_unit_test(the_seconds_around_changes_agree_with_libc),
        cmocka_unit_test(instants_of_local_times_near_changes_agree_with_a_search),
        cmocka_unit_test(instants_out_of_reach_do_no_harm),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("base-tz", tests, NULL, NULL);
}
