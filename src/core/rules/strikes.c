/* Strikes: three no-shows of a plate in thirty days (by the rules) suspend it for a week, counted from the latest of them. A delay
 * reported in time moves the promise, and who waits at the gate has arrived: neither is ever a no-show. */
#include "rules/strikes.h"

#define DAY_MS (INT64_C(24) * 60 * GS_MINUTE_MS)

gs_date gs_strikes_first_date(const struct gs_rules *rules, gs_date today)
{
    return today - rules->strike_days - rules->suspend_days - 1;
}

/* How many strikes the plate had in the days before strike number at, that one among them. */
static int32_t count_at(const struct gs_rules *rules, const struct gs_strikes *s, int32_t at, gs_date first)
{
    int32_t count = 0;
    for (int32_t i = at; i >= 0 && s->at[i].at_ms > s->at[at].at_ms - rules->strike_days * DAY_MS; i--) {
        count += s->at[i].date >= first ? 1 : 0;
    }
    return count;
}

int64_t gs_strikes_until(const struct gs_book *book, const char *plate)
{
    const struct gs_rules *rules = book->rules;
    const struct gs_strikes *s = rules->strike_limit > 0 ? gs_facts_strikes(&book->facts, plate) : NULL;
    gs_date first = gs_strikes_first_date(rules, book->today);
    for (int32_t i = s != NULL ? s->count - 1 : -1; i >= 0; i--) {
        int64_t until_ms = s->at[i].at_ms + rules->suspend_days * DAY_MS;
        if (until_ms <= book->now_ms) {
            break;
        }
        if (s->at[i].date >= first && count_at(rules, s, i, first) >= rules->strike_limit) {
            return until_ms;
        }
    }
    return 0;
}

bool gs_strikes_suspended(const struct gs_book *book, const char *plate, struct gs_outcome *out)
{
    out->at_ms = gs_strikes_until(book, plate);
    if (out->at_ms == 0) {
        return false;
    }
    const struct gs_strikes *s = gs_facts_strikes(&book->facts, plate);
    out->used = count_at(book->rules, s, s->count - 1, gs_strikes_first_date(book->rules, book->today));
    out->limit = book->rules->strike_limit;
    return true;
}

bool gs_strikes_count(const struct gs_book *book, const struct gs_entry *e, struct gs_event *out)
{
    const struct gs_rules *rules = book->rules;
    const struct gs_strikes *s = gs_facts_strikes(&book->facts, e->b.truck.plate);
    if (rules->strike_limit <= 0 || e->fact != GS_FACT_NO_SHOW || s == NULL || s->count == 0) {
        return false;
    }
    out->strike_limit = rules->strike_limit;
    out->strikes = count_at(rules, s, s->count - 1, gs_strikes_first_date(rules, book->today));
    out->until_ms = gs_strikes_until(book, e->b.truck.plate);
    return true;
}
