/* New bookings in the model: requests and walk-ins, and the checks a request must pass. */
#include "model.h"
#include <string.h>

/* Does the calendar of b's date know every window and the preferred start that b names? */
static bool wish_known(const struct m_booking *b, const struct m_day *day)
{
    char names[GS_WINDOWS_TEXT_MAX];
    memcpy(names, b->wish.windows, sizeof names);
    for (char *rest = NULL, *name = strtok_r(names, ",", &rest); name != NULL; name = strtok_r(NULL, ",", &rest)) {
        bool known = false;
        for (int32_t i = 0; i < day->window_count; i++) {
            known = known || strcmp(day->windows[i].id, name) == 0;
        }
        if (!known) {
            return false;
        }
    }
    bool start_known = b->wish.slot_min < 0;
    for (int32_t i = 0; i < day->window_count; i++) {
        const struct m_window *w = &day->windows[i];
        for (int32_t k = 0; m_listed(b->wish.windows, w->id) && k < w->slot_count; k++) {
            start_known = start_known || w->slots[k].minute == b->wish.slot_min;
        }
    }
    return start_known;
}

struct m_outcome m_in_horizon(const struct model *m, gs_date date)
{
    int64_t opens = gs_tz_instant(m->rules->tz, date - m->rules->horizon_days, m->rules->opens_at_min);
    if (date < m_today(m)) {
        return m_said(GS_CODE_OUTSIDE_HORIZON, 0, 0);
    }
    if (date > m_today(m) && m->now < opens) {
        return m_said(GS_CODE_OUTSIDE_HORIZON, 0, opens);
    }
    return m_said(GS_CODE_OK, 0, M_NEVER);
}

bool m_container_taken(const struct model *m, const struct m_booking *b)
{
    for (int32_t i = 0; i < m->count; i++) {
        const struct m_booking *o = &m->bookings[i];
        for (int32_t x = 0; o->id != b->id && m_status_active(o->status) && x < o->container_count; x++) {
            for (int32_t y = 0; y < b->container_count; y++) {
                if (strcmp(o->containers[x], b->containers[y]) == 0) {
                    return true;
                }
            }
        }
    }
    return false;
}

bool m_reference_taken(const struct model *m, const struct m_booking *b)
{
    for (int32_t i = 0; i < m->count && b->reference[0] != '\0'; i++) {
        const struct m_booking *o = &m->bookings[i];
        if (o->id != b->id && m_status_active(o->status) && strcmp(o->owner, b->owner) == 0 &&
            strcmp(o->reference, b->reference) == 0) {
            return true;
        }
    }
    return false;
}

/* How many slots that b accepts, in open windows its plate is not barred from, start at least lead_min ahead. */
static int32_t slots_ahead(const struct model *m, const struct m_booking *b, const struct m_day *day, int32_t lead_min)
{
    int32_t found = 0;
    for (int32_t i = 0; i < day->window_count; i++) {
        const struct m_window *w = &day->windows[i];
        if (w->closed || !m_listed(b->wish.windows, w->id) || m_barred(m, b, w->id, true) != 0) {
            continue;
        }
        for (int32_t k = 0; k < w->slot_count; k++) {
            found += w->slots[k].start - m->now >= lead_min * GS_MINUTE_MS ? 1 : 0;
        }
    }
    return found;
}

enum gs_code m_why_none(const struct model *m, const struct m_booking *b)
{
    struct m_place place;
    struct m_booking free = *b;
    free.uscc[0] = '\0';
    return m_choose(m, &free, m->rules->cutoff_min, true, &place) ? GS_CODE_COMPANY_QUOTA : GS_CODE_FULL;
}

bool m_may_wait(const struct model *m, const struct m_booking *b)
{
    struct m_day day;
    m_day(m, b->wish.date, b->id, &day);
    return b->waitlist && slots_ahead(m, b, &day, m_promote_lead(m)) > 0;
}

