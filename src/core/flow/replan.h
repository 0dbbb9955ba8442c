/* What new rules do to a book, on one date after the other. */
#ifndef GATESLOT_CORE_REPLAN_H
#define GATESLOT_CORE_REPLAN_H

#include "state/state.h"

/* A book just rebuilt from old under new rules. */
struct gs_replanning {
    struct gs_book *book;
    const struct gs_book *old;
    struct gs_batch *batch;
    size_t next, promoting; /* places among the book's dates */
    bool is_begun, all_asked;
};

/* One date: first each is planned anew, then those who wait are asked. False: that was all, and the book is ready. Where windows changed, out
 * tells of it. Without memory the batch is marked failed. */
bool gs_replan_step(struct gs_replanning *r, struct gs_reload_day *out);

/* The windows of the day that the rules changed, before being the day as it was (NULL: it was none). */
uint32_t gs_replan_changed(const struct gs_book *book, const struct gs_day *day, const struct gs_day *before);
/* NULL: the day, or it, is not there. */
const struct gs_window *gs_replan_window(const struct gs_day *day, const char *id);
/* Has it ended, and every slot that only bookings know as well? */
bool gs_replan_is_over(const struct gs_book *book, const struct gs_window *w);

#endif
