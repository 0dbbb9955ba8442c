/* Recording what the gate was told of a truck: an event, and the truck counted where it was turned away. The same asked again within a
 * minute is recorded once. It decides nothing of the truck: what was told comes with the command. */
#include "flow/change.h"
#include "flow/command_handlers.h"
#include "state/checks.h"

#include "gateslot/base/text.h"

#include <string.h>

enum gs_code gs_gate_record(struct gs_act *act, struct gs_entry *none, const struct gs_command *c,
                            struct gs_outcome *out)
{
    (void)none;
    (void)out;
    const struct gs_entry *e = c->booking_id != 0 ? gs_entry_find(act->book, c->booking_id) : NULL;
    if (gs_checks_again(&act->book->checks, c, act->now_ms)) {
        return GS_CODE_OK;
    }
    struct gs_event event = {.type = GS_EV_GATE_CHECKED, .decision = c->u.check.decision, .gate_code = c->u.check.code};
    if (e != NULL) {
        event.cause_id = e->b.id;
        gs_change_name(&event, &e->b);
    }
    if (c->u.check.is_plate) {
        memcpy(event.plate, c->u.check.what, sizeof event.plate);
    }
    gs_change_tell(act, &event);
    if (c->u.check.decision == GS_REJECT) {
        struct gs_turned_away t = {.date = act->book->today};
        bool first;
        (void)gs_text_copy(t.truck, sizeof t.truck, e != NULL ? e->b.truck.plate : c->u.check.what);
        int err = gs_checks_turn_away(&act->book->checks, &t, &first);
        if (err != GS_OK) {
            act->batch->failed = true;
        } else if (first) {
            gs_batch_turned_away(act->batch, &t);
        }
    }
    return GS_CODE_OK;
}
