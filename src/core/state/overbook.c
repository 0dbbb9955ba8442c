/* What windows may take beyond their capacity, set by the rates of no-shows measured. How many that is for a rate, solve/binomial.c says. */
#include "state/overbook.h"

#include "solve/binomial.h"
#include "state/calendar.h"
#include "state/state.h"

#define RATE_DAYS 28

static int32_t extra_of(const struct gs_book *book, const struct gs_window *w)
{
    const struct gs_rules *rules = book->rules;
    if (!rules->overbooking || w->adopted || w->capacity <= 0) {
        return 0;
    }
    struct gs_tally t = gs_facts_sum(&book->facts.windows, w->id, book->today - RATE_DAYS, book->today - 1);
    if (t.booked < rules->min_samples || t.booked <= 0) {
        return 0;
    }
    int32_t limit = gs_binomial_limit(w->capacity, t.booked - t.no_shows, t.booked, rules->overflow_percent);
    return limit - w->capacity;
}

void gs_overbook_window(const struct gs_book *book, struct gs_window *w)
{
    int32_t known = 0, index = 0;
    w->extra = extra_of(book, w);
    for (int32_t s = 0; s < w->slot_count; s++) {
        known += w->slots[s].adopted ? 0 : 1;
    }
    for (int32_t s = 0; s < w->slot_count; s++) {
        struct gs_slot *slot = &w->slots[s];
        bool takes = !slot->adopted && slot->capacity > 0;
        int32_t share = slot->adopted ? 0 : gs_calendar_share(w->extra, -1, known, index++);
        int32_t most = GS_MAX_CAPACITY - slot->capacity;
        slot->extra = takes ? (share < most ? share : most) : 0;
    }
}

void gs_overbook_day(const struct gs_book *book, struct gs_day *day)
{
    for (int32_t i = 0; i < day->window_count; i++) {
        gs_overbook_window(book, &day->windows[i]);
    }
}

void gs_overbook_days(struct gs_book *book)
{
    for (size_t i = 0; book->rules->overbooking && i < book->day_count; i++) {
        gs_overbook_day(book, book->days[i]);
        gs_days_changed(book, book->days[i]);
        gs_days_freed(book, book->days[i]);
    }
}
