/* Explanations: what a decision leaves behind for those who ask why. */
#ifndef GATESLOT_CORE_EXPLAIN_H
#define GATESLOT_CORE_EXPLAIN_H

#include "state/state.h"

/* Completes the event of a change that is made and tracked, unless who decided it has said so already: why it has this place or none, and where in the waitlist it stands. */
void gs_explain_change(const struct gs_book *book, const struct gs_entry *e, struct gs_event *event);
/* Of a refusal for want of room: the places that can still be booked in these windows, and how many of them are taken. */
void gs_explain_full(const struct gs_day *day, uint32_t windows, int64_t earliest_ms, struct gs_outcome *out);

#endif
