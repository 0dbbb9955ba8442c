/* Where may this truck go? Every decision that gives or takes a place asks here, for its purpose: so a rule that closes windows or
 * times to a truck is written once, in allowed.c. */
#ifndef GATESLOT_CORE_ALLOWED_H
#define GATESLOT_CORE_ALLOWED_H

#include "state/state.h"

/* Who wants a place: a request, or a booking that is given another one. */
struct gs_asker {
    const struct gs_wish *wish;
    const struct gs_truck *truck;
    const char *uscc;
    const struct gs_entry
        *self;        /* its booking, whose own place and claim do not count against it; NULL: a new request */
    int64_t after_ms; /* only slots that start later are of use to it; 0: any */
};

static inline struct gs_asker gs_asker_of(const struct gs_entry *e)
{
    return (struct gs_asker){.wish = &e->b.wish, .truck = &e->b.truck, .uscc = e->b.uscc, .self = e};
}

enum gs_purpose {
    GS_FOR_BOOKING,      /* the client asks for a place, or for another one */
    GS_FOR_OTHER_TIME,   /* what a client who is refused could ask for instead, accepted windows or not */
    GS_FOR_PROMOTION,    /* it waits, and a place came free */
    GS_FOR_MOVE,         /* the scheduler moves it, so that another finds room */
    GS_FOR_SETTLING,     /* the scheduler moves it, so that the day is even */
    GS_FOR_PLAN,         /* a capacity change moves it */
    GS_FOR_SHIFT,        /* its slot is no more */
    GS_FOR_DELAY,        /* it will be late */
    GS_FOR_WALK_IN,      /* it stands at the gate */
    GS_FOR_REINSTATEMENT /* likewise, and was a no-show */
};

struct gs_allowed {
    uint32_t accepted; /* windows that its wish accepts */
    uint32_t open;     /* windows that are open and, where the purpose keeps to its wish, accepted */
    uint32_t taken;    /* windows in which the truck has another promise, or claim; 0 where none is open */
    uint32_t windows;  /* the open ones that no rule closes to it: here it may go, */
    uint32_t capped;   /* but where its company holds all that it may only to a slot that starts up to lifted_ms */
    int64_t lifted_ms;
    int64_t earliest_ms;   /* the first start of a slot that it may have */
    int64_t ends_after_ms; /* its slot must not be over then */
    int64_t
        suspended_ms; /* its plate is suspended until then, and so no window is allowed; 0: it is not, or need not be asked */
};

struct gs_allowed gs_allowed_for(const struct gs_book *book, const struct gs_day *day, const struct gs_asker *asker,
                                 enum gs_purpose purpose);
/* The same if these windows were the open ones. */
struct gs_allowed gs_allowed_if_open(const struct gs_book *book, const struct gs_day *day, const struct gs_asker *asker,
                                     enum gs_purpose purpose, uint32_t open);
/* May it have this slot, and is there room? */
bool gs_allowed_slot(const struct gs_day *day, const struct gs_allowed *allowed, struct gs_spot spot);

#endif
