/* Lists as CSV, where Accept asks for it: the same members as in JSON, so masked and left out as there. */
#ifndef GATESLOT_API_LIST_CSV_H
#define GATESLOT_API_LIST_CSV_H

#include "call.h"

enum gs_list_kind { GS_LIST_BOOKINGS, GS_LIST_DISPLAY, GS_LIST_SLOTS, GS_LIST_CAPACITIES };

/* Does x ask for CSV rather than JSON? */
bool gs_wants_csv(const struct gs_exchange *x);
/* The line of names, and a line for each of the innermost items of one row (a booking, a day), which stands in row as JSON; false: no
 * memory. */
void gs_csv_list_head(enum gs_list_kind kind, struct gs_buf *out);
bool gs_csv_list_row(enum gs_list_kind kind, const struct gs_buf *row, struct gs_buf *out) GS_MUST_CHECK;
/* The Link header that names a further page (RFC 8288): the same request with that cursor; nothing if cursor is NULL. */
void gs_csv_list_link(const struct gs_request *q, const char *cursor, struct gs_buf *out);

#endif
