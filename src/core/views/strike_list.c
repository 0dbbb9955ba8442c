/* What the book shows of strikes: which plates have any, what each rests on, how many count, until when a plate is suspended. The
 * counting is that of rules/strikes.c. */
#include "gateslot/base/text.h"
#include "gateslot/core/strikes.h"
#include "rules/strikes.h"
#include "values/names.h"

#include <string.h>

static const char *const state_names[GS_STRIKE_STATES] = {
    [GS_STRIKE_COUNTS] = "counts",
    [GS_STRIKE_EXCUSED] = "excused",
    [GS_STRIKE_EXPIRED] = "expired",
};

const char *gs_strike_state_name(enum gs_strike_state s)
{
    return gs_name_of(state_names, GS_STRIKE_STATES, (unsigned)s);
}

static bool of_company(const struct gs_strike *s, const char *uscc)
{
    return uscc[0] == '\0' || strcmp(s->uscc, uscc) == 0;
}

static bool known(const struct gs_book *book, const struct gs_strike *s)
{
    return book->rules->strike_limit > 0 && s->date >= gs_strikes_first_date(book->rules, book->today);
}

static bool listed(const struct gs_book *book, const struct gs_strike_filter *f, int32_t number)
{
    const struct gs_strikes *s = &book->facts.strikes[number];
    const char *plate = book->facts.plates.keys[number];
    if ((f->plate[0] != '\0' && strcmp(plate, f->plate) != 0) || strcmp(plate, f->after) <= 0) {
        return false;
    }
    bool all = f->plate[0] != '\0' || f->uscc[0] != '\0';
    for (int32_t i = s->count - 1; i >= 0; i--) {
        if (known(book, &s->at[i]) && of_company(&s->at[i], f->uscc) && (all || gs_strikes_counts(book, s, i))) {
            return true;
        }
    }
    return false;
}

/* Where the plate belongs among those found, in order; count: behind all of them. */
static size_t position(const char *const *found, size_t count, const char *plate)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(found[middle], plate) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

size_t gs_book_struck_plates(const struct gs_book *book, const struct gs_strike_filter *f, const char **out)
{
    const struct gs_facts *facts = &book->facts;
    size_t count = 0, limit = f->limit > 0 ? (size_t)f->limit : 0;
    for (int32_t i = 0; i < facts->plates.count && i < facts->strike_room; i++) {
        const char *plate = facts->plates.keys[i];
        size_t at = position((const char *const *)out, count, plate);
        if (at == limit || !listed(book, f, i)) {
            continue;
        }
        count -= count == limit ? 1 : 0;
        memmove(out + at + 1, out + at, (count - at) * sizeof *out);
        out[at] = plate;
        count++;
    }
    return count;
}

static struct gs_strike_view view_of(const struct gs_book *book, const struct gs_strikes *s, int32_t at)
{
    const struct gs_strike *strike = &s->at[at];
    struct gs_strike_view v = {.booking_id = strike->booking_id,
                               .at_ms = strike->at_ms,
                               .date = strike->date,
                               .late_cancel = strike->status == GS_CANCELLED,
                               .state = GS_STRIKE_EXPIRED};
    memcpy(v.uscc, strike->uscc, sizeof v.uscc);
    if (strike->excused) {
        v.state = GS_STRIKE_EXCUSED;
    } else if (gs_strikes_counts(book, s, at)) {
        v.state = GS_STRIKE_COUNTS;
    }
    return v;
}

size_t gs_book_strikes(const struct gs_book *book, const char *plate, const char *uscc,
                       struct gs_strike_view out[GS_STRIKES_SHOWN])
{
    const struct gs_strikes *s = gs_facts_strikes(&book->facts, plate);
    size_t count = 0, of = 0;
    for (int32_t i = s != NULL ? s->count - 1 : -1; i >= 0 && count < GS_STRIKES_SHOWN; i--) {
        if (known(book, &s->at[i]) && of_company(&s->at[i], uscc)) {
            out[count++] = view_of(book, s, i);
        }
    }
    for (; of < count / 2; of++) { /* found from the latest */
        struct gs_strike_view swap = out[of];
        out[of] = out[count - 1 - of];
        out[count - 1 - of] = swap;
    }
    return count;
}

struct gs_strike_sum gs_book_strike_sum(const struct gs_book *book, const char *plate)
{
    return (struct gs_strike_sum){.count = gs_strikes_counting(book, gs_facts_strikes(&book->facts, plate)),
                                  .limit = book->rules->strike_limit,
                                  .until_ms = gs_strikes_until(book, plate)};
}

enum gs_code gs_strikes_of_past(const struct gs_rules *rules, const struct gs_booking *b, struct gs_outcome *out)
{
    enum gs_fact fact = gs_fact_of(b);
    out->status = b->status;
    if (rules->strike_limit <= 0) {
        out->off = GS_SWITCH_STRIKES;
        return GS_CODE_SWITCHED_OFF;
    }
    if (fact == GS_FACT_EXCUSED) {
        return GS_CODE_ALREADY_EXCUSED;
    }
    if (fact != GS_FACT_NO_SHOW) {
        return GS_CODE_NO_STRIKE;
    }
    out->at_ms = gs_strikes_ends_ms(rules, &(struct gs_strike){.at_ms = b->ended_ms});
    return GS_CODE_TOO_LATE;
}
