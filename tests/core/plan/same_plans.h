/* Two plans that are to be the same, of a change of capacity or of other rules, member by member. */
#ifndef GATESLOT_TESTS_SAME_PLANS_H
#define GATESLOT_TESTS_SAME_PLANS_H

#include "gateslot/core/plan.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static inline void same_list(const struct gs_plan_list *a, const struct gs_plan_list *b)
{
    assert_true(a->count == b->count);
    for (size_t i = 0; i < a->count; i++) {
        assert_true(a->at[i].booking_id == b->at[i].booking_id && a->at[i].cause_id == b->at[i].cause_id);
        assert_true(a->at[i].from.start_ms == b->at[i].from.start_ms && a->at[i].to.start_ms == b->at[i].to.start_ms);
    }
}

static inline void same_state(const struct gs_plan_state *a, const struct gs_plan_state *b)
{
    assert_true(a->capacity == b->capacity && a->slot_capacity == b->slot_capacity && a->booked == b->booked);
    assert_true(a->waiting == b->waiting && a->closed == b->closed && a->overridden == b->overridden);
}

static inline void same_plans(const struct gs_plans *a, const struct gs_plans *b)
{
    assert_true(a->id == b->id && a->count == b->count && a->range == b->range);
    for (size_t i = 0; i < a->count; i++) {
        const struct gs_plan *x = &a->at[i], *y = &b->at[i];
        assert_true(x->id == y->id && x->date == y->date && x->window_count == y->window_count);
        assert_true(x->waiting_before == y->waiting_before && x->waiting_after == y->waiting_after);
        for (int32_t k = 0; k < x->window_count; k++) {
            const struct gs_plan_window *v = &x->windows[k], *w = &y->windows[k];
            assert_string_equal(v->id, w->id);
            assert_true(v->is_new == w->is_new && v->is_gone == w->is_gone);
            same_state(&v->before, &w->before);
            same_state(&v->after, &w->after);
        }
        same_list(&x->moved, &y->moved);
        same_list(&x->waitlisted, &y->waitlisted);
        same_list(&x->promoted, &y->promoted);
    }
}

#endif
