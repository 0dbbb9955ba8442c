/* The waitlist of a day. Whenever something comes free (a place, a capacity, a plate's promise) the day is stirred,
 * and before the same command ends those who wait are served in order. So nobody who comes later can find a place
 * that one who waits could have taken. */
#include "flow/waitlist.h"

#include "flow/change.h"
#include "rules/duplicates.h"
#include "rules/exits.h"
#include "rules/moves.h"
#include "rules/quota.h"
#include "rules/times.h"

/* Windows in which somebody waits for a place that is there to be had, if need be by moving others. */
static uint32_t to_be_had(const struct gs_book *book, const struct gs_day *day, int64_t earliest_ms)
{
    struct gs_spot spot;
    struct gs_moves moves;
    uint32_t bits = 0, open = gs_day_open(day) & ~gs_exits_shut(book, day);
    for (int32_t i = 0; i < day->window_count; i++) {
        uint32_t bit = UINT32_C(1) << i;
        struct gs_moves_ask ask = {
            .windows = bit, .earliest_ms = earliest_ms, .preferred_ms = GS_NO_PREFERENCE, .plate = ""};
        if (day->windows[i].waiting > 0 && (open & bit) != 0 && gs_moves_find(book, day, &ask, &spot, &moves)) {
            bits |= bit;
        }
    }
    return bits;
}

static bool seat(const struct gs_book *book, const struct gs_entry *e, uint32_t windows, int64_t earliest_ms,
                 struct gs_spot *out_spot, struct gs_moves *out_moves)
{
    struct gs_moves_ask ask = {.windows = e->accepted & gs_day_open(e->day) & ~gs_exits_shut(book, e->day),
                               .earliest_ms = earliest_ms,
                               .plate = e->b.truck.plate};
    if ((ask.windows & windows) != 0) {
        ask.windows &= ~gs_duplicates_promised(book, e->b.truck.plate, e->day, e);
        ask.windows &= ~gs_quota_capped(book, e->day, e->b.uscc, e);
    }
    if ((ask.windows & windows) == 0) {
        return false;
    }
    ask.preferred_ms = gs_day_start_at(e->day, e->accepted, e->b.wish.slot_min);
    return gs_moves_find(book, e->day, &ask, out_spot, out_moves);
}

static void promote(struct gs_turn *t, struct gs_entry *e, struct gs_spot spot, const struct gs_moves *moves)
{
    struct gs_change c;
    gs_moves_carry_out(t, moves, e->b.id);
    gs_change_begin(&c, t, e, GS_EV_PROMOTED);
    c.event.moves = moves->count;
    gs_change_take(&c, spot);
    gs_change_status(&c, GS_STEP_PROMOTE);
    e->b.displaced = false;
    gs_change_commit(&c);
}

static void promote_day(struct gs_turn *t, struct gs_day *day)
{
    int64_t earliest_ms = gs_waitlist_earliest_ms(t->book->rules, t->now_ms);
    uint32_t windows = to_be_had(t->book, day, earliest_ms);
    for (size_t i = 0; i < day->waiting.count && windows != 0 && !t->batch->failed;) {
        struct gs_entry *e = day->waiting.at[i];
        struct gs_spot spot;
        struct gs_moves moves;
        if (!seat(t->book, e, windows, earliest_ms, &spot, &moves)) {
            i++;
            continue;
        }
        promote(t, e, spot, &moves);
        windows = to_be_had(t->book, day, earliest_ms);
    }
}

/* Moves made for one may let in another who was passed over, by way of the plates: so until nothing stirs. */
void gs_waitlist_promote(const struct gs_turn *t)
{
    struct gs_book *book = t->book;
    struct gs_turn own = gs_turn_of_system(book, t->batch, t->now_ms);
    while (book->stirred && !t->batch->failed) {
        book->stirred = false;
        for (size_t i = 0; i < book->day_count; i++) {
            if (book->days[i]->stirred) {
                book->days[i]->stirred = false;
                promote_day(&own, book->days[i]);
            }
        }
    }
}
