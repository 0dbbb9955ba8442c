/* The gate's steps: arrive, enter, clear, depart, refuse, and revert for a mis-tap. Which step may follow which is
 * the table's to say (booking.c); here are the times, the bays and the reasons. A step may be told afterwards, with the time at which
 * it happened: that time is judged and kept, bays and places are counted now. */
#include "flow/command_handlers.h"
#include "flow/correct.h"
#include "rules/alternatives.h"
#include "rules/duplicates.h"
#include "rules/happened.h"
#include "rules/times.h"

static bool allowed(const struct gs_entry *e, enum gs_step step)
{
    return gs_booking_next(&e->b, step) >= 0;
}

/* May it be taken at the time that the command names? */
static enum gs_code may_step(const struct gs_act *act, const struct gs_entry *e, enum gs_step step,
                             const struct gs_command *c, struct gs_outcome *out)
{
    return allowed(e, step) ? gs_happened_judge(act, &e->b, step, c, out) : GS_CODE_WRONG_STATE;
}

static void finish(struct gs_change *change, const struct gs_command *c)
{
    if (c->at_ms != 0) {
        gs_change_afterwards(change, c->at_ms);
    }
    gs_change_commit(change);
}

enum gs_code gs_steps_arrive(struct gs_act *act, struct gs_entry *e, const struct gs_command *c, struct gs_outcome *out)
{
    struct gs_change change;
    if (gs_correct_applies(&e->b, GS_STEP_ARRIVE, c)) {
        return gs_correct(act, e, GS_STEP_ARRIVE, c, out);
    }
    enum gs_code code = may_step(act, e, GS_STEP_ARRIVE, c, out);
    if (code != GS_CODE_OK) {
        return code;
    }
    int64_t opens_ms = gs_arrival_opens_ms(act->book->rules, &e->b);
    if (gs_happened_ms(act, c) < opens_ms) {
        out->at_ms = opens_ms;
        return GS_CODE_EARLY;
    }
    gs_change_begin(&change, act, e, GS_EV_ARRIVED);
    gs_change_status(&change, GS_STEP_ARRIVE);
    e->b.arrived_ms = gs_happened_ms(act, c);
    finish(&change, c);
    return GS_CODE_OK;
}

/* A refusal changes nothing of a booking's life: no event, and whoever knows its version goes on knowing it. */
static void remember_hold(struct gs_act *act, struct gs_entry *e)
{
    if (e->b.held_ms == 0) {
        e->b.held_ms = act->now_ms;
        gs_batch_booking(act->batch, &e->b);
    }
}

enum gs_code gs_steps_override(const struct gs_command *c, struct gs_outcome *out)
{
    if (c->u.enter.override && c->actor.role != GS_ROLE_SUPERVISOR) {
        return GS_CODE_FORBIDDEN;
    }
    return c->u.enter.override && gs_change_lacks_reason(c, out) ? GS_CODE_VALIDATION : GS_CODE_OK;
}

enum gs_code gs_steps_enter(struct gs_act *act, struct gs_entry *e, const struct gs_command *c, struct gs_outcome *out)
{
    struct gs_change change;
    enum gs_code code = gs_steps_override(c, out);
    if (code != GS_CODE_OK) {
        return code;
    }
    if (gs_correct_applies(&e->b, GS_STEP_ENTER, c)) {
        return gs_correct(act, e, GS_STEP_ENTER, c, out);
    }
    code = may_step(act, e, GS_STEP_ENTER, c, out);
    if (code != GS_CODE_OK) {
        return code;
    }
    if (gs_happened_ms(act, c) < e->b.arrive_from_ms) {
        out->at_ms = e->b.arrive_from_ms;
        return GS_CODE_EARLY;
    }
    bool yard_full = act->book->inside >= act->book->rules->bays;
    if (yard_full && !c->u.enter.override) {
        out->used = act->book->inside;
        out->limit = act->book->rules->bays;
        remember_hold(act, e);
        return GS_CODE_YARD_FULL;
    }
    gs_change_begin(&change, act, e, GS_EV_ENTERED);
    gs_change_status(&change, GS_STEP_ENTER);
    change.event.override = yard_full;
    e->b.entered_ms = gs_happened_ms(act, c);
    gs_happened_hold(&e->b);
    finish(&change, c);
    return GS_CODE_OK;
}

enum gs_code gs_steps_clear(struct gs_act *act, struct gs_entry *e, const struct gs_command *c, struct gs_outcome *out)
{
    struct gs_change change;
    if (gs_correct_applies(&e->b, GS_STEP_CLEAR, c)) {
        return gs_correct(act, e, GS_STEP_CLEAR, c, out);
    }
    enum gs_code code = may_step(act, e, GS_STEP_CLEAR, c, out);
    if (code != GS_CODE_OK) {
        return code;
    }
    gs_change_begin(&change, act, e, GS_EV_CLEARED);
    gs_change_status(&change, GS_STEP_CLEAR);
    e->b.cleared_ms = gs_happened_ms(act, c);
    finish(&change, c);
    return GS_CODE_OK;
}

