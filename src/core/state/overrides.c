/* Capacities set by supervisors: kept by date and window, laid over what the calendar gives, until reset. Whether
 * one may be set is flow/capacity.c's to decide. */
#include "gateslot/base/grow.h"
#include "state/overbook.h"
#include "state/state.h"

#include <string.h>

static int compare(const struct gs_capacity *c, gs_date date, const char *window)
{
    if (c->date != date) {
        return c->date < date ? -1 : 1;
    }
    return strcmp(c->window, window);
}

static size_t lower_bound(const struct gs_overrides *all, gs_date date, const char *window)
{
    size_t low = 0, high = all->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(&all->at[middle], date, window) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

const struct gs_capacity *gs_overrides_find(const struct gs_book *book, gs_date date, const char *window)
{
    const struct gs_overrides *all = &book->overrides;
    size_t at = lower_bound(all, date, window);
    return at < all->count && compare(&all->at[at], date, window) == 0 ? &all->at[at] : NULL;
}

static void impose(struct gs_book *book, struct gs_day *day, const struct gs_capacity *c)
{
    int32_t index = gs_day_window_index(day, c->window);
    if (index < 0 || day->windows[index].adopted) {
        return;
    }
    struct gs_window *w = &day->windows[index];
    bool swallowed = w->end_ms <= w->start_ms; /* no one can open what summer time leaves out */
    gs_day_set_capacity(w, c->capacity, c->slot_capacity, c->closed || swallowed);
    day->windows[index].overridden = true;
    gs_overbook_day(book, day);
    gs_days_changed(book, day);
    gs_days_freed(book, day);
}

void gs_overrides_impose(struct gs_book *book, struct gs_day *day)
{
    const struct gs_overrides *all = &book->overrides;
    for (size_t i = lower_bound(all, day->date, ""); i < all->count && all->at[i].date == day->date; i++) {
        impose(book, day, &all->at[i]);
    }
}

int gs_overrides_put(struct gs_book *book, struct gs_day *day, const struct gs_capacity *c)
{
    struct gs_overrides *all = &book->overrides;
    size_t at = lower_bound(all, c->date, c->window);
    if (at == all->count || compare(&all->at[at], c->date, c->window) != 0) {
        struct gs_capacity *grown = gs_grown(all->at, all->count, &all->room, sizeof *grown);
        if (grown == NULL) {
            return GS_E_NOMEM;
        }
        all->at = grown;
        memmove(all->at + at + 1, all->at + at, (all->count - at) * sizeof *all->at);
        all->count++;
    }
    all->at[at] = *c;
    impose(book, day, c);
    return GS_OK;
}

static void lift(struct gs_book *book, struct gs_day *day, const char *window)
{
    int32_t index = gs_day_window_index(day, window);
    if (index < 0 || day->windows[index].adopted) {
        return;
    }
    struct gs_window *w = &day->windows[index];
    gs_day_set_capacity(w, w->calendar_capacity, book->rules->slot_capacity, w->calendar_closed);
    w->overridden = false;
    gs_overbook_day(book, day);
    gs_days_changed(book, day);
    gs_days_freed(book, day);
}

void gs_overrides_remove(struct gs_book *book, struct gs_day *day, gs_date date, const char *window)
{
    struct gs_overrides *all = &book->overrides;
    size_t at = lower_bound(all, date, window);
    if (at == all->count || compare(&all->at[at], date, window) != 0) {
        return;
    }
    if (day != NULL) {
        lift(book, day, window);
    }
    all->count--;
    memmove(all->at + at, all->at + at + 1, (all->count - at) * sizeof *all->at);
}
