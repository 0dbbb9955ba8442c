/* The queue of a played day: a binary heap of what is to happen, the earliest first. */
#include "play_queue.h"
#include "gateslot/base/grow.h"
#include <assert.h>
#include <stdlib.h>

static bool before(const struct gs_play_item *a, const struct gs_play_item *b)
{
    if (a->at_ms != b->at_ms) {
        return a->at_ms < b->at_ms;
    }
    return a->line != b->line ? a->line < b->line : a->order < b->order;
}

static void swap(struct gs_play_item *a, struct gs_play_item *b)
{
    struct gs_play_item kept = *a;
    *a = *b;
    *b = kept;
}

int gs_play_push(struct gs_play_queue *q, struct gs_play_item item)
{
    struct gs_play_item *items = gs_grown(q->items, q->count, &q->room, sizeof *items);
    if (items == NULL) {
        return GS_E_NOMEM;
    }
    q->items = items;
    item.order = q->pushed++;
    size_t i = q->count++;
    q->items[i] = item;
    for (; i > 0 && before(&q->items[i], &q->items[(i - 1) / 2]); i = (i - 1) / 2) {
        swap(&q->items[i], &q->items[(i - 1) / 2]);
    }
    return GS_OK;
}

const struct gs_play_item *gs_play_first(const struct gs_play_queue *q)
{
    return q->count > 0 ? q->items : NULL;
}

struct gs_play_item gs_play_pop(struct gs_play_queue *q)
{
    assert(q->count > 0);
    struct gs_play_item first = q->items[0];
    q->items[0] = q->items[--q->count];
    for (size_t i = 0;;) {
        size_t child = 2 * i + 1;
        if (child >= q->count) {
            break;
        }
        if (child + 1 < q->count && before(&q->items[child + 1], &q->items[child])) {
            child++;
        }
        if (!before(&q->items[child], &q->items[i])) {
            break;
        }
        swap(&q->items[i], &q->items[child]);
        i = child;
    }
    return first;
}

void gs_play_queue_finish(struct gs_play_queue *q)
{
    free(q->items);
    *q = (struct gs_play_queue){0};
}
