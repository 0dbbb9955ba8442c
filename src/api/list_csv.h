/* Lists as CSV, where Accept asks for it: the same members as in JSON, so masked and left out as there. */
#ifndef GATESLOT_API_LIST_CSV_H
#define GATESLOT_API_LIST_CSV_H

#include "call.h"

enum gs_list_kind { GS_LIST_BOOKINGS, GS_LIST_DISPLAY, GS_LIST_SLOTS, GS_LIST_CAPACITIES };

/* Does x ask for CSV rather than JSON? */
bool gs_wants_csv(const struct gs_exchange *x);
/* Sends the list of that kind that stands in the buffer as JSON, status 200: as CSV if x wants it so. A further page is named by a
 * Link header (RFC 8288). x may be gone afterwards. */
void gs_reply_list(struct gs_exchange *x, enum gs_list_kind kind);

#endif
