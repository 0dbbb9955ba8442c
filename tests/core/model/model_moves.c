/* Room made by moving others, in the model. Whether it is possible, and with how few moves, is worked out here in its own plain way
 * (costs of slots and windows, improved until nothing improves); which of the shortest ways is taken, the core may choose:
 * its moves are followed one by one, and each is checked. */
#include "model.h"
#include <stdio.h>
#include <string.h>

#define UNREACHABLE 1000

void m_advise(struct model *m, const struct gs_batch *batch)
{
    m->event_count = 0;
    m->complaint[0] = '\0';
    for (const struct gs_record *r = batch != NULL ? batch->first : NULL; r != NULL; r = r->next) {
        if (r->kind == GS_REC_EVENT && m->event_count < M_EVENTS) {
            m->events[m->event_count] = r->u.event;
            m->event_used[m->event_count++] = false;
        }
    }
}

void m_complain(struct model *m, const char *what, int64_t id)
{
    if (m->complaint[0] == '\0') {
        snprintf(m->complaint, sizeof m->complaint, "%s (booking %lld)", what, (long long)id);
    }
}

const struct gs_event *m_next_event(struct model *m, int64_t cause_id, const char *reason, int64_t at_ms)
{
    for (int32_t i = 0; i < m->event_count; i++) {
        const struct gs_event *e = m->events[i];
        bool meant = e->type == GS_EV_MOVED && e->cause_id == cause_id && e->at_ms == at_ms &&
                     strcmp(gs_event_reason(e), reason) == 0;
        if (meant && !m->event_used[i]) {
            m->event_used[i] = true;
            return e;
        }
    }
    return NULL;
}

void m_all_used(struct model *m)
{
    for (int32_t i = 0; i < m->event_count; i++) {
        if (m->events[i]->type == GS_EV_MOVED && !m->event_used[i]) {
            m_complain(m, "moved without need", m->events[i]->booking_id);
        }
    }
}

bool m_movable(const struct model *m, const struct m_booking *b)
{
    return b->status == GS_BOOKED && b->flexible && !b->walk_in && !b->delayed &&
           b->slot_start - m->now > m->rules->lock_min * GS_MINUTE_MS;
}

bool m_unlocked(const struct model *m, const struct m_slot *s)
{
    return s->start - m->now > m->rules->lock_min * GS_MINUTE_MS &&
           s->start - m->now >= m->rules->cutoff_min * GS_MINUTE_MS;
}

/* Fewest moves for one more to come into a slot, into a window (its slot is settled), and for one to leave a slot. */
struct costs {
    int32_t in[GS_MAX_WINDOWS][M_SLOTS], window[GS_MAX_WINDOWS], out[GS_MAX_WINDOWS][M_SLOTS];
};

static bool lower(int32_t *cost, int32_t to)
{
    bool lowers = to < *cost;
    *cost = lowers ? to : *cost;
    return lowers;
}

/* What it costs that h leaves its slot: by way of the cheapest slot that it may go to. */
static int32_t cost_of_leaving(const struct model *m, const struct m_day *day, const struct m_booking *h,
                               const struct m_booking *asker, bool with_waiting, const struct costs *c)
{
    int32_t least = UNREACHABLE;
    for (int32_t i = 0; i < day->window_count; i++) {
        const struct m_window *w = &day->windows[i];
        bool askers = strcmp(h->plate, asker->plate) == 0 && m_listed(asker->wish.windows, w->id) &&
                      m_barred(m, asker, w->id, with_waiting) == 0 && !m_capped(m, asker, w);
        if (w->closed || askers || !m_listed(h->wish.windows, w->id) || m_barred(m, h, w->id, false) != 0 ||
            m_capped(m, h, w)) {
            continue;
        }
        for (int32_t k = 0; k < w->slot_count; k++) {
            bool own = strcmp(h->window, w->id) == 0 && h->slot_start == w->slots[k].start;
            if (!own && m_unlocked(m, &w->slots[k]) && c->in[i][k] + 1 < least) {
                least = c->in[i][k] + 1;
            }
        }
    }
    return least;
}

static bool improve_leaving(const struct model *m, const struct m_day *day, const struct m_booking *asker,
                            bool with_waiting, struct costs *c)
{
    bool improved = false;
    for (int32_t n = 0; n < m->count; n++) {
        const struct m_booking *h = &m->bookings[n];
        if (h->wish.date != day->date || h->id == asker->id || !m_movable(m, h)) {
            continue;
        }
        int32_t cost = cost_of_leaving(m, day, h, asker, with_waiting, c);
        for (int32_t i = 0; i < day->window_count; i++) {
            for (int32_t k = 0; strcmp(day->windows[i].id, h->window) == 0 && k < day->windows[i].slot_count; k++) {
                bool here = day->windows[i].slots[k].start == h->slot_start;
                improved = (here && lower(&c->out[i][k], cost)) || improved;
            }
        }
    }
    return improved;
}

static bool improve_coming(const struct m_day *day, struct costs *c)
{
    bool improved = false;
    for (int32_t i = 0; i < day->window_count; i++) {
        const struct m_window *w = &day->windows[i];
        if (w->closed || w->taken > w->capacity) {
            continue;
        }
        for (int32_t k = 0; k < w->slot_count; k++) {
            const struct m_slot *s = &w->slots[k];
            int32_t freed = w->taken < w->capacity ? 0 : c->out[i][k];
            improved = lower(&c->window[i], freed) || improved;
            int32_t taken = s->taken < s->capacity ? c->window[i] : c->out[i][k];
            improved = (s->taken <= s->capacity && lower(&c->in[i][k], taken)) || improved;
        }
    }
    return improved;
}

