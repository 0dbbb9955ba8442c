/* Recounts a book: places, windows, waitlists, indexes, heap, bays, duplicates. Slow and simple on purpose. */
#include "invariants.h"

#include "rules/balance.h"
#include "rules/duplicates.h"
#include "rules/overstay.h"
#include "rules/quota.h"
#include "rules/strikes.h"
#include "rules/times.h"
#include "state/state.h"
#include "state/waiting.h"

#include <string.h>

/* The first thing that does not hold is kept. */
struct verdict {
    const char *broken;
};

static void want(struct verdict *v, bool holds, const char *what)
{
    v->broken = v->broken == NULL && !holds ? what : v->broken;
}
#define HOLDS(condition) want(v, (condition), #condition)

static void check_slot(struct verdict *v, const struct gs_day *day, struct gs_spot spot, bool cut)
{
    const struct gs_slot *s = gs_day_slot(day, spot);
    int32_t held = 0;
    for (int32_t p = 0; p < s->places.room; p++) {
        const struct gs_entry *e = gs_places_holder(&s->places, p);
        if (e != NULL) {
            held++;
            HOLDS(e->b.place == p && e->day == day);
            HOLDS(e->b.slot_start_ms == s->start_ms);
            HOLDS(gs_status_holds_place(e->b.status));
        }
    }
    HOLDS(held == s->booked);
    HOLDS(cut || s->adopted || s->booked <= s->capacity + s->extra); /* I3 */
    HOLDS(s->booked == 0 || gs_places_holder(&s->places, gs_places_lowest_free(&s->places)) == NULL);
}

static void check_window(struct verdict *v, const struct gs_day *day, int32_t index, bool cut)
{
    const struct gs_window *w = &day->windows[index];
    int32_t booked = 0, capacity = 0, waiting = 0;
    for (int32_t s = 0; s < w->slot_count; s++) {
        check_slot(v, day, (struct gs_spot){index, s}, cut);
        booked += w->slots[s].booked;
        capacity += w->slots[s].capacity;
    }
    for (size_t i = 0; i < day->waiting.count; i++) {
        waiting += (int32_t)(day->waiting.at[i]->accepted >> index & 1);
    }
    HOLDS(booked == w->booked);
    HOLDS(cut || w->adopted || w->booked <= w->capacity + w->extra); /* I3 */
    HOLDS(w->slot_capacity >= 0 || w->adopted || w->slot_count == 0 || capacity == w->capacity);
    HOLDS(waiting == w->waiting);
}

/* What the day says that e's company holds is what a count of all its bookings gives. */
static void check_company(struct verdict *v, const struct gs_day *day, const struct gs_entry *e)
{
    struct gs_holding counted = {0}, held = gs_holdings_of(day, e->b.uscc);
    for (size_t i = 0; i < day->bookings.count; i++) {
        const struct gs_entry *o = day->bookings.at[i];
        if (o->b.place >= 0 && strcmp(o->b.uscc, e->b.uscc) == 0) {
            counted.day++;
            counted.windows[gs_day_window_index(day, o->b.window)]++;
        }
    }
    HOLDS(memcmp(&counted, &held, sizeof held) == 0);
}

/* Nobody waits for what is there. */
static bool could_be_placed(const struct gs_book *book, const struct gs_entry *e)
{
    uint32_t windows = e->accepted & gs_day_open(e->day);
    windows &= ~gs_duplicates_promised(book, &e->b.truck, e->day, e);
    /* what a supervisor granted is granted still */
    windows &= (e->b.exceptions & GS_EXCEPTION_QUOTA) != 0 ? UINT32_MAX : ~gs_quota_capped(book, e->day, e->b.uscc, e);
    windows &= ~gs_overstay_shut(book, e->day);
    bool suspended = gs_strikes_until(book, e->b.truck.plate) != 0 && (e->b.exceptions & GS_EXCEPTION_SUSPENDED) == 0;
    windows = suspended ? 0 : windows; /* a suspended plate waits for that to end */
    struct gs_allowed allowed = {.windows = windows, .earliest_ms = gs_times_promotable_ms(book->rules, book->now_ms)};
    return gs_balance_choose(e->day, &allowed, GS_NO_PREFERENCE).window >= 0;
}

