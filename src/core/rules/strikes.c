/* Strikes: three no-shows of a plate in thirty days (by the rules) suspend it for a week, counted from the latest of them, unless a
 * supervisor has excused one. A delay
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
        count += s->at[i].date >= first && !s->at[i].excused ? 1 : 0;
    }
    return count;
}

/* The strike that the suspension in force is counted from; -1: the plate is not suspended. */
static int32_t suspending(const struct gs_book *book, const struct gs_strikes *s)
{
    const struct gs_rules *rules = book->rules;
    gs_date first = gs_strikes_first_date(rules, book->today);
    for (int32_t i = s != NULL && rules->strike_limit > 0 ? s->count - 1 : -1; i >= 0; i--) {
        if (s->at[i].at_ms + rules->suspend_days * DAY_MS <= book->now_ms) {
            break;
        }
        if (s->at[i].date >= first && !s->at[i].excused && count_at(rules, s, i, first) >= rules->strike_limit) {
            return i;
        }
    }
    return -1;
}

int64_t gs_strikes_until(const struct gs_book *book, const char *plate)
{
    const struct gs_strikes *s = gs_facts_strikes(&book->facts, plate);
    int32_t from = suspending(book, s);
    return from >= 0 ? s->at[from].at_ms + book->rules->suspend_days * DAY_MS : 0;
}

static int32_t latest(const struct gs_strikes *s)
{
    int32_t i = s->count - 1;
    while (i >= 0 && s->at[i].excused) {
        i--;
    }
    return i;
}

bool gs_strikes_suspended(const struct gs_book *book, const char *plate, struct gs_outcome *out)
{
    out->at_ms = gs_strikes_until(book, plate);
    if (out->at_ms == 0) {
        return false;
    }
    const struct gs_strikes *s = gs_facts_strikes(&book->facts, plate);
    out->used = count_at(book->rules, s, latest(s), gs_strikes_first_date(book->rules, book->today));
    out->limit = book->rules->strike_limit;
    return true;
}

bool gs_strikes_counts(const struct gs_book *book, const struct gs_strikes *s, int32_t at)
{
    const struct gs_rules *rules = book->rules;
    const struct gs_strike *strike = &s->at[at];
    if (rules->strike_limit <= 0 || strike->excused || strike->date < gs_strikes_first_date(rules, book->today)) {
        return false;
    }
    int32_t from = suspending(book, s);
    int64_t days_ms = rules->strike_days * DAY_MS;
    return strike->at_ms > book->now_ms - days_ms ||
           (from >= 0 && at <= from && strike->at_ms > s->at[from].at_ms - days_ms);
}

int32_t gs_strikes_counting(const struct gs_book *book, const struct gs_strikes *s)
{
    int32_t count = 0;
    for (int32_t i = 0; s != NULL && i < s->count; i++) {
        count += gs_strikes_counts(book, s, i) ? 1 : 0;
    }
    return count;
}

int64_t gs_strikes_ends_ms(const struct gs_rules *rules, const struct gs_strike *strike)
{
    return strike->at_ms + rules->strike_days * DAY_MS;
}

void gs_strikes_tell(const struct gs_book *book, const char *plate, struct gs_event *out)
{
    out->strike_limit = book->rules->strike_limit;
    out->strikes = gs_strikes_counting(book, gs_facts_strikes(&book->facts, plate));
    out->until_ms = gs_strikes_until(book, plate);
}

bool gs_strikes_count(const struct gs_book *book, const struct gs_entry *e, struct gs_event *out)
{
    const struct gs_rules *rules = book->rules;
    const struct gs_strikes *s = gs_facts_strikes(&book->facts, e->b.truck.plate);
    if (rules->strike_limit <= 0 || e->fact != GS_FACT_NO_SHOW || s == NULL || s->count == 0) {
        return false;
    }
    out->strike_limit = rules->strike_limit;
    out->strikes = count_at(rules, s, latest(s), gs_strikes_first_date(rules, book->today));
    out->until_ms = gs_strikes_until(book, e->b.truck.plate);
    return true;
}
