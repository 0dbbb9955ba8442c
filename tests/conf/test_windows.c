/* Windows and the calendar: forms, completeness, whole slots, and overlaps on every day that can come. */
#include "support.h"

#include "gateslot/base/time.h"
#include <stdio.h>
#include <string.h>

static void windows_given_replace_the_defaults_and_come_in_order(void **state)
{
    (void)state;
    struct gs_config *c = conf_of("windows:\n"
                                  "  late: {start: \"18:00\", end: \"24:00\", capacity: 0}\n"
                                  "  night: {start: \"00:00\", end: \"06:00\", capacity: 10000}\n"
                                  "  day_2: {start: 07:30, end: 17:30, capacity: 7, name: 白班}\n");
    static const struct gs_window_rule expected[] = {
        {"night", 0, 360, 10000, ""}, {"day_2", 450, 1050, 7, "白班"}, {"late", 1080, 1440, 0, ""}};
    assert_int_equal(c->rules.window_count, 3);
    assert_memory_equal(c->rules.windows, expected, sizeof expected);
    gs_config_destroy(c);
}

static void an_end_before_the_start_is_on_the_next_day(void **state)
{
    (void)state;
    struct gs_config *c =
        conf_of("windows:\n"
                "  night: {start: \"22:00\", end: \"06:00\", capacity: 1}\n"
                "  eve: {start: \"20:00\", end: \"22:00\", capacity: 1}\n"
                "  day: {start: \"06:00\", end: \"20:00\", capacity: 1}\n"
                "calendar:\n"
                "- {weekday: sat, windows: {night: {start: \"23:00\", end: \"05:00\"}, eve: {end: \"23:00\"},\n"
                "    day: {closed: true}}}\n"
                "- {date: 2027-02-17, windows: {night: {closed: true}, eve: {end: \"23:00\"}}}\n");
    const struct gs_rules *r = &c->rules;
    assert_string_equal(r->windows[2].id, "night");
    assert_int_equal(r->windows[2].end_min, 1800);
    assert_int_equal(r->calendar[0].changes[0].start_min, 1380);
    assert_int_equal(r->calendar[0].changes[0].end_min, 1740);
    assert_int_equal(r->calendar[0].changes[1].start_min, -1);
    assert_int_equal(r->calendar[0].changes[1].end_min, 1380);
    gs_config_destroy(c);
}

static void the_calendar_is_taken_over(void **state)
{
    (void)state;
    struct gs_config *c =
        conf_of("calendar:\n"
                "  - {date: \"2027-02-17\", closed: true, reason: 春节}\n"
                "  - {weekday: sun, windows: {morning: {capacity: 20}, evening: {closed: true}}}\n"
                "  - {date: 2027-02-21}\n"
                "  - {weekday: mon, windows: {extra: {start: \"20:00\", end: \"22:00\", capacity: 3}}}\n");
    const struct gs_calendar_rule *r = c->rules.calendar;
    assert_int_equal(c->rules.calendar_count, 4);
    assert_true(r[0].by_date && r[0].closed);
    assert_int_equal(r[0].date, gs_date_from_civil(2027, 2, 17));
    assert_string_equal(r[0].reason, "春节");
    assert_int_equal(r[0].change_count, 0);
    assert_false(r[1].by_date || r[1].closed);
    assert_int_equal(r[1].weekday, 6);
    assert_int_equal(r[1].change_count, 2);
    static const struct gs_window_change changes[] = {{"morning", -1, -1, 20, false, ""},
                                                      {"evening", -1, -1, -1, true, ""}};
    for (int i = 0; i < 2; i++) {
        assert_string_equal(r[1].changes[i].id, changes[i].id);
        assert_int_equal(r[1].changes[i].start_min, changes[i].start_min);
        assert_int_equal(r[1].changes[i].end_min, changes[i].end_min);
        assert_int_equal(r[1].changes[i].capacity, changes[i].capacity);
        assert_int_equal(r[1].changes[i].closed, changes[i].closed);
    }
    assert_true(r[2].by_date && !r[2].closed && r[2].change_count == 0);
    assert_int_equal(r[3].weekday, 0);
    assert_int_equal(r[3].changes[0].end_min, 1320);
    gs_config_destroy(c);
}

