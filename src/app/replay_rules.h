/* The rules that a replay goes by, read from the configurations in the journal. */
#ifndef GATESLOT_APP_REPLAY_RULES_H
#define GATESLOT_APP_REPLAY_RULES_H

#include "gateslot/base/arena.h"
#include "gateslot/conf/conf.h"
#include "gateslot/core/replay.h"

enum { GS_REPLAY_RULES = 2 };

struct gs_replay_rules {
    struct gs_config
        *configs[GS_REPLAY_RULES]; /* the last two: the one in force, and the one before while the book is rebuilt */
    size_t count;                  /* ever read */
    struct gs_arena arena;         /* of what the last has otherwise than the one before */
    struct gs_option_changes changes;
};

void gs_replay_rules_init(struct gs_replay_rules *r);
void gs_replay_rules_finish(struct gs_replay_rules *r);
/* For struct gs_replay_options; self is a struct gs_replay_rules. */
int gs_replay_rules_take(void *self, const char *text, size_t len, const struct gs_rules **out);
const struct gs_option_changes *gs_replay_rules_changes(void *self);

#endif
