/* Explanations: says in codes and numbers why a decision came out as it did, from the state that it left. It decides nothing, and tells
 * of no booking but the one concerned and the one that was the cause. The sentences are made from it elsewhere. */
#include "rules/explain.h"

#include "rules/strikes.h"
#include "state/waiting.h"

static enum gs_why of_place(const struct gs_entry *e, const struct gs_event *event)
{
    if (event->moves > 0) {
        return GS_WHY_MOVES;
    }
    if (e->b.walk_in) {
        return GS_WHY_WALK_IN;
    }
    int64_t preferred_ms = gs_day_start_at(e->day, e->accepted, e->b.wish.slot_min);
    if (preferred_ms == GS_NO_PREFERENCE) {
        return GS_WHY_BALANCED;
    }
    return preferred_ms == event->to.start_ms ? GS_WHY_PREFERRED : GS_WHY_NEAREST;
}

static enum gs_why of_move(const struct gs_event *event)
{
    if (event->cause_id != 0) {
        return GS_WHY_MADE_ROOM;
    }
    return event->occasion == GS_OCCASION_SETTLED ? GS_WHY_SETTLED : GS_WHY_CAPACITY;
}

static enum gs_why why(const struct gs_entry *e, const struct gs_event *event)
{
    switch (event->type) {
    case GS_EV_BOOKED:
    case GS_EV_PROMOTED:
    case GS_EV_RESCHEDULED:
        return e->b.place >= 0 ? of_place(e, event) : GS_WHY_FULL;
    case GS_EV_WAITLISTED:
        return e->b.displaced ? GS_WHY_CAPACITY : GS_WHY_FULL;
    case GS_EV_MOVED:
        return of_move(event);
    case GS_EV_DELAYED:
        return GS_WHY_NEXT;
    default:
        return GS_WHY_NONE;
    }
}

void gs_explain_change(const struct gs_book *book, const struct gs_entry *e, struct gs_event *event)
{
    if (event->why == GS_WHY_NONE) {
        event->why = why(e, event);
    }
    if (event->why == GS_WHY_NEAREST) {
        event->preferred_min = e->b.wish.slot_min;
    }
    if (event->type == GS_EV_NO_SHOW || event->late) {
        (void)gs_strikes_count(book, e, event);
    }
    if (event->type == GS_EV_STRIKE_EXCUSED) {
        gs_strikes_tell(book, e->b.truck.plate, event);
    }
    if (e->waiting && event->why != GS_WHY_NONE) {
        event->waitlist_position = gs_book_waitlist_position(book, &e->b);
    }
}

void gs_explain_full(const struct gs_day *day, uint32_t windows, int64_t earliest_ms, struct gs_outcome *out)
{
    out->used = out->limit = 0;
    for (int32_t i = 0; i < day->window_count; i++) {
        const struct gs_window *w = &day->windows[i];
        int32_t booked = 0, capacity = 0, room = w->capacity + w->extra - w->booked;
        for (int32_t s = 0; (windows >> i & 1) != 0 && s < w->slot_count; s++) {
            bool bookable = w->slots[s].start_ms >= earliest_ms;
            booked += bookable ? w->slots[s].booked : 0;
            capacity += bookable ? w->slots[s].capacity + w->slots[s].extra : 0;
        }
        room = room > 0 ? room : 0;
        out->used += booked;
        out->limit += capacity < booked + room ? capacity : booked + room;
    }
}
