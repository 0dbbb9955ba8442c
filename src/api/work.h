/* Work that takes long: requests whose answers are put off until nothing else is to be done, and are then made in slices of at most
 * a millisecond, between which commands and gate checks are served. A handler that takes long asks gs_work_put_off first, and is
 * called again when its turn has come; what it cannot do in a fraction of a millisecond it does in steps. Staff goes before others,
 * both before what nobody stands waiting for; within a class callers take turns, however much each has asked for.
 *
 * An answer that is made in steps shows the book of one instant where its handler copies it in one step, and else what its handler says.
 * If the book is loaded again or gets other rules meanwhile, the handler begins anew: what was read of the book before may never have
 * been stored, and what was borrowed from it is gone. */
#ifndef GATESLOT_API_WORK_H
#define GATESLOT_API_WORK_H

#include "gateslot/base/error.h"
#include "gateslot/core/query.h"
#include "gateslot/http/exchange.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event;
struct gs_api;
struct gs_call;

enum gs_work_class {
    GS_WORK_STAFF,  /* gate and supervisors */
    GS_WORK_OTHERS, /* backends, displays */
    GS_WORK_PLANS,  /* what changes would do: each has a copy of the book, so one is made at a time */
    GS_WORK_BACKGROUND,
    GS_WORK_CLASSES
};

enum gs_task_state {
    GS_TASK_NONE,    /* answered, or never put off */
    GS_TASK_WAITING, /* for its first turn */
    GS_TASK_READY,   /* for its next step */
    GS_TASK_RUNNING, /* its step is being done */
    GS_TASK_PARKED   /* until the store, or whoever else was asked, answers */
};

/* A request that was put off; it stands in the exchange (struct gs_caller). */
struct gs_task {
    struct gs_exchange *x;
    struct gs_task *next;
    struct gs_task *mates, *last_mate; /* of the same caller, behind the first of them that waits */
    void (*step)(struct gs_exchange *x);
    struct gs_question *question; /* whose answer is there */
    uint64_t loads;               /* api->loads when it was begun */
    enum gs_task_state state;
    enum gs_work_class of;
};

struct gs_tasks {
    struct gs_task *first, *last;
};

struct gs_work {
    struct event *timer;
    struct gs_tasks ready[GS_WORK_CLASSES], waiting[GS_WORK_CLASSES]; /* waiting: one for each caller */
    size_t under_way[GS_WORK_CLASSES];                                /* begun and not yet answered */
    size_t waiting_count;
    unsigned turns;                /* steps done */
    struct gs_question *questions; /* that were asked, with their answers where they have come */
    void (*handle)(struct gs_exchange *x);
    void (*refuse)(struct gs_exchange *x);
    int64_t (*now_us)(void); /* monotonic; tests have one of their own */
};

/* handle calls the handler of x, whose turn it is; refuse answers 503. */
int gs_work_init(struct gs_api *api, void (*handle)(struct gs_exchange *x),
                 void (*refuse)(struct gs_exchange *x)) GS_MUST_CHECK;
/* After the exchanges. */
void gs_work_finish(struct gs_work *work);

/* True: the call is done for now, its handler will be called again (or 503 was answered: too many wait); false: its turn has come. */
bool gs_work_put_off(struct gs_call *c);
bool gs_work_put_off_plan(struct gs_call *c);
bool gs_work_put_off_background(struct gs_call *c);
/* From a step: another is to follow. It is called with x, on a later turn maybe; x may be gone by then and is answered for it. */
void gs_work_go_on(struct gs_exchange *x, void (*step)(struct gs_exchange *x));
/* One that was not put off is answered in steps from now on. */
void gs_work_take_up(struct gs_exchange *x, void (*step)(struct gs_exchange *x));
/* From a step: it goes on by gs_work_go_on, or is answered, when somebody else says so. */
void gs_work_park(struct gs_exchange *x);
/* From a step: as gs_query_store; done is called in a step of its own. */
void gs_work_ask(struct gs_exchange *x, const struct gs_query *query, void (*done)(void *arg, struct gs_answer *answer),
                 void *arg);
/* x is about to be answered. */
void gs_work_end(struct gs_exchange *x);

#endif