static void a_window_needs_a_name_start_end_and_capacity(void **state)
{
    (void)state;
    static const struct conf_case cases[] = {
        {"windows:\n  a: {}\n", "2:3: windows.a.start: missing, expected a time HH:MM from 00:00 to 23:59\n"
                                "2:3: windows.a.end: missing, expected a time HH:MM from 00:00 to 24:00\n"
                                "2:3: windows.a.capacity: missing, expected an integer from 0 to 10000\n"},
        {"windows:\n  a:\n", "2:5: windows.a: has no value, expected a mapping\n"},
        {"windows: {}\n", "1:1: windows: found 0 entries, expected 1 to 16\n"},
        {"windows: {a: {start: \"24:00\", end: \"24:01\", capacity: 10001}}\n",
         "1:22: windows.a.start: found the quoted text \"24:00\", expected a time HH:MM from 00:00 to 23:59\n"
         "1:36: windows.a.end: found the quoted text \"24:01\", expected a time HH:MM from 00:00 to 24:00\n"
         "1:55: windows.a.capacity: found 10001, expected an integer from 0 to 10000\n"},
        {"windows: {a: {start: \"08:00\", end: \"08:00\", capacity: 1}}\n",
         "1:36: windows.a.end: the same as start, expected a later time; 24:00 is the day's end\n"},
        {"windows: {abcdefghijklmno: {start: \"08:00\", end: \"09:00\", capacity: 1}}\n", ""},
    };
    CONF_EXPECT_ALL(cases);
    static const char *const bad[] = {"A", "1a", "_a", "a-b", "a.b", "ä", "abcdefghijklmnop", ""};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[128], expected[256];
        (void)snprintf(text, sizeof text, "windows:\n  \"%s\": {start: \"08:00\", end: \"09:00\", capacity: 1}\n",
                       bad[i]);
        (void)snprintf(expected, sizeof expected,
                       "2:3: windows.%s: not a name, expected [a-z][a-z0-9_]* of at most 15 characters\n", bad[i]);
        conf_expect(text, expected);
    }
}

static void a_day_has_at_most_sixteen_windows(void **state)
{
    (void)state;
    char text[2048] = "windows:\n";
    for (int i = 0; i < 16; i++) {
        (void)snprintf(text + strlen(text), sizeof text - strlen(text),
                       "  w%d: {start: \"%02d:00\", end: \"%02d:30\", capacity: 1}\n", i, i, i);
    }
    char base[2048];
    (void)snprintf(base, sizeof base, "%s", text);
    conf_expect(base, "");
    strcat(text, "calendar: [{weekday: sun, windows: {more: {start: \"20:00\", end: \"21:00\", capacity: 1}}}]\n");
    conf_expect(text, "18:37: calendar[0].windows.more: one window too many, a day has at most 16\n");
    strcat(base, "  w16: {start: \"16:00\", end: \"16:30\", capacity: 1}\n");
    conf_expect(base, "1:1: windows: found 17 entries, expected 1 to 16\n");
}