static void check_waitlist(struct verdict *v, const struct gs_book *book, const struct gs_day *day)
{
    size_t waiting = 0;
    for (size_t i = 0; i < day->bookings.count; i++) {
        waiting += day->bookings.at[i]->b.status == GS_WAITLISTED ? 1 : 0;
    }
    HOLDS(waiting == day->waiting.count);
    for (size_t i = 0; i < day->waiting.count; i++) {
        const struct gs_entry *e = day->waiting.at[i];
        HOLDS(e->waiting && e->day == day && e->b.status == GS_WAITLISTED);
        HOLDS(i == 0 || gs_waiting_before(&day->waiting.at[i - 1]->b, &e->b));
        HOLDS(gs_book_waitlist_position(book, &e->b) == (int32_t)i + 1);
        HOLDS(book->recheck_waiters || !could_be_placed(book, e));
    }
}

static void check_day(struct verdict *v, const struct gs_book *book, const struct gs_day *day, bool cut)
{
    for (int32_t w = 0; w < day->window_count; w++) {
        check_window(v, day, w, cut);
    }
    for (size_t i = 0; i < day->bookings.count; i++) {
        HOLDS(day->bookings.at[i]->day == day && day->bookings.at[i]->b.wish.date == day->date);
        HOLDS(i == 0 || day->bookings.at[i - 1]->b.id < day->bookings.at[i]->b.id);
        check_company(v, day, day->bookings.at[i]);
    }
    check_waitlist(v, book, day);
}

static bool indexed(const struct gs_index *index, const char *text, const struct gs_entry *e)
{
    for (struct gs_link *l = gs_index_first(index, text); l != NULL; l = gs_index_next(l)) {
        if (l->entry == e) {
            return true;
        }
    }
    return false;
}

static const struct gs_entry *holder(const struct gs_entry *e)
{
    struct gs_spot spot = gs_entry_spot(e);
    return spot.window >= 0 ? gs_places_holder(&gs_day_slot(e->day, spot)->places, e->b.place) : NULL;
}

/* A truck's times follow each other, whatever was told afterwards. */
static void check_times(struct verdict *v, const struct gs_book *book, const struct gs_booking *b)
{
    int64_t ended_ms = b->status == GS_REFUSED ? b->ended_ms : b->departed_ms;
    const int64_t times[] = {b->arrived_ms, b->held_ms, b->entered_ms, b->cleared_ms, ended_ms};
    int64_t last_ms = b->created_ms;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        HOLDS(times[i] == 0 || (times[i] >= last_ms && times[i] <= book->now_ms));
        last_ms = times[i] != 0 ? times[i] : last_ms;
    }
    HOLDS(b->held_ms == 0 || b->arrived_ms != 0);
    HOLDS(b->entered_ms == 0 || (b->arrived_ms != 0 && b->entered_ms >= b->arrive_from_ms));
    HOLDS(b->cleared_ms == 0 || b->entered_ms != 0);
    HOLDS(b->departed_ms == 0 || b->cleared_ms != 0);
}

