/* Making room by moving flexible bookings: finds the fewest moves that free a slot for one who asks. Carrying them out is
 * flow/change.c's.
 *
 * Nodes of the search are slots and windows. To put one more truck into a slot: if slot and window have room,
 * nothing more is needed; if the slot is full, one of its holders must leave it; if only the window is full, a holder of any of its
 * slots must. Whoever leaves goes into another slot, at the cost of one move: a breadth-first search finds the fewest. Because a wish
 * accepts windows, not slots, all slots of a window are reached at once, and a window need be entered only once. A slot or window
 * with more bookings than it has room for (a cut) takes nobody, so no path leads through it. */
#include "rules/moves.h"

#include "rules/balance.h"
#include "rules/duplicates.h"
#include "rules/times.h"

#include <assert.h>
#include <string.h>

#define ALL_SLOTS (GS_MAX_WINDOWS * GS_MAX_SLOTS)
#define NOBODY (-1)

enum left { NOT_LEFT, LEFT_FOR_TAKER, LEFT_FOR_WINDOW }; /* why a holder of the slot has to leave it */

struct mark {
    int16_t from, place; /* who comes in: the holder of that place of that slot; from NOBODY: the asker */
    uint8_t window;
    bool reached;
    uint8_t left;
};

struct path_search {
    const struct gs_book *book;
    const struct gs_day *day;
    const struct gs_asker *asker;
    const struct gs_allowed *allowed; /* to the asker */
    int64_t preferred_ms;             /* the start that the asker prefers */
    int64_t earliest_ms;              /* of slots to which others may be moved */
    uint32_t enterable;               /* windows that may take one more, if need be for one who leaves */
    uint32_t entered;                 /* by a move */
    uint32_t expanded;                /* full windows of which each slot was asked for a holder who can leave */
    int16_t taker[GS_MAX_WINDOWS]; /* of an expanded window: the slot with room, for which the window has to be left */
    int16_t first[GS_MAX_WINDOWS]; /* number of the window's first slot */
    int16_t queue[ALL_SLOTS], head, tail;
    struct mark marks[ALL_SLOTS];
};

bool gs_moves_movable(const struct gs_book *book, const struct gs_entry *e)
{
    const struct gs_booking *b = &e->b;
    return b->status == GS_BOOKED && b->flexible && !b->walk_in && !b->delayed &&
           b->slot_start_ms > gs_times_lock_ends_ms(book);
}

static struct gs_spot spot_of(const struct path_search *s, int16_t number)
{
    int32_t window = s->marks[number].window;
    return (struct gs_spot){window, number - s->first[window]};
}

static int16_t number_of(const struct path_search *s, struct gs_spot spot)
{
    return (int16_t)(s->first[spot.window] + spot.slot);
}

/* Nothing is reached yet. False: no path can be found, for it would end in a slot with room to which trucks can still be moved, and there
 * is none; on a full day that spares the search. */
static bool prepare(struct path_search *s)
{
    int16_t number = 0;
    bool room = false;
    s->enterable = s->entered = s->expanded = 0;
    s->head = s->tail = 0;
    for (int32_t w = 0; w < s->day->window_count; w++) {
        const struct gs_window *window = &s->day->windows[w];
        bool enterable = !window->closed && window->booked <= window->capacity + window->extra;
        s->enterable |= enterable ? UINT32_C(1) << w : 0;
        s->first[w] = number;
        for (int32_t i = 0; i < window->slot_count; i++) {
            s->marks[number++] = (struct mark){.from = NOBODY, .window = (uint8_t)w};
            room = room || (enterable && window->slots[i].start_ms >= s->earliest_ms &&
                            gs_day_has_room(s->day, (struct gs_spot){w, i}));
        }
    }
    return room;
}

static void reach(struct path_search *s, int16_t number, int16_t from, int16_t place)
{
    const struct gs_slot *slot = gs_day_slot(s->day, spot_of(s, number));
    struct mark *m = &s->marks[number];
    if (!m->reached && slot->capacity > 0 && slot->booked <= slot->capacity + slot->extra) {
        m->reached = true;
        m->from = from;
        m->place = place;
        s->queue[s->tail++] = number;
    }
}

/* All slots of the windows, for the holder of that place of slot from; the end of the path if one of them has room. */
static int16_t enter(struct path_search *s, const struct gs_entry *e, uint32_t windows, int16_t from, int16_t place)
{
    int64_t preferred_ms = gs_day_start_at(s->day, e->accepted, e->b.wish.slot_min);
    struct gs_allowed allowed = {.windows = windows, .earliest_ms = s->earliest_ms};
    struct gs_spot free = gs_balance_choose(s->day, &allowed, preferred_ms);
    if (free.window >= 0) {
        int16_t end = number_of(s, free);
        s->marks[end].from = from;
        s->marks[end].place = place;
        return end;
    }
    s->entered |= windows;
    for (int32_t w = 0; w < s->day->window_count; w++) {
        for (int32_t i = 0; (windows >> w & 1) != 0 && i < s->day->windows[w].slot_count; i++) {
            if (s->day->windows[w].slots[i].start_ms >= s->earliest_ms) {
                reach(s, number_of(s, (struct gs_spot){w, i}), from, place);
            }
        }
    }
    return NOBODY;
}

