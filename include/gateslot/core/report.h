/* The daily report: counts each booking of a date once, under the state it stands or ended in and the window it last
 * had. Pure; fed from the book for live dates and from the store's rows for past ones.
 *
 * Balance, per window and in all: booked = due + arrived + entered + cleared + departed + no_show + cancelled + refused + those
 * of waitlisted that once had a place (displaced). A booking that ended while waiting (expired; cancelled without a
 * place) counts under never_placed of the total, and nowhere else. One that waits and never had a place
 * (window "") counts under waitlisted of the total only.
 *
 * daily_clearing, with the day's end = the instant at which the first window of an ordinary day would begin on the following date (a
 * truck cleared late in the night has not taken the next day's place), or the end of the date's last window if that is later:
 *   before the day's end  true if all windows have ended and no booking is due, arrived or inside; else null (a date
 *                         without windows has none that ended: null);
 *   from the day's end on true if every truck that entered has departed at or before it; else false.
 *
 * Capacity is what stands or, of a date gone from the book, what a supervisor had set, else what the present calendar gives.
 *
 * Minutes are integer tenths rounded half up; p95 is by nearest rank: of n values in order the ⌈0.95 n⌉-th. */
#ifndef GATESLOT_CORE_REPORT_H
#define GATESLOT_CORE_REPORT_H

#include "gateslot/base/measures.h"
#include "gateslot/core/book.h"

enum gs_clearing { GS_CLEARING_OPEN, GS_CLEARING_TRUE, GS_CLEARING_FALSE }; /* null, true, false */
struct gs_report {
    gs_date date;
    enum gs_clearing daily_clearing;
    int64_t last_end_ms;  /* of its windows; INT64_MIN: it has none */
    int32_t window_count; /* the book's windows in their order, then windows only bookings still know (capacity 0) */
    char window_ids[GS_MAX_WINDOWS][GS_WINDOW_ID_MAX + 1];
    struct gs_report_sum windows[GS_MAX_WINDOWS];
    struct gs_report_sum total;
};
/* Bookings of that date in any order, borrowed. set: the capacities that supervisors had set for a date that the book does not hold any
 * more (those of other dates do no harm); NULL for a date that it holds. Judged at gs_book_now. GS_E_NOMEM leaves out untouched. */
int gs_report_make(const struct gs_book *book, gs_date date, const struct gs_capacity *set, size_t set_count,
                   const struct gs_booking *const *bookings, size_t count, struct gs_report *out) GS_MUST_CHECK;

#endif
