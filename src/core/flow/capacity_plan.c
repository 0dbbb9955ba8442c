/* A capacity change as one transaction. There is one way to carry it out; a plan is what this way does to a copy of
 * the book. So what was shown is what will happen, whatever the rules of promotion are, on whatever date.
 *
 * Order of events: who waits or moves out goes first, then the new capacities, then what only they make room for:
 * each event leaves slots and windows within what stands at it, unless the change itself is a recorded cut. */
#include "flow/capacity_plan.h"
#include "gateslot/base/grow.h"

#include "flow/change.h"
#include "flow/due.h"
#include "flow/waitlist.h"
#include "rules/displacement.h"
#include "rules/quota.h"

#include "gateslot/base/hash.h"
#include "gateslot/base/text.h"

#include <assert.h>
#include <string.h>

/* ---- carrying out ---- */

static void displace(struct gs_act *act, const struct gs_displaced *who)
{
    struct gs_change c;
    gs_change_begin(&c, act, who->entry, GS_EV_WAITLISTED);
    gs_change_give_back(&c);
    gs_change_status(&c, GS_STEP_DISPLACE);
    who->entry->b.displaced = true;
    gs_change_commit(&c);
}

static void move(struct gs_act *act, const struct gs_displaced *who)
{
    gs_change_move(act, &(struct gs_move){who->entry, who->to}, 0);
}

static bool fits(const struct gs_book *book, const struct gs_day *day, const struct gs_displaced *who)
{
    const struct gs_entry *e = who->entry;
    const struct gs_window *w = &day->windows[who->to.window];
    const struct gs_slot *s = &w->slots[who->to.slot];
    int32_t others = w->booked - (who->from.window == who->to.window ? 1 : 0);
    if (w->closed || others >= w->capacity + w->extra || s->booked >= s->capacity + s->extra) {
        return false;
    }
    return who->from.window == who->to.window || (gs_quota_capped(book, day, e->b.uscc, e) >> who->to.window & 1) == 0;
}

/* Moves those who find room, again and again, as each may make room for another. Returns how many are left. */
static size_t move_those_who_fit(struct gs_act *act, const struct gs_day *day, struct gs_displaced *left, size_t count)
{
    for (size_t i = 0; i < count;) {
        if (!fits(act->book, day, &left[i])) {
            i++;
            continue;
        }
        move(act, &left[i]);
        memmove(left + i, left + i + 1, (count - i - 1) * sizeof *left);
        count--;
        i = 0;
    }
    return count;
}

static void tell(struct gs_act *act, const struct gs_window *w, const struct gs_capacity_change *change,
                 const struct gs_capacity *to)
{
    struct gs_event event = {.type = GS_EV_CAPACITY_CHANGED,
                             .capacity_before = w->capacity,
                             .capacity_after = to->capacity,
                             .closed_after = to->closed};
    event.to.date = change->date;
    event.to.start_ms = w->start_ms;
    event.to.end_ms = w->end_ms;
    event.to.place = -1;
    gs_text_copy(event.to.window, sizeof event.to.window, w->id);
    gs_change_tell(act, &event);
}

/* Was it set so already, for that reason? Then nothing is to be told. */
static bool set_already(const struct gs_book *book, const struct gs_capacity *to)
{
    const struct gs_capacity *is = gs_overrides_find(book, to->date, to->window);
    return is != NULL && is->capacity == to->capacity && is->slot_capacity == to->slot_capacity &&
           is->closed == to->closed && strcmp(is->reason, to->reason) == 0;
}

/* held: the day is the book's, so what is set comes into force on it. */
static void set_capacities(struct gs_act *act, struct gs_day *day, const struct gs_capacity_change *change, bool held)
{
    for (int32_t i = 0; i < day->window_count; i++) {
        const struct gs_capacity *to = &change->to[i];
        bool stands = change->already_set || (change->reset ? !day->windows[i].overridden : set_already(act->book, to));
        if ((change->windows >> i & 1) == 0 || stands) {
            continue;
        }
        gs_batch_capacity(act->batch, to, change->reset);
        tell(act, &day->windows[i], change, to);
        if (change->reset) {
            gs_overrides_remove(act->book, held ? day : NULL, to->date, to->window);
        } else if (gs_overrides_put(act->book, held ? day : NULL, to) != GS_OK) {
            act->batch->failed = true;
        }
    }
}

