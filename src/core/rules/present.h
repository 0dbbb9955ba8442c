/* The place of a window that runs, for a truck that stands at the gate. */
#ifndef GATESLOT_CORE_PRESENT_H
#define GATESLOT_CORE_PRESENT_H

#include "state/state.h"

/* The slot with room that is nearest to now: the present one, then those after it, then those before it; GS_NO_SPOT: none has. */
struct gs_spot gs_present_slot(const struct gs_day *day, int32_t window, int64_t now_ms);

#endif
