/* The calendar's entries: each complete and free of contradiction by itself, no day twice by entries of one kind, and no window
 * that collides on any day the entries make, nor with the days beside it. */
#include "day_kind.h"

#include "gateslot/base/time.h"
#include <stdio.h>
#include <string.h>

static const struct gs_node *calendar_node(const struct gs_check *check)
{
    return gs_tree_get(check->root, "calendar");
}

/* Does the entry tell its days, and was that understood? */
static bool rule_usable(const struct gs_calendar_rule *rule)
{
    if (rule->by_date) {
        return rule->date >= 0;
    }
    return rule->by_range ? rule->from >= 0 && rule->to >= rule->from : rule->weekday >= 0;
}

/* The dates of a range: from, to, and of these the weekday's. A range that is of no use gets no first date. */
static void check_range(const struct gs_check *check, struct gs_calendar_rule *rule, struct gs_node *entry)
{
    struct gs_node *from = gs_tree_get(entry, "from"), *to = gs_tree_get(entry, "to");
    struct gs_node *weekday = gs_tree_get(entry, "weekday");
    if (from == NULL || to == NULL) {
        gs_tree_problem(check->problems, from != NULL ? from : to, "given without %s, expected both from and to",
                        from != NULL ? "to" : "from");
    } else if (from->bad || to->bad || (weekday != NULL && weekday->bad)) {
        rule->from = -1; /* told already */
        return;
    } else if (rule->to < rule->from) {
        gs_tree_problem(check->problems, to, "%s is before from, %s", to->text, from->text);
    } else if (rule->to - rule->from >= GS_CALENDAR_DAYS_MAX) {
        gs_tree_problem(check->problems, to, "%s to %s are %d days, expected at most %d", from->text, to->text,
                        (int)(rule->to - rule->from + 1), GS_CALENDAR_DAYS_MAX);
    } else if (weekday != NULL && rule->weekday >= 0 &&
               (rule->weekday - gs_date_weekday(rule->from) + 7) % 7 > rule->to - rule->from) {
        gs_tree_problem(check->problems, weekday, "there is no %s from %s to %s", weekday->text, from->text, to->text);
    } else {
        return;
    }
    rule->from = -1;
}

static void check_day_given(const struct gs_check *check, struct gs_calendar_rule *rule, struct gs_node *entry)
{
    struct gs_node *date = gs_tree_get(entry, "date"), *weekday = gs_tree_get(entry, "weekday");
    struct gs_node *from = gs_tree_get(entry, "from"), *to = gs_tree_get(entry, "to");
    rule->by_date = date != NULL;
    rule->by_range = date == NULL && (from != NULL || to != NULL);
    if (rule->by_date && weekday != NULL) {
        gs_tree_problem(check->problems, weekday, "given beside date, expected exactly one of date and weekday");
        rule->date = -1;
    } else if (rule->by_date && (from != NULL || to != NULL)) {
        gs_tree_problem(check->problems, from != NULL ? from : to, "given beside date, expected date, or from and to");
        rule->date = -1;
    } else if (rule->by_range) {
        check_range(check, rule, entry);
    } else if (date == NULL && weekday == NULL) {
        gs_tree_problem(check->problems, entry, "its days are not given, expected date, weekday, or from and to");
    }
}

/* Do two ranges speak of one date? Any seven days in a row have every weekday. */
static bool ranges_meet(const struct gs_calendar_rule *a, const struct gs_calendar_rule *b)
{
    gs_date from = a->from > b->from ? a->from : b->from, to = a->to < b->to ? a->to : b->to;
    for (gs_date date = from; date <= to && date < from + 7; date++) {
        if (gs_calendar_covers(a, date) && gs_calendar_covers(b, date)) {
            return true;
        }
    }
    return false;
}

static bool same_days(const struct gs_calendar_rule *a, const struct gs_calendar_rule *b)
{
    if (gs_calendar_rank(a) != gs_calendar_rank(b)) {
        return false;
    }
    if (a->by_range) {
        return ranges_meet(a, b);
    }
    return a->by_date ? a->date == b->date : a->weekday == b->weekday;
}

