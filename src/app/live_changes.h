/* Whether a configuration may be taken over under the bookings that live. */
#ifndef GATESLOT_APP_LIVE_CHANGES_H
#define GATESLOT_APP_LIVE_CHANGES_H

#include "gateslot/core/book.h"
#include <stdbool.h>

/* zone: the name of the zone that the bookings were made in, "" if none is known. False: live bookings would lose their window or their
 * time of day; they are named in the log. */
bool gs_live_changes_fit(const struct gs_book *book, const struct gs_rules *next, const char *zone);

#endif
