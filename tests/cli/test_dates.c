/* DATE and FROM..TO as people write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "dates.h"
#include "typed.h"
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static gs_date wednesday(void)
{
    return gs_date_from_civil(2026, 11, 25);
}

static void expect(const char *word, const char *expected)
{
    gs_date found = 0;
    char text[GS_DATE_TEXT];
    if (gs_date_word(word, wednesday(), &found) != GS_OK) {
        fail_msg("%s is refused", word);
    }
    gs_date_format(found, text);
    assert_string_equal(text, expected);
}

static void expect_range(const char *word, gs_date today, const char *from, const char *to)
{
    gs_date first = 0, last = 0;
    char text[GS_DATE_TEXT];
    int err = gs_date_range(word, today, &first, &last);
    if (err != GS_OK) {
        fail_msg("%s is refused: %d", word, err);
    }
    gs_date_format(first, text);
    assert_string_equal(text, from);
    gs_date_format(last, text);
    assert_string_equal(text, to);
}

static void words_count_from_the_sites_today(void **state)
{
    (void)state;
    expect("today", "2026-11-25");
    expect("Tomorrow", "2026-11-26");
    expect("YESTERDAY", "2026-11-24");
    expect("今天", "2026-11-25");
    expect("明天", "2026-11-26");
    expect("昨天", "2026-11-24");
    expect("后天", "2026-11-27");
    expect("前天", "2026-11-23");
    expect("大后天", "2026-11-28");
    expect("+0d", "2026-11-25");
    expect("+2d", "2026-11-27");
    expect("+40D", "2027-01-04");
    expect("-1d", "2026-11-24");
    expect("-25d", "2026-10-31");
    expect("+2天", "2026-11-27");
}

static void weekday_is_the_next_such_day_today_included(void **state)
{
    (void)state;
    expect("wed", "2026-11-25");
    expect("thu", "2026-11-26");
    expect("MON", "2026-11-30");
    expect("Monday", "2026-11-30");
    expect("thurs", "2026-11-26");
    expect("tue", "2026-12-01");
    expect("周三", "2026-11-25");
    expect("周一", "2026-11-30");
    expect("星期日", "2026-11-29");
    expect("礼拜天", "2026-11-29");
}

static void weekday_of_a_named_week_counts_from_its_monday(void **state)
{
    (void)state;
    expect("本周一", "2026-11-23");
    expect("这周日", "2026-11-29");
    expect("上周一", "2026-11-16");
    expect("下周一", "2026-11-30");
    expect("下星期三", "2026-12-02");
    expect("下个礼拜天", "2026-12-06");
}

static void date_is_taken_as_it_stands(void **state)
{
    (void)state;
    expect("2027-02-28", "2027-02-28");
    expect("2026-1-5", "2026-01-05");
    expect("2026年11月28日", "2026-11-28");
    assert_true(gs_date_word_absolute("2026-11-25"));
    assert_true(gs_date_word_absolute("2026-11-25..2026-11-28"));
    assert_true(gs_date_word_absolute("2026-11"));
    assert_false(gs_date_word_absolute("today"));
    assert_false(gs_date_word_absolute("11-25"));
    assert_false(gs_date_word_absolute("mon"));
    assert_false(gs_date_word_absolute("2026-11-25..today"));
}

static void day_without_a_year_is_the_nearest(void **state)
{
    (void)state;
    expect("11-28", "2026-11-28");
    expect("11-1", "2026-11-01");
    expect("1-5", "2027-01-05");
    expect("5-26", "2027-05-26"); /* 182 days ahead, 183 back */
    expect("5-27", "2026-05-27");
    expect("11月28日", "2026-11-28");
    expect("12月1号", "2026-12-01");
}

static void signs_and_digits_of_any_width_are_read(void **state)
{
    (void)state;
    expect("２０２６－１１－２８", "2026-11-28");
    expect("－１ｄ", "2026-11-24");
    expect("　＋２Ｄ ", "2026-11-27");
    expect("11–28", "2026-11-28");
    expect_range("１１－２８。。１２－０４", wednesday(), "2026-11-28", "2026-12-04");
    expect_range("今天～后天", wednesday(), "2026-11-25", "2026-11-27");
    expect_range("11月28日至12月4日", wednesday(), "2026-11-28", "2026-12-04");
}

