/* Fuzzing of the configuration: any bytes are either a config that holds what it promises, or problems that can be printed. */
#include "fuzz.h"
#include "gateslot/base/text.h"
#include "gateslot/conf/conf.h"

static void require_line(const char *text)
{
    REQUIRE(text[0] != '\0' && gs_utf8_valid(text, strlen(text)));
    for (; *text != '\0'; text++) {
        REQUIRE((unsigned char)*text >= 0x20);
    }
}

static void require_problems(const struct gs_config_problems *problems)
{
    REQUIRE(problems->count > 0 && problems->count <= GS_CONFIG_PROBLEMS_MAX);
    for (size_t i = 0; i < problems->count; i++) {
        const struct gs_config_problem *p = &problems->list[i];
        REQUIRE(p->line >= 0 && p->column >= 0);
        require_line(p->key);
        require_line(p->message);
    }
}

static void require_windows(const struct gs_rules *rules)
{
    REQUIRE(rules->window_count >= 1 && rules->window_count <= GS_MAX_WINDOWS);
    for (int32_t i = 0; i < rules->window_count; i++) {
        const struct gs_window_rule *w = &rules->windows[i];
        const struct gs_window_rule *next = &rules->windows[(i + 1) % rules->window_count];
        int32_t next_start = next->start_min + (i + 1 == rules->window_count ? 1440 : 0);
        REQUIRE(w->id[0] >= 'a' && w->id[0] <= 'z' && w->capacity >= 0 && w->capacity <= GS_MAX_CAPACITY);
        REQUIRE(w->start_min >= 0 && w->start_min < 1440 && w->end_min > w->start_min);
        REQUIRE(w->end_min <= next_start);
        REQUIRE((w->end_min - w->start_min) % rules->slot_min == 0);
        REQUIRE((w->end_min - w->start_min) / rules->slot_min <= GS_MAX_SLOTS);
    }
}

static void require_config(const struct gs_config *config)
{
    const struct gs_rules *rules = &config->rules;
    REQUIRE(rules->tz != NULL && rules->site_name[0] != '\0' && config->store[0] != '\0');
    REQUIRE(config->store[0] == '/' || gs_config_in_postgresql(config));
    REQUIRE(config->state_directory[0] == '/' && config->copies_promised >= 1);
    REQUIRE(config->listen_count >= 1 && config->listen_count <= GS_MAX_LISTEN);
    REQUIRE(rules->calendar_count >= 0 && rules->calendar_count <= GS_MAX_CALENDAR);
    require_windows(rules);
    for (int32_t i = 0; i < rules->calendar_count; i++) {
        const struct gs_calendar_rule *rule = &rules->calendar[i];
        REQUIRE(rule->by_date ? rule->date >= 0 : rule->by_range || (rule->weekday >= 0 && rule->weekday < 7));
        REQUIRE(!rule->by_range || (rule->from >= 0 && rule->to >= rule->from && rule->weekday < 7));
        REQUIRE(rule->change_count >= 0 && rule->change_count <= GS_MAX_WINDOWS);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char nothing[1] = "";
    struct gs_config *config = NULL;
    struct gs_config_problems *problems = calloc(1, sizeof *problems);
    REQUIRE(problems != NULL);
    int err = gs_config_parse(size == 0 ? nothing : (const char *)data, size, &config, problems);
    if (err == GS_OK) {
        REQUIRE(problems->count == 0);
        require_config(config);
    } else {
        REQUIRE(err == GS_E_INVALID && config == NULL);
        require_problems(problems);
    }
    gs_config_destroy(config);
    free(problems);
    return 0;
}
