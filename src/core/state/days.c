/* The dates that the book holds: made when first asked for, found, destroyed. Following the calendar is flow/roll.c's. */
#include "gateslot/base/grow.h"
#include "state/overbook.h"
#include "state/state.h"

#include <stdlib.h>
#include <string.h>

/* The first index whose date is not below date. Dates mostly follow each other, so the guess is mostly right. */
static size_t lower_bound(const struct gs_book *book, gs_date date)
{
    if (book->day_count > 0 && date >= book->days[0]->date) {
        size_t guess = (size_t)((int64_t)date - book->days[0]->date);
        if (guess < book->day_count && book->days[guess]->date == date) {
            return guess;
        }
    }
    size_t low = 0, high = book->day_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (book->days[middle]->date < date) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

struct gs_day *gs_days_find(const struct gs_book *book, gs_date date)
{
    size_t at = lower_bound(book, date);
    return at < book->day_count && book->days[at]->date == date ? book->days[at] : NULL;
}

static int make_room(struct gs_book *book)
{
    struct gs_day **days = gs_grown(book->days, book->day_count, &book->day_room, sizeof(struct gs_day *));
    if (days == NULL) {
        return GS_E_NOMEM;
    }
    book->days = days;
    return GS_OK;
}

static void note_shared_starts(struct gs_book *book, const struct gs_day *day)
{
    int64_t midnight = gs_tz_instant(book->rules->tz, day->date + 1, 0);
    for (int32_t i = 0; i < day->window_count; i++) {
        book->shared_starts = book->shared_starts || day->windows[i].end_ms > midnight;
    }
}

int gs_days_get(struct gs_book *book, gs_date date, struct gs_day **out)
{
    size_t at = lower_bound(book, date);
    if (at < book->day_count && book->days[at]->date == date) {
        *out = book->days[at];
        return GS_OK;
    }
    struct gs_day *day;
    int err = make_room(book);
    if (err == GS_OK) {
        err = gs_day_create(book->rules, date, &day);
    }
    if (err != GS_OK) {
        return err;
    }
    memmove(book->days + at + 1, book->days + at, (book->day_count - at) * sizeof(struct gs_day *));
    book->days[at] = day;
    book->day_count++;
    note_shared_starts(book, day);
    if (gs_overrides_lay(book, day)) {
        gs_overbook_day(book, day);
        gs_days_freed(book, day);
    }
    gs_days_changed(book, day);
    *out = day;
    return GS_OK;
}

int gs_days_ahead(const struct gs_book *book, gs_date date, struct gs_day **out)
{
    struct gs_day *day;
    int err = gs_day_create(book->rules, date, &day);
    if (err == GS_OK) {
        (void)gs_overrides_lay(book, day);
        *out = day;
    }
    return err;
}

bool gs_days_runs(const struct gs_book *book, const struct gs_window *w)
{
    return !w->adopted && w->start_ms <= book->now_ms && book->now_ms < w->end_ms;
}

struct gs_day *gs_days_running(const struct gs_book *book, int32_t *out_window)
{
    for (gs_date date = book->today; date >= book->today - 1; date--) {
        struct gs_day *day = gs_days_find(book, date);
        for (int32_t i = 0; day != NULL && i < day->window_count; i++) {
            if (gs_days_runs(book, &day->windows[i])) {
                *out_window = i;
                return day;
            }
        }
    }
    return NULL;
}

void gs_days_drop_empty(struct gs_book *book)
{
    if (book->undo != NULL) { /* who left such a slot may come back to it */
        return;
    }
    bool some = false;
    for (size_t i = 0; i < book->day_count && book->adopted; i++) {
        struct gs_day *day = book->days[i];
        if (day->adopted > 0 && gs_day_drop_empty(day)) {
            gs_days_changed(book, day);
        }
        some = some || day->adopted > 0;
    }
    book->adopted = some;
}

void gs_days_finish(struct gs_book *book)
{
    for (size_t i = 0; i < book->day_count; i++) {
        gs_day_destroy(book->days[i]);
    }
    free(book->days);
}
