/* The company quota in the model: every question counts all bookings anew. */
#include "model.h"
#include <string.h>

bool m_capped(const struct model *m, const struct m_booking *b, const struct m_window *w)
{
    const struct gs_rules *r = m->rules;
    int32_t in_window = 0, in_day = 0;
    for (int32_t i = 0; b->uscc[0] != '\0' && i < m->count; i++) {
        const struct m_booking *o = &m->bookings[i];
        if (o->id == b->id || o->wish.date != b->wish.date || strcmp(o->uscc, b->uscc) != 0 ||
            !m_status_placed(o->status)) {
            continue;
        }
        in_day++;
        in_window += strcmp(o->window, w->id) == 0 ? 1 : 0;
    }
    int32_t share = w->capacity * r->company_window_percent / 100;
    bool of_window = r->company_window_percent < 100 && in_window >= (share > 1 ? share : 1);
    bool of_day = r->company_day > 0 && in_day >= r->company_day;
    return b->uscc[0] != '\0' && (of_window || of_day);
}

bool m_all_fit(const struct model *m, const struct m_booking *b, const struct m_window *w)
{
    int32_t in_day = 0, share = w->capacity * m->rules->company_window_percent / 100;
    for (int32_t i = 0; i < m->count; i++) {
        const struct m_booking *o = &m->bookings[i];
        bool same = o->wish.date == b->wish.date && strcmp(o->uscc, b->uscc) == 0;
        in_day += same && m_status_placed(o->status) ? 1 : 0;
    }
    return m->rules->company_window_percent >= 100 || in_day <= (share > 1 ? share : 1);
}

bool m_lifted(const struct model *m, const struct m_slot *s)
{
    return s->start - m->now <= m->rules->lifted_min * GS_MINUTE_MS;
}
