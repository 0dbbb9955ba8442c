/* The model's front: first what is due, then the command. */
#include "model.h"
#include <string.h>

void m_init(struct model *m, const struct gs_rules *rules, int64_t now)
{
    memset(m, 0, sizeof *m);
    m->rules = rules;
    m->now = m->settled = now;
}

struct m_outcome m_said(enum gs_code code, int64_t id, int64_t at_ms)
{
    return (struct m_outcome){.code = code, .id = id, .at_ms = at_ms};
}

bool m_forgotten(const struct model *m, const struct m_booking *b)
{
    gs_date yesterday = m_today(m) - 1;
    return !m_status_active(b->status) && b->wish.date < yesterday && gs_tz_date(m->rules->tz, b->told) < yesterday;
}

struct m_booking *m_seen(struct model *m, const struct gs_actor *actor, int64_t id)
{
    if (id < 1 || id > m->count) {
        return NULL;
    }
    struct m_booking *b = &m->bookings[id - 1];
    if (m_forgotten(m, b)) {
        return NULL;
    }
    bool staff = actor->role == GS_ROLE_GATE || actor->role == GS_ROLE_SUPERVISOR;
    return staff || (actor->role == GS_ROLE_BACKEND && strcmp(actor->name, b->owner) == 0) ? b : NULL;
}

static bool may(enum gs_role role, enum gs_command_kind kind)
{
    switch (kind) {
    case GS_CMD_BOOK:
    case GS_CMD_CANCEL:
    case GS_CMD_RESCHEDULE:
    case GS_CMD_DELAY:
        return role == GS_ROLE_BACKEND || role == GS_ROLE_GATE || role == GS_ROLE_SUPERVISOR;
    case GS_CMD_CAPACITY_SET:
    case GS_CMD_CAPACITY_RESET:
    case GS_CMD_EXCUSE:
        return role == GS_ROLE_SUPERVISOR;
    default:
        return role == GS_ROLE_GATE || role == GS_ROLE_SUPERVISOR;
    }
}

static struct m_outcome dispatch(struct model *m, const struct gs_command *c)
{
    if (!may(c->actor.role, c->kind)) {
        return m_said(GS_CODE_FORBIDDEN, 0, M_NEVER);
    }
    switch (c->kind) {
    case GS_CMD_BOOK:
        return m_book(m, c);
    case GS_CMD_WALK_IN:
        return m_walk_in(m, c);
    case GS_CMD_CANCEL:
        return m_cancel(m, c);
    case GS_CMD_RESCHEDULE:
        return m_reschedule(m, c);
    case GS_CMD_DELAY:
        return m_delay(m, c);
    case GS_CMD_CAPACITY_SET:
    case GS_CMD_CAPACITY_RESET:
        return m_capacity(m, c);
    case GS_CMD_REINSTATE:
        return m_reinstate(m, c);
    case GS_CMD_EXCUSE:
        return m_excuse(m, c);
    default:
        return m_gate_step(m, c);
    }
}

struct m_outcome m_apply(struct model *m, const struct gs_command *c, int64_t now)
{
    m_due(m, now);
    struct m_outcome o = dispatch(m, c);
    m_promote(m);
    m_due(m, m->now); /* what a reverted step brought back may be over already */
    m_note_promises(m);
    m_all_used(m);
    m_all_reminded(m);
    return o;
}
