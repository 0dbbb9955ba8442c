/* The windows of one kind of day, ordinary or not, and what must hold among them: whole slots, no overlap, neither inside
 * a day nor with the next one's where a window crosses midnight. Which days to look at is calendar_rules.c's business. */
#include "day_kind.h"

#include "gateslot/base/time.h"
#include <stdio.h>
#include <string.h>

static struct gs_day_interval *find_span(struct gs_day_kind *day, const char *id)
{
    for (int32_t i = 0; i < day->count; i++) {
        if (strcmp(day->spans[i].id, id) == 0) {
            return &day->spans[i];
        }
    }
    return NULL;
}

static void add_ordinary(const struct gs_check *check, struct gs_day_kind *day)
{
    const struct gs_rules *rules = &check->config->rules;
    const struct gs_node *windows = gs_tree_get(check->root, "windows");
    for (int32_t i = 0; i < rules->window_count; i++) {
        const struct gs_window_rule *w = &rules->windows[i];
        day->spans[day->count++] = (struct gs_day_interval){.id = w->id,
                                                            .start_min = w->start_min,
                                                            .end_min = w->end_min,
                                                            .known = w->start_min >= 0 && w->end_min >= 0,
                                                            .source = GS_SPAN_ORDINARY,
                                                            .node = gs_tree_at(windows, (size_t)i)};
    }
}

static bool child_bad(const struct gs_node *node, const char *key)
{
    const struct gs_node *child = gs_tree_get(node, key);
    return child != NULL && child->bad;
}

/* An end at or before the start is on the next day; one more than a day after it means that the start was moved. */
static void normalise(struct gs_day_interval *span)
{
    while (span->end_min <= span->start_min) {
        span->end_min += GS_DAY_MIN;
    }
    while (span->end_min > span->start_min + GS_DAY_MIN) {
        span->end_min -= GS_DAY_MIN;
    }
}

static void apply_change(const struct gs_check *check, struct gs_day_kind *day, const struct gs_window_change *change,
                         struct gs_node *node, enum gs_span_source source)
{
    struct gs_day_interval *span = find_span(day, change->id);
    if (node == NULL || change->id[0] == '\0') {
        return;
    }
    if (span == NULL && day->count == GS_MAX_WINDOWS) {
        gs_tree_problem(check->problems, node, "one window too many, a day has at most %d", GS_MAX_WINDOWS);
        return;
    }
    if (span == NULL) {
        span = &day->spans[day->count++];
        *span = (struct gs_day_interval){.id = change->id, .start_min = -1, .end_min = -1};
    }
    span->start_min = change->start_min >= 0 ? change->start_min : span->start_min;
    span->end_min = change->end_min >= 0 ? change->end_min : span->end_min;
    span->known = span->start_min >= 0 && span->end_min >= 0 && !child_bad(node, "start") && !child_bad(node, "end");
    span->closed = change->closed;
    span->source = source;
    span->node = node;
    if (span->known) {
        normalise(span);
    }
}

static void apply_rule(const struct gs_check *check, struct gs_day_kind *day, int32_t index, enum gs_span_source source)
{
    if (index == GS_NO_RULE) {
        return;
    }
    const struct gs_calendar_rule *rule = &check->config->rules.calendar[index];
    const struct gs_node *entry = gs_tree_at(gs_tree_get(check->root, "calendar"), (size_t)index);
    const struct gs_node *windows = gs_tree_get(entry, "windows");
    day->closed = rule->closed;
    for (int32_t i = 0; i < rule->change_count; i++) {
        apply_change(check, day, &rule->changes[i], gs_tree_at(windows, (size_t)i), source);
    }
}

void gs_day_kind_build(const struct gs_check *check, const struct gs_day_rules *rules, struct gs_day_kind *out)
{
    static const enum gs_span_source sources[] = {[GS_CALENDAR_WEEKDAY] = GS_SPAN_WEEKDAY,
                                                  [GS_CALENDAR_RANGE] = GS_SPAN_RANGE,
                                                  [GS_CALENDAR_DATE] = GS_SPAN_DATE};
    memset(out, 0, sizeof *out);
    add_ordinary(check, out);
    for (int rank = 0; rank < GS_CALENDAR_RANKS; rank++) {
        apply_rule(check, out, rules->at[rank], sources[rank]);
    }
}

