/* Plans on random days, against a solver of the test's own: as few displaced as can be, the right ones in the right
 * order, with as few moves as keep the others; the dry run and the run agree; every event leaves what it must.
 * GS_SEED chooses the first day, GS_DAYS how many. */
#include "../../base/dice.h"
#include "day.h"

#include "../fixture_store.h"
#include "../invariants.h"

#include <stdio.h>
#include <stdlib.h>

#define SEED 20261125
#define DAYS 2000

struct seen { /* what came up, so that the test cannot pass by testing nothing */
    int64_t displaced, moved, promoted, kept_cuts, raised, closed, all, both, overbooked, shifted;
};

static struct {
    uint64_t seed;
} playing;

static void must(bool holds, const char *what)
{
    if (!holds) {
        fail_msg("GS_SEED=%llu GS_DAYS=1: %s", (unsigned long long)playing.seed, what);
    }
}
#define MUST(condition) must((condition), #condition)

static bool same_place(const struct gs_place_ref *a, const struct gs_place_ref *b)
{
    return strcmp(a->window, b->window) == 0 && a->start_ms == b->start_ms && a->end_ms == b->end_ms &&
           a->date == b->date;
}

static bool same_list(const struct gs_plan_list *a, const struct gs_plan_list *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++) {
        const struct gs_plan_step *x = &a->at[i], *y = &b->at[i];
        same = x->booking_id == y->booking_id && strcmp(x->plate, y->plate) == 0 && same_place(&x->from, &y->from) &&
               same_place(&x->to, &y->to) && x->cause_id == y->cause_id;
    }
    return same;
}

static bool same_state(const struct gs_plan_state *a, const struct gs_plan_state *b)
{
    return a->capacity == b->capacity && a->slot_capacity == b->slot_capacity && a->booked == b->booked &&
           a->waiting == b->waiting && a->closed == b->closed && a->overridden == b->overridden;
}

static bool same_windows(const struct gs_plan *a, const struct gs_plan *b)
{
    bool same = a->window_count == b->window_count;
    for (int32_t i = 0; same && i < a->window_count; i++) {
        const struct gs_plan_window *x = &a->windows[i], *y = &b->windows[i];
        same = strcmp(x->id, y->id) == 0 && same_state(&x->before, &y->before) && same_state(&x->after, &y->after);
    }
    return same;
}

static void copy_list(struct gs_plan_list *to, const struct gs_plan_list *from)
{
    to->count = to->room = from->count;
    to->at = calloc(from->count + 1, sizeof *to->at);
    assert_non_null(to->at);
    if (from->count > 0) {
        memcpy(to->at, from->at, from->count * sizeof *to->at);
    }
}

static void copy_plan(struct gs_plan *to, const struct gs_plan *from)
{
    *to = *from;
    copy_list(&to->moved, &from->moved);
    copy_list(&to->waitlisted, &from->waitlisted);
    copy_list(&to->promoted, &from->promoted);
}

static void free_plan(struct gs_plan *p)
{
    free(p->moved.at);
    free(p->waitlisted.at);
    free(p->promoted.at);
}

/* ---- the events, one by one ---- */

struct count {
    int32_t window[DAY_WINDOWS], slot[DAY_WINDOWS][GS_MAX_SLOTS];
};

struct replay {
    const struct day *d;
    const struct gs_command *c;
    struct count start, now;
    bool changed[DAY_WINDOWS]; /* its new capacity stands */
    size_t moved, waitlisted, promoted;
};

static void find(const struct day *d, const struct gs_place_ref *p, int32_t *window, int32_t *slot)
{
    *window = *slot = -1;
    for (int32_t i = 0; i < d->window_count; i++) {
        for (int32_t s = 0; s < d->windows[i].slot_count; s++) {
            if (strcmp(p->window, d->windows[i].id) == 0 && p->start_ms == d->windows[i].slots[s].start_ms) {
                *window = i;
                *slot = s;
            }
        }
    }
    MUST(*window >= 0);
}

static void count_place(struct replay *r, const struct gs_place_ref *p, int32_t by)
{
    int32_t window, slot;
    if (p->window[0] == '\0') {
        return;
    }
    find(r->d, p, &window, &slot);
    r->now.window[window] += by;
    r->now.slot[window][slot] += by;
}

