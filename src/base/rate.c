/* Token buckets. A piece is a million parts, and a rate of r pieces a second gives r parts a microsecond: so nothing is ever rounded. What
 * is missing is kept rather than what is there, so that a bucket begins as zeros, and a burst that is changed holds at once. */
#include "gateslot/base/rate.h"

#define PIECE INT64_C(1000000)

/* Gives back what the time since has brought. */
static void refill(struct gs_bucket *b, const struct gs_rate *rate, int64_t now_us)
{
    const int64_t full = rate->burst * PIECE;
    const int64_t passed_us = now_us - b->at_us;
    if (passed_us <= 0) {
        return; /* two questions of one instant */
    }
    if (b->used > full) {
        b->used = full; /* the burst was larger until now */
    }
    b->at_us = now_us;
    /* Beyond it the bucket is full in any case, and the product below might not fit. */
    if (b->used == 0 || passed_us >= GS_RATE_MAX * PIECE || passed_us * rate->per_second >= b->used) {
        b->used = 0;
    } else {
        b->used -= passed_us * rate->per_second;
    }
}

bool gs_bucket_has(struct gs_bucket *b, const struct gs_rate *rate, int32_t keep, int64_t now_us)
{
    if (rate->per_second == 0) {
        return true;
    }
    refill(b, rate, now_us);
    return b->used + PIECE <= (rate->burst - keep) * PIECE;
}

bool gs_bucket_take(struct gs_bucket *b, const struct gs_rate *rate, int32_t keep, int64_t now_us)
{
    if (!gs_bucket_has(b, rate, keep, now_us)) {
        return false;
    }
    b->used += rate->per_second > 0 ? PIECE : 0;
    return true;
}

bool gs_bucket_take_many(struct gs_bucket *b, const struct gs_rate *rate, int32_t count, int64_t now_us)
{
    if (!gs_bucket_has(b, rate, count - 1, now_us)) {
        return false;
    }
    b->used += rate->per_second > 0 ? count * PIECE : 0;
    return true;
}

void gs_bucket_charge(struct gs_bucket *b, const struct gs_rate *rate, int64_t now_us)
{
    if (!gs_bucket_take(b, rate, 0, now_us)) {
        b->used = rate->burst * PIECE;
    }
}

int64_t gs_bucket_wait_s(const struct gs_bucket *b, const struct gs_rate *rate, int32_t keep)
{
    const int64_t missing = b->used - (rate->burst - keep - 1) * PIECE;
    if (missing <= 0 || rate->per_second == 0) {
        return 1;
    }
    const int64_t per_s = rate->per_second * PIECE;
    return (missing + per_s - 1) / per_s;
}

int64_t gs_bucket_left(const struct gs_bucket *b, const struct gs_rate *rate)
{
    const int64_t left = rate->burst - (b->used + PIECE - 1) / PIECE;
    return left > 0 ? left : 0;
}
