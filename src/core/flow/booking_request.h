/* What requests for a booking have in common: of the mini program, and of a truck at the gate. */
#ifndef GATESLOT_CORE_BOOKING_REQUEST_H
#define GATESLOT_CORE_BOOKING_REQUEST_H

#include "flow/command_handlers.h"
#include "rules/admission.h"

/* The booking that a command for a new one describes, with a pass code that no other in the book has. */
void gs_booking_request_describe(const struct gs_act *act, const struct gs_command *c, struct gs_booking *out);
/* It waits. Where another request by the same plate waits too, but its company has enough, a place may be free for this one. */
void gs_booking_request_queued(struct gs_book *book, const struct gs_offer *offer);

#endif
