/* The delay report: once per booking, before arrive_until, to the next slot of the date that has room, cutoff or
 * not. The truck is on its way: what it asks for is not a better time, but to be expected later. */
#include "flow/change.h"
#include "flow/command_handlers.h"
#include "rules/alternatives.h"

static struct gs_spot next_slot(const struct gs_book *book, const struct gs_entry *e)
{
    struct gs_asker asker = gs_asker_of(e);
    struct gs_allowed allowed = gs_allowed_for(book, e->day, &asker, GS_FOR_DELAY);
    for (int32_t w = 0; w < e->day->window_count; w++) {
        for (int32_t s = 0; s < e->day->windows[w].slot_count; s++) {
            if (gs_allowed_slot(e->day, &allowed, (struct gs_spot){w, s})) {
                return (struct gs_spot){w, s};
            }
        }
    }
    return GS_NO_SPOT;
}

enum gs_code gs_delay(struct gs_act *act, struct gs_entry *e, const struct gs_command *command, struct gs_outcome *out)
{
    (void)command;
    if (!act->book->rules->delay_reports) {
        out->off = GS_SWITCH_DELAY_REPORTS;
        return GS_CODE_SWITCHED_OFF;
    }
    if (e->b.status != GS_BOOKED) {
        return GS_CODE_WRONG_STATE;
    }
    if (e->b.delayed) {
        return GS_CODE_ALREADY_DELAYED;
    }
    gs_entry_vacate(e);
    struct gs_spot spot = next_slot(act->book, e);
    gs_entry_reoccupy(e);
    if (spot.window < 0) {
        struct gs_asker asker = gs_asker_of(e);
        asker.after_ms = e->b.slot_start_ms;
        gs_alternatives_find(act->book, &asker, e->day, e->b.slot_start_ms, out);
        return GS_CODE_FULL;
    }
    struct gs_change c;
    gs_change_begin(&c, act, e, GS_EV_DELAYED);
    gs_change_give_back(&c);
    gs_change_take(&c, spot);
    e->b.delayed = true;
    gs_change_commit(&c);
    return GS_CODE_OK;
}
