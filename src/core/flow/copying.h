/* Copies of a book, under its own rules or others, made at once or step by step while commands change it. Whichever way, the copy is of one instant: that of
 * the step in which the last booking was taken, when those that had changed since they were taken are taken anew. */
#ifndef GATESLOT_CORE_COPYING_H
#define GATESLOT_CORE_COPYING_H

#include "state/state.h"

struct gs_copying {
    struct gs_list taken; /* copies of the bookings, by id; from next on they are ours, the others the made book's */
    size_t next;
    struct gs_book *made;  /* owned; NULL while bookings are taken */
    struct gs_facts facts; /* as they stood then: the old book's cover bookings that have left memory too */
    int64_t last_id, last_seq, now_ms;
    bool is_done;
};

/* Zeroed is begun. A step takes or places some bookings; *out_done: made is whole, and taken over by the caller if he sets it to NULL here.
 * The same book and rules at each step. After a failure it is only to be finished. */
int gs_copying_step(struct gs_copying *c, const struct gs_book *book, const struct gs_rules *rules,
                    bool *out_done) GS_MUST_CHECK;
/* Frees some of what is held; false: nothing is left. At once: gs_copying_finish. */
bool gs_copying_wind_up(struct gs_copying *c);
void gs_copying_finish(struct gs_copying *c);

#endif
