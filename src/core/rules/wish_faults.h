/* What is wrong with a request for a booking, seen from the site: its windows and times, and its urgency. */
#ifndef GATESLOT_CORE_WISH_FAULTS_H
#define GATESLOT_CORE_WISH_FAULTS_H

#include "gateslot/base/fault.h"
#include "gateslot/core/command.h"
#include "state/day.h"

/* Windows that the day does not have, at /windows/i; a preferred start that is no slot of those accepted, at /slot. faults may already
 * hold what was found in the text: a window refused there is not in the wish, and its index is left out. */
void gs_wish_faults(const struct gs_day *day, const struct gs_wish *wish, struct gs_faults *faults);
/* Only supervisors may ask for a place before others: at /priority. */
void gs_wish_urgent_fault(const struct gs_command *c, struct gs_faults *faults);
/* The windows of the day, as a fault's expected text. */
void gs_wish_windows_text(const struct gs_day *day, char out[GS_FAULT_TEXT_MAX + 1]);

#endif