static void windows_are_whole_slots(void **state)
{
    (void)state;
    static const struct conf_case cases[] = {
        {"windows:\n  a: {start: \"08:00\", end: \"12:10\", capacity: 1}\n",
         "2:28: windows.a.end: window a, 08:00-12:10, is 250 minutes long, expected a multiple of slots.minutes, 30\n"},
        {"windows:\n  a: {start: \"08:00\", end: \"12:10\", capacity: 1}\nslots: {minutes: 25}\n", ""},
        {"slots: {minutes: 7}\n", "1:18: slots.minutes: window morning, 08:00-12:00, is 240 minutes long, expected a "
                                  "multiple of slots.minutes, 7\n"},
        {"slots: {minutes: x}\nwindows:\n  a: {start: \"08:00\", end: \"12:10\", capacity: 1}\n",
         "1:18: slots.minutes: found x, expected an integer from 1 to 1440\n"},
        {"windows:\n  a: {start: \"08:00\", end: \"11:12\", capacity: 1}\nslots: {minutes: 1}\n", ""},
        {"windows:\n  a: {start: \"08:00\", end: \"11:13\", capacity: 1}\nslots: {minutes: 1}\n",
         "2:28: windows.a.end: window a, 08:00-11:13, has 193 slots of 1 minutes, expected at most 192\n"},
        {"windows:\n  a: {start: \"22:00\", end: \"06:15\", capacity: 1}\n",
         "2:28: windows.a.end: window a, 22:00-06:15, is 495 minutes long, expected a multiple of slots.minutes, 30\n"},
        {"calendar:\n- {weekday: sun, windows: {morning: {end: \"11:45\"}}}\n",
         "2:43: calendar[0].windows.morning.end: window morning, 08:00-11:45, is 225 minutes long, expected a multiple "
         "of "
         "slots.minutes, 30\n"},
        {"calendar:\n- {date: 2027-01-01, windows: {morning: {start: \"08:01\"}}}\n",
         "2:49: calendar[0].windows.morning.start: window morning, 08:01-12:00, is 239 minutes long, expected a "
         "multiple "
         "of slots.minutes, 30\n"},
        {"windows:\n  a: {start: \"00:00\", end: \"24:00\", capacity: 1}\n", ""},
    };
    CONF_EXPECT_ALL(cases);
}

#define TWO_WINDOWS                                                                                                    \
    "windows:\n"                                                                                                       \
    "  day: {start: \"08:00\", end: \"20:00\", capacity: 1}\n"                                                         \
    "  night: {start: \"22:00\", end: \"06:00\", capacity: 1}\n"                                                       \
    "calendar:\n"

static void ordinary_windows_do_not_overlap(void **state)
{
    (void)state;
    static const struct conf_case cases[] = {
        {"windows:\n  b: {start: \"10:00\", end: \"12:00\", capacity: 1}\n  a: {start: \"08:00\", end: \"10:30\", "
         "capacity: 1}\n",
         "2:14: windows.b.start: window b, 10:00-12:00, overlaps window a, 08:00-10:30\n"},
        {"windows:\n  a: {start: \"08:00\", end: \"12:00\", capacity: 1}\n  b: {start: \"08:00\", end: \"12:00\", "
         "capacity: 1}\n",
         "3:14: windows.b.start: window b, 08:00-12:00, overlaps window a, 08:00-12:00\n"},
        {"windows:\n  a: {start: \"08:00\", end: \"12:00\", capacity: 1}\n  b: {start: \"20:00\", end: \"08:30\", "
         "capacity: 1}\n",
         "3:28: windows.b.end: window b, 20:00-08:30, overlaps window a, 08:00-12:00 of the next day\n"},
        {"windows:\n  a: {start: \"08:00\", end: \"12:00\", capacity: 1}\n  b: {start: \"20:00\", end: \"08:00\", "
         "capacity: 1}\n",
         ""},
        {"windows:\n  a: {start: \"20:00\", end: \"08:00\", capacity: 1}\n  b: {start: \"22:00\", end: \"23:00\", "
         "capacity: 1}\n",
         "3:14: windows.b.start: window b, 22:00-23:00, overlaps window a, 20:00-08:00\n"},
    };
    CONF_EXPECT_ALL(cases);
}

