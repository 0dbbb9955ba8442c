/* A supervisor's capacity of windows of one date or of several: is it one, may it be set, and then a plan (capacity_plan.c) of
 * what it does to those who are booked and those who wait. Here is the translation of a command into changes; no booking is
 * touched here. Nothing is done unless it can be done on every date. */
#include "flow/capacity_plan.h"
#include "flow/command_handlers.h"
#include "rules/admission.h"
#include "rules/wish_faults.h"

#include "gateslot/base/text.h"
#include "gateslot/core/dry_run.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static gs_date last_date(const struct gs_command *c)
{
    return c->u.capacity.until != 0 ? c->u.capacity.until : c->u.capacity.to.date;
}

static void check_number(const char *pointer, int32_t value, int32_t min, struct gs_faults *faults)
{
    if (value < min || value > GS_MAX_CAPACITY) {
        gs_fault_add(faults, GS_FAULT_RANGE, pointer, NULL, "0..10000");
    }
}

/* A day may have a window of that name; then it is meant. */
static bool names_all(const struct gs_day *day, const struct gs_command *c)
{
    const char *window = c->u.capacity.to.window;
    return strcmp(window, GS_ALL_WINDOWS) == 0 && gs_day_window_index(day, window) < 0;
}

static void check_values(const struct gs_command *c, struct gs_faults *faults)
{
    const struct gs_capacity *to = &c->u.capacity.to;
    if (c->u.capacity.has_capacity) {
        check_number("/capacity", to->capacity, 0, faults);
    }
    check_number("/slot_capacity", to->slot_capacity, -1, faults);
}

static void check_all(const struct gs_command *c, struct gs_faults *faults)
{
    if (c->u.capacity.has_capacity) {
        gs_fault_add(faults, GS_FAULT_NOT_ALLOWED, "/capacity", NULL, GS_ALL_WINDOWS);
    }
    if (c->u.capacity.to.slot_capacity != -1) {
        gs_fault_add(faults, GS_FAULT_NOT_ALLOWED, "/slot_capacity", NULL, GS_ALL_WINDOWS);
    }
}

static void date_fault(const char *pointer, gs_date found, gs_date from, gs_date to, struct gs_faults *faults)
{
    char text[GS_DATE_TEXT], first[GS_DATE_TEXT], last[GS_DATE_TEXT], expected[2 * GS_DATE_TEXT + 2];
    gs_date_format(found, text);
    gs_date_format(from, first);
    gs_date_format(to, last);
    (void)gs_text_copy(expected, sizeof expected, first);
    (void)gs_text_append(expected, sizeof expected, "..");
    (void)gs_text_append(expected, sizeof expected, last);
    gs_fault_add(faults, GS_FAULT_RANGE, pointer, text, expected);
}

/* Not too far ahead, and the last date not before the first. False: they are not to be looked at one by one. */
static bool check_dates(const struct gs_book *book, const struct gs_command *c, struct gs_faults *faults)
{
    const gs_date date = c->u.capacity.to.date, until = last_date(c), latest = book->today + GS_MAX_AHEAD_DAYS;
    const gs_date most = date + GS_MAX_AHEAD_DAYS - 1 < latest ? date + GS_MAX_AHEAD_DAYS - 1 : latest;
    if (date > latest) {
        date_fault("/date", date, book->today, latest, faults);
        return false;
    }
    if (until < date || until > most) {
        date_fault("?until", until, date, most, faults);
        return false;
    }
    return true;
}