static int find_displaced(const struct gs_book *book, const struct gs_day *day, const struct gs_capacity_change *change,
                          struct gs_displacement *out)
{
    struct gs_displacement_window windows[GS_MAX_WINDOWS] = {0};
    for (int32_t i = 0; i < day->window_count; i++) {
        windows[i] = (struct gs_displacement_window){.touched = (change->windows >> i & 1) != 0,
                                                     .closed = change->to[i].closed,
                                                     .capacity = change->to[i].capacity,
                                                     .slot_capacity = change->to[i].slot_capacity};
    }
    return gs_displacement_find(book, day, change->before, windows, out);
}

/* Displaces the last kept first; leaves those who move, in the order of keeping. */
static void displace_all(struct gs_act *act, struct gs_displacement *d)
{
    size_t moving = 0;
    for (size_t i = d->count; i > 0; i--) {
        if (d->trucks[i - 1].to.window < 0) {
            displace(act, &d->trucks[i - 1]);
        }
    }
    for (size_t i = 0; i < d->count; i++) {
        if (d->trucks[i].to.window >= 0) {
            d->trucks[moving++] = d->trucks[i];
        }
    }
    d->count = moving;
}

void gs_capacity_plan_carry_out(struct gs_act *act, const struct gs_capacity_change *change)
{
    struct gs_displacement d = {0};
    struct gs_day *day = gs_days_find(act->book, change->date);
    if (!change->keep && find_displaced(act->book, day, change, &d) != GS_OK) {
        act->batch->failed = true;
        return;
    }
    displace_all(act, &d);
    size_t left = move_those_who_fit(act, day, d.trucks, d.count);
    set_capacities(act, day, change, true);
    left = move_those_who_fit(act, day, d.trucks, left);
    assert(left <= d.count);
    for (size_t i = 0; i < left; i++) {
        move(act, &d.trucks[i]); /* each waits for another's place: together they fit */
    }
    gs_displacement_finish(&d);
    gs_waitlist_promote(act);
}

/* A date that the book does not hold has no bookings: only what is set for it changes. */
static void carry_out_ahead(struct gs_act *act, const struct gs_capacity_range *range, gs_date date)
{
    struct gs_day *day = NULL;
    struct gs_capacity_change change;
    if (gs_days_ahead(act->book, date, &day) != GS_OK) {
        act->batch->failed = true;
        return;
    }
    range->describe(range->arg, act->book, day, &change);
    set_capacities(act, day, &change, false);
    gs_day_destroy(day);
}

static void carry_out_date(struct gs_act *act, const struct gs_capacity_range *range, gs_date date)
{
    const struct gs_day *day = gs_days_find(act->book, date);
    struct gs_capacity_change change;
    if (day == NULL) {
        carry_out_ahead(act, range, date);
        return;
    }
    range->describe(range->arg, act->book, day, &change);
    gs_capacity_plan_carry_out(act, &change);
    if (date < range->to) { /* as after a command of its own */
        gs_due_follow(act);
    }
}

void gs_capacity_plan_carry_out_range(struct gs_act *act, const struct gs_capacity_range *range)
{
    for (gs_date date = range->from; date <= range->to && !act->batch->failed; date++) {
        carry_out_date(act, range, date);
    }
}

/* ---- planning ---- */

static int append(struct gs_plan_list *list, const struct gs_event *e)
{
    struct gs_plan_step *grown = gs_grown(list->at, list->count, &list->room, sizeof *grown);
    if (grown == NULL) {
        return GS_E_NOMEM;
    }
    list->at = grown;
    struct gs_plan_step *step = &list->at[list->count++];
    *step = (struct gs_plan_step){.booking_id = e->booking_id, .from = e->from, .to = e->to, .cause_id = e->cause_id};
    memcpy(step->plate, e->plate, sizeof step->plate);
    step->from.place = step->to.place = -1;
    return GS_OK;
}

int gs_capacity_plan_step(const struct gs_event *e, struct gs_plan *out)
{
    switch (e->type) {
    case GS_EV_MOVED:
        return append(&out->moved, e);
    case GS_EV_WAITLISTED:
        return append(&out->waitlisted, e);
    case GS_EV_PROMOTED:
        return append(&out->promoted, e);
    default:
        return GS_OK;
    }
}