static void exceptions_do_not_overlap_inside_their_day(void **state)
{
    (void)state;
    static const struct conf_case cases[] = {
        {"calendar:\n- {weekday: sun, windows: {morning: {end: \"12:30\"}}}\n",
         "2:43: calendar[0].windows.morning.end: window morning, 08:00-12:30, overlaps window midday, 12:00-16:00\n"},
        {"calendar:\n- {weekday: sun, windows: {morning: {end: \"12:30\"}, midday: {start: \"12:30\"}}}\n", ""},
        {"calendar:\n- {weekday: sun, windows: {morning: {end: \"12:30\"}, midday: {closed: true}}}\n", ""},
        {"calendar:\n- {date: 2027-01-01, windows: {extra: {start: \"19:30\", end: \"21:00\", capacity: 1}}}\n",
         "2:47: calendar[0].windows.extra.start: window extra, 19:30-21:00, overlaps window evening, 16:00-20:00\n"},
        {"calendar:\n- {date: 2027-01-01, closed: true}\n- {weekday: fri, windows: {morning: {end: \"12:30\"}}}\n",
         "3:43: calendar[1].windows.morning.end: window morning, 08:00-12:30, overlaps window midday, 12:00-16:00\n"},
    };
    CONF_EXPECT_ALL(cases);
}

static void a_dates_entry_is_laid_over_its_weekdays(void **state)
{
    (void)state;
    /* 2027-01-01 is a Friday. Alone each entry fits; together they do not, and only on that date. */
    static const struct conf_case cases[] = {
        {"calendar:\n"
         "- {weekday: fri, windows: {midday: {closed: true}, morning: {end: \"14:00\"}}}\n"
         "- {date: 2027-01-01, windows: {midday: {capacity: 3}}}\n",
         "3:32: calendar[1].windows.midday: window midday, 12:00-16:00, overlaps window morning, 08:00-14:00\n"},
        {"calendar:\n"
         "- {weekday: fri, windows: {midday: {closed: true}, morning: {end: \"14:00\"}}}\n"
         "- {date: 2027-01-02, windows: {midday: {capacity: 3}}}\n",
         ""},
        {"calendar:\n"
         "- {weekday: fri, closed: true}\n"
         "- {date: 2027-01-01, windows: {morning: {end: \"12:30\"}}}\n",
         "3:47: calendar[1].windows.morning.end: window morning, 08:00-12:30, overlaps window midday, 12:00-16:00\n"},
    };
    CONF_EXPECT_ALL(cases);
}

static void exceptions_do_not_overlap_the_days_beside_them(void **state)
{
    (void)state;
    static const struct conf_case cases[] = {
        {TWO_WINDOWS "- {weekday: mon, windows: {day: {start: \"05:00\"}}}\n",
         "5:41: calendar[0].windows.day.start: window day, 05:00-20:00, overlaps window night, 22:00-06:00 of the day "
         "before\n"},
        {TWO_WINDOWS "- {weekday: sun, windows: {night: {end: \"09:00\"}}}\n",
         "5:41: calendar[0].windows.night.end: window night, 22:00-09:00, overlaps window day, 08:00-20:00 of the next "
         "day\n"},
        {TWO_WINDOWS "- {weekday: sun, windows: {night: {end: \"09:00\"}}}\n"
                     "- {weekday: mon, windows: {day: {start: \"09:00\"}}}\n",
         ""},
        {TWO_WINDOWS "- {weekday: sun, windows: {night: {end: \"09:00\"}}}\n"
                     "- {weekday: mon, closed: true}\n",
         ""},
        {TWO_WINDOWS "- {date: 2027-01-03, windows: {night: {end: \"09:00\"}}}\n"
                     "- {date: 2027-01-04, windows: {day: {closed: true}}}\n",
         ""},
        /* The Monday is open again on one date: only there the Sunday's night is too long. */
        {TWO_WINDOWS "- {weekday: sun, windows: {night: {end: \"09:00\"}}}\n"
                     "- {weekday: mon, closed: true}\n"
                     "- {date: 2027-01-04}\n",
         "5:41: calendar[0].windows.night.end: window night, 22:00-09:00, overlaps window day, 08:00-20:00 of the next "
         "day\n"},
        {TWO_WINDOWS "- {date: 2027-01-31, windows: {night: {end: \"09:00\"}}}\n",
         "5:45: calendar[0].windows.night.end: window night, 22:00-09:00, overlaps window day, 08:00-20:00 of the next "
         "day\n"},
    };
    CONF_EXPECT_ALL(cases);
}

