/* Whom the model reminds: of a slot that was given at P and stands still, or of the end of such a wait, by each of the times before it that
 * lie after P. Nothing is remembered for it but since when a promise stands. One that is looked at only when the next one, or the slot
 * itself, has come is left out. */
#include "model.h"

static int64_t of(const struct m_booking *b)
{
    return b->status == GS_BOOKED ? b->slot_start : b->status == GS_WAITLISTED ? b->waits_until : 0;
}

void m_note_promises(struct model *m)
{
    for (int32_t i = 0; i < m->count; i++) {
        struct m_booking *b = &m->bookings[i];
        if (b->stands_since == 0 || b->known_status != b->status || b->known_of != of(b)) {
            b->known_status = b->status;
            b->known_of = of(b);
            b->stands_since = m->now;
        }
    }
}

/* The first of its times that comes after that instant. */
static int64_t first_after(const struct model *m, const struct m_booking *b, int64_t after)
{
    const struct gs_rules *r = m->rules;
    int64_t first = M_NEVER;
    for (int32_t i = 0; i < r->reminder_count && b->status == GS_BOOKED; i++) {
        int64_t at = b->slot_start - (int64_t)r->reminder_min[i] * 60 * 1000;
        first = at > after && at < first ? at : first;
    }
    if (b->status == GS_WAITLISTED && r->expiring_min > 0) {
        int64_t at = b->waits_until - (int64_t)r->expiring_min * 60 * 1000;
        first = at > after ? at : M_NEVER;
    }
    return first;
}

int64_t m_reminder_of(const struct model *m, const struct m_booking *b)
{
    return first_after(m, b, b->reminded > b->stands_since ? b->reminded : b->stands_since);
}

void m_remind(struct model *m, struct m_booking *b, int64_t at, int64_t until)
{
    b->reminded = at;
    if (until >= of(b) || until >= first_after(m, b, at)) {
        return;
    }
    if (m->reminder_count == M_REMINDERS) {
        m_complain(m, "more reminders than the model can hold", b->id);
        return;
    }
    m->reminders[m->reminder_count++] =
        (struct m_reminder){.id = b->id,
                            .at = at,
                            .minutes = (int32_t)((of(b) - at) / (60 * 1000)),
                            .type = b->status == GS_BOOKED ? GS_EV_REMINDER : GS_EV_EXPIRING};
}

static bool is_told(const struct gs_event *e, const struct m_reminder *r)
{
    bool of_slot = r->type == GS_EV_REMINDER && e->to.start_ms == r->at + (int64_t)r->minutes * 60 * 1000;
    bool of_wait = r->type == GS_EV_EXPIRING && e->expires_ms == r->at + (int64_t)r->minutes * 60 * 1000;
    return e->type == r->type && e->booking_id == r->id && e->at_ms == r->at && e->minutes_before == r->minutes &&
           (of_slot || of_wait);
}

void m_all_reminded(struct model *m)
{
    int32_t told = 0;
    for (int32_t i = 0; i < m->event_count; i++) {
        told += m->events[i]->type == GS_EV_REMINDER || m->events[i]->type == GS_EV_EXPIRING ? 1 : 0;
    }
    for (int32_t i = 0; i < m->reminder_count; i++) {
        int32_t times = 0;
        for (int32_t k = 0; k < m->event_count; k++) {
            times += is_told(m->events[k], &m->reminders[i]) ? 1 : 0;
        }
        if (times != 1) {
            m_complain(m, times == 0 ? "a reminder is missing" : "a reminder is told twice", m->reminders[i].id);
        }
    }
    if (told > m->reminder_count) {
        m_complain(m, "more reminders than there may be", told);
    }
    m->reminders_told += m->reminder_count;
    m->reminder_count = 0;
}
