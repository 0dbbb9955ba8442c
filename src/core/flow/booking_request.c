/* A request for a booking: asks admission (rules/admission.c) whether it may have a place, and creates the booking, the wait or the
 * refusal that follows. */
#include "flow/booking_request.h"

#include "flow/change.h"
#include "rules/duplicates.h"
#include "rules/strikes.h"

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

void gs_admission_describe(const struct gs_turn *t, const struct gs_command *c, struct gs_booking *out)
{
    memset(out, 0, sizeof *out);
    out->truck = c->u.book.truck;
    out->urgent = c->u.book.urgent;
    memcpy(out->uscc, c->u.book.uscc, sizeof out->uscc);
    memcpy(out->company_name, c->u.book.company_name, sizeof out->company_name);
    memcpy(out->owner, c->actor.name, sizeof out->owner);
    uint64_t random = c->random;
    do {
        gs_pass_code_make(random++, out->pass_code);
    } while (pass_code_known(t->book, out->pass_code));
}

void gs_admission_waits(struct gs_book *book, const struct gs_offer *offer)
{
    if (offer->windows != (offer->accepted & gs_day_open(offer->day))) {
        gs_days_stir(book, offer->day);
    }
}

static enum gs_code create(struct gs_turn *t, const struct gs_command *c, const struct gs_offer *offer,
                           struct gs_outcome *out)
{
    struct gs_booking b;
    gs_admission_describe(t, c, &b);
    b.wish = c->u.book.wish;
    b.flexible = c->u.book.flexible;
    b.waitlist = c->u.book.waitlist;
    b.status = offer->spot.window >= 0 ? GS_BOOKED : GS_WAITLISTED;
    b.waiting_since_ms = t->now_ms;
    gs_moves_carry_out(t, &offer->moves, t->book->last_id + 1);
    struct gs_entry *made = gs_change_create(t, &b, offer->spot, offer->moves.count);
    out->booking = made != NULL ? &made->b : NULL;
    if (offer->spot.window < 0) {
        gs_admission_waits(t->book, offer);
    }
    return GS_CODE_OK;
}

enum gs_code gs_admission_book(struct gs_turn *t, struct gs_entry *e, const struct gs_command *c,
                               struct gs_outcome *out)
{
    struct gs_offer offer;
    struct gs_ask ask = {.wish = &c->u.book.wish, .plate = c->u.book.truck.plate, .uscc = c->u.book.uscc, .self = e};
    if (c->u.book.urgent && c->actor.role != GS_ROLE_SUPERVISOR) {
        gs_fault_add(&out->faults, GS_FAULT_NOT_ALLOWED, "/priority", "urgent", "normal");
    }
    enum gs_code code = gs_admission_frame(t->book, &ask, &offer, out);
    if (out->faults.count > 0) {
        return GS_CODE_VALIDATION;
    }
    if (code != GS_CODE_OK) {
        return code;
    }
    if (gs_strikes_suspended(t->book, c->u.book.truck.plate, out)) {
        return GS_CODE_SUSPENDED;
    }
    out->other_id = gs_duplicates_container(t->book, &c->u.book.truck, NULL);
    if (out->other_id != 0) {
        return GS_CODE_DUPLICATE_CONTAINER;
    }
    code = gs_admission_seat(t->book, &ask, &offer, out);
    if (code == GS_CODE_FULL) {
        code = gs_admission_make_room(t->book, &ask, &offer);
    }
    code = gs_admission_judge_full(t->book, &ask, &offer, code, out);
    bool waits = c->u.book.waitlist && t->book->rules->waitlist;
    if (code == GS_CODE_OK || (code == GS_CODE_FULL && waits && offer.may_wait)) {
        return create(t, c, &offer, out);
    }
    if (code == GS_CODE_FULL || code == GS_CODE_COMPANY_QUOTA) {
        gs_admission_alternatives(t->book, &ask, &offer, out);
    }
    return code;
}
