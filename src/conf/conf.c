/* The config as a whole: text → tree → typed → checked, or all that is wrong with it; its life; what a reload cannot take
 * over. */
#include "check.h"
#include "options.h"
#include "walk.h"

#include "gateslot/base/arena.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

static int fill(struct gs_arena *arena, const char *text, size_t len, struct gs_config *config,
                struct gs_config_problems *problems, bool reads_files)
{
    struct gs_node *root = NULL;
    bool refused = false;
    int err = gs_tree_read(arena, text, len, problems, &root, &refused);
    if (err != GS_OK || refused) {
        return err;
    }
    err = gs_walk(arena, root, config, problems);
    if (err != GS_OK) {
        return err;
    }
    const struct gs_check check = {.config = config, .root = root, .problems = problems, .reads_files = reads_files};
    return gs_check_config(&check);
}

int gs_config_parse(const char *text, size_t len, struct gs_config **out, struct gs_config_problems *problems)
{
    return gs_config_read(text, len, false, out, problems);
}

int gs_config_read(const char *text, size_t len, bool reads_files, struct gs_config **out,
                   struct gs_config_problems *problems)
{
    memset(problems, 0, sizeof *problems);
    struct gs_config *config = calloc(1, sizeof *config);
    if (config == NULL) {
        return GS_E_NOMEM;
    }
    config->text = malloc(len + 1);
    if (config->text == NULL) {
        free(config);
        return GS_E_NOMEM;
    }
    memcpy(config->text, text, len);
    config->text[len] = '\0';
    config->text_len = len;
    struct gs_arena arena;
    gs_arena_init(&arena);
    int err = fill(&arena, text, len, config, problems, reads_files);
    gs_arena_finish(&arena);
    gs_problem_close(problems);
    if (err == GS_OK && problems->count > 0) {
        err = GS_E_INVALID;
    }
    if (err != GS_OK) {
        gs_config_destroy(config);
        return err;
    }
    assert(config->rules.tz != NULL && config->listen_count > 0 && config->rules.window_count > 0);
    *out = config;
    return GS_OK;
}

void gs_config_destroy(struct gs_config *config)
{
    if (config == NULL) {
        return;
    }
    gs_tz_destroy(config->rules.tz);
    free(config->rules.calendar);
    free(config->text);
    free(config);
}

/* Of a restart option the bytes may be compared: the config is zeroed before it is filled, and each field is filled once. */
static bool differs(const struct gs_option *o, const struct gs_config *old, const struct gs_config *next)
{
    const unsigned char *a = (const unsigned char *)old, *b = (const unsigned char *)next;
    size_t size = o->size;
    assert(!o->on_heap);
    if (o->entry_size > 0) {
        int32_t count, next_count;
        memcpy(&count, a + o->count_offset, sizeof count);
        memcpy(&next_count, b + o->count_offset, sizeof next_count);
        if (count != next_count) {
            return true;
        }
        size = (size_t)count * o->entry_size;
    }
    return memcmp(a + o->offset, b + o->offset, size) != 0;
}

size_t gs_config_needs_restart(const struct gs_config *old, const struct gs_config *next, const char **keys, size_t max)
{
    size_t count = 0;
    for (size_t i = 0; i < gs_option_count && count < max; i++) {
        const struct gs_option *o = &gs_options[i];
        bool of_the_config = strpbrk(o->key, "*[") == NULL;
        if (o->restart && of_the_config && differs(o, old, next)) {
            keys[count++] = o->key;
        }
    }
    return count;
}
