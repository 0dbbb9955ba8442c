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
 * Minutes are integer tenths rounded half up; p95 is by nearest rank: of n values in order the ⌈0.95 n⌉-th. */
#ifndef GATESLOT_CORE_REPORT_H
#define GATESLOT_CORE_REPORT_H

#include "gateslot/core/book.h"

struct gs_report_sum {
    int32_t capacity; /* as gs_book_window says it now; 0 where closed */
    int32_t booked;   /* all that ever had a place */
    int32_t due;      /* still booked */
    int32_t arrived, entered, cleared, departed, no_show, cancelled, refused;
    int32_t walk_ins;        /* of the booked, those without a booking made before */
    int32_t waitlisted;      /* waiting now; of a window: the displaced that last had a place there */
    int32_t never_placed;    /* ended while waiting; total only */
    int32_t still_inside;    /* entered + cleared; in the total of the present date also those of other dates */
    int32_t inside, at_risk; /* as gs_book_window says them now; of the total: the larger */
    int32_t overbooking;     /* as gs_book_window says it now */
    int32_t exceptions;      /* of the booked, those for which a supervisor set a rule aside */
    int32_t held;            /* of the booked, those that were not let in at once for lack of a bay */
    int32_t mean_entry_tenths,
        p95_entry_tenths; /* gate to entry, 0.1 min: from max(arrived, arrive_from) to entered; -1 = none */
    int32_t mean_stay_tenths, p95_stay_tenths; /* entry to departure; -1 = none */
};
enum gs_clearing { GS_CLEARING_OPEN, GS_CLEARING_TRUE, GS_CLEARING_FALSE }; /* null, true, false */
struct gs_report {
    gs_date date;
    enum gs_clearing daily_clearing;
    int32_t window_count; /* the book's windows in their order, then windows only bookings still know (capacity 0) */
    char window_ids[GS_MAX_WINDOWS][GS_WINDOW_ID_MAX + 1];
    struct gs_report_sum windows[GS_MAX_WINDOWS];
    struct gs_report_sum total;
};
/* Bookings of that date in any order, borrowed. Judged at gs_book_now. GS_E_NOMEM leaves out untouched. */
int gs_report_make(const struct gs_book *book, gs_date date, const struct gs_booking *const *bookings, size_t count,
                   struct gs_report *out) GS_MUST_CHECK;

#endif
