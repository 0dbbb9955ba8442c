/* The site's clock: the wall clock as long as it goes with the monotonic one, or a drill's, which starts where told, runs at a
 * speed and can be set forward. The only
 * file that asks what time it is at the site.
 *
 * A wall clock that leaps, against the time since the machine's boot, by more than a limit is not followed: the site's time then goes
 * on by the boot's clock, and is not to be decided by, until the wall clock is right again or somebody accepts the leap. The site's
 * time never goes back, whatever the wall clock does. Deadlines of the program itself use gs_monotonic_ms (I9). */
#ifndef GATESLOT_APP_CLOCK_H
#define GATESLOT_APP_CLOCK_H

#include "gateslot/base/error.h"
#include <stdbool.h>
#include <stdint.h>

/* What is known at start about the last time the site ran. */
struct gs_clock_past {
    int64_t last_ms;   /* the site's time then; 0: it never ran */
    bool same_boot;    /* the machine has not been started since, and … */
    int64_t offset_ms; /* … this was the site's time less the time since boot */
};

struct gs_clock {
    bool drill;
    int32_t speed;     /* of a drill: site ms per real ms; 0 = stands still */
    int64_t base_ms;   /* of a drill: what it showed … */
    int64_t anchor_ms; /* … at this monotonic instant */
    /* not a drill's */
    int64_t max_leap_ms;
    int64_t offset_ms;               /* the site's time less the time since boot, as trusted last */
    int64_t hour_offset_ms, hour_ms; /* that of up to an hour ago, and since when: many small steps are a leap too */
    int64_t last_ms;                 /* the latest instant told */
    bool refused;                    /* the wall clock has leapt and is not followed */
    bool unproven;                   /* and there is nothing but the last instant stored to judge it by */
    int64_t leap_ms;                 /* how far the wall clock is from the site's time, when last refused */
    uint64_t leaps;                  /* refused so far */
};

int64_t gs_monotonic_ms(void);
int64_t gs_wall_ms(void); /* what the wall clock says, right or wrong */
void gs_clock_init_drill(struct gs_clock *c, int64_t start_ms, int32_t speed);
void gs_clock_init(struct gs_clock *c, int64_t max_leap_ms, const struct gs_clock_past *past);
/* Never earlier than before. */
int64_t gs_clock_now(struct gs_clock *c);
/* GS_E_INVALID: not a drill; GS_E_RANGE: backwards. */
int gs_clock_set(struct gs_clock *c, int64_t now_ms) GS_MUST_CHECK;
/* Follows the wall clock where it is now. GS_E_INVALID: no leap was refused. */
int gs_clock_accept(struct gs_clock *c) GS_MUST_CHECK;
/* Real milliseconds until the clock shows at_ms, at least 0; INT64_MAX: never by itself. */
int64_t gs_clock_wait(struct gs_clock *c, int64_t at_ms);

#endif
