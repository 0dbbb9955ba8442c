/* Settling a date: chooses which bookings take part in an even spread, has it worked out (solve/spread.c) and carries the moves out, each
 * when there is room for it.
 *
 * Part takes who may be moved at all (rules/moves.c) and named no preferred start. What may be overbooked counts as room, but a
 * window's or slot's share is measured by its capacity. A window or slot with more bookings than it has room for (cut by a supervisor,
 * or the rate of no-shows fell) is left as it is: nobody comes, nobody goes. */
#include "flow/settle.h"

#include "flow/change.h"
#include "rules/explain.h"
#include "rules/times.h"
#include "solve/spread.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define OUT_OF_IT (-1)

struct settling {
    const struct gs_act *act;
    struct gs_day *day;
    uint32_t windows; /* that take part */
    int32_t numbers[GS_MAX_WINDOWS][GS_MAX_SLOTS];
    struct gs_spot *spots;     /* owned, by number */
    struct gs_entry **entries; /* owned, by unit */
    struct gs_spread spread;   /* slots and units owned */
};

int64_t gs_settle_at_ms(const struct gs_rules *rules, gs_date date)
{
    return gs_tz_instant(rules->tz, date - 1, rules->settle_at_min);
}

void gs_settle_next(struct gs_book *book)
{
    book->next_settle_ms = GS_NEVER;
    for (size_t i = 0; i < book->day_count; i++) {
        int64_t at_ms = gs_settle_at_ms(book->rules, book->days[i]->date);
        if (at_ms > book->settled_ms && at_ms < book->next_settle_ms) {
            book->next_settle_ms = at_ms;
        }
    }
}

static bool within(int32_t booked, int32_t capacity, int32_t extra)
{
    return capacity > 0 && booked <= capacity + extra;
}

static void gather_slots(struct settling *s)
{
    int64_t earliest_ms = gs_times_movable_ms(s->act->book);
    s->spread.window_count = s->day->window_count;
    for (int32_t w = 0; w < s->day->window_count; w++) {
        const struct gs_window *window = &s->day->windows[w];
        bool takes_part = !window->closed && within(window->booked, window->capacity, window->extra);
        s->windows |= takes_part ? UINT32_C(1) << w : 0;
        s->spread.windows[w] = (struct gs_spread_window){.capacity = takes_part ? window->capacity : 1,
                                                         .room = window->capacity + window->extra,
                                                         .booked = window->booked};
        for (int32_t i = 0; i < window->slot_count; i++) {
            const struct gs_slot *slot = &window->slots[i];
            s->numbers[w][i] = OUT_OF_IT;
            if (!takes_part || slot->start_ms < earliest_ms || !within(slot->booked, slot->capacity, slot->extra)) {
                continue;
            }
            s->numbers[w][i] = s->spread.slot_count;
            s->spots[s->spread.slot_count] = (struct gs_spot){w, i};
            s->spread.slots[s->spread.slot_count++] = (struct gs_spread_slot){
                .window = w, .capacity = slot->capacity, .room = slot->capacity + slot->extra, .booked = slot->booked};
        }
    }
}

static void gather_units(struct settling *s)
{
    for (size_t i = 0; i < s->day->bookings.count; i++) {
        struct gs_entry *e = s->day->bookings.at[i];
        if (e->b.wish.slot_min >= 0 || !gs_moves_movable(s->act->book, e)) {
            continue;
        }
        struct gs_spot spot = gs_entry_spot(e);
        int32_t home = s->numbers[spot.window][spot.slot];
        struct gs_asker asker = gs_asker_of(e);
        uint32_t windows =
            home != OUT_OF_IT ? gs_allowed_for(s->act->book, s->day, &asker, GS_FOR_SETTLING).windows & s->windows : 0;
        if ((windows >> spot.window & 1) != 0) {
            s->entries[s->spread.unit_count] = e;
            s->spread.units[s->spread.unit_count++] =
                (struct gs_spread_unit){.home = home, .slot = home, .windows = windows};
            s->spread.slots[home].units++;
        }
    }
}

static bool fits(const struct gs_day *day, const struct gs_entry *e, struct gs_spot to)
{
    const struct gs_slot *slot = gs_day_slot(day, to);
    bool same_window = gs_entry_spot(e).window == to.window;
    return slot->booked < slot->capacity + slot->extra && (same_window || gs_day_has_room(day, to));
}

/* Each move is made when there is room for it, since capacity must hold after every single one. There always is one that can be made: if
 * all waited for each other in a ring, leaving them where they are, or in their windows, would give the same spread with fewer
 * moves or changes of window, and the solver would have found that. */
static void carry_out(struct settling *s)
{
    int32_t left = 0;
    for (int32_t i = 0; i < s->spread.unit_count; i++) {
        left += s->spread.units[i].slot != s->spread.units[i].home ? 1 : 0;
    }
    struct gs_act own = gs_act_of_system(s->act->book, s->act->batch, s->act->now_ms);
    own.occasion = GS_OCCASION_SETTLED;
    while (left > 0 && !s->act->batch->failed) {
        int32_t before = left;
        for (int32_t i = 0; i < s->spread.unit_count; i++) {
            struct gs_spread_unit *u = &s->spread.units[i];
            struct gs_move move = {s->entries[i], s->spots[u->slot]};
            if (u->slot != u->home && fits(s->day, move.entry, move.to)) {
                gs_change_move(&own, &move, 0);
                u->home = u->slot;
                left--;
            }
        }
        assert(left < before || s->act->batch->failed);
    }
}

static int settle_day(const struct gs_act *act, struct gs_day *day)
{
    size_t slots = 1, bookings = day->bookings.count;
    struct settling s;
    memset(&s, 0, sizeof s);
    s.act = act;
    s.day = day;
    for (int32_t w = 0; w < day->window_count; w++) {
        slots += (size_t)day->windows[w].slot_count;
    }
    s.spots = malloc(slots * sizeof *s.spots);
    s.entries = malloc(bookings * sizeof(struct gs_entry *));
    s.spread.slots = calloc(slots, sizeof *s.spread.slots);
    s.spread.units = malloc(bookings * sizeof *s.spread.units);
    int err = GS_E_NOMEM;
    if (s.spots != NULL && s.entries != NULL && s.spread.slots != NULL && s.spread.units != NULL) {
        gather_slots(&s);
        gather_units(&s);
        err = gs_spread_solve(&s.spread);
    }
    if (err == GS_OK) {
        carry_out(&s);
    }
    free(s.spread.units);
    free(s.spread.slots);
    free(s.entries);
    free(s.spots);
    return err;
}

void gs_settle_run(const struct gs_act *act)
{
    struct gs_book *book = act->book;
    int64_t due_ms = book->next_settle_ms;
    for (size_t i = 0; i < book->day_count && !act->batch->failed; i++) {
        struct gs_day *day = book->days[i];
        bool due = gs_settle_at_ms(book->rules, day->date) == due_ms && day->bookings.count > 0;
        if (due && settle_day(act, day) != GS_OK) {
            act->batch->failed = true;
        }
    }
    book->settled_ms = due_ms;
    gs_settle_next(book);
}
