/* The digest of a book: FNV-1a over all that a restart must bring back, in canonical order and without padding. Not
 * over what follows from it (indexes, counts) nor over now, which the store learns with the next record only. */
#include "rules/strikes.h"
#include "state/state.h"

#include <string.h>

static void add_int(uint64_t *h, int64_t value)
{
    *h = (*h ^ (uint64_t)value) * UINT64_C(1099511628211);
    *h ^= *h >> 32; /* a word at a time: the high bits would not come down again by themselves */
}

static void add_text(uint64_t *h, const char *text)
{
    do {
        *h = (*h ^ (unsigned char)*text) * UINT64_C(1099511628211);
    } while (*text++ != '\0');
}

static void add_truck(uint64_t *h, const struct gs_truck *t)
{
    add_text(h, t->plate);
    add_text(h, t->plate_given);
    add_int(h, t->plate_colour);
    add_text(h, t->trailer);
    add_text(h, t->trailer_given);
    add_int(h, t->container_count);
    for (int32_t i = 0; i < t->container_count; i++) {
        add_text(h, t->containers[i]);
    }
    add_text(h, t->driver_name);
    add_text(h, t->driver_phone);
    add_text(h, t->declaration_no);
    add_int(h, t->warnings);
}

static void add_promise(uint64_t *h, const struct gs_booking *b)
{
    add_text(h, b->window);
    add_int(h, b->slot_start_ms);
    add_int(h, b->slot_end_ms);
    add_int(h, b->arrive_from_ms);
    add_int(h, b->arrive_until_ms);
    add_int(h, b->place);
}

static void add_times(uint64_t *h, const struct gs_booking *b)
{
    const int64_t times[] = {b->created_ms, b->updated_ms,  b->waiting_since_ms, b->arrived_ms, b->entered_ms,
                             b->cleared_ms, b->departed_ms, b->held_ms,          b->ended_ms,   b->last_event};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        add_int(h, times[i]);
    }
}

static void add_booking(uint64_t *h, const struct gs_booking *b)
{
    const bool flags[] = {b->flexible, b->waitlist,  b->urgent, b->walk_in,
                          b->delayed,  b->displaced, b->moved,  b->late_cancel};
    add_int(h, b->id);
    add_int(h, b->version);
    add_int(h, b->status);
    add_int(h, b->wish.date);
    add_text(h, b->wish.windows);
    add_int(h, b->wish.slot_min);
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        add_int(h, flags[i]);
    }
    add_truck(h, &b->truck);
    add_text(h, b->uscc);
    add_text(h, b->company_name);
    add_text(h, b->owner);
    add_text(h, b->pass_code);
    add_promise(h, b);
    add_int(h, b->before_refused);
    add_times(h, b);
}

static void add_capacity(uint64_t *h, const struct gs_capacity *c)
{
    add_int(h, c->date);
    add_text(h, c->window);
    add_int(h, c->capacity);
    add_int(h, c->slot_capacity);
    add_int(h, c->closed);
    add_text(h, c->reason);
}

uint64_t gs_book_digest(const struct gs_book *book)
{
    uint64_t h = UINT64_C(14695981039346656037);
    gs_date first = gs_book_first_date(book);
    add_int(&h, book->last_id);
    add_int(&h, book->last_seq);
    for (size_t i = 0; i < book->bookings.count; i++) {
        if (!gs_entry_forgotten(book, book->bookings.at[i])) {
            add_booking(&h, &book->bookings.at[i]->b);
        }
    }
    gs_date first_strike = book->rules->strike_limit > 0 ? gs_strikes_first_date(book->rules, book->today) : INT32_MAX;
    add_int(&h, (int64_t)gs_facts_digest(&book->facts, book->today - GS_FACT_DAYS + 1, first_strike));
    for (size_t i = 0; i < book->overrides.count; i++) {
        if (book->overrides.at[i].date >= first) {
            add_capacity(&h, &book->overrides.at[i]);
        }
    }
    return h;
}
