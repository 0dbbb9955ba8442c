/* The time of a step that the booking has taken already is put right: by a supervisor, for a reason, between the steps before and after
 * it. Only the time becomes another, and what is counted by it afterwards: what was decided meanwhile stands. */
#include "flow/correct.h"
#include "rules/happened.h"
#include "rules/times.h"

static int64_t time_of(const struct gs_booking *b, enum gs_step step)
{
    struct gs_booking copy = *b;
    return *gs_happened_time(&copy, step);
}

bool gs_correct_applies(const struct gs_booking *b, enum gs_step step, const struct gs_command *c)
{
    return c->at_ms != 0 && (step != GS_STEP_REFUSE || b->status == GS_REFUSED) && time_of(b, step) != 0;
}

/* Within its promise, or it would have been a no-show. */
static enum gs_code judge_arrival(const struct gs_act *act, const struct gs_booking *b, int64_t at_ms,
                                  struct gs_outcome *out)
{
    int64_t opens_ms = gs_arrival_opens_ms(act->book->rules, b);
    if (at_ms < opens_ms) {
        out->at_ms = opens_ms;
        return GS_CODE_EARLY;
    }
    if (at_ms > b->arrive_until_ms) {
        gs_happened_fault(act, GS_FAULT_NOT_AFTER, at_ms, "arrive_until", b->arrive_until_ms, out);
        return GS_CODE_VALIDATION;
    }
    return GS_CODE_OK;
}

static enum gs_code judge(const struct gs_act *act, const struct gs_booking *b, enum gs_step step,
                          const struct gs_command *c, struct gs_outcome *out)
{
    if (c->actor.role != GS_ROLE_SUPERVISOR) {
        return GS_CODE_FORBIDDEN;
    }
    if (gs_change_lacks_reason(c, out)) {
        return GS_CODE_VALIDATION;
    }
    enum gs_code code = gs_happened_judge(act, b, step, c, out);
    if (code == GS_CODE_OK && step == GS_STEP_ARRIVE) {
        code = judge_arrival(act, b, c->at_ms, out);
    }
    if (code == GS_CODE_OK && step == GS_STEP_ENTER && c->at_ms < b->arrive_from_ms) {
        out->at_ms = b->arrive_from_ms;
        code = GS_CODE_EARLY;
    }
    return code;
}

enum gs_code gs_correct(struct gs_act *act, struct gs_entry *e, enum gs_step step, const struct gs_command *c,
                        struct gs_outcome *out)
{
    struct gs_change change;
    int64_t *time = gs_happened_time(&e->b, step);
    if (*time == c->at_ms) { /* it stands there already: an event would say nothing */
        return GS_CODE_OK;
    }
    enum gs_code code = judge(act, &e->b, step, c, out);
    if (code != GS_CODE_OK) {
        return code;
    }
    gs_change_begin(&change, act, e, GS_EV_CORRECTED);
    change.event.step = step;
    change.event.happened_before_ms = *time;
    *time = c->at_ms;
    gs_happened_hold(&e->b);
    gs_change_afterwards(&change, c->at_ms);
    gs_change_commit(&change);
    return GS_CODE_OK;
}
