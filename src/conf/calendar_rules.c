/* The calendar's entries: each complete and free of contradiction by itself, no day twice, and no window that collides on
 * any day the entries make, nor with the days beside it. */
#include "day_kind.h"

#include "gateslot/base/time.h"
#include <stdio.h>
#include <string.h>

static const struct gs_node *calendar_node(const struct gs_check *check)
{
    return gs_tree_get(check->root, "calendar");
}

/* Does the entry tell its day, and was that understood? */
static bool rule_usable(const struct gs_calendar_rule *rule)
{
    return rule->by_date ? rule->date >= 0 : rule->weekday >= 0;
}

static void check_day_given(const struct gs_check *check, struct gs_calendar_rule *rule, struct gs_node *entry)
{
    struct gs_node *date = gs_tree_get(entry, "date"), *weekday = gs_tree_get(entry, "weekday");
    rule->by_date = date != NULL;
    if (date != NULL && weekday != NULL) {
        gs_tree_problem(check->problems, weekday, "given beside date, expected exactly one of date and weekday");
        rule->date = -1;
    } else if (date == NULL && weekday == NULL) {
        gs_tree_problem(check->problems, entry, "neither date nor weekday is given, expected exactly one of them");
    }
}

static void check_day_once(const struct gs_check *check, int32_t index, struct gs_node *entry)
{
    const struct gs_calendar_rule *rules = check->config->rules.calendar, *rule = &rules[index];
    struct gs_node *date = gs_tree_get(entry, "date"), *weekday = gs_tree_get(entry, "weekday");
    for (int32_t i = 0; i < index && rule_usable(rule); i++) {
        bool same = rules[i].by_date == rule->by_date && rule_usable(&rules[i]) &&
                    (rule->by_date ? rules[i].date == rule->date : rules[i].weekday == rule->weekday);
        if (same) {
            gs_tree_problem(
                check->problems, rule->by_date ? date : weekday, "%s has an entry already: calendar[%d] in line %d",
                rule->by_date ? date->text : weekday->text, (int)i, gs_tree_at(calendar_node(check), (size_t)i)->line);
            return;
        }
    }
}

static bool ordinary_has(const struct gs_check *check, const char *id)
{
    const struct gs_rules *rules = &check->config->rules;
    for (int32_t i = 0; i < rules->window_count; i++) {
        if (strcmp(rules->windows[i].id, id) == 0) {
            return true;
        }
    }
    return false;
}

static void check_new_window(const struct gs_check *check, const struct gs_window_change *change, struct gs_node *node)
{
    const struct gs_rules *rules = &check->config->rules;
    const struct gs_node *windows = gs_tree_get(check->root, "windows");
    bool complete =
        gs_tree_get(node, "start") != NULL && gs_tree_get(node, "end") != NULL && gs_tree_get(node, "capacity") != NULL;
    const char *best = NULL;
    char message[256];
    if ((windows != NULL && windows->bad) || ordinary_has(check, change->id) || (complete && !change->closed)) {
        return;
    }
    for (int32_t i = 0; i < rules->window_count; i++) {
        gs_problem_suggest(change->id, rules->windows[i].id, &best);
    }
    (void)snprintf(message, sizeof message, "the ordinary day has no window %s, %s%s%s%s", change->id,
                   change->closed ? "nothing is there to be closed" : "expected start, end and capacity for a new one",
                   best == NULL ? "" : "; did you mean ", best == NULL ? "" : best, best == NULL ? "" : "?");
    gs_tree_problem_key(check->problems, node, message);
}

static void check_change(const struct gs_check *check, struct gs_window_change *change, struct gs_node *node)
{
    if (node->bad || change->id[0] == '\0') {
        return;
    }
    if (node->count == 0) {
        gs_tree_problem(check->problems, node, "says nothing, expected start, end, capacity or closed");
        return;
    }
    struct gs_node *closed = gs_tree_get(node, "closed");
    if (change->closed && node->count > 1) {
        gs_tree_problem(check->problems, closed, "a closed window has no start, end or capacity");
    }
    gs_check_times(check, node, change->start_min, &change->end_min);
    check_new_window(check, change, node);
}

