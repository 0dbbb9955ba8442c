/* What new rules would do, found out beforehand, at once or step by step: it is done to a copy, so what is shown is what happens if nothing else does.
 * Step by step the book is copied as it stands first, and that copy under the new rules: both are of one instant, whatever is done
 * to the book meanwhile. */
#include "gateslot/core/preview.h"

#include "flow/capacity_plan.h"
#include "flow/replan.h"

#include "gateslot/base/grow.h"
#include "gateslot/base/text.h"

#include <stdlib.h>
#include <string.h>

enum preview_stage {
    PREVIEW_BEFORE, /* the book is copied */
    PREVIEW_AFTER,  /* and again, under the new rules */
    PREVIEW_CHANGES,
    PREVIEW_REPLAN,
    PREVIEW_SUM,
    PREVIEW_WIND_UP
};

struct gs_previewing {
    const struct gs_rules *rules; /* the new ones */
    enum preview_stage stage;
    struct gs_copying before, after;
    const struct gs_book *old; /* what is looked at: before's, or the book itself */
    size_t next;               /* place among the dates */
    struct gs_batch batch;
    struct gs_replanning replanning;
    struct gs_plans plans;
};

static struct gs_plan *plan_of(struct gs_plans *plans, gs_date date)
{
    size_t at = 0;
    while (at < plans->count && plans->at[at].date < date) {
        at++;
    }
    if (at < plans->count && plans->at[at].date == date) {
        return &plans->at[at];
    }
    struct gs_plan *grown = gs_grown(plans->at, plans->count, &plans->room, sizeof *grown);
    if (grown == NULL) {
        return NULL;
    }
    plans->at = grown;
    memmove(grown + at + 1, grown + at, (plans->count - at) * sizeof *grown);
    plans->count++;
    memset(&grown[at], 0, sizeof grown[at]);
    grown[at].date = date;
    return &grown[at];
}

static void show(const struct gs_window *was, const struct gs_window *is, struct gs_plan *out)
{
    if (out->window_count == GS_MAX_WINDOWS) {
        return;
    }
    struct gs_plan_window *w = &out->windows[out->window_count++];
    const struct gs_window *any = is != NULL ? is : was;
    gs_text_copy(w->id, sizeof w->id, any->id);
    gs_text_copy(w->name, sizeof w->name, any->name != NULL ? any->name : "");
    w->is_new = was == NULL;
    w->before = was != NULL ? gs_capacity_plan_state(was) : (struct gs_plan_state){.slot_capacity = -1};
}

/* The windows of the date that change or go, as they were. */
static int show_before(const struct gs_book *book, const struct gs_day *day, const struct gs_day *before,
                       struct gs_plans *plans)
{
    const uint32_t windows = gs_replan_changed(book, day, before);
    const struct gs_window *went[GS_MAX_WINDOWS];
    int32_t went_count = 0;
    for (int32_t i = 0; before != NULL && i < before->window_count; i++) {
        const struct gs_window *was = &before->windows[i];
        if (gs_replan_window(day, was->id) == NULL && !gs_replan_is_over(book, was)) {
            went[went_count++] = was;
        }
    }
    if (windows == 0 && went_count == 0) {
        return GS_OK;
    }
    struct gs_plan *plan = plan_of(plans, day->date);
    if (plan == NULL) {
        return GS_E_NOMEM;
    }
    for (int32_t i = 0; i < day->window_count; i++) {
        if ((windows >> i & 1) != 0) {
            show(gs_replan_window(before, day->windows[i].id), &day->windows[i], plan);
        }
    }
    for (int32_t i = 0; i < went_count; i++) {
        show(went[i], NULL, plan);
    }
    return GS_OK;
}

/* … and as they are in the end: what only bookings knew has gone with the last of them. */
static void show_after(const struct gs_book *book, const struct gs_book *old, struct gs_plans *plans)
{
    for (size_t i = 0; i < plans->count; i++) {
        struct gs_plan *p = &plans->at[i];
        const struct gs_day *before = gs_days_find(old, p->date), *after = gs_days_find(book, p->date);
        p->waiting_before = before != NULL ? (int32_t)before->waiting.count : 0;
        p->waiting_after = after != NULL ? (int32_t)after->waiting.count : 0;
        for (int32_t k = 0; k < p->window_count; k++) {
            struct gs_plan_window *w = &p->windows[k];
            const struct gs_window *is = gs_replan_window(after, w->id);
            w->is_gone = is == NULL;
            w->after = is != NULL ? gs_capacity_plan_state(is) : (struct gs_plan_state){.slot_capacity = -1};
        }
    }
}

