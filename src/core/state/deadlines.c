/* The deadlines of bookings: when a truck that did not come is a no-show, when a request has waited in vain. A binary heap in which
 * every entry knows its position; the instants come from the bookings themselves (arrive_until) and from their day's windows.
 * Carrying out what is due is flow/due.c's. */
#include "state/deadlines.h"
#include "gateslot/base/grow.h"

#include "state/state.h"
#include "state/waiting.h"

#include <stdlib.h>
#include <string.h>

void gs_deadlines_finish(struct gs_deadlines *due)
{
    free(due->items);
    memset(due, 0, sizeof *due);
}

static bool before(const struct gs_deadline *a, const struct gs_deadline *b)
{
    if (a->at_ms != b->at_ms) {
        return a->at_ms < b->at_ms;
    }
    if (a->slot_start_ms != b->slot_start_ms) {
        return a->slot_start_ms < b->slot_start_ms;
    }
    return a->id < b->id;
}

static void put(struct gs_deadlines *due, size_t at, struct gs_deadline item)
{
    due->items[at] = item;
    item.entry->deadline_at = at;
}

static void sift_up(struct gs_deadlines *due, size_t at, struct gs_deadline item)
{
    while (at > 0 && before(&item, &due->items[(at - 1) / 2])) {
        put(due, at, due->items[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    put(due, at, item);
}

static void sift_down(struct gs_deadlines *due, size_t at, struct gs_deadline item)
{
    for (size_t child = 2 * at + 1; child < due->count; child = 2 * at + 1) {
        if (child + 1 < due->count && before(&due->items[child + 1], &due->items[child])) {
            child++;
        }
        if (!before(&due->items[child], &item)) {
            break;
        }
        put(due, at, due->items[child]);
        at = child;
    }
    put(due, at, item);
}

static void sift(struct gs_deadlines *due, size_t at, struct gs_deadline item)
{
    if (at > 0 && before(&item, &due->items[(at - 1) / 2])) {
        sift_up(due, at, item);
    } else {
        sift_down(due, at, item);
    }
}

void gs_deadlines_forget(struct gs_deadlines *due, struct gs_entry *e)
{
    size_t at = e->deadline_at;
    if (at == GS_NO_DEADLINE) {
        return;
    }
    e->deadline_at = GS_NO_DEADLINE;
    struct gs_deadline last = due->items[--due->count];
    if (at < due->count) {
        sift(due, at, last);
    }
}

static struct gs_deadline item_of(const struct gs_rules *rules, struct gs_entry *e)
{
    struct gs_deadline item = {.at_ms = GS_NEVER, .id = e->b.id, .entry = e};
    if (e->b.status == GS_BOOKED) {
        item.at_ms = e->b.arrive_until_ms;
        item.slot_start_ms = e->b.slot_start_ms;
    } else if (e->b.status == GS_WAITLISTED) {
        item.at_ms = gs_waiting_expires_ms(rules, e);
    }
    return item;
}

int gs_deadlines_track(const struct gs_rules *rules, struct gs_deadlines *due, struct gs_entry *e)
{
    struct gs_deadline item = item_of(rules, e);
    if (item.at_ms == GS_NEVER) {
        gs_deadlines_forget(due, e);
        return GS_OK;
    }
    if (e->deadline_at != GS_NO_DEADLINE) {
        sift(due, e->deadline_at, item);
        return GS_OK;
    }
    struct gs_deadline *items = gs_grown(due->items, due->count, &due->room, sizeof *items);
    if (items == NULL) {
        return GS_E_NOMEM;
    }
    due->items = items;
    sift_up(due, due->count++, item);
    return GS_OK;
}

int64_t gs_deadlines_next_ms(const struct gs_deadlines *due)
{
    return due->count > 0 ? due->items[0].at_ms : GS_NEVER;
}