static void check_entry(const struct gs_check *check, int32_t index, struct gs_node *entry)
{
    struct gs_calendar_rule *rule = &check->config->rules.calendar[index];
    struct gs_node *windows = gs_tree_get(entry, "windows"), *closed = gs_tree_get(entry, "closed");
    if (entry->kind != GS_NODE_MAP) {
        return;
    }
    check_day_given(check, rule, entry);
    check_day_once(check, index, entry);
    if (rule->closed && windows != NULL) {
        gs_tree_problem(check->problems, closed, "a closed day has no windows");
    }
    for (int32_t i = 0; i < rule->change_count; i++) {
        check_change(check, &rule->changes[i], gs_tree_at(windows, (size_t)i));
    }
}

static int32_t rule_for_weekday(const struct gs_rules *rules, int32_t weekday)
{
    for (int32_t i = 0; i < rules->calendar_count; i++) {
        if (!rules->calendar[i].by_date && rules->calendar[i].weekday == weekday) {
            return i;
        }
    }
    return GS_NO_RULE;
}

static int32_t rule_for_date(const struct gs_rules *rules, gs_date date)
{
    for (int32_t i = 0; i < rules->calendar_count; i++) {
        if (rules->calendar[i].by_date && rules->calendar[i].date == date) {
            return i;
        }
    }
    return GS_NO_RULE;
}

static void build_date(const struct gs_check *check, gs_date date, struct gs_day_kind *out)
{
    const struct gs_rules *rules = &check->config->rules;
    gs_day_kind_build(check, rule_for_weekday(rules, gs_date_weekday(date)), rule_for_date(rules, date), out);
}

static void build_weekday(const struct gs_check *check, int32_t weekday, struct gs_day_kind *out)
{
    gs_day_kind_build(check, rule_for_weekday(&check->config->rules, weekday % 7), GS_NO_RULE, out);
}

static void check_rule_days(const struct gs_check *check, const struct gs_calendar_rule *rule)
{
    struct gs_day_kind before, day, after;
    enum gs_span_source source = rule->by_date ? GS_SPAN_DATE : GS_SPAN_WEEKDAY;
    if (rule->by_date) {
        build_date(check, rule->date - 1, &before);
        build_date(check, rule->date, &day);
        build_date(check, rule->date + 1, &after);
    } else {
        build_weekday(check, rule->weekday + 6, &before);
        build_weekday(check, rule->weekday, &day);
        build_weekday(check, rule->weekday + 1, &after);
    }
    gs_day_kind_check_slots(check, &day, source);
    gs_day_kind_check_inside(check, &day, GS_SPAN_WEEKDAY);
    gs_day_kind_check_next(check, &before, &day, GS_SPAN_WEEKDAY);
    gs_day_kind_check_next(check, &day, &after, GS_SPAN_WEEKDAY);
}

static void check_ordinary_day(const struct gs_check *check)
{
    struct gs_day_kind day;
    gs_day_kind_build(check, GS_NO_RULE, GS_NO_RULE, &day);
    gs_day_kind_check_slots(check, &day, GS_SPAN_ORDINARY);
    gs_day_kind_check_inside(check, &day, GS_SPAN_ORDINARY);
    gs_day_kind_check_next(check, &day, &day, GS_SPAN_ORDINARY);
}

void gs_check_calendar(const struct gs_check *check)
{
    const struct gs_rules *rules = &check->config->rules;
    const struct gs_node *calendar = calendar_node(check);
    for (int32_t i = 0; i < rules->calendar_count; i++) {
        check_entry(check, i, gs_tree_at(calendar, (size_t)i));
    }
    check_ordinary_day(check);
    for (int32_t i = 0; i < rules->calendar_count; i++) {
        if (rule_usable(&rules->calendar[i])) {
            check_rule_days(check, &rules->calendar[i]);
        }
    }
}