int gs_capacity_plan_read(const struct gs_record *first, struct gs_plan *out)
{
    int err = GS_OK;
    for (const struct gs_record *r = first; r != NULL && err == GS_OK; r = r->next) {
        err = r->kind == GS_REC_EVENT ? gs_capacity_plan_step(r->u.event, out) : GS_OK;
    }
    return err;
}

struct gs_plan_state gs_capacity_plan_state(const struct gs_window *w)
{
    return (struct gs_plan_state){.capacity = w->capacity,
                                  .slot_capacity = w->slot_capacity,
                                  .booked = w->booked,
                                  .waiting = w->waiting,
                                  .closed = w->closed,
                                  .overridden = w->overridden};
}

static void describe_before(const struct gs_day *day, uint32_t windows, struct gs_plan *out)
{
    out->date = day->date;
    out->waiting_before = (int32_t)day->waiting.count;
    for (int32_t i = 0; i < day->window_count; i++) {
        if ((windows >> i & 1) != 0) {
            struct gs_plan_window *w = &out->windows[out->window_count++];
            memcpy(w->id, day->windows[i].id, sizeof w->id);
            gs_text_copy(w->name, sizeof w->name, day->windows[i].name != NULL ? day->windows[i].name : "");
            w->before = gs_capacity_plan_state(&day->windows[i]);
        }
    }
}

static void describe_after(const struct gs_day *day, struct gs_plan *out)
{
    out->waiting_after = (int32_t)day->waiting.count;
    for (int32_t i = 0; i < out->window_count; i++) {
        int32_t index = gs_day_window_index(day, out->windows[i].id);
        assert(index >= 0); /* the rules know it */
        out->windows[i].after = gs_capacity_plan_state(&day->windows[index]);
    }
}

static uint64_t add_state(uint64_t h, const struct gs_plan_state *s)
{
    h = gs_fnv_int(h, s->capacity);
    h = gs_fnv_int(h, s->slot_capacity);
    return gs_fnv_int(h, (s->closed ? 1 : 0) + (s->overridden ? 2 : 0));
}

static uint64_t add_list(uint64_t h, const struct gs_plan_list *list)
{
    h = gs_fnv_int(h, (int64_t)list->count);
    for (size_t i = 0; i < list->count; i++) {
        const struct gs_plan_step *s = &list->at[i];
        h = gs_fnv_int(h, s->booking_id);
        h = gs_fnv_text_nul(h, s->from.window);
        h = gs_fnv_int(h, s->from.start_ms);
        h = gs_fnv_text_nul(h, s->to.window);
        h = gs_fnv_int(h, s->to.start_ms);
    }
    return h;
}

/* What is booked besides does not count: the plan is outdated when it, or what stood before it, has become another. */
static uint64_t id_of(const struct gs_plan *p, const struct gs_capacity_change *change)
{
    uint64_t h = gs_fnv_int(GS_FNV_START, p->date);
    h = gs_fnv_int(h, (change->reset ? 1 : 0) + (change->keep ? 2 : 0));
    for (int32_t i = 0; i < p->window_count; i++) {
        h = gs_fnv_text_nul(h, p->windows[i].id);
        h = add_state(h, &p->windows[i].before);
        h = add_state(h, &p->windows[i].after);
    }
    h = add_list(h, &p->moved);
    h = add_list(h, &p->waitlisted);
    return add_list(h, &p->promoted);
}

/* As set_capacities would leave it. */
static void change_ahead(struct gs_day *day, const struct gs_capacity_change *change)
{
    for (int32_t i = 0; i < day->window_count; i++) {
        const struct gs_capacity *to = &change->to[i];
        if ((change->windows >> i & 1) != 0) {
            gs_day_set_capacity(&day->windows[i], to->capacity, to->slot_capacity, to->closed);
            day->windows[i].overridden = !change->reset;
        }
    }
}

static int plan_ahead(const struct gs_book *book, const struct gs_capacity_range *range, gs_date date,
                      struct gs_plan *out)
{
    struct gs_day *day = NULL;
    struct gs_capacity_change change;
    int err = gs_days_ahead(book, date, &day);
    if (err != GS_OK) {
        return err;
    }
    range->describe(range->arg, book, day, &change);
    describe_before(day, change.windows, out);
    change_ahead(day, &change);
    describe_after(day, out);
    out->id = id_of(out, &change);
    gs_day_destroy(day);
    return GS_OK;
}

