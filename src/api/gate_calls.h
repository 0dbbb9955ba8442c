/* The gate's decision as an answer, for the call that asks and for the one that lets a truck in. */
#ifndef GATESLOT_API_GATE_CALLS_H
#define GATESLOT_API_GATE_CALLS_H

#include "call.h"

/* Writes the body. admitted: the outcome of the command that let the truck in, or holds it; NULL: it was only asked. */
void gs_write_decision(struct gs_call *c, const struct gs_book *book, const struct gs_gate_verdict *v,
                       const struct gs_outcome *admitted);

#endif
