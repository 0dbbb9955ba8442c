/* What happens at the gate and in the yard, in the model. */
#include "model.h"

static struct m_outcome wrong_state(const struct m_booking *b)
{
    return m_said(GS_CODE_WRONG_STATE, b->id, M_NEVER);
}

static struct m_outcome done(const struct m_booking *b)
{
    return m_said(GS_CODE_OK, b->id, M_NEVER);
}

static void count_told(struct m_booking *b, const struct gs_command *c)
{
    b->corrections += c->at_ms != 0 ? 1 : 0;
}

static struct m_outcome arrive(const struct model *m, struct m_booking *b, const struct gs_command *c)
{
    int64_t day_start = gs_tz_instant(m->rules->tz, b->wish.date, 0);
    day_start = b->arrive_from < day_start ? b->arrive_from : day_start;
    if (b->status != GS_BOOKED) {
        return wrong_state(b);
    }
    struct m_outcome o = m_may_have_happened(m, b, GS_CMD_ARRIVE, c);
    if (o.code != GS_CODE_OK) {
        return o;
    }
    if (m_happened(m, c) < day_start) {
        return m_said(GS_CODE_EARLY, b->id, day_start);
    }
    b->status = GS_ARRIVED;
    b->arrived = m_happened(m, c);
    count_told(b, c);
    return done(b);
}

static struct m_outcome enter(const struct model *m, struct m_booking *b, const struct gs_command *c)
{
    if (c->u.enter.override && c->actor.role != GS_ROLE_SUPERVISOR) {
        return m_said(GS_CODE_FORBIDDEN, b->id, M_NEVER);
    }
    if (c->u.enter.override && c->reason[0] == '\0') {
        return m_said(GS_CODE_VALIDATION, b->id, M_NEVER);
    }
    if (c->kind == GS_CMD_ENTER && m_corrects(b, c)) {
        return m_correct(m, b, c);
    }
    if (b->status != GS_ARRIVED) {
        return wrong_state(b);
    }
    struct m_outcome o = m_may_have_happened(m, b, GS_CMD_ENTER, c);
    if (o.code != GS_CODE_OK) {
        return o;
    }
    if (m_happened(m, c) < b->arrive_from) {
        return m_said(GS_CODE_EARLY, b->id, b->arrive_from);
    }
    if (m_inside(m) >= m->rules->bays && !c->u.enter.override) {
        b->held = b->held != 0 ? b->held : m->now;
        return m_said(GS_CODE_YARD_FULL, b->id, M_NEVER);
    }
    b->status = GS_ENTERED;
    b->entered = m_happened(m, c);
    m_hold_again(b);
    count_told(b, c);
    return done(b);
}

static struct m_outcome leave(const struct model *m, struct m_booking *b, const struct gs_command *c,
                              enum gs_status from, enum gs_status to, int64_t *instant)
{
    if (b->status != from) {
        return wrong_state(b);
    }
    struct m_outcome o = m_may_have_happened(m, b, c->kind, c);
    if (o.code != GS_CODE_OK) {
        return o;
    }
    b->status = to;
    *instant = m_happened(m, c);
    b->told = m->now;
    count_told(b, c);
    return done(b);
}

/* Arrived and entered at once; held, it has only arrived. */
static struct m_outcome admit(const struct model *m, struct m_booking *b, const struct gs_command *c)
{
    bool may_override = c->actor.role == GS_ROLE_SUPERVISOR && c->reason[0] != '\0';
    struct m_outcome o = done(b);
    if (b->status != GS_ARRIVED && (!c->u.enter.override || may_override)) {
        o = arrive(m, b, c);
    }
    if (o.code == GS_CODE_OK) {
        o = enter(m, b, c);
    }
    o.code = o.code == GS_CODE_YARD_FULL || (o.code == GS_CODE_EARLY && b->status == GS_ARRIVED) ? GS_CODE_OK : o.code;
    return o;
}

static struct m_outcome refuse(struct model *m, struct m_booking *b, const struct gs_command *c)
{
    if (c->reason[0] == '\0') {
        return m_said(GS_CODE_VALIDATION, b->id, M_NEVER);
    }
    if (m_corrects(b, c)) {
        return m_correct(m, b, c);
    }
    if (b->status != GS_BOOKED && b->status != GS_ARRIVED) {
        return wrong_state(b);
    }
    struct m_outcome o = m_may_have_happened(m, b, c->kind, c);
    if (o.code != GS_CODE_OK) {
        return o;
    }
    b->before_refused = b->status;
    b->status = GS_REFUSED;
    b->ended = m_happened(m, c);
    b->told = m->now;
    m_hold_again(b);
    count_told(b, c);
    return done(b);
}

