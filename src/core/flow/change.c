/* Changes of bookings. Here alone a place is taken or given back, a status moved, a version counted, and for every
 * change exactly one row and one event written, in this order, so that whoever frees a place is written before
 * whoever takes it. It decides nothing: by the time a change begins, the decision stands.
 *
 * Without memory the batch is marked failed; the book is then fit for nothing but destroying, and is rebuilt from
 * the store. */
#include "flow/change.h"

#include "rules/explain.h"
#include "rules/overstay.h"
#include "rules/strikes.h"
#include "state/throttle.h"
#include "state/waiting.h"

#include "gateslot/base/text.h"

#include <assert.h>
#include <string.h>

struct gs_act gs_act_of_system(struct gs_book *book, struct gs_batch *batch, int64_t now_ms)
{
    static const struct gs_actor scheduler = {.role = GS_ROLE_SYSTEM, .name = "gateslotd"};
    return (struct gs_act){.book = book, .batch = batch, .now_ms = now_ms, .actor = &scheduler, .reason = ""};
}

static void check(struct gs_change *c, int err)
{
    if (err != GS_OK) {
        c->turn->batch->failed = true;
    }
}

static struct gs_place_ref place_of(const struct gs_booking *b)
{
    struct gs_place_ref ref = {
        .date = b->wish.date, .start_ms = b->slot_start_ms, .end_ms = b->slot_end_ms, .place = b->place};
    memcpy(ref.window, b->window, sizeof ref.window);
    return ref;
}

void gs_change_begin(struct gs_change *c, struct gs_act *t, struct gs_entry *e, enum gs_event_type type)
{
    memset(c, 0, sizeof *c);
    c->turn = t;
    c->entry = e;
    c->event.type = type;
    c->event.status_before = e->b.status;
    gs_waiting_remove(e);
}

void gs_change_status(struct gs_change *c, enum gs_step step)
{
    struct gs_booking *b = &c->entry->b;
    int next = gs_booking_next(b, step);
    assert(next >= 0);
    if (gs_status_terminal((enum gs_status)next) || step == GS_STEP_REVERT) {
        /* its plate may wait for the same window; who is back before the gate can be moved again */
        gs_days_freed(c->turn->book, c->entry->day);
    }
    b->status = (enum gs_status)next;
}

static void promise(const struct gs_rules *rules, const struct gs_window *w, const struct gs_slot *s,
                    struct gs_booking *b)
{
    int64_t until = s->end_ms + rules->late_grace_min * GS_MINUTE_MS;
    memcpy(b->window, w->id, sizeof b->window);
    b->slot_start_ms = s->start_ms;
    b->slot_end_ms = s->end_ms;
    b->arrive_from_ms = s->start_ms - rules->early_grace_min * GS_MINUTE_MS;
    b->arrive_until_ms = until < w->end_ms ? until : w->end_ms;
}

/* A booking that leaves a place and comes back to the same slot keeps its number. */
static int32_t place_in(const struct gs_change *c, struct gs_spot spot)
{
    const struct gs_day *day = c->entry->day;
    const struct gs_slot *s = gs_day_slot(day, spot);
    const struct gs_place_ref *from = &c->event.from;
    bool same = from->date == day->date && from->start_ms == s->start_ms &&
                strcmp(from->window, day->windows[spot.window].id) == 0;
    if (same && gs_places_holder(&s->places, from->place) == NULL) {
        return from->place;
    }
    return gs_entry_free_place(c->turn->book, day, spot);
}

void gs_change_take(struct gs_change *c, struct gs_spot spot)
{
    struct gs_entry *e = c->entry;
    if (c->turn->batch->failed) {
        return; /* it may not even have come to the day that the spot is of */
    }
    int32_t place = place_in(c, spot);
    int err = gs_day_take(e->day, spot, place, e);
    check(c, err);
    if (err != GS_OK) {
        return;
    }
    promise(c->turn->book->rules, &e->day->windows[spot.window], gs_day_slot(e->day, spot), &e->b);
    e->b.place = place;
    c->event.to = place_of(&e->b);
}

void gs_change_give_back(struct gs_change *c)
{
    struct gs_entry *e = c->entry;
    c->event.from = place_of(&e->b);
    gs_day_release(e->day, gs_entry_spot(e), e->b.place);
    e->b.place = -1;
    gs_days_changed(c->turn->book, e->day);
    gs_days_freed(c->turn->book, e->day);
    gs_throttle_freed(c->turn->book, e->b.uscc);
}

void gs_change_wish(struct gs_change *c, const struct gs_wish *wish, struct gs_day *day)
{
    gs_days_changed(c->turn->book, c->entry->day);
    c->entry->b.wish = *wish;
    check(c, gs_entry_move(c->entry, day));
}

