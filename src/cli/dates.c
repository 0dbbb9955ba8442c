/* Turns the words people use for a day or for several into dates, given the site's today. It asks nobody what day it is. */
#include "dates.h"
#include "typed.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DAYS_AHEAD_MAX 36500
#define HALF_YEAR 183
#define WEEK 7

/* A number of at most max digits at *at, moved behind it; -1: none. */
static int take_number(const char **at, size_t max)
{
    size_t len = strspn(*at, "0123456789");
    if (len == 0 || len > max) {
        return -1;
    }
    int value = (int)strtol(*at, NULL, 10);
    *at += len;
    return value;
}

static bool take(const char **at, const char *sign)
{
    size_t len = strlen(sign);
    if (strncmp(*at, sign, len) != 0) {
        return false;
    }
    *at += len;
    return true;
}

static bool exists(int year, int month, int day)
{
    int y = 0, m = 0, d = 0;
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31) {
        return false;
    }
    gs_date_to_civil(gs_date_from_civil(year, month, day), &y, &m, &d);
    return y == year && m == month && d == day;
}

/* The parts of "2026-11-25", "11-28" or "2026-11", with year 0 or day 0 where there is none; false: not of that form. */
static bool read_parts(const char *word, int *out_year, int *out_month, int *out_day)
{
    const char *at = word;
    int year = 0, day = 0, month = take_number(&at, 4);
    if (month > 0 && at - word == 4 && (take(&at, "-") || take(&at, "年"))) {
        year = month;
        month = take_number(&at, 2);
    }
    bool chinese = take(&at, "月");
    if (chinese || take(&at, "-")) {
        day = at[0] != '\0' ? take_number(&at, 2) : chinese ? 0 : -1;
        if (chinese && day > 0 && !take(&at, "日")) {
            (void)take(&at, "号");
        }
    }
    *out_year = year;
    *out_month = month;
    *out_day = day;
    return *at == '\0' && month >= 0 && day >= 0 && month < 100 && (year > 0 || day > 0);
}

/* The year in which the day is nearest to today. */
static int nearest_year(int month, int day, gs_date today, gs_date *out)
{
    int year = 0, of_month = 0, of_day = 0;
    int32_t best = INT32_MAX;
    gs_date_to_civil(today, &year, &of_month, &of_day);
    for (int y = year + 1; y >= year - 1; y--) { /* the later first, so that it is kept of two as near */
        if (exists(y, month, day)) {
            gs_date date = gs_date_from_civil(y, month, day);
            int32_t distance = date > today ? date - today : today - date;
            *out = distance < best ? date : *out;
            best = distance < best ? distance : best;
        }
    }
    return best < INT32_MAX ? GS_OK : GS_E_NOTFOUND;
}

static int read_civil(const char *word, gs_date today, gs_date *out)
{
    int year, month, day;
    if (!read_parts(word, &year, &month, &day) || day == 0) {
        return GS_E_INVALID;
    }
    if (year == 0) {
        return nearest_year(month, day, today, out);
    }
    if (!exists(year, month, day)) {
        return GS_E_NOTFOUND;
    }
    *out = gs_date_from_civil(year, month, day);
    return GS_OK;
}

static int read_offset(const char *word, gs_date today, gs_date *out)
{
    const char *at = word + 1;
    int days = word[0] == '+' || word[0] == '-' ? take_number(&at, 8) : -1;
    if (days < 0 || (strcasecmp(at, "d") != 0 && strcmp(at, "天") != 0)) {
        return GS_E_INVALID;
    }
    if (days > DAYS_AHEAD_MAX) {
        return GS_E_RANGE;
    }
    *out = word[0] == '+' ? today + days : today - days;
    return GS_OK;
}

static int read_named(const char *word, gs_date today, gs_date *out)
{
    static const struct {
        const char *word;
        int32_t days;
    } named[] = {{"today", 0}, {"tomorrow", 1}, {"yesterday", -1}, {"今天", 0},   {"今日", 0},
                 {"明天", 1},  {"明日", 1},     {"昨天", -1},      {"昨日", -1},  {"后天", 2},
                 {"後天", 2},  {"前天", -2},    {"大后天", 3},     {"大前天", -3}};
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        if (strcasecmp(word, named[i].word) == 0) {
            *out = today + named[i].days;
            return GS_OK;
        }
    }
    return GS_E_INVALID;
}