/* Above what stands only as far as it was before the change. */
static void check_capacities(const struct replay *r)
{
    for (int32_t i = 0; i < r->d->window_count; i++) {
        const struct gs_window_view *w = &r->d->windows[i];
        const struct gs_command *c = r->changed[i] ? r->c : NULL;
        MUST(r->now.window[i] <= day_window_room(r->d, c, i) || r->now.window[i] <= r->start.window[i]);
        for (int32_t s = 0; s < w->slot_count; s++) {
            MUST(r->now.slot[i][s] <= day_slot_room(r->d, c, i, s) || r->now.slot[i][s] <= r->start.slot[i][s]);
        }
    }
}

static void replay_event(struct replay *r, const struct gs_event *e, const struct gs_plan *plan)
{
    const struct gs_plan_list *list = NULL;
    size_t *at = NULL;
    if (e->type == GS_EV_CAPACITY_CHANGED) {
        for (int32_t i = 0; i < r->d->window_count; i++) {
            r->changed[i] = r->changed[i] || strcmp(r->d->windows[i].id, e->to.window) == 0;
        }
        return;
    }
    if (e->type == GS_EV_MOVED) {
        list = &plan->moved;
        at = &r->moved;
    } else if (e->type == GS_EV_WAITLISTED) {
        list = &plan->waitlisted;
        at = &r->waitlisted;
        MUST(gs_event_reason(e)[0] != '\0');
    } else {
        MUST(e->type == GS_EV_PROMOTED);
        list = &plan->promoted;
        at = &r->promoted;
    }
    MUST(*at < list->count && list->at[*at].booking_id == e->booking_id);
    MUST(same_place(&list->at[*at].from, &e->from) && same_place(&list->at[*at].to, &e->to));
    *at += 1;
    if (e->type != GS_EV_PROMOTED) {
        MUST(!day_fixed(&r->d->before[e->booking_id - 1]));
        count_place(r, &e->from, -1);
    }
    count_place(r, &e->to, 1);
    check_capacities(r);
}

static void count_start(struct replay *r)
{
    for (int32_t i = 0; i < r->d->window_count; i++) {
        r->start.window[i] = r->d->windows[i].booked;
        for (int32_t s = 0; s < r->d->windows[i].slot_count; s++) {
            r->start.slot[i][s] = r->d->windows[i].slots[s].booked;
        }
    }
    r->now = r->start;
}

static void replay_all(const struct day *d, const struct gs_command *c, const struct gs_plan *plan)
{
    struct replay r = {.d = d, .c = c};
    count_start(&r);
    for (const struct gs_record *record = d->f.batch.first; record != NULL; record = record->next) {
        if (record->kind == GS_REC_EVENT) {
            replay_event(&r, record->u.event, plan);
        }
    }
    MUST(r.moved == plan->moved.count && r.waitlisted == plan->waitlisted.count && r.promoted == plan->promoted.count);
}

/* ---- what it comes to ---- */

/* Those who are fixed may stand above what is left; nobody else. */
static void check_end(const struct day *d, const struct gs_command *c, struct seen *seen)
{
    struct gs_window_view w;
    for (int32_t i = 0; i < d->window_count; i++) {
        int32_t fixed = 0, fixed_in[GS_MAX_SLOTS] = {0};
        MUST(gs_book_window(d->f.book, d->date, i, &w));
        for (int32_t k = 0; k < d->count; k++) {
            const struct gs_booking *b = &d->before[k];
            for (int32_t s = 0; day_fixed(b) && s < w.slot_count; s++) {
                bool in = strcmp(b->window, w.id) == 0 && b->slot_start_ms == w.slots[s].start_ms;
                fixed += in ? 1 : 0;
                fixed_in[s] += in ? 1 : 0;
            }
        }
        if (!day_touched(d, c, i)) {
            continue;
        }
        int32_t room = day_window_room(d, c, i);
        MUST(w.booked <= (room > fixed ? room : fixed));
        if (!d->windows[i].closed && w.booked > w.capacity) {
            seen->overbooked++;
        }
        for (int32_t s = 0; s < w.slot_count; s++) {
            int32_t of_slot = day_slot_room(d, c, i, s);
            MUST(w.slots[s].booked <= (of_slot > fixed_in[s] ? of_slot : fixed_in[s]));
        }
    }
}

