/* Which free slot a request gets: rule 1 of DOMAIN, "What good scheduling means". Only looks at what is free;
 * where the truck may go at all, allowed.c says. Ratios are compared as cross products, exactly. */
#include "rules/balance.h"

/* a_booked ÷ a_capacity < b_booked ÷ b_capacity; capacities are positive where there is room. */
static bool emptier(int32_t a_booked, int32_t a_capacity, int32_t b_booked, int32_t b_capacity)
{
    return (int64_t)a_booked * b_capacity < (int64_t)b_booked * a_capacity;
}

/* The emptiest slot of a window; -1 if none has room. */
static int32_t emptiest_slot(const struct gs_day *day, int32_t window, const struct gs_allowed *allowed)
{
    const struct gs_window *w = &day->windows[window];
    int32_t best = -1;
    for (int32_t i = 0; i < w->slot_count; i++) {
        const struct gs_slot *s = &w->slots[i];
        if (!gs_allowed_slot(day, allowed, (struct gs_spot){window, i})) {
            continue;
        }
        if (best < 0 || emptier(s->booked, s->capacity, w->slots[best].booked, w->slots[best].capacity)) {
            best = i;
        }
    }
    return best;
}

static struct gs_spot balanced(const struct gs_day *day, const struct gs_allowed *allowed)
{
    struct gs_spot best = GS_NO_SPOT;
    for (int32_t i = 0; i < day->window_count; i++) {
        const struct gs_window *w = &day->windows[i];
        if ((allowed->windows >> i & 1) == 0 || w->closed || w->booked >= w->capacity + w->extra) {
            continue;
        }
        const struct gs_window *b = &day->windows[best.window >= 0 ? best.window : i];
        if (best.window >= 0 && !emptier(w->booked, w->capacity, b->booked, b->capacity)) {
            continue;
        }
        int32_t slot = emptiest_slot(day, i, allowed);
        best = slot >= 0 ? (struct gs_spot){i, slot} : best;
    }
    return best;
}

static struct gs_spot nearest(const struct gs_day *day, const struct gs_allowed *allowed, int64_t preferred_ms)
{
    struct gs_spot best = GS_NO_SPOT;
    int64_t best_distance = INT64_MAX;
    for (int32_t i = 0; i < day->window_count; i++) {
        const struct gs_window *w = &day->windows[i];
        if ((allowed->windows >> i & 1) == 0 || w->closed || w->booked >= w->capacity + w->extra) {
            continue;
        }
        for (int32_t s = 0; s < w->slot_count; s++) {
            int64_t start = w->slots[s].start_ms;
            int64_t distance = start > preferred_ms ? start - preferred_ms : preferred_ms - start;
            bool nearer =
                distance < best_distance || (distance == best_distance && start < gs_day_slot(day, best)->start_ms);
            if (nearer && gs_allowed_slot(day, allowed, (struct gs_spot){i, s})) {
                best = (struct gs_spot){i, s};
                best_distance = distance;
            }
        }
    }
    return best;
}

struct gs_spot gs_balance_choose(const struct gs_day *day, const struct gs_allowed *allowed, int64_t preferred_ms)
{
    return preferred_ms == GS_NO_PREFERENCE ? balanced(day, allowed) : nearest(day, allowed, preferred_ms);
}