static int32_t fewest_moves(const struct model *m, const struct m_booking *b, int32_t lead_min, bool with_waiting)
{
    struct m_day day;
    struct costs c;
    int32_t least = UNREACHABLE;
    m_day(m, b->wish.date, 0, &day);
    for (int32_t i = 0; i < GS_MAX_WINDOWS; i++) {
        c.window[i] = UNREACHABLE;
        for (int32_t k = 0; k < M_SLOTS; k++) {
            c.in[i][k] = c.out[i][k] = UNREACHABLE;
        }
    }
    while (improve_coming(&day, &c) || improve_leaving(m, &day, b, with_waiting, &c)) {
    }
    for (int32_t i = 0; i < day.window_count; i++) {
        const struct m_window *w = &day.windows[i];
        if (w->closed || !m_listed(b->wish.windows, w->id) || m_barred(m, b, w->id, with_waiting) != 0 ||
            m_capped(m, b, w) || (!with_waiting && m_shut(m, w))) {
            continue;
        }
        for (int32_t k = 0; k < w->slot_count; k++) {
            if (w->slots[k].start - m->now >= lead_min * GS_MINUTE_MS) {
                lower(&least, c.in[i][k]);
            }
        }
    }
    return least;
}

static const struct m_slot *slot_of(const struct m_window *w, int64_t start)
{
    for (int32_t k = 0; w != NULL && k < w->slot_count; k++) {
        if (w->slots[k].start == start) {
            return &w->slots[k];
        }
    }
    return NULL;
}

void m_follow(struct model *m, const struct gs_event *e)
{
    struct m_day day;
    struct m_booking *h = e->booking_id >= 1 && e->booking_id <= m->count ? &m->bookings[e->booking_id - 1] : NULL;
    if (h == NULL || !m_movable(m, h)) {
        m_complain(m, "moved, though it must not be", e->booking_id);
        return;
    }
    m_day(m, h->wish.date, h->id, &day);
    const struct m_window *w = m_window(&day, e->to.window);
    const struct m_slot *s = slot_of(w, e->to.start_ms);
    if (s == NULL || w->closed || !m_room(w, s) || !m_unlocked(m, s)) {
        m_complain(m, "moved to where there is no room", h->id);
    } else if (!m_listed(h->wish.windows, w->id) || m_barred(m, h, w->id, false) != 0) {
        m_complain(m, "moved to what it does not accept", h->id);
    } else if (m_capped(m, h, w)) {
        m_complain(m, "moved past the quota", h->id);
    } else if (strcmp(e->from.window, h->window) != 0 || e->from.start_ms != h->slot_start) {
        m_complain(m, "moved from where it was not", h->id);
    } else {
        struct m_place place = {.start = s->start, .end = s->end};
        memcpy(place.window, w->id, sizeof place.window);
        m_take(m, h, &place);
        h->moved = true;
        m->moves_followed++;
    }
}

/* Where the core says that b was seated; it must be a place that b could have chosen. */
static bool seated(struct model *m, const struct m_booking *b, int64_t id, int32_t lead_min, bool with_waiting,
                   struct m_place *out)
{
    struct m_day day;
    m_day(m, b->wish.date, b->id, &day);
    for (int32_t i = m->event_count - 1; i >= 0; i--) {
        const struct gs_event *e = m->events[i];
        bool seats = e->type == GS_EV_BOOKED || e->type == GS_EV_PROMOTED || e->type == GS_EV_RESCHEDULED;
        const struct m_window *w = seats && e->booking_id == id ? m_window(&day, e->to.window) : NULL;
        const struct m_slot *s = slot_of(w, e->to.start_ms);
        if (s == NULL) {
            continue;
        }
        memcpy(out->window, w->id, sizeof out->window);
        out->start = s->start;
        out->end = s->end;
        return m_room(w, s) && !w->closed && (with_waiting || !m_shut(m, w)) && m_listed(b->wish.windows, w->id) &&
               m_barred(m, b, w->id, with_waiting) == 0 && !m_capped(m, b, w) &&
               s->start - m->now >= lead_min * GS_MINUTE_MS;
    }
    return false;
}

bool m_make_room(struct model *m, const struct m_booking *b, int32_t lead_min, bool with_waiting, struct m_place *out)
{
    int64_t id = b->id != 0 ? b->id : m->count + 1;
    int32_t moves = fewest_moves(m, b, lead_min, with_waiting);
    if (moves == 0 || moves >= UNREACHABLE) {
        return false; /* 0: only its own place is free, and that it knows already */
    }
    for (int32_t i = 0; i < moves; i++) {
        const struct gs_event *e = m_next_event(m, id, "", m->now);
        if (e == NULL) {
            m_complain(m, "not let in, though moves could make room", id);
            return false;
        }
        m_follow(m, e);
    }
    if (m->complaint[0] == '\0' && !seated(m, b, id, lead_min, with_waiting, out)) {
        m_complain(m, "seated where it could not be", id);
    }
    return m->complaint[0] == '\0';
}