static size_t moves_of_the_cut(const struct gs_plan *p)
{
    size_t count = 0;
    for (size_t i = 0; i < p->moved.count; i++) {
        count += p->moved.at[i].cause_id == 0 ? 1 : 0;
    }
    return count;
}

/* Of those moved by the change: where nobody had to be moved for another, all are shifted. */
static int64_t minutes_shifted(const struct gs_plan *p)
{
    int64_t minutes = 0;
    for (size_t i = 0; i < p->moved.count; i++) {
        const struct gs_place_ref *from = &p->moved.at[i].from, *to = &p->moved.at[i].to;
        bool covers = to->start_ms <= from->start_ms && from->start_ms < to->end_ms;
        int64_t away = to->start_ms > from->start_ms ? to->start_ms - from->start_ms : from->start_ms - to->start_ms;
        minutes += p->moved.at[i].cause_id == 0 && !covers ? away / GS_MINUTE_MS : 0;
    }
    return minutes;
}

/* Who loses a place and gets another by the same plan has moved. */
static bool nobody_waits_and_is_promoted(const struct gs_plan *p)
{
    for (size_t i = 0; i < p->waitlisted.count; i++) {
        for (size_t k = 0; k < p->promoted.count; k++) {
            if (p->waitlisted.at[i].booking_id == p->promoted.at[k].booking_id) {
                return false;
            }
        }
    }
    return true;
}

static void check_optimal(const struct day *d, const struct gs_command *c, const struct gs_plan *p, struct seen *seen)
{
    struct expected want;
    int32_t movable = 0;
    day_expect(d, c, &want);
    for (int32_t k = 0; k < d->count; k++) {
        movable += d->before[k].status == GS_BOOKED ? 1 : 0;
    }
    MUST(movable - want.kept - want.shifted == want.displaced_count);
    MUST(p->waitlisted.count == (size_t)want.displaced_count);
    for (size_t i = 0; i < p->waitlisted.count; i++) {
        MUST(p->waitlisted.at[i].booking_id == want.order[i]);
    }
    MUST(moves_of_the_cut(p) == (size_t)(want.moves + want.shifted));
    MUST(minutes_shifted(p) == want.minutes || want.moves > 0);
    MUST(nobody_waits_and_is_promoted(p));
    seen->shifted += want.shifted;
}

static void check_bookings(const struct day *d)
{
    for (int32_t k = 0; k < d->count; k++) {
        const struct gs_booking *b = &d->before[k], *now = fx_get(&d->f, b->id);
        if (day_fixed(b)) {
            MUST(now->version == b->version && now->status == b->status && now->slot_start_ms == b->slot_start_ms);
        }
        MUST(now->status == b->status || (b->status == GS_BOOKED && now->status == GS_WAITLISTED) ||
             (b->status == GS_WAITLISTED && now->status == GS_BOOKED));
        MUST(now->displaced == (now->status == GS_WAITLISTED && (b->displaced || b->status == GS_BOOKED)) ||
             now->status == GS_DEPARTED || gs_status_terminal(now->status));
    }
}

static void note_seen(const struct day *d, const struct gs_command *c, const struct gs_plan *p, struct seen *seen)
{
    (void)d;
    seen->displaced += (int64_t)p->waitlisted.count;
    seen->moved += (int64_t)moves_of_the_cut(p);
    seen->promoted += (int64_t)p->promoted.count;
    seen->kept_cuts += c->u.capacity.excess == GS_EXCESS_KEEP ? 1 : 0;
    seen->closed += c->u.capacity.to.closed ? 1 : 0;
    seen->all += strcmp(c->u.capacity.to.window, GS_ALL_WINDOWS) == 0 ? 1 : 0;
    seen->both += p->waitlisted.count > 0 && moves_of_the_cut(p) > 0 ? 1 : 0;
}

