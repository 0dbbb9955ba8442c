/* The deadlines of bookings: when a truck that did not come is a no-show, when a request has waited in vain, and before that when its
 * driver is reminded of either. A binary heap in which every entry knows its position, with what is next of each; the instants come
 * from the bookings themselves (slot, arrive_until), from their day's windows and from the rules. What was to be told up to now is not
 * asked of anybody: it lies behind. So nothing of it has to be stored. Carrying out what is due is flow/due.c's. */
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

int64_t gs_deadlines_end_ms(const struct gs_rules *rules, const struct gs_entry *e)
{
    return e->b.status == GS_BOOKED       ? e->b.arrive_until_ms
           : e->b.status == GS_WAITLISTED ? gs_waiting_expires_ms(rules, e)
                                          : GS_NEVER;
}

int64_t gs_deadlines_reminded_ms(const struct gs_rules *rules, const struct gs_entry *e)
{
    return e->b.status == GS_BOOKED ? e->b.slot_start_ms : gs_waiting_expires_ms(rules, e);
}

/* The first instant after after_ms that is one of so many minutes before of_ms; GS_NEVER: there is none. */
static int64_t next_before(const int32_t *minutes, int32_t count, int64_t of_ms, int64_t after_ms)
{
    int64_t next = GS_NEVER;
    for (int32_t i = 0; i < count; i++) {
        int64_t at_ms = of_ms - minutes[i] * GS_MINUTE_MS;
        next = at_ms > after_ms && at_ms < next ? at_ms : next;
    }
    return next;
}

int64_t gs_deadlines_reminder_ms(const struct gs_rules *rules, const struct gs_entry *e, int64_t after_ms)
{
    if (e->b.status == GS_BOOKED) {
        return next_before(rules->reminder_min, rules->reminder_count, e->b.slot_start_ms, after_ms);
    }
    if (e->b.status == GS_WAITLISTED && rules->expiring_min > 0) {
        return next_before(&rules->expiring_min, 1, gs_waiting_expires_ms(rules, e), after_ms);
    }
    return GS_NEVER;
}

static struct gs_deadline item_of(const struct gs_rules *rules, struct gs_entry *e, int64_t now_ms)
{
    const int64_t end_ms = gs_deadlines_end_ms(rules, e), reminder_ms = gs_deadlines_reminder_ms(rules, e, now_ms);
    return (struct gs_deadline){.at_ms = reminder_ms < end_ms ? reminder_ms : end_ms,
                                .slot_start_ms = e->b.status == GS_BOOKED ? e->b.slot_start_ms : 0,
                                .id = e->b.id,
                                .entry = e};
}

int gs_deadlines_track(const struct gs_rules *rules, struct gs_deadlines *due, struct gs_entry *e, int64_t now_ms)
{
    struct gs_deadline item = item_of(rules, e, now_ms);
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
