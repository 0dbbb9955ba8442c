/* Who may come into the yard now, and in which order those who wait at the gate are let in. It looks only: the steps that
 * let a truck in are in flow/steps.c and flow/admit.c. */
#include "rules/entrance.h"

enum gs_gate_code gs_entrance_punctual(const struct gs_book *book, const struct gs_booking *b)
{
    /* One who was given a place when already here (a walk-in, a standby) came in time, whatever slot the place is of. */
    bool placed_here = b->status == GS_ARRIVED && b->arrived_ms <= b->arrive_from_ms;
    int64_t came_ms = b->status == GS_ARRIVED ? b->arrived_ms : book->now_ms;
    if (b->delayed) {
        return GS_GATE_DELAY_REPORTED;
    }
    return came_ms < b->slot_end_ms || placed_here ? GS_GATE_ON_TIME : GS_GATE_LATE;
}

void gs_entrance_judge(const struct gs_book *book, const struct gs_booking *b, enum gs_decision *out_decision,
                       enum gs_gate_code *out_code)
{
    *out_decision = GS_HOLD;
    if (book->now_ms < b->arrive_from_ms) {
        *out_code = GS_GATE_EARLY;
    } else if (book->inside >= book->rules->bays) {
        *out_code = GS_GATE_YARD_FULL;
    } else {
        *out_decision = GS_ADMIT;
        *out_code = gs_entrance_punctual(book, b);
    }
}

int gs_entrance_order(const struct gs_booking *a, const struct gs_booking *b)
{
    if (a->slot_start_ms != b->slot_start_ms) {
        return a->slot_start_ms < b->slot_start_ms ? -1 : 1;
    }
    if (a->arrived_ms != b->arrived_ms) {
        return a->arrived_ms < b->arrived_ms ? -1 : 1;
    }
    return (a->id > b->id) - (a->id < b->id);
}