static void check_plan(struct day *d, struct gs_command *c, struct seen *seen)
{
    struct fixture *f = &d->f;
    struct gs_plan dry;
    uint64_t digest = gs_book_digest(f->book);
    c->u.capacity.dry_run = true;
    gs_apply(f->book, c, f->now, &f->batch, &f->out);
    if (f->out.code != GS_CODE_OK) {
        MUST(f->out.code == GS_CODE_PAST_CUTOFF && f->batch.first == NULL && f->out.plans == NULL);
        return;
    }
    MUST(f->batch.first == NULL && gs_book_digest(f->book) == digest);
    copy_plan(&dry, &f->out.plans->at[0]);
    c->u.capacity.dry_run = false;
    c->u.capacity.has_plan_id = true;
    c->u.capacity.plan_id = dry.id ^ 1;
    gs_apply(f->book, c, f->now, &f->batch, &f->out);
    MUST(f->out.code == GS_CODE_PLAN_OUTDATED && f->out.plans->at[0].id == dry.id && gs_book_digest(f->book) == digest);
    c->u.capacity.plan_id = dry.id;
    gs_apply(f->book, c, f->now, &f->batch, &f->out);
    MUST(f->out.code == GS_CODE_OK && f->out.plans->at[0].id == dry.id &&
         f->out.plans->at[0].window_count == dry.window_count);
    MUST(same_windows(&f->out.plans->at[0], &dry));
    MUST(same_list(&dry.moved, &f->out.plans->at[0].moved) &&
         same_list(&dry.waitlisted, &f->out.plans->at[0].waitlisted) &&
         same_list(&dry.promoted, &f->out.plans->at[0].promoted));
    replay_all(d, c, &dry);
    check_bookings(d);
    if (c->u.capacity.excess == GS_EXCESS_REBOOK) {
        check_optimal(d, c, &dry, seen);
        check_end(d, c, seen);
    } else {
        MUST(dry.waitlisted.count == 0 && moves_of_the_cut(&dry) == 0);
    }
    note_seen(d, c, &dry, seen);
    free_plan(&dry);
}

static void play(uint64_t seed, struct seen *seen)
{
    static struct day d;
    struct gs_command c;
    playing.seed = seed;
    day_make(&d, seed);
    day_change(&d, &c);
    day_note(&d);
    fx_store_commit(&d.f.store, &d.f.batch);
    gs_batch_clear(&d.f.batch);
    check_plan(&d, &c, seen);
    fx_store_commit(&d.f.store, &d.f.batch);
    gs_batch_clear(&d.f.batch);
    const char *broken = invariants_broken(d.f.book, true);
    must(broken == NULL, broken != NULL ? broken : "");
    fx_reopen(&d.f);
    day_remember(&d);
    gs_apply_due(d.f.book, d.f.now, &d.f.batch);
    MUST(d.f.batch.first == NULL); /* what a restart would do is done */
    day_finish(&d);
}

static void plans_are_the_best_there_are_and_are_kept(void **state)
{
    (void)state;
    struct seen seen = {0};
    uint64_t seed = number_of("GS_SEED", SEED), days = number_of("GS_DAYS", DAYS);
    printf("# GS_SEED=%llu GS_DAYS=%llu\n", (unsigned long long)seed, (unsigned long long)days);
    for (uint64_t i = 0; i < days; i++) {
        play(seed + i, &seen);
    }
    printf("# %lld displaced, %lld moved, %lld of them shifted, %lld promoted; %lld closed, %lld whole days, %lld "
           "kept, %lld overbooked\n",
           (long long)seen.displaced, (long long)seen.moved, (long long)seen.shifted, (long long)seen.promoted,
           (long long)seen.closed, (long long)seen.all, (long long)seen.kept_cuts, (long long)seen.overbooked);
    if (days >= DAYS) {
        MUST(seen.displaced > 1000 && seen.moved > 300 && seen.shifted > 20 && seen.promoted > 400 && seen.both > 50 &&
             seen.closed > 100 && seen.all > 100 && seen.kept_cuts > 100 && seen.overbooked > 50);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(plans_are_the_best_there_are_and_are_kept)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
