/* Walk-ins: a truck at the gate without a booking takes a place of the window that is running, as near to now as
 * there is one, and is arrived at once. What holds for every booking holds for it: capacity, duplicates, bays. */
#include "admission.h"
#include "alternatives.h"
#include "change.h"
#include "duplicates.h"
#include "exits.h"

#include "gateslot/base/text.h"

#include <string.h>

/* The window that runs now, of today or of a night that began yesterday. */
static struct gs_day *running(const struct gs_book *book, int32_t *out_window)
{
    for (gs_date date = book->today; date >= book->today - 1; date--) {
        struct gs_day *day = gs_days_find(book, date);
        for (int32_t i = 0; day != NULL && i < day->window_count; i++) {
            const struct gs_window *w = &day->windows[i];
            if (!w->adopted && w->start_ms <= book->now_ms && book->now_ms < w->end_ms) {
                *out_window = i;
                return day;
            }
        }
    }
    return NULL;
}

static struct gs_spot slot_of(const struct gs_day *day, int32_t window, int64_t now_ms)
{
    const struct gs_window *w = &day->windows[window];
    int32_t present = 0;
    while (present + 1 < w->slot_count && w->slots[present + 1].start_ms <= now_ms) {
        present++;
    }
    for (int32_t s = present; s < w->slot_count; s++) {
        if (gs_day_has_room(day, (struct gs_spot){window, s})) {
            return (struct gs_spot){window, s};
        }
    }
    for (int32_t s = present - 1; s >= 0; s--) {
        if (gs_day_has_room(day, (struct gs_spot){window, s})) {
            return (struct gs_spot){window, s};
        }
    }
    return GS_NO_SPOT;
}

static enum gs_code admit(struct gs_turn *t, const struct gs_command *command, const struct gs_wish *wish,
                          const struct gs_day *day, struct gs_spot spot, struct gs_outcome *out)
{
    struct gs_booking b;
    struct gs_change c;
    gs_admission_describe(t, command, &b);
    b.wish = *wish;
    b.walk_in = true;
    b.status = GS_BOOKED;
    b.waiting_since_ms = t->now_ms;
    struct gs_entry *e = gs_change_create(t, &b, spot, 0);
    if (e == NULL || t->batch->failed) {
        return GS_CODE_INTERNAL;
    }
    gs_change_begin(&c, t, e, GS_EV_ARRIVED);
    gs_change_status(&c, GS_STEP_ARRIVE);
    e->b.arrived_ms = t->now_ms;
    e->b.arrive_from_ms = t->now_ms;
    e->b.arrive_until_ms = day->windows[spot.window].end_ms;
    gs_change_commit(&c);
    out->booking = &e->b;
    return GS_CODE_OK;
}

enum gs_code gs_walk_in(struct gs_turn *t, struct gs_entry *none, const struct gs_command *c, struct gs_outcome *out)
{
    (void)none;
    int32_t window;
    struct gs_book *book = t->book;
    if (c->u.book.urgent && c->actor.role != GS_ROLE_SUPERVISOR) {
        gs_fault_add(&out->faults, GS_FAULT_NOT_ALLOWED, "/priority", "urgent", "normal");
        return GS_CODE_VALIDATION;
    }
    const struct gs_day *day = running(book, &window);
    if (day == NULL || day->windows[window].closed) {
        const char *reason = day != NULL ? gs_admission_closed_reason(book, day, window) : "";
        gs_text_copy(out->reason, sizeof out->reason, reason);
        return GS_CODE_CLOSED;
    }
    out->other_id = gs_duplicates_container(book, &c->u.book.truck, NULL);
    if (out->other_id != 0) {
        return GS_CODE_DUPLICATE_CONTAINER;
    }
    out->other_id = gs_duplicates_claimant(book, c->u.book.truck.plate, day, NULL, UINT32_C(1) << window);
    if (out->other_id != 0) {
        return GS_CODE_DUPLICATE_PLATE;
    }
    struct gs_wish wish = {.date = day->date, .slot_min = -1};
    memcpy(wish.windows, day->windows[window].id, sizeof day->windows[window].id);
    bool shut = (gs_exits_shut(book, day) >> window & 1) != 0;
    struct gs_spot spot = shut ? GS_NO_SPOT : slot_of(day, window, t->now_ms);
    if (spot.window < 0) {
        struct gs_ask ask = {.wish = &wish, .plate = c->u.book.truck.plate};
        gs_alternatives_find(book, &ask, day, t->now_ms, out);
        return GS_CODE_FULL;
    }
    return admit(t, c, &wish, day, spot, out);
}
