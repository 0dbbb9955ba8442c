/* Who asks for a place. */
#ifndef GATESLOT_CORE_ASKER_H
#define GATESLOT_CORE_ASKER_H

#include "state/state.h"

struct gs_ask {
    const struct gs_wish *wish;
    const char *plate, *uscc;
    const struct gs_entry *self; /* the booking that asks again; NULL: a new request */
    int64_t after_ms;            /* only slots that start later are of use to it; 0: any */
};

#endif
