/* Settling in the model: when, and what must be true of it. The core's moves are followed; they must be such as may be made, and
 * afterwards no single one more may bring the sums of squares down. That the sums are the least of all is for the
 * tests of settling to show. */
#include "model.h"
#include <string.h>

int64_t m_next_settle(const struct model *m)
{
    int64_t next = M_NEVER;
    for (gs_date date = m_today(m) - 1; date <= m_today(m) || m_in_horizon(m, date).code == GS_CODE_OK; date++) {
        int64_t at = gs_tz_instant(m->rules->tz, date - 1, m->rules->settle_at_min);
        next = at > m->settled && at < next ? at : next;
    }
    return next;
}

static bool takes_part(const struct m_window *w, const struct m_slot *s)
{
    return !w->closed && w->capacity > 0 && w->taken <= w->capacity && s->capacity > 0 && s->taken <= s->capacity;
}

/* a ÷ b + c ÷ d against 0, of marginal costs: negative, 0 or positive. */
static int64_t sum_sign(int64_t a, int64_t b, int64_t c, int64_t d)
{
    return a * d + c * b;
}

static bool better_there(const struct m_window *v, const struct m_slot *t, const struct m_window *w,
                         const struct m_slot *s)
{
    int64_t windows = v == w ? 0 : sum_sign(2 * v->taken + 1, v->capacity, -(2 * w->taken - 1), w->capacity);
    int64_t slots = sum_sign(2 * t->taken + 1, t->capacity, -(2 * s->taken - 1), s->capacity);
    bool room = t->taken < t->capacity && (v == w || v->taken < v->capacity);
    return room && (windows < 0 || (windows == 0 && slots < 0));
}

static bool promised_elsewhere(const struct model *m, const struct m_booking *b, const struct m_day *day)
{
    for (int32_t i = 0; i < day->window_count; i++) {
        if (m_barred(m, b, day->windows[i].id, false) != 0) {
            return true;
        }
    }
    return false;
}

/* Is there a slot that b could be moved to and that would be better? */
static bool could_be_better(const struct model *m, const struct m_booking *b, const struct m_day *day)
{
    const struct m_window *w = NULL;
    const struct m_slot *s = NULL;
    bool stays = promised_elsewhere(m, b, day);
    for (int32_t i = 0; i < day->window_count; i++) {
        for (int32_t k = 0; strcmp(day->windows[i].id, b->window) == 0 && k < day->windows[i].slot_count; k++) {
            if (day->windows[i].slots[k].start == b->slot_start) {
                w = &day->windows[i];
                s = &w->slots[k];
            }
        }
    }
    if (s == NULL || !takes_part(w, s) || !m_unlocked(m, s) || !m_listed(b->wish.windows, w->id) || m_capped(m, b, w)) {
        return false;
    }
    for (int32_t i = 0; i < day->window_count; i++) {
        const struct m_window *v = &day->windows[i];
        bool may = m_listed(b->wish.windows, v->id) && (v == w || (!stays && !m_capped(m, b, v) && m_all_fit(m, b, v)));
        for (int32_t k = 0; may && k < v->slot_count; k++) {
            const struct m_slot *t = &v->slots[k];
            if (t != s && takes_part(v, t) && m_unlocked(m, t) && better_there(v, t, w, s)) {
                return true;
            }
        }
    }
    return false;
}

void m_settle(struct model *m)
{
    const struct gs_event *e;
    struct m_day day;
    m->settled = m->now;
    gs_date date = m_today(m) + 1;
    while ((e = m_next_event(m, 0, "settled", m->now)) != NULL) {
        m_follow(m, e);
        const struct m_booking *b = &m->bookings[e->booking_id - 1];
        if (b->wish.date != date || b->wish.slot_min >= 0) {
            m_complain(m, "settled, though it must not be", e->booking_id);
        }
    }
    m_day(m, date, 0, &day);
    for (int32_t i = 0; i < m->count; i++) {
        const struct m_booking *b = &m->bookings[i];
        if (b->wish.date == date && b->wish.slot_min < 0 && m_movable(m, b) && could_be_better(m, b, &day)) {
            m_complain(m, "settled, but could stand better", b->id);
        }
    }
}
