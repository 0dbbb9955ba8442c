/* Any bytes as a config: either a config that holds what it promises, or problems that can be printed. For libFuzzer; without it
 * fuzz_main.c feeds it. */
#include "gateslot/conf/conf.h"

#include "gateslot/base/text.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void require_line(const char *text)
{
    require(text[0] != '\0' && gs_utf8_valid(text, strlen(text)));
    for (; *text != '\0'; text++) {
        require((unsigned char)*text >= 0x20);
    }
}

static void require_problems(const struct gs_config_problems *problems)
{
    require(problems->count > 0 && problems->count <= GS_CONFIG_PROBLEMS_MAX);
    for (size_t i = 0; i < problems->count; i++) {
        const struct gs_config_problem *p = &problems->list[i];
        require(p->line >= 0 && p->column >= 0);
        require_line(p->key);
        require_line(p->message);
    }
}

static void require_windows(const struct gs_rules *rules)
{
    require(rules->window_count >= 1 && rules->window_count <= GS_MAX_WINDOWS);
    for (int32_t i = 0; i < rules->window_count; i++) {
        const struct gs_window_rule *w = &rules->windows[i];
        const struct gs_window_rule *next = &rules->windows[(i + 1) % rules->window_count];
        int32_t next_start = next->start_min + (i + 1 == rules->window_count ? 1440 : 0);
        require(w->id[0] >= 'a' && w->id[0] <= 'z' && w->capacity >= 0 && w->capacity <= GS_MAX_CAPACITY);
        require(w->start_min >= 0 && w->start_min < 1440 && w->end_min > w->start_min);
        require(w->end_min <= next_start);
        require((w->end_min - w->start_min) % rules->slot_min == 0);
        require((w->end_min - w->start_min) / rules->slot_min <= GS_MAX_SLOTS);
    }
}

static void require_config(const struct gs_config *config)
{
    const struct gs_rules *rules = &config->rules;
    require(rules->tz != NULL && rules->site_name[0] != '\0' && config->store_path[0] == '/');
    require(config->listen_count >= 1 && config->listen_count <= GS_MAX_LISTEN);
    require(rules->calendar_count >= 0 && rules->calendar_count <= GS_MAX_CALENDAR);
    require_windows(rules);
    for (int32_t i = 0; i < rules->calendar_count; i++) {
        const struct gs_calendar_rule *rule = &rules->calendar[i];
        require(rule->by_date ? rule->date >= 0 : rule->by_range || (rule->weekday >= 0 && rule->weekday < 7));
        require(!rule->by_range || (rule->from >= 0 && rule->to >= rule->from && rule->weekday < 7));
        require(rule->change_count >= 0 && rule->change_count <= GS_MAX_WINDOWS);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char nothing[1] = "";
    struct gs_config *config = NULL;
    struct gs_config_problems *problems = calloc(1, sizeof *problems);
    require(problems != NULL);
    int err = gs_config_parse(size == 0 ? nothing : (const char *)data, size, &config, problems);
    if (err == GS_OK) {
        require(problems->count == 0);
        require_config(config);
    } else {
        require(err == GS_E_INVALID && config == NULL);
        require_problems(problems);
    }
    gs_config_destroy(config);
    free(problems);
    return 0;
}
