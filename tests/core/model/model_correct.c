/* What is told afterwards, in the model: steps with a time of their own, times put right, no-shows taken back. */
#include "model.h"
#include <string.h>

int64_t m_happened(const struct model *m, const struct gs_command *c)
{
    return c->at_ms != 0 ? c->at_ms : m->now;
}

static struct m_outcome refusal(enum gs_code code, const struct m_booking *b)
{
    return m_said(code, b->id, M_NEVER);
}

/* A booking's times in order; that of a step is the one with its number. */
static void times_of(const struct m_booking *b, int64_t out[5])
{
    out[0] = b->created;
    out[1] = b->arrived;
    out[2] = b->entered;
    out[3] = b->cleared;
    out[4] = b->status == GS_REFUSED ? b->ended : b->departed;
}

static int number_of_step(enum gs_command_kind step)
{
    static const enum gs_command_kind steps[] = {GS_CMD_ARRIVE, GS_CMD_ENTER, GS_CMD_CLEAR, GS_CMD_DEPART};
    for (int i = 0; i < 4; i++) {
        if (steps[i] == step) {
            return i + 1;
        }
    }
    return 4;
}

struct m_outcome m_may_have_happened(const struct model *m, const struct m_booking *b, enum gs_command_kind step,
                                     const struct gs_command *c)
{
    int64_t times[5];
    int own = number_of_step(step);
    times_of(b, times);
    for (int i = 0; i < 5 && c->at_ms != 0; i++) {
        bool wrong = (i < own && c->at_ms < times[i]) || (i > own && times[i] != 0 && c->at_ms > times[i]);
        if (wrong || c->at_ms > m->now) {
            return refusal(GS_CODE_VALIDATION, b);
        }
    }
    bool far = c->at_ms != 0 && m->now - c->at_ms > 15 * GS_MINUTE_MS;
    return far && c->actor.role == GS_ROLE_GATE ? m_said(GS_CODE_TOO_LATE, b->id, c->at_ms + 15 * GS_MINUTE_MS)
                                                : m_said(GS_CODE_OK, b->id, M_NEVER);
}

static int64_t *time_of_step(struct m_booking *b, enum gs_command_kind step)
{
    switch (number_of_step(step)) {
    case 1:
        return &b->arrived;
    case 2:
        return &b->entered;
    case 3:
        return &b->cleared;
    default:
        return step == GS_CMD_DEPART ? &b->departed : &b->ended;
    }
}

bool m_corrects(const struct m_booking *b, const struct gs_command *c)
{
    struct m_booking copy = *b;
    bool taken = *time_of_step(&copy, c->kind) != 0;
    return c->at_ms != 0 && taken && (c->kind != GS_CMD_REFUSE || b->status == GS_REFUSED);
}

static int64_t arrivals_begin(const struct model *m, const struct m_booking *b)
{
    int64_t day_start = gs_tz_instant(m->rules->tz, b->wish.date, 0);
    return b->arrive_from < day_start ? b->arrive_from : day_start;
}

void m_hold_again(struct m_booking *b)
{
    int64_t over = b->status == GS_REFUSED ? b->ended : b->entered;
    bool between = b->held >= b->arrived && (over == 0 || b->held <= over);
    b->held = between ? b->held : 0;
}

struct m_outcome m_correct(const struct model *m, struct m_booking *b, const struct gs_command *c)
{
    int64_t *time = time_of_step(b, c->kind);
    if (*time == c->at_ms) {
        return refusal(GS_CODE_OK, b);
    }
    if (c->actor.role != GS_ROLE_SUPERVISOR) {
        return refusal(GS_CODE_FORBIDDEN, b);
    }
    if (c->reason[0] == '\0') {
        return refusal(GS_CODE_VALIDATION, b);
    }
    struct m_outcome o = m_may_have_happened(m, b, c->kind, c);
    if (o.code != GS_CODE_OK) {
        return o;
    }
    int64_t earliest = c->kind == GS_CMD_ARRIVE ? arrivals_begin(m, b) : c->kind == GS_CMD_ENTER ? b->arrive_from : 0;
    if (c->at_ms < earliest) {
        return m_said(GS_CODE_EARLY, b->id, earliest);
    }
    if (c->kind == GS_CMD_ARRIVE && c->at_ms > b->arrive_until) {
        return refusal(GS_CODE_VALIDATION, b);
    }
    *time = c->at_ms;
    m_hold_again(b);
    b->told = m->now;
    b->corrections++;
    return refusal(GS_CODE_OK, b);
}