static void anything_else_is_no_date(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        " ",
                                        "2026",
                                        "11",
                                        "11-",
                                        "2026-11-",
                                        "-11-28",
                                        "+d",
                                        "+-1d",
                                        "+2",
                                        "2d",
                                        "+2dd",
                                        "-d",
                                        "--1d",
                                        "yesterday?",
                                        "mo",
                                        "mondays",
                                        "今",
                                        "周",
                                        "周八",
                                        "下周",
                                        "+ 2d",
                                        "d",
                                        "11/28",
                                        "1-1-1",
                                        "20261125",
                                        "2026-11-25x",
                                        "2026-11-25T08:00",
                                        "..",
                                        "today..",
                                        "..today",
                                        "2026-11",
                                        "+123456789d",
                                        "\xff\xfe",
                                        "11月",
                                        "today,tomorrow"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        gs_date found = 7;
        if (gs_date_word(wrong[i], 100, &found) != GS_E_INVALID) {
            fail_msg("%s is taken for a date", wrong[i]);
        }
        assert_int_equal(found, 7);
    }
    char longer[2 * GS_TYPED_MAX];
    gs_date found = 7;
    memset(longer, '1', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(gs_date_word(longer, 100, &found), GS_E_INVALID);
}

static void day_that_does_not_exist_is_told_from_no_date(void **state)
{
    (void)state;
    static const char *const none[] = {"2026-02-30", "2026-13-01", "02-30", "2026-00-01",
                                       "13-01",      "2月30日",    "02-29", "1969-12-31"};
    gs_date found = 7, last = 7;
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        assert_int_equal(gs_date_word(none[i], wednesday(), &found), GS_E_NOTFOUND);
    }
    assert_int_equal(gs_date_word("02-29", gs_date_from_civil(2027, 11, 25), &found), GS_OK);
    assert_int_equal(found, gs_date_from_civil(2028, 2, 29));
    assert_int_equal(gs_date_word("+36501d", wednesday(), &last), GS_E_RANGE);
    assert_int_equal(gs_date_word("-30000d", wednesday(), &last), GS_E_RANGE);
    assert_int_equal(gs_date_range("2026-02-30..2026-03-02", wednesday(), &last, &last), GS_E_NOTFOUND);
    assert_int_equal(gs_date_range("2026-13", wednesday(), &last, &last), GS_E_NOTFOUND);
    assert_int_equal(last, 7);
}

static void range_has_both_its_ends(void **state)
{
    (void)state;
    expect_range("2027-02-05..2027-02-12", wednesday(), "2027-02-05", "2027-02-12");
    expect_range("2026-11-25", wednesday(), "2026-11-25", "2026-11-25");
    expect_range("today..+6d", wednesday(), "2026-11-25", "2026-12-01");
    expect_range("-7d..-1d", wednesday(), "2026-11-18", "2026-11-24");
    expect_range("昨天..明天", wednesday(), "2026-11-24", "2026-11-26");
    expect_range(" today .. tomorrow ", wednesday(), "2026-11-25", "2026-11-26");
    expect_range("2027-12-30...2028-01-02", wednesday(), "2027-12-30", "2028-01-02");
}

static void second_end_is_read_from_the_first(void **state)
{
    (void)state;
    expect_range("fri..mon", wednesday(), "2026-11-27", "2026-11-30");
    expect_range("mon..fri", wednesday(), "2026-11-30", "2026-12-04");
    expect_range("下周一..周五", wednesday(), "2026-11-30", "2026-12-04");
    expect_range("12-20..1-5", wednesday(), "2026-12-20", "2027-01-05");
    expect_range("2027-8-1..8-15", wednesday(), "2027-08-01", "2027-08-15");
    expect_range("2026-1-1..12-31", wednesday(), "2026-01-01", "2026-12-31");
    expect_range("2027-12-31..2-29", wednesday(), "2027-12-31", "2028-02-29");
}

