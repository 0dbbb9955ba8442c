/* The model's choice of a place (rule 1 of "What good scheduling means"), its waitlist and its duplicates by plate. */
#include "model.h"
#include <stdlib.h>
#include <string.h>

bool m_status_placed(enum gs_status s)
{
    return s == GS_BOOKED || s == GS_ARRIVED || s == GS_ENTERED || s == GS_CLEARED || s == GS_DEPARTED;
}

bool m_status_active(enum gs_status s)
{
    return s == GS_WAITLISTED || s == GS_BOOKED || s == GS_ARRIVED || s == GS_ENTERED || s == GS_CLEARED;
}

bool m_listed(const char *windows, const char *id)
{
    size_t len = strlen(id);
    if (windows[0] == '\0') {
        return true;
    }
    for (const char *at = windows; at != NULL; at = strchr(at, ',')) {
        at += *at == ',' ? 1 : 0;
        if (strncmp(at, id, len) == 0 && (at[len] == ',' || at[len] == '\0')) {
            return true;
        }
    }
    return false;
}

int64_t m_barred(const struct model *m, const struct m_booking *b, const char *window, bool with_waiting)
{
    for (int32_t i = 0; i < m->count; i++) {
        const struct m_booking *o = &m->bookings[i];
        if (o->id == b->id || o->wish.date != b->wish.date || strcmp(o->plate, b->plate) != 0) {
            continue;
        }
        bool promise = m_status_active(o->status) && o->status != GS_WAITLISTED && strcmp(o->window, window) == 0;
        bool waits = with_waiting && o->status == GS_WAITLISTED && m_listed(o->wish.windows, window);
        if (promise || waits) {
            return o->id;
        }
    }
    return 0;
}

/* The start that b prefers, 0 = none. */
int64_t m_preferred(const struct m_booking *b, const struct m_day *day)
{
    for (int32_t i = 0; b->wish.slot_min >= 0 && i < day->window_count; i++) {
        const struct m_window *w = &day->windows[i];
        for (int32_t k = 0; m_listed(b->wish.windows, w->id) && k < w->slot_count; k++) {
            if (w->slots[k].minute == b->wish.slot_min) {
                return w->slots[k].start;
            }
        }
    }
    return 0;
}

struct option {
    const struct m_window *window;
    const struct m_slot *slot;
    int64_t distance; /* to the preferred start */
};

/* Is x better than y? Both are in order of time: a tie stays with the one met first. */
static bool better(const struct option *x, const struct option *y, bool preferred)
{
    if (preferred) {
        return x->distance < y->distance;
    }
    if (x->window != y->window) {
        return (int64_t)x->window->taken * y->window->capacity < (int64_t)y->window->taken * x->window->capacity;
    }
    return (int64_t)x->slot->taken * y->slot->capacity < (int64_t)y->slot->taken * x->slot->capacity;
}

bool m_choose(const struct model *m, const struct m_booking *b, int32_t lead_min, bool with_waiting,
              struct m_place *out)
{
    struct m_day day;
    struct option best = {0};
    m_day(m, b->wish.date, b->id, &day);
    int64_t wanted = m_preferred(b, &day);
    for (int32_t i = 0; i < day.window_count; i++) {
        const struct m_window *w = &day.windows[i];
        if (w->closed || !m_listed(b->wish.windows, w->id) || m_barred(m, b, w->id, with_waiting) != 0 ||
            (!with_waiting && m_shut(m, w))) {
            continue;
        }
        for (int32_t k = 0; k < w->slot_count; k++) {
            const struct m_slot *s = &w->slots[k];
            bool barred = m_capped(m, b, w) && !(with_waiting && m_lifted(m, s)); /* promotions are not lifted */
            barred = barred && (b->set_aside & GS_EXCEPTION_QUOTA) == 0;
            bool soon = (b->set_aside & GS_EXCEPTION_CUTOFF) != 0 ? s->end <= m->now
                                                                  : s->start - m->now < lead_min * GS_MINUTE_MS;
            if (soon || !m_room(w, s) || barred) {
                continue;
            }
            struct option o = {w, s, llabs(s->start - wanted)};
            if (best.slot == NULL || better(&o, &best, wanted != 0)) {
                best = o;
            }
        }
    }
    if (best.slot == NULL) {
        return false;
    }
    memcpy(out->window, best.window->id, sizeof out->window);
    out->start = best.slot->start;
    out->end = best.slot->end;
    return true;
}

void m_take(const struct model *m, struct m_booking *b, const struct m_place *place)
{
    struct m_day day;
    m_day(m, b->wish.date, 0, &day);
    int64_t window_end = m_window(&day, place->window)->end;
    int64_t until = place->end + m->rules->late_grace_min * GS_MINUTE_MS;
    memcpy(b->window, place->window, sizeof b->window);
    b->status = GS_BOOKED;
    b->displaced = false;
    b->slot_start = place->start;
    b->slot_end = place->end;
    b->arrive_from = place->start - m->rules->early_grace_min * GS_MINUTE_MS;
    b->arrive_until = until < window_end ? until : window_end;
}

/* Does a wait before b? */
static bool before(const struct m_booking *a, const struct m_booking *b)
{
    if (a->displaced != b->displaced) {
        return a->displaced;
    }
    if (a->urgent != b->urgent) {
        return a->urgent;
    }
    return a->since != b->since ? a->since < b->since : a->id < b->id;
}

int32_t m_position(const struct model *m, const struct m_booking *b)
{
    int32_t position = 1;
    if (b->status != GS_WAITLISTED) {
        return 0;
    }
    for (int32_t i = 0; i < m->count; i++) {
        const struct m_booking *o = &m->bookings[i];
        position += o->status == GS_WAITLISTED && o->wish.date == b->wish.date && before(o, b) ? 1 : 0;
    }
    return position;
}

/* After the cutoff a slot is for walk-ins and standby, for those who wait as for those who ask. */
int32_t m_promote_lead(const struct model *m)
{
    const struct gs_rules *r = m->rules;
    return r->promote_min > r->cutoff_min ? r->promote_min : r->cutoff_min;
}

static void promote_in_order(struct model *m)
{
    bool tried[M_BOOKINGS] = {false};
    for (;;) {
        struct m_booking *first = NULL;
        for (int32_t i = 0; i < m->count; i++) {
            struct m_booking *b = &m->bookings[i];
            bool waits = b->status == GS_WAITLISTED && !tried[i];
            first = waits && (first == NULL || before(b, first)) ? b : first;
        }
        if (first == NULL) {
            return;
        }
        tried[first->id - 1] = true;
        struct m_place place;
        struct m_booking asker = *first;
        if (m_passed_over(m, first)) {
            continue;
        }
        if ((first->exceptions & GS_EXCEPTION_QUOTA) != 0) {
            asker.uscc[0] = '\0'; /* it was granted a place beyond the quota once */
        }
        if (m_choose(m, &asker, m_promote_lead(m), false, &place) ||
            m_make_room(m, &asker, m_promote_lead(m), false, &place)) {
            m_take(m, first, &place);
        }
    }
}

void m_promote(struct model *m)
{
    int64_t moves;
    do { /* a move may take a plate out of a window that another booking of it waits for */
        moves = m->moves_followed;
        promote_in_order(m);
    } while (m->moves_followed > moves && m->complaint[0] == '\0');
}
