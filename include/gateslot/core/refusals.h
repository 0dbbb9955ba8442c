/* Which refusals the journal keeps one by one. A refusal that changed nothing, not even what had fallen due, decides nothing that comes
 * after it: so the journal is as good without it, but for the question why just that request was refused. Of each name it keeps so many
 * one by one as its allowance says; beyond that it keeps only how many there were, by role, command, code and minute. The allowance is for
 * a rush: it is used up at once, and comes back evenly within a day. */
#ifndef GATESLOT_CORE_REFUSALS_H
#define GATESLOT_CORE_REFUSALS_H

#include "gateslot/core/command.h"

struct gs_refusal_sum {
    struct gs_actor actor;
    enum gs_command_kind kind;
    enum gs_code code;
    int64_t count, first_ms, last_ms;
};

struct gs_refusals {
    int32_t allowance; /* of each name; may be set at any time */
    struct {
        char name[GS_NAME_MAX + 1];
        int64_t whole_ms;                    /* when it will have all of its allowance again */
    } *names;                                /* owned */
    size_t name_count, name_room, name_last; /* the last is that of the latest refusal */
    struct gs_refusal_sum *sums;             /* owned; those of minutes that are not over, or not written yet */
    size_t sum_count, sum_room, sum_last;
    int64_t summed; /* refusals that were only counted, ever */
};

void gs_refusals_init(struct gs_refusals *r, int32_t allowance);
void gs_refusals_finish(struct gs_refusals *r);
/* A command was refused and changed nothing. True: it is counted in a sum, and is not to be journaled itself. */
bool gs_refusals_sum(struct gs_refusals *r, const struct gs_command *command, enum gs_code code, int64_t now_ms);
/* So many at once, which the journal keeps all together or not at all. */
bool gs_refusals_sum_many(struct gs_refusals *r, const struct gs_command *command, enum gs_code code, int32_t count,
                          int64_t now_ms);
/* Hands over the next sum whose minute is over, or with any set the next of all; false: there is none. */
bool gs_refusals_take(struct gs_refusals *r, int64_t now_ms, bool any, struct gs_refusal_sum *out);

#endif