static void range_backwards_is_refused(void **state)
{
    (void)state;
    static const char *const backwards[] = {"2026-11-28..2026-11-27", "tomorrow..today", "11-28..11-20", "+2d..+1d",
                                            "2026-12-01~11-01"};
    gs_date first = 7, last = 7;
    for (size_t i = 0; i < sizeof backwards / sizeof backwards[0]; i++) {
        assert_int_equal(gs_date_range(backwards[i], wednesday(), &first, &last), GS_E_BUSY);
        assert_true(gs_date_word_is_range(backwards[i]));
    }
    static const char *const wrong[] = {"..", "today..", "..today", "a..b", "today..today..today", "next-year"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(gs_date_range(wrong[i], wednesday(), &first, &last), GS_E_INVALID);
    }
    assert_int_equal(first, 7);
    assert_int_equal(last, 7);
    assert_false(gs_date_word_is_range("2026-11-28"));
    assert_false(gs_date_word_is_range("下周一"));
}

static void weeks_and_months_are_ranges(void **state)
{
    (void)state;
    expect_range("2026-11", wednesday(), "2026-11-01", "2026-11-30");
    expect_range("2028年2月", wednesday(), "2028-02-01", "2028-02-29");
    expect_range("2026-12", wednesday(), "2026-12-01", "2026-12-31");
    expect_range("2026-11..2027-02", wednesday(), "2026-11-01", "2027-02-28");
    expect_range("上月..today", wednesday(), "2026-10-01", "2026-11-25");
    expect_range("this-week", wednesday(), "2026-11-23", "2026-11-29");
    expect_range("上周", wednesday(), "2026-11-16", "2026-11-22");
    expect_range("下个星期", wednesday(), "2026-11-30", "2026-12-06");
    expect_range("本月", wednesday(), "2026-11-01", "2026-11-30");
    expect_range("last-month", wednesday(), "2026-10-01", "2026-10-31");
    expect_range("下月", gs_date_from_civil(2026, 12, 31), "2027-01-01", "2027-01-31");
    expect_range("上个月", gs_date_from_civil(2027, 1, 1), "2026-12-01", "2026-12-31");
}

/* Days at random: whatever the day, each word means what its definition says, worked out another way. */
static void words_hold_on_any_day(void **state)
{
    (void)state;
    static const char *const weekdays[7][4] = {
        {"mon", "monday", "周一", "星期一"},    {"tue", "tuesday", "周二", "星期二"},
        {"wed", "wednesday", "周三", "星期三"}, {"thu", "thursday", "周四", "礼拜四"},
        {"fri", "friday", "周五", "星期五"},    {"sat", "saturday", "周六", "星期六"},
        {"sun", "sunday", "周日", "星期天"}};
    unsigned seed = getenv("GS_SEED") != NULL ? (unsigned)atoi(getenv("GS_SEED")) : 20261128;
    print_message("# seed %u\n", seed);
    srand(seed);
    for (int round = 0; round < 20000; round++) {
        gs_date today = 400 + rand() % 40000, other = 400 + rand() % 40000, found = 0, first = 0, last = 0;
        char text[GS_DATE_TEXT], word[40];
        gs_date_format(other, text);
        assert_int_equal(gs_date_word(text, today, &found), GS_OK);
        assert_int_equal(found, other);
        assert_true(gs_date_word_absolute(text));
        int weekday = rand() % 7;
        assert_int_equal(gs_date_word(weekdays[weekday][rand() % 4], today, &found), GS_OK);
        assert_in_range(found, today, today + 6);
        assert_int_equal(gs_date_weekday(found), weekday);
        snprintf(word, sizeof word, "%+dd", other - today);
        int err = gs_date_word(word, today, &found);
        assert_int_equal(err, abs(other - today) > 36500 ? GS_E_RANGE : GS_OK);
        assert_int_equal(err == GS_OK ? found : other, other);
        if (strcmp(text + 5, "02-29") != 0) {
            char again[GS_DATE_TEXT];
            assert_int_equal(gs_date_word(text + 5, today, &found), GS_OK);
            gs_date_format(found, again);
            assert_string_equal(again + 5, text + 5);
            assert_in_range(found - today + 183, 0, 366); /* no other year is nearer */
        }
        gs_date to = other + rand() % 400;
        char second[GS_DATE_TEXT];
        gs_date_format(to, second);
        snprintf(word, sizeof word, "%s..%s", text, second);
        assert_int_equal(gs_date_range(word, today, &first, &last), GS_OK);
        assert_int_equal(first, other);
        assert_int_equal(last, to);
    }
}