static void check_entry(struct verdict *v, const struct gs_book *book, const struct gs_entry *e)
{
    const struct gs_booking *b = &e->b;
    const struct gs_by_text *by = gs_status_terminal(b->status) ? &book->ended : &book->live;
    check_times(v, book, b);
    HOLDS(indexed(&by->plates, b->truck.plate, e));
    HOLDS(indexed(&book->pass_codes, b->pass_code, e));
    HOLDS((b->place >= 0) == gs_status_holds_place(b->status));
    HOLDS(b->place < 0 || holder(e) == e);
    HOLDS(e->waiting == (b->status == GS_WAITLISTED));
    HOLDS((e->deadline_at != GS_NO_DEADLINE) == (b->status == GS_BOOKED || b->status == GS_WAITLISTED));
    HOLDS(e->deadline_at == GS_NO_DEADLINE || book->deadlines.items[e->deadline_at].entry == e);
    if (gs_status_terminal(b->status)) {
        return;
    }
    HOLDS(gs_duplicates_container(book, &b->truck, e) == 0);
    HOLDS(b->reference[0] == '\0' || indexed(&book->references, b->reference, e));
    HOLDS(gs_duplicates_reference(book, b->owner, b->reference, e) == 0);
    int32_t window = b->place >= 0 ? gs_day_window_index(e->day, b->window) : -1;
    HOLDS(window < 0 || (gs_duplicates_promised(book, &b->truck, e->day, e) >> window & 1) == 0);
}

static void check_heap(struct verdict *v, const struct gs_book *book)
{
    for (size_t i = 1; i < book->deadlines.count; i++) {
        HOLDS(book->deadlines.items[(i - 1) / 2].at_ms <= book->deadlines.items[i].at_ms);
    }
    HOLDS(book->recheck_waiters || gs_book_next_due(book) > book->now_ms);
}

const char *invariants_broken(const struct gs_book *book, bool cut)
{
    struct verdict verdict = {0}, *v = &verdict;
    int32_t inside = 0;
    size_t bookings = 0;
    for (size_t d = 0; d < book->day_count; d++) {
        check_day(v, book, book->days[d], cut);
        bookings += book->days[d]->bookings.count;
        HOLDS(d == 0 || book->days[d - 1]->date < book->days[d]->date);
    }
    HOLDS(bookings == book->bookings.count);
    for (size_t i = 0; i < book->bookings.count; i++) {
        check_entry(v, book, book->bookings.at[i]);
        inside += gs_status_inside(book->bookings.at[i]->b.status) ? 1 : 0;
    }
    HOLDS(inside == book->inside);
    check_heap(v, book);
    return v->broken;
}

/* ---- what is shown ---- */

static void compare_window(struct verdict *v, const struct gs_window_view *a, const struct gs_window_view *b)
{
    HOLDS(strcmp(a->id, b->id) == 0 && a->start_ms == b->start_ms && a->end_ms == b->end_ms);
    HOLDS(a->capacity == b->capacity && a->booked == b->booked && a->waiting == b->waiting);
    HOLDS(a->overbooking == b->overbooking && a->closed == b->closed && a->overridden == b->overridden);
    HOLDS(a->inside == b->inside && a->at_risk == b->at_risk && a->slot_capacity_rule == b->slot_capacity_rule);
    HOLDS(strcmp(a->reason, b->reason) == 0 && a->slot_count == b->slot_count);
    for (int32_t i = 0; v->broken == NULL && i < a->slot_count; i++) {
        const struct gs_slot_view *x = &a->slots[i], *y = &b->slots[i];
        HOLDS(x->start_ms == y->start_ms && x->end_ms == y->end_ms && x->capacity == y->capacity);
        HOLDS(x->booked == y->booked && x->overbooking == y->overbooking);
    }
}

const char *invariants_shown(const struct gs_book *a, const struct gs_book *b)
{
    static struct gs_window_view x, y;
    struct verdict verdict = {0}, *v = &verdict;
    for (gs_date date = gs_book_first_date(a); date <= gs_book_last_date(a) + 1; date++) {
        struct gs_day_view p, q;
        gs_book_day(a, date, &p);
        gs_book_day(b, date, &q);
        HOLDS(p.closed == q.closed && p.window_count == q.window_count && strcmp(p.reason, q.reason) == 0);
        for (int32_t i = 0; v->broken == NULL && i < p.window_count; i++) {
            HOLDS(gs_book_window(a, date, i, &x) && gs_book_window(b, date, i, &y));
            compare_window(v, &x, &y);
        }
    }
    return v->broken;
}
