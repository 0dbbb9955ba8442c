/* The daily report: one pass over a date's bookings, each counted once. It computes what report.h defines and
 * nothing else; the windows and the present instant are asked of the book. */
#include "views/report_count.h"
#include <stdlib.h>
#include <string.h>

/* One duration; a list of them in order of length serves every window and the total. */
struct span {
    int64_t ms;
    int32_t row; /* index of its window, -1 = of none that is shown */
};
struct spans {
    struct span *list; /* owned */
    size_t count;
};

#define ALL_ROWS (-2)

static int compare_spans(const void *a, const void *b)
{
    int64_t x = ((const struct span *)a)->ms, y = ((const struct span *)b)->ms;
    return (x > y) - (x < y);
}

static void spans_add(struct spans *s, int32_t row, int64_t ms)
{
    s->list[s->count++] = (struct span){.ms = ms, .row = row};
}

static int64_t between(int64_t from_ms, int64_t to_ms)
{
    return to_ms > from_ms ? to_ms - from_ms : 0;
}

struct gs_report_spans gs_report_spans(const struct gs_booking *b)
{
    struct gs_report_spans s = {-1, -1};
    if (b->entered_ms > 0) {
        s.entry_ms = between(b->arrived_ms > b->arrive_from_ms ? b->arrived_ms : b->arrive_from_ms, b->entered_ms);
        s.stay_ms = b->departed_ms > 0 ? between(b->entered_ms, b->departed_ms) : -1;
    }
    return s;
}

int32_t gs_report_tenths(int64_t sum_ms, int64_t count)
{
    int64_t unit = count * (GS_MINUTE_MS / 10);
    return (int32_t)((2 * sum_ms + unit) / (2 * unit));
}

/* s is in order of length. */
static void spans_sum(const struct spans *s, int32_t row, int32_t *out_mean, int32_t *out_p95)
{
    int64_t sum = 0, count = 0, passed = 0;
    *out_mean = *out_p95 = -1;
    for (size_t i = 0; i < s->count; i++) {
        if (row == ALL_ROWS || s->list[i].row == row) {
            sum += s->list[i].ms;
            count++;
        }
    }
    for (size_t i = 0; i < s->count && passed < (95 * count + 99) / 100; i++) {
        if (row == ALL_ROWS || s->list[i].row == row) {
            passed++;
            *out_p95 = gs_report_tenths(s->list[i].ms, 1);
        }
    }
    if (count > 0) {
        *out_mean = gs_report_tenths(sum, count);
    }
}

static void sum_all(struct gs_report *r, struct spans *entry, struct spans *stay)
{
    if (entry->count > 0) {
        qsort(entry->list, entry->count, sizeof *entry->list, compare_spans);
    }
    if (stay->count > 0) {
        qsort(stay->list, stay->count, sizeof *stay->list, compare_spans);
    }
    for (int32_t i = 0; i < r->window_count; i++) {
        struct gs_report_sum *s = &r->windows[i];
        spans_sum(entry, i, &s->mean_entry_tenths, &s->p95_entry_tenths);
        spans_sum(stay, i, &s->mean_stay_tenths, &s->p95_stay_tenths);
    }
    spans_sum(entry, ALL_ROWS, &r->total.mean_entry_tenths, &r->total.p95_entry_tenths);
    spans_sum(stay, ALL_ROWS, &r->total.mean_stay_tenths, &r->total.p95_stay_tenths);
}

/* The windows of the calendar. */
static void take_windows(const struct gs_book *book, struct gs_report *r)
{
    struct gs_window_view view;
    while (r->window_count < GS_MAX_WINDOWS && gs_book_window(book, r->date, r->window_count, &view)) {
        memcpy(r->window_ids[r->window_count], view.id, sizeof view.id);
        int32_t capacity = view.closed ? 0 : view.capacity;
        r->windows[r->window_count].capacity = capacity;
        r->total.capacity += capacity;
        r->windows[r->window_count].inside = view.inside;
        r->windows[r->window_count].at_risk = view.at_risk;
        r->windows[r->window_count].overbooking = view.overbooking;
        r->total.overbooking += view.overbooking;
        r->total.inside = view.inside > r->total.inside ? view.inside : r->total.inside;
        r->total.at_risk = view.at_risk > r->total.at_risk ? view.at_risk : r->total.at_risk;
        r->last_end_ms = view.end_ms > r->last_end_ms ? view.end_ms : r->last_end_ms;
        r->window_count++;
    }
}

/* The row of a window; one that the calendar no longer knows gets a row of capacity 0 while there is room, else -1. */
static int32_t window_row(struct gs_report *r, const char *id)
{
    for (int32_t i = 0; i < r->window_count; i++) {
        if (strcmp(r->window_ids[i], id) == 0) {
            return i;
        }
    }
    if (r->window_count == GS_MAX_WINDOWS) {
        return -1;
    }
    memcpy(r->window_ids[r->window_count], id, strlen(id) + 1);
    return r->window_count++;
}

/* What stood on a date that the book does not hold any more. */
static void take_set(struct gs_report *r, const struct gs_capacity *set, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int32_t row = set[i].date == r->date ? window_row(r, set[i].window) : -1;
        if (row >= 0) {
            int32_t stood = set[i].closed ? 0 : set[i].capacity;
            r->total.capacity += stood - r->windows[row].capacity;
            r->windows[row].capacity = stood;
        }
    }
}

