/* Applying commands. What is due comes first, then the one handler that the table
 * names for the command, then those who wait. Who may give which command is a column of the table; whose booking it
 * is, is asked here too, so that no handler can forget it. */
#include "flow/change.h"
#include "flow/command_handlers.h"
#include "flow/due.h"
#include "flow/waitlist.h"
#include "rules/overstay.h"

#include <string.h>

#define BACKEND (1U << GS_ROLE_BACKEND)
#define GATE (1U << GS_ROLE_GATE)
#define SUPERVISOR (1U << GS_ROLE_SUPERVISOR)
#define SYSTEM (1U << GS_ROLE_SYSTEM)
#define ANYBODY ~0U
#define ANY_CLIENT (BACKEND | GATE | SUPERVISOR)

static gs_handler note;

static const struct kind {
    gs_handler *handler;
    unsigned roles;
    bool of_booking;
} kinds[] = {
    [GS_CMD_BOOK] = {gs_booking_request, ANY_CLIENT, false},
    [GS_CMD_WALK_IN] = {gs_walk_in, GATE | SUPERVISOR, false},
    [GS_CMD_CHANGE] = {gs_amend_change, ANY_CLIENT, true},
    [GS_CMD_CANCEL] = {gs_amend_cancel, ANY_CLIENT, true},
    [GS_CMD_RESCHEDULE] = {gs_reschedule, ANY_CLIENT, true},
    [GS_CMD_DELAY] = {gs_delay, ANY_CLIENT, true},
    [GS_CMD_ARRIVE] = {gs_steps_arrive, GATE | SUPERVISOR, true},
    [GS_CMD_ENTER] = {gs_steps_enter, GATE | SUPERVISOR, true},
    [GS_CMD_CLEAR] = {gs_steps_clear, GATE | SUPERVISOR, true},
    [GS_CMD_DEPART] = {gs_steps_depart, GATE | SUPERVISOR, true},
    [GS_CMD_REFUSE] = {gs_steps_refuse, GATE | SUPERVISOR, true},
    [GS_CMD_REVERT] = {gs_steps_revert, GATE | SUPERVISOR, true},
    [GS_CMD_CAPACITY_SET] = {gs_capacity, SUPERVISOR, false},
    [GS_CMD_CAPACITY_RESET] = {gs_capacity, SUPERVISOR, false},
    [GS_CMD_NOTE] = {note, ANYBODY, false}, /* who may note what, it asks itself */
    [GS_CMD_ADMIT] = {gs_admit, GATE | SUPERVISOR, true},
    [GS_CMD_EXCUSE] = {gs_excuse, SUPERVISOR, false}, /* of a booking that may have left the book */
    [GS_CMD_GATE_RECORD] = {gs_gate_record, GATE | SUPERVISOR, false},
    [GS_CMD_REINSTATE] = {gs_reinstate, GATE | SUPERVISOR, true},
};

/* Whoever has no say over others still logs in and out, and changes his own password. */
static bool may_note(const struct gs_command *c)
{
    const enum gs_event_type type = c->u.note.type;
    return c->actor.role == GS_ROLE_SUPERVISOR || c->actor.role == GS_ROLE_SYSTEM ||
           ((type == GS_EV_SESSION_OPENED || type == GS_EV_SESSION_CLOSED || type == GS_EV_USER_CHANGED) &&
            strcmp(c->actor.name, c->u.note.subject) == 0) ||
           (type == GS_EV_SESSION_PERSON && c->u.note.subject[0] != '\0' &&
            strcmp(c->actor.person, c->u.note.subject) == 0);
}

static enum gs_code note(struct gs_act *act, struct gs_entry *none, const struct gs_command *c, struct gs_outcome *out)
{
    (void)none;
    (void)out;
    if (!may_note(c)) {
        return GS_CODE_FORBIDDEN;
    }
    struct gs_event event = {.type = c->u.note.type,
                             .subject_role = c->u.note.subject_role,
                             .number = c->u.note.number,
                             .clock_from_ms = c->u.note.from_ms,
                             .clock_to_ms = c->u.note.to_ms};
    memcpy(event.subject, c->u.note.subject, sizeof event.subject);
    gs_change_tell(act, &event);
    return GS_CODE_OK;
}

