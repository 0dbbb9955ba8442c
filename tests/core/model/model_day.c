/* The model's calendar: the ordinary day, over it the weekday's exceptions, over them the date's, over them what a supervisor
 * set; and how many places are taken. Everything is worked out afresh at every question. */
#include "model.h"
#include <string.h>

gs_date m_today(const struct model *m)
{
    return gs_tz_date(m->rules->tz, m->now);
}

struct m_window *m_window(struct m_day *day, const char *id)
{
    for (int32_t i = 0; i < day->window_count; i++) {
        if (strcmp(day->windows[i].id, id) == 0) {
            return &day->windows[i];
        }
    }
    return NULL;
}

static void change_window(struct m_day *day, const struct gs_window_change *c)
{
    struct m_window *w = m_window(day, c->id);
    if (w == NULL) {
        w = &day->windows[day->window_count++];
        memset(w, 0, sizeof *w);
        memcpy(w->id, c->id, sizeof w->id);
    }
    if (c->start_min >= 0) {
        w->start_min = c->start_min;
    }
    if (c->end_min >= 0) {
        w->end_min = c->end_min;
    }
    if (c->capacity >= 0) {
        w->capacity = c->capacity;
    }
    w->closed = c->closed;
}

enum entry_of { OF_WEEKDAY, OF_RANGE, OF_DATE };

static bool speaks_of(const struct gs_calendar_rule *r, enum entry_of kind, gs_date date)
{
    bool its_weekday = r->weekday == gs_date_weekday(date);
    switch (kind) {
    case OF_WEEKDAY:
        return !r->by_date && !r->by_range && its_weekday;
    case OF_RANGE:
        return r->by_range && date >= r->from && date <= r->to && (r->weekday == -1 || its_weekday);
    case OF_DATE:
        return r->by_date && r->date == date;
    }
    return false;
}

static void apply_calendar(const struct gs_rules *rules, struct m_day *day, enum entry_of kind)
{
    for (int32_t i = 0; i < rules->calendar_count; i++) {
        const struct gs_calendar_rule *r = &rules->calendar[i];
        if (!speaks_of(r, kind, day->date)) {
            continue;
        }
        day->closed = r->closed;
        for (int32_t k = 0; k < r->change_count; k++) {
            change_window(day, &r->changes[k]);
        }
    }
}

static void sort_windows(struct m_day *day)
{
    for (int32_t i = 0; i < day->window_count; i++) {
        for (int32_t k = i + 1; k < day->window_count; k++) {
            if (day->windows[k].start_min < day->windows[i].start_min) {
                struct m_window w = day->windows[i];
                day->windows[i] = day->windows[k];
                day->windows[k] = w;
            }
        }
    }
}

static void apply_supervisor(const struct model *m, struct m_day *day)
{
    for (int32_t i = 0; i < m->change_count; i++) {
        const struct gs_capacity *c = &m->changes[i];
        struct m_window *w = c->date == day->date ? m_window(day, c->window) : NULL;
        if (w != NULL) {
            w->capacity = c->capacity;
            w->slot_capacity = c->slot_capacity;
            w->closed = c->closed || w->end <= w->start; /* no one can open what summer time leaves out */
        }
    }
}

/* Slots are steps of elapsed time from the window's start. */
static void cut_slots(const struct gs_rules *rules, struct m_window *w)
{
    int64_t step = rules->slot_min * GS_MINUTE_MS;
    w->slot_count = (int32_t)((w->end - w->start + step - 1) / step);
    for (int32_t i = 0; i < w->slot_count; i++) {
        struct m_slot *s = &w->slots[i];
        s->start = w->start + i * step;
        s->end = s->start + step < w->end ? s->start + step : w->end;
        s->taken = 0;
        s->minute = gs_tz_minute(rules->tz, s->start);
        s->capacity = w->capacity / w->slot_count + (i < w->capacity % w->slot_count ? 1 : 0);
        if (w->slot_capacity >= 0) {
            s->capacity = w->slot_capacity;
        }
    }
}

/* Slots are found by their start: the places of a slot that is no more count for the window only. */
static void count_taken(const struct model *m, int64_t except, struct m_day *day)
{
    for (int32_t i = 0; i < m->count; i++) {
        const struct m_booking *b = &m->bookings[i];
        if (b->wish.date != day->date || b->id == except) {
            continue;
        }
        for (int32_t k = 0; b->status == GS_WAITLISTED && k < day->window_count; k++) {
            day->windows[k].waiting += m_listed(b->wish.windows, day->windows[k].id) ? 1 : 0;
        }
        if (!m_status_placed(b->status)) {
            continue;
        }
        struct m_window *w = m_window(day, b->window);
        w->taken++;
        for (int32_t k = 0; k < w->slot_count; k++) {
            w->slots[k].taken += w->slots[k].start == b->slot_start ? 1 : 0;
        }
    }
}

static void ordinary_day(const struct gs_rules *rules, struct m_day *out)
{
    for (int32_t i = 0; i < rules->window_count; i++) {
        struct m_window *w = &out->windows[i];
        memcpy(w->id, rules->windows[i].id, sizeof w->id);
        w->start_min = rules->windows[i].start_min;
        w->end_min = rules->windows[i].end_min;
        w->capacity = rules->windows[i].capacity;
        w->closed = false;
    }
}

void m_day(const struct model *m, gs_date date, int64_t except, struct m_day *out)
{
    const struct gs_rules *rules = m->rules;
    out->date = date;
    out->closed = false;
    out->window_count = rules->window_count;
    ordinary_day(rules, out);
    apply_calendar(rules, out, OF_WEEKDAY);
    apply_calendar(rules, out, OF_RANGE);
    apply_calendar(rules, out, OF_DATE);
    sort_windows(out);
    for (int32_t i = 0; i < out->window_count; i++) {
        struct m_window *w = &out->windows[i];
        w->start = gs_tz_instant(rules->tz, date, w->start_min);
        w->end = gs_tz_instant(rules->tz, date, w->end_min);
        w->slot_capacity = rules->slot_capacity;
        bool swallowed = w->end <= w->start; /* by the hour that summer time leaves out */
        w->closed = w->closed || out->closed || swallowed;
        w->taken = w->waiting = 0;
    }
    apply_supervisor(m, out);
    for (int32_t i = 0; i < out->window_count; i++) {
        out->closed = out->closed && out->windows[i].closed; /* a supervisor may open a window of a closed day */
    }
    for (int32_t i = 0; i < out->window_count; i++) {
        cut_slots(rules, &out->windows[i]);
    }
    count_taken(m, except, out);
}

bool m_room(const struct m_window *w, const struct m_slot *s)
{
    return w->taken < w->capacity && s->taken < s->capacity;
}

int32_t m_inside(const struct model *m)
{
    int32_t inside = 0;
    for (int32_t i = 0; i < m->count; i++) {
        inside += m->bookings[i].status == GS_ENTERED || m->bookings[i].status == GS_CLEARED ? 1 : 0;
    }
    return inside;
}