/* Carries the date's change out on the copy, and reads what came of it. */
static int plan_date(struct gs_act *act, const struct gs_capacity_range *range, gs_date date, struct gs_plan *out)
{
    struct gs_capacity_change change;
    const struct gs_day *day = gs_days_find(act->book, date);
    range->describe(range->arg, act->book, day, &change);
    describe_before(day, change.windows, out);
    gs_batch_clear(act->batch);
    carry_out_date(act, range, date);
    describe_after(gs_days_find(act->book, date), out);
    int err = act->batch->failed ? GS_E_NOMEM : gs_capacity_plan_read(act->batch->first, out);
    out->id = id_of(out, &change);
    return err;
}

/* No date is held: nothing of the book is needed but what is set. */
static bool all_ahead(const struct gs_book *book, const struct gs_capacity_range *range)
{
    bool held = false;
    for (gs_date date = range->from; date <= range->to; date++) {
        held = held || gs_days_find(book, date) != NULL;
    }
    return !held;
}

/* Of the copy where there is one. */
static int plan_next(struct gs_planning *p, const struct gs_book *book)
{
    struct gs_plans *plans = &p->plans;
    struct gs_plan *grown = gs_grown(plans->at, plans->count, &plans->room, sizeof *grown);
    if (grown == NULL) {
        return GS_E_NOMEM;
    }
    plans->at = grown;
    struct gs_plan *plan = &plans->at[plans->count++];
    *plan = (struct gs_plan){0};
    struct gs_book *copy = p->copying.made;
    const gs_date date = p->next++;
    if (copy == NULL || gs_days_find(copy, date) == NULL) {
        return plan_ahead(copy != NULL ? copy : book, &p->range, date, plan);
    }
    struct gs_act act = gs_act_of_system(copy, &p->batch, copy->now_ms);
    return plan_date(&act, &p->range, date, plan);
}

static uint64_t id_of_all(const struct gs_plans *plans)
{
    uint64_t h = GS_FNV_START;
    for (size_t i = 0; i < plans->count; i++) {
        h = gs_fnv_int(h, (int64_t)plans->at[i].id);
    }
    return plans->count == 1 ? plans->at[0].id : h;
}

void gs_planning_init(struct gs_planning *p, const struct gs_capacity_range *range)
{
    *p = (struct gs_planning){.range = *range, .next = range->from};
    gs_batch_init(&p->batch);
}

void gs_planning_finish(struct gs_planning *p)
{
    gs_plans_finish(&p->plans);
    gs_batch_finish(&p->batch);
    gs_copying_finish(&p->copying);
}

const struct gs_book *gs_planning_copy(const struct gs_planning *p)
{
    return p->copying.is_done && !p->is_planned ? p->copying.made : NULL;
}

int gs_planning_step(struct gs_planning *p, const struct gs_book *book, bool *out_done)
{
    *out_done = false;
    if (!p->begun) {
        p->begun = true;
        p->is_ahead = all_ahead(book, &p->range);
    }
    if (!p->is_ahead && !p->copying.is_done) {
        bool done;
        return gs_copying_step(&p->copying, book, book->rules, &done);
    }
    if (p->next <= p->range.to) {
        return plan_next(p, book);
    }
    if (!p->is_planned) {
        p->is_planned = true;
        p->plans.id = id_of_all(&p->plans);
        gs_batch_clear(&p->batch);
    }
    *out_done = p->is_ahead || !gs_copying_wind_up(&p->copying);
    return GS_OK;
}

int gs_capacity_plan_make(const struct gs_book *book, const struct gs_capacity_range *range, struct gs_plans *out)
{
    struct gs_planning p;
    bool done = false;
    int err = GS_OK;
    gs_planning_init(&p, range);
    while (err == GS_OK && !done) {
        err = gs_planning_step(&p, book, &done);
    }
    if (err == GS_OK) {
        *out = p.plans;
        p.plans = (struct gs_plans){0};
    }
    gs_planning_finish(&p);
    return err;
}
