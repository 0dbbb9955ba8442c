/* What is wrong with a wish, seen from the day it is for. */
#ifndef GATESLOT_CORE_WISH_FAULTS_H
#define GATESLOT_CORE_WISH_FAULTS_H

#include "gateslot/base/fault.h"
#include "gateslot/core/booking.h"
#include "state/day.h"

/* Windows that the day does not have, at /windows/i; a preferred start that is no slot of those accepted, at /slot. */
void gs_wish_faults(const struct gs_day *day, const struct gs_wish *wish, struct gs_faults *faults);
/* The windows of the day, as a fault's expected text. */
void gs_wish_windows_text(const struct gs_day *day, char out[GS_FAULT_TEXT_MAX + 1]);

#endif
