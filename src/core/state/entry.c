/* Entries: where the book keeps a booking. Puts it into the lists, indexes, heap and counts that its state calls
 * for, and takes it out of them. Changes no booking (flow/change.c does) and decides nothing. */
#include "state/overbook.h"
#include "state/state.h"
#include "state/throttle.h"
#include "state/waiting.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

void gs_entry_link(struct gs_book *book, struct gs_entry *e)
{
    e->ended = gs_status_terminal(e->b.status);
    struct gs_by_text *by = e->ended ? &book->ended : &book->live;
    gs_index_add(&by->plates, &e->plate, e, e->b.truck.plate);
    for (int32_t i = 0; i < e->b.truck.container_count; i++) {
        gs_index_add(&by->containers, &e->containers[i], e, e->b.truck.containers[i]);
    }
    if (!e->ended && e->b.reference[0] != '\0') {
        gs_index_add(&book->references, &e->reference, e, e->b.reference);
    }
}

void gs_entry_unlink(struct gs_book *book, struct gs_entry *e)
{
    struct gs_by_text *by = e->ended ? &book->ended : &book->live;
    gs_index_remove(&by->plates, &e->plate);
    for (int32_t i = 0; i < GS_MAX_CONTAINERS; i++) {
        gs_index_remove(&by->containers, &e->containers[i]);
    }
    gs_index_remove(&book->references, &e->reference);
}

struct gs_entry *gs_entry_create(const struct gs_booking *b)
{
    struct gs_entry *e = malloc(sizeof *e);
    if (e == NULL) {
        return NULL;
    }
    e->b = *b; /* the greater part by far: only the rest is cleared */
    memset(&e->day, 0, sizeof *e - offsetof(struct gs_entry, day));
    e->deadline_at = GS_NO_DEADLINE;
    return e;
}

int gs_entry_adopt(struct gs_book *book, struct gs_entry *e)
{
    struct gs_day *day;
    size_t at = gs_list_lower_bound(&book->bookings, e->b.id);
    if (at < book->bookings.count && book->bookings.at[at]->b.id == e->b.id) {
        return GS_E_CORRUPT;
    }
    int err = gs_days_get(book, e->b.wish.date, &day);
    err = err != GS_OK ? err : gs_list_insert(&book->bookings, at, e);
    if (err != GS_OK) {
        return err;
    }
    err = gs_entry_move(e, day);
    if (err != GS_OK) {
        gs_list_remove(&book->bookings, at);
        return err;
    }
    gs_entry_link(book, e);
    gs_index_add(&book->pass_codes, &e->pass_code, e, e->b.pass_code);
    return GS_OK;
}

int gs_entry_add(struct gs_book *book, const struct gs_booking *b, struct gs_entry **out)
{
    struct gs_entry *e = gs_entry_create(b);
    if (e == NULL) {
        return GS_E_NOMEM;
    }
    int err = gs_entry_adopt(book, e);
    if (err != GS_OK) {
        free(e);
        return err;
    }
    *out = e;
    return GS_OK;
}

int gs_entry_move(struct gs_entry *e, struct gs_day *day)
{
    if (e->day != day) {
        int err = gs_list_insert(&day->bookings, gs_list_lower_bound(&day->bookings, e->b.id), e);
        if (err != GS_OK) {
            return err;
        }
        if (e->day != NULL) {
            gs_list_remove(&e->day->bookings, gs_list_lower_bound(&e->day->bookings, e->b.id));
        }
        e->day = day;
    }
    e->accepted = gs_day_accepted(day, e->b.wish.windows);
    return GS_OK;
}

bool gs_entry_forgotten(const struct gs_book *book, const struct gs_entry *e)
{
    return gs_status_terminal(e->b.status) && e->b.wish.date < gs_book_first_date(book) &&
           gs_booking_closed_ms(&e->b) < book->first_ms;
}

struct gs_entry *gs_entry_find(const struct gs_book *book, int64_t id)
{
    struct gs_entry *e = gs_list_find(&book->bookings, id);
    return e != NULL && !gs_entry_forgotten(book, e) ? e : NULL;
}

struct gs_spot gs_entry_spot(const struct gs_entry *e)
{
    return gs_day_find(e->day, e->b.window, e->b.slot_start_ms);
}

int gs_entry_hold(struct gs_book *book, struct gs_entry *e)
{
    struct gs_spot spot = gs_entry_spot(e);
    if (spot.window < 0) {
        struct gs_slot like = {.start_ms = e->b.slot_start_ms,
                               .end_ms = e->b.slot_end_ms,
                               .start_min = gs_tz_minute(book->rules->tz, e->b.slot_start_ms)};
        int err = gs_day_adopt(e->day, e->b.window, &like, &spot);
        if (err != GS_OK) {
            return err;
        }
        book->shared_starts = true;
        book->adopted = true;
    }
    gs_day_cover(e->day, spot, e->b.slot_end_ms);
    if (gs_places_holder(&gs_day_slot(e->day, spot)->places, e->b.place) != NULL) {
        return GS_E_CORRUPT;
    }
    return gs_day_take(e->day, spot, e->b.place, e);
}