/* Each step to the plan of its date. */
static int show_steps(const struct gs_record *first, struct gs_plans *plans)
{
    int err = GS_OK;
    for (const struct gs_record *r = first; r != NULL && err == GS_OK; r = r->next) {
        const struct gs_event *e = r->kind == GS_REC_EVENT ? r->u.event : NULL;
        if (e != NULL && (e->type == GS_EV_MOVED || e->type == GS_EV_WAITLISTED || e->type == GS_EV_PROMOTED)) {
            struct gs_plan *plan = plan_of(plans, e->to.window[0] != '\0' ? e->to.date : e->from.date);
            err = plan != NULL ? gs_capacity_plan_step(e, plan) : GS_E_NOMEM;
        }
    }
    return err;
}

static void init(struct gs_previewing *p, const struct gs_rules *rules)
{
    *p = (struct gs_previewing){.rules = rules, .plans.range = true};
    gs_batch_init(&p->batch);
}

static void finish(struct gs_previewing *p)
{
    gs_copying_finish(&p->before);
    gs_copying_finish(&p->after);
    gs_batch_finish(&p->batch);
    gs_plans_finish(&p->plans);
}

static int copy_before(struct gs_previewing *p, const struct gs_book *book)
{
    bool done = false;
    int err = gs_copying_step(&p->before, book, book->rules, &done);
    if (done) {
        p->old = p->before.made;
        p->stage = PREVIEW_AFTER;
    }
    return err;
}

static int copy_after(struct gs_previewing *p)
{
    bool done = false;
    int err = gs_copying_step(&p->after, p->old, p->rules, &done);
    if (done) {
        p->replanning = (struct gs_replanning){.book = p->after.made, .old = p->old, .batch = &p->batch};
        p->stage = PREVIEW_CHANGES;
    }
    return err;
}

static int see_changes(struct gs_previewing *p)
{
    const struct gs_book *book = p->after.made;
    if (p->next == book->day_count) {
        p->stage = PREVIEW_REPLAN;
        return GS_OK;
    }
    const struct gs_day *day = book->days[p->next++];
    return show_before(book, day, gs_days_find(p->old, day->date), &p->plans);
}

static int replan(struct gs_previewing *p)
{
    struct gs_reload_day day;
    if (!gs_replan_step(&p->replanning, &day)) {
        p->stage = PREVIEW_SUM;
    }
    return p->batch.failed ? GS_E_NOMEM : GS_OK;
}

static int sum_up(struct gs_previewing *p)
{
    int err = show_steps(p->batch.first, &p->plans);
    show_after(p->after.made, p->old, &p->plans);
    gs_batch_clear(&p->batch);
    p->stage = PREVIEW_WIND_UP;
    return err;
}

int gs_previewing_step(struct gs_previewing *p, const struct gs_book *book, bool *out_done)
{
    *out_done = false;
    switch (p->stage) {
    case PREVIEW_BEFORE:
        return copy_before(p, book);
    case PREVIEW_AFTER:
        return copy_after(p);
    case PREVIEW_CHANGES:
        return see_changes(p);
    case PREVIEW_REPLAN:
        return replan(p);
    case PREVIEW_SUM:
        return sum_up(p);
    case PREVIEW_WIND_UP:
        p->old = NULL;
        *out_done = !gs_copying_wind_up(&p->after) && !gs_copying_wind_up(&p->before);
        break;
    }
    return GS_OK;
}

int gs_previewing_create(const struct gs_rules *next, struct gs_previewing **out)
{
    struct gs_previewing *p = malloc(sizeof *p);
    if (p == NULL) {
        return GS_E_NOMEM;
    }
    init(p, next);
    *out = p;
    return GS_OK;
}

void gs_previewing_destroy(struct gs_previewing *p)
{
    if (p != NULL) {
        finish(p);
        free(p);
    }
}

const struct gs_book *gs_previewing_copy(const struct gs_previewing *p)
{
    return p->old;
}

const struct gs_plans *gs_previewing_plans(const struct gs_previewing *p)
{
    return &p->plans;
}

int gs_book_preview(const struct gs_book *book, const struct gs_rules *next, struct gs_plans *out)
{
    struct gs_previewing p;
    bool done = false;
    int err = GS_OK;
    init(&p, next);
    p.old = book; /* nothing changes it meanwhile */
    p.stage = PREVIEW_AFTER;
    while (err == GS_OK && !done) {
        err = gs_previewing_step(&p, book, &done);
    }
    if (err == GS_OK) {
        *out = p.plans;
        p.plans = (struct gs_plans){0};
    }
    finish(&p);
    return err;
}
