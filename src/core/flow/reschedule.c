/* Rescheduling: the client wishes for another date, other windows or another slot. Its own place counts as free for
 * itself while the decision is made; refused means that nothing has changed. */
#include "flow/booking_request.h"
#include "flow/change.h"
#include "rules/exceptions.h"

#include <string.h>

static struct gs_wish merged(const struct gs_book *book, const struct gs_booking *b, const struct gs_command *c)
{
    struct gs_wish wish = b->wish;
    if (c->u.reschedule.has_date) {
        wish.date = c->u.reschedule.wish.date;
    }
    if (c->u.reschedule.has_windows) {
        memcpy(wish.windows, c->u.reschedule.wish.windows, sizeof wish.windows);
    }
    if (c->u.reschedule.has_slot) {
        wish.slot_min = c->u.reschedule.wish.slot_min;
        return wish;
    }
    const struct gs_day *day = gs_days_find(book, wish.date);
    if (day != NULL && gs_day_start_at(day, gs_day_accepted(day, wish.windows), wish.slot_min) == GS_NO_PREFERENCE) {
        wish.slot_min = -1; /* an old preference is no reason to refuse a new wish */
    }
    return wish;
}

/* What was set aside for its former place says nothing of the next one. */
static void carry_out(struct gs_act *act, struct gs_entry *e, const struct gs_wish *wish, const struct gs_offer *offer,
                      unsigned used)
{
    struct gs_change c;
    bool waited = e->b.status == GS_WAITLISTED;
    gs_change_move_all(act, &offer->moves, e->b.id);
    gs_change_begin(&c, act, e, GS_EV_RESCHEDULED);
    e->b.late_cancel =
        e->b.late_cancel || (!waited && act->book->rules->late_cancel && act->now_ms >= e->b.slot_start_ms);
    c.event.moves = offer->moves.count;
    c.event.exceptions = used;
    e->b.exceptions = (e->b.exceptions & GS_EXCEPTION_SUSPENDED) | used;
    if (!waited) {
        gs_change_give_back(&c);
    }
    gs_change_wish(&c, wish, offer->day);
    if (offer->spot.window >= 0) {
        gs_change_take(&c, offer->spot);
        if (waited) {
            gs_change_status(&c, GS_STEP_PROMOTE);
        }
        e->b.displaced = false;
    } else {
        e->b.waiting_since_ms = act->now_ms;
        gs_booking_request_queued(act->book, offer);
    }
    e->b.moved = false;
    gs_change_commit(&c);
}

enum gs_code gs_reschedule(struct gs_act *act, struct gs_entry *e, const struct gs_command *c, struct gs_outcome *out)
{
    if (e->b.status != GS_WAITLISTED && e->b.status != GS_BOOKED) {
        return GS_CODE_WRONG_STATE;
    }
    struct gs_offer offer;
    struct gs_wish wish = merged(act->book, &e->b, c);
    struct gs_asker asker = {.wish = &wish, .truck = &e->b.truck, .uscc = e->b.uscc, .self = e};
    unsigned used = 0;
    enum gs_code code = gs_exceptions_may(c, out);
    code = code != GS_CODE_OK ? code : gs_admission_frame(act->book, &asker, &offer, out);
    if (code != GS_CODE_OK) {
        return code;
    }
    if (gs_exceptions_suspended(act->book, c, e->b.truck.plate, out, &used)) {
        return GS_CODE_SUSPENDED;
    }
    gs_entry_vacate(e);
    code = gs_admission_choose(act->book, &asker, &offer, out);
    gs_entry_reoccupy(e);
    if (code == GS_CODE_FULL) {
        code = gs_admission_make_room(act->book, &asker, &offer);
    }
    code = gs_admission_judge_full(act->book, &asker, &offer, code, out);
    gs_entry_vacate(e);
    code = gs_exceptions_choose(act->book, c->exceptions, code, &offer, &used);
    gs_entry_reoccupy(e);
    bool goes_on_waiting = e->b.status == GS_WAITLISTED && e->b.waitlist && offer.may_wait;
    if (code == GS_CODE_OK || (code == GS_CODE_FULL && goes_on_waiting)) {
        carry_out(act, e, &wish, &offer, used);
        return GS_CODE_OK;
    }
    if (code == GS_CODE_FULL || code == GS_CODE_COMPANY_QUOTA) {
        gs_admission_alternatives(act->book, &asker, &offer, out);
    }
    return code;
}
