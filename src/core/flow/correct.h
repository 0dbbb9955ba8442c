/* The time of a step that the booking has taken already is put right. */
#ifndef GATESLOT_CORE_CORRECT_H
#define GATESLOT_CORE_CORRECT_H

#include "flow/change.h"

/* Does the command, a step with a time of its own, name one that the booking has taken? Then it corrects when that happened. */
bool gs_correct_applies(const struct gs_booking *b, enum gs_step step, const struct gs_command *c);
enum gs_code gs_correct(struct gs_act *act, struct gs_entry *e, enum gs_step step, const struct gs_command *c,
                        struct gs_outcome *out);

#endif
