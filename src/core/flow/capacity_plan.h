/* Plans made and carried out (gateslot/core/plan.h says what is in them). */
#ifndef GATESLOT_CORE_CAPACITY_PLAN_H
#define GATESLOT_CORE_CAPACITY_PLAN_H

#include "flow/copying.h"
#include "gateslot/core/plan.h"
#include "state/state.h"

/* A change of one date, as decided; its windows are known to the rules. */
struct gs_capacity_change {
    gs_date date;
    uint32_t windows; /* those that change, by index in the day */
    struct gs_capacity to[GS_MAX_WINDOWS];
    bool reset;                  /* to the calendar's: to says which that is */
    bool keep;                   /* nobody is displaced or moved */
    const struct gs_day *before; /* the day as it was under the old rules; NULL: its times stay */
    bool already_set; /* the day stands so already by new rules: only those who do not fit any more are rebooked */
};

/* A change of several dates, one after the other: of each it is described when its turn comes. */
struct gs_capacity_range {
    gs_date from, to;
    void (*describe)(const void *arg, const struct gs_book *book, const struct gs_day *day,
                     struct gs_capacity_change *out);
    const void *arg;
};

/* A plan that is being made, step by step: the book is copied, then one date after the other is carried out on the copy. */
struct gs_planning {
    struct gs_capacity_range range;
    struct gs_copying copying;
    struct gs_batch batch;
    struct gs_plans plans; /* to be taken over when it is done */
    gs_date next;
    bool begun, is_ahead; /* is_ahead: no date is held, so nothing is copied */
    bool is_planned;
};

void gs_planning_init(struct gs_planning *p, const struct gs_capacity_range *range);
/* The same book at each step, as it stands; *out_done: plans is whole. GS_E_NOMEM: it is only to be finished. */
int gs_planning_step(struct gs_planning *p, const struct gs_book *book, bool *out_done) GS_MUST_CHECK;
void gs_planning_finish(struct gs_planning *p);
/* The copy on which it is carried out, once that is whole; NULL: before, afterwards, or where nothing is copied. */
const struct gs_book *gs_planning_copy(const struct gs_planning *p);

/* Pure: of the book, the change, and the book's present. out is to be finished by the caller; untouched on failure. */
int gs_capacity_plan_make(const struct gs_book *book, const struct gs_capacity_range *range,
                          struct gs_plans *out) GS_MUST_CHECK;
/* Exactly what gs_capacity_plan_make found, at act->now_ms; also the promotions. Without memory the batch is marked failed. */
void gs_capacity_plan_carry_out_range(struct gs_act *act, const struct gs_capacity_range *range);
/* One date that the book holds. */
void gs_capacity_plan_carry_out(struct gs_act *act, const struct gs_capacity_change *change);
/* Adds the step that this event tells of (booking.moved, .waitlisted, .promoted), or those of all these records. */
int gs_capacity_plan_step(const struct gs_event *e, struct gs_plan *out) GS_MUST_CHECK;
int gs_capacity_plan_read(const struct gs_record *first, struct gs_plan *out) GS_MUST_CHECK;
struct gs_plan_state gs_capacity_plan_state(const struct gs_window *w);

#endif
