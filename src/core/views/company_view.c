/* What the book shows of one company: a day's places against its quota, the throttle of a week, how many promises were kept. The limits
 * are those of rules/quota.c and state/throttle.c; it only counts beside them. */
#include "gateslot/core/company.h"
#include "rules/quota.h"
#include "state/throttle.h"

#include <string.h>

static int32_t shown(int32_t limit)
{
    return limit == INT32_MAX ? -1 : limit;
}

static void take_windows(const struct gs_book *book, struct gs_company_day *day)
{
    struct gs_window_view view;
    while (day->window_count < GS_MAX_WINDOWS && gs_book_window(book, day->date, day->window_count, &view)) {
        struct gs_company_window *w = &day->windows[day->window_count++];
        memcpy(w->id, view.id, sizeof w->id);
        w->limit = shown(gs_quota_share(book->rules, view.capacity));
    }
}

/* One that the calendar no longer knows has no limit; NULL: there is no room for it. */
static struct gs_company_window *window_of(struct gs_company_day *day, const char *id)
{
    for (int32_t i = 0; i < day->window_count; i++) {
        if (strcmp(day->windows[i].id, id) == 0) {
            return &day->windows[i];
        }
    }
    if (day->window_count == GS_MAX_WINDOWS) {
        return NULL;
    }
    struct gs_company_window *w = &day->windows[day->window_count++];
    *w = (struct gs_company_window){.limit = -1};
    memcpy(w->id, id, strlen(id) + 1);
    return w;
}

static void count_booking(struct gs_company_day *day, const struct gs_booking *b)
{
    struct gs_company_window *w = b->window[0] != '\0' ? window_of(day, b->window) : NULL;
    enum gs_fact fact = gs_fact_of(b);
    bool held = b->place >= 0, used = held && b->status != GS_BOOKED, missed = fact == GS_FACT_NO_SHOW;
    day->held += held ? 1 : 0;
    day->used += used ? 1 : 0;
    day->missed += missed ? 1 : 0;
    day->excused += fact == GS_FACT_EXCUSED ? 1 : 0;
    day->waiting += b->status == GS_WAITLISTED ? 1 : 0;
    if (w != NULL) {
        w->held += held ? 1 : 0;
        w->used += used ? 1 : 0;
        w->missed += missed ? 1 : 0;
    }
}

void gs_company_day_make(const struct gs_book *book, gs_date date, const struct gs_booking *const *bookings,
                         size_t count, struct gs_company_day *out)
{
    *out = (struct gs_company_day){.date = date, .limit = shown(gs_quota_day_limit(book->rules))};
    take_windows(book, out);
    for (size_t i = 0; i < count; i++) {
        count_booking(out, bookings[i]);
    }
}

void gs_company_week(const struct gs_book *book, const char *uscc, int32_t weeks_ahead, struct gs_company_week *out)
{
    gs_date monday = gs_throttle_week(book->today) + 7 * weeks_ahead;
    struct gs_tally before = gs_facts_sum(&book->facts.companies, uscc, monday - 7, monday - 1);
    *out = (struct gs_company_week){.monday = monday,
                                    .limit = shown(gs_throttle_limit(book, uscc, monday)),
                                    .used = gs_throttle_used(book, uscc, monday),
                                    .promised = before.booked,
                                    .missed = before.no_shows};
}

static int32_t count_live(const struct gs_book *book, const char *uscc)
{
    int32_t held = 0;
    for (size_t i = 0; i < book->bookings.count; i++) {
        const struct gs_booking *b = &book->bookings.at[i]->b;
        held += (b->status == GS_BOOKED || b->status == GS_WAITLISTED) && strcmp(b->uscc, uscc) == 0 ? 1 : 0;
    }
    return held;
}

void gs_company_live(const struct gs_book *book, const char *uscc, struct gs_company_live *out)
{
    const struct gs_quota_live l = gs_quota_live_of_company(book, uscc);
    *out = (struct gs_company_live){.from = book->today - book->rules->late_days + 1,
                                    .to = book->today + 1,
                                    .held = count_live(book, uscc),
                                    .limit = shown(l.limit),
                                    .known = l.known,
                                    .late = l.limit != INT32_MAX && l.of == GS_LIMIT_OF_LATE_COMPANY,
                                    .cancelled = l.late,
                                    .missed = l.missed,
                                    .ended = l.ended};
}

bool gs_company_name_late(const struct gs_book *book, int32_t nth, const char **out_name, int32_t *out_late,
                          int32_t *out_missed)
{
    const struct gs_table *names = &book->facts.owners.names;
    if (nth >= names->count) {
        return false;
    }
    const struct gs_quota_live l = gs_quota_live_of_name(book, names->keys[nth]);
    *out_name = names->keys[nth];
    *out_late = l.late;
    *out_missed = l.missed;
    return true;
}

void gs_company_rate(const struct gs_book *book, const char *uscc, struct gs_company_rate *out)
{
    int32_t days = book->rules->strike_days < GS_FACT_DAYS ? book->rules->strike_days : GS_FACT_DAYS;
    days = days > 0 ? days : 1;
    *out = (struct gs_company_rate){.from = book->today - days + 1, .to = book->today};
    struct gs_tally sum = gs_facts_sum(&book->facts.companies, uscc, out->from, out->to);
    out->kept = sum.booked - sum.no_shows - sum.excused;
    out->missed = sum.no_shows;
    out->excused = sum.excused;
}