static void an_entry_is_for_one_day(void **state)
{
    (void)state;
    static const struct conf_case cases[] = {
        {"calendar:\n- {closed: true}\n",
         "2:3: calendar[0]: its days are not given, expected date, weekday, or from and to\n"},
        {"calendar:\n- {date: 2027-01-01, weekday: fri}\n",
         "2:31: calendar[0].weekday: given beside date, expected exactly one of date and weekday\n"},
        {"calendar:\n- {weekday: Sunday}\n",
         "2:13: calendar[0].weekday: found Sunday, expected mon, tue, wed, thu, fri, sat or sun; did you mean sun?\n"},
        {"calendar:\n- {weekday: 6}\n",
         "2:13: calendar[0].weekday: found 6, expected mon, tue, wed, thu, fri, sat or sun\n"},
        {"calendar:\n- {date: 2027-2-17}\n",
         "2:10: calendar[0].date: found 2027-2-17, expected a date YYYY-MM-DD that exists\n"},
        {"calendar:\n- {date: 2027-02-29}\n",
         "2:10: calendar[0].date: found 2027-02-29, expected a date YYYY-MM-DD that exists\n"},
        {"calendar:\n- {date: 2028-02-29}\n", ""},
        {"calendar:\n- sun\n", "2:3: calendar[0]: found the text \"sun\", expected a mapping\n"},
        {"calendar:\n- {weekday: sun, reason: \"\"}\n",
         "2:26: calendar[0].reason: found 0 bytes, expected a text of 1 to 255 bytes\n"},
    };
    CONF_EXPECT_ALL(cases);
}

static void a_day_has_one_entry(void **state)
{
    (void)state;
    conf_expect("calendar:\n- {date: 2027-01-01}\n- {date: 2027-01-02}\n- {date: \"2027-01-01\", closed: true}\n",
                "4:10: calendar[2].date: 2027-01-01 has an entry already: calendar[0] in line 2\n");
    conf_expect("calendar:\n- {weekday: sun}\n- {weekday: sun}\n- {weekday: mon}\n",
                "3:13: calendar[1].weekday: sun has an entry already: calendar[0] in line 2\n");
}

static void a_range_is_a_range(void **state)
{
    (void)state;
    static const struct conf_case cases[] = {
        {"calendar:\n- {from: 2027-02-05, to: 2027-02-12, closed: true, reason: 春节}\n", ""},
        {"calendar:\n- {from: 2026-12-30, to: 2027-01-02, closed: true}\n", ""},
        {"calendar:\n- {from: 2028-02-29, to: 2028-02-29}\n", ""},
        {"calendar:\n- {from: 2027-02-28, to: 2027-02-29}\n",
         "2:26: calendar[0].to: found 2027-02-29, expected a date YYYY-MM-DD that exists\n"},
        {"calendar:\n- {from: 2027-02-12, to: 2027-02-05}\n",
         "2:26: calendar[0].to: 2027-02-05 is before from, 2027-02-12\n"},
        {"calendar:\n- {from: 2027-01-01, to: 2028-02-04}\n", ""},
        {"calendar:\n- {from: 2027-01-01, to: 2028-02-05}\n",
         "2:26: calendar[0].to: 2027-01-01 to 2028-02-05 are 401 days, expected at most 400\n"},
        {"calendar:\n- {from: 2027-02-05}\n", "2:10: calendar[0].from: given without to, expected both from and to\n"},
        {"calendar:\n- {to: 2027-02-05}\n", "2:8: calendar[0].to: given without from, expected both from and to\n"},
        {"calendar:\n- {date: 2027-02-05, to: 2027-02-06}\n",
         "2:26: calendar[0].to: given beside date, expected date, or from and to\n"},
        {"calendar:\n- {from: 2027-02-05, to: 2027-02-12, weekday: sun}\n", ""},
        {"calendar:\n- {from: 2027-02-08, to: 2027-02-12, weekday: sun}\n",
         "2:47: calendar[0].weekday: there is no sun from 2027-02-08 to 2027-02-12\n"},
    };
    CONF_EXPECT_ALL(cases);
}