void gs_change_truck(struct gs_change *c, const struct gs_truck *truck)
{
    struct gs_entry *e = c->entry;
    gs_entry_unlink(c->turn->book, e);
    e->b.truck = *truck;
    gs_entry_link(c->turn->book, e);
    gs_days_freed(c->turn->book, e->day);
}

static void append_event(struct gs_act *t, struct gs_event *event)
{
    event->seq = ++t->book->last_seq;
    event->at_ms = t->now_ms;
    event->actor = *t->actor;
    gs_text_copy(event->reason, sizeof event->reason, t->reason);
}

void gs_change_commit(struct gs_change *c)
{
    struct gs_act *t = c->turn;
    struct gs_booking *b = &c->entry->b;
    append_event(t, &c->event);
    c->event.booking_id = b->id;
    c->event.prev = b->last_event;
    c->event.status = b->status;
    memcpy(c->event.owner, b->owner, sizeof c->event.owner);
    memcpy(c->event.plate, b->truck.plate, sizeof c->event.plate);
    b->version++;
    b->updated_ms = t->now_ms;
    b->last_event = c->event.seq;
    check(c, gs_entry_track(t->book, c->entry));
    gs_days_changed(t->book, c->entry->day);
    gs_explain_change(t->book, c->entry, &c->event);
    assert(t->batch->failed || (b->place >= 0) == gs_status_holds_place(b->status));
    gs_batch_booking(t->batch, b);
    gs_batch_event(t->batch, &c->event);
}

void gs_change_tell(struct gs_act *t, struct gs_event *event)
{
    append_event(t, event);
    gs_batch_event(t->batch, event);
}

struct gs_entry *gs_change_create(struct gs_act *t, struct gs_booking *b, struct gs_spot spot, int32_t moves)
{
    struct gs_entry *e;
    struct gs_change c;
    b->id = t->book->last_id + 1;
    b->created_ms = t->now_ms;
    b->place = -1;
    if (gs_entry_add(t->book, b, &e) != GS_OK) {
        t->batch->failed = true;
        return NULL;
    }
    t->book->last_id = b->id;
    gs_change_begin(&c, t, e, spot.window >= 0 ? GS_EV_BOOKED : GS_EV_WAITLISTED);
    c.event.moves = moves;
    if (spot.window >= 0) {
        gs_change_take(&c, spot);
    }
    gs_change_commit(&c);
    return e;
}

void gs_change_tell_overstay(struct gs_act *t)
{
    int32_t window;
    const struct gs_day *day = gs_days_running(t->book, &window);
    if (day == NULL || t->batch->failed) {
        return;
    }
    const struct gs_window *w = &day->windows[window];
    struct gs_overstay e = gs_overstay_of(t->book, day, window);
    if (e.at_risk == 0) {
        return;
    }
    struct gs_event event = {.type = GS_EV_CAPACITY_CHANGED,
                             .capacity_before = w->capacity,
                             .capacity_after = w->capacity,
                             .closed_after = w->closed,
                             .inside = e.inside,
                             .at_risk = e.at_risk};
    event.to = (struct gs_place_ref){.date = day->date, .start_ms = w->start_ms, .end_ms = w->end_ms, .place = -1};
    gs_text_copy(event.to.window, sizeof event.to.window, w->id);
    struct gs_act own = gs_act_of_system(t->book, t->batch, t->now_ms);
    own.reason = "at_risk";
    gs_change_tell(&own, &event);
}

void gs_change_tell_strike(struct gs_act *t, const struct gs_entry *e)
{
    struct gs_event event = {.type = GS_EV_STRIKE_RECORDED, .cause_id = e->b.id};
    if (!gs_strikes_count(t->book, e, &event)) {
        return;
    }
    memcpy(event.owner, e->b.owner, sizeof event.owner);
    memcpy(event.plate, e->b.truck.plate, sizeof event.plate);
    gs_change_tell(t, &event);
}

void gs_change_move(const struct gs_act *t, const struct gs_move *move, int64_t cause_id, const char *reason)
{
    struct gs_change c;
    struct gs_act own = gs_act_of_system(t->book, t->batch, t->now_ms);
    own.reason = reason;
    gs_change_begin(&c, &own, move->entry, GS_EV_MOVED);
    c.event.cause_id = cause_id;
    gs_change_give_back(&c);
    gs_change_take(&c, move->to);
    move->entry->b.moved = true;
    gs_change_commit(&c);
}

void gs_change_move_all(const struct gs_act *t, const struct gs_moves *moves, int64_t cause_id)
{
    for (int32_t i = 0; i < moves->count && !t->batch->failed; i++) {
        gs_change_move(t, &moves->at[i], cause_id, "");
    }
}