static void check_day_once(const struct gs_check *check, int32_t index, struct gs_node *entry)
{
    static const char *const keys[] = {
        [GS_CALENDAR_WEEKDAY] = "weekday", [GS_CALENDAR_RANGE] = "from", [GS_CALENDAR_DATE] = "date"};
    const struct gs_calendar_rule *rules = check->config->rules.calendar, *rule = &rules[index];
    for (int32_t i = 0; i < index && rule_usable(rule); i++) {
        if (!rule_usable(&rules[i]) || !same_days(&rules[i], rule)) {
            continue;
        }
        struct gs_node *node = gs_tree_get(entry, keys[gs_calendar_rank(rule)]);
        const int line = gs_tree_at(calendar_node(check), (size_t)i)->line;
        if (rule->by_range) {
            gs_tree_problem(check->problems, node, "shares days with the range calendar[%d] in line %d", (int)i, line);
        } else {
            gs_tree_problem(check->problems, node, "%s has an entry already: calendar[%d] in line %d", node->text,
                            (int)i, line);
        }
        return;
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

/* The entry of that rank that speaks of the date. */
static int32_t rule_for(const struct gs_rules *rules, gs_date date, int rank)
{
    for (int32_t i = 0; i < rules->calendar_count; i++) {
        const struct gs_calendar_rule *r = &rules->calendar[i];
        if (gs_calendar_rank(r) == rank && rule_usable(r) && gs_calendar_covers(r, date)) {
            return i;
        }
    }
    return GS_NO_RULE;
}

static void build_date(const struct gs_check *check, gs_date date, struct gs_day_kind *out)
{
    struct gs_day_rules of;
    for (int rank = 0; rank < GS_CALENDAR_RANKS; rank++) {
        of.at[rank] = rule_for(&check->config->rules, date, rank);
    }
    gs_day_kind_build(check, &of, out);
}

/* A day as its weekday makes it, and the range if that speaks of the date. */
static void build_common(const struct gs_check *check, gs_date date, const struct gs_calendar_rule *range,
                         struct gs_day_kind *out)
{
    const struct gs_rules *rules = &check->config->rules;
    struct gs_day_rules of = {{GS_NO_RULE, GS_NO_RULE, GS_NO_RULE}};
    of.at[GS_CALENDAR_WEEKDAY] = rule_for(rules, date, GS_CALENDAR_WEEKDAY);
    if (range != NULL && gs_calendar_covers(range, date)) {
        of.at[GS_CALENDAR_RANGE] = (int32_t)(range - rules->calendar);
    }
    gs_day_kind_build(check, &of, out);
}

static void check_three(const struct gs_check *check, const struct gs_day_kind days[3], enum gs_span_source source)
{
    gs_day_kind_check_slots(check, &days[1], source);
    gs_day_kind_check_inside(check, &days[1], GS_SPAN_WEEKDAY);
    gs_day_kind_check_next(check, &days[0], &days[1], GS_SPAN_WEEKDAY);
    gs_day_kind_check_next(check, &days[1], &days[2], GS_SPAN_WEEKDAY);
}

static void check_date(const struct gs_check *check, gs_date date, enum gs_span_source source)
{
    struct gs_day_kind days[3];
    for (gs_date i = 0; i < 3; i++) {
        build_date(check, date - 1 + i, &days[i]);
    }
    check_three(check, days, source);
}

/* One week of it shows all that is inside a range: what repeats is told once. Entries by date inside are looked at by themselves. */
static void check_range_days(const struct gs_check *check, const struct gs_calendar_rule *range)
{
    const size_t known = check->problems->count;
    for (gs_date date = range->from; date <= range->to && date < range->from + 7; date++) {
        struct gs_day_kind days[3];
        for (gs_date i = 0; i < 3; i++) {
            build_common(check, date - 1 + i, range, &days[i]);
        }
        if (gs_calendar_covers(range, date)) {
            check_three(check, days, GS_SPAN_RANGE);
        }
        if (check->problems->count > known) {
            return;
        }
    }
    check_date(check, range->from, GS_SPAN_RANGE); /* beside it may be another range, or an entry of a date */
    if (check->problems->count == known) {
        check_date(check, range->to, GS_SPAN_RANGE);
    }
}

static void check_rule_days(const struct gs_check *check, const struct gs_calendar_rule *rule)
{
    if (rule->by_date) {
        check_date(check, rule->date, GS_SPAN_DATE);
    } else if (rule->by_range) {
        check_range_days(check, rule);
    } else {
        const gs_date monday = 4; /* 1970-01-05 */
        struct gs_day_kind days[3];
        for (gs_date i = 0; i < 3; i++) {
            build_common(check, monday + rule->weekday + 6 + i, NULL, &days[i]);
        }
        check_three(check, days, GS_SPAN_WEEKDAY);
    }
}

static void check_ordinary_day(const struct gs_check *check)
{
    struct gs_day_kind day;
    gs_day_kind_build(check, &(struct gs_day_rules){{GS_NO_RULE, GS_NO_RULE, GS_NO_RULE}}, &day);
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