static void ranges_do_not_share_days(void **state)
{
    (void)state;
    static const struct conf_case cases[] = {
        {"calendar:\n- {from: 2027-02-01, to: 2027-02-05}\n- {from: 2027-02-06, to: 2027-02-09}\n", ""},
        {"calendar:\n- {from: 2027-02-01, to: 2027-02-06}\n- {from: 2027-02-06, to: 2027-02-09}\n",
         "3:10: calendar[1].from: shares days with the range calendar[0] in line 2\n"},
        {"calendar:\n- {from: 2027-02-01, to: 2027-02-28, weekday: sun}\n"
         "- {from: 2027-02-01, to: 2027-02-28, weekday: mon}\n",
         ""},
        {"calendar:\n- {from: 2027-02-01, to: 2027-02-28, weekday: sun}\n- {from: 2027-02-20, to: 2027-03-28}\n",
         "3:10: calendar[1].from: shares days with the range calendar[0] in line 2\n"},
        {"calendar:\n- {from: 2027-02-01, to: 2027-02-28}\n- {date: 2027-02-06}\n- {weekday: sat}\n", ""},
    };
    CONF_EXPECT_ALL(cases);
}

static void windows_of_a_range_do_not_overlap(void **state)
{
    (void)state;
    static const struct conf_case cases[] = {
        {TWO_WINDOWS "- {from: 2027-02-01, to: 2027-02-28, windows: {day: {end: \"23:00\"}}}\n",
         "5:59: calendar[0].windows.day.end: window day, 08:00-23:00, overlaps window night, 22:00-06:00\n"},
        {TWO_WINDOWS "- {from: 2027-02-01, to: 2027-02-01, windows: {night: {end: \"09:00\"}}}\n",
         "5:61: calendar[0].windows.night.end: window night, 22:00-09:00, overlaps window day, 08:00-20:00 of the next "
         "day\n"},
        /* Only a Sunday of it and the weekday's own entry collide. */
        {TWO_WINDOWS "- {weekday: sun, windows: {day: {start: \"09:00\", end: \"21:30\"}}}\n"
                     "- {from: 2027-02-01, to: 2027-02-28, windows: {night: {start: \"21:00\", end: \"06:00\"}}}\n",
         "6:63: calendar[1].windows.night.start: window night, 21:00-06:00, overlaps window day, 09:00-21:30\n"},
        /* The last night of one range runs into the first day of the next. */
        {TWO_WINDOWS "- {from: 2027-02-01, to: 2027-02-03, windows: {night: {end: \"08:00\"}}}\n"
                     "- {from: 2027-02-04, to: 2027-02-05, windows: {day: {start: \"07:00\"}}}\n",
         "5:61: calendar[0].windows.night.end: window night, 22:00-08:00, overlaps window day, 07:00-20:00 of the next "
         "day\n"},
    };
    CONF_EXPECT_ALL(cases);
}

