/* Answers for the requests that were put off: whose turn it is, how long a slice is, and that none goes on with a book that is no
 * longer there. What a step does is its handler's. */
#include "work.h"
#include "call.h"
#include <assert.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

enum { SLICE_US = 1000, ROUND_EVERY = 4 };

struct gs_question {
    struct gs_question *next, **at; /* of all that were asked; at: what points here */
    struct gs_exchange *x;
    void (*done)(void *arg, struct gs_answer *answer);
    void *arg;
    struct gs_answer answer; /* finished when it was given on */
};

static const size_t under_way_max[GS_WORK_CLASSES] = {[GS_WORK_STAFF] = GS_WORK_UNDER_WAY,
                                                      [GS_WORK_OTHERS] = GS_WORK_UNDER_WAY,
                                                      [GS_WORK_PLANS] = 1,
                                                      [GS_WORK_BACKGROUND] = GS_WORK_BACKGROUND_MAX};

static struct gs_task *task_of(const struct gs_exchange *x)
{
    return &gs_caller(x)->task;
}

/* ---- queues ---- */

static void append(struct gs_tasks *q, struct gs_task *t)
{
    t->next = NULL;
    if (q->last != NULL) {
        q->last->next = t;
    } else {
        q->first = t;
    }
    q->last = t;
}

static struct gs_task *take_first(struct gs_tasks *q)
{
    struct gs_task *t = q->first;
    q->first = t->next;
    q->last = q->first != NULL ? q->last : NULL;
    return t;
}

static bool same_caller(const struct gs_task *a, const struct gs_task *b)
{
    const struct gs_actor *x = &gs_caller(a->x)->actor, *y = &gs_caller(b->x)->actor;
    return x->role == y->role && strcmp(x->name, y->name) == 0;
}

/* Behind those of its caller. */
static void line_up(struct gs_tasks *waiting, struct gs_task *t)
{
    struct gs_task *head = waiting->first;
    while (head != NULL && !same_caller(head, t)) {
        head = head->next;
    }
    t->mates = t->last_mate = NULL;
    if (head == NULL) {
        append(waiting, t);
        return;
    }
    t->next = NULL;
    if (head->last_mate != NULL) {
        head->last_mate->next = t;
    } else {
        head->mates = t;
    }
    head->last_mate = t;
}

/* The first; the next of its caller goes behind the others' first. */
static struct gs_task *take_waiting(struct gs_tasks *waiting)
{
    struct gs_task *t = take_first(waiting), *mate = t->mates;
    if (mate != NULL) {
        mate->mates = mate->next;
        mate->last_mate = mate->next != NULL ? t->last_mate : NULL;
        append(waiting, mate);
    }
    return t;
}

/* ---- turns ---- */

static bool has_work(const struct gs_work *w, size_t of)
{
    return w->ready[of].first != NULL || (w->waiting[of].first != NULL && w->under_way[of] < under_way_max[of]);
}

/* The highest class that has any; of every few steps one goes round, so that the lower ones come to an end too. -1: none has. */
static int choose_class(const struct gs_work *w)
{
    const unsigned first = w->turns % ROUND_EVERY == ROUND_EVERY - 1 ? w->turns / ROUND_EVERY : 0;
    for (unsigned i = 0; i < GS_WORK_CLASSES; i++) {
        const unsigned of = (first + i) % GS_WORK_CLASSES;
        if (has_work(w, of)) {
            return (int)of;
        }
    }
    return -1;
}

/* What is under way comes to its end before another is begun. */
static struct gs_task *next_task(struct gs_work *w)
{
    const int of = choose_class(w);
    if (of < 0) {
        return NULL;
    }
    w->turns++;
    if (w->ready[of].first != NULL) {
        return take_first(&w->ready[of]);
    }
    w->waiting_count--;
    w->under_way[of]++;
    return take_waiting(&w->waiting[of]);
}

static void wake(struct gs_work *w)
{
    /* Of zero, not an active event: the loop polls all descriptors before it. */
    static const struct timeval now = {0, 0};
    (void)evtimer_add(w->timer, &now);
}

static void drop_question(struct gs_question *q)
{
    *q->at = q->next;
    if (q->next != NULL) {
        q->next->at = q->at;
    }
    gs_answer_finish(&q->answer);
    free(q);
}

static void drop_answer(struct gs_task *t)
{
    if (t->question != NULL) {
        drop_question(t->question);
        t->question = NULL;
    }
}

static void begin_anew(struct gs_task *t, uint64_t loads)
{
    struct gs_exchange *x = t->x;
    drop_answer(t);
    if (x->state_free != NULL) {
        x->state_free(x->state);
    }
    x->state = NULL;
    x->state_free = NULL;
    t->loads = loads;
    t->step = gs_api_of(x)->work.handle;
}

static void run(struct gs_api *api, struct gs_task *t)
{
    struct gs_exchange *x = t->x;
    t->state = GS_TASK_RUNNING;
    if (gs_exchange_gone(x)) {
        drop_answer(t);
        api->work.refuse(x);
        return;
    }
    if (t->loads != api->loads) {
        begin_anew(t, api->loads);
    }
    t->step(x);
}

