/* What a capacity change would do (command.h: GS_CMD_CAPACITY_SET, _RESET), found out step by step while other commands are applied. As if
 * the command had been given with dry_run at one instant between the first step and the last: that of one step, in which the last
 * booking was copied. It changes nothing and leaves no record. */
#ifndef GATESLOT_CORE_DRY_RUN_H
#define GATESLOT_CORE_DRY_RUN_H

#include "gateslot/core/command.h"

struct gs_dry_run;

int gs_dry_run_create(const struct gs_command *c, struct gs_dry_run **out) GS_MUST_CHECK; /* c is copied */
/* Of the same book each time. False: it has ended, and the outcome says with what. A step takes a fraction of a millisecond, that of a
 * date with a thousand bookings some. */
bool gs_dry_run_step(struct gs_dry_run *d, const struct gs_book *book);
const struct gs_outcome *gs_dry_run_outcome(const struct gs_dry_run *d); /* its own */
void gs_dry_run_destroy(struct gs_dry_run *d);                           /* NULL is fine */

#endif
