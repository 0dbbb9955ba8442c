/* Civil dates, minutes of day and RFC 3339 texts, against timegm and gmtime_r of libc. */
#include "check.h"
#include "gateslot/base/time.h"
#include <string.h>

static void every_day_of_four_centuries_agrees_with_libc(void **state)
{
    const gs_date first = gs_date_from_civil(1800, 1, 1), last = gs_date_from_civil(2250, 1, 1);
    (void)state;
    for (gs_date date = first; date <= last; date++) {
        time_t at = (time_t)date * 86400;
        int year, month, day;
        struct tm tm;
        assert_non_null(gmtime_r(&at, &tm));
        gs_date_to_civil(date, &year, &month, &day);
        assert_int_equal(year, tm.tm_year + 1900);
        assert_int_equal(month, tm.tm_mon + 1);
        assert_int_equal(day, tm.tm_mday);
        assert_int_equal(gs_date_weekday(date), (tm.tm_wday + 6) % 7);
        assert_int_equal(gs_date_from_civil(year, month, day), date);
    }
}

static void random_far_dates_agree_with_timegm(void **state)
{
    uint64_t seed = dice_seed("dates");
    (void)state;
    for (int i = 0; i < 200000; i++) {
        int year = (int)dice_between(&seed, -30000, 60000), month = (int)dice_between(&seed, 1, 12);
        int day = (int)dice_between(&seed, 1, 28);
        struct tm tm = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day};
        gs_date date = gs_date_from_civil(year, month, day);
        int back[3];
        assert_int_equal(date, timegm(&tm) / 86400);
        gs_date_to_civil(date, &back[0], &back[1], &back[2]);
        assert_int_equal(back[0], year);
        assert_int_equal(back[1], month);
        assert_int_equal(back[2], day);
    }
}

static void dates_are_read_exactly_and_written_back(void **state)
{
    static const char *const wrong[] = {"",           "2026-11-2",  "2026-11-255", "2026-13-01", "2026-00-10",
                                        "2026-01-00", "2026-02-29", "2100-02-29",  "2026-04-31", "1969-12-31",
                                        "2026/11/25", "2026-11-2x", "+026-11-25",  " 026-11-25", "20261125  ",
                                        "2026-1-025", "0000-01-01"};
    static const char *const right[] = {"1970-01-01", "2024-02-29", "2000-02-29",
                                        "2026-11-25", "9999-12-31", "2026-12-31"};
    gs_date date = 77;
    char text[GS_DATE_TEXT];
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(gs_date_parse(wrong[i], strlen(wrong[i]), &date), GS_E_INVALID);
        assert_int_equal(date, 77);
    }
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
        assert_int_equal(gs_date_parse(right[i], strlen(right[i]), &date), GS_OK);
        gs_date_format(date, text);
        assert_string_equal(text, right[i]);
    }
    gs_date_format(INT32_MAX, text);
    assert_int_equal(GS_DATE_FIRST, gs_date_from_civil(0, 1, 1));
    assert_int_equal(GS_DATE_LAST, gs_date_from_civil(9999, 12, 31));
    assert_string_equal(text, "9999-12-31");
    gs_date_format(INT32_MIN, text);
    assert_string_equal(text, "0000-01-01");
}

static void minutes_of_day_are_read_exactly_and_written_back(void **state)
{
    static const char *const wrong[] = {"",      "8:30", "24:00", "24:01",    "23:60", "08:3",
                                        "08.30", "0830", "-8:30", "08:30:00", "8 :30"};
    char text[GS_HHMM_TEXT];
    int32_t min = 77;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(gs_hhmm_parse(wrong[i], strlen(wrong[i]), 0, &min), GS_E_INVALID);
        assert_int_equal(min, 77);
    }
    for (int32_t m = 0; m < 1440; m++) {
        gs_hhmm_format(m, text);
        assert_int_equal(gs_hhmm_parse(text, 5, 0, &min), GS_OK);
        assert_int_equal(min, m);
    }
    assert_int_equal(gs_hhmm_parse("24:00", 5, 1, &min), GS_OK);
    assert_int_equal(min, 1440);
    assert_int_equal(gs_hhmm_parse("24:01", 5, 1, &min), GS_E_INVALID);
    gs_hhmm_format(1440 + 90, text);
    assert_string_equal(text, "01:30");
    gs_hhmm_format(-30, text);
    assert_string_equal(text, "23:30");
}