static void on_turn(int fd, short what, void *arg)
{
    struct gs_api *api = arg;
    struct gs_work *w = &api->work;
    (void)fd;
    (void)what;
    if (api->service.before_slice != NULL) {
        api->service.before_slice(api->service.self);
    }
    const int64_t until_us = w->now_us() + SLICE_US;
    struct gs_task *t = next_task(w);
    for (; t != NULL; t = w->now_us() < until_us ? next_task(w) : NULL) {
        run(api, t);
    }
    if (choose_class(w) >= 0) {
        wake(w);
    }
}

/* ---- for handlers ---- */

static bool put_off(struct gs_call *c, enum gs_work_class of)
{
    struct gs_task *t = task_of(c->x);
    struct gs_work *w = &c->api->work;
    if (t->state == GS_TASK_RUNNING) {
        return false;
    }
    if (w->waiting_count >= GS_WORK_WAITING_MAX) {
        w->refuse(c->x);
        return true;
    }
    *t = (struct gs_task){.x = c->x, .step = w->handle, .loads = c->api->loads, .state = GS_TASK_WAITING, .of = of};
    line_up(&w->waiting[of], t);
    w->waiting_count++;
    wake(w);
    return true;
}

static enum gs_work_class class_of(const struct gs_exchange *x)
{
    const enum gs_role role = gs_caller(x)->actor.role;
    return role == GS_ROLE_GATE || role == GS_ROLE_SUPERVISOR ? GS_WORK_STAFF : GS_WORK_OTHERS;
}

bool gs_work_put_off(struct gs_call *c)
{
    return put_off(c, class_of(c->x));
}

bool gs_work_put_off_plan(struct gs_call *c)
{
    return put_off(c, GS_WORK_PLANS);
}

bool gs_work_put_off_background(struct gs_call *c)
{
    return put_off(c, GS_WORK_BACKGROUND);
}

void gs_work_go_on(struct gs_exchange *x, void (*step)(struct gs_exchange *x))
{
    struct gs_task *t = task_of(x);
    struct gs_work *w = &gs_api_of(x)->work;
    assert(t->state == GS_TASK_RUNNING || t->state == GS_TASK_PARKED);
    t->state = GS_TASK_READY;
    t->step = step;
    append(&w->ready[t->of], t);
    wake(w);
}

void gs_work_take_up(struct gs_exchange *x, void (*step)(struct gs_exchange *x))
{
    struct gs_task *t = task_of(x);
    if (t->state == GS_TASK_NONE) {
        *t = (struct gs_task){.x = x, .loads = gs_api_of(x)->loads, .state = GS_TASK_RUNNING, .of = class_of(x)};
        gs_api_of(x)->work.under_way[t->of]++;
    }
    gs_work_go_on(x, step);
}

void gs_work_park(struct gs_exchange *x)
{
    assert(task_of(x)->state == GS_TASK_RUNNING);
    task_of(x)->state = GS_TASK_PARKED;
}

/* The answer goes on to who asked. */
static void give(struct gs_exchange *x)
{
    struct gs_question *q = task_of(x)->question;
    task_of(x)->question = NULL;
    q->done(q->arg, &q->answer);
    drop_question(q);
}

static void arrived(void *arg, struct gs_answer *answer)
{
    struct gs_question *q = arg;
    q->answer = *answer;
    gs_arena_init(&answer->arena);
    task_of(q->x)->question = q;
    gs_work_go_on(q->x, give);
}

void gs_work_ask(struct gs_exchange *x, const struct gs_query *query, void (*done)(void *arg, struct gs_answer *answer),
                 void *arg)
{
    struct gs_work *w = &gs_api_of(x)->work;
    const struct gs_service *service = &gs_api_of(x)->service;
    struct gs_question *q = malloc(sizeof *q);
    if (q == NULL) {
        gs_api_of(x)->work.refuse(x);
        return;
    }
    *q = (struct gs_question){.next = w->questions, .at = &w->questions, .x = x, .done = done, .arg = arg};
    gs_arena_init(&q->answer.arena);
    if (q->next != NULL) {
        q->next->at = &q->next;
    }
    w->questions = q;
    gs_work_park(x);
    if (service->query(service->self, query, arrived, q) != GS_OK) {
        drop_question(q);
        gs_api_of(x)->work.refuse(x);
    }
}

void gs_work_end(struct gs_exchange *x)
{
    struct gs_task *t = task_of(x);
    struct gs_work *w = &gs_api_of(x)->work;
    if (t->state != GS_TASK_RUNNING && t->state != GS_TASK_PARKED) {
        return;
    }
    t->state = GS_TASK_NONE;
    w->under_way[t->of]--;
    if (w->waiting[t->of].first != NULL) {
        wake(w);
    }
}

int gs_work_init(struct gs_api *api, void (*handle)(struct gs_exchange *x), void (*refuse)(struct gs_exchange *x))
{
    api->work = (struct gs_work){.handle = handle, .refuse = refuse, .now_us = gs_monotonic_us};
    api->work.timer = evtimer_new(api->base, on_turn, api);
    return api->work.timer != NULL ? GS_OK : GS_E_NOMEM;
}

void gs_work_finish(struct gs_work *work)
{
    while (work->questions != NULL) {
        drop_question(work->questions); /* NOLINT(clang-analyzer-unix.Malloc): it does not follow the list's links */
    }
    if (work->timer != NULL) {
        event_free(work->timer);
    }
    work->timer = NULL;
}