int gs_entry_restore(struct gs_book *book, struct gs_entry *e)
{
    int err = e->b.place >= 0 ? gs_entry_hold(book, e) : GS_OK;
    return err == GS_OK ? gs_entry_track(book, e) : err;
}

static void count_inside(struct gs_book *book, struct gs_entry *e, int32_t by)
{
    book->inside += by;
    e->day->windows[gs_entry_spot(e).window].inside += by;
    e->inside = by > 0;
    int32_t window;
    struct gs_day *running = by < 0 ? gs_days_running(book, &window) : NULL;
    if (running != NULL) { /* a bay came free: who waits for the running window may have a place now */
        gs_days_freed(book, running);
    }
}

void gs_entry_drop_fact(struct gs_book *book, struct gs_entry *e)
{
    gs_throttle_freed(book, e->b.uscc);
    gs_facts_take_back(&book->facts, &e->b, e->fact);
    e->fact = GS_FACT_NONE;
}

static int track_fact(struct gs_book *book, struct gs_entry *e)
{
    enum gs_fact fact = gs_fact_of(&e->b);
    if (fact == e->fact) {
        return GS_OK;
    }
    gs_throttle_freed(book, e->b.uscc);
    gs_facts_take_back(&book->facts, &e->b, e->fact);
    e->fact = fact;
    int err = gs_facts_add(&book->facts, &e->b, fact);
    if (err == GS_OK && e->b.wish.date < book->today) { /* the rates behind overbooking are of days that are over */
        gs_overbook_days(book);
    }
    return err;
}

static int track_live(struct gs_book *book, struct gs_entry *e)
{
    bool live = e->b.status == GS_BOOKED || e->b.status == GS_WAITLISTED;
    if (live == e->live || !gs_live_counted(book->rules)) {
        return GS_OK;
    }
    int err = gs_live_count(&book->live_names, e->b.owner, live ? 1 : -1);
    err = err != GS_OK ? err : gs_live_count(&book->live_companies, e->b.uscc, live ? 1 : -1);
    e->live = live;
    return err;
}

int gs_entry_track(struct gs_book *book, struct gs_entry *e)
{
    bool inside = gs_status_inside(e->b.status);
    if (inside != e->inside) {
        count_inside(book, e, inside ? 1 : -1);
    }
    int err = track_live(book, e);
    err = err != GS_OK ? err : track_fact(book, e);
    if (err != GS_OK) {
        return err;
    }
    if (gs_status_terminal(e->b.status) != e->ended) {
        gs_entry_unlink(book, e);
        gs_entry_link(book, e);
    }
    if (e->b.status == GS_WAITLISTED && !e->waiting) {
        err = gs_waiting_add(e);
        if (err != GS_OK) {
            return err;
        }
    }
    return gs_deadlines_track(book->rules, &book->deadlines, e, book->now_ms);
}

void gs_entry_forget(struct gs_book *book, struct gs_entry *e)
{
    assert(!e->waiting && !e->inside && !e->live);
    gs_deadlines_forget(&book->deadlines, e);
    gs_entry_unlink(book, e);
    gs_index_remove(&book->pass_codes, &e->pass_code);
    if (e->b.place >= 0) {
        gs_day_release(e->day, gs_entry_spot(e), e->b.place);
    }
}

void gs_entry_vacate(struct gs_entry *e)
{
    if (e->b.place >= 0) {
        gs_day_release(e->day, gs_entry_spot(e), e->b.place);
    }
}

void gs_entry_reoccupy(struct gs_entry *e)
{
    if (e->b.place >= 0) {
        int err = gs_day_take(e->day, gs_entry_spot(e), e->b.place, e);
        assert(err == GS_OK); /* its number was in use before, so nothing has to grow */
    }
}

static bool taken_on(const struct gs_day *day, const struct gs_slot *except, int64_t start_ms, int32_t place)
{
    for (int32_t i = 0; day != NULL && i < day->window_count; i++) {
        struct gs_spot spot = gs_day_find(day, day->windows[i].id, start_ms);
        if (spot.window < 0 || gs_day_slot(day, spot) == except) {
            continue;
        }
        if (gs_places_holder(&gs_day_slot(day, spot)->places, place) != NULL) {
            return true;
        }
    }
    return false;
}

static bool taken_elsewhere(const struct gs_book *book, gs_date date, const struct gs_slot *slot, int32_t place)
{
    for (gs_date d = date - 1; d <= date + 1; d++) {
        if (taken_on(gs_days_find(book, d), slot, slot->start_ms, place)) {
            return true;
        }
    }
    return false;
}

int32_t gs_entry_free_place(const struct gs_book *book, const struct gs_day *day, struct gs_spot spot)
{
    const struct gs_slot *slot = gs_day_slot(day, spot);
    int32_t place = gs_places_lowest_free(&slot->places);
    while (book->shared_starts &&
           (gs_places_holder(&slot->places, place) != NULL || taken_elsewhere(book, day->date, slot, place))) {
        place++;
    }
    return place;
}
