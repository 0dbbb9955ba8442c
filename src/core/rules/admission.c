/* Admission: from a request to a place (if need be by moving others), a wait, or a refusal that says why. The order of
 * the questions is fixed: what was asked wrongly, the horizon, what is closed, suspension, duplicates, cutoff, room,
 * quota. It looks and chooses; creating and changing is flow's. */
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
    const struct gs_capacity *c = w->overridden ? gs_overrides_find(book, day->date, w->id) : NULL;
    return c != NULL ? c->reason : w->reason;
}

static enum gs_code closed(const struct gs_book *book, const struct gs_offer *offer, struct gs_outcome *out)
{
    const char *reason = offer->day->reason;
    for (int32_t i = 0; i < offer->day->window_count; i++) {
        if ((offer->allowed.accepted >> i & 1) != 0) {
            reason = gs_admission_closed_reason(book, offer->day, i);
            break;
        }
    }
    gs_text_copy(out->reason, sizeof out->reason, reason);
    return GS_CODE_CLOSED;
}

enum gs_code gs_admission_frame(const struct gs_book *book, const struct gs_asker *asker, struct gs_offer *offer,
                                struct gs_outcome *out)
{
    const struct gs_wish *wish = asker->wish;
    if (wish->date < book->today || wish->date > book->last_date) {
        return gs_admission_outside(book, wish->date, out);
    }
    offer->day = gs_days_find(book, wish->date);
    assert(offer->day != NULL); /* the days of the horizon are always there */
    offer->allowed = gs_allowed_for(book, offer->day, asker, GS_FOR_BOOKING);
    offer->preferred_ms = gs_day_start_at(offer->day, offer->allowed.accepted, wish->slot_min);
    offer->spot = GS_NO_SPOT;
    offer->moves.count = 0;
    offer->may_wait = false;
    gs_wish_faults(offer->day, wish, &out->faults);
    if (out->faults.count > 0) {
        return GS_CODE_VALIDATION;
    }
    return offer->allowed.open == 0 ? closed(book, offer, out) : GS_CODE_OK;
}

static int64_t latest_start(const struct gs_day *day, uint32_t windows)
{
    int64_t latest = INT64_MIN;
    for (int32_t i = 0; i < day->window_count; i++) {
        const struct gs_window *w = &day->windows[i];
        int32_t last = w->slot_count - 1;
        while (last >= 0 && w->slots[last].adopted) {
            last--;
        }
        if ((windows >> i & 1) != 0 && last >= 0 && w->slots[last].start_ms > latest) {
            latest = w->slots[last].start_ms;
        }
    }
    return latest;
}

enum gs_code gs_admission_choose(const struct gs_book *book, const struct gs_asker *asker, struct gs_offer *offer,
                                 struct gs_outcome *out)
{
    const struct gs_allowed *allowed = &offer->allowed;
    if (allowed->windows == 0) {
        enum gs_code code =
            gs_duplicates_refusal(book, asker->truck, offer->day, asker->self, allowed->open, &out->other_id);
        assert(code != GS_CODE_OK); /* nothing else closes every window to a request */
        return code;
    }
    int64_t latest_ms = latest_start(offer->day, allowed->windows);
    if (latest_ms < allowed->earliest_ms) {
        out->at_ms = latest_ms - book->rules->cutoff_min * GS_MINUTE_MS;
        return GS_CODE_PAST_CUTOFF;
    }
    offer->spot = gs_balance_choose(offer->day, allowed, offer->preferred_ms);
    offer->barred = GS_NO_SPOT;
    if (offer->spot.window < 0 && allowed->capped != 0) {
        struct gs_allowed but_for_quota = *allowed;
        but_for_quota.capped = 0;
        offer->barred = gs_balance_choose(offer->day, &but_for_quota, offer->preferred_ms);
    }
    offer->may_wait = latest_ms >= gs_times_promotable_ms(book->rules, book->now_ms);
    return offer->spot.window >= 0 ? GS_CODE_OK : GS_CODE_FULL;
}

enum gs_code gs_admission_make_room(const struct gs_book *book, const struct gs_asker *asker, struct gs_offer *offer)
{
    struct gs_allowed within_quota = offer->allowed; /* nobody is moved for a company that has enough */
    within_quota.windows &= ~within_quota.capped;
    within_quota.capped = 0;
    bool found =
        gs_moves_find(book, offer->day, asker, &within_quota, offer->preferred_ms, &offer->spot, &offer->moves);
    return found ? GS_CODE_OK : GS_CODE_FULL;
}

enum gs_code gs_admission_judge_full(const struct gs_book *book, const struct gs_asker *asker,
                                     const struct gs_offer *offer, enum gs_code code, struct gs_outcome *out)
{
    if (code != GS_CODE_FULL) {
        return code;
    }
    if (offer->barred.window < 0) {
        gs_explain_full(offer->day, offer->allowed.windows, offer->allowed.earliest_ms, out);
        return code;
    }
    gs_quota_explain(book, offer->day, offer->barred.window, asker->uscc, asker->self, out);
    return GS_CODE_COMPANY_QUOTA;
}

static int64_t first_start(const struct gs_day *day, uint32_t windows, int64_t earliest_ms)
{
    for (int32_t i = 0; i < day->window_count; i++) {
        const struct gs_window *w = &day->windows[i];
        for (int32_t s = 0; (windows >> i & 1) != 0 && s < w->slot_count; s++) {
            if (w->slots[s].start_ms >= earliest_ms && !w->slots[s].adopted) {
                return w->slots[s].start_ms;
            }
        }
    }
    return earliest_ms;
}

void gs_admission_alternatives(const struct gs_book *book, const struct gs_asker *asker, const struct gs_offer *offer,
                               struct gs_outcome *out)
{
    int64_t near_ms = offer->preferred_ms;
    if (near_ms == GS_NO_PREFERENCE) {
        near_ms = first_start(offer->day, offer->allowed.windows, offer->allowed.earliest_ms);
    }
    gs_alternatives_find(book, asker, offer->day, near_ms, out);
}
