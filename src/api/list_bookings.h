/* Lists of bookings; f has been checked, and its call's turn has come. c->x is answered, now or later. */
#ifndef GATESLOT_API_LIST_BOOKINGS_H
#define GATESLOT_API_LIST_BOOKINGS_H

#include "call.h"

void gs_list_live(struct gs_call *c, const struct gs_filter *f);   /* of a date, or of all, from the book */
void gs_list_past(struct gs_call *c, const struct gs_filter *f);   /* of a date, from the store */
void gs_list_search(struct gs_call *c, const struct gs_filter *f); /* of all days, from both; after f->before_id */

#endif
