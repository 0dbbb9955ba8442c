/* The company throttle. No-shows of 35 % (by the rules) or more of at least five promises in a week: in the next week at most the mean of the places
 * used in the six weeks before it, and a tenth more (rounded up), but five at least. Only integers are compared. It counts; quota.c
 * closes windows by it. */
#include "state/throttle.h"

#define WEEKS 6
#define LEAST_BOOKED 5
#define LEAST_LIMIT 5

gs_date gs_throttle_week(gs_date date)
{
    return date - gs_date_weekday(date);
}

int32_t gs_throttle_limit(const struct gs_book *book, const char *uscc, gs_date date)
{
    if (book->rules->strike_limit <= 0 || book->rules->company_percent <= 0) {
        return INT32_MAX;
    }
    gs_date monday = gs_throttle_week(date);
    struct gs_tally last = gs_facts_sum(&book->facts.companies, uscc, monday - 7, monday - 1);
    if (last.booked < LEAST_BOOKED ||
        (int64_t)last.no_shows * 100 < (int64_t)last.booked * book->rules->company_percent) {
        return INT32_MAX;
    }
    int64_t used = gs_facts_sum(&book->facts.companies, uscc, monday - 7 * WEEKS, monday - 1).used;
    int64_t limit = (used * 11 + 10 * WEEKS - 1) / (10 * WEEKS);
    return limit > LEAST_LIMIT ? (int32_t)limit : LEAST_LIMIT;
}

int32_t gs_throttle_used(const struct gs_book *book, const char *uscc, gs_date date)
{
    int32_t used = 0;
    gs_date monday = gs_throttle_week(date);
    for (gs_date d = monday; d < monday + 7; d++) {
        const struct gs_day *day = gs_days_find(book, d);
        if (d < gs_book_first_date(book)) { /* over, and maybe forgotten */
            used += gs_facts_sum(&book->facts.companies, uscc, d, d).used;
        } else if (day != NULL) {
            used += gs_holdings_of(day, uscc).day;
        }
    }
    return used;
}

void gs_throttle_freed(struct gs_book *book, const char *uscc)
{
    gs_date monday = gs_throttle_week(book->today);
    if (gs_throttle_limit(book, uscc, monday) == INT32_MAX && gs_throttle_limit(book, uscc, monday + 7) == INT32_MAX) {
        return;
    }
    for (size_t i = 0; i < book->day_count; i++) {
        if (book->days[i]->waiting.count > 0) {
            gs_days_freed(book, book->days[i]);
        }
    }
}
