/* The calendar: turns the rules into one date's windows and slots. The ordinary day first, then the weekday's
 * exceptions, then those of a range of dates, then the date's own: the more specific wins. Pure: it must not look at bookings, and a supervisor's capacity is
 * laid over it in day.c. */
#include "state/calendar.h"

#include "gateslot/base/text.h"

#include <string.h>

#define DAY_MIN 1440

static struct gs_calendar_window *find_window(struct gs_calendar_day *day, const char *id)
{
    for (int32_t i = 0; i < day->window_count; i++) {
        if (strcmp(day->windows[i].id, id) == 0) {
            return &day->windows[i];
        }
    }
    return NULL;
}

static struct gs_calendar_window *add_window(struct gs_calendar_day *day, const char *id)
{
    struct gs_calendar_window *w = &day->windows[day->window_count++];
    memset(w, 0, sizeof *w);
    gs_text_copy(w->id, sizeof w->id, id);
    w->name = w->reason = "";
    return w;
}

/* An end at or before the start means the next day; one more than a day after it means that the start was moved. */
static void normalise_end(struct gs_calendar_window *w)
{
    while (w->end_min <= w->start_min) {
        w->end_min += DAY_MIN;
    }
    while (w->end_min > w->start_min + DAY_MIN) {
        w->end_min -= DAY_MIN;
    }
}

static void apply_change(struct gs_calendar_day *day, const struct gs_window_change *c, const char *reason)
{
    struct gs_calendar_window *w = find_window(day, c->id);
    if (w == NULL) {
        if (c->start_min < 0 || c->end_min < 0 || c->capacity < 0 || day->window_count == GS_MAX_WINDOWS) {
            return;
        }
        w = add_window(day, c->id);
    }
    w->start_min = c->start_min >= 0 ? c->start_min : w->start_min;
    w->end_min = c->end_min >= 0 ? c->end_min : w->end_min;
    w->capacity = c->capacity >= 0 ? c->capacity : w->capacity;
    w->name = c->name[0] != '\0' ? c->name : w->name;
    w->closed = c->closed;
    w->reason = c->closed ? reason : "";
    normalise_end(w);
}

/* Where a rule of this rank speaks of the day, whether the day is closed is its to say. */
static void apply_rules(const struct gs_rules *rules, gs_date date, int rank, struct gs_calendar_day *day)
{
    bool any = false;
    for (int32_t i = 0; i < rules->calendar_count; i++) {
        const struct gs_calendar_rule *r = &rules->calendar[i];
        if (gs_calendar_rank(r) != rank || !gs_calendar_covers(r, date)) {
            continue;
        }
        if (!any) {
            day->closed = false;
            day->reason = "";
        }
        any = true;
        if (r->closed) {
            day->closed = true;
            day->reason = r->reason;
        }
        for (int32_t c = 0; c < r->change_count; c++) {
            apply_change(day, &r->changes[c], r->reason);
        }
    }
}

static void sort_windows(struct gs_calendar_day *day)
{
    for (int32_t i = 1; i < day->window_count; i++) {
        struct gs_calendar_window w = day->windows[i];
        int32_t at = i;
        while (at > 0 && day->windows[at - 1].start_min > w.start_min) {
            day->windows[at] = day->windows[at - 1];
            at--;
        }
        day->windows[at] = w;
    }
}

void gs_calendar_day(const struct gs_rules *rules, gs_date date, struct gs_calendar_day *out)
{
    out->closed = false;
    out->reason = "";
    out->window_count = 0;
    for (int32_t i = 0; i < rules->window_count; i++) {
        const struct gs_window_rule *r = &rules->windows[i];
        struct gs_calendar_window *w = add_window(out, r->id);
        w->start_min = r->start_min;
        w->end_min = r->end_min;
        w->capacity = r->capacity;
        w->name = r->name;
    }
    for (int rank = 0; rank < GS_CALENDAR_RANKS; rank++) {
        apply_rules(rules, date, rank, out);
    }
    sort_windows(out);
    for (int32_t i = 0; i < out->window_count; i++) {
        struct gs_calendar_window *w = &out->windows[i];
        w->start_ms = gs_tz_instant(rules->tz, date, w->start_min);
        w->end_ms = gs_tz_instant(rules->tz, date, w->end_min);
        if (out->closed) {
            w->closed = true;
            w->reason = out->reason;
        }
        if (w->end_ms <= w->start_ms) { /* swallowed by the hour that summer time leaves out */
            w->end_ms = w->start_ms;
            w->closed = true;
        }
    }
}

int32_t gs_calendar_slots(const struct gs_rules *rules, int64_t start_ms, int64_t end_ms,
                          struct gs_calendar_slot out[GS_MAX_SLOTS])
{
    int64_t step = (rules->slot_min > 0 ? rules->slot_min : 1) * GS_MINUTE_MS;
    int32_t n = 0;
    for (int64_t at = start_ms; at < end_ms && n < GS_MAX_SLOTS; at += step) {
        out[n].start_ms = at;
        out[n].end_ms = at + step < end_ms && n < GS_MAX_SLOTS - 1 ? at + step : end_ms;
        out[n].start_min = gs_tz_minute(rules->tz, at);
        n++;
    }
    return n;
}

int32_t gs_calendar_share(int32_t capacity, int32_t slot_capacity, int32_t count, int32_t index)
{
    if (slot_capacity >= 0) {
        return slot_capacity;
    }
    return capacity / count + (index < capacity % count ? 1 : 0);
}

int64_t gs_calendar_opens_ms(const struct gs_rules *rules, gs_date date)
{
    return gs_tz_instant(rules->tz, date - rules->horizon_days, rules->opens_at_min);
}

gs_date gs_calendar_last_date(const struct gs_rules *rules, int64_t now_ms)
{
    gs_date today = gs_tz_date(rules->tz, now_ms);
    gs_date last = today + rules->horizon_days;
    if (last > today && now_ms < gs_calendar_opens_ms(rules, last)) {
        last--;
    }
    return last;
}
