/* Plans in the model: which one is best is shown elsewhere (tests/core/plan), so the model takes over what the core's
 * says and asks only that it is one. Who is promoted by it, the model works out itself. */
#include "model.h"
#include <string.h>

/* One who finds no place otherwise may be shifted to where it is not late if it comes as promised, or can be told in time. */
static bool in_time(const struct model *m, const struct m_booking *b, const struct m_window *w,
                    const struct gs_plan_step *step)
{
    int64_t until = step->to.end_ms + m->rules->late_grace_min * GS_MINUTE_MS;
    until = until < w->end ? until : w->end;
    return (until >= b->arrive_until && step->to.end_ms > m->now) ||
           step->to.start_ms >= m->now + m_promote_lead(m) * GS_MINUTE_MS;
}

static bool movable(const struct model *m, const struct m_booking *b, const struct gs_plan_step *step)
{
    struct m_slot to = {.start = step->to.start_ms};
    struct m_day day;
    m_day(m, b->wish.date, 0, &day);
    const struct m_window *w = m_window(&day, step->to.window);
    if (w == NULL || (strcmp(b->window, w->id) != 0 && m_capped(m, b, w))) {
        return false;
    }
    bool may = (m_movable(m, b) && m_unlocked(m, &to)) || in_time(m, b, w, step);
    return may && m_listed(b->wish.windows, step->to.window) && m_barred(m, b, step->to.window, false) == 0;
}

static bool told(struct model *m, const struct gs_plan_step *step)
{
    for (int32_t i = 0; i < m->event_count; i++) {
        const struct gs_event *e = m->events[i];
        if (e->type == GS_EV_MOVED && e->booking_id == step->booking_id && e->cause_id == 0 && !m->event_used[i]) {
            m->event_used[i] = true;
            return strcmp(e->to.window, step->to.window) == 0 && e->to.start_ms == step->to.start_ms;
        }
    }
    return false;
}

static bool follow(struct model *m, const struct gs_plan_step *step)
{
    struct m_booking *b = &m->bookings[step->booking_id - 1];
    if (b->status != GS_BOOKED || strcmp(b->window, step->from.window) != 0 || b->slot_start != step->from.start_ms) {
        return false;
    }
    if (step->to.window[0] == '\0') {
        b->status = GS_WAITLISTED;
        b->displaced = true;
        b->waits_until = m_last_end(m, b);
        return true;
    }
    struct m_place place = {.start = step->to.start_ms, .end = step->to.end_ms};
    memcpy(place.window, step->to.window, sizeof place.window);
    if (!movable(m, b, step) || !told(m, step)) {
        return false;
    }
    m_take(m, b, &place);
    b->moved = true;
    return true;
}

/* Nobody who has not arrived stands above the window's capacity, or a slot's. */
static bool fits(const struct model *m, const struct gs_capacity *change)
{
    struct m_day day;
    int32_t due = 0;
    m_day(m, change->date, 0, &day);
    const struct m_window *w = m_window(&day, change->window);
    for (int32_t k = 0; k < w->slot_count; k++) {
        int32_t due_here = 0;
        for (int32_t i = 0; i < m->count; i++) {
            const struct m_booking *b = &m->bookings[i];
            due_here += b->status == GS_BOOKED && b->wish.date == change->date && strcmp(b->window, w->id) == 0 &&
                                b->slot_start == w->slots[k].start
                            ? 1
                            : 0;
        }
        if (due_here > 0 && (w->closed || w->slots[k].taken > w->slots[k].capacity)) {
            return false;
        }
        due += due_here;
    }
    return due == 0 || w->taken <= w->capacity;
}

bool m_follow_plan(struct model *m, const struct gs_capacity *change, enum gs_excess excess)
{
    if (m->plan == NULL) {
        return false;
    }
    for (size_t i = 0; i < m->plan->waitlisted.count; i++) {
        if (excess == GS_EXCESS_KEEP || !follow(m, &m->plan->waitlisted.at[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < m->plan->moved.count; i++) {
        bool followed =
            m->plan->moved.at[i].cause_id != 0 || (excess == GS_EXCESS_REBOOK && follow(m, &m->plan->moved.at[i]));
        if (!followed) {
            return false;
        }
    }
    return excess == GS_EXCESS_KEEP || fits(m, change);
}
