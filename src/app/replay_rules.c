/* Keeps the rules that a replay goes by: those of the configuration read last, and of the one before it, which the replay may still use. */
#include "replay_rules.h"

void gs_replay_rules_init(struct gs_replay_rules *r)
{
    *r = (struct gs_replay_rules){.count = 0};
    gs_arena_init(&r->arena);
}

void gs_replay_rules_finish(struct gs_replay_rules *r)
{
    for (size_t i = 0; i < GS_REPLAY_RULES; i++) {
        gs_config_destroy(r->configs[i]);
    }
    gs_arena_finish(&r->arena);
}

int gs_replay_rules_take(void *self, const char *text, size_t len, const struct gs_rules **out)
{
    struct gs_replay_rules *r = self;
    struct gs_config_problems problems;
    struct gs_config *config;
    int err = gs_config_parse(text, len, &config, &problems);
    if (err != GS_OK) {
        return err;
    }
    struct gs_config **room = &r->configs[r->count++ % GS_REPLAY_RULES];
    gs_config_destroy(*room);
    *room = config;
    *out = &config->rules;
    return GS_OK;
}

const struct gs_option_changes *gs_replay_rules_changes(void *self)
{
    struct gs_replay_rules *r = self;
    const struct gs_config *last = r->configs[(r->count - 1) % GS_REPLAY_RULES],
                           *before = r->configs[r->count % GS_REPLAY_RULES];
    gs_arena_reset(&r->arena);
    if (before == NULL ||
        gs_config_changes(before, before, last, GS_OPTION_TEXT_MAX, &r->arena, &r->changes) != GS_OK) {
        return NULL;
    }
    return &r->changes;
}
