/* Random worlds for the model test: a site's rules, and what is asked of it. All of it follows from one seed. */
#ifndef GATESLOT_TESTS_CORE_WORLD_H
#define GATESLOT_TESTS_CORE_WORLD_H

#include "model.h"

#define W_CALENDAR 4

struct world {
    uint64_t random;
    const uint8_t *throws, *throws_end; /* where these are, dice are thrown by them, two bytes each; NULL: by random */
    struct gs_rules rules;
    struct gs_calendar_rule calendar[W_CALENDAR];
    int64_t start_ms;
    int32_t plates; /* how many trucks there are: few of them collide often */
};

void world_make(struct world *w, uint64_t seed);
void world_finish(struct world *w);
int32_t world_roll(struct world *w, int32_t below); /* 0 … below − 1 */
/* The instant of the next command: now, a little later, much later, exactly at something that matters, or before now. */
int64_t world_clock(struct world *w, const struct model *m);
void world_command(struct world *w, const struct model *m, struct gs_command *out); /* world_command.c */

#endif
