/* The POSIX TZ string of a TZif footer with the extensions of RFC 8536 (times from −167 to 167 hours): it answers for
 * parsing it and for the changes it makes in any year. The years before that, which the file lists, are tz_file.c's. */
#include "tz_impl.h"
#include <string.h>

enum { DAY_S = 86400, HOURS_OF_OFFSET = 24, HOURS_OF_TIME = 167, DEFAULT_TIME_S = 2 * 3600, NAME_MIN = 3 };

struct cursor {
    const char *at, *end;
};

static bool take(struct cursor *c, char wanted)
{
    if (c->at == c->end || *c->at != wanted) {
        return false;
    }
    c->at++;
    return true;
}

static bool number(struct cursor *c, int least, int most, int *out)
{
    const char *begin = c->at;
    int value = 0;
    while (c->at < c->end && *c->at >= '0' && *c->at <= '9') {
        value = value * 10 + (*c->at++ - '0');
        if (value > most) {
            return false;
        }
    }
    *out = value;
    return c->at > begin && value >= least;
}

static bool letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* "CET" or "<+0330>"; names are not kept. */
static bool name(struct cursor *c)
{
    bool bracketed = take(c, '<');
    const char *begin = c->at;
    while (c->at < c->end &&
           (letter(*c->at) || (bracketed && (*c->at == '+' || *c->at == '-' || (*c->at >= '0' && *c->at <= '9'))))) {
        c->at++;
    }
    return c->at - begin >= NAME_MIN && (!bracketed || take(c, '>'));
}

/* [+-]hh[:mm[:ss]] in seconds. */
static bool span(struct cursor *c, int hours_most, int32_t *out_s)
{
    bool negative = take(c, '-');
    int hours, minutes = 0, seconds = 0;
    if (!negative) {
        (void)take(c, '+');
    }
    if (!number(c, 0, hours_most, &hours)) {
        return false;
    }
    if (take(c, ':')) {
        if (!number(c, 0, 59, &minutes) || (take(c, ':') && !number(c, 0, 59, &seconds))) {
            return false;
        }
    }
    *out_s = (hours * 60 + minutes) * 60 + seconds;
    if (negative) {
        *out_s = -*out_s;
    }
    return true;
}

static bool rule_day(struct cursor *c, struct tz_day *out)
{
    struct tz_day day = {.form = TZ_DAY_OF_YEAR, .time_s = DEFAULT_TIME_S};
    bool ok;
    if (take(c, 'M')) {
        day.form = TZ_DAY_OF_MONTH;
        ok = number(c, 1, 12, &day.month) && take(c, '.') && number(c, 1, 5, &day.week) && take(c, '.') &&
             number(c, 0, 6, &day.day);
    } else if (take(c, 'J')) {
        day.form = TZ_DAY_JULIAN;
        ok = number(c, 1, 365, &day.day);
    } else {
        ok = number(c, 0, 365, &day.day);
    }
    if (!ok || (take(c, '/') && !span(c, HOURS_OF_TIME, &day.time_s))) {
        return false;
    }
    *out = day;
    return true;
}

/* What follows the standard offset: "CEST[-2],M3.5.0,M10.5.0/3". */
static bool summer(struct cursor *c, struct tz_rule *rule)
{
    int32_t west_s;
    rule->changes = true;
    rule->summer_s = rule->standard_s + 3600;
    if (!name(c)) {
        return false;
    }
    if (c->at < c->end && *c->at != ',') {
        if (!span(c, HOURS_OF_OFFSET, &west_s)) {
            return false;
        }
        rule->summer_s = -west_s;
    }
    return take(c, ',') && rule_day(c, &rule->start) && take(c, ',') && rule_day(c, &rule->end);
}

int tz_rule_parse(const char *text, size_t len, struct tz_rule *out)
{
    struct cursor c = {.at = text, .end = text + len};
    struct tz_rule rule = {.changes = false};
    int32_t west_s;
    if (!name(&c) || !span(&c, HOURS_OF_OFFSET, &west_s)) {
        return GS_E_INVALID;
    }
    rule.standard_s = -west_s;
    if (c.at < c.end && !summer(&c, &rule)) {
        return GS_E_INVALID;
    }
    if (c.at != c.end) {
        return GS_E_INVALID;
    }
    *out = rule;
    return GS_OK;
}

static int64_t floor_day(int64_t at_s)
{
    return at_s / DAY_S - (at_s % DAY_S < 0 ? 1 : 0);
}

/* Date of Mm.w.d: the w-th weekday d (0 = Sunday) of the month, 5 = the last. */
static gs_date day_of_month(const struct tz_day *day, int year)
{
    gs_date first = gs_date_from_civil(year, day->month, 1);
    gs_date next_month =
        day->month == 12 ? gs_date_from_civil(year + 1, 1, 1) : gs_date_from_civil(year, day->month + 1, 1);
    int monday_based = (day->day + 6) % 7;
    gs_date date = first + (monday_based - gs_date_weekday(first) + 7) % 7 + 7 * (day->week - 1);
    return date >= next_month ? date - 7 : date;
}

static gs_date date_in(const struct tz_day *day, int year)
{
    switch (day->form) {
    case TZ_DAY_OF_MONTH:
        return day_of_month(day, year);
    case TZ_DAY_JULIAN: /* 29 February is never counted: from 1 March on count back from the year's end */
        return day->day >= 60 ? gs_date_from_civil(year + 1, 1, 1) - (366 - day->day)
                              : gs_date_from_civil(year, 1, 1) + day->day - 1;
    case TZ_DAY_OF_YEAR:
    default:
        return gs_date_from_civil(year, 1, 1) + day->day;
    }
}

static struct tz_change change_in(const struct tz_rule *rule, int year, bool start)
{
    const struct tz_day *day = start ? &rule->start : &rule->end;
    int32_t before_s = start ? rule->standard_s : rule->summer_s;
    struct tz_change change = {.at_s = (int64_t)date_in(day, year) * DAY_S + day->time_s - before_s,
                               .offset_s = start ? rule->summer_s : rule->standard_s};
    return change;
}

static int year_of(const struct tz_rule *rule, int64_t at_s)
{
    int year, month, day;
    gs_date_to_civil((gs_date)floor_day(at_s + rule->standard_s), &year, &month, &day);
    return year;
}

/* The latest change not after at_s decides. Times beyond a day can carry a change into a neighbouring year; of two at one
 * instant the start wins, which is how "all the year" is written (RFC 8536, 3.3.1). */
int32_t tz_rule_offset_s(const struct tz_rule *rule, int64_t at_s)
{
    struct tz_change latest = {.at_s = INT64_MIN, .offset_s = rule->standard_s};
    int year;
    if (!rule->changes) {
        return rule->standard_s;
    }
    year = year_of(rule, at_s);
    for (int i = 0; i < 6; i++) {
        struct tz_change change = change_in(rule, year - 1 + i / 2, i % 2 == 1);
        if (change.at_s <= at_s && change.at_s >= latest.at_s) {
            latest = change;
        }
    }
    return latest.offset_s;
}

bool tz_rule_next(const struct tz_rule *rule, int64_t at_s, struct tz_change *out)
{
    struct tz_change next = {.at_s = INT64_MAX};
    int year;
    if (!rule->changes) {
        return false;
    }
    year = year_of(rule, at_s);
    for (int i = 0; i < 8; i++) {
        struct tz_change change = change_in(rule, year - 1 + i / 2, i % 2 == 1);
        if (change.at_s > at_s && change.at_s <= next.at_s) {
            next = change;
        }
    }
    *out = next;
    return next.at_s < INT64_MAX;
}
