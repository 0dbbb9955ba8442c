/* DATE as people write it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "dates.h"
#include <cmocka.h>

static void expect(const char *word, const char *expected)
{
    gs_date today = gs_date_from_civil(2026, 11, 25), found = 0; /* a Wednesday */
    char text[GS_DATE_TEXT];
    assert_int_equal(gs_date_word(word, today, &found), GS_OK);
    gs_date_format(found, text);
    assert_string_equal(text, expected);
}

static void words_count_from_the_sites_today(void **state)
{
    (void)state;
    expect("today", "2026-11-25");
    expect("Tomorrow", "2026-11-26");
    expect("今天", "2026-11-25");
    expect("明天", "2026-11-26");
    expect("+0d", "2026-11-25");
    expect("+2d", "2026-11-27");
    expect("+40d", "2027-01-04");
}

static void weekday_is_the_next_such_day_today_included(void **state)
{
    (void)state;
    expect("wed", "2026-11-25");
    expect("thu", "2026-11-26");
    expect("MON", "2026-11-30");
    expect("tue", "2026-12-01");
}

static void date_is_taken_as_it_stands(void **state)
{
    (void)state;
    expect("2027-02-28", "2027-02-28");
    assert_true(gs_date_word_absolute("2026-11-25"));
    assert_false(gs_date_word_absolute("today"));
}

static void anything_else_is_no_date(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",           "2026-02-30", "2026-1-1",   "+d",     "+-1d", "+2",   "2d",
                                        "+99999999d", "+2dd",       "yesterday?", "monday", "今",   "+ 2d", "-1d"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        gs_date found = 7;
        assert_int_equal(gs_date_word(wrong[i], 100, &found), GS_E_INVALID);
        assert_int_equal(found, 7);
    }
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_count_from_the_sites_today),
        cmocka_unit_test(weekday_is_the_next_such_day_today_included),
        cmocka_unit_test(date_is_taken_as_it_stands),
        cmocka_unit_test(anything_else_is_no_date),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
