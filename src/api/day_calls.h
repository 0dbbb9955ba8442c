/* Days as the API shows them, and the parts of a request that name a day or a range of days. */
#ifndef GATESLOT_API_DAY_CALLS_H
#define GATESLOT_API_DAY_CALLS_H

#include "call.h"
#include "gateslot/base/json.h"

/* Places still free: never more than none where it is closed. */
int32_t gs_window_free(const struct gs_window_view *w);
/* The window of that date by its id; false if there is none. */
bool gs_window_named(const struct gs_book *book, gs_date date, const char *id, struct gs_window_view *out);
/* ?from= and ?to=: faults if the range ends before it begins, has more than most days, or begins before first. Without from it is today on
 * to the last day that can be booked; with from alone, that day. */
struct gs_range {
    gs_date from, to;
};
struct gs_range gs_range_take(struct gs_call *c, const struct gs_book *book, gs_date first, gs_date most);
/* ?date= (or today) and ?window= of a live day, with faults. */
gs_date gs_live_day(struct gs_call *c, const struct gs_book *book, char out_window[GS_WINDOW_ID_MAX + 1]);

#endif
