/* Live bookings in the model: how many a name or a company has and may have, counted from all bookings each time. */
#include "model.h"
#include <string.h>

struct count {
    int32_t live, lost, ended;
    bool came;
};

static struct count count_of(const struct model *m, const char *owner, const char *uscc)
{
    struct count n = {0};
    for (int32_t i = 0; i < m->count; i++) {
        const struct m_booking *b = &m->bookings[i];
        if ((owner != NULL && strcmp(b->owner, owner) != 0) || (uscc != NULL && strcmp(b->uscc, uscc) != 0)) {
            continue;
        }
        gs_date days_ago = m_today(m) - b->wish.date;
        bool no_show = b->status == GS_NO_SHOW || (b->status == GS_CANCELLED && b->late_cancel);
        bool late = b->status == GS_CANCELLED && !no_show && b->window[0] != '\0' && !b->displaced &&
                    b->slot_start - b->ended < 4 * 60 * GS_MINUTE_MS;
        bool came = b->arrived != 0 && !no_show;
        n.live += b->status == GS_BOOKED || b->status == GS_WAITLISTED ? 1 : 0;
        n.came = n.came || (came && days_ago >= 0 && days_ago <= 48);
        if (days_ago < m->rules->late_days && days_ago >= -1) {
            n.lost += late || (no_show && !b->excused) ? 1 : 0;
            n.ended += late || no_show || (came && !b->walk_in) ? 1 : 0;
        }
    }
    return n;
}

static bool has_all(const struct model *m, const struct count *n, int32_t limit)
{
    const struct gs_rules *r = m->rules;
    bool wasteful = r->late_percent > 0 && n->lost >= 5 && n->lost * 100 >= n->ended * r->late_percent;
    return (limit > 0 && n->live >= limit) || (wasteful && n->live >= r->late_live);
}

bool m_live_full(const struct model *m, const char *owner, const char *uscc)
{
    const struct count name = count_of(m, owner, NULL), company = count_of(m, NULL, uscc);
    return has_all(m, &name, m->rules->name_live) ||
           has_all(m, &company, company.came ? 0 : m->rules->unknown_company_live);
}
