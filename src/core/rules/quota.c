/* The company quota: says which windows of a day are closed to a company by what it holds (state/holdings.c). It refuses nobody itself: allowed.c asks it. */
#include "rules/quota.h"

#include "state/throttle.h"

#include "gateslot/base/text.h"

int32_t gs_quota_share(const struct gs_rules *rules, int32_t capacity)
{
    if (rules->company_window_percent <= 0 || rules->company_window_percent >= 100) {
        return INT32_MAX;
    }
    int32_t limit = (int32_t)((int64_t)capacity * rules->company_window_percent / 100);
    return limit > 1 ? limit : 1;
}

int32_t gs_quota_window_limit(const struct gs_rules *rules, const struct gs_window *w)
{
    return gs_quota_share(rules, w->capacity);
}

int32_t gs_quota_day_limit(const struct gs_rules *rules)
{
    return rules->company_day > 0 ? rules->company_day : INT32_MAX;
}

/* The throttle of the week, which a place that it holds already does not count against. */
static bool throttled(const struct gs_book *book, const struct gs_day *day, const char *uscc, bool holds,
                      int32_t *out_used, int32_t *out_limit)
{
    *out_limit = gs_throttle_limit(book, uscc, day->date);
    if (*out_limit == INT32_MAX) {
        return false;
    }
    *out_used = gs_throttle_used(book, uscc, day->date) - (holds ? 1 : 0);
    return *out_used >= *out_limit;
}

/* Does it hold a place of a day of that week now? */
static bool holds_in_week(const struct gs_day *day, const struct gs_entry *self)
{
    if (self == NULL || self->b.place < 0 || gs_throttle_week(self->day->date) != gs_throttle_week(day->date)) {
        return false;
    }
    return gs_places_holder(&gs_day_slot(self->day, gs_entry_spot(self))->places, self->b.place) == self;
}

/* What it holds but for the place of self, if self holds one now. */
static struct gs_holding held_besides(const struct gs_day *day, const char *uscc, const struct gs_entry *self)
{
    struct gs_holding held = gs_holdings_of(day, uscc);
    if (self == NULL || self->day != day || self->b.place < 0) {
        return held;
    }
    struct gs_spot spot = gs_entry_spot(self);
    if (gs_places_holder(&gs_day_slot(day, spot)->places, self->b.place) == self) {
        held.day--;
        held.windows[spot.window]--;
    }
    return held;
}

uint32_t gs_quota_capped(const struct gs_book *book, const struct gs_day *day, const char *uscc,
                         const struct gs_entry *self)
{
    const struct gs_rules *rules = book->rules;
    int32_t day_limit = gs_quota_day_limit(rules), week_used, week_limit;
    if (rules->strike_limit > 0 && uscc[0] != '\0' &&
        throttled(book, day, uscc, holds_in_week(day, self), &week_used, &week_limit)) {
        return UINT32_MAX;
    }
    bool windows_limited = day->window_count > 0 && gs_quota_window_limit(rules, &day->windows[0]) != INT32_MAX;
    if (day_limit == INT32_MAX && !windows_limited) {
        return 0;
    }
    struct gs_holding held = held_besides(day, uscc, self);
    if (held.day >= day_limit) {
        return UINT32_MAX;
    }
    uint32_t capped = 0;
    for (int32_t i = 0; i < day->window_count; i++) {
        bool full = held.windows[i] >= gs_quota_window_limit(rules, &day->windows[i]);
        capped |= full ? UINT32_C(1) << i : 0;
    }
    return capped;
}

void gs_quota_explain(const struct gs_book *book, const struct gs_day *day, int32_t window, const char *uscc,
                      const struct gs_entry *self, struct gs_outcome *out)
{
    struct gs_holding held = held_besides(day, uscc, self);
    int32_t day_limit = gs_quota_day_limit(book->rules), week_used, week_limit;
    if (throttled(book, day, uscc, holds_in_week(day, self), &week_used, &week_limit)) {
        out->used = week_used;
        out->limit = week_limit;
        out->limit_of = GS_LIMIT_OF_WEEK;
        out->date = gs_throttle_week(day->date);
        return;
    }
    if (held.day >= day_limit) {
        out->used = held.day;
        out->limit = day_limit;
        out->limit_of = GS_LIMIT_OF_DAY;
        out->date = day->date;
        return;
    }
    out->used = held.windows[window];
    out->limit = gs_quota_window_limit(book->rules, &day->windows[window]);
    out->limit_of = GS_LIMIT_OF_WINDOW;
    gs_text_copy(out->window, sizeof out->window, day->windows[window].id);
}
