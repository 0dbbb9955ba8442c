/* What the daily report and the report over a range count in the same way, booking by booking. */
#ifndef GATESLOT_CORE_VIEWS_REPORT_COUNT_H
#define GATESLOT_CORE_VIEWS_REPORT_COUNT_H

#include "gateslot/core/report.h"
#include "state/state.h"

/* Ended while waiting: counts under never_placed, and nowhere else. */
bool gs_report_never_placed(const struct gs_booking *b);
/* Counts any other booking. */
void gs_report_count(struct gs_report_sum *s, const struct gs_booking *b);
struct gs_report_spans {
    int64_t entry_ms, stay_ms; /* from gate to entry, from entry to departure; -1 = not, or not yet */
};
struct gs_report_spans gs_report_spans(const struct gs_booking *b);
/* The mean of count durations in tenths of a minute, half up. */
int32_t gs_report_tenths(int64_t sum_ms, int64_t count);

/* A report without bookings: the date's windows and what they could take. set: as in gs_report_make. */
void gs_report_begin(const struct gs_book *book, gs_date date, const struct gs_capacity *set, size_t set_count,
                     struct gs_report *out);

/* Who of a date has not left, or when the last one did. */
struct gs_report_leaving {
    int32_t under_way; /* due, arrived or inside */
    bool is_inside;
    int64_t last_departed_ms;
};
void gs_report_leave(struct gs_report_leaving *l, const struct gs_booking *b);
enum gs_clearing gs_report_clearing(const struct gs_book *book, gs_date date, int64_t last_end_ms,
                                    const struct gs_report_leaving *l);

#endif