struct m_outcome m_admissible(const struct model *m, const struct m_booking *b)
{
    struct m_day day;
    m_day(m, b->wish.date, b->id, &day);
    struct m_outcome horizon = m_in_horizon(m, b->wish.date);
    if (horizon.code != GS_CODE_OK) {
        return horizon;
    }
    if (!wish_known(b, &day)) {
        return m_said(GS_CODE_VALIDATION, 0, M_NEVER);
    }
    int32_t open = 0, unbarred = 0;
    for (int32_t i = 0; i < day.window_count; i++) {
        bool listed = !day.windows[i].closed && m_listed(b->wish.windows, day.windows[i].id);
        open += listed ? 1 : 0;
        unbarred += listed && m_barred(m, b, day.windows[i].id, true) == 0 ? 1 : 0;
    }
    if (open == 0) {
        return m_said(GS_CODE_CLOSED, 0, M_NEVER);
    }
    int64_t until = m_suspended(m, b->plate, 0);
    if (until != 0 && (b->set_aside & GS_EXCEPTION_SUSPENDED) == 0) {
        return m_said(GS_CODE_SUSPENDED, 0, until);
    }
    if (m_container_taken(m, b)) {
        return m_said(GS_CODE_DUPLICATE_CONTAINER, 0, M_NEVER);
    }
    if (m_reference_taken(m, b)) {
        return m_said(GS_CODE_DUPLICATE_REFERENCE, 0, M_NEVER);
    }
    if (b->asks && m_live_full(m, b->owner, b->uscc)) {
        return m_said(GS_CODE_LIVE_QUOTA, 0, M_NEVER);
    }
    if (unbarred == 0) {
        return m_said(GS_CODE_DUPLICATE_PLATE, 0, M_NEVER);
    }
    if (slots_ahead(m, b, &day, m->rules->cutoff_min) == 0) {
        return m_said(GS_CODE_PAST_CUTOFF, 0, M_NEVER);
    }
    return m_said(GS_CODE_OK, 0, M_NEVER);
}

static struct m_booking request_of(const struct gs_command *c)
{
    struct m_booking b = {.wish = c->u.book.wish,
                          .flexible = c->u.book.flexible,
                          .waitlist = c->u.book.waitlist,
                          .urgent = c->u.book.urgent};
    memcpy(b.uscc, c->u.book.uscc, sizeof b.uscc);
    memcpy(b.plate, c->u.book.truck.plate, sizeof b.plate);
    memcpy(b.containers, c->u.book.truck.containers, sizeof b.containers);
    memcpy(b.owner, c->actor.name, sizeof b.owner);
    memcpy(b.reference, c->u.book.reference, sizeof b.reference);
    b.container_count = c->u.book.truck.container_count;
    return b;
}

static struct m_outcome keep(struct model *m, struct m_booking *b)
{
    m->count++;
    b->id = m->count;
    b->since = b->created = m->now;
    m->bookings[m->count - 1] = *b;
    return m_said(GS_CODE_OK, b->id, M_NEVER);
}

struct m_outcome m_book(struct model *m, const struct gs_command *c)
{
    struct m_booking b = request_of(c);
    struct m_place place;
    if (b.urgent && c->actor.role != GS_ROLE_SUPERVISOR) {
        return m_said(GS_CODE_VALIDATION, 0, M_NEVER);
    }
    enum gs_code may = m_may_except(c);
    b.set_aside = c->exceptions & GS_EXCEPTION_SUSPENDED;
    b.asks = (c->exceptions & GS_EXCEPTION_QUOTA) == 0;
    struct m_outcome o = m_admissible(m, &b);
    if (may == GS_CODE_VALIDATION || (may == GS_CODE_FORBIDDEN && o.code != GS_CODE_VALIDATION)) {
        return m_said(may, 0, M_NEVER);
    }
    if (o.code != GS_CODE_OK && o.code != GS_CODE_PAST_CUTOFF) {
        return o;
    }
    b.set_aside = 0;
    b.exceptions = m_suspended(m, b.plate, 0) != 0 ? GS_EXCEPTION_SUSPENDED : 0;
    b.exceptions |= !b.asks && m_live_full(m, b.owner, b.uscc) ? GS_EXCEPTION_QUOTA : 0;
    b.asks = false;
    b.waits_until = m_last_end(m, &b);
    enum gs_code code = o.code == GS_CODE_OK ? m_place_of(m, &b, c, &place, &b.exceptions)
                                             : m_set_aside(m, &b, c->exceptions, o.code, &place, &b.exceptions);
    if (code == GS_CODE_OK) {
        m_take(m, &b, &place);
        return keep(m, &b);
    }
    if (code != GS_CODE_FULL) {
        return code == GS_CODE_PAST_CUTOFF ? o : m_said(code, 0, M_NEVER);
    }
    if (!m->rules->waitlist || !m_may_wait(m, &b)) {
        return m_said(GS_CODE_FULL, 0, M_NEVER);
    }
    b.status = GS_WAITLISTED;
    return keep(m, &b);
}

