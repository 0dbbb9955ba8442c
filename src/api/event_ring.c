/* The latest durable events. They are kept without a gap, bounded by number, bytes and age; a number tells at once whether and where
 * its event is kept. */
#include "event_ring.h"
#include "gateslot/base/limits.h"
#include <assert.h>
#include <stdlib.h>

static struct gs_ring_event *nth(const struct gs_event_ring *ring, size_t n)
{
    return &ring->events[(ring->first + n) % GS_RING_EVENTS];
}

static void drop_first(struct gs_event_ring *ring)
{
    struct gs_ring_event *e = nth(ring, 0);
    assert(ring->count > 0 && e->event != NULL);
    ring->bytes -= e->event->len;
    ring->base = e->event->seq;
    free(e->event);
    free(e->told[0]);
    free(e->told[1]);
    *e = (struct gs_ring_event){0};
    ring->first = (ring->first + 1) % GS_RING_EVENTS;
    ring->count--;
}

void gs_ring_restart(struct gs_event_ring *ring, int64_t seq)
{
    while (ring->count > 0) {
        drop_first(ring);
    }
    ring->base = seq;
}

void gs_ring_finish(struct gs_event_ring *ring)
{
    gs_ring_restart(ring, 0);
    free(ring->events);
    ring->events = NULL;
}

int64_t gs_ring_end(const struct gs_event_ring *ring)
{
    return ring->base + (int64_t)ring->count;
}

void gs_ring_add(struct gs_event_ring *ring, struct gs_durable_event *e, int64_t now_us)
{
    if (ring->events == NULL) {
        ring->events = calloc(GS_RING_EVENTS, sizeof *ring->events);
    }
    if (ring->events == NULL) {
        ring->base = e->seq;
        free(e);
        return;
    }
    if (e->seq != gs_ring_end(ring) + 1) {
        gs_ring_restart(ring, e->seq - 1);
    }
    while (ring->count == GS_RING_EVENTS || (ring->count > 0 && ring->bytes + e->len > GS_RING_BYTES)) {
        drop_first(ring);
    }
    *nth(ring, ring->count) = (struct gs_ring_event){.event = e, .kept_us = now_us};
    ring->count++;
    ring->bytes += e->len;
}

void gs_ring_forget(struct gs_event_ring *ring, int64_t before_us)
{
    while (ring->count > 0 && nth(ring, 0)->kept_us < before_us) {
        drop_first(ring);
    }
}

bool gs_ring_has_behind(const struct gs_event_ring *ring, int64_t seq)
{
    return seq >= ring->base && seq <= gs_ring_end(ring);
}

struct gs_ring_event *gs_ring_at(const struct gs_event_ring *ring, int64_t seq)
{
    return nth(ring, (size_t)(seq - ring->base - 1));
}
