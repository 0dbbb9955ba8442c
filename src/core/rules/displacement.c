/* Who has to give way to a change of capacities or times of one date. The day is written down as bare numbers for solve/assignment.h: the
 * trucks in the order in which they are kept, the windows that each may be moved to, and what slots and windows have left once those
 * who cannot be moved have their places. What comes back is told as bookings: this one moves there, that one waits.
 *
 * Who may not be moved keeps his place as long as it is there. One whose slot is no more, or who finds no place otherwise, is shifted: as
 * near as possible, to a slot for which it is not late if it comes as it was promised, or which starts so late that one who waits could be told. */
#include "rules/displacement.h"

#include "rules/duplicates.h"
#include "rules/moves.h"
#include "rules/quota.h"
#include "rules/times.h"
#include "solve/assignment.h"
#include "state/overbook.h"

#include <stdlib.h>
#include <string.h>

struct candidate {
    struct gs_entry *entry;
    struct gs_spot spot;
    uint32_t windows;
    int16_t *prices; /* owned; of the slots that it may be shifted to; NULL: none was asked for */
};

struct displacing {
    const struct gs_book *book;
    const struct gs_day *day;
    const struct gs_day *before; /* NULL: the times stay */
    const struct gs_displacement_window *wanted;
    int64_t earliest_ms;    /* start of a slot to move to */
    uint32_t movable_to;    /* windows */
    bool *enterable;        /* owned; slots that take others, whenever they start */
    size_t count;           /* of candidates, in the order of keeping */
    struct candidate *list; /* owned */
    struct gs_assignment assignment;
};

/* Who has arrived; and where times change, who may still come late to a slot that is over: there is nothing nearer. */
static bool fixed(const struct displacing *d, const struct gs_entry *e)
{
    return e->b.status != GS_BOOKED ||
           (d->before != NULL && gs_day_slot(e->day, gs_entry_spot(e))->end_ms <= d->book->now_ms);
}

static int by_keeping(const void *a, const void *b)
{
    const struct gs_booking *x = &((const struct candidate *)a)->entry->b,
                            *y = &((const struct candidate *)b)->entry->b;
    if (x->urgent != y->urgent) {
        return x->urgent ? -1 : 1;
    }
    if (x->created_ms != y->created_ms) {
        return x->created_ms < y->created_ms ? -1 : 1;
    }
    return (x->id > y->id) - (x->id < y->id);
}

static int collect(struct displacing *d)
{
    const struct gs_list *all = &d->day->bookings;
    d->list = calloc(all->count + 1, sizeof *d->list);
    if (d->list == NULL) {
        return GS_E_NOMEM;
    }
    for (size_t i = 0; i < all->count; i++) {
        if (all->at[i]->b.place >= 0 && !fixed(d, all->at[i])) {
            d->list[d->count++] = (struct candidate){.entry = all->at[i], .spot = gs_entry_spot(all->at[i])};
        }
    }
    if (d->count > 0) {
        qsort(d->list, d->count, sizeof *d->list, by_keeping);
    }
    return GS_OK;
}

/* Two bookings that clash must never meet in a window: what an earlier one may choose is closed to a later one. */
static uint32_t choices_of_siblings(const struct displacing *d, const struct candidate *c, const struct candidate *end)
{
    uint32_t windows = 0;
    for (const struct candidate *o = d->list; o < end; o++) {
        bool clash = o != c && gs_duplicates_clash(d->book, &o->entry->b.truck, &c->entry->b.truck);
        windows |= clash ? o->windows : 0;
    }
    return windows;
}

static uint32_t windows_of(const struct displacing *d, const struct candidate *c)
{
    const struct gs_entry *e = c->entry;
    if (!gs_moves_movable(d->book, e)) {
        return 0;
    }
    struct gs_asker asker = gs_asker_of(e);
    struct gs_allowed allowed = gs_allowed_if_open(d->book, d->day, &asker, GS_FOR_PLAN, d->movable_to);
    return allowed.taken == 0 ? allowed.windows : allowed.windows & ~choices_of_siblings(d, c, c);
}

static int32_t index_of(const struct displacing *d, struct gs_spot spot)
{
    return d->assignment.windows[spot.window].first_slot + spot.slot;
}

/* The window as it is to stand, with what may be overbooked; slots is room for its slots. */
static struct gs_window as_wanted(const struct displacing *d, int32_t window, struct gs_slot slots[GS_MAX_SLOTS])
{
    const struct gs_displacement_window *to = &d->wanted[window];
    struct gs_window w = d->day->windows[window];
    memcpy(slots, w.slots, (size_t)w.slot_count * sizeof *slots);
    w.slots = slots;
    if (to->touched) {
        gs_day_set_capacity(&w, to->capacity, to->slot_capacity, to->closed);
        gs_overbook_window(d->book, &w);
    }
    return w;
}

