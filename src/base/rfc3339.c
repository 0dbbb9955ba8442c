/* Instants as RFC 3339 texts. Exactly that form: what ISO 8601 allows beyond it is refused, and so is second 60, as
 * instants here know no leap seconds. */
#include "gateslot/base/time.h"
#include <stdbool.h>

enum { DAY_S = 86400, SECONDS_TEXT = 19, OFFSET_TEXT = 6 };

static bool two_digits(const char *text, int most, int *out)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9') {
        return false;
    }
    *out = (text[0] - '0') * 10 + (text[1] - '0');
    return *out <= most;
}

/* Seconds of day from "08:30:00". */
static bool clock_read(const char *text, int *out_s)
{
    int hour, minute, second;
    if (!two_digits(text, 23, &hour) || text[2] != ':' || !two_digits(text + 3, 59, &minute) || text[5] != ':' ||
        !two_digits(text + 6, 59, &second)) {
        return false;
    }
    *out_s = (hour * 60 + minute) * 60 + second;
    return true;
}

/* ".123456" at text[*at], which may be absent; *at is left behind it. */
static bool fraction_read(const char *text, size_t len, size_t *at, int *out_ms)
{
    int ms = 0, digits = 0;
    if (*at < len && text[*at] == '.') {
        for (++*at; *at < len && text[*at] >= '0' && text[*at] <= '9'; ++*at) {
            if (digits++ < 3) {
                ms = ms * 10 + (text[*at] - '0');
            }
        }
        if (digits == 0) {
            return false;
        }
        for (; digits < 3; digits++) {
            ms *= 10;
        }
    }
    *out_ms = ms;
    return true;
}

static bool offset_read(const char *text, size_t len, int *out_s)
{
    int hours, minutes;
    if (len == 1 && (text[0] == 'Z' || text[0] == 'z')) {
        *out_s = 0;
        return true;
    }
    if (len != OFFSET_TEXT || (text[0] != '+' && text[0] != '-') || !two_digits(text + 1, 23, &hours) ||
        text[3] != ':' || !two_digits(text + 4, 59, &minutes)) {
        return false;
    }
    *out_s = (hours * 60 + minutes) * 60;
    if (text[0] == '-') {
        *out_s = -*out_s;
    }
    return true;
}

int gs_rfc3339_parse(const char *text, size_t len, int64_t *out_ms)
{
    size_t at = SECONDS_TEXT;
    int second, ms, offset_s;
    gs_date date;
    if (len <= SECONDS_TEXT || (text[10] != 'T' && text[10] != 't') || gs_date_parse(text, 10, &date) != GS_OK) {
        return GS_E_INVALID;
    }
    if (!clock_read(text + 11, &second) || !fraction_read(text, len, &at, &ms) ||
        !offset_read(text + at, len - at, &offset_s)) {
        return GS_E_INVALID;
    }
    *out_ms = ((int64_t)date * DAY_S + second - offset_s) * 1000 + ms;
    return GS_OK;
}

static char *two_digits_write(char *to, int value)
{
    to[0] = (char)('0' + value / 10);
    to[1] = (char)('0' + value % 10);
    return to + 2;
}

static char *offset_write(char *to, int minutes)
{
    *to++ = minutes < 0 ? '-' : '+';
    minutes = minutes < 0 ? -minutes : minutes;
    to = two_digits_write(to, minutes / 60);
    *to++ = ':';
    return two_digits_write(to, minutes % 60);
}

static int64_t within_four_digit_years(int64_t local_ms)
{
    const int64_t first = (int64_t)GS_DATE_FIRST * DAY_S * 1000;
    const int64_t end = (int64_t)(GS_DATE_LAST + 1) * DAY_S * 1000;
    return local_ms < first ? first : local_ms >= end ? end - 1 : local_ms;
}

void gs_rfc3339_format(int64_t at_ms, const struct gs_tz *tz, char out[GS_RFC3339_TEXT])
{
    /* Local mean times of old have seconds in their offset; the form has not. Cut there, the text stays the same instant. */
    int offset_min = tz != NULL ? gs_tz_offset_s(tz, at_ms) / 60 : 0;
    int64_t day_ms = INT64_C(1000) * DAY_S;
    int64_t local_ms, date;
    int ms, of_day;
    char *to = out;
    at_ms = within_four_digit_years(at_ms);
    local_ms = within_four_digit_years(at_ms + offset_min * GS_MINUTE_MS);
    date = local_ms / day_ms - (local_ms % day_ms < 0 ? 1 : 0);
    ms = (int)(local_ms - date * day_ms);
    of_day = ms / 1000;
    ms %= 1000;
    gs_date_format((gs_date)date, to);
    to += GS_DATE_TEXT - 1;
    *to++ = 'T';
    to = two_digits_write(to, of_day / 3600);
    *to++ = ':';
    to = two_digits_write(to, of_day / 60 % 60);
    *to++ = ':';
    to = two_digits_write(to, of_day % 60);
    if (ms > 0) {
        *to++ = '.';
        *to++ = (char)('0' + ms / 100);
        to = two_digits_write(to, ms % 100);
    }
    if (tz != NULL) {
        to = offset_write(to, offset_min);
    } else {
        *to++ = 'Z';
    }
    *to = '\0';
}
