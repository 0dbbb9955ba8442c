/* The site's clock: the wall clock, or in a drill one that begins at a given instant, runs at a given speed and can be set forward. The
 * only file that asks what time it is at the site. Deadlines of the program itself go by gs_monotonic_ms, which never jumps (I9). */
#ifndef GATESLOT_APP_CLOCK_H
#define GATESLOT_APP_CLOCK_H

#include "gateslot/base/error.h"
#include <stdbool.h>
#include <stdint.h>

struct gs_clock {
    bool drill;
    int32_t speed;     /* of a drill: site ms per real ms; 0 = stands still */
    int64_t base_ms;   /* of a drill: what it showed … */
    int64_t anchor_ms; /* … at this monotonic instant */
};

int64_t gs_monotonic_ms(void);
void gs_clock_init(struct gs_clock *c, bool drill, int64_t start_ms, int32_t speed);
int64_t gs_clock_now(const struct gs_clock *c);
/* GS_E_INVALID: not a drill; GS_E_RANGE: backwards. */
int gs_clock_set(struct gs_clock *c, int64_t now_ms) GS_MUST_CHECK;
/* Real milliseconds until the clock shows at_ms, at least 0; INT64_MAX: never by itself. */
int64_t gs_clock_wait(const struct gs_clock *c, int64_t at_ms);

#endif