/* 0 = Monday … 6 = Sunday; -1: no weekday. */
static int english_weekday(const char *word)
{
    static const char *const names[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
    size_t len = strlen(word);
    for (int i = 0; i < WEEK && len >= 3; i++) {
        if (len <= strlen(names[i]) && strncasecmp(word, names[i], len) == 0) {
            return i;
        }
    }
    return -1;
}

static int chinese_weekday(const char *word)
{
    static const char *const prefixes[] = {"周", "星期", "礼拜", "週"};
    static const char *const days[] = {"一", "二", "三", "四", "五", "六", "日", "天"};
    for (size_t p = 0; p < sizeof prefixes / sizeof prefixes[0]; p++) {
        const char *at = word;
        for (int i = 0; take(&at, prefixes[p]) && i < WEEK + 1; i++, at = word) {
            if (strcmp(at, days[i]) == 0) {
                return i < WEEK ? i : WEEK - 1;
            }
        }
    }
    return -1;
}

static int weekday_of(const char *word)
{
    int weekday = english_weekday(word);
    return weekday >= 0 ? weekday : chinese_weekday(word);
}

static gs_date next_weekday(int weekday, gs_date from)
{
    return from + (weekday - gs_date_weekday(from) + WEEK) % WEEK;
}

/* 上 -1, 本 and 这 0, 下 1; *at moved behind it. false: none of them. */
static bool take_which(const char **at, int *out)
{
    static const struct {
        const char *word;
        int which;
    } words[] = {{"上", -1}, {"本", 0}, {"这", 0}, {"下", 1}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (take(at, words[i].word)) {
            *out = words[i].which;
            return true;
        }
    }
    return false;
}

static int read_weekday(const char *word, gs_date today, gs_date *out)
{
    const char *at = word;
    int weeks = 0, weekday = weekday_of(word);
    if (weekday >= 0) {
        *out = next_weekday(weekday, today);
        return GS_OK;
    }
    weekday = take_which(&at, &weeks) ? (void)take(&at, "个"), chinese_weekday(at) : -1;
    if (weekday < 0) {
        return GS_E_INVALID;
    }
    *out = today - gs_date_weekday(today) + weeks * WEEK + weekday;
    return GS_OK;
}

/* word without blanks and full-width signs. */
static int read_day(const char *word, gs_date today, gs_date *out)
{
    static int (*const readers[])(const char *, gs_date, gs_date *) = {read_civil, read_offset, read_named,
                                                                       read_weekday};
    gs_date date = 0;
    int err = GS_E_INVALID;
    for (size_t i = 0; err == GS_E_INVALID && i < sizeof readers / sizeof readers[0]; i++) {
        err = readers[i](word, today, &date);
    }
    if (err == GS_OK && (date < 0 || date > GS_DATE_LAST)) {
        err = GS_E_RANGE;
    }
    *out = err == GS_OK ? date : *out;
    return err;
}

int gs_date_word(const char *word, gs_date today, gs_date *out)
{
    char plain[GS_TYPED_MAX];
    return gs_typed_plain(word, plain, sizeof plain) == GS_OK ? read_day(plain, today, out) : GS_E_INVALID;
}

/* Where the second end of a range begins; *out_first_len: the bytes of the first. NULL: no range of two ends. */
static const char *second_end(const char *plain, size_t *out_first_len)
{
    static const char *const signs[] = {"..", "~", "至", "到"};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        const char *sign = strstr(plain, signs[i]);
        if (sign != NULL) {
            *out_first_len = (size_t)(sign - plain);
            return sign + strlen(signs[i]);
        }
    }
    return NULL;
}

static int read_second_end(const char *word, gs_date today, gs_date first, gs_date *out)
{
    int year, month, day, weekday = weekday_of(word);
    if (weekday >= 0) {
        *out = next_weekday(weekday, first);
        return GS_OK;
    }
    if (!read_parts(word, &year, &month, &day) || year > 0 || day == 0) {
        return read_day(word, today, out);
    }
    int of_month, of_day;
    gs_date_to_civil(first, &year, &of_month, &of_day);
    gs_date same = exists(year, month, day) ? gs_date_from_civil(year, month, day) : -1;
    gs_date next = exists(year + 1, month, day) ? gs_date_from_civil(year + 1, month, day) : -1;
    bool over_the_end = same < first && next >= first && next - first <= HALF_YEAR;
    if (same < 0 && !over_the_end) {
        return GS_E_NOTFOUND;
    }
    *out = over_the_end ? next : same;
    return GS_OK;
}

static void month_ends(int year, int month, gs_date *out_first, gs_date *out_last)
{
    year += month < 1 ? -1 : month > 12 ? 1 : 0;
    month += month < 1 ? 12 : month > 12 ? -12 : 0;
    *out_first = gs_date_from_civil(year, month, 1);
    *out_last = gs_date_from_civil(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1) - 1;
}

