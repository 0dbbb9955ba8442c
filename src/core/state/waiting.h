/* Those who wait for a place of a day, in order: displaced, urgent, time of request, id. */
#ifndef GATESLOT_CORE_WAITING_H
#define GATESLOT_CORE_WAITING_H

#include "state/state.h"

int gs_waiting_add(struct gs_entry *e) GS_MUST_CHECK;
void gs_waiting_remove(struct gs_entry *e); /* one that is not in it is left alone */
bool gs_waiting_before(const struct gs_booking *a, const struct gs_booking *b);
/* When waiting is in vain: the end of the last window that it accepts. */
int64_t gs_waiting_expires_ms(const struct gs_rules *rules, const struct gs_entry *e);

#endif
