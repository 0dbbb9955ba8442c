/* Alternatives of a refusal: a few slots, spread over windows and dates instead of all beside each other, each of
 * which a request by the same truck would get if it were made now. */
#include "rules/alternatives.h"

#include "rules/balance.h"
#include "rules/duplicates.h"
#include "rules/quota.h"
#include "rules/times.h"

#include <string.h>

/* What a request by that truck of that company may have of the day now. */
static struct gs_reach allowed(const struct gs_book *book, const struct gs_ask *ask, const struct gs_day *day)
{
    uint32_t open = gs_day_open(day);
    uint32_t windows = open != 0 ? open & ~gs_duplicates_claimed(book, ask->plate, day, ask->self) : 0;
    return (struct gs_reach){.windows = windows,
                             .capped = windows != 0 ? gs_quota_capped(book, day, ask->uscc, ask->self) : 0,
                             .earliest_ms = ask->after_ms >= gs_admission_earliest_ms(book)
                                                ? ask->after_ms + 1
                                                : gs_admission_earliest_ms(book),
                             .lifted_ms = gs_quota_lifted_ms(book)};
}

/* Is it the place that the booking has? Nobody needs to be told of that one. */
static bool own(const struct gs_ask *ask, const struct gs_day *day, struct gs_spot spot)
{
    if (ask->self == NULL || ask->self->day != day || ask->self->b.place < 0) {
        return false;
    }
    struct gs_spot has = gs_entry_spot(ask->self);
    return has.window == spot.window && has.slot == spot.slot;
}

/* The slot of these windows with room that starts in [from_ms, before_ms) nearest to near_ms, the earlier of two. */
static struct gs_spot nearest(const struct gs_ask *ask, const struct gs_day *day, const struct gs_reach *reach,
                              uint32_t windows, int64_t from_ms, int64_t before_ms, int64_t near_ms)
{
    struct gs_spot best = GS_NO_SPOT;
    int64_t best_distance = INT64_MAX;
    for (int32_t w = 0; w < day->window_count; w++) {
        for (int32_t s = 0; (windows >> w & 1) != 0 && s < day->windows[w].slot_count; s++) {
            int64_t start = day->windows[w].slots[s].start_ms;
            int64_t distance = start > near_ms ? start - near_ms : near_ms - start;
            if (start >= from_ms && start < before_ms && distance < best_distance &&
                gs_balance_within(day, reach, (struct gs_spot){w, s}) && !own(ask, day, (struct gs_spot){w, s})) {
                best = (struct gs_spot){w, s};
                best_distance = distance;
            }
        }
    }
    return best;
}

static void add(const struct gs_day *day, struct gs_spot spot, struct gs_outcome *out)
{
    if (spot.window < 0 || out->alternative_count == GS_MAX_ALTERNATIVES) {
        return;
    }
    const struct gs_window *w = &day->windows[spot.window];
    const struct gs_slot *s = &w->slots[spot.slot];
    int32_t in_window = w->capacity + w->extra - w->booked, in_slot = s->capacity + s->extra - s->booked;
    struct gs_alternative *a = &out->alternatives[out->alternative_count++];
    a->date = day->date;
    memcpy(a->window, w->id, sizeof a->window);
    a->start_ms = s->start_ms;
    a->end_ms = s->end_ms;
    a->free = in_window < in_slot ? in_window : in_slot;
}

static int64_t distance_of(const struct gs_day *day, struct gs_spot spot, int64_t near_ms)
{
    if (spot.window < 0) {
        return INT64_MAX;
    }
    int64_t start = gs_day_slot(day, spot)->start_ms;
    return start > near_ms ? start - near_ms : near_ms - start;
}

static void same_day(const struct gs_book *book, const struct gs_ask *ask, const struct gs_day *day, int64_t near_ms,
                     struct gs_outcome *out)
{
    struct gs_reach reach = allowed(book, ask, day);
    uint32_t accepted = reach.windows & gs_day_accepted(day, ask->wish->windows);
    struct gs_spot earlier = nearest(ask, day, &reach, accepted, INT64_MIN, near_ms, near_ms);
    struct gs_spot later = nearest(ask, day, &reach, accepted, near_ms, INT64_MAX, near_ms);
    bool earlier_first = distance_of(day, earlier, near_ms) <= distance_of(day, later, near_ms);
    add(day, earlier_first ? earlier : later, out);
    add(day, earlier_first ? later : earlier, out);
    uint32_t others = reach.windows & ~accepted;
    for (struct gs_spot spot; others != 0; others &= ~(UINT32_C(1) << spot.window)) {
        spot = nearest(ask, day, &reach, others, INT64_MIN, INT64_MAX, near_ms);
        if (spot.window < 0) {
            break;
        }
        add(day, spot, out);
    }
}

static void other_day(const struct gs_book *book, const struct gs_ask *ask, gs_date date, int32_t minute,
                      struct gs_outcome *out)
{
    const struct gs_day *day = date >= book->today && date <= book->last_date ? gs_days_find(book, date) : NULL;
    if (day == NULL || out->alternative_count == GS_MAX_ALTERNATIVES) {
        return;
    }
    int64_t near_ms = gs_tz_instant(book->rules->tz, date, minute);
    struct gs_reach reach = allowed(book, ask, day);
    uint32_t accepted = reach.windows & gs_day_accepted(day, ask->wish->windows);
    struct gs_spot spot = nearest(ask, day, &reach, accepted, INT64_MIN, INT64_MAX, near_ms);
    if (spot.window < 0) {
        spot = nearest(ask, day, &reach, reach.windows & ~accepted, INT64_MIN, INT64_MAX, near_ms);
    }
    add(day, spot, out);
}

void gs_alternatives_find(const struct gs_book *book, const struct gs_ask *ask, const struct gs_day *day,
                          int64_t near_ms, struct gs_outcome *out)
{
    const struct gs_tz *tz = book->rules->tz;
    if (day->date >= book->today && day->date <= book->last_date) {
        same_day(book, ask, day, near_ms, out);
    }
    int32_t minute = gs_tz_minute(tz, near_ms) + (gs_tz_date(tz, near_ms) - day->date) * 1440;
    gs_date span = book->last_date - book->today + 1;
    for (gs_date step = 1; step <= span && out->alternative_count < GS_MAX_ALTERNATIVES; step++) {
        other_day(book, ask, day->date - step, minute, out);
        other_day(book, ask, day->date + step, minute, out);
    }
}
