/* Who has to give way to a capacity change of one date. The day is written down as bare numbers for solve/assignment.h: the trucks
 * in the order in which they are kept, the windows that each may be moved to, and what slots and windows have left once those
 * who cannot be moved have their places. What comes back is told as bookings: this one moves there, that one waits. */
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
};

struct displacing {
    const struct gs_book *book;
    const struct gs_day *day;
    const struct gs_displacement_window *wanted;
    int64_t earliest_ms;    /* start of a slot to move to */
    uint32_t movable_to;    /* windows */
    size_t count;           /* of candidates, in the order of keeping */
    struct candidate *list; /* owned */
    struct gs_assignment assignment;
};

static bool fixed(const struct gs_entry *e)
{
    return e->b.status != GS_BOOKED;
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
        if (all->at[i]->b.place >= 0 && !fixed(all->at[i])) {
            d->list[d->count++] = (struct candidate){.entry = all->at[i], .spot = gs_entry_spot(all->at[i])};
        }
    }
    if (d->count > 0) {
        qsort(d->list, d->count, sizeof *d->list, by_keeping);
    }
    return GS_OK;
}

/* Two bookings that clash must never meet in a window: what an earlier one may choose is closed to a later one. */
static uint32_t choices_of_siblings(const struct displacing *d, const struct candidate *c)
{
    uint32_t windows = 0;
    for (const struct candidate *o = d->list; o < c; o++) {
        windows |= gs_duplicates_clash(d->book, &o->entry->b.truck, &c->entry->b.truck) ? o->windows : 0;
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
    return allowed.taken == 0 ? allowed.windows : allowed.windows & ~choices_of_siblings(d, c);
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
        s->open = !shut && !full && !slots[i].adopted && slots[i].start_ms >= d->earliest_ms;
    }
    d->movable_to |= shut ? 0 : UINT32_C(1) << window;
}

/* Those who are fixed use up their places first. */
static void subtract_fixed(struct displacing *d)
{
    const struct gs_list *all = &d->day->bookings;
    for (size_t i = 0; i < all->count; i++) {
        if (all->at[i]->b.place < 0 || !fixed(all->at[i])) {
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
    if (err != GS_OK) {
        return err;
    }
    slots = 0;
    for (int32_t i = 0; i < day->window_count; i++) {
        d->assignment.windows[i].first_slot = slots;
        slots += day->windows[i].slot_count;
        lay_out(d, i);
    }
    subtract_fixed(d);
    count_companies(d);
    for (size_t i = 0; i < d->count; i++) {
        d->list[i].windows = windows_of(d, &d->list[i]);
        d->assignment.trucks[i].windows = d->list[i].windows;
        d->assignment.trucks[i].own = index_of(d, d->list[i].spot);
    }
    return GS_OK;
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

int gs_displacement_find(const struct gs_book *book, const struct gs_day *day,
                         const struct gs_displacement_window windows[GS_MAX_WINDOWS], struct gs_displacement *out)
{
    struct displacing d = {.book = book, .day = day, .wanted = windows, .earliest_ms = gs_times_movable_ms(book)};
    int err = collect(&d);
    if (err == GS_OK) {
        err = set_up(&d);
    }
    for (size_t i = 0; err == GS_OK && i < d.count; i++) {
        (void)gs_assignment_add(&d.assignment, (int32_t)i);
    }
    if (err == GS_OK) {
        err = write_down(&d, out);
    }
    gs_assignment_finish(&d.assignment);
    free(d.list);
    return err;
}

void gs_displacement_finish(struct gs_displacement *d)
{
    free(d->trucks);
    *d = (struct gs_displacement){0};
}