enum gs_code gs_steps_depart(struct gs_act *act, struct gs_entry *e, const struct gs_command *c, struct gs_outcome *out)
{
    struct gs_change change;
    if (gs_correct_applies(&e->b, GS_STEP_DEPART, c)) {
        return gs_correct(act, e, GS_STEP_DEPART, c, out);
    }
    enum gs_code code = may_step(act, e, GS_STEP_DEPART, c, out);
    if (code != GS_CODE_OK) {
        return code;
    }
    gs_change_begin(&change, act, e, GS_EV_DEPARTED);
    gs_change_status(&change, GS_STEP_DEPART);
    e->b.departed_ms = gs_happened_ms(act, c);
    finish(&change, c);
    return GS_CODE_OK;
}

enum gs_code gs_steps_refuse(struct gs_act *act, struct gs_entry *e, const struct gs_command *c, struct gs_outcome *out)
{
    struct gs_change change;
    if (gs_change_lacks_reason(c, out)) {
        return GS_CODE_VALIDATION;
    }
    if (gs_correct_applies(&e->b, GS_STEP_REFUSE, c)) {
        return gs_correct(act, e, GS_STEP_REFUSE, c, out);
    }
    enum gs_code code = may_step(act, e, GS_STEP_REFUSE, c, out);
    if (code != GS_CODE_OK) {
        return code;
    }
    gs_change_begin(&change, act, e, GS_EV_REFUSED);
    gs_change_give_back(&change);
    e->b.before_refused = e->b.status;
    gs_change_status(&change, GS_STEP_REFUSE);
    e->b.ended_ms = gs_happened_ms(act, c);
    gs_happened_hold(&e->b);
    finish(&change, c);
    return GS_CODE_OK;
}

/* When the latest step was made: the time that reverting it takes back. */
static int64_t *step_time(struct gs_booking *b)
{
    static const enum gs_step latest[GS_STATUSES] = {[GS_ARRIVED] = GS_STEP_ARRIVE,
                                                     [GS_ENTERED] = GS_STEP_ENTER,
                                                     [GS_CLEARED] = GS_STEP_CLEAR,
                                                     [GS_DEPARTED] = GS_STEP_DEPART,
                                                     [GS_REFUSED] = GS_STEP_REFUSE};
    return gs_happened_time(b, latest[b->status]);
}

/* The book no longer has all bookings of that date, one of which may have got the place that this one gave back. */
static bool date_is_forgotten(const struct gs_book *book, const struct gs_entry *e)
{
    return e->b.place < 0 && e->b.wish.date < gs_book_first_date(book);
}

/* A refusal is taken back: the booking lives again, so meanwhile no other may have come for its containers, its client's reference or, in its window, for its
 * plate; and there must be room for the place that it gave back. */
static enum gs_code may_come_back(const struct gs_book *book, const struct gs_entry *e, struct gs_outcome *out)
{
    enum gs_code code = gs_duplicates_meanwhile(book, e, &out->other_id);
    if (code != GS_CODE_OK) {
        return code;
    }
    int32_t window = gs_day_window_index(e->day, e->b.window);
    uint32_t bit = window >= 0 ? UINT32_C(1) << window : 0;
    if ((gs_duplicates_promised(book, &e->b.truck, e->day, e) & bit) != 0) {
        return gs_duplicates_refusal(book, &e->b.truck, e->day, e, bit, &out->other_id);
    }
    struct gs_spot spot = gs_entry_spot(e);
    if (e->b.place < 0 && (spot.window < 0 || !gs_day_has_room(e->day, spot))) {
        struct gs_asker asker = gs_asker_of(e);
        gs_alternatives_find(book, &asker, e->day, e->b.slot_start_ms, out);
        return GS_CODE_FULL;
    }
    return GS_CODE_OK;
}

static void carry_out_revert(struct gs_act *act, struct gs_entry *e, bool late, int64_t *at_ms)
{
    struct gs_change change;
    gs_change_begin(&change, act, e, GS_EV_REVERTED);
    if (e->b.place < 0) {
        /* taking a place promises the slot's times, but a walk-in had others: they come back with it */
        int64_t from_ms = e->b.arrive_from_ms, until_ms = e->b.arrive_until_ms;
        gs_change_take(&change, gs_entry_spot(e));
        e->b.arrive_from_ms = from_ms;
        e->b.arrive_until_ms = until_ms;
    }
    if (e->b.status == GS_ARRIVED) {
        e->b.held_ms = 0; /* it was not at the gate after all, so nobody held it there */
    }
    gs_change_status(&change, GS_STEP_REVERT);
    e->b.corrections += late ? 1 : 0;
    *at_ms = 0;
    gs_change_commit(&change);
}

enum gs_code gs_steps_revert(struct gs_act *act, struct gs_entry *e, const struct gs_command *c, struct gs_outcome *out)
{
    if (!allowed(e, GS_STEP_REVERT)) {
        return GS_CODE_WRONG_STATE;
    }
    if (date_is_forgotten(act->book, e)) {
        return GS_CODE_TOO_LATE;
    }
    int64_t *at_ms = step_time(&e->b);
    bool late = act->now_ms > *at_ms + GS_REVERT_MS;
    if (late && c->actor.role != GS_ROLE_SUPERVISOR) {
        out->at_ms = *at_ms + GS_REVERT_MS;
        return GS_CODE_TOO_LATE;
    }
    if (late && gs_change_lacks_reason(c, out)) {
        return GS_CODE_VALIDATION;
    }
    enum gs_code code = gs_status_terminal(e->b.status) ? may_come_back(act->book, e, out) : GS_CODE_OK;
    if (code == GS_CODE_OK) {
        carry_out_revert(act, e, late, at_ms);
    }
    return code;
}
