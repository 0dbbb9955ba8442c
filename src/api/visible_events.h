/* Which events somebody may see: one answer for all that show events. What is shown of an event is its text as it is stored, which has no
 * personal data but the plate; what people typed is masked in it before it is stored. */
#ifndef GATESLOT_API_VISIBLE_EVENTS_H
#define GATESLOT_API_VISIBLE_EVENTS_H

#include "gateslot/core/booking.h"
#include <stdbool.h>

/* Whose events: "" = everybody's and those of no booking (gate, supervisors); a name = those of the bookings that this one submitted
 * (backends: their own name); NULL = none (all others). Borrowed from who. For questions to the store (owner of GS_QUERY_EVENTS). */
const char *gs_visible_owner(const struct gs_actor *who);
/* May the one who sees the events of whose (as above) see one of a booking of owner ("": of no booking)? */
bool gs_event_visible(const char *whose, const char *owner);

#endif
