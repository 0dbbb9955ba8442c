/* What is asked of the feed: where to begin, and which events. */
#ifndef GATESLOT_API_EVENT_PARAMS_H
#define GATESLOT_API_EVENT_PARAMS_H

#include "call.h"

struct gs_events_asked {
    int64_t after, limit, wait_s;
    bool last;     /* the last so many, instead of those after */
    bool told;     /* each with its sentence */
    bool from_now; /* a stream that did not say where to begin */
    struct gs_event_filter filter;
};

/* Each is false where there are faults, which are in c->api->faults. */
bool gs_events_take_list(struct gs_call *c, struct gs_events_asked *out);
bool gs_events_take_stream(struct gs_call *c, struct gs_events_asked *out);

#endif
