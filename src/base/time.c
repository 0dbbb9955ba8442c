/* Dates and minutes of day: civil arithmetic and their exact texts. No zones (tz.c), no instants (rfc3339.c). */
#include "gateslot/base/time.h"
#include <stdbool.h>

enum { DAYS_OF_ERA = 146097, EPOCH_OF_ERAS = 719468, MINUTES_OF_DAY = 1440, FIRST_YEAR = 1970 };

/* days_from_civil of Hinnant's paper: eras of 400 years, years from 1 March. */
gs_date gs_date_from_civil(int year, int month, int day)
{
    int y = month <= 2 ? year - 1 : year;
    int era = (y >= 0 ? y : y - 399) / 400;
    int year_of_era = y - era * 400;
    int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_OF_ERA + day_of_era - EPOCH_OF_ERAS;
}

/* civil_from_days of the same. */
void gs_date_to_civil(gs_date date, int *out_year, int *out_month, int *out_day)
{
    int64_t days = (int64_t)date + EPOCH_OF_ERAS;
    int era = (int)((days >= 0 ? days : days - (DAYS_OF_ERA - 1)) / DAYS_OF_ERA);
    int day_of_era = (int)(days - (int64_t)era * DAYS_OF_ERA);
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month_from_march = (5 * day_of_year + 2) / 153;
    *out_day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    *out_month = month_from_march + (month_from_march < 10 ? 3 : -9);
    *out_year = year_of_era + era * 400 + (*out_month <= 2 ? 1 : 0);
}

int gs_date_weekday(gs_date date)
{
    int since_thursday = date % 7; /* 1970-01-01 */
    return (since_thursday + 7 + 3) % 7;
}

static bool digits_read(const char *text, int count, int *out)
{
    int value = 0;
    for (int i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        value = value * 10 + (text[i] - '0');
    }
    *out = value;
    return true;
}

static void digits_write(char *out, int count, int value)
{
    while (count > 0) {
        out[--count] = (char)('0' + value % 10);
        value /= 10;
    }
}

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

int gs_date_parse(const char *text, size_t len, gs_date *out)
{
    int year, month, day;
    if (len != GS_DATE_TEXT - 1 || text[4] != '-' || text[7] != '-' || !digits_read(text, 4, &year) ||
        !digits_read(text + 5, 2, &month) || !digits_read(text + 8, 2, &day)) {
        return GS_E_INVALID;
    }
    if (year < FIRST_YEAR || month < 1 || month > 12 || day < 1 || day > days_of_month(year, month)) {
        return GS_E_INVALID;
    }
    *out = gs_date_from_civil(year, month, day);
    return GS_OK;
}

void gs_date_format(gs_date date, char out[GS_DATE_TEXT])
{
    int year, month, day;
    gs_date_to_civil(date < GS_DATE_FIRST  ? GS_DATE_FIRST
                     : date > GS_DATE_LAST ? GS_DATE_LAST
                                           : date,
                     &year, &month, &day);
    digits_write(out, 4, year);
    out[4] = '-';
    digits_write(out + 5, 2, month);
    out[7] = '-';
    digits_write(out + 8, 2, day);
    out[10] = '\0';
}

int gs_hhmm_parse(const char *text, size_t len, int allow_24, int32_t *out_min)
{
    int hour, minute;
    if (len != GS_HHMM_TEXT - 1 || text[2] != ':' || !digits_read(text, 2, &hour) ||
        !digits_read(text + 3, 2, &minute) || minute > 59) {
        return GS_E_INVALID;
    }
    if (hour > 23 && !(allow_24 && hour == 24 && minute == 0)) {
        return GS_E_INVALID;
    }
    *out_min = hour * 60 + minute;
    return GS_OK;
}

void gs_hhmm_format(int32_t min, char out[GS_HHMM_TEXT])
{
    int of_day = (min % MINUTES_OF_DAY + MINUTES_OF_DAY) % MINUTES_OF_DAY;
    digits_write(out, 2, of_day / 60);
    out[2] = ':';
    digits_write(out + 3, 2, of_day % 60);
    out[5] = '\0';
}