static enum gs_code dispatch(struct gs_act *act, const struct gs_command *c, struct gs_outcome *out)
{
    const struct kind *kind = &kinds[c->kind];
    struct gs_entry *e = NULL;
    if ((kind->roles >> c->actor.role & 1U) == 0) {
        return GS_CODE_FORBIDDEN;
    }
    if (kind->of_booking) {
        e = gs_entry_find(act->book, c->booking_id);
        if (e == NULL || !gs_actor_sees(&c->actor, e->b.owner)) {
            return GS_CODE_NOT_FOUND;
        }
        out->booking = &e->b;
    }
    return kind->handler(act, e, c, out);
}

/* Field by field: the outcome is large, and nobody reads beyond its counts. */
static void reset(struct gs_outcome *out)
{
    out->code = GS_CODE_INTERNAL;
    out->booking = NULL;
    out->waitlist_position = 0;
    out->other_id = 0;
    out->status = GS_WAITLISTED;
    out->at_ms = 0;
    out->used = out->limit = 0;
    out->limit_of = GS_LIMIT_OF_NONE;
    out->off = GS_SWITCH_NONE;
    out->decision = GS_REJECT;
    out->gate_code = GS_GATE_NOT_BOOKED;
    out->reason[0] = '\0';
    out->plans = NULL;
    out->alternative_count = 0;
    out->faults.count = 0;
}

/* Time goes on to now, with all that happens on the way. False: the book is of no use any more. */
static bool advance(struct gs_book *book, int64_t now_ms, struct gs_batch *batch)
{
    if (book->broken) {
        batch->failed = true;
        return false;
    }
    now_ms = now_ms > book->now_ms ? now_ms : book->now_ms;
    gs_due_run(book, batch, now_ms);
    book->now_ms = now_ms;
    batch->now_ms = now_ms;
    struct gs_act act = gs_act_of_system(book, batch, now_ms);
    if (book->recheck_waiters) { /* the rules may have more room now than when those who wait were told to */
        book->recheck_waiters = false;
        gs_waitlist_ask_all(&act);
    }
    gs_waitlist_promote(&act);
    gs_days_drop_empty(book);
    book->broken = batch->failed;
    return !batch->failed;
}

/* What says whether time or a command changed something. */
struct before {
    bool rechecked;
    int64_t roll_ms;
    size_t count;
};

static struct before before_of(const struct gs_book *book, const struct gs_batch *batch)
{
    return (struct before){.rechecked = book->recheck_waiters, .roll_ms = book->next_roll_ms, .count = batch->count};
}

static bool changed_since(const struct before *m, const struct gs_book *book, const struct gs_batch *batch)
{
    return m->rechecked || book->next_roll_ms != m->roll_ms || batch->count != m->count;
}

bool gs_apply_due(struct gs_book *book, int64_t now_ms, struct gs_batch *batch)
{
    const struct before before = before_of(book, batch);
    (void)advance(book, now_ms, batch);
    return changed_since(&before, book, batch);
}

bool gs_apply(struct gs_book *book, const struct gs_command *command, int64_t now_ms, struct gs_batch *batch,
              struct gs_outcome *out)
{
    const struct before before = before_of(book, batch);
    reset(out);
    if (!advance(book, now_ms, batch)) {
        return true;
    }
    struct gs_act act = {
        .book = book, .batch = batch, .now_ms = book->now_ms, .actor = &command->actor, .reason = command->reason};
    act.at_risk = gs_overstay_risk(book) > 0;
    enum gs_code code = dispatch(&act, command, out);
    gs_due_follow(&act);
    book->broken = batch->failed;
    if (batch->failed) {
        out->booking = NULL;
        return true;
    }
    out->code = code;
    if (out->booking != NULL) {
        out->status = out->booking->status;
        out->waitlist_position = gs_book_waitlist_position(book, out->booking);
    }
    return changed_since(&before, book, batch);
}