static void instants_are_read_with_offset_and_fraction(void **state)
{
    static const struct {
        const char *text;
        int64_t at_ms;
    } right[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01t00:00:00z", 0},
        {"2026-11-25T08:30:00+08:00", INT64_C(1795566600000)},
        {"2026-11-25T00:30:00Z", INT64_C(1795566600000)},
        {"2026-11-24T18:00:00-06:30", INT64_C(1795566600000)},
        {"2026-11-25T00:30:00-00:00", INT64_C(1795566600000)},
        {"2026-11-25T00:30:00.1Z", INT64_C(1795566600100)},
        {"2026-11-25T00:30:00.0199999999Z", INT64_C(1795566600019)},
        {"1970-01-01T00:00:00+08:00", -28800000},
        {"9999-12-31T23:59:59.999Z", INT64_C(253402300799999)},
    };

    (void)state;
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
        int64_t at_ms = 77;
        assert_int_equal(gs_rfc3339_parse(right[i].text, strlen(right[i].text), &at_ms), GS_OK);
        assert_int_equal(at_ms, right[i].at_ms);
    }
}

static void what_is_not_rfc3339_is_refused(void **state)
{
    static const char *const wrong[] = {
        "",
        "2026-11-25",
        "2026-11-25T08:30:00",
        "2026-11-25 08:30:00Z",
        "2026-11-25T08:30Z",
        "2026-11-25T08:30:00+0800",
        "2026-11-25T08:30:00+08",
        "2026-11-25T08:30:00+24:00",
        "2026-11-25T08:30:00+08:60",
        "2026-11-25T24:00:00Z",
        "2026-11-25T08:60:00Z",
        "2026-11-25T08:30:60Z",
        "2026-11-31T08:30:00Z",
        "2026-11-25T08:30:00.Z",
        "2026-11-25T08:30:00.5",
        "2026-11-25T08:30:00,5Z",
        "2026-11-25T08:30:00ZZ",
        "2026-11-25T08:30:00Z ",
        "2026-11-25T8:30:00Z",
        "1969-12-31T23:59:59Z",
        "2026-11-25T08:30:00 08:00",
    };
    int64_t at_ms = 77;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(gs_rfc3339_parse(wrong[i], strlen(wrong[i]), &at_ms), GS_E_INVALID);
        assert_int_equal(at_ms, 77);
    }
}

static void instants_in_utc_are_written_as_libc_has_them(void **state)
{
    uint64_t seed = dice_seed("instants");
    (void)state;
    for (int i = 0; i < 50000; i++) {
        int64_t at_ms = dice_between(&seed, 0, INT64_C(253402300799999)) / (i % 2 ? 1 : 1000) * (i % 2 ? 1 : 1000);
        time_t at = (time_t)(at_ms / 1000);
        char text[GS_RFC3339_TEXT], expected[64];
        int64_t back;
        struct tm tm;
        size_t len;
        assert_non_null(gmtime_r(&at, &tm));
        len = strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%S", &tm);
        if (at_ms % 1000 != 0) {
            len += (size_t)snprintf(expected + len, sizeof expected - len, ".%03d", (int)(at_ms % 1000));
        }
        (void)snprintf(expected + len, sizeof expected - len, "Z");
        gs_rfc3339_format(at_ms, NULL, text);
        assert_string_equal(text, expected);
        assert_int_equal(gs_rfc3339_parse(text, strlen(text), &back), GS_OK);
        assert_int_equal(back, at_ms);
    }
}

static void instants_out_of_reach_are_written_as_the_nearest(void **state)
{
    char text[GS_RFC3339_TEXT];
    (void)state;
    gs_rfc3339_format(INT64_MAX, NULL, text);
    assert_string_equal(text, "9999-12-31T23:59:59.999Z");
    gs_rfc3339_format(INT64_MIN, NULL, text);
    assert_string_equal(text, "0000-01-01T00:00:00Z");
    gs_rfc3339_format(-1, NULL, text);
    assert_string_equal(text, "1969-12-31T23:59:59.999Z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_of_four_centuries_agrees_with_libc),
        cmocka_unit_test(random_far_dates_agree_with_timegm),
        cmocka_unit_test(dates_are_read_exactly_and_written_back),
        cmocka_unit_test(minutes_of_day_are_read_exactly_and_written_back),
        cmocka_unit_test(instants_are_read_with_offset_and_fraction),
        cmocka_unit_test(what_is_not_rfc3339_is_refused),
        cmocka_unit_test(instants_in_utc_are_written_as_libc_has_them),
        cmocka_unit_test(instants_out_of_reach_are_written_as_the_nearest),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("base-time", tests, NULL, NULL);
}
