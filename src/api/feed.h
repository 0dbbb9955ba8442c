/* The event feed: pages of durable events, and clients that wait for the next one. */
#ifndef GATESLOT_API_FEED_H
#define GATESLOT_API_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gs_wait;
struct gs_feed {
    int64_t durable_seq;   /* of the last event known to be on disk */
    struct gs_wait *first; /* who waits; each is owned by its exchange */
    size_t waiting;
    bool recheck; /* some of them may be known here no longer */
};

/* The events up to seq are on disk: all clients that wait for one of them are looked after again. */
void gs_feed_wake(struct gs_feed *feed, int64_t seq);
/* A token or a session is gone: as soon as that is on disk, who waits by it is told so. */
void gs_feed_recheck(struct gs_feed *feed);
/* x, if it waits for an event, is answered now. */
struct gs_exchange;
void gs_feed_hurry(struct gs_exchange *x);
/* Before the end: no client is in the list any more, though its exchange may live on for a while. */
void gs_feed_detach(struct gs_feed *feed);

#endif