/* Pieces of words thrown together: never a crash, never half an answer. */
static void thrown_together_words_are_read_or_refused(void **state)
{
    (void)state;
    static const char *const pieces[] = {"2026", "-",  "11", "28", "..",  "~",     "至", "周", "一",   "下",
                                         "月",   "日", "d",  "+",  "mon", "today", "　", "９", "\xe5", "99999999"};
    srand(7);
    for (int round = 0; round < 50000; round++) {
        char word[200] = "";
        for (int i = rand() % 8; i >= 0; i--) {
            strcat(word, pieces[(size_t)rand() % (sizeof pieces / sizeof pieces[0])]);
        }
        gs_date first = 1, last = 2, day = 3;
        int err = gs_date_range(word, wednesday(), &first, &last);
        assert_true(err == GS_OK ? first <= last : first == 1 && last == 2);
        int one = gs_date_word(word, wednesday(), &day);
        assert_true(one == GS_OK ? err == GS_OK && first == day && last == day : day == 3);
        (void)gs_date_word_is_range(word);
    }
}

static void times_numbers_and_lists_are_read_in_any_width(void **state)
{
    (void)state;
    int32_t min = -1;
    int64_t n = -1;
    assert_int_equal(gs_typed_time("8:30", &min), GS_OK);
    assert_int_equal(min, 510);
    assert_int_equal(gs_typed_time("０８：３０", &min), GS_OK);
    assert_int_equal(gs_typed_time("24:00", &min), GS_OK);
    static const char *const wrong[] = {"", "8", "830", "8:3", "25:00", "08:60", ":30", "08:30:00", "八点"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(gs_typed_time(wrong[i], &min), GS_E_INVALID);
    }
    assert_int_equal(gs_typed_number("３０", 0, 100, &n), GS_OK);
    assert_int_equal(n, 30);
    assert_int_equal(gs_typed_number("101", 0, 100, &n), GS_E_RANGE);
    assert_int_equal(gs_typed_number("-1", 0, 100, &n), GS_E_RANGE);
    assert_int_equal(gs_typed_number("99999999999999999999", 0, 100, &n), GS_E_RANGE);
    assert_int_equal(gs_typed_number("3x", 0, 100, &n), GS_E_INVALID);
    assert_int_equal(gs_typed_number("", 0, 100, &n), GS_E_INVALID);
    char plain[GS_TYPED_MAX];
    assert_int_equal(gs_typed_plain(" 已到达，已进场、 booked,, ", plain, sizeof plain), GS_OK);
    const char *at = plain, *word;
    size_t len = 0, count = 0;
    static const char *const words[] = {"已到达", "已进场", "booked"};
    while ((word = gs_typed_next(&at, &len)) != NULL) {
        assert_true(count < 3);
        assert_int_equal(len, strlen(words[count]));
        assert_memory_equal(word, words[count++], len);
    }
    assert_int_equal(count, 3);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_count_from_the_sites_today),
        cmocka_unit_test(weekday_is_the_next_such_day_today_included),
        cmocka_unit_test(weekday_of_a_named_week_counts_from_its_monday),
        cmocka_unit_test(date_is_taken_as_it_stands),
        cmocka_unit_test(day_without_a_year_is_the_nearest),
        cmocka_unit_test(signs_and_digits_of_any_width_are_read),
        cmocka_unit_test(anything_else_is_no_date),
        cmocka_unit_test(day_that_does_not_exist_is_told_from_no_date),
        cmocka_unit_test(range_has_both_its_ends),
        cmocka_unit_test(second_end_is_read_from_the_first),
        cmocka_unit_test(range_backwards_is_refused),
        cmocka_unit_test(weeks_and_months_are_ranges),
        cmocka_unit_test(words_hold_on_any_day),
        cmocka_unit_test(thrown_together_words_are_read_or_refused),
        cmocka_unit_test(times_numbers_and_lists_are_read_in_any_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