/* What is not touched and stands above its capacity keeps its holders and is shut to others; what is closed has nothing. */
static void lay_out(struct displacing *d, int32_t window)
{
    struct gs_slot slots[GS_MAX_SLOTS];
    const struct gs_window w = as_wanted(d, window, slots);
    struct gs_assignment_window *sw = &d->assignment.windows[window];
    bool touched = d->wanted[window].touched, over = !touched && w.booked > w.capacity + w.extra;
    bool shut = w.closed || w.adopted || over;
    sw->slot_count = w.slot_count;
    sw->capacity = shut ? (touched ? 0 : w.booked) : w.capacity + w.extra;
    sw->limit = gs_quota_share(d->book->rules, w.capacity);
    for (int32_t i = 0; i < w.slot_count; i++) {
        struct gs_assignment_slot *s = &d->assignment.slots[sw->first_slot + i];
        int32_t capacity = shut ? 0 : slots[i].capacity + slots[i].extra;
        bool full = !touched && slots[i].booked > capacity;
        s->window = window;
        s->capacity = full ? slots[i].booked : capacity;
        d->enterable[sw->first_slot + i] = !shut && !full && !slots[i].adopted;
        s->open = d->enterable[sw->first_slot + i] && slots[i].start_ms >= d->earliest_ms;
    }
    d->movable_to |= shut ? 0 : UINT32_C(1) << window;
}

/* ---- shifting ---- */

/* Do the hours of a window that it accepted, as the times were before, cover that start? */
static bool hours_accepted(const struct displacing *d, const struct gs_entry *e, int64_t start_ms)
{
    uint32_t accepted = d->before != NULL ? gs_day_accepted(d->before, e->b.wish.windows) : 0;
    for (uint32_t left = accepted; left != 0; left &= left - 1) {
        const struct gs_window *w = &d->before->windows[__builtin_ctz(left)];
        if (w->start_ms <= start_ms && start_ms < w->end_ms) {
            return true;
        }
    }
    return false;
}

static bool in_time(const struct displacing *d, const struct gs_entry *e, const struct gs_window *w,
                    const struct gs_slot *s)
{
    const struct gs_rules *rules = d->book->rules;
    int64_t late_ms = s->end_ms + rules->late_grace_min * GS_MINUTE_MS;
    int64_t until_ms = late_ms < w->end_ms ? late_ms : w->end_ms;
    bool not_late = until_ms >= e->b.arrive_until_ms && s->end_ms > d->book->now_ms;
    bool movable = gs_moves_movable(d->book, e) && s->start_ms >= d->earliest_ms;
    return not_late || movable || s->start_ms >= gs_times_promotable_ms(rules, d->book->now_ms);
}

static int16_t price_of(const struct gs_entry *e, const struct gs_slot *s)
{
    int64_t was_ms = e->b.slot_start_ms;
    int64_t away_ms = s->start_ms > was_ms ? s->start_ms - was_ms : was_ms - s->start_ms;
    bool covers = s->start_ms <= was_ms && was_ms < s->end_ms;
    int64_t minutes = covers ? 0 : away_ms / GS_MINUTE_MS;
    return (int16_t)(minutes < GS_DEAREST ? minutes : GS_DEAREST);
}

/* The prices of its slots of these windows; returns the windows in which there are any. */
static uint32_t price_slots(const struct displacing *d, struct candidate *c, uint32_t windows, bool by_hours)
{
    uint32_t found = 0;
    for (int32_t w = 0; w < d->day->window_count; w++) {
        const struct gs_window *window = &d->day->windows[w];
        bool named = (c->entry->accepted >> w & 1) != 0;
        for (int32_t i = 0; i < window->slot_count; i++) {
            const struct gs_slot *s = &window->slots[i];
            int32_t index = d->assignment.windows[w].first_slot + i;
            bool may = (windows >> w & 1) != 0 && d->enterable[index] && in_time(d, c->entry, window, s) &&
                       (named || (by_hours && hours_accepted(d, c->entry, s->start_ms)));
            c->prices[index] = may ? price_of(c->entry, s) : GS_NO_PRICE;
            found |= may ? UINT32_C(1) << w : 0;
        }
    }
    return found;
}

static int shift(struct displacing *d, struct candidate *c, enum gs_purpose purpose)
{
    struct gs_assignment_truck *t = &d->assignment.trucks[c - d->list];
    c->prices = calloc((size_t)d->assignment.slot_count + 1, sizeof *c->prices);
    if (c->prices == NULL) {
        return GS_E_NOMEM;
    }
    struct gs_asker asker = gs_asker_of(c->entry);
    uint32_t windows = gs_allowed_if_open(d->book, d->day, &asker, purpose, d->movable_to).windows;
    bool uprooted = purpose == GS_FOR_SHIFT;
    windows &= ~choices_of_siblings(d, c, uprooted ? c : d->list + d->count);
    c->windows = t->windows = price_slots(d, c, windows, uprooted);
    t->company = uprooted ? GS_NO_COMPANY : t->company; /* it has a place already: no quota takes that from it */
    t->prices = c->prices;
    return GS_OK;
}

