/* Exceptions: what a supervisor sets aside for one booking. The cutoff, the company's quota and a suspension may be, each only where it
 * stands in the way; never the room of slot and window, what is closed, or a slot that is over. Which were set aside is kept with the
 * booking, so that later decisions do not take back what was granted (allowed.c). */
#include "rules/exceptions.h"

#include "rules/balance.h"
#include "rules/quota.h"
#include "rules/strikes.h"

enum gs_code gs_exceptions_may(const struct gs_command *c, struct gs_outcome *out)
{
    if (c->exceptions == 0) {
        return GS_CODE_OK;
    }
    if (c->actor.role != GS_ROLE_SUPERVISOR) {
        return GS_CODE_FORBIDDEN;
    }
    if (c->reason[0] == '\0') {
        gs_fault_add(&out->faults, GS_FAULT_REQUIRED, "/exception/reason", NULL, NULL);
        return GS_CODE_VALIDATION;
    }
    return GS_CODE_OK;
}

bool gs_exceptions_suspended(const struct gs_book *book, const struct gs_command *c, const char *plate,
                             struct gs_outcome *out, unsigned *used)
{
    if (!gs_strikes_suspended(book, plate, out)) {
        return false;
    }
    if ((c->exceptions & GS_EXCEPTION_SUSPENDED) == 0) {
        return true;
    }
    out->at_ms = out->used = out->limit = 0;
    *used |= GS_EXCEPTION_SUSPENDED;
    return false;
}

bool gs_exceptions_live(const struct gs_book *book, const struct gs_command *c, struct gs_outcome *out, unsigned *used)
{
    if (!gs_quota_live_full(book, c->actor.name, c->u.book.uscc, out)) {
        return false;
    }
    if ((c->exceptions & GS_EXCEPTION_QUOTA) == 0) {
        return true;
    }
    out->used = out->limit = 0;
    out->limit_of = GS_LIMIT_OF_NONE;
    out->reason[0] = '\0';
    *used |= GS_EXCEPTION_QUOTA;
    return false;
}

/* Which of them keep that place from the asker. */
static unsigned in_the_way(const struct gs_offer *offer, struct gs_spot spot)
{
    const struct gs_allowed *a = &offer->allowed;
    int64_t start_ms = gs_day_slot(offer->day, spot)->start_ms;
    bool capped = (a->capped >> spot.window & 1) != 0 && start_ms > a->lifted_ms;
    return (start_ms < a->earliest_ms ? GS_EXCEPTION_CUTOFF : 0U) | (capped ? GS_EXCEPTION_QUOTA : 0U);
}

static struct gs_spot choose(const struct gs_book *book, const struct gs_offer *offer, unsigned set_aside)
{
    struct gs_allowed allowed = offer->allowed;
    if ((set_aside & GS_EXCEPTION_CUTOFF) != 0) {
        allowed.earliest_ms = INT64_MIN;
        allowed.ends_after_ms = book->now_ms;
    }
    if ((set_aside & GS_EXCEPTION_QUOTA) != 0) {
        allowed.capped = 0;
    }
    return gs_balance_choose(offer->day, &allowed, offer->preferred_ms);
}

static int64_t distance(const struct gs_offer *offer, struct gs_spot spot)
{
    int64_t away_ms = gs_day_slot(offer->day, spot)->start_ms - offer->preferred_ms;
    return away_ms < 0 ? -away_ms : away_ms;
}

static bool better(const struct gs_offer *offer, enum gs_code code, struct gs_spot spot)
{
    if (spot.window < 0 || code != GS_CODE_OK) {
        return spot.window >= 0;
    }
    return offer->preferred_ms != GS_NO_PREFERENCE && distance(offer, spot) < distance(offer, offer->spot);
}

enum gs_code gs_exceptions_choose(const struct gs_book *book, unsigned asked, enum gs_code code, struct gs_offer *offer,
                                  unsigned *used)
{
    static const unsigned ways[] = {GS_EXCEPTION_CUTOFF, GS_EXCEPTION_QUOTA, GS_EXCEPTION_CUTOFF | GS_EXCEPTION_QUOTA};
    unsigned found = 0;
    bool of_places =
        code == GS_CODE_OK || code == GS_CODE_FULL || code == GS_CODE_COMPANY_QUOTA || code == GS_CODE_PAST_CUTOFF;
    for (size_t i = 0; of_places && i < sizeof ways / sizeof ways[0]; i++) {
        struct gs_spot spot = (ways[i] & ~asked) == 0 ? choose(book, offer, ways[i]) : GS_NO_SPOT;
        if (better(offer, code, spot)) {
            offer->spot = spot;
            offer->moves.count = 0;
            found = in_the_way(offer, spot);
            code = GS_CODE_OK;
        }
    }
    *used |= found;
    return code;
}
