/* The latest durable events, with their texts: whoever waits is served from here, and only those who are further behind ask the store. */
#ifndef GATESLOT_API_EVENT_RING_H
#define GATESLOT_API_EVENT_RING_H

#include "gateslot/base/limits.h"
#include "gateslot/core/record.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gs_ring_event {
    struct gs_durable_event *event; /* owned */
    int64_t kept_us;                /* when it came; monotonic */
    char *told[2]; /* owned; its JSON with a sentence, in Chinese and English; NULL: nobody has asked for it */
    size_t told_len[2];
};

struct gs_event_ring {
    struct gs_ring_event *events; /* owned: room for GS_RING_EVENTS; NULL: none were kept yet */
    int64_t base;                 /* the number before the first that is kept; the others follow without a gap */
    size_t first, count;
    size_t bytes; /* of texts */
};

/* Nothing is kept of what there is up to seq. */
void gs_ring_restart(struct gs_event_ring *ring, int64_t seq);
void gs_ring_finish(struct gs_event_ring *ring);
/* Takes e over. Where it does not follow the one before, those are forgotten; so are the oldest, for room. */
void gs_ring_add(struct gs_event_ring *ring, struct gs_durable_event *e, int64_t now_us);
/* Forgets what came before that: an event may be erased in the store. */
void gs_ring_forget(struct gs_event_ring *ring, int64_t before_us);
int64_t gs_ring_end(const struct gs_event_ring *ring); /* the number of the last */
/* Are all behind seq up to the last kept here? */
bool gs_ring_has_behind(const struct gs_event_ring *ring, int64_t seq);
/* The one with that number, which is kept. */
struct gs_ring_event *gs_ring_at(const struct gs_event_ring *ring, int64_t seq);

#endif
