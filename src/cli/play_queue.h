/* What is to happen in a played day, in order of time, then line, then the order it was planned in. */
#ifndef GATESLOT_CLI_PLAY_QUEUE_H
#define GATESLOT_CLI_PLAY_QUEUE_H

#include "gateslot/base/error.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum gs_play_kind {
    GS_PLAY_BOOK,
    GS_PLAY_CANCEL,
    GS_PLAY_ARRIVE,
    GS_PLAY_GATE,
    GS_PLAY_CLEAR,
    GS_PLAY_DEPART,
    GS_PLAY_KINDS
};

struct gs_play_item {
    int64_t at_ms;
    size_t line;
    uint64_t order; /* given by push */
    enum gs_play_kind kind;
    unsigned plan; /* which plan of the truck it belongs to; an outdated one is dropped when its time comes */
};

struct gs_play_queue {          /* zeroed = empty */
    struct gs_play_item *items; /* a binary heap, owned */
    size_t count, room;
    uint64_t pushed;
};

int gs_play_push(struct gs_play_queue *q, struct gs_play_item item) GS_MUST_CHECK;
const struct gs_play_item *gs_play_first(const struct gs_play_queue *q); /* NULL: empty */
struct gs_play_item gs_play_pop(struct gs_play_queue *q);                /* not of an empty one */
void gs_play_queue_finish(struct gs_play_queue *q);

#endif
