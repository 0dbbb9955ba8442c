/* Capacities set by supervisors: kept by date and window, laid over what the calendar gives, until reset; also of dates that
 * the book does not hold yet. Whether one may be set is flow/capacity.c's to decide. */
#include "gateslot/base/grow.h"
#include "state/overbook.h"
#include "state/state.h"

#include <stdlib.h>
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
        if (compare(all->at[middle], date, window) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool stands_at(const struct gs_overrides *all, size_t at, gs_date date, const char *window)
{
    return at < all->count && compare(all->at[at], date, window) == 0;
}

const struct gs_capacity *gs_overrides_find(const struct gs_book *book, gs_date date, const char *window)
{
    const struct gs_overrides *all = &book->overrides;
    size_t at = lower_bound(all, date, window);
    return stands_at(all, at, date, window) ? all->at[at] : NULL;
}

/* NULL: the day's calendar has no such window. */
static struct gs_window *window_of(struct gs_day *day, const char *window)
{
    int32_t index = gs_day_window_index(day, window);
    return index < 0 || day->windows[index].adopted ? NULL : &day->windows[index];
}

static bool lay(struct gs_day *day, const struct gs_capacity *c)
{
    struct gs_window *w = window_of(day, c->window);
    if (w != NULL) {
        gs_day_set_capacity(w, c->capacity, c->slot_capacity, c->closed);
        w->overridden = true;
    }
    return w != NULL;
}

bool gs_overrides_lay(const struct gs_book *book, struct gs_day *day)
{
    bool any = false;
    const struct gs_overrides *all = &book->overrides;
    for (size_t i = lower_bound(all, day->date, ""); i < all->count && all->at[i]->date == day->date; i++) {
        any = lay(day, all->at[i]) || any;
    }
    return any;
}

static void note_change(struct gs_book *book, struct gs_day *day)
{
    gs_overbook_day(book, day);
    gs_days_changed(book, day);
    gs_days_freed(book, day);
}

int gs_overrides_put(struct gs_book *book, struct gs_day *day, const struct gs_capacity *c)
{
    struct gs_overrides *all = &book->overrides;
    size_t at = lower_bound(all, c->date, c->window);
    if (!stands_at(all, at, c->date, c->window)) {
        struct gs_capacity **grown = gs_grown(all->at, all->count, &all->room, sizeof(struct gs_capacity *));
        struct gs_capacity *made = grown != NULL ? malloc(sizeof *made) : NULL;
        all->at = grown != NULL ? grown : all->at;
        if (made == NULL) {
            return GS_E_NOMEM;
        }
        memmove(all->at + at + 1, all->at + at, (all->count - at) * sizeof(struct gs_capacity *));
        all->at[at] = made;
        all->count++;
    }
    *all->at[at] = *c;
    all->version = ++book->version;
    if (day != NULL && lay(day, c)) {
        note_change(book, day);
    }
    return GS_OK;
}

static void lift(struct gs_book *book, struct gs_day *day, const char *window)
{
    struct gs_window *w = window_of(day, window);
    if (w != NULL) {
        gs_day_set_capacity(w, w->calendar_capacity, book->rules->slot_capacity, w->calendar_closed);
        w->overridden = false;
        note_change(book, day);
    }
}

void gs_overrides_remove(struct gs_book *book, struct gs_day *day, gs_date date, const char *window)
{
    struct gs_overrides *all = &book->overrides;
    size_t at = lower_bound(all, date, window);
    if (!stands_at(all, at, date, window)) {
        return;
    }
    if (day != NULL) {
        lift(book, day, window);
    }
    free(all->at[at]);
    all->count--;
    memmove(all->at + at, all->at + at + 1, (all->count - at) * sizeof(struct gs_capacity *));
    all->version = ++book->version;
}

void gs_overrides_finish(struct gs_overrides *all)
{
    for (size_t i = 0; i < all->count; i++) {
        free(all->at[i]);
    }
    free(all->at);
}
