/* Admitting: a truck that stands at the gate has arrived and enters, as one command. It is held where entering would be refused
 * only for now, because it is early or no bay is free: then it has arrived, and the outcome says what it waits for. Where arriving, or
 * entering for any other cause, would be refused, it is refused for the same and nothing has changed. */
#include "flow/command_handlers.h"
#include "rules/entrance.h"

enum gs_code gs_admit(struct gs_act *act, struct gs_entry *e, const struct gs_command *c, struct gs_outcome *out)
{
    enum gs_code code = gs_steps_override(c, out);
    if (code == GS_CODE_OK && e->b.status != GS_BOOKED && e->b.status != GS_ARRIVED) {
        code =
            GS_CODE_WRONG_STATE; /* a time of its own would put right when it arrived: that is not what is asked here */
    }
    if (code == GS_CODE_OK && e->b.status != GS_ARRIVED) {
        code = gs_steps_arrive(act, e, c, out);
    }
    if (code != GS_CODE_OK) {
        return code;
    }
    gs_entrance_judge(act->book, &e->b, &out->decision, &out->gate_code);
    bool past_a_hold = c->u.enter.override && out->gate_code == GS_GATE_YARD_FULL;
    if (past_a_hold) {
        out->decision = GS_ADMIT;
        out->gate_code = gs_entrance_punctual(act->book, &e->b);
        out->used = act->book->inside;
        out->limit = act->book->rules->bays;
    }
    code = gs_steps_enter(act, e, c, out);
    if (code == GS_CODE_EARLY) { /* at the time that is told, if not now */
        out->decision = GS_HOLD;
        out->gate_code = GS_GATE_EARLY;
    }
    return code == GS_CODE_EARLY || code == GS_CODE_YARD_FULL ? GS_CODE_OK : code;
}
