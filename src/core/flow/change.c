/* Changes of bookings. Here alone a place is taken or given back, a status moved, a version counted, and for every
 * change exactly one row and one event written, in this order, so that whoever frees a place is written before
 * whoever takes it. What an event says of its booking (whose it is, plate, reference) is filled in here too, for all of them
 * alike. It decides nothing: by the time a change begins, the decision stands.
 *
 * Without memory the batch is marked failed; the book is then fit for nothing but destroying, and is rebuilt from
 * the store. */
#include "flow/change.h"

#include "flow/together.h"
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
        c->act->batch->failed = true;
    }
}

static struct gs_place_ref place_of(const struct gs_booking *b)
{
    struct gs_place_ref ref = {
        .date = b->wish.date, .start_ms = b->slot_start_ms, .end_ms = b->slot_end_ms, .place = b->place};
    memcpy(ref.window, b->window, sizeof ref.window);
    return ref;
}

bool gs_change_lacks_reason(const struct gs_command *command, struct gs_outcome *out)
{
    if (command->reason[0] != '\0') {
        return false;
    }
    gs_fault_add(&out->faults, GS_FAULT_REQUIRED, "/reason", NULL, NULL);
    return true;
}

void gs_change_begin(struct gs_change *c, struct gs_act *act, struct gs_entry *e, enum gs_event_type type)
{
    memset(c, 0, sizeof *c);
    c->act = act;
    c->entry = e;
    c->event.type = type;
    c->event.status_before = e->b.status;
    if (act->book->undo != NULL) {
        check(c, gs_together_note(act->book, e));
    }
    gs_waiting_remove(e);
}

