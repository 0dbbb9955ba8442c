/* Walk-ins: a truck at the gate without a booking takes a place of the window that is running, as near to now as
 * there is one, and is arrived at once. What holds for every booking holds for it: capacity, duplicates, bays. One
 * whose request waits for this window stands by: it is that booking that takes the place, not a second one. */
#include "flow/booking_request.h"
#include "flow/change.h"
#include "rules/alternatives.h"
#include "rules/duplicates.h"
#include "rules/exceptions.h"
#include "rules/present.h"
#include "rules/wish_faults.h"

#include "gateslot/base/text.h"

#include <string.h>

static void arrive(struct gs_act *act, struct gs_entry *e, const struct gs_day *day, struct gs_spot spot)
{
    struct gs_change c;
    gs_change_begin(&c, act, e, GS_EV_ARRIVED);
    gs_change_status(&c, GS_STEP_ARRIVE);
    e->b.arrived_ms = act->now_ms;
    e->b.arrive_from_ms = act->now_ms;
    e->b.arrive_until_ms = day->windows[spot.window].end_ms;
    gs_change_commit(&c);
}

/* The booking of this truck that waits for the running window, and stands by at the gate now: the first in the waitlist's order. */
static struct gs_entry *standing_by(const struct gs_book *book, const struct gs_truck *truck, const struct gs_day *day,
                                    int32_t window)
{
    for (size_t i = 0; i < day->waiting.count && day->windows[window].waiting > 0; i++) {
        struct gs_entry *e = day->waiting.at[i];
        bool same =
            strcmp(e->b.truck.plate, truck->plate) == 0 ||
            (gs_duplicates_container(book, truck, e) == 0 && gs_duplicates_container(book, truck, NULL) == e->b.id);
        if ((e->accepted >> window & 1) != 0 && same) {
            return e;
        }
    }
    return NULL;
}

/* It takes the place that it waited for. Another tractor than was booked brings the box: the truck is the one that came. */
static enum gs_code admit_standby(struct gs_act *act, struct gs_entry *e, const struct gs_truck *truck,
                                  struct gs_spot spot, unsigned used, struct gs_outcome *out)
{
    struct gs_change c;
    if (strcmp(e->b.truck.plate, truck->plate) != 0) {
        gs_change_begin(&c, act, e, GS_EV_CHANGED);
        gs_change_truck(&c, truck);
        gs_change_commit(&c);
    }
    gs_change_begin(&c, act, e, GS_EV_PROMOTED);
    c.event.why = GS_WHY_STANDBY;
    c.event.exceptions = used;
    e->b.exceptions |= used;
    gs_change_take(&c, spot);
    gs_change_status(&c, GS_STEP_PROMOTE);
    e->b.displaced = false;
    gs_change_commit(&c);
    if (act->batch->failed) {
        return GS_CODE_INTERNAL;
    }
    arrive(act, e, e->day, spot);
    out->booking = &e->b;
    return GS_CODE_OK;
}

static enum gs_code admit(struct gs_act *act, const struct gs_command *command, const struct gs_wish *wish,
                          const struct gs_day *day, struct gs_spot spot, unsigned used, struct gs_outcome *out)
{
    struct gs_booking b;
    gs_booking_request_describe(act, command, &b);
    b.exceptions = used;
    b.wish = *wish;
    b.walk_in = true;
    b.status = GS_BOOKED;
    b.waiting_since_ms = act->now_ms;
    struct gs_entry *e = gs_change_create(act, &b, spot, 0);
    if (e == NULL || act->batch->failed) {
        return GS_CODE_INTERNAL;
    }
    arrive(act, e, day, spot);
    out->booking = &e->b;
    return GS_CODE_OK;
}

enum gs_code gs_walk_in(struct gs_act *act, struct gs_entry *none, const struct gs_command *c, struct gs_outcome *out)
{
    (void)none;
    int32_t window;
    unsigned used = 0;
    struct gs_book *book = act->book;
    if (!book->rules->walk_ins) {
        out->off = GS_SWITCH_WALK_INS;
        return GS_CODE_SWITCHED_OFF;
    }
    gs_wish_urgent_fault(c, &out->faults);
    enum gs_code may = gs_exceptions_may(c, out);
    if (out->faults.count > 0) {
        return GS_CODE_VALIDATION;
    }
    if (may != GS_CODE_OK) {
        return may;
    }
    const struct gs_day *day = gs_days_running(book, &window);
    if (day == NULL || day->windows[window].closed) {
        const char *reason = day != NULL ? gs_admission_closed_reason(book, day, window) : "";
        gs_text_copy(out->reason, sizeof out->reason, reason);
        return GS_CODE_CLOSED;
    }
    if (gs_exceptions_suspended(book, c, c->u.book.truck.plate, out, &used)) {
        return GS_CODE_SUSPENDED;
    }
    struct gs_entry *standby = standing_by(book, &c->u.book.truck, day, window);
    out->other_id = gs_duplicates_container(book, &c->u.book.truck, standby);
    if (out->other_id != 0) {
        return GS_CODE_DUPLICATE_CONTAINER;
    }
    /* One that stood by keeps its own client's. */
    out->other_id = standby == NULL ? gs_duplicates_reference(book, c->actor.name, c->u.book.reference, NULL) : 0;
    if (out->other_id != 0) {
        return GS_CODE_DUPLICATE_REFERENCE;
    }
    struct gs_wish wish = {.date = day->date, .slot_min = -1};
    memcpy(wish.windows, day->windows[window].id, sizeof day->windows[window].id);
    struct gs_asker asker = {.wish = &wish, .truck = &c->u.book.truck, .uscc = c->u.book.uscc, .self = standby};
    struct gs_allowed allowed = gs_allowed_for(book, day, &asker, GS_FOR_WALK_IN);
    if ((allowed.taken >> window & 1) != 0) {
        return gs_duplicates_refusal(book, asker.truck, day, standby, UINT32_C(1) << window, &out->other_id);
    }
    bool may_enter = (allowed.windows >> window & 1) != 0;
    struct gs_spot spot = may_enter ? gs_present_slot(day, window, act->now_ms) : GS_NO_SPOT;
    if (spot.window < 0) {
        asker.self = NULL; /* another time would be a new request, beside the booking that waits */
        gs_alternatives_find(book, &asker, day, act->now_ms, out);
        return GS_CODE_FULL;
    }
    return standby != NULL ? admit_standby(act, standby, &c->u.book.truck, spot, used, out)
                           : admit(act, c, &wish, day, spot, used, out);
}