static const char *span_text(const struct gs_day_interval *span, char out[2 * GS_HHMM_TEXT])
{
    char start[GS_HHMM_TEXT], end[GS_HHMM_TEXT];
    gs_hhmm_format(span->start_min, start);
    gs_hhmm_format(span->end_min, end);
    (void)snprintf(out, 2 * GS_HHMM_TEXT, "%s-%s", start, end);
    return out;
}

void gs_day_kind_check_slots(const struct gs_check *check, const struct gs_day_kind *day, enum gs_span_source source)
{
    struct gs_node *slots = gs_tree_get(gs_tree_get(check->root, "slots"), "minutes");
    int32_t step = check->config->rules.slot_min;
    char text[2 * GS_HHMM_TEXT];
    /* A default window blames slots.minutes, and that once. */
    for (int32_t i = 0; i < day->count && (slots == NULL || !slots->bad); i++) {
        const struct gs_day_interval *span = &day->spans[i];
        struct gs_node *blamed = span->node == NULL ? slots : gs_check_time_node(span->node, "end", "start");
        int32_t length = span->end_min - span->start_min;
        if (!span->known || span->closed || span->source != source || blamed == NULL) {
            continue;
        }
        if (length % step != 0) {
            gs_tree_problem(check->problems, blamed,
                            "window %s, %s, is %d minutes long, expected a multiple of slots.minutes, %d", span->id,
                            span_text(span, text), length, step);
        } else if (length / step > GS_MAX_SLOTS) {
            gs_tree_problem(check->problems, blamed, "window %s, %s, has %d slots of %d minutes, expected at most %d",
                            span->id, span_text(span, text), length / step, step, GS_MAX_SLOTS);
        }
    }
}

static bool in_the_way(const struct gs_day_kind *day, const struct gs_day_interval *span)
{
    return !day->closed && span->known && !span->closed;
}

/* first begins no later than second; days tells how many days second's day is later. */
static void report_overlap(const struct gs_check *check, const struct gs_day_interval *first,
                           const struct gs_day_interval *second, bool next_day)
{
    /* The one that comes from the later source is wrong; of two equals the one that comes too early, or the one that runs into the next day. */
    bool blame_first = first->source != second->source ? first->source > second->source : next_day;
    const struct gs_day_interval *blamed = blame_first ? first : second, *other = blame_first ? second : first;
    char text[2 * GS_HHMM_TEXT], other_text[2 * GS_HHMM_TEXT];
    if (blamed->node == NULL) {
        return; /* a default; its twin in the file is reported, or there is none */
    }
    struct gs_node *at = gs_check_time_node(blamed->node, blame_first ? "end" : "start", blame_first ? "start" : "end");
    const char *day = !next_day ? "" : (blame_first ? " of the next day" : " of the day before");
    gs_tree_problem(check->problems, at, "window %s, %s, overlaps window %s, %s%s", blamed->id, span_text(blamed, text),
                    other->id, span_text(other, other_text), day);
}

void gs_day_kind_check_inside(const struct gs_check *check, const struct gs_day_kind *day, enum gs_span_source least)
{
    for (int32_t i = 0; i < day->count; i++) {
        for (int32_t k = i + 1; k < day->count; k++) {
            const struct gs_day_interval *a = &day->spans[i], *b = &day->spans[k];
            bool ordered = a->start_min <= b->start_min;
            if (in_the_way(day, a) && in_the_way(day, b) && (a->source >= least || b->source >= least) &&
                a->start_min < b->end_min && b->start_min < a->end_min) {
                report_overlap(check, ordered ? a : b, ordered ? b : a, false);
            }
        }
    }
}

void gs_day_kind_check_next(const struct gs_check *check, const struct gs_day_kind *day, const struct gs_day_kind *next,
                            enum gs_span_source least)
{
    for (int32_t i = 0; i < day->count; i++) {
        for (int32_t k = 0; k < next->count; k++) {
            const struct gs_day_interval *a = &day->spans[i], *b = &next->spans[k];
            if (in_the_way(day, a) && in_the_way(next, b) && (a->source >= least || b->source >= least) &&
                a->end_min > b->start_min + GS_DAY_MIN) {
                report_overlap(check, a, b, true);
            }
        }
    }
}
