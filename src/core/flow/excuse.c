/* Excusing: a supervisor says that a no-show, or a late cancellation, was not the truck's fault, and its strike no longer counts. What
 * follows from strikes follows at once: the plate may book again, its company's share is another, and whoever waits and was passed over
 * because of them is asked again. The booking may have left the book long ago: then what is known of it is its strike (state/facts.c),
 * and the store changes the row in the archive. */
#include "flow/change.h"
#include "flow/command_handlers.h"
#include "flow/waitlist.h"
#include "rules/strikes.h"
#include "state/throttle.h"

#include "gateslot/base/text.h"

#include <string.h>

static enum gs_code excusable(const struct gs_book *book, const struct gs_strike *strike, const char *plate,
                              struct gs_outcome *out)
{
    if (book->rules->strike_limit <= 0) {
        out->off = GS_SWITCH_STRIKES;
        return GS_CODE_SWITCHED_OFF;
    }
    if (strike == NULL) {
        return GS_CODE_NO_STRIKE;
    }
    out->status = strike->status;
    if (strike->excused) {
        return GS_CODE_ALREADY_EXCUSED;
    }
    const struct gs_strikes *s = gs_facts_strikes(&book->facts, plate);
    if (!gs_strikes_counts(book, s, (int32_t)(strike - s->at))) {
        out->at_ms = gs_strikes_ends_ms(book->rules, strike);
        return GS_CODE_TOO_LATE;
    }
    return GS_CODE_OK;
}

static void excuse_live(struct gs_act *act, struct gs_entry *e)
{
    struct gs_change change;
    gs_change_begin(&change, act, e, GS_EV_STRIKE_EXCUSED);
    e->b.excused = true;
    gs_change_commit(&change);
}

static void excuse_archived(struct gs_act *act, struct gs_strike *strike, const char *plate)
{
    struct gs_event event = {.type = GS_EV_STRIKE_EXCUSED,
                             .booking_id = strike->booking_id,
                             .prev = strike->last_event,
                             .status = strike->status,
                             .status_before = strike->status};
    memcpy(event.owner, strike->owner, sizeof strike->owner);
    memcpy(event.reference, strike->reference, sizeof strike->reference);
    gs_throttle_freed(act->book, strike->uscc);
    gs_facts_excuse(&act->book->facts, strike);
    strike->version++;
    strike->last_event = act->book->last_seq + 1;
    event.version = strike->version;
    gs_text_copy(event.plate, sizeof event.plate, plate);
    gs_strikes_tell(act->book, plate, &event);
    gs_batch_excused(act->batch, &(struct gs_excused){.booking_id = strike->booking_id,
                                                      .version = strike->version,
                                                      .updated_ms = act->now_ms,
                                                      .last_event = strike->last_event});
    gs_change_tell(act, &event);
}

enum gs_code gs_excuse(struct gs_act *act, struct gs_entry *none, const struct gs_command *c, struct gs_outcome *out)
{
    (void)none;
    struct gs_book *book = act->book;
    const char *plate = "";
    struct gs_entry *e = gs_entry_find(book, c->booking_id);
    struct gs_strike *strike = gs_facts_strike_of(&book->facts, c->booking_id, &plate);
    if (gs_change_lacks_reason(c, out)) {
        return GS_CODE_VALIDATION;
    }
    if (e == NULL && (strike == NULL || strike->date < gs_strikes_first_date(book->rules, book->today))) {
        return GS_CODE_NOT_FOUND; /* what is older may be known still, or not any more: it depends on the last start */
    }
    out->booking = e != NULL ? &e->b : NULL;
    enum gs_code code = excusable(book, strike, plate, out);
    if (code != GS_CODE_OK) {
        return code;
    }
    if (e != NULL) {
        excuse_live(act, e);
    } else {
        excuse_archived(act, strike, plate);
    }
    gs_waitlist_ask_all(act);
    return GS_CODE_OK;
}
