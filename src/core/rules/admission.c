/* Admission: from a request to a place (if need be by moving others), a wait, or a refusal that says why. The order of
 * the questions is fixed: what was asked wrongly, the horizon, what is closed, suspension, duplicates, cutoff, room,
 * quota. It looks and chooses; creating and changing is change.c's. */
#include "rules/admission.h"

#include "rules/alternatives.h"
#include "rules/balance.h"
#include "rules/duplicates.h"
#include "rules/explain.h"
#include "rules/quota.h"
#include "rules/times.h"
#include "rules/wish_faults.h"
#include "state/calendar.h"

#include "gateslot/base/text.h"

#include <assert.h>
#include <string.h>

enum gs_code gs_admission_outside(const struct gs_book *book, gs_date date, struct gs_outcome *out)
{
    out->at_ms = date < book->today ? 0 : gs_calendar_opens_ms(book->rules, date);
    return GS_CODE_OUTSIDE_HORIZON;
}

const char *gs_admission_closed_reason(const struct gs_book *book, const struct gs_day *day, int32_t window)
{
    const struct gs_window *w = &day->windows[window];
    const struct gs_capacity *c = w->overridden ? gs_capacities_find(book, day->date, w->id) : NULL;
    return c != NULL ? c->reason : w->reason;
}

static enum gs_code closed(const struct gs_book *book, const struct gs_offer *offer, struct gs_outcome *out)
{
    const char *reason = offer->day->reason;
    for (int32_t i = 0; i < offer->day->window_count; i++) {
        if ((offer->accepted >> i & 1) != 0) {
            reason = gs_admission_closed_reason(book, offer->day, i);
            break;
        }
    }
    gs_text_copy(out->reason, sizeof out->reason, reason);
    return GS_CODE_CLOSED;
}

enum gs_code gs_admission_frame(const struct gs_book *book, const struct gs_ask *ask, struct gs_offer *offer,
                                struct gs_outcome *out)
{
    const struct gs_wish *wish = ask->wish;
    if (wish->date < book->today || wish->date > book->last_date) {
        return gs_admission_outside(book, wish->date, out);
    }
    offer->day = gs_days_find(book, wish->date);
    assert(offer->day != NULL); /* the days of the horizon are always there */
    offer->accepted = gs_day_accepted(offer->day, wish->windows);
    offer->preferred_ms = gs_day_start_at(offer->day, offer->accepted, wish->slot_min);
    offer->spot = GS_NO_SPOT;
    offer->moves.count = 0;
    offer->may_wait = false;
    gs_wish_faults(offer->day, wish, &out->faults);
    if (out->faults.count > 0) {
        return GS_CODE_VALIDATION;
    }
    offer->windows = offer->accepted & gs_day_open(offer->day);
    return offer->windows == 0 ? closed(book, offer, out) : GS_CODE_OK;
}

static int64_t latest_start(const struct gs_day *day, uint32_t windows)
{
    int64_t latest = INT64_MIN;
    for (int32_t i = 0; i < day->window_count; i++) {
        const struct gs_window *w = &day->windows[i];
        if ((windows >> i & 1) != 0 && w->slot_count > 0 && w->slots[w->slot_count - 1].start_ms > latest) {
            latest = w->slots[w->slot_count - 1].start_ms;
        }
    }
    return latest;
}

enum gs_code gs_admission_seat(const struct gs_book *book, const struct gs_ask *ask, struct gs_offer *offer,
                               struct gs_outcome *out)
{
    int64_t earliest_ms = gs_admission_earliest_ms(book);
    uint32_t open = offer->windows;
    offer->windows &= ~gs_duplicates_claimed(book, ask->plate, offer->day, ask->self);
    if (offer->windows == 0) {
        out->other_id = gs_duplicates_claimant(book, ask->plate, offer->day, ask->self, open);
        return GS_CODE_DUPLICATE_PLATE;
    }
    int64_t latest_ms = latest_start(offer->day, offer->windows);
    if (latest_ms < earliest_ms) {
        out->at_ms = latest_ms - book->rules->cutoff_min * GS_MINUTE_MS;
        return GS_CODE_PAST_CUTOFF;
    }
    offer->capped = gs_quota_capped(book, offer->day, ask->uscc, ask->self);
    struct gs_reach reach = {offer->windows, offer->capped, earliest_ms, gs_quota_lifted_ms(book)};
    offer->spot = gs_balance_choose_within(offer->day, &reach, offer->preferred_ms);
    reach.capped = 0;
    offer->barred = offer->spot.window >= 0 || offer->capped == 0
                        ? GS_NO_SPOT
                        : gs_balance_choose_within(offer->day, &reach, offer->preferred_ms);
    offer->may_wait = latest_ms >= gs_waitlist_earliest_ms(book->rules, book->now_ms);
    return offer->spot.window >= 0 ? GS_CODE_OK : GS_CODE_FULL;
}

enum gs_code gs_admission_make_room(const struct gs_book *book, const struct gs_ask *ask, struct gs_offer *offer)
{
    struct gs_moves_ask want = {.windows = offer->windows & ~offer->capped,
                                .earliest_ms = gs_admission_earliest_ms(book),
                                .preferred_ms = offer->preferred_ms,
                                .plate = ask->plate,
                                .self = ask->self};
    bool found = gs_moves_find(book, offer->day, &want, &offer->spot, &offer->moves);
    return found ? GS_CODE_OK : GS_CODE_FULL;
}

enum gs_code gs_admission_judge_full(const struct gs_book *book, const struct gs_ask *ask, const struct gs_offer *offer,
                                     enum gs_code code, struct gs_outcome *out)
{
    if (code != GS_CODE_FULL) {
        return code;
    }
    if (offer->barred.window < 0) {
        gs_explain_full(offer->day, offer->windows, gs_admission_earliest_ms(book), out);
        return code;
    }
    gs_quota_explain(book, offer->day, offer->barred.window, ask->uscc, ask->self, out);
    return GS_CODE_COMPANY_QUOTA;
}

static int64_t first_start(const struct gs_day *day, uint32_t windows, int64_t earliest_ms)
{
    for (int32_t i = 0; i < day->window_count; i++) {
        const struct gs_window *w = &day->windows[i];
        for (int32_t s = 0; (windows >> i & 1) != 0 && s < w->slot_count; s++) {
            if (w->slots[s].start_ms >= earliest_ms) {
                return w->slots[s].start_ms;
            }
        }
    }
    return earliest_ms;
}

void gs_admission_alternatives(const struct gs_book *book, const struct gs_ask *ask, const struct gs_offer *offer,
                               struct gs_outcome *out)
{
    int64_t near_ms = offer->preferred_ms;
    if (near_ms == GS_NO_PREFERENCE) {
        near_ms = first_start(offer->day, offer->windows, gs_admission_earliest_ms(book));
    }
    gs_alternatives_find(book, ask, offer->day, near_ms, out);
}
