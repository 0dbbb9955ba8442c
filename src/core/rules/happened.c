/* When a step of the gate happened. It may be told afterwards, with a time of its own: that has to lie between the steps before and
 * after it, and whoever stands at the gate may go back a quarter of an hour. Nothing is decided anew for it: bays and places
 * are counted now. */
#include "rules/happened.h"

#include "gateslot/base/text.h"

#include <assert.h>
#include <string.h>

#define MARKS 5

/* A booking's times in their order, named as the interface names them. */
struct step_mark {
    const char *name;
    int64_t at_ms; /* 0: not yet */
};

int64_t gs_happened_ms(const struct gs_act *act, const struct gs_command *c)
{
    return c->at_ms != 0 ? c->at_ms : act->now_ms;
}

int64_t *gs_happened_time(struct gs_booking *b, enum gs_step step)
{
    switch (step) {
    case GS_STEP_ARRIVE:
        return &b->arrived_ms;
    case GS_STEP_ENTER:
        return &b->entered_ms;
    case GS_STEP_CLEAR:
        return &b->cleared_ms;
    case GS_STEP_DEPART:
        return &b->departed_ms;
    default:
        assert(step == GS_STEP_REFUSE);
        return &b->ended_ms;
    }
}

static int order_of(enum gs_step step)
{
    return step == GS_STEP_ARRIVE ? 1 : step == GS_STEP_ENTER ? 2 : step == GS_STEP_CLEAR ? 3 : 4;
}

void gs_happened_fault(const struct gs_act *act, enum gs_fault_kind kind, int64_t at_ms, const char *name,
                       int64_t bound_ms, struct gs_outcome *out)
{
    char found[GS_RFC3339_TEXT], expected[GS_FAULT_TEXT_MAX + 1];
    gs_rfc3339_format(at_ms, act->book->rules->tz, found);
    gs_rfc3339_format(bound_ms, act->book->rules->tz, expected);
    const char *const parts[] = {" (", name, ")"};
    for (size_t i = 0, len = strlen(expected); i < 3; len = strlen(expected), i++) {
        (void)gs_text_copy(expected + len, sizeof expected - len, parts[i]);
    }
    gs_fault_add(&out->faults, kind, "/at", found, expected);
}

enum gs_code gs_happened_judge(const struct gs_act *act, const struct gs_booking *b, enum gs_step step,
                               const struct gs_command *c, struct gs_outcome *out)
{
    const struct step_mark now = {"now", act->now_ms};
    const struct step_mark left = b->status == GS_REFUSED ? (struct step_mark){"refused", b->ended_ms}
                                                          : (struct step_mark){"departed_at", b->departed_ms};
    const struct step_mark marks[MARKS] = {{"created_at", b->created_ms},
                                           {"arrived_at", b->arrived_ms},
                                           {"entered_at", b->entered_ms},
                                           {"cleared_at", b->cleared_ms},
                                           left};
    const struct step_mark *before = &marks[0], *after = &now;
    if (c->at_ms == 0) {
        return GS_CODE_OK;
    }
    for (int i = 1; i < order_of(step); i++) {
        before = marks[i].at_ms != 0 ? &marks[i] : before;
    }
    for (int i = MARKS - 1; i > order_of(step); i--) {
        after = marks[i].at_ms != 0 ? &marks[i] : after;
    }
    if (c->at_ms < before->at_ms) {
        gs_happened_fault(act, GS_FAULT_NOT_BEFORE, c->at_ms, before->name, before->at_ms, out);
        return GS_CODE_VALIDATION;
    }
    if (c->at_ms > after->at_ms) {
        gs_happened_fault(act, GS_FAULT_NOT_AFTER, c->at_ms, after->name, after->at_ms, out);
        return GS_CODE_VALIDATION;
    }
    if (c->actor.role != GS_ROLE_SUPERVISOR && act->now_ms > c->at_ms + GS_REVERT_MS) {
        out->at_ms = c->at_ms + GS_REVERT_MS;
        return GS_CODE_TOO_LATE;
    }
    return GS_CODE_OK;
}

void gs_happened_hold(struct gs_booking *b)
{
    int64_t over_ms = b->status == GS_REFUSED ? b->ended_ms : b->entered_ms;
    if (b->held_ms < b->arrived_ms || (over_ms != 0 && b->held_ms > over_ms)) {
        b->held_ms = 0;
    }
}
