/* The event feed: pages of durable events, and clients that wait for the next one. */
#ifndef GATESLOT_API_FEED_H
#define GATESLOT_API_FEED_H

#include <stddef.h>
#include <stdint.h>

struct gs_wait;
struct gs_feed {
    int64_t durable_seq;   /* of the last event known to be on disk */
    struct gs_wait *first; /* who waits; each is owned by its exchange */
    size_t waiting;
};

/* Durable events up to seq exist: all that wait ask again. */
void gs_feed_wake(struct gs_feed *feed, int64_t seq);
/* Nobody waits any more; the exchanges keep what is theirs. */
void gs_feed_detach(struct gs_feed *feed);

#endif
