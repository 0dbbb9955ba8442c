/* A supervisor's capacity of windows of one date: is it one, may it be set, and then a plan (plan.c) of what it does
 * to those who are booked and those who wait. Here is the translation of a command into a change; no booking is
 * touched here. */
#include "flow/capacity_plan.h"
#include "flow/command_handlers.h"
#include "rules/admission.h"
#include "rules/wish_faults.h"

#include "gateslot/base/text.h"

#include <assert.h>
#include <string.h>

static void check_range(const char *pointer, int32_t value, int32_t min, struct gs_faults *faults)
{
    if (value < min || value > GS_MAX_CAPACITY) {
        gs_fault_add(faults, GS_FAULT_RANGE, pointer, NULL, "0..10000");
    }
}

/* A day may have a window of that name; then it is meant. */
static bool names_all(const struct gs_book *book, const struct gs_command *c)
{
    const struct gs_capacity *to = &c->u.capacity.to;
    const struct gs_day *day = gs_days_find(book, to->date);
    return strcmp(to->window, GS_ALL_WINDOWS) == 0 && (day == NULL || gs_day_window_index(day, to->window) < 0);
}

static void check_values(const struct gs_command *c, bool all, struct gs_faults *faults)
{
    const struct gs_capacity *to = &c->u.capacity.to;
    if (c->u.capacity.has_capacity) {
        check_range("/capacity", to->capacity, 0, faults);
    }
    check_range("/slot_capacity", to->slot_capacity, -1, faults);
    if (all && c->u.capacity.has_capacity) {
        gs_fault_add(faults, GS_FAULT_NOT_ALLOWED, "/capacity", NULL, NULL);
    }
    if (all && to->slot_capacity != -1) {
        gs_fault_add(faults, GS_FAULT_NOT_ALLOWED, "/slot_capacity", NULL, NULL);
    }
}

static uint32_t ended(const struct gs_book *book, const struct gs_day *day)
{
    uint32_t windows = 0;
    for (int32_t i = 0; i < day->window_count; i++) {
        windows |= day->windows[i].end_ms <= book->now_ms ? UINT32_C(1) << i : 0;
    }
    return windows;
}

static int64_t last_end(const struct gs_day *day, uint32_t windows)
{
    int64_t latest = INT64_MIN;
    for (int32_t i = 0; i < day->window_count; i++) {
        bool later = (windows >> i & 1) != 0 && day->windows[i].end_ms > latest;
        latest = later ? day->windows[i].end_ms : latest;
    }
    return latest;
}

/* The windows that the command names, or a refusal. A window of yesterday may still be running. */
static enum gs_code find_windows(const struct gs_book *book, const struct gs_command *c, const struct gs_day **out_day,
                                 uint32_t *out_windows, struct gs_outcome *out)
{
    const struct gs_capacity *to = &c->u.capacity.to;
    const struct gs_day *day = gs_days_find(book, to->date);
    if (day == NULL || to->date < book->today - 1) {
        return gs_admission_outside(book, to->date, out);
    }
    uint32_t windows = gs_day_known(day), over = ended(book, day);
    if (to->date < book->today && (windows & ~over) == 0) {
        return gs_admission_outside(book, to->date, out);
    }
    if (!names_all(book, c)) {
        int32_t index = gs_day_window_index(day, to->window);
        windows &= index >= 0 ? UINT32_C(1) << index : 0;
    }
    if (windows == 0) {
        char expected[GS_FAULT_TEXT_MAX + 1];
        gs_wish_windows_text(day, expected);
        gs_fault_add(&out->faults, GS_FAULT_NO_SUCH_WINDOW, "/window", to->window, expected);
        return GS_CODE_VALIDATION;
    }
    if ((windows & ~over) == 0) {
        out->at_ms = last_end(day, windows);
        return GS_CODE_PAST_CUTOFF;
    }
    *out_day = day;
    *out_windows = windows & ~over;
    return GS_CODE_OK;
}

static void describe_set(const struct gs_command *c, bool all, const struct gs_day *day,
                         struct gs_capacity_change *change)
{
    for (int32_t i = 0; i < day->window_count; i++) {
        const struct gs_window *w = &day->windows[i];
        struct gs_capacity *to = &change->to[i];
        *to = c->u.capacity.to;
        memcpy(to->window, w->id, sizeof to->window);
        to->capacity = c->u.capacity.has_capacity ? to->capacity : w->capacity;
        to->slot_capacity = all ? w->slot_capacity : to->slot_capacity;
        if (to->reason[0] == '\0') {
            memcpy(to->reason, c->reason, sizeof to->reason);
        }
    }
}

static void describe_reset(const struct gs_rules *rules, const struct gs_day *day, struct gs_capacity_change *change)
{
    for (int32_t i = 0; i < day->window_count; i++) {
        const struct gs_window *w = &day->windows[i];
        struct gs_capacity *to = &change->to[i];
        to->date = day->date;
        memcpy(to->window, w->id, sizeof to->window);
        to->capacity = w->calendar_capacity;
        to->slot_capacity = rules->slot_capacity;
        to->closed = w->calendar_closed;
    }
}

/* Makes the plan; carries it out unless only the plan, or another plan, was asked for. */
static enum gs_code plan(struct gs_act *act, const struct gs_capacity_change *change, const struct gs_command *c,
                         struct gs_outcome *out)
{
    struct gs_plan *plan = &act->book->plan;
    gs_plan_finish(plan);
    if (gs_capacity_plan_make(act->book, change, plan) != GS_OK) {
        return GS_CODE_OVERLOADED; /* no memory for the copy; nothing has changed */
    }
    out->plan = plan;
    if (c->u.capacity.has_plan_id && c->u.capacity.plan_id != plan->id) {
        return GS_CODE_PLAN_OUTDATED;
    }
    if (c->u.capacity.dry_run) {
        return GS_CODE_OK;
    }
    struct gs_act own = *act;
    own.occasion = GS_OCCASION_CAPACITY;
    gs_capacity_plan_carry_out(&own, change);
    return GS_CODE_OK;
}

enum gs_code gs_capacity_set(struct gs_act *act, struct gs_entry *none, const struct gs_command *c,
                             struct gs_outcome *out)
{
    (void)none;
    const struct gs_day *day = NULL;
    struct gs_capacity_change change = {.date = c->u.capacity.to.date, .keep = c->u.capacity.excess == GS_EXCESS_KEEP};
    bool all = names_all(act->book, c);
    check_values(c, all, &out->faults);
    enum gs_code code = find_windows(act->book, c, &day, &change.windows, out);
    if (out->faults.count > 0) {
        return GS_CODE_VALIDATION;
    }
    if (code != GS_CODE_OK) {
        return code;
    }
    assert(day != NULL);
    describe_set(c, all, day, &change);
    return plan(act, &change, c, out);
}

enum gs_code gs_capacity_reset(struct gs_act *act, struct gs_entry *none, const struct gs_command *c,
                               struct gs_outcome *out)
{
    (void)none;
    const struct gs_day *day = NULL;
    struct gs_capacity_change change = {
        .date = c->u.capacity.to.date, .reset = true, .keep = c->u.capacity.excess == GS_EXCESS_KEEP};
    enum gs_code code = find_windows(act->book, c, &day, &change.windows, out);
    if (code != GS_CODE_OK) {
        return code;
    }
    assert(day != NULL);
    describe_reset(act->book->rules, day, &change);
    return plan(act, &change, c, out);
}