/* The window that runs now, of b's own date; last_end: of the date. */
static struct m_window *running_of(const struct model *m, struct m_day *day, int64_t *last_end)
{
    struct m_window *running = NULL;
    *last_end = gs_tz_instant(m->rules->tz, day->date + 1, 0);
    for (int32_t i = 0; i < day->window_count; i++) {
        struct m_window *w = &day->windows[i];
        running = w->start <= m->now && m->now < w->end ? w : running;
        *last_end = w->end > *last_end ? w->end : *last_end;
    }
    return running;
}

static const struct m_slot *place_in(const struct model *m, const struct m_booking *b, const struct m_window *w)
{
    for (int32_t k = 0; strcmp(w->id, b->window) == 0 && k < w->slot_count; k++) {
        if (w->slots[k].start == b->slot_start && m_room(w, &w->slots[k])) {
            return &w->slots[k];
        }
    }
    return m_present_slot(m, w);
}

static void come_back(const struct model *m, struct m_booking *b, const struct gs_command *c, const struct m_window *w,
                      const struct m_slot *s)
{
    struct m_place place = {.start = s->start, .end = s->end};
    int64_t from = b->arrive_from, until = b->arrive_until, came = m_happened(m, c);
    memcpy(place.window, w->id, sizeof place.window);
    m_take(m, b, &place);
    b->arrive_from = came >= from && came < until ? from : came;
    b->arrive_until = came >= from && came < until ? until : w->end;
    b->status = GS_ARRIVED;
    b->arrived = came;
    b->ended = 0;
    b->excused = false;
    b->corrections++;
}

struct m_outcome m_reinstate(struct model *m, const struct gs_command *c)
{
    struct m_booking *b = m_seen(m, &c->actor, c->booking_id);
    struct m_day day;
    int64_t last_end;
    if (b == NULL) {
        return m_said(GS_CODE_NOT_FOUND, 0, M_NEVER);
    }
    if (c->reason[0] == '\0') {
        return refusal(GS_CODE_VALIDATION, b);
    }
    if (b->status != GS_NO_SHOW) {
        return refusal(GS_CODE_WRONG_STATE, b);
    }
    struct m_outcome o = m_may_have_happened(m, b, GS_CMD_ARRIVE, c);
    if (o.code != GS_CODE_OK) {
        return o;
    }
    if (m_happened(m, c) < arrivals_begin(m, b)) {
        return m_said(GS_CODE_EARLY, b->id, arrivals_begin(m, b));
    }
    m_day(m, b->wish.date, b->id, &day);
    const struct m_window *w = running_of(m, &day, &last_end);
    if (w == NULL && b->wish.date != m_today(m)) {
        return m_said(GS_CODE_TOO_LATE, b->id, last_end);
    }
    if (w == NULL || w->closed) {
        return refusal(GS_CODE_CLOSED, b);
    }
    int64_t until = m_suspended(m, b->plate, b->id);
    if (until != 0) {
        return m_said(GS_CODE_SUSPENDED, b->id, until);
    }
    if (m_container_taken(m, b)) {
        return refusal(GS_CODE_DUPLICATE_CONTAINER, b);
    }
    if (m_reference_taken(m, b)) {
        return refusal(GS_CODE_DUPLICATE_REFERENCE, b);
    }
    if (m_barred(m, b, w->id, false) != 0) {
        return refusal(GS_CODE_DUPLICATE_PLATE, b);
    }
    const struct m_slot *s = m_shut(m, w) ? NULL : place_in(m, b, w);
    if (s == NULL) {
        return refusal(GS_CODE_FULL, b);
    }
    come_back(m, b, c, w, s);
    return refusal(GS_CODE_OK, b);
}
