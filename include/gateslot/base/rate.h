/* How often something may happen: so many times a second, and so many at once after a pause. A token bucket (J. S. Turner, "New directions
 * in communications", IEEE Communications Magazine 24(10), 1986), in whole numbers: exact, however long it runs. */
#ifndef GATESLOT_BASE_RATE_H
#define GATESLOT_BASE_RATE_H

#include "gateslot/base/limits.h"
#include <stdbool.h>
#include <stdint.h>

struct gs_rate {
    int32_t per_second; /* 0: no limit */
    int32_t burst;      /* from 1 */
};

/* What whoever asks may ask (src/api/rates.c): of one name that is known, and of one address. */
struct gs_rate_limits {
    struct gs_rate requests, refusals, address_requests, address_refusals;
};

/* What is left of a rate. Zeroed it is full at the instant 0. */
struct gs_bucket {
    int64_t used;  /* millionths of a piece that are missing at … */
    int64_t at_us; /* … this instant of a clock that never goes back */
};

/* Takes one piece, if it is there and keep others stay; false: it is not, and nothing is taken. A rate that was changed holds from here on. */
bool gs_bucket_take(struct gs_bucket *b, const struct gs_rate *rate, int32_t keep, int64_t now_us);
/* Would it give one? Nothing is taken. */
bool gs_bucket_has(struct gs_bucket *b, const struct gs_rate *rate, int32_t keep, int64_t now_us);
/* Takes so many, or none: false. More than the burst are never there. */
bool gs_bucket_take_many(struct gs_bucket *b, const struct gs_rate *rate, int32_t count, int64_t now_us);
/* Takes one, and what is not there is not owed. */
void gs_bucket_charge(struct gs_bucket *b, const struct gs_rate *rate, int64_t now_us);
/* Seconds, rounded up and at least 1, after which it gives one again if nothing is taken meanwhile. */
int64_t gs_bucket_wait_s(const struct gs_bucket *b, const struct gs_rate *rate, int32_t keep);
/* Whole pieces left. */
int64_t gs_bucket_left(const struct gs_bucket *b, const struct gs_rate *rate);

#endif
