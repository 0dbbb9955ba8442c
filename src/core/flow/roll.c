/* The book follows the calendar to now: days are opened as the horizon moves on, and forgotten when they are over and all their bookings
 * have ended. Forgetting writes no records: the store archives by the same rule on its own. */
#include "flow/roll.h"

#include "flow/settle.h"
#include "state/calendar.h"
#include "state/overbook.h"

#include <stdlib.h>

/* Marks what ended by leaving it without a day, so that one pass over the book can free all of it. */
static void forget_ended(struct gs_book *book, struct gs_day *day)
{
    size_t kept = 0;
    for (size_t i = 0; i < day->bookings.count; i++) {
        struct gs_entry *e = day->bookings.at[i];
        if (gs_entry_forgotten(book, e)) {
            gs_entry_forget(book, e);
            e->day = NULL;
        } else {
            day->bookings.at[kept++] = e;
        }
    }
    if (kept < day->bookings.count) {
        day->bookings.count = kept;
        gs_days_changed(book, day);
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
    /* A date that is held still, for a truck that left late or is inside, keeps what supervisors set for it. */
    for (size_t i = 0; i < book->overrides.count && book->overrides.at[i]->date < first;) {
        const struct gs_capacity *c = book->overrides.at[i];
        if (gs_days_find(book, c->date) != NULL) {
            i++;
        } else {
            gs_overrides_remove(book, NULL, c->date, c->window);
        }
    }
}

int gs_roll_days(struct gs_book *book, int64_t now_ms)
{
    if (now_ms < book->next_roll_ms) {
        return GS_OK;
    }
    const struct gs_rules *rules = book->rules;
    gs_date today = gs_tz_date(rules->tz, now_ms);
    gs_date first = gs_book_first_date_at(rules, now_ms);
    gs_date last = gs_calendar_last_date(rules, now_ms);
    for (gs_date date = first; date <= last; date++) {
        struct gs_day *day;
        int err = gs_days_get(book, date, &day);
        if (err != GS_OK) {
            return err;
        }
    }
    book->first_date = first;
    book->first_ms = gs_tz_instant(rules->tz, first, 0);
    book->today = today;
    book->last_date = last;
    forget_before(book, first);
    gs_overbook_days(book);
    gs_settle_next(book);
    int64_t midnight = gs_tz_instant(rules->tz, today + 1, 0);
    int64_t opening = gs_calendar_opens_ms(rules, last + 1);
    book->next_roll_ms = opening > now_ms && opening < midnight ? opening : midnight;
    return GS_OK;
}