/* this-week, 上周 …: which of them, and whether it is a month. */
static bool read_period(const char *plain, int *out_which, bool *out_month)
{
    static const struct {
        const char *word;
        int which;
    } english[] = {{"last-", -1}, {"this-", 0}, {"next-", 1}};
    static const char *const weeks[] = {"周", "星期", "礼拜", "週"};
    const char *at = plain;
    for (size_t i = 0; i < sizeof english / sizeof english[0]; i++) {
        const char *period = plain + strlen(english[i].word);
        if (strncasecmp(plain, english[i].word, strlen(english[i].word)) == 0) {
            *out_which = english[i].which;
            *out_month = strcasecmp(period, "month") == 0;
            return *out_month || strcasecmp(period, "week") == 0;
        }
    }
    if (!take_which(&at, out_which)) {
        return false;
    }
    (void)take(&at, "个");
    *out_month = strcmp(at, "月") == 0;
    for (size_t i = 0; i < sizeof weeks / sizeof weeks[0] && !*out_month; i++) {
        if (strcmp(at, weeks[i]) == 0) {
            return true;
        }
    }
    return *out_month;
}

static int read_months(const char *plain, gs_date today, gs_date *out_first, gs_date *out_last)
{
    int year, month, day, which = 0;
    bool months = false;
    if (read_period(plain, &which, &months)) {
        gs_date monday = today - gs_date_weekday(today) + which * WEEK;
        gs_date_to_civil(today, &year, &month, &day);
        *out_first = monday;
        *out_last = monday + WEEK - 1;
        if (months) {
            month_ends(year, month + which, out_first, out_last);
        }
        return GS_OK;
    }
    if (!read_parts(plain, &year, &month, &day) || day > 0 || year == 0) {
        return GS_E_INVALID;
    }
    if (!exists(year, month, 1)) {
        return GS_E_NOTFOUND;
    }
    month_ends(year, month, out_first, out_last);
    return GS_OK;
}

/* An end may be a month or a week too: then the range begins, or ends, with it. */
static int read_two_ends(const char *plain, size_t first_len, const char *second, gs_date today, gs_date *out_first,
                         gs_date *out_last)
{
    char ends[2][GS_TYPED_MAX];
    gs_date first = 0, last = 0, of_month = 0;
    const char *dots = second + strspn(second, ".");
    char head[GS_TYPED_MAX];
    memcpy(head, plain, first_len);
    head[first_len] = '\0';
    if (gs_typed_plain(head, ends[0], GS_TYPED_MAX) != GS_OK || gs_typed_plain(dots, ends[1], GS_TYPED_MAX) != GS_OK) {
        return GS_E_INVALID;
    }
    int err = read_day(ends[0], today, &first);
    err = err == GS_E_INVALID ? read_months(ends[0], today, &first, &of_month) : err;
    if (err == GS_OK) {
        err = read_second_end(ends[1], today, first, &last);
        err = err == GS_E_INVALID ? read_months(ends[1], today, &of_month, &last) : err;
    }
    if (err != GS_OK) {
        return err;
    }
    if (last < first) {
        return GS_E_BUSY;
    }
    *out_first = first;
    *out_last = last;
    return GS_OK;
}

int gs_date_range(const char *word, gs_date today, gs_date *out_first, gs_date *out_last)
{
    char plain[GS_TYPED_MAX];
    size_t first_len = 0;
    gs_date day = 0;
    if (gs_typed_plain(word, plain, sizeof plain) != GS_OK) {
        return GS_E_INVALID;
    }
    const char *second = second_end(plain, &first_len);
    if (second != NULL) {
        return read_two_ends(plain, first_len, second, today, out_first, out_last);
    }
    int err = read_day(plain, today, &day);
    if (err == GS_E_INVALID) {
        return read_months(plain, today, out_first, out_last);
    }
    if (err == GS_OK) {
        *out_first = *out_last = day;
    }
    return err;
}

bool gs_date_word_is_range(const char *word)
{
    char plain[GS_TYPED_MAX];
    size_t len;
    int which, year, month, day;
    bool months;
    return gs_typed_plain(word, plain, sizeof plain) == GS_OK &&
           (second_end(plain, &len) != NULL || read_period(plain, &which, &months) ||
            (read_parts(plain, &year, &month, &day) && day == 0));
}

bool gs_date_word_absolute(const char *word)
{
    gs_date first[2] = {0, 0}, last[2] = {0, 0};
    static const gs_date days[] = {20000, 40000}; /* what is the same seen from two days far apart depends on neither */
    return gs_date_range(word, days[0], &first[0], &last[0]) == GS_OK &&
           gs_date_range(word, days[1], &first[1], &last[1]) == GS_OK && first[0] == first[1] && last[0] == last[1];
}