/* Those who are fixed use up their places first. */
static void subtract_fixed(struct displacing *d)
{
    const struct gs_list *all = &d->day->bookings;
    for (size_t i = 0; i < all->count; i++) {
        if (all->at[i]->b.place < 0 || !fixed(d, all->at[i])) {
            continue;
        }
        struct gs_spot spot = gs_entry_spot(all->at[i]);
        struct gs_assignment_window *w = &d->assignment.windows[spot.window];
        struct gs_assignment_slot *s = &d->assignment.slots[index_of(d, spot)];
        w->capacity -= w->capacity > 0 ? 1 : 0;
        s->capacity -= s->capacity > 0 ? 1 : 0;
    }
}

/* What the companies hold, by their numbers in the day's holdings. */
static void count_companies(struct displacing *d)
{
    const struct gs_holdings *quota = &d->day->holdings;
    for (int32_t i = 0; i < quota->room; i++) {
        memcpy(d->assignment.held[i], quota->held[i].windows, sizeof d->assignment.held[i]);
    }
    for (size_t i = 0; i < d->count; i++) {
        d->assignment.trucks[i].company = gs_table_find(&quota->companies, d->list[i].entry->b.uscc);
    }
}

static int set_up(struct displacing *d)
{
    const struct gs_day *day = d->day;
    int32_t slots = 0;
    for (int32_t i = 0; i < day->window_count; i++) {
        slots += day->windows[i].slot_count;
    }
    int err = gs_assignment_init(&d->assignment, day->window_count, slots, (int32_t)d->count, day->holdings.room);
    d->enterable = calloc((size_t)slots + 1, sizeof *d->enterable);
    if (err != GS_OK || d->enterable == NULL) {
        return GS_E_NOMEM;
    }
    slots = 0;
    for (int32_t i = 0; i < day->window_count; i++) {
        d->assignment.windows[i].first_slot = slots;
        slots += day->windows[i].slot_count;
        lay_out(d, i);
    }
    subtract_fixed(d);
    count_companies(d);
    for (size_t i = 0; i < d->count && err == GS_OK; i++) {
        struct candidate *c = &d->list[i];
        d->assignment.trucks[i].own = index_of(d, c->spot);
        if (gs_day_slot(day, c->spot)->adopted) {
            err = shift(d, c, GS_FOR_SHIFT);
        } else {
            d->assignment.trucks[i].windows = c->windows = windows_of(d, c);
        }
    }
    return err;
}

/* First all as far as the rules of moving go, then those who found no place as their second choice. */
static int assign(struct displacing *d)
{
    int err = GS_OK;
    for (size_t i = 0; i < d->count; i++) {
        (void)gs_assignment_add(&d->assignment, (int32_t)i);
    }
    for (size_t i = 0; i < d->count && err == GS_OK; i++) {
        if (d->assignment.trucks[i].at == GS_UNASSIGNED && d->list[i].prices == NULL) {
            err = shift(d, &d->list[i], GS_FOR_PLAN);
            (void)(err == GS_OK && gs_assignment_add(&d->assignment, (int32_t)i));
        }
    }
    return err;
}

static void finish(struct displacing *d)
{
    for (size_t i = 0; d->list != NULL && i < d->count; i++) {
        free(d->list[i].prices);
    }
    free(d->list);
    free(d->enterable);
    gs_assignment_finish(&d->assignment);
}

static struct gs_spot spot_of(const struct displacing *d, int32_t slot)
{
    if (slot == GS_UNASSIGNED) {
        return GS_NO_SPOT;
    }
    int32_t window = d->assignment.slots[slot].window;
    return (struct gs_spot){window, slot - d->assignment.windows[window].first_slot};
}

static int write_down(const struct displacing *d, struct gs_displacement *out)
{
    out->count = 0;
    out->trucks = calloc(d->count + 1, sizeof *out->trucks);
    if (out->trucks == NULL) {
        return GS_E_NOMEM;
    }
    for (size_t i = 0; i < d->count; i++) {
        const struct gs_assignment_truck *t = &d->assignment.trucks[i];
        if (t->at != t->own) {
            out->trucks[out->count++] = (struct gs_displaced){d->list[i].entry, d->list[i].spot, spot_of(d, t->at)};
        }
    }
    return GS_OK;
}

int gs_displacement_find(const struct gs_book *book, const struct gs_day *day, const struct gs_day *before,
                         const struct gs_displacement_window windows[GS_MAX_WINDOWS], struct gs_displacement *out)
{
    struct displacing d = {
        .book = book, .day = day, .before = before, .wanted = windows, .earliest_ms = gs_times_movable_ms(book)};
    int err = collect(&d);
    err = err != GS_OK ? err : set_up(&d);
    err = err != GS_OK ? err : assign(&d);
    err = err != GS_OK ? err : write_down(&d, out);
    finish(&d);
    return err;
}

void gs_displacement_finish(struct gs_displacement *d)
{
    free(d->trucks);
    *d = (struct gs_displacement){0};
}
