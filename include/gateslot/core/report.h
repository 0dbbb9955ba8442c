/* The daily report: counts each booking of a date once, under the state it stands or ended in and the window it last
 * had. Pure; fed from the book for live dates and from the store's rows for past ones. */
#ifndef GATESLOT_CORE_REPORT_H
#define GATESLOT_CORE_REPORT_H

#include "gateslot/core/book.h"

struct gs_report_sum {
    int32_t capacity;
    int32_t
        booked; /* all that ever had a place = due + arrived + entered + cleared + departed + no_show + cancelled + refused + displaced waiting */
    int32_t due; /* still booked */
    int32_t arrived, entered, cleared, departed, no_show, cancelled, refused;
    int32_t walk_ins;     /* of the booked, those without a booking made before */
    int32_t waitlisted;   /* waiting now */
    int32_t never_placed; /* ended while waiting; total only */
    int32_t still_inside;
    int32_t mean_entry_tenths,
        p95_entry_tenths; /* gate to entry, 0.1 min: from max(arrived, arrive_from) to entered; -1 = none */
    int32_t mean_stay_tenths, p95_stay_tenths; /* entry to departure */
};
enum gs_clearing { GS_CLEARING_OPEN, GS_CLEARING_TRUE, GS_CLEARING_FALSE }; /* null, true, false */
struct gs_report {
    gs_date date;
    enum gs_clearing daily_clearing;
    int32_t window_count;
    char window_ids[GS_MAX_WINDOWS][GS_WINDOW_ID_MAX + 1];
    struct gs_report_sum windows[GS_MAX_WINDOWS];
    struct gs_report_sum total;
};
/* Bookings of that date in any order. The day is over when all its windows have ended at now and none is under way;
 * true: none inside at the site day's end (midnight after, or the last window's end if later): entered that day, departed by then. */
int gs_report_make(const struct gs_book *book, gs_date date, const struct gs_booking *const *bookings, size_t count,
                   struct gs_report *out) GS_MUST_CHECK;

#endif
