/* What is done to a booking before its truck comes, in the model: cancel, reschedule, delay. */
#include "model.h"
#include <string.h>

static struct m_outcome refusal(enum gs_code code, const struct m_booking *b)
{
    return m_said(code, b->id, M_NEVER);
}

struct m_outcome m_cancel(struct model *m, const struct gs_command *c)
{
    struct m_booking *b = m_seen(m, &c->actor, c->booking_id);
    if (b == NULL) {
        return m_said(GS_CODE_NOT_FOUND, 0, M_NEVER);
    }
    bool had_place = b->status == GS_BOOKED;
    if (!had_place && b->status != GS_WAITLISTED) {
        return refusal(GS_CODE_WRONG_STATE, b);
    }
    b->late_cancel = m->rules->late_cancel && had_place && (b->late_cancel || m->now >= b->slot_start);
    b->status = GS_CANCELLED;
    b->ended = b->told = m->now;
    return m_said(GS_CODE_OK, b->id, M_NEVER);
}

static bool start_in_windows(const struct model *m, const struct gs_wish *wish)
{
    struct m_day day;
    m_day(m, wish->date, 0, &day);
    for (int32_t i = 0; i < day.window_count; i++) {
        const struct m_window *w = &day.windows[i];
        for (int32_t k = 0; m_listed(wish->windows, w->id) && k < w->slot_count; k++) {
            if (w->slots[k].minute == wish->slot_min) {
                return true;
            }
        }
    }
    return false;
}

static void new_wish(const struct model *m, const struct gs_command *c, struct gs_wish *wish)
{
    if (c->u.reschedule.has_date) {
        wish->date = c->u.reschedule.wish.date;
    }
    if (c->u.reschedule.has_windows) {
        memcpy(wish->windows, c->u.reschedule.wish.windows, sizeof wish->windows);
    }
    if (c->u.reschedule.has_slot) {
        wish->slot_min = c->u.reschedule.wish.slot_min;
    } else if (!start_in_windows(m, wish)) {
        wish->slot_min = -1;
    }
}

struct m_outcome m_reschedule(struct model *m, const struct gs_command *c)
{
    struct m_booking *b = m_seen(m, &c->actor, c->booking_id);
    struct m_place place;
    if (b == NULL) {
        return m_said(GS_CODE_NOT_FOUND, 0, M_NEVER);
    }
    if (b->status != GS_WAITLISTED && b->status != GS_BOOKED) {
        return refusal(GS_CODE_WRONG_STATE, b);
    }
    struct m_booking next = *b;
    new_wish(m, c, &next.wish);
    if (m_may_except(c) != GS_CODE_OK) {
        return refusal(m_may_except(c), b);
    }
    next.set_aside = c->exceptions & GS_EXCEPTION_SUSPENDED;
    struct m_outcome o = m_admissible(m, &next);
    if (o.code != GS_CODE_OK && o.code != GS_CODE_PAST_CUTOFF) {
        return o;
    }
    next.set_aside = 0;
    next.exceptions = b->exceptions & GS_EXCEPTION_SUSPENDED;
    next.exceptions |= m_suspended(m, b->plate, 0) != 0 ? GS_EXCEPTION_SUSPENDED : 0;
    next.waits_until = m_last_end(m, &next);
    enum gs_code code = o.code == GS_CODE_OK ? m_place_of(m, &next, c, &place, &next.exceptions)
                                             : m_set_aside(m, &next, c->exceptions, o.code, &place, &next.exceptions);
    if (code == GS_CODE_OK) {
        next.late_cancel =
            b->late_cancel || (b->status == GS_BOOKED && m->rules->late_cancel && m->now >= b->slot_start);
        m_take(m, &next, &place);
        next.moved = false;
        *b = next;
        return m_said(GS_CODE_OK, b->id, M_NEVER);
    }
    if (code != GS_CODE_FULL) {
        return code == GS_CODE_PAST_CUTOFF ? o : refusal(code, b);
    }
    if (b->status == GS_BOOKED || !m_may_wait(m, &next)) {
        return refusal(GS_CODE_FULL, b);
    }
    next.since = m->now;
    next.moved = false;
    *b = next;
    return m_said(GS_CODE_OK, b->id, M_NEVER);
}

/* The next slot of the day, whatever its window, that starts after b's, has not ended and has room. */
static bool later_place(const struct model *m, const struct m_booking *b, struct m_place *out)
{
    struct m_day day;
    m_day(m, b->wish.date, b->id, &day);
    for (int32_t i = 0; i < day.window_count; i++) {
        const struct m_window *w = &day.windows[i];
        if (w->closed || m_barred(m, b, w->id, false) != 0) {
            continue;
        }
        for (int32_t k = 0; k < w->slot_count; k++) {
            const struct m_slot *s = &w->slots[k];
            if (s->start > b->slot_start && s->end > m->now && m_room(w, s)) {
                memcpy(out->window, w->id, sizeof out->window);
                out->start = s->start;
                out->end = s->end;
                return true;
            }
        }
    }
    return false;
}

struct m_outcome m_delay(struct model *m, const struct gs_command *c)
{
    struct m_booking *b = m_seen(m, &c->actor, c->booking_id);
    struct m_place place;
    if (b == NULL) {
        return m_said(GS_CODE_NOT_FOUND, 0, M_NEVER);
    }
    if (!m->rules->delay_reports) {
        return refusal(GS_CODE_SWITCHED_OFF, b);
    }
    if (b->status != GS_BOOKED) {
        return refusal(GS_CODE_WRONG_STATE, b);
    }
    if (b->delayed) {
        return refusal(GS_CODE_ALREADY_DELAYED, b);
    }
    if (!later_place(m, b, &place)) {
        return refusal(GS_CODE_FULL, b);
    }
    m_take(m, b, &place);
    b->delayed = true;
    return m_said(GS_CODE_OK, b->id, M_NEVER);
}
