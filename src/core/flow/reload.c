/* New rules for a book under way. Each date whose windows they change is planned as a supervisor's change would be:
 * by the same planner, with the same order of keeping. Windows that stay as they were, also those that stand above
 * their capacity because a supervisor wanted it, are left alone. What would be done can be asked for beforehand: it is done to a
 * copy then, so what was shown is what happens if nothing else does. */
#include "flow/capacity_plan.h"
#include "flow/change.h"
#include "flow/waitlist.h"

#include "gateslot/base/grow.h"
#include "gateslot/base/text.h"

#include <string.h>

static bool same_slots(const struct gs_window *a, const struct gs_window *b)
{
    if (a->slot_count != b->slot_count) {
        return false;
    }
    for (int32_t i = 0; i < a->slot_count; i++) {
        const struct gs_slot *x = &a->slots[i], *y = &b->slots[i];
        if (x->start_ms != y->start_ms || x->end_ms != y->end_ms || x->capacity != y->capacity ||
            x->adopted != y->adopted) {
            return false;
        }
    }
    return true;
}

static bool same(const struct gs_window *a, const struct gs_window *b)
{
    return a->capacity == b->capacity && a->closed == b->closed && a->adopted == b->adopted && same_slots(a, b);
}

static const struct gs_window *window_of(const struct gs_day *day, const char *id)
{
    int32_t index = day != NULL ? gs_day_window_index(day, id) : -1;
    return index >= 0 ? &day->windows[index] : NULL;
}

/* Has it ended, and every slot that only bookings know as well? */
static bool is_over(const struct gs_book *book, const struct gs_window *w)
{
    bool over = w->end_ms <= book->now_ms;
    for (int32_t i = 0; i < w->slot_count; i++) {
        over = over && w->slots[i].end_ms <= book->now_ms;
    }
    return over;
}

static uint32_t changed(const struct gs_book *book, const struct gs_day *day, const struct gs_day *before)
{
    uint32_t windows = 0;
    for (int32_t i = 0; i < day->window_count; i++) {
        const struct gs_window *w = &day->windows[i], *was = window_of(before, w->id);
        bool stays = is_over(book, w) || (was != NULL && same(was, w));
        windows |= stays ? 0 : UINT32_C(1) << i;
    }
    return windows;
}

static void tell(struct gs_act *act, const struct gs_day *day, const struct gs_window *w, const struct gs_window *was)
{
    struct gs_event event = {.type = GS_EV_CAPACITY_CHANGED,
                             .capacity_before = was != NULL ? was->capacity : 0,
                             .capacity_after = w->adopted ? 0 : w->capacity,
                             .closed_after = w->closed};
    event.to = (struct gs_place_ref){.date = day->date, .start_ms = w->start_ms, .end_ms = w->end_ms, .place = -1};
    gs_text_copy(event.to.window, sizeof event.to.window, w->id);
    gs_change_tell(act, &event);
}

static void count(const struct gs_record *first, struct gs_reload_day *out)
{
    for (const struct gs_record *r = first; r != NULL; r = r->next) {
        if (r->kind == GS_REC_EVENT) {
            out->moved += r->u.event->type == GS_EV_MOVED ? 1 : 0;
            out->waitlisted += r->u.event->type == GS_EV_WAITLISTED ? 1 : 0;
            out->promoted += r->u.event->type == GS_EV_PROMOTED ? 1 : 0;
        }
    }
}

static void replan(struct gs_act *act, struct gs_day *day, const struct gs_day *before, struct gs_reload_day *out)
{
    struct gs_capacity_change change = {
        .date = day->date, .already_set = true, .before = before, .windows = changed(act->book, day, before)};
    struct gs_record *last = act->batch->last;
    for (int32_t i = 0; i < day->window_count; i++) {
        const struct gs_window *w = &day->windows[i], *was = window_of(before, w->id);
        change.to[i] = (struct gs_capacity){
            .capacity = w->capacity, .slot_capacity = w->slot_capacity, .closed = w->closed || w->adopted};
        if ((change.windows >> i & 1) != 0) {
            tell(act, day, w, was);
            out->windows++;
        }
    }
    if (change.windows != 0) {
        gs_days_freed(act->book, day);
        gs_capacity_plan_carry_out(act, &change);
        count(last != NULL ? last->next : act->batch->first, out);
    }
}