bool gs_report_never_placed(const struct gs_booking *b)
{
    return b->status == GS_EXPIRED || (b->status == GS_CANCELLED && (b->window[0] == '\0' || b->displaced));
}

void gs_report_count(struct gs_report_sum *s, const struct gs_booking *b)
{
    int32_t *const counters[GS_STATUSES] = {
        [GS_WAITLISTED] = &s->waitlisted, [GS_BOOKED] = &s->due,      [GS_ARRIVED] = &s->arrived,
        [GS_ENTERED] = &s->entered,       [GS_CLEARED] = &s->cleared, [GS_DEPARTED] = &s->departed,
        [GS_CANCELLED] = &s->cancelled,   [GS_NO_SHOW] = &s->no_show, [GS_REFUSED] = &s->refused,
    };
    *counters[b->status] += 1;
    s->still_inside += gs_status_inside(b->status) ? 1 : 0;
    s->corrections += b->corrections;
    if (b->window[0] != '\0') {
        s->booked++;
        s->walk_ins += b->walk_in ? 1 : 0;
        s->cancelled_late += gs_booking_given_up_late(b) ? 1 : 0;
        s->exceptions += b->exceptions != 0 ? 1 : 0;
        s->held += b->held_ms != 0 ? 1 : 0;
    }
}

static void count_booking(struct gs_report *r, struct spans *entry, struct spans *stay, const struct gs_booking *b)
{
    if (gs_report_never_placed(b)) {
        r->total.never_placed++;
        return;
    }
    int32_t row = b->window[0] != '\0' ? window_row(r, b->window) : -1;
    gs_report_count(&r->total, b);
    if (row >= 0) {
        gs_report_count(&r->windows[row], b);
    }
    struct gs_report_spans spans = gs_report_spans(b);
    if (spans.entry_ms >= 0) {
        spans_add(entry, row, spans.entry_ms);
    }
    if (spans.stay_ms >= 0) {
        spans_add(stay, row, spans.stay_ms);
    }
}

enum gs_clearing gs_report_clearing(const struct gs_book *book, gs_date date, int64_t last_end_ms,
                                    const struct gs_report_leaving *l)
{
    int64_t now = gs_book_now(book);
    const struct gs_rules *rules = gs_book_rules(book);
    int32_t begins_min = rules->window_count > 0 ? rules->windows[0].start_min : 0;
    int64_t day_end = gs_tz_instant(rules->tz, date + 1, begins_min);
    bool windows_ended = last_end_ms != INT64_MIN && now >= last_end_ms;
    day_end = last_end_ms > day_end ? last_end_ms : day_end;
    if (now < day_end) {
        return windows_ended && l->under_way == 0 ? GS_CLEARING_TRUE : GS_CLEARING_OPEN;
    }
    return l->is_inside || l->last_departed_ms > day_end ? GS_CLEARING_FALSE : GS_CLEARING_TRUE;
}

void gs_report_leave(struct gs_report_leaving *l, const struct gs_booking *b)
{
    bool inside = gs_status_inside(b->status);
    l->under_way += inside || b->status == GS_BOOKED || b->status == GS_ARRIVED ? 1 : 0;
    l->is_inside = l->is_inside || inside;
    l->last_departed_ms = b->departed_ms > l->last_departed_ms ? b->departed_ms : l->last_departed_ms;
}

/* Trucks of other dates that are in the yard now: on the present date they are still inside too. */
static int32_t inside_of_others(const struct gs_book *book, gs_date date)
{
    int32_t count = 0;
    for (size_t d = 0; d < book->day_count; d++) {
        const struct gs_day *day = book->days[d];
        for (size_t i = 0; day->date != date && i < day->bookings.count; i++) {
            count += gs_status_inside(day->bookings.at[i]->b.status) ? 1 : 0;
        }
    }
    return count;
}

void gs_report_begin(const struct gs_book *book, gs_date date, const struct gs_capacity *set, size_t set_count,
                     struct gs_report *out)
{
    *out = (struct gs_report){.date = date, .last_end_ms = INT64_MIN};
    take_windows(book, out);
    take_set(out, set, set_count);
    out->total.turned_away = gs_book_turned_away(book, date);
}

int gs_report_make(const struct gs_book *book, gs_date date, const struct gs_capacity *set, size_t set_count,
                   const struct gs_booking *const *bookings, size_t count, struct gs_report *out)
{
    struct gs_report_leaving leaving = {0};
    struct span *list = calloc(2 * count + 1, sizeof *list);
    if (list == NULL) {
        return GS_E_NOMEM;
    }
    struct spans entry = {.list = list}, stay = {.list = list + count};
    gs_report_begin(book, date, set, set_count, out);
    for (size_t i = 0; i < count; i++) {
        count_booking(out, &entry, &stay, bookings[i]);
        gs_report_leave(&leaving, bookings[i]);
    }
    sum_all(out, &entry, &stay);
    out->daily_clearing = gs_report_clearing(book, date, out->last_end_ms, &leaving);
    out->total.still_inside += date == book->today ? inside_of_others(book, date) : 0;
    free(list);
    return GS_OK;
}
