/* A supervisor's capacity in the model: set and reset, and who is promoted by it. */
#include "model.h"
#include <string.h>

static struct gs_capacity *find_change(struct model *m, gs_date date, const char *window)
{
    for (int32_t i = 0; i < m->change_count; i++) {
        if (m->changes[i].date == date && strcmp(m->changes[i].window, window) == 0) {
            return &m->changes[i];
        }
    }
    return NULL;
}

static void store_change(struct model *m, const struct gs_capacity *to, bool reset)
{
    struct gs_capacity *change = find_change(m, to->date, to->window);
    if (reset) {
        if (change != NULL) {
            *change = m->changes[--m->change_count];
        }
        return;
    }
    if (change == NULL && m->change_count == M_CHANGES) {
        m_complain(m, "more capacities were set than the model holds", 0);
        return;
    }
    if (change == NULL) {
        change = &m->changes[m->change_count++];
    }
    *change = *to;
}

static bool over(const struct m_window *w, int64_t now)
{
    return w->end <= now;
}

/* Of yesterday only what still runs can be changed. */
static struct m_outcome changeable(const struct model *m, const struct m_day *day, const struct gs_capacity *to)
{
    bool running = false;
    for (int32_t i = 0; i < day->window_count; i++) {
        running = running || !over(&day->windows[i], m->now);
    }
    if (to->date > m_today(m) + 400) {
        return m_said(GS_CODE_VALIDATION, 0, M_NEVER);
    }
    if (to->date < m_today(m) - 1 || (to->date < m_today(m) && !running)) {
        return m_said(GS_CODE_OUTSIDE_HORIZON, 0, 0);
    }
    for (int32_t i = 0; i < day->window_count; i++) {
        const struct m_window *w = &day->windows[i];
        if (strcmp(w->id, to->window) == 0) {
            return over(w, m->now) ? m_said(GS_CODE_PAST_CUTOFF, 0, w->end) : m_said(GS_CODE_OK, 0, M_NEVER);
        }
    }
    return m_said(GS_CODE_VALIDATION, 0, M_NEVER);
}

/* May it be on each of the dates? What is wrong with the request goes before what time forbids. */
static struct m_outcome all_changeable(const struct model *m, const struct gs_command *c, gs_date until)
{
    struct m_outcome first = m_said(GS_CODE_OK, 0, M_NEVER);
    struct gs_capacity to = c->u.capacity.to;
    if (until < to.date || until > to.date + 399 || until > m_today(m) + 400) {
        return m_said(GS_CODE_VALIDATION, 0, M_NEVER);
    }
    for (; to.date <= until; to.date++) {
        struct m_day day;
        m_day(m, to.date, 0, &day);
        struct m_outcome o = changeable(m, &day, &to);
        if (o.code == GS_CODE_VALIDATION) {
            return o;
        }
        if (first.code == GS_CODE_OK && o.code != GS_CODE_OK) {
            return o;
        }
    }
    return first;
}

static bool change_date(struct model *m, const struct gs_command *c, gs_date date, size_t nth)
{
    struct gs_capacity to = c->u.capacity.to;
    struct m_day day;
    to.date = date;
    m_day(m, date, 0, &day);
    to.capacity = c->u.capacity.has_capacity ? to.capacity : m_window(&day, to.window)->capacity;
    store_change(m, &to, c->kind == GS_CMD_CAPACITY_RESET);
    m->plan = m->plans != NULL && nth < m->plans->count ? &m->plans->at[nth] : NULL;
    return m_follow_plan(m, &to, c->u.capacity.excess);
}

/* Several dates are changed as by one command each. */
struct m_outcome m_capacity(struct model *m, const struct gs_command *c)
{
    const struct gs_capacity *to = &c->u.capacity.to;
    bool reset = c->kind == GS_CMD_CAPACITY_RESET;
    gs_date until = c->u.capacity.until != 0 ? c->u.capacity.until : to->date;
    if (!reset && c->u.capacity.has_capacity && (to->capacity < 0 || to->capacity > GS_MAX_CAPACITY)) {
        return m_said(GS_CODE_VALIDATION, 0, M_NEVER);
    }
    struct m_outcome o = all_changeable(m, c, until);
    for (gs_date date = to->date; date <= until && o.code == GS_CODE_OK; date++) {
        if (!change_date(m, c, date, (size_t)(date - to->date))) {
            return m_said(GS_CODE_INTERNAL, 0, M_NEVER);
        }
        if (date < until) {
            m_promote(m);
            m_due(m, m->now);
        }
    }
    return o;
}
