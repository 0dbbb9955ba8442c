/* The quotas. Which windows of a day are closed to a company by what it holds (state/holdings.c): allowed.c asks that. And how many live
 * bookings a name, or a company, may have: a request for one more asks that (exceptions.c). */
#include "rules/quota.h"

#include "state/throttle.h"

#include "gateslot/base/text.h"

#define LEAST_LATE 5 /* fewer given up late, or missed, are no habit */

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

/* Whoever gives up late, or does not come, too often, may hold no more than late_live. */
static void judge_late(const struct gs_book *book, const struct gs_tallies *tallies, const char *name,
                       enum gs_limit_of of, struct gs_quota_live *l)
{
    const struct gs_rules *r = book->rules;
    const struct gs_tally sum = gs_facts_sum(tallies, name, book->today - r->late_days + 1, book->today + 1);
    l->late = sum.late;
    l->missed = sum.no_shows;
    l->ended = sum.booked + sum.late;
    const int64_t lost = (int64_t)l->late + l->missed;
    if (r->late_percent > 0 && lost >= LEAST_LATE && lost * 100 >= (int64_t)l->ended * r->late_percent &&
        r->late_live < l->limit) {
        l->limit = r->late_live;
        l->of = of;
    }
}

struct gs_quota_live gs_quota_live_of_name(const struct gs_book *book, const char *name)
{
    struct gs_quota_live l = {.used = gs_live_of(&book->live_names, name),
                              .limit = book->rules->name_live > 0 ? book->rules->name_live : INT32_MAX,
                              .of = GS_LIMIT_OF_NAME};
    judge_late(book, &book->facts.owners, name, GS_LIMIT_OF_LATE_NAME, &l);
    return l;
}

struct gs_quota_live gs_quota_live_of_company(const struct gs_book *book, const char *uscc)
{
    const gs_date first = book->today - GS_FACT_DAYS + 1;
    const int32_t unknown = book->rules->unknown_company_live;
    struct gs_quota_live l = {.used = gs_live_of(&book->live_companies, uscc), .of = GS_LIMIT_OF_UNKNOWN_COMPANY};
    l.known = gs_facts_sum(&book->facts.companies, uscc, first, book->today).used > 0;
    l.limit = unknown > 0 && !l.known ? unknown : INT32_MAX;
    judge_late(book, &book->facts.companies, uscc, GS_LIMIT_OF_LATE_COMPANY, &l);
    return l;
}

/* Returns its length. */
static size_t put_number(char *out, int32_t value)
{
    char digits[12];
    size_t count = 0, len = 0;
    do {
        digits[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    while (count > 0) {
        out[len++] = digits[--count];
    }
    out[len] = '\0';
    return len;
}

static bool is_full(const struct gs_quota_live *l, struct gs_outcome *out)
{
    if (l->used < l->limit) {
        return false;
    }
    out->used = l->used;
    out->limit = l->limit;
    out->limit_of = l->of;
    const size_t len = put_number(out->reason, l->late + l->missed);
    out->reason[len] = '/';
    (void)put_number(out->reason + len + 1, l->ended);
    return true;
}

bool gs_quota_live_full(const struct gs_book *book, const char *name, const char *uscc, struct gs_outcome *out)
{
    if (!gs_live_counted(book->rules)) {
        return false;
    }
    const struct gs_quota_live of_name = gs_quota_live_of_name(book, name);
    if (is_full(&of_name, out)) {
        return true;
    }
    const struct gs_quota_live of_company = gs_quota_live_of_company(book, uscc);
    return is_full(&of_company, out);
}
