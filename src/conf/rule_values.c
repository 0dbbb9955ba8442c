/* The rules in force as values by key, for /v1/site: whatever the option table keeps in struct gs_rules as one number, time of day
 * or yes and no, or as a short list of numbers. Names, windows and the calendar are shown elsewhere. */
#include "options.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

static enum gs_rule_kind kind_of(const struct gs_option *o)
{
    switch (o->type) {
    case GS_OPTION_INT:
        return GS_RULE_INT;
    case GS_OPTION_BOOL:
        return GS_RULE_BOOL;
    case GS_OPTION_TIME:
        return GS_RULE_TIME;
    case GS_OPTION_LIST:
        return o->lone ? GS_RULE_INTS : GS_RULE_NONE;
    default:
        return GS_RULE_NONE;
    }
}

/* "booking.cutoff_minutes" is one; "windows.*.capacity" is a member of many, "clock.max_leap_minutes" the daemon's. */
static bool is_rule(const struct gs_option *o)
{
    static_assert(offsetof(struct gs_config, rules) == 0, "the rules stand first");
    return o->offset < sizeof(struct gs_rules) && kind_of(o) != GS_RULE_NONE && strchr(o->key, '.') != NULL &&
           strpbrk(o->key, "*[") == NULL;
}

static void read_value(const struct gs_rules *rules, const struct gs_option *o, struct gs_rule_value *out)
{
    const char *field = (const char *)rules + (o->offset - offsetof(struct gs_config, rules));
    size_t section_len = (size_t)(strchr(o->key, '.') - o->key);
    *out = (struct gs_rule_value){.key = gs_option_name(o), .kind = kind_of(o)};
    assert(section_len <= GS_RULE_SECTION_MAX);
    memcpy(out->section, o->key, section_len);
    if (o->type == GS_OPTION_BOOL) {
        bool value;
        memcpy(&value, field, sizeof value);
        out->value = value;
        return;
    }
    if (out->kind == GS_RULE_INTS) {
        memcpy(&out->value, (const char *)rules + (o->count_offset - offsetof(struct gs_config, rules)),
               sizeof out->value);
        out->values = (const void *)field;
        return;
    }
    memcpy(&out->value, field, sizeof out->value);
    if (out->value < 0) {
        out->kind = GS_RULE_NONE;
    }
}

bool gs_config_rule(const struct gs_rules *rules, size_t nth, struct gs_rule_value *out)
{
    for (size_t i = 0; i < gs_option_count; i++) {
        if (is_rule(&gs_options[i]) && nth-- == 0) {
            read_value(rules, &gs_options[i], out);
            return true;
        }
    }
    return false;
}