/* The instant of the latest gate step, 0 = none to undo. */
static int64_t step_instant(const struct m_booking *b)
{
    switch (b->status) {
    case GS_ARRIVED:
        return b->arrived;
    case GS_ENTERED:
        return b->entered;
    case GS_CLEARED:
        return b->cleared;
    case GS_DEPARTED:
        return b->departed;
    case GS_REFUSED:
        return b->ended;
    default:
        return 0;
    }
}

static bool old_place_free(const struct model *m, const struct m_booking *b)
{
    struct m_day day;
    m_day(m, b->wish.date, b->id, &day);
    const struct m_window *w = m_window(&day, b->window);
    for (int32_t k = 0; k < w->slot_count; k++) {
        if (w->slots[k].start == b->slot_start) {
            return !w->closed && m_room(w, &w->slots[k]);
        }
    }
    return false;
}

static void step_back(struct m_booking *b)
{
    switch (b->status) {
    case GS_ARRIVED:
        b->status = GS_BOOKED;
        b->arrived = b->held = 0;
        break;
    case GS_ENTERED:
        b->status = GS_ARRIVED;
        b->entered = 0;
        break;
    case GS_CLEARED:
        b->status = GS_ENTERED;
        b->cleared = 0;
        break;
    case GS_DEPARTED:
        b->status = GS_CLEARED;
        b->departed = 0;
        break;
    default:
        b->status = b->before_refused;
        b->ended = 0;
        break;
    }
}

static struct m_outcome revert(const struct model *m, struct m_booking *b, const struct gs_command *c)
{
    int64_t at = step_instant(b);
    if (at == 0) {
        return wrong_state(b);
    }
    if (b->status == GS_REFUSED && b->wish.date < m_today(m) - 1) { /* others of that date are forgotten */
        return m_said(GS_CODE_TOO_LATE, b->id, M_NEVER);
    }
    bool late = m->now - at > GS_REVERT_MS;
    if (late && c->actor.role != GS_ROLE_SUPERVISOR) {
        return m_said(GS_CODE_TOO_LATE, b->id, at + GS_REVERT_MS);
    }
    if (late && c->reason[0] == '\0') {
        return m_said(GS_CODE_VALIDATION, b->id, M_NEVER);
    }
    bool ended = b->status == GS_REFUSED || b->status == GS_DEPARTED; /* and comes back to life */
    if (ended && m_container_taken(m, b)) {
        return m_said(GS_CODE_DUPLICATE_CONTAINER, b->id, M_NEVER);
    }
    if (ended && m_reference_taken(m, b)) {
        return m_said(GS_CODE_DUPLICATE_REFERENCE, b->id, M_NEVER);
    }
    if (ended && m_barred(m, b, b->window, false) != 0) {
        return m_said(GS_CODE_DUPLICATE_PLATE, b->id, M_NEVER);
    }
    if (b->status == GS_REFUSED && !old_place_free(m, b)) {
        return m_said(GS_CODE_FULL, b->id, M_NEVER);
    }
    step_back(b);
    b->corrections += late ? 1 : 0;
    return done(b);
}

struct m_outcome m_gate_step(struct model *m, const struct gs_command *c)
{
    struct m_booking *b = m_seen(m, &c->actor, c->booking_id);
    if (b == NULL) {
        return m_said(GS_CODE_NOT_FOUND, 0, M_NEVER);
    }
    switch (c->kind) {
    case GS_CMD_ARRIVE:
        return m_corrects(b, c) ? m_correct(m, b, c) : arrive(m, b, c);
    case GS_CMD_ENTER:
        return enter(m, b, c);
    case GS_CMD_ADMIT:
        return admit(m, b, c);
    case GS_CMD_CLEAR:
        return m_corrects(b, c) ? m_correct(m, b, c) : leave(m, b, c, GS_ENTERED, GS_CLEARED, &b->cleared);
    case GS_CMD_DEPART:
        return m_corrects(b, c) ? m_correct(m, b, c) : leave(m, b, c, GS_CLEARED, GS_DEPARTED, &b->departed);
    case GS_CMD_REFUSE:
        return refuse(m, b, c);
    default:
        return revert(m, b, c);
    }
}
