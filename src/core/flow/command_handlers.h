/* The handlers of commands, one per kind: apply.c calls them by its table. Each decides first and changes after, so
 * a refusal changes nothing; it fills out and nothing else of the caller's. */
#ifndef GATESLOT_CORE_COMMAND_HANDLERS_H
#define GATESLOT_CORE_COMMAND_HANDLERS_H

#include "gateslot/core/command.h"
#include "state/state.h"

/* For commands about a booking, e is it, found and visible to the actor; for others NULL. */
typedef enum gs_code gs_handler(struct gs_act *act, struct gs_entry *e, const struct gs_command *c,
                                struct gs_outcome *out);

gs_handler gs_booking_request;
gs_handler gs_walk_in;
gs_handler gs_amend_change, gs_amend_cancel;
gs_handler gs_reschedule;
gs_handler gs_delay;
gs_handler gs_steps_arrive, gs_steps_enter, gs_steps_clear, gs_steps_depart, gs_steps_refuse, gs_steps_revert;
gs_handler gs_admit, gs_reinstate;
gs_handler gs_excuse;
gs_handler gs_gate_record;
gs_handler gs_capacity;

/* steps.c: may the actor let a truck in past a hold, if the command says so? OK, FORBIDDEN or VALIDATION (without a reason). */
enum gs_code gs_steps_override(const struct gs_command *c, struct gs_outcome *out);

#endif
