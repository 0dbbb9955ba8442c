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

/* Would bookings stand above what w then offers? */
static bool below_booked(const struct m_window *w)
{
    if (w->taken > w->capacity || (w->closed && w->taken > 0)) {
        return true;
    }
    for (int32_t k = 0; k < w->slot_count; k++) {
        if (w->slots[k].taken > w->slots[k].capacity) {
            return true;
        }
    }
    return false;
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
    if (change == NULL) {
        change = &m->changes[m->change_count++];
    }
    *change = *to;
}

struct m_outcome m_capacity(struct model *m, const struct gs_command *c)
{
    struct gs_capacity to = c->u.capacity.to;
    bool reset = c->kind == GS_CMD_CAPACITY_RESET;
    struct m_day day;
    if (!reset && c->u.capacity.has_capacity && (to.capacity < 0 || to.capacity > GS_MAX_CAPACITY)) {
        return m_said(GS_CODE_VALIDATION, 0, M_NEVER);
    }
    struct m_outcome horizon = m_in_horizon(m, to.date);
    if (horizon.code != GS_CODE_OK) {
        return horizon;
    }
    m_day(m, to.date, 0, &day);
    const struct m_window *w = m_window(&day, to.window);
    if (w == NULL) {
        return m_said(GS_CODE_VALIDATION, 0, M_NEVER);
    }
    if (reset && find_change(m, to.date, to.window) == NULL) {
        return m_said(GS_CODE_OK, 0, M_NEVER);
    }
    to.capacity = c->u.capacity.has_capacity ? to.capacity : w->capacity;
    int32_t kept_count = m->change_count;
    struct gs_capacity kept[M_CHANGES];
    memcpy(kept, m->changes, sizeof kept);
    store_change(m, &to, reset);
    m_day(m, to.date, 0, &day);
    if (c->u.capacity.excess != GS_EXCESS_KEEP && below_booked(m_window(&day, to.window))) {
        memcpy(m->changes, kept, sizeof kept);
        m->change_count = kept_count;
        return m_said(GS_CODE_BELOW_BOOKED, 0, M_NEVER);
    }
    return m_said(GS_CODE_OK, 0, M_NEVER);
}
