/* What the gate's check and the gate's list share. */
#ifndef GATESLOT_CORE_GATE_H
#define GATESLOT_CORE_GATE_H

#include "state/state.h"

/* Does the booking concern the gate now? By instants, as the steps judge (flow/steps.c), not by dates: a truck that has arrived
 * stands there past midnight too, and one may come before the midnight that its date begins with. */
bool gs_gate_concerns(const struct gs_book *book, const struct gs_entry *e);

#endif
