/* Strikes and exceptions in the model: who is suspended, counted from all bookings each time; a strike excused; and which rules a
 * supervisor sets aside for one booking. */
#include "model.h"
#include <stdlib.h>
#include <string.h>

#define DAY_MS (INT64_C(86400000))

static bool missed(const struct m_booking *b)
{
    return b->status == GS_NO_SHOW || (b->status == GS_CANCELLED && b->late_cancel);
}

static int32_t strikes_within(const struct model *m, const char *plate, int64_t except, int64_t from, int64_t to)
{
    int32_t count = 0;
    for (int32_t i = 0; i < m->count; i++) {
        const struct m_booking *b = &m->bookings[i];
        bool strike = missed(b) && !b->excused && b->id != except && strcmp(b->plate, plate) == 0;
        count += strike && b->ended > from && b->ended <= to ? 1 : 0;
    }
    return count;
}

/* The strike that makes the limit full suspends from its own instant on; the latest such one. 0: none. */
static int64_t suspending(const struct model *m, const char *plate, int64_t except)
{
    const struct gs_rules *r = m->rules;
    int64_t latest = 0;
    for (int32_t i = 0; r->strike_limit > 0 && i < m->count; i++) {
        const struct m_booking *b = &m->bookings[i];
        bool strike = missed(b) && !b->excused && b->id != except && strcmp(b->plate, plate) == 0;
        if (strike && b->ended > latest && b->ended + r->suspend_days * DAY_MS > m->now &&
            strikes_within(m, plate, except, b->ended - r->strike_days * DAY_MS, b->ended) >= r->strike_limit) {
            latest = b->ended;
        }
    }
    return latest;
}

int64_t m_suspended(const struct model *m, const char *plate, int64_t except)
{
    int64_t from = suspending(m, plate, except);
    return from != 0 ? from + m->rules->suspend_days * DAY_MS : 0;
}

bool m_passed_over(const struct model *m, const struct m_booking *b)
{
    return (b->exceptions & GS_EXCEPTION_SUSPENDED) == 0 && m_suspended(m, b->plate, 0) != 0;
}

int64_t m_suspension_end(const struct model *m)
{
    int64_t next = M_NEVER;
    for (int32_t i = 0; i < m->count; i++) {
        int64_t until = m->bookings[i].status == GS_WAITLISTED ? m_suspended(m, m->bookings[i].plate, 0) : 0;
        next = until != 0 && until < next ? until : next;
    }
    return next;
}

struct m_outcome m_excuse(struct model *m, const struct gs_command *c)
{
    struct m_booking *b = c->booking_id >= 1 && c->booking_id <= m->count ? &m->bookings[c->booking_id - 1] : NULL;
    const struct gs_rules *r = m->rules;
    if (c->reason[0] == '\0') {
        return m_said(GS_CODE_VALIDATION, 0, M_NEVER);
    }
    gs_date oldest = m_today(m) - r->strike_days - r->suspend_days - 1;
    bool gone = b == NULL || m_forgotten(m, b);
    if (gone && (b == NULL || !missed(b) || b->wish.date < oldest)) {
        return m_said(GS_CODE_NOT_FOUND, 0, M_NEVER);
    }
    int64_t id = gone ? 0 : b->id;
    if (r->strike_limit <= 0) {
        return m_said(GS_CODE_SWITCHED_OFF, id, M_NEVER);
    }
    if (!missed(b)) {
        return m_said(GS_CODE_NO_STRIKE, id, M_NEVER);
    }
    if (b->excused) {
        return m_said(GS_CODE_ALREADY_EXCUSED, id, M_NEVER);
    }
    int64_t days = r->strike_days * DAY_MS, from = suspending(m, b->plate, 0);
    bool supports = from != 0 && b->ended <= from && b->ended > from - days;
    if (b->ended <= m->now - days && !supports) {
        return m_said(GS_CODE_TOO_LATE, id, b->ended + days);
    }
    b->excused = true;
    return m_said(GS_CODE_OK, id, M_NEVER);
}

enum gs_code m_may_except(const struct gs_command *c)
{
    if (c->exceptions == 0) {
        return GS_CODE_OK;
    }
    if (c->actor.role != GS_ROLE_SUPERVISOR) {
        return GS_CODE_FORBIDDEN;
    }
    return c->reason[0] == '\0' ? GS_CODE_VALIDATION : GS_CODE_OK;
}

/* How far is that place from the start that b prefers? 0 of one that prefers none. */
static int64_t distance(const struct model *m, const struct m_booking *b, const struct m_place *p)
{
    struct m_day day;
    m_day(m, b->wish.date, b->id, &day);
    int64_t wanted = m_preferred(b, &day);
    return wanted != 0 ? llabs(p->start - wanted) : 0;
}

static unsigned stands_in_the_way(const struct model *m, const struct m_booking *b, const struct m_place *p)
{
    struct m_day day;
    m_day(m, b->wish.date, b->id, &day);
    const struct m_slot slot = {.start = p->start};
    bool soon = p->start - m->now < m->rules->cutoff_min * GS_MINUTE_MS;
    bool capped = m_capped(m, b, m_window(&day, p->window)) && !m_lifted(m, &slot);
    return (soon ? GS_EXCEPTION_CUTOFF : 0U) | (capped ? GS_EXCEPTION_QUOTA : 0U);
}

enum gs_code m_set_aside(const struct model *m, const struct m_booking *b, unsigned asked, enum gs_code code,
                         struct m_place *place, unsigned *used)
{
    static const unsigned ways[] = {GS_EXCEPTION_CUTOFF, GS_EXCEPTION_QUOTA, GS_EXCEPTION_CUTOFF | GS_EXCEPTION_QUOTA};
    unsigned found = 0;
    for (int i = 0; i < 3; i++) {
        struct m_booking freer = *b;
        struct m_place other;
        freer.set_aside = ways[i];
        if ((ways[i] & ~asked) == 0 && m_choose(m, &freer, m->rules->cutoff_min, true, &other) &&
            (code != GS_CODE_OK || distance(m, b, &other) < distance(m, b, place))) {
            *place = other;
            code = GS_CODE_OK;
            found = stands_in_the_way(m, b, &other);
        }
    }
    *used |= found;
    return code;
}

/* Did the core move others for that booking? */
static bool moved_for(const struct model *m, int64_t id)
{
    for (int32_t i = 0; i < m->event_count; i++) {
        if (m->events[i]->type == GS_EV_MOVED && m->events[i]->cause_id == id && !m->event_used[i]) {
            return true;
        }
    }
    return false;
}

enum gs_code m_place_of(struct model *m, const struct m_booking *b, const struct gs_command *c, struct m_place *place,
                        unsigned *used)
{
    int64_t id = b->id != 0 ? b->id : m->count + 1;
    unsigned asked = c->exceptions;
    if (m_choose(m, b, m->rules->cutoff_min, true, place)) {
        return m_set_aside(m, b, asked, GS_CODE_OK, place, used);
    }
    /* A place that moves make may be nearer than one by exception, or not: the core says by moving others, or not. */
    struct m_place other;
    unsigned more = 0;
    bool excepted = b->wish.slot_min >= 0 && !moved_for(m, id) &&
                    m_set_aside(m, b, asked, GS_CODE_FULL, &other, &more) == GS_CODE_OK;
    if (!excepted && m_make_room(m, b, m->rules->cutoff_min, true, place)) {
        return GS_CODE_OK;
    }
    return m_set_aside(m, b, asked, m_why_none(m, b), place, used);
}
