/* The strikes of a plate as JSON, for whoever shows them. */
#ifndef GATESLOT_API_STRIKE_JSON_H
#define GATESLOT_API_STRIKE_JSON_H

#include "gateslot/base/json.h"
#include "gateslot/core/strikes.h"

/* "items" and "next_cursor": the plates that f finds. At most GS_PAGE_MAX. */
void gs_json_strikes(struct gs_json *j, const struct gs_book *book, const struct gs_strike_filter *f);

#endif