/* All that follows from the new rules at once. */
static void replan_all(struct gs_book *book, const struct gs_book *old, struct gs_batch *batch,
                       void (*told)(void *arg, const struct gs_reload_day *day), void *arg)
{
    struct gs_act act = gs_act_of_system(book, batch, book->now_ms);
    act.occasion = GS_OCCASION_RELOAD;
    for (size_t i = 0; i < book->day_count; i++) { /* those who wait must not come before those who have to move */
        book->days[i]->promotions_pending = false;
    }
    for (size_t i = 0; i < book->day_count && !batch->failed; i++) {
        struct gs_reload_day day = {.date = book->days[i]->date};
        replan(&act, book->days[i], gs_days_find(old, day.date), &day);
        if (day.windows > 0 && told != NULL) {
            told(arg, &day);
        }
    }
    book->recheck_waiters = false;
    gs_waitlist_ask_all(&act);
    gs_days_drop_empty(book);
    book->broken = batch->failed;
}

/* ---- beforehand ---- */

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
    const uint32_t windows = changed(book, day, before);
    const struct gs_window *went[GS_MAX_WINDOWS];
    int32_t went_count = 0;
    for (int32_t i = 0; before != NULL && i < before->window_count; i++) {
        const struct gs_window *was = &before->windows[i];
        if (window_of(day, was->id) == NULL && !is_over(book, was)) {
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
            show(window_of(before, day->windows[i].id), &day->windows[i], plan);
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
            const struct gs_window *is = window_of(after, w->id);
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

int gs_book_preview(const struct gs_book *book, const struct gs_rules *next, struct gs_plans *out)
{
    struct gs_book *copy;
    struct gs_batch batch;
    struct gs_plans plans = {.range = true};
    int err = gs_book_rebuild(book, next, &copy);
    if (err != GS_OK) {
        return err;
    }
    gs_batch_init(&batch);
    for (size_t i = 0; i < copy->day_count && err == GS_OK; i++) {
        err = show_before(copy, copy->days[i], gs_days_find(book, copy->days[i]->date), &plans);
    }
    replan_all(copy, book, &batch, NULL, NULL);
    err = err == GS_OK && batch.failed ? GS_E_NOMEM : err;
    err = err == GS_OK ? show_steps(batch.first, &plans) : err;
    show_after(copy, book, &plans);
    gs_batch_finish(&batch);
    gs_book_destroy(copy);
    if (err != GS_OK) {
        gs_plans_finish(&plans);
        return err;
    }
    *out = plans;
    return GS_OK;
}

/* How many move, have to wait and get a place: told before it happens, so it is worked out beforehand. */
static int count_all(const struct gs_book *old, const struct gs_rules *rules, struct gs_event *out)
{
    struct gs_plans plans;
    int err = gs_book_preview(old, rules, &plans);
    if (err != GS_OK) {
        return err;
    }
    for (size_t i = 0; i < plans.count; i++) {
        out->moved += (int32_t)plans.at[i].moved.count;
        out->waitlisted += (int32_t)plans.at[i].waitlisted.count;
        out->promoted += (int32_t)plans.at[i].promoted.count;
    }
    gs_plans_finish(&plans);
    return GS_OK;
}

void gs_book_reload(struct gs_book *book, const struct gs_book *old, struct gs_batch *batch,
                    const struct gs_option_changes *options, void (*told)(void *arg, const struct gs_reload_day *day),
                    void *arg)
{
    struct gs_act act = gs_act_of_system(book, batch, book->now_ms);
    struct gs_event event = {.type = GS_EV_CONFIG_RELOADED, .options = gs_batch_options(batch, options)};
    if (count_all(old, book->rules, &event) != GS_OK) {
        batch->failed = book->broken = true;
        return;
    }
    gs_change_tell(&act, &event);
    replan_all(book, old, batch, told, arg);
}
