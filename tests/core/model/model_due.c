/* What falls due in the model: no-shows, expiries and what reminds of them, in the order of their instants. */
#include "model.h"

int64_t m_last_end(const struct model *m, const struct m_booking *b)
{
    struct m_day day;
    int64_t last = 0;
    m_day(m, b->wish.date, 0, &day);
    for (int32_t i = 0; i < day.window_count; i++) {
        if (m_listed(b->wish.windows, day.windows[i].id) && day.windows[i].end > last) {
            last = day.windows[i].end;
        }
    }
    return last;
}

int64_t m_due_of(const struct m_booking *b)
{
    if (b->status == GS_BOOKED) {
        return b->arrive_until;
    }
    return b->status == GS_WAITLISTED ? b->waits_until : M_NEVER;
}

static int64_t rank(const struct m_booking *b)
{
    return b->status == GS_BOOKED ? b->slot_start : 0;
}

static struct m_booking *first_due(struct model *m, int64_t *out_at)
{
    struct m_booking *first = NULL;
    *out_at = M_NEVER;
    for (int32_t i = 0; i < m->count; i++) {
        struct m_booking *b = &m->bookings[i];
        int64_t at = m_due_of(b), reminder = m_reminder_of(m, b);
        at = reminder < at ? reminder : at;
        if (at < *out_at || (at == *out_at && first != NULL && rank(b) < rank(first))) {
            first = b;
            *out_at = at;
        }
    }
    return first;
}

/* The next midnight, or before it the hour at which a new date opens. */
static int64_t next_turn(const struct model *m)
{
    int64_t opening = gs_tz_instant(m->rules->tz, m_today(m), m->rules->opens_at_min);
    bool opens = m->rules->horizon_days > 0 && opening > m->now;
    return opens ? opening : gs_tz_instant(m->rules->tz, m_today(m) + 1, 0);
}

int64_t m_next_due(const struct model *m)
{
    int64_t next = m_next_settle(m), begins = m_next_start(m), turn = next_turn(m);
    next = begins < next ? begins : next;
    next = turn < next ? turn : next;
    for (int32_t i = 0; i < m->count; i++) {
        int64_t at = m_due_of(&m->bookings[i]), reminder = m_reminder_of(m, &m->bookings[i]);
        at = reminder < at ? reminder : at;
        next = at < next ? at : next;
    }
    return next;
}

static void end(struct model *m, struct m_booking *b)
{
    b->ended = b->told = m->now; /* its due instant, or later if a reverted step brought it back after that */
    b->status = b->status == GS_WAITLISTED ? GS_EXPIRED : GS_NO_SHOW;
}

void m_due(struct model *m, int64_t until)
{
    for (;;) {
        m_note_promises(m);
        int64_t at, settle = m_next_settle(m);
        struct m_booking *b = first_due(m, &at);
        int64_t lifted = m_suspension_end(m), next = settle < at ? settle : at;
        if (lifted < next && lifted <= until) { /* who was passed over is asked again */
            m->now = lifted > m->now ? lifted : m->now;
            m_promote(m);
            continue;
        }
        if (next > until || next == M_NEVER) {
            break;
        }
        m->now = next > m->now ? next : m->now;
        if (settle < at) {
            m_settle(m);
        } else if (at < m_due_of(b)) {
            m_remind(m, b, at, until);
            continue;
        } else {
            end(m, b);
        }
        m_promote(m);
    }
    m->now = until > m->now ? until : m->now;
    m->settled = m->now;
}
