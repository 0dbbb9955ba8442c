/* Trucks that stay longer than their window, in the model: each takes a place from the newcomers of the window that
 * runs, but for bays that the window's capacity leaves free anyway. */
#include "model.h"

static bool runs(const struct model *m, const struct m_window *w)
{
    return w->start <= m->now && m->now < w->end;
}

bool m_shut(const struct model *m, const struct m_window *w)
{
    int32_t staying = 0;
    for (int32_t i = 0; i < m->count; i++) {
        const struct m_booking *b = &m->bookings[i];
        staying += (b->status == GS_ENTERED || b->status == GS_CLEARED) && b->slot_start < w->start ? 1 : 0;
    }
    int32_t spare = m->rules->bays > w->capacity ? m->rules->bays - w->capacity : 0;
    return runs(m, w) && staying > spare && w->taken + staying - spare >= w->capacity;
}

int64_t m_next_start(const struct model *m)
{
    struct m_day day;
    int64_t next = M_NEVER;
    for (gs_date date = m_today(m) - 1;
         m_inside(m) > 0 && (date <= m_today(m) || m_in_horizon(m, date).code == GS_CODE_OK); date++) {
        m_day(m, date, 0, &day);
        for (int32_t i = 0; i < day.window_count; i++) {
            const struct m_window *w = &day.windows[i];
            next = w->end > w->start && w->start > m->now && w->start < next ? w->start : next;
        }
    }
    return next;
}
