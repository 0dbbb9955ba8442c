/* What trucks that stay longer than their window cost the window that runs and the next one. The counts of trucks inside are kept by
 * state/entry.c; nothing here changes a booking. */
#include "rules/overstay.h"

int64_t gs_overstay_due_out(const struct gs_day *day, const struct gs_booking *b)
{
    int32_t window = day != NULL ? gs_day_window_index(day, b->window) : -1;
    return window >= 0 ? day->windows[window].end_ms : b->slot_end_ms;
}

/* Every window begins on its own date, so the next one is on the first date that has one starting later. */
static int64_t next_start(const struct gs_book *book, int64_t after_ms, bool open_only)
{
    for (size_t d = 0; d < book->day_count; d++) {
        const struct gs_day *day = book->days[d];
        int64_t next = INT64_MAX;
        for (int32_t i = 0; day->date <= book->last_date && i < day->window_count; i++) {
            const struct gs_window *w = &day->windows[i];
            bool counts = !w->adopted && w->end_ms > w->start_ms && !(open_only && w->closed);
            next = counts && w->start_ms > after_ms && w->start_ms < next ? w->start_ms : next;
        }
        if (next != INT64_MAX) {
            return next;
        }
    }
    return INT64_MAX;
}

/* Trucks inside whose windows began before w: all but those of w itself and of what comes after it. */
static int32_t inside_from_before(const struct gs_book *book, gs_date date, const struct gs_window *w)
{
    int32_t count = book->inside;
    for (size_t d = 0; d < book->day_count; d++) {
        const struct gs_day *day = book->days[d];
        for (int32_t i = 0; day->date >= date && i < day->window_count; i++) {
            count -= day->windows[i].start_ms >= w->start_ms ? day->windows[i].inside : 0;
        }
    }
    return count;
}

struct gs_overstay gs_overstay_of(const struct gs_book *book, const struct gs_day *day, int32_t window)
{
    struct gs_overstay e = {0};
    const struct gs_window *w = &day->windows[window];
    bool shown =
        book->inside > 0 && (gs_days_runs(book, w) || (!w->closed && !w->adopted && w->start_ms > book->now_ms &&
                                                       w->start_ms == next_start(book, book->now_ms, true)));
    if (!shown) {
        return e;
    }
    int32_t capacity = w->closed ? 0 : w->capacity;
    int32_t spare = book->rules->bays > capacity ? book->rules->bays - capacity : 0;
    e.inside = inside_from_before(book, day->date, w);
    e.cost = e.inside > spare ? e.inside - spare : 0;
    int32_t over = w->booked + e.cost - capacity;
    e.at_risk = over < 0 ? 0 : over < e.cost ? over : e.cost;
    return e;
}

uint32_t gs_overstay_shut(const struct gs_book *book, const struct gs_day *day)
{
    for (int32_t i = 0; book->inside > 0 && i < day->window_count; i++) {
        const struct gs_window *w = &day->windows[i];
        if (gs_days_runs(book, w)) {
            int32_t cost = gs_overstay_of(book, day, i).cost;
            return cost > 0 && w->booked + cost >= w->capacity ? UINT32_C(1) << i : 0;
        }
    }
    return 0;
}

int32_t gs_overstay_risk(const struct gs_book *book)
{
    if (book->inside == 0) {
        return 0;
    }
    int32_t window;
    const struct gs_day *day = gs_days_running(book, &window);
    return day != NULL ? gs_overstay_of(book, day, window).at_risk : 0;
}

int64_t gs_overstay_next_start(const struct gs_book *book)
{
    return book->inside > 0 ? next_start(book, book->starts_told_ms, false) : INT64_MAX;
}
