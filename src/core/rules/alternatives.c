/* Alternatives of a refusal: a few slots, spread over windows and dates instead of all beside each other, each of
 * which a request by the same truck would get if it were made now. */
#include "rules/alternatives.h"

#include <string.h>

/* Is it the place that the booking has? Nobody needs to be told of that one. */
static bool own(const struct gs_asker *asker, const struct gs_day *day, struct gs_spot spot)
{
    if (asker->self == NULL || asker->self->day != day || asker->self->b.place < 0) {
        return false;
    }
    struct gs_spot has = gs_entry_spot(asker->self);
    return has.window == spot.window && has.slot == spot.slot;
}

/* The slot of these windows with room that starts in [from_ms, before_ms) nearest to near_ms, the earlier of two. */
static struct gs_spot nearest(const struct gs_asker *asker, const struct gs_day *day, const struct gs_allowed *allowed,
                              uint32_t windows, int64_t from_ms, int64_t before_ms, int64_t near_ms)
{
    struct gs_spot best = GS_NO_SPOT;
    int64_t best_distance = INT64_MAX;
    for (int32_t w = 0; w < day->window_count; w++) {
        for (int32_t s = 0; (windows >> w & 1) != 0 && s < day->windows[w].slot_count; s++) {
            int64_t start = day->windows[w].slots[s].start_ms;
            int64_t distance = start > near_ms ? start - near_ms : near_ms - start;
            if (start >= from_ms && start < before_ms && distance < best_distance &&
                gs_allowed_slot(day, allowed, (struct gs_spot){w, s}) && !own(asker, day, (struct gs_spot){w, s})) {
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

static void same_day(const struct gs_book *book, const struct gs_asker *asker, const struct gs_day *day,
                     int64_t near_ms, struct gs_outcome *out)
{
    struct gs_allowed allowed = gs_allowed_for(book, day, asker, GS_FOR_OTHER_TIME);
    uint32_t accepted = allowed.windows & allowed.accepted;
    struct gs_spot earlier = nearest(asker, day, &allowed, accepted, INT64_MIN, near_ms, near_ms);
    struct gs_spot later = nearest(asker, day, &allowed, accepted, near_ms, INT64_MAX, near_ms);
    bool earlier_first = distance_of(day, earlier, near_ms) <= distance_of(day, later, near_ms);
    add(day, earlier_first ? earlier : later, out);
    add(day, earlier_first ? later : earlier, out);
    uint32_t others = allowed.windows & ~accepted;
    for (struct gs_spot spot; others != 0; others &= ~(UINT32_C(1) << spot.window)) {
        spot = nearest(asker, day, &allowed, others, INT64_MIN, INT64_MAX, near_ms);
        if (spot.window < 0) {
            break;
        }
        add(day, spot, out);
    }
}

static void other_day(const struct gs_book *book, const struct gs_asker *asker, gs_date date, int32_t minute,
                      struct gs_outcome *out)
{
    const struct gs_day *day = date >= book->today && date <= book->last_date ? gs_days_find(book, date) : NULL;
    if (day == NULL || out->alternative_count == GS_MAX_ALTERNATIVES) {
        return;
    }
    int64_t near_ms = gs_tz_instant(book->rules->tz, date, minute);
    struct gs_allowed allowed = gs_allowed_for(book, day, asker, GS_FOR_OTHER_TIME);
    uint32_t accepted = allowed.windows & allowed.accepted;
    struct gs_spot spot = nearest(asker, day, &allowed, accepted, INT64_MIN, INT64_MAX, near_ms);
    if (spot.window < 0) {
        spot = nearest(asker, day, &allowed, allowed.windows & ~accepted, INT64_MIN, INT64_MAX, near_ms);
    }
    add(day, spot, out);
}

void gs_alternatives_find(const struct gs_book *book, const struct gs_asker *asker, const struct gs_day *day,
                          int64_t near_ms, struct gs_outcome *out)
{
    const struct gs_tz *tz = book->rules->tz;
    if (day->date >= book->today && day->date <= book->last_date) {
        same_day(book, asker, day, near_ms, out);
    }
    int32_t minute = gs_tz_minute(tz, near_ms) + (gs_tz_date(tz, near_ms) - day->date) * 1440;
    gs_date span = book->last_date - book->today + 1;
    for (gs_date step = 1; step <= span && out->alternative_count < GS_MAX_ALTERNATIVES; step++) {
        other_day(book, asker, day->date - step, minute, out);
        other_day(book, asker, day->date + step, minute, out);
    }
}
