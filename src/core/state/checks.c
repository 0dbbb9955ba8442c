/* What recorded checks at the gate leave behind: which trucks were turned away on which date, and the latest checks. Whether a
 * truck is turned away is for the gate's questions to say (views/gate.c). */
#include "state/checks.h"
#include "gateslot/base/grow.h"
#include "gateslot/base/text.h"

#include <stdlib.h>
#include <string.h>

void gs_checks_finish(struct gs_checks *c)
{
    free(c->at);
    memset(c, 0, sizeof *c);
}

bool gs_checks_again(struct gs_checks *c, const struct gs_command *command, int64_t now_ms)
{
    for (size_t i = 0; i < GS_RECENT_CHECKS; i++) {
        const struct gs_recent_check *r = &c->recent[i];
        if (r->what[0] != '\0' && now_ms - r->at_ms < GS_RECHECK_MS && r->decision == command->u.check.decision &&
            r->code == command->u.check.code && strcmp(r->what, command->u.check.what) == 0 &&
            strcmp(r->actor, command->actor.name) == 0) {
            return true;
        }
    }
    struct gs_recent_check *r = &c->recent[c->next];
    *r =
        (struct gs_recent_check){.at_ms = now_ms, .decision = command->u.check.decision, .code = command->u.check.code};
    (void)gs_text_copy(r->what, sizeof r->what, command->u.check.what);
    (void)gs_text_copy(r->actor, sizeof r->actor, command->actor.name);
    c->next = (c->next + 1) % GS_RECENT_CHECKS;
    return false;
}

static int compare(const struct gs_turned_away *a, gs_date date, const char *truck)
{
    if (a->date != date) {
        return a->date < date ? -1 : 1;
    }
    return strcmp(a->truck, truck);
}

static size_t lower_bound(const struct gs_checks *c, gs_date date, const char *truck)
{
    size_t low = 0, high = c->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(&c->at[middle], date, truck) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

int32_t gs_checks_turned_away(const struct gs_checks *c, gs_date date)
{
    return (int32_t)(lower_bound(c, date + 1, "") - lower_bound(c, date, ""));
}

int gs_checks_turn_away(struct gs_checks *c, const struct gs_turned_away *t, bool *out_new)
{
    size_t at = lower_bound(c, t->date, t->truck);
    *out_new = false;
    if (at < c->count && compare(&c->at[at], t->date, t->truck) == 0) {
        return GS_OK;
    }
    if (gs_checks_turned_away(c, t->date) >= GS_TURNED_AWAY_MAX) {
        return GS_OK;
    }
    struct gs_turned_away *grown = gs_grown(c->at, c->count, &c->room, sizeof *grown);
    if (grown == NULL) {
        return GS_E_NOMEM;
    }
    c->at = grown;
    memmove(c->at + at + 1, c->at + at, (c->count - at) * sizeof *c->at);
    c->at[at] = *t;
    c->count++;
    *out_new = true;
    return GS_OK;
}
