/* Exceptions: rules that a supervisor sets aside for one booking, each only where it stands in the way. */
#ifndef GATESLOT_CORE_EXCEPTIONS_H
#define GATESLOT_CORE_EXCEPTIONS_H

#include "rules/admission.h"

/* May the command set rules aside? GS_CODE_OK, FORBIDDEN, or VALIDATION with the fault: there is no reason. */
enum gs_code gs_exceptions_may(const struct gs_command *c, struct gs_outcome *out);
/* True: the plate is suspended, and that is not set aside; out says until when. Set aside: *used has its bit. */
bool gs_exceptions_suspended(const struct gs_book *book, const struct gs_command *c, const char *plate,
                             struct gs_outcome *out, unsigned *used);
/* True: who asks, or its company, has as many live bookings as it may, and that is not set aside (as a quota); out says how many. Set
 * aside: *used has its bit. */
bool gs_exceptions_live(const struct gs_book *book, const struct gs_command *c, struct gs_outcome *out, unsigned *used);
/* After admission came to code: a place that cutoff or quota keep from the asker, if there is none without, or if it is nearer to the start
 * that the asker prefers. GS_CODE_OK with offer->spot and the bits of what stood in its way; else code. */
enum gs_code gs_exceptions_choose(const struct gs_book *book, unsigned asked, enum gs_code code, struct gs_offer *offer,
                                  unsigned *used);

#endif