void gs_change_status(struct gs_change *c, enum gs_step step)
{
    struct gs_booking *b = &c->entry->b;
    int next = gs_booking_next(b, step);
    assert(next >= 0);
    if (gs_status_terminal((enum gs_status)next) || step == GS_STEP_REVERT) {
        /* another request of its plate may wait for that window; and who has not arrived after all can be moved again */
        gs_days_freed(c->act->book, c->entry->day);
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
    return gs_entry_free_place(c->act->book, day, spot);
}

void gs_change_take(struct gs_change *c, struct gs_spot spot)
{
    struct gs_entry *e = c->entry;
    if (c->act->batch->failed) {
        return; /* without memory it may not have come to the day of that spot */
    }
    int32_t place = place_in(c, spot);
    int err = gs_day_take(e->day, spot, place, e);
    check(c, err);
    if (err != GS_OK) {
        return;
    }
    promise(c->act->book->rules, &e->day->windows[spot.window], gs_day_slot(e->day, spot), &e->b);
    e->b.place = place;
    c->event.to = place_of(&e->b);
}

void gs_change_give_back(struct gs_change *c)
{
    struct gs_entry *e = c->entry;
    c->event.from = place_of(&e->b);
    gs_day_release(e->day, gs_entry_spot(e), e->b.place);
    e->b.place = -1;
    gs_days_changed(c->act->book, e->day);
    gs_days_freed(c->act->book, e->day);
    gs_throttle_freed(c->act->book, e->b.uscc);
}

void gs_change_wish(struct gs_change *c, const struct gs_wish *wish, struct gs_day *day)
{
    gs_days_changed(c->act->book, c->entry->day);
    c->entry->b.wish = *wish;
    check(c, gs_entry_move(c->entry, day));
}

void gs_change_truck(struct gs_change *c, const struct gs_truck *truck)
{
    struct gs_entry *e = c->entry;
    gs_entry_unlink(c->act->book, e);
    e->b.truck = *truck;
    gs_entry_link(c->act->book, e);
    gs_days_freed(c->act->book, e->day);
}

void gs_change_reference(struct gs_change *c, const char *reference)
{
    struct gs_entry *e = c->entry;
    gs_entry_unlink(c->act->book, e);
    memset(e->b.reference, 0, sizeof e->b.reference);
    gs_text_copy(e->b.reference, sizeof e->b.reference, reference);
    gs_entry_link(c->act->book, e);
}

void gs_change_afterwards(struct gs_change *c, int64_t happened_ms)
{
    c->event.happened_ms = happened_ms;
    c->entry->b.corrections++;
}

static void append_event(struct gs_act *act, struct gs_event *event)
{
    event->seq = ++act->book->last_seq;
    event->at_ms = act->now_ms;
    event->actor = *act->actor;
    gs_text_copy(event->reason, sizeof event->reason, act->reason);
    event->occasion = act->occasion;
}

void gs_change_name(struct gs_event *event, const struct gs_booking *b)
{
    memcpy(event->owner, b->owner, sizeof event->owner);
    memcpy(event->plate, b->truck.plate, sizeof event->plate);
    memcpy(event->reference, b->reference, sizeof event->reference);
}

/* The event becomes the head of its booking's history. */
static void append_own_event(struct gs_act *act, struct gs_booking *b, struct gs_event *event)
{
    append_event(act, event);
    event->booking_id = b->id;
    event->prev = b->last_event;
    event->status = b->status;
    event->version = b->version;
    gs_change_name(event, b);
    b->last_event = event->seq;
}

void gs_change_commit(struct gs_change *c)
{
    struct gs_act *act = c->act;
    struct gs_booking *b = &c->entry->b;
    b->version++;
    b->updated_ms = act->now_ms;
    append_own_event(act, b, &c->event);
    check(c, gs_entry_track(act->book, c->entry));
    gs_days_changed(act->book, c->entry->day);
    gs_explain_change(act->book, c->entry, &c->event);
    assert(act->batch->failed || (b->place >= 0) == gs_status_holds_place(b->status));
    gs_batch_booking(act->batch, b);
    gs_batch_event(act->batch, &c->event);
}

void gs_change_tell(struct gs_act *act, struct gs_event *event)
{
    append_event(act, event);
    gs_batch_event(act->batch, event);
}

void gs_change_remind(struct gs_act *act, struct gs_entry *e, int32_t minutes_before)
{
    struct gs_event event = {.status_before = e->b.status, .minutes_before = minutes_before};
    if (e->b.status == GS_WAITLISTED) {
        event.type = GS_EV_EXPIRING;
        event.expires_ms = gs_deadlines_reminded_ms(act->book->rules, e);
        event.waitlist_position = gs_book_waitlist_position(act->book, &e->b);
    } else {
        event.type = GS_EV_REMINDER;
        event.to = place_of(&e->b);
    }
    append_own_event(act, &e->b, &event);
    if (gs_deadlines_track(act->book->rules, &act->book->deadlines, e, act->now_ms) != GS_OK) {
        act->batch->failed = true;
    }
    gs_batch_booking(act->batch, &e->b);
    gs_batch_event(act->batch, &event);
}

struct gs_entry *gs_change_create(struct gs_act *act, struct gs_booking *b, struct gs_spot spot, int32_t moves)
{
    struct gs_entry *e;
    struct gs_change c;
    b->id = act->book->last_id + 1;
    b->created_ms = act->now_ms;
    b->place = -1;
    if (gs_entry_add(act->book, b, &e) != GS_OK) {
        act->batch->failed = true;
        return NULL;
    }
    act->book->last_id = b->id;
    gs_change_begin(&c, act, e, spot.window >= 0 ? GS_EV_BOOKED : GS_EV_WAITLISTED);
    c.event.moves = moves;
    c.event.exceptions = b->exceptions;
    if (spot.window >= 0) {
        gs_change_take(&c, spot);
    }
    gs_change_commit(&c);
    return e;
}

void gs_change_tell_overstay(struct gs_act *act)
{
    int32_t window;
    const struct gs_day *day = gs_days_running(act->book, &window);
    if (day == NULL || act->batch->failed) {
        return;
    }
    const struct gs_window *w = &day->windows[window];
    struct gs_overstay e = gs_overstay_of(act->book, day, window);
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
    struct gs_act own = gs_act_of_system(act->book, act->batch, act->now_ms);
    own.occasion = GS_OCCASION_AT_RISK;
    gs_change_tell(&own, &event);
}

void gs_change_tell_risk(struct gs_act *act)
{
    if (!act->at_risk) {
        gs_change_tell_overstay(act);
    }
    act->at_risk = gs_overstay_risk(act->book) > 0;
}

void gs_change_tell_strike(struct gs_act *act, const struct gs_entry *e)
{
    struct gs_event event = {.type = GS_EV_STRIKE_RECORDED, .cause_id = e->b.id};
    if (!gs_strikes_count(act->book, e, &event)) {
        return;
    }
    gs_change_name(&event, &e->b);
    gs_change_tell(act, &event);
}

void gs_change_move(struct gs_act *act, const struct gs_move *move, int64_t cause_id)
{
    struct gs_change c;
    gs_change_begin(&c, act, move->entry, GS_EV_MOVED);
    c.event.cause_id = cause_id;
    gs_change_give_back(&c);
    gs_change_take(&c, move->to);
    move->entry->b.moved = true;
    gs_change_commit(&c);
}

void gs_change_move_all(const struct gs_act *act, const struct gs_moves *moves, int64_t cause_id)
{
    struct gs_act own = gs_act_of_system(act->book, act->batch, act->now_ms);
    for (int32_t i = 0; i < moves->count && !act->batch->failed; i++) {
        gs_change_move(&own, &moves->at[i], cause_id);
    }
}