static uint32_t ended(const struct gs_day *day, int64_t now_ms)
{
    uint32_t windows = 0;
    for (int32_t i = 0; i < day->window_count; i++) {
        windows |= day->windows[i].end_ms <= now_ms ? UINT32_C(1) << i : 0;
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

/* The windows of the day that the command names. */
static uint32_t named(const struct gs_day *day, const struct gs_command *c)
{
    uint32_t windows = gs_day_known(day);
    if (!names_all(day, c)) {
        int32_t index = gs_day_window_index(day, c->u.capacity.to.window);
        windows &= index >= 0 ? UINT32_C(1) << index : 0;
    }
    return windows;
}

/* Of several dates that have the same windows the first is named. */
static void window_fault(const struct gs_day *day, const struct gs_command *c, struct gs_faults *faults)
{
    char expected[GS_FAULT_TEXT_MAX + 1], of_date[GS_FAULT_TEXT_MAX + GS_DATE_TEXT + 8], date[GS_DATE_TEXT];
    const struct gs_fault *last = faults->count > 0 ? &faults->list[faults->count - 1] : NULL;
    gs_wish_windows_text(day, expected);
    if (last != NULL && last->kind == GS_FAULT_NO_SUCH_WINDOW && strstr(last->expected, expected) != NULL) {
        return;
    }
    gs_date_format(day->date, date);
    (void)gs_text_copy(of_date, sizeof of_date, date);
    (void)gs_text_append(of_date, sizeof of_date, ": ");
    (void)gs_text_append(of_date, sizeof of_date, expected);
    gs_fault_add(faults, GS_FAULT_NO_SUCH_WINDOW, "/window", c->u.capacity.to.window,
                 c->u.capacity.until != 0 ? of_date : expected);
}

/* May it be, on that day? A window of yesterday may still be running. */
static enum gs_code check_day(const struct gs_book *book, const struct gs_command *c, const struct gs_day *day,
                              struct gs_outcome *out)
{
    uint32_t windows = named(day, c), over = ended(day, book->now_ms);
    if (day->date < book->today && (gs_day_known(day) & ~over) == 0) {
        return gs_admission_outside(book, day->date, out);
    }
    if (windows == 0) {
        window_fault(day, c, &out->faults);
        return GS_CODE_VALIDATION;
    }
    if ((windows & ~over) == 0) {
        out->at_ms = last_end(day, windows);
        return GS_CODE_PAST_CUTOFF;
    }
    if (names_all(day, c) && c->kind == GS_CMD_CAPACITY_SET) {
        check_all(c, &out->faults);
    }
    return out->faults.count > 0 ? GS_CODE_VALIDATION : GS_CODE_OK;
}

static enum gs_code check_date(const struct gs_book *book, const struct gs_command *c, gs_date date,
                               struct gs_outcome *out)
{
    const struct gs_day *held = gs_days_find(book, date);
    struct gs_day *ahead = NULL;
    if (date < book->today - 1 || (held == NULL && date < book->today)) {
        return gs_admission_outside(book, date, out);
    }
    if (held == NULL && gs_days_ahead(book, date, &ahead) != GS_OK) {
        return GS_CODE_OVERLOADED;
    }
    enum gs_code code = check_day(book, c, held != NULL ? held : ahead, out);
    gs_day_destroy(ahead);
    return code;
}

/* All that is wrong with what was asked for, of every date; else the first reason for which it cannot be. */
struct checking {
    gs_date next;
    bool begun, is_over;
    enum gs_code code;
};

static enum gs_code verdict(const struct checking *k, const struct gs_outcome *out)
{
    return out->faults.count > 0 ? GS_CODE_VALIDATION : k->code;
}

static void check_step(struct checking *k, const struct gs_book *book, const struct gs_command *c,
                       struct gs_outcome *out)
{
    if (!k->begun) {
        k->begun = true;
        k->next = c->u.capacity.to.date;
        k->code = GS_CODE_OK;
        if (c->kind == GS_CMD_CAPACITY_SET) {
            check_values(c, &out->faults);
        }
        k->is_over = !check_dates(book, c, &out->faults);
        return;
    }
    if (k->next > last_date(c)) {
        k->is_over = true;
        return;
    }
    enum gs_code of_date = check_date(book, c, k->next++, out);
    k->code = k->code == GS_CODE_OK ? of_date : k->code;
    k->is_over = of_date != GS_CODE_OK && of_date != GS_CODE_VALIDATION;
}

static enum gs_code check(const struct gs_book *book, const struct gs_command *c, struct gs_outcome *out)
{
    struct checking k = {0};
    while (!k.is_over) {
        check_step(&k, book, c, out);
    }
    return verdict(&k, out);
}

static void describe_set(const struct gs_command *c, const struct gs_day *day, struct gs_capacity_change *change)
{
    bool all = names_all(day, c);
    for (int32_t i = 0; i < day->window_count; i++) {
        const struct gs_window *w = &day->windows[i];
        struct gs_capacity *to = &change->to[i];
        *to = c->u.capacity.to;
        to->date = day->date;
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
        *to = (struct gs_capacity){.date = day->date};
        memcpy(to->window, w->id, sizeof to->window);
        to->capacity = w->calendar_capacity;
        to->slot_capacity = rules->slot_capacity;
        to->closed = w->calendar_closed;
    }
}

static void describe(const void *arg, const struct gs_book *book, const struct gs_day *day,
                     struct gs_capacity_change *out)
{
    const struct gs_command *c = arg;
    out->date = day->date;
    out->windows = named(day, c) & ~ended(day, book->now_ms);
    out->reset = c->kind == GS_CMD_CAPACITY_RESET;
    out->keep = c->u.capacity.excess == GS_EXCESS_KEEP;
    out->before = NULL;
    out->already_set = false;
    if (out->reset) {
        describe_reset(book->rules, day, out);
    } else {
        describe_set(c, day, out);
    }
}

static struct gs_capacity_range range_of(const struct gs_command *c)
{
    return (struct gs_capacity_range){
        .from = c->u.capacity.to.date, .to = last_date(c), .describe = describe, .arg = c};
}

static bool is_outdated(const struct gs_command *c, const struct gs_plans *plans)
{
    return c->u.capacity.has_plan_id && c->u.capacity.plan_id != plans->id;
}

/* Makes the plan; carries it out unless only the plan, or another plan, was asked for. */
static enum gs_code plan(struct gs_act *act, const struct gs_command *c, struct gs_outcome *out)
{
    const struct gs_capacity_range range = range_of(c);
    struct gs_plans *plans = &act->book->plans;
    gs_plans_finish(plans);
    if (gs_capacity_plan_make(act->book, &range, plans) != GS_OK) {
        return GS_CODE_OVERLOADED; /* no memory for the copy; nothing has changed */
    }
    plans->range = c->u.capacity.until != 0;
    out->plans = plans;
    if (is_outdated(c, plans)) {
        return GS_CODE_PLAN_OUTDATED;
    }
    if (c->u.capacity.dry_run) {
        return GS_CODE_OK;
    }
    enum gs_occasion occasion = act->occasion;
    act->occasion = GS_OCCASION_CAPACITY;
    gs_capacity_plan_carry_out_range(act, &range);
    act->occasion = occasion;
    return GS_CODE_OK;
}

enum gs_code gs_capacity(struct gs_act *act, struct gs_entry *none, const struct gs_command *c, struct gs_outcome *out)
{
    (void)none;
    enum gs_code code = check(act->book, c, out);
    return code == GS_CODE_OK ? plan(act, c, out) : code;
}

/* ---- dry runs ---- */

struct gs_dry_run {
    struct gs_command command;
    struct checking check, check_again;
    struct gs_planning planning;
    struct gs_outcome out;
    bool is_checked, is_planned;
};

int gs_dry_run_create(const struct gs_command *c, struct gs_dry_run **out)
{
    struct gs_dry_run *d = calloc(1, sizeof *d);
    if (d == NULL) {
        return GS_E_NOMEM;
    }
    d->command = *c;
    const struct gs_capacity_range range = range_of(&d->command);
    gs_planning_init(&d->planning, &range);
    *out = d;
    return GS_OK;
}

void gs_dry_run_destroy(struct gs_dry_run *d)
{
    if (d != NULL) {
        gs_planning_finish(&d->planning);
        free(d);
    }
}

const struct gs_outcome *gs_dry_run_outcome(const struct gs_dry_run *d)
{
    return &d->out;
}

static bool end_dry_run(struct gs_dry_run *d, enum gs_code code)
{
    d->out.code = code;
    return false;
}

/* While one date after the other was looked at, time may have gone on: what is planned is looked at anew as the copy has it. */
static bool check_dry_run(struct gs_dry_run *d, const struct gs_book *book, struct checking *k, bool *out_checked)
{
    check_step(k, book, &d->command, &d->out);
    *out_checked = k->is_over;
    const enum gs_code code = verdict(k, &d->out);
    return k->is_over && code != GS_CODE_OK ? end_dry_run(d, code) : true;
}

bool gs_dry_run_step(struct gs_dry_run *d, const struct gs_book *book)
{
    if (!d->is_checked) {
        return check_dry_run(d, book, &d->check, &d->is_checked);
    }
    const struct gs_book *copy = gs_planning_copy(&d->planning);
    if (copy != NULL && !d->check_again.is_over) {
        bool checked;
        return check_dry_run(d, copy, &d->check_again, &checked);
    }
    bool planned = false;
    if (gs_planning_step(&d->planning, book, &planned) != GS_OK) {
        return end_dry_run(d, GS_CODE_OVERLOADED);
    }
    if (!planned) {
        return true;
    }
    struct gs_plans *plans = &d->planning.plans;
    plans->range = d->command.u.capacity.until != 0;
    d->out.plans = plans;
    return end_dry_run(d, is_outdated(&d->command, plans) ? GS_CODE_PLAN_OUTDATED : GS_CODE_OK);
}
