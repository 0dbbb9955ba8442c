/* A request for a booking: asks admission (rules/admission.c) whether it may have a place, and creates the booking, the wait or the
 * refusal that follows. */
#include "flow/booking_request.h"

#include "flow/change.h"
#include "rules/duplicates.h"
#include "rules/exceptions.h"
#include "rules/wish_faults.h"

#include <string.h>

static bool pass_code_known(const struct gs_book *book, const char *code)
{
    for (struct gs_link *l = gs_index_first(&book->pass_codes, code); l != NULL; l = gs_index_next(l)) {
        if (strcmp(l->entry->b.pass_code, code) == 0) {
            return true;
        }
    }
    return false;
}

void gs_booking_request_describe(const struct gs_act *act, const struct gs_command *c, struct gs_booking *out)
{
    memset(out, 0, sizeof *out);
    out->truck = c->u.book.truck;
    out->urgent = c->u.book.urgent;
    memcpy(out->uscc, c->u.book.uscc, sizeof out->uscc);
    memcpy(out->company_name, c->u.book.company_name, sizeof out->company_name);
    memcpy(out->owner, c->actor.name, sizeof out->owner);
    memcpy(out->reference, c->u.book.reference, sizeof out->reference);
    uint64_t random = c->random;
    do {
        gs_pass_code_make(random++, out->pass_code);
    } while (pass_code_known(act->book, out->pass_code));
}

void gs_booking_request_queued(struct gs_book *book, const struct gs_offer *offer)
{
    if (offer->allowed.windows != offer->allowed.open) {
        gs_days_freed(book, offer->day);
    }
}

static enum gs_code create(struct gs_act *act, const struct gs_command *c, const struct gs_offer *offer, unsigned used,
                           struct gs_outcome *out)
{
    struct gs_booking b;
    gs_booking_request_describe(act, c, &b);
    b.exceptions = used;
    b.wish = c->u.book.wish;
    b.flexible = c->u.book.flexible;
    b.waitlist = c->u.book.waitlist;
    b.status = offer->spot.window >= 0 ? GS_BOOKED : GS_WAITLISTED;
    b.waiting_since_ms = act->now_ms;
    gs_change_move_all(act, &offer->moves, act->book->last_id + 1);
    struct gs_entry *made = gs_change_create(act, &b, offer->spot, offer->moves.count);
    out->booking = made != NULL ? &made->b : NULL;
    if (offer->spot.window < 0) {
        gs_booking_request_queued(act->book, offer);
    }
    return GS_CODE_OK;
}

enum gs_code gs_booking_request(struct gs_act *act, struct gs_entry *e, const struct gs_command *c,
                                struct gs_outcome *out)
{
    struct gs_offer offer;
    struct gs_asker asker = {.wish = &c->u.book.wish, .truck = &c->u.book.truck, .uscc = c->u.book.uscc, .self = e};
    unsigned used = 0;
    gs_wish_urgent_fault(c, &out->faults);
    enum gs_code may = gs_exceptions_may(c, out), code = gs_admission_frame(act->book, &asker, &offer, out);
    if (out->faults.count > 0) {
        return GS_CODE_VALIDATION;
    }
    if (may != GS_CODE_OK || code != GS_CODE_OK) {
        return may != GS_CODE_OK ? may : code;
    }
    if (gs_exceptions_suspended(act->book, c, c->u.book.truck.plate, out, &used)) {
        return GS_CODE_SUSPENDED;
    }
    out->other_id = gs_duplicates_container(act->book, &c->u.book.truck, NULL);
    if (out->other_id != 0) {
        return GS_CODE_DUPLICATE_CONTAINER;
    }
    out->other_id = gs_duplicates_reference(act->book, c->actor.name, c->u.book.reference, NULL);
    if (out->other_id != 0) {
        return GS_CODE_DUPLICATE_REFERENCE;
    }
    if (gs_exceptions_live(act->book, c, out, &used)) {
        return GS_CODE_LIVE_QUOTA;
    }
    code = gs_admission_choose(act->book, &asker, &offer, out);
    if (code == GS_CODE_FULL) {
        code = gs_admission_make_room(act->book, &asker, &offer);
    }
    code = gs_admission_judge_full(act->book, &asker, &offer, code, out);
    code = gs_exceptions_choose(act->book, c->exceptions, code, &offer, &used);
    bool waits = c->u.book.waitlist && act->book->rules->waitlist;
    if (code == GS_CODE_OK || (code == GS_CODE_FULL && waits && offer.may_wait)) {
        return create(act, c, &offer, used, out);
    }
    if (code == GS_CODE_FULL || code == GS_CODE_COMPANY_QUOTA) {
        gs_admission_alternatives(act->book, &asker, &offer, out);
    }
    return code;
}
