/* Who may come into the yard now, and in which order those who wait at the gate are let in. */
#ifndef GATESLOT_CORE_ENTRANCE_H
#define GATESLOT_CORE_ENTRANCE_H

#include "state/state.h"

/* Of one that is booked or arrived: admit, or hold because it is early or the yard is full. */
void gs_entrance_judge(const struct gs_book *book, const struct gs_booking *b, enum gs_decision *out_decision,
                       enum gs_gate_code *out_code);
/* Of the same, however full the yard is: on time, late, or after a delay that it reported. */
enum gs_gate_code gs_entrance_punctual(const struct gs_book *book, const struct gs_booking *b);
/* Of two that have arrived: by slot, then arrival, then number; < 0: a comes first. */
int gs_entrance_order(const struct gs_booking *a, const struct gs_booking *b);

#endif
