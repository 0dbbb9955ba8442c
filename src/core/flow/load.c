/* The one load path: fills a book from what was stored. What is loaded is checked as input is: the store may be damaged. */
#include "flow/roll.h"
#include "flow/waitlist.h"
#include "rules/strikes.h"
#include "state/state.h"

/* Is it a booking that could stand in a book at all? */
static bool plausible(const struct gs_booking *b)
{
    bool holds = gs_status_holds_place(b->status);
    if (b->id <= 0 || b->version <= 0 || b->status >= GS_STATUSES || b->wish.date < 0 || b->wish.date > GS_MAX_DATE ||
        b->truck.container_count < 0 || b->truck.container_count > GS_MAX_CONTAINERS) {
        return false;
    }
    if (!holds) {
        return b->place == -1;
    }
    return b->place >= 0 && b->place < GS_MAX_CAPACITY && b->window[0] != '\0' && b->slot_start_ms < b->slot_end_ms;
}

int gs_book_restore_booking(struct gs_book *book, const struct gs_booking *b)
{
    struct gs_entry *e;
    if (!plausible(b)) {
        return GS_E_CORRUPT;
    }
    int err = gs_entry_add(book, b, &e);
    return err == GS_OK ? gs_entry_restore(book, e) : err;
}

int gs_book_restore_past(struct gs_book *book, const struct gs_booking *b)
{
    return plausible(b) ? gs_facts_add(&book->facts, b, gs_fact_of(b)) : GS_E_CORRUPT;
}

int32_t gs_book_past_days(const struct gs_rules *rules)
{
    int32_t of_strikes = -gs_strikes_first_date(rules, 0);
    return rules->strike_limit > 0 && of_strikes > GS_FACT_DAYS ? of_strikes : GS_FACT_DAYS;
}

int gs_book_restore_capacity(struct gs_book *book, const struct gs_capacity *c)
{
    if (c->capacity < 0 || c->capacity > GS_MAX_CAPACITY || c->slot_capacity < -1 ||
        c->slot_capacity > GS_MAX_CAPACITY || c->date < 0 || c->date > GS_MAX_DATE) {
        return GS_E_CORRUPT;
    }
    return gs_overrides_put(book, gs_days_find(book, c->date), c);
}

int gs_book_restore_turned_away(struct gs_book *book, const struct gs_turned_away *t)
{
    bool first = false;
    if (t->date < 0 || t->date > GS_MAX_DATE || t->truck[0] == '\0') {
        return GS_E_CORRUPT;
    }
    int err = gs_checks_turn_away(&book->checks, t, &first);
    return err == GS_OK && !first ? GS_E_CORRUPT : err;
}

int gs_book_start(struct gs_book *book, int64_t last_booking_id, int64_t last_seq, int64_t now_ms)
{
    const struct gs_list *all = &book->bookings;
    if (last_booking_id < 0 || last_seq < 0 || (all->count > 0 && all->at[all->count - 1]->b.id > last_booking_id)) {
        return GS_E_CORRUPT;
    }
    for (size_t i = 0; i < all->count; i++) {
        struct gs_entry *e = all->at[i];
        if (e->b.last_event > last_seq) {
            return GS_E_CORRUPT;
        }
        /* what was to be told up to now was told */
        int err = now_ms != book->now_ms ? gs_deadlines_track(book->rules, &book->deadlines, e, now_ms) : GS_OK;
        if (err != GS_OK) {
            return err;
        }
    }
    book->last_id = last_booking_id;
    book->last_seq = last_seq;
    book->now_ms = book->starts_told_ms = book->settled_ms = now_ms;
    book->promotions_pending = false;
    book->recheck_waiters = true;
    int err = gs_roll_days(book, now_ms);
    gs_waitlist_note_suspensions(book);
    return err;
}
