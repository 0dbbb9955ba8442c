/* When a step of the gate happened: now, or at a time of its own that is told afterwards. */
#ifndef GATESLOT_CORE_HAPPENED_H
#define GATESLOT_CORE_HAPPENED_H

#include "state/state.h"

/* The command's own time, or now. */
int64_t gs_happened_ms(const struct gs_act *act, const struct gs_command *c);
/* Where the booking keeps when that step happened; *: 0 if it did not. */
int64_t *gs_happened_time(struct gs_booking *b, enum gs_step step);
/* Is the time that the command names for that step one at which it can have happened: not to come, not before the step before it, not
 * after a later one? VALIDATION with a fault of /at; TOO_LATE: it lies back further than the gate may go (at_ms: until when it
 * might have told it). GS_CODE_OK too if the command names none. */
enum gs_code gs_happened_judge(const struct gs_act *act, const struct gs_booking *b, enum gs_step step,
                               const struct gs_command *c, struct gs_outcome *out);
/* A fault of /at: that time cannot be before, or after, another that is named so. */
void gs_happened_fault(const struct gs_act *act, enum gs_fault_kind kind, int64_t at_ms, const char *name,
                       int64_t bound_ms, struct gs_outcome *out);
/* A hold at the gate that does not lie between arrival and entry, or refusal, was none. */
void gs_happened_hold(struct gs_booking *b);

#endif
