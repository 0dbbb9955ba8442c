/* Sites that are awkward on purpose, for random histories: zones with and without a change of the clock, windows over midnight, up to it and
 * from it on. */
#ifndef GATESLOT_TEST_AWKWARD_SITE_H
#define GATESLOT_TEST_AWKWARD_SITE_H

#include "gateslot/base/rules.h"

#include <stdint.h>

/* Chooses the zone, which is loaded, and the windows, each with a capacity of least and up to choices - 1 more. */
void awkward_site(struct gs_rules *r, uint64_t *dice, int32_t least, int32_t choices);

#endif
