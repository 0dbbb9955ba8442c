/* The dates that the book holds: made when first asked for, opened as the horizon moves on, forgotten when they are
 * over. Forgetting writes no records: the store archives by the same rule on its own. */
#include "flow/settle.h"
#include "state/calendar.h"
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
    if (book->day_count < book->day_room) {
        return GS_OK;
    }
    size_t room = book->day_room == 0 ? 16 : book->day_room * 2;
    struct gs_day **days = realloc(book->days, room * sizeof(struct gs_day *));
    if (days == NULL) {
        return GS_E_NOMEM;
    }
    book->days = days;
    book->day_room = room;
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
    gs_capacities_impose(book, day);
    gs_days_touch(book, day);
    *out = day;
    return GS_OK;
}

void gs_days_touch(struct gs_book *book, struct gs_day *day)
{
    day->version = ++book->version;
}

void gs_days_stir(struct gs_book *book, struct gs_day *day)
{
    day->stirred = true;
    book->stirred = true;
}

/* Marks what ended by leaving it without a day, so that one pass over the book can free all of it. */
static void forget_ended(struct gs_book *book, struct gs_day *day)
{
    size_t kept = 0;
    for (size_t i = 0; i < day->bookings.count; i++) {
        struct gs_entry *e = day->bookings.at[i];
        if (gs_status_terminal(e->b.status)) {
            gs_entry_forget(book, e);
            e->day = NULL;
        } else {
            day->bookings.at[kept++] = e;
        }
    }
    if (kept < day->bookings.count) {
        day->bookings.count = kept;
        gs_days_touch(book, day);
    }
}

static void free_forgotten(struct gs_book *book)
{
    size_t kept = 0;
    for (size_t i = 0; i < book->bookings.count; i++) {
        struct gs_entry *e = book->bookings.at[i];
        if (e->day == NULL) {
            free(e);
        } else {
            book->bookings.at[kept++] = e;
        }
    }
    book->bookings.count = kept;
}

static void forget_before(struct gs_book *book, gs_date first)
{
    size_t kept = 0;
    for (size_t i = 0; i < book->day_count; i++) {
        struct gs_day *day = book->days[i];
        if (day->date < first) {
            forget_ended(book, day);
        }
        if (day->date < first && day->bookings.count == 0) {
            gs_day_destroy(day);
        } else {
            book->days[kept++] = day;
        }
    }
    book->day_count = kept;
    free_forgotten(book);
    while (book->capacities.count > 0 && book->capacities.at[0].date < first) {
        gs_capacities_remove(book, book->capacities.at[0].date, book->capacities.at[0].window);
    }
}

int gs_days_roll(struct gs_book *book, int64_t now_ms)
{
    if (now_ms < book->next_roll_ms) {
        return GS_OK;
    }
    const struct gs_rules *rules = book->rules;
    gs_date today = gs_tz_date(rules->tz, now_ms);
    gs_date last = gs_calendar_last_date(rules, now_ms);
    for (gs_date date = today - 1; date <= last; date++) {
        struct gs_day *day;
        int err = gs_days_get(book, date, &day);
        if (err != GS_OK) {
            return err;
        }
    }
    forget_before(book, today - 1);
    book->today = today;
    book->last_date = last;
    gs_overbook_days(book);
    gs_settle_plan(book);
    int64_t midnight = gs_tz_instant(rules->tz, today + 1, 0);
    int64_t opening = gs_calendar_opens_ms(rules, last + 1);
    book->next_roll_ms = opening > now_ms && opening < midnight ? opening : midnight;
    return GS_OK;
}

void gs_days_finish(struct gs_book *book)
{
    for (size_t i = 0; i < book->day_count; i++) {
        gs_day_destroy(book->days[i]);
    }
    free(book->days);
}