/* The window that runs now, of today or, across midnight, of yesterday. */
static bool running_window(const struct model *m, struct m_booking *b, struct m_day *day, struct m_window **out)
{
    for (gs_date date = m_today(m) - 1; date <= m_today(m); date++) {
        m_day(m, date, 0, day);
        for (int32_t i = 0; i < day->window_count; i++) {
            struct m_window *w = &day->windows[i];
            if (!w->closed && w->start <= m->now && m->now < w->end) {
                b->wish.date = date;
                *out = w;
                return true;
            }
        }
    }
    return false;
}

/* The slot of now; else the next later with room, else the latest earlier. */
const struct m_slot *m_present_slot(const struct model *m, const struct m_window *w)
{
    const struct m_slot *earlier = NULL;
    for (int32_t k = 0; k < w->slot_count; k++) {
        const struct m_slot *s = &w->slots[k];
        if (m_room(w, s) && s->end > m->now) {
            return s;
        }
        earlier = m_room(w, s) ? s : earlier;
    }
    return earlier;
}

static bool same_box(const struct m_booking *a, const struct m_booking *b)
{
    for (int32_t x = 0; x < a->container_count; x++) {
        for (int32_t y = 0; y < b->container_count; y++) {
            if (strcmp(a->containers[x], b->containers[y]) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* The booking that waits for this window and has the truck's plate, or a box of it that no other has; the first in order. */
static struct m_booking *standing_by(struct model *m, const struct m_booking *truck, const char *window)
{
    struct m_booking *found = NULL;
    for (int32_t i = 0; i < m->count; i++) {
        struct m_booking *o = &m->bookings[i];
        if (o->status != GS_WAITLISTED || o->wish.date != truck->wish.date || !m_listed(o->wish.windows, window)) {
            continue;
        }
        struct m_booking besides = *truck;
        besides.id = o->id;
        bool same = strcmp(o->plate, truck->plate) == 0 || (same_box(o, truck) && !m_container_taken(m, &besides));
        if (same && (found == NULL || m_position(m, o) < m_position(m, found))) {
            found = o;
        }
    }
    return found;
}

struct m_outcome m_walk_in(struct model *m, const struct gs_command *c)
{
    struct m_booking b = request_of(c);
    struct m_day day;
    struct m_window *w = NULL;
    b.wish = (struct gs_wish){.slot_min = -1};
    if (!m->rules->walk_ins) {
        return m_said(GS_CODE_SWITCHED_OFF, 0, M_NEVER);
    }
    if (m_may_except(c) != GS_CODE_OK) {
        return m_said(m_may_except(c), 0, M_NEVER);
    }
    if (!running_window(m, &b, &day, &w)) {
        return m_said(GS_CODE_CLOSED, 0, M_NEVER);
    }
    int64_t until = m_suspended(m, b.plate, 0);
    if (until != 0 && (c->exceptions & GS_EXCEPTION_SUSPENDED) == 0) {
        return m_said(GS_CODE_SUSPENDED, 0, until);
    }
    b.exceptions = until != 0 ? GS_EXCEPTION_SUSPENDED : 0;
    struct m_booking *standby = standing_by(m, &b, w->id);
    b.id = standby != NULL ? standby->id : 0;
    if (m_container_taken(m, &b)) {
        return m_said(GS_CODE_DUPLICATE_CONTAINER, 0, M_NEVER);
    }
    if (standby == NULL && m_reference_taken(m, &b)) {
        return m_said(GS_CODE_DUPLICATE_REFERENCE, 0, M_NEVER);
    }
    if (m_barred(m, &b, w->id, true) != 0) {
        return m_said(GS_CODE_DUPLICATE_PLATE, 0, M_NEVER);
    }
    memcpy(b.wish.windows, w->id, sizeof w->id);
    const struct m_slot *s = m_shut(m, w) ? NULL : m_present_slot(m, w);
    if (s == NULL) {
        return m_said(GS_CODE_FULL, 0, M_NEVER);
    }
    struct m_place place = {.start = s->start, .end = s->end};
    memcpy(place.window, w->id, sizeof place.window);
    struct m_booking *takes = standby != NULL ? standby : &b;
    m_take(m, takes, &place);
    takes->exceptions |= b.exceptions;
    takes->status = GS_ARRIVED;
    takes->arrived = takes->arrive_from = m->now;
    takes->arrive_until = w->end;
    if (standby == NULL) {
        b.walk_in = true;
        b.waitlist = false;
        return keep(m, &b);
    }
    if (strcmp(standby->plate, b.plate) != 0) { /* another truck brings the box */
        memcpy(standby->plate, b.plate, sizeof b.plate);
        memcpy(standby->containers, b.containers, sizeof b.containers);
        standby->container_count = b.container_count;
    }
    return m_said(GS_CODE_OK, standby->id, M_NEVER);
}
