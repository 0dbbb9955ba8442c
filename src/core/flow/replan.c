/* What follows from new rules for a book under way, date by date. Each date whose windows they change is planned as a supervisor's change
 * would be: by the same planner, with the same order of keeping. Windows that stay as they were, also those that stand above their
 * capacity because a supervisor wanted it, are left alone. It can be done step by step, on a book that nothing else changes meanwhile. */
#include "flow/replan.h"

#include "flow/capacity_plan.h"
#include "flow/change.h"
#include "flow/waitlist.h"

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

const struct gs_window *gs_replan_window(const struct gs_day *day, const char *id)
{
    int32_t index = day != NULL ? gs_day_window_index(day, id) : -1;
    return index >= 0 ? &day->windows[index] : NULL;
}

bool gs_replan_is_over(const struct gs_book *book, const struct gs_window *w)
{
    bool over = w->end_ms <= book->now_ms;
    for (int32_t i = 0; i < w->slot_count; i++) {
        over = over && w->slots[i].end_ms <= book->now_ms;
    }
    return over;
}

uint32_t gs_replan_changed(const struct gs_book *book, const struct gs_day *day, const struct gs_day *before)
{
    uint32_t windows = 0;
    for (int32_t i = 0; i < day->window_count; i++) {
        const struct gs_window *w = &day->windows[i], *was = gs_replan_window(before, w->id);
        bool stays = gs_replan_is_over(book, w) || (was != NULL && same(was, w));
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
        .date = day->date, .already_set = true, .before = before, .windows = gs_replan_changed(act->book, day, before)};
    struct gs_record *last = act->batch->last;
    for (int32_t i = 0; i < day->window_count; i++) {
        const struct gs_window *w = &day->windows[i], *was = gs_replan_window(before, w->id);
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

/* Those who wait must not come before those who have to move. */
static void begin(struct gs_book *book)
{
    for (size_t i = 0; i < book->day_count; i++) {
        book->days[i]->promotions_pending = false;
    }
}

bool gs_replan_step(struct gs_replanning *r, struct gs_reload_day *out)
{
    struct gs_book *book = r->book;
    struct gs_act act = gs_act_of_system(book, r->batch, book->now_ms);
    act.occasion = GS_OCCASION_RELOAD;
    *out = (struct gs_reload_day){0};
    if (!r->is_begun) {
        begin(book);
        r->is_begun = true;
    }
    if (r->next < book->day_count && !r->batch->failed) {
        struct gs_day *day = book->days[r->next++];
        out->date = day->date;
        replan(&act, day, gs_days_find(r->old, day->date), out);
        return true;
    }
    if (!r->all_asked) {
        r->all_asked = true;
        book->recheck_waiters = false;
        gs_waitlist_free_all(book);
    }
    if (gs_waitlist_promote_next(&act, &r->promoting)) {
        return true;
    }
    gs_days_drop_empty(book);
    book->broken = r->batch->failed;
    return false;
}
