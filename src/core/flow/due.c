/* What falls due by itself: a booked truck that did not come, a wait that can end in nothing, a date that is to be
 * settled, a window that begins with trucks of earlier ones inside. Every decision carries out what is due before it,
 * each thing at its own instant, so that what happens does not depend on when somebody looks. The heap is binary; the
 * instants come from the bookings themselves (arrive_until) and from the calendar (expiry, settling, starts). */
#include "flow/change.h"
#include "flow/settle.h"
#include "flow/turn.h"
#include "flow/waitlist.h"
#include "rules/exits.h"
#include "rules/strikes.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 64

void gs_due_finish(struct gs_due *due)
{
    free(due->items);
    memset(due, 0, sizeof *due);
}

static bool before(const struct gs_due_item *a, const struct gs_due_item *b)
{
    if (a->at_ms != b->at_ms) {
        return a->at_ms < b->at_ms;
    }
    if (a->slot_start_ms != b->slot_start_ms) {
        return a->slot_start_ms < b->slot_start_ms;
    }
    return a->id < b->id;
}

static void put(struct gs_due *due, size_t at, struct gs_due_item item)
{
    due->items[at] = item;
    item.entry->due_at = at;
}

static void sift_up(struct gs_due *due, size_t at, struct gs_due_item item)
{
    while (at > 0 && before(&item, &due->items[(at - 1) / 2])) {
        put(due, at, due->items[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    put(due, at, item);
}

static void sift_down(struct gs_due *due, size_t at, struct gs_due_item item)
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

static void sift(struct gs_due *due, size_t at, struct gs_due_item item)
{
    if (at > 0 && before(&item, &due->items[(at - 1) / 2])) {
        sift_up(due, at, item);
    } else {
        sift_down(due, at, item);
    }
}

void gs_due_forget(struct gs_due *due, struct gs_entry *e)
{
    size_t at = e->due_at;
    if (at == GS_NOT_DUE) {
        return;
    }
    e->due_at = GS_NOT_DUE;
    struct gs_due_item last = due->items[--due->count];
    if (at < due->count) {
        sift(due, at, last);
    }
}

static struct gs_due_item item_of(const struct gs_rules *rules, struct gs_entry *e)
{
    struct gs_due_item item = {.at_ms = GS_NEVER, .id = e->b.id, .entry = e};
    if (e->b.status == GS_BOOKED) {
        item.at_ms = e->b.arrive_until_ms;
        item.slot_start_ms = e->b.slot_start_ms;
    } else if (e->b.status == GS_WAITLISTED) {
        item.at_ms = gs_waitlist_expires_ms(rules, e);
    }
    return item;
}

int gs_due_track(const struct gs_rules *rules, struct gs_due *due, struct gs_entry *e)
{
    struct gs_due_item item = item_of(rules, e);
    if (item.at_ms == GS_NEVER) {
        gs_due_forget(due, e);
        return GS_OK;
    }
    if (e->due_at != GS_NOT_DUE) {
        sift(due, e->due_at, item);
        return GS_OK;
    }
    if (due->count == due->room) {
        size_t room = due->room == 0 ? FIRST_ROOM : due->room * 2;
        struct gs_due_item *items = realloc(due->items, room * sizeof *items);
        if (items == NULL) {
            return GS_E_NOMEM;
        }
        due->items = items;
        due->room = room;
    }
    sift_up(due, due->count++, item);
    return GS_OK;
}

int64_t gs_due_next_ms(const struct gs_due *due)
{
    return due->count > 0 ? due->items[0].at_ms : GS_NEVER;
}

static void carry_out(struct gs_turn *t, struct gs_entry *e)
{
    struct gs_change c;
    bool waited = e->b.status == GS_WAITLISTED;
    gs_change_begin(&c, t, e, waited ? GS_EV_EXPIRED : GS_EV_NO_SHOW);
    if (!waited) {
        gs_change_give_back(&c);
    }
    gs_change_status(&c, waited ? GS_STEP_EXPIRE : GS_STEP_NO_SHOW);
    e->b.ended_ms = t->now_ms;
    gs_change_commit(&c);
    gs_strikes_tell(t, e);
}

void gs_due_run(struct gs_book *book, struct gs_batch *batch, int64_t until_ms)
{
    while (!batch->failed) {
        int64_t first_ms = gs_due_next_ms(&book->due), begins_ms = gs_exits_next_start(book);
        bool settles = book->next_settle_ms < first_ms;
        int64_t at_ms = settles ? book->next_settle_ms : first_ms;
        bool begins = begins_ms < at_ms;
        at_ms = begins ? begins_ms : at_ms;
        if (at_ms > until_ms) {
            break;
        }
        /* rules that changed may put it before what was already decided: time does not run back for that */
        book->now_ms = at_ms > book->now_ms ? at_ms : book->now_ms;
        struct gs_turn t = gs_turn_of_system(book, batch, book->now_ms);
        if (begins) {
            book->starts_told_ms = begins_ms;
            gs_exits_tell(&t);
        } else if (settles) {
            gs_settle_run(&t);
        } else {
            carry_out(&t, book->due.items[0].entry);
        }
        gs_waitlist_promote(&t);
    }
    book->starts_told_ms = until_ms > book->starts_told_ms ? until_ms : book->starts_told_ms;
}