/* One of the holders of that slot has to leave it: each that may goes on to all windows not entered yet. */
static int16_t leave(struct path_search *s, int16_t number, enum left why)
{
    const struct gs_slot *slot = gs_day_slot(s->day, spot_of(s, number));
    struct mark *m = &s->marks[number];
    if (m->left != NOT_LEFT) {
        return NOBODY;
    }
    m->left = (uint8_t)why;
    int32_t unseen = slot->start_ms > gs_times_lock_ends_ms(s->book) ? slot->booked : 0;
    for (int32_t place = 0; unseen > 0 && (s->enterable & ~s->entered) != 0; place++) {
        const struct gs_entry *e = gs_places_holder(&slot->places, place);
        unseen -= e != NULL ? 1 : 0;
        if (e == NULL || (e->accepted & s->enterable & ~s->entered) == 0 || !gs_moves_movable(s->book, e) ||
            e == s->asker->self) {
            continue;
        }
        struct gs_asker holder = gs_asker_of(e);
        uint32_t windows = gs_allowed_for(s->book, s->day, &holder, GS_FOR_MOVE).windows;
        windows &= s->enterable & ~s->entered;
        windows &= gs_duplicates_clash(s->book, &e->b.truck, s->asker->truck) ? ~s->allowed->windows : windows;
        int16_t end = windows != 0 ? enter(s, e, windows, number, (int16_t)place) : NOBODY;
        if (end != NOBODY) {
            return end;
        }
    }
    return NOBODY;
}

static int16_t expand(struct path_search *s, int16_t number)
{
    struct gs_spot spot = spot_of(s, number);
    const struct gs_window *window = &s->day->windows[spot.window];
    const struct gs_slot *slot = &window->slots[spot.slot];
    if (slot->booked >= slot->capacity + slot->extra) {
        return leave(s, number, LEFT_FOR_TAKER);
    }
    if ((s->expanded >> spot.window & 1) != 0) {
        return NOBODY;
    }
    s->expanded |= UINT32_C(1) << spot.window;
    s->taker[spot.window] = number;
    for (int32_t i = 0; i < window->slot_count; i++) {
        int16_t end = leave(s, number_of(s, (struct gs_spot){spot.window, i}), LEFT_FOR_WINDOW);
        if (end != NOBODY) {
            return end;
        }
    }
    return NOBODY;
}

/* The slots asked for, the nearest to the preferred start first. */
static void start(struct path_search *s)
{
    int16_t asked[ALL_SLOTS];
    int32_t count = 0, later = 0;
    for (int32_t w = 0; w < s->day->window_count; w++) {
        const struct gs_window *window = &s->day->windows[w];
        for (int32_t i = 0; (s->allowed->windows & s->enterable) >> w & 1 && i < window->slot_count; i++) {
            if (window->slots[i].start_ms >= s->allowed->earliest_ms) {
                asked[count++] = number_of(s, (struct gs_spot){w, i});
                later += window->slots[i].start_ms < s->preferred_ms ? 1 : 0;
            }
        }
    }
    int32_t earlier = later - 1; /* with no preference none is earlier */
    while (earlier >= 0 || later < count) {
        bool take_earlier = later == count;
        if (earlier >= 0 && later < count) {
            int64_t before_ms = s->preferred_ms - gs_day_slot(s->day, spot_of(s, asked[earlier]))->start_ms;
            take_earlier = before_ms <= gs_day_slot(s->day, spot_of(s, asked[later]))->start_ms - s->preferred_ms;
        }
        reach(s, asked[take_earlier ? earlier-- : later++], NOBODY, NOBODY);
    }
}

static struct gs_spot trace(const struct path_search *s, int16_t end, struct gs_moves *out)
{
    out->count = 0;
    for (int16_t from; (from = s->marks[end].from) != NOBODY;) {
        assert(out->count < GS_MAX_WINDOWS);
        const struct gs_slot *slot = gs_day_slot(s->day, spot_of(s, from));
        out->at[out->count++] = (struct gs_move){gs_places_holder(&slot->places, s->marks[end].place), spot_of(s, end)};
        end = s->marks[from].left == LEFT_FOR_WINDOW ? s->taker[s->marks[from].window] : from;
    }
    return spot_of(s, end);
}

bool gs_moves_find(const struct gs_book *book, const struct gs_day *day, const struct gs_asker *asker,
                   const struct gs_allowed *allowed, int64_t preferred_ms, struct gs_spot *out_spot,
                   struct gs_moves *out)
{
    struct path_search s;
    struct gs_spot free = gs_balance_choose(day, allowed, preferred_ms);
    out->count = 0;
    if (free.window >= 0) {
        *out_spot = free;
        return true;
    }
    s.book = book;
    s.day = day;
    s.asker = asker;
    s.allowed = allowed;
    s.preferred_ms = preferred_ms;
    s.earliest_ms = gs_times_movable_ms(book);
    if (!prepare(&s)) {
        return false;
    }
    start(&s);
    while (s.head < s.tail) {
        int16_t end = expand(&s, s.queue[s.head++]);
        if (end != NOBODY) {
            *out_spot = trace(&s, end, out);
            return true;
        }
    }
    return false;
}
