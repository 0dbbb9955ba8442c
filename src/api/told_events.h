/* Events with their sentences, written some at a time: making sentences takes longer than anything else of a page of events. */
#ifndef GATESLOT_API_TOLD_EVENTS_H
#define GATESLOT_API_TOLD_EVENTS_H

#include "call.h"
#include "gateslot/base/json.h"

struct gs_told_events {
    struct gs_answer answer; /* owned */
    struct gs_buf body;      /* owned: an object, open, with the items */
    struct gs_json json;
    size_t written;
};

/* Takes over what the answer holds. */
void gs_told_begin(struct gs_told_events *t, struct gs_answer *answer);
void gs_told_finish(struct gs_told_events *t);
/* Writes some, to whom x is of; false: all are written, and the list of them is closed. */
bool gs_told_some(struct gs_told_events *t, const struct gs_exchange *x);
/* The end of the object is written: sends it, status 200. */
void gs_told_send(struct gs_told_events *t, struct gs_exchange *x);

#endif
