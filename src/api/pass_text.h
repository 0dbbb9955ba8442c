/* What a driver is told on his pass. */
#ifndef GATESLOT_API_PASS_TEXT_H
#define GATESLOT_API_PASS_TEXT_H

#include "gateslot/core/book.h"
#include "phrase.h"

/* How a booking stands to its driver, which is finer than its status. */
enum gs_pass_state {
    GS_PASS_NONE, /* there is no such pass */
    GS_PASS_WAITLISTED,
    GS_PASS_BOOKED,
    GS_PASS_LATE,  /* its slot is over, and it may still come */
    GS_PASS_EARLY, /* at the gate before its time */
    GS_PASS_FULL,  /* at the gate, and no bay is free */
    GS_PASS_ARRIVED,
    GS_PASS_ENTERED,
    GS_PASS_CLEARED,
    GS_PASS_DEPARTED,
    GS_PASS_NO_SHOW,
    GS_PASS_REFUSED,
    GS_PASS_CANCELLED,
    GS_PASS_EXPIRED,
    GS_PASS_STATES
};

struct gs_pass_text {
    const char *state, *shape; /* class st--… and symbol s-… of the pages */
    struct gs_words word;
    struct gs_words window;  /* under the slot; NULL: no slot is shown. Its times stand in <b> */
    struct gs_words heading; /* of what to do; "" none */
    struct gs_words help;    /* paragraphs, of which each begins after a line's end */
    bool comes;              /* it still has to be shown at the gate */
};

enum gs_pass_state gs_pass_state_of(const struct gs_book *book, const struct gs_booking *b);
/* {from}, {until}, {left} are to be filled in. */
const struct gs_pass_text *gs_pass_text(enum gs_pass_state state);
/* What becomes of a place that nobody comes for, and whether a delay may be reported: the help of BOOKED and LATE, which depends on the
 * site's rules. */
const struct gs_words *gs_pass_late_help(const struct gs_book *book, const struct gs_booking *b);

#endif