static void entries_do_not_contradict_themselves(void **state)
{
    (void)state;
    static const struct conf_case cases[] = {
        {"calendar:\n- {weekday: sun, closed: true, windows: {morning: {capacity: 1}}}\n",
         "2:26: calendar[0].closed: a closed day has no windows\n"},
        {"calendar:\n- {weekday: sun, windows: {morning: {closed: true, capacity: 1}}}\n",
         "2:46: calendar[0].windows.morning.closed: a closed window has no start, end or capacity\n"},
        {"calendar:\n- {weekday: sun, windows: {morning: {}}}\n",
         "2:28: calendar[0].windows.morning: says nothing, expected start, end, capacity or closed\n"},
        {"calendar:\n- {weekday: sun, windows: {}}\n",
         "2:18: calendar[0].windows: found 0 entries, expected 1 to 16\n"},
        {"calendar:\n- {weekday: sun, windows: {morning: {start: \"09:00\", end: \"09:00\"}}}\n",
         "2:59: calendar[0].windows.morning.end: the same as start, expected a later time; 24:00 is the day's end\n"},
        {"calendar:\n- {weekday: sun, windows: {morning: {closed: false}}}\n", ""},
    };
    CONF_EXPECT_ALL(cases);
}

static void a_new_window_of_an_exception_is_complete(void **state)
{
    (void)state;
    static const struct conf_case cases[] = {
        {"calendar:\n- {weekday: sun, windows: {nite: {start: \"21:00\", end: \"22:00\"}}}\n",
         "2:28: calendar[0].windows.nite: the ordinary day has no window nite, expected start, end and capacity for a "
         "new "
         "one\n"},
        {"calendar:\n- {weekday: sun, windows: {mornign: {capacity: 20}}}\n",
         "2:28: calendar[0].windows.mornign: the ordinary day has no window mornign, expected start, end and capacity "
         "for a "
         "new one; did you mean morning?\n"},
        {"calendar:\n- {weekday: sun, windows: {evenin: {closed: true}}}\n",
         "2:28: calendar[0].windows.evenin: the ordinary day has no window evenin, nothing is there to be closed; did "
         "you "
         "mean evening?\n"},
        {"calendar:\n- {weekday: sun, windows: {nite: {start: \"21:00\", end: \"22:00\", capacity: x}}}\n",
         "2:75: calendar[0].windows.nite.capacity: found x, expected an integer from 0 to 10000\n"},
        {"calendar:\n- {weekday: sun, windows: {Nite: {start: \"21:00\"}}}\n",
         "2:28: calendar[0].windows.Nite: not a name, expected [a-z][a-z0-9_]* of at most 15 characters\n"},
    };
    CONF_EXPECT_ALL(cases);
}

static void the_calendar_has_at_most_512_entries(void **state)
{
    (void)state;
    static char text[32768] = "calendar:\n";
    for (int i = 0; i < 513; i++) {
        char date[GS_DATE_TEXT];
        gs_date_format(gs_date_from_civil(2027, 1, 1) + i, date);
        if (i == 512) {
            conf_expect(text, "");
        }
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "- {date: %s, closed: true}\n", date);
    }
    conf_expect(text, "1:1: calendar: found 513 entries, expected 0 to 512\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_given_replace_the_defaults_and_come_in_order),
        cmocka_unit_test(an_end_before_the_start_is_on_the_next_day),
        cmocka_unit_test(the_calendar_is_taken_over),
        cmocka_unit_test(a_window_needs_a_name_start_end_and_capacity),
        cmocka_unit_test(a_day_has_at_most_sixteen_windows),
        cmocka_unit_test(windows_are_whole_slots),
        cmocka_unit_test(ordinary_windows_do_not_overlap),
        cmocka_unit_test(exceptions_do_not_overlap_inside_their_day),
        cmocka_unit_test(a_dates_entry_is_laid_over_its_weekdays),
        cmocka_unit_test(exceptions_do_not_overlap_the_days_beside_them),
        cmocka_unit_test(an_entry_is_for_one_day),
        cmocka_unit_test(a_day_has_one_entry),
        cmocka_unit_test(a_range_is_a_range),
        cmocka_unit_test(ranges_do_not_share_days),
        cmocka_unit_test(windows_of_a_range_do_not_overlap),
        cmocka_unit_test(entries_do_not_contradict_themselves),
        cmocka_unit_test(a_new_window_of_an_exception_is_complete),
        cmocka_unit_test(the_calendar_has_at_most_512_entries),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
