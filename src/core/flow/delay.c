/* The delay report: once per booking, before arrive_until, to the next slot of the date that has room, cutoff or
 * not. The truck is on its way: what it asks for is not a better time, but to be expected later. */
#include "flow/change.h"
#include "flow/turn.h"
#include "rules/alternatives.h"
#include "rules/duplicates.h"

#include "gateslot/base/text.h"

static struct gs_spot next_slot(const struct gs_book *book, const struct gs_entry *e)
{
    const struct gs_day *day = e->day;
    uint32_t windows = gs_day_open(day) & ~gs_duplicates_promised(book, e->b.truck.plate, day, e);
    for (int32_t w = 0; w < day->window_count; w++) {
        for (int32_t s = 0; (windows >> w & 1) != 0 && s < day->windows[w].slot_count; s++) {
            const struct gs_slot *slot = &day->windows[w].slots[s];
            struct gs_spot spot = {w, s};
            if (slot->start_ms > e->b.slot_start_ms && slot->end_ms > book->now_ms && gs_day_has_room(day, spot)) {
                return spot;
            }
        }
    }
    return GS_NO_SPOT;
}

enum gs_code gs_delay(struct gs_turn *t, struct gs_entry *e, const struct gs_command *command, struct gs_outcome *out)
{
    (void)command;
    if (!t->book->rules->delay_reports) {
        gs_text_copy(out->reason, sizeof out->reason, "booking.delay_reports");
        return GS_CODE_SWITCHED_OFF;
    }
    if (e->b.status != GS_BOOKED) {
        return GS_CODE_WRONG_STATE;
    }
    if (e->b.delayed) {
        return GS_CODE_ALREADY_DELAYED;
    }
    gs_entry_lift(e);
    struct gs_spot spot = next_slot(t->book, e);
    gs_entry_lower(e);
    if (spot.window < 0) {
        struct gs_ask ask = {.wish = &e->b.wish,
                             .plate = e->b.truck.plate,
                             .uscc = e->b.uscc,
                             .self = e,
                             .after_ms = e->b.slot_start_ms};
        gs_alternatives_find(t->book, &ask, e->day, e->b.slot_start_ms, out);
        return GS_CODE_FULL;
    }
    struct gs_change c;
    gs_change_begin(&c, t, e, GS_EV_DELAYED);
    gs_change_give_back(&c);
    gs_change_take(&c, spot);
    e->b.delayed = true;
    gs_change_commit(&c);
    return GS_CODE_OK;
}
