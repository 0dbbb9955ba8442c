/* The report over a range of dates: the daily report's measures (report.h) by day, week, month, window or company. It is fed date by
 * date and booking by booking, in any order, and finished in steps, so that a year of it never takes long at once. Minutes are those
 * of all the trucks of a group, not means of means.
 *
 * Every date of the range has its part: by day, week (ISO 8601, from Monday) and month a row each, in order, as far as the range
 * covers it. By window there is a row for each window that the range knows, in the order in which they come up, then one without a
 * name for those that never had a place; by company one for each, by its code and under the name given last, who booked most first.
 * So the rows always come to the total. Each truck counts under its own date only: still_inside of the present date does not count
 * those of other dates, as the daily report does. */
#ifndef GATESLOT_CORE_RANGE_REPORT_H
#define GATESLOT_CORE_RANGE_REPORT_H

#include "gateslot/core/report.h"

enum gs_report_by { GS_BY_DAY, GS_BY_WEEK, GS_BY_MONTH, GS_BY_WINDOW, GS_BY_COMPANY, GS_REPORT_BYS };
const char *gs_report_by_name(enum gs_report_by by);
bool gs_report_by_parse(const char *text, enum gs_report_by *out);

struct gs_report_row {
    char name[GS_USCC_LEN + 1];                 /* "2026-11-25", "2026-W48", "2026-11", a window, a code; "" = none */
    char company_name[GS_COMPANY_NAME_MAX + 1]; /* by company */
    gs_date from, to;                           /* by day, week, month: within the range; else all of it */
    int32_t days, cleared_days;                 /* of these dates; those that were cleared */
    enum gs_clearing daily_clearing;            /* all of them; a single one that was not makes it false */
    struct gs_report_sum sum;
};

struct gs_range_report;

/* from ≤ to, at most GS_REPORT_DAYS_MAX dates. */
int gs_range_report_create(gs_date from, gs_date to, enum gs_report_by by, struct gs_range_report **out) GS_MUST_CHECK;
void gs_range_report_destroy(struct gs_range_report *r); /* NULL is fine */
/* Once for each date: its windows, as in gs_report_make. */
int gs_range_report_date(struct gs_range_report *r, const struct gs_book *book, gs_date date,
                         const struct gs_capacity *set, size_t set_count) GS_MUST_CHECK;
/* One booking of a date of the range. GS_E_NOMEM; GS_E_RANGE: more companies than GS_REPORT_COMPANIES_MAX. */
int gs_range_report_booking(struct gs_range_report *r, const struct gs_booking *b) GS_MUST_CHECK;
/* When all is in: goes on finishing; true: to be called again. */
bool gs_range_report_finish(struct gs_range_report *r, const struct gs_book *book);

size_t gs_range_report_count(const struct gs_range_report *r);
const struct gs_report_row *gs_range_report_row(const struct gs_range_report *r, size_t index);
const struct gs_report_row *gs_range_report_total(const struct gs_range_report *r);

#endif
