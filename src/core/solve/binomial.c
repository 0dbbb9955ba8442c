/* Overbooking. With n bookings the number that come is binomial; of n + 1 more than C come if more than C of the first n came, or
 * exactly C of them and the last one too. So the probability that more than C come grows from n to n + 1 by p × P(exactly C of n),
 * and P(exactly C of n + 1) = P(exactly C of n) × q × (n + 1) ÷ (n + 1 − C): one sum gives all n.
 *
 * Numbers are a mantissa of 62 bits and a power of two, since p to the power of C is far below any fixed point; each
 * operation rounds up by less than 2^-60 of the value. There are at most 10,000 of them for the power and five for each of
 * 10,000 further n, so the result is above the truth by less than 60,000 × 2^-60 < 10^-13 of it. */
#include "solve/binomial.h"

#include <stdbool.h>

#define TOP (UINT64_C(1) << 62)

struct number { /* mantissa × 2^exponent, mantissa in [2^61, 2^62); 0 is mantissa 0 */
    uint64_t mantissa;
    int32_t exponent;
};

__extension__ typedef unsigned __int128 wide;

static struct number normal(wide value, int32_t exponent)
{
    bool rest = false;
    while (value >= TOP) {
        rest = rest || (value & 1) != 0;
        value >>= 1;
        exponent++;
    }
    value += rest ? 1 : 0;
    while (value != 0 && value < TOP / 2) {
        value <<= 1;
        exponent--;
    }
    return (struct number){(uint64_t)value, exponent};
}

static struct number times(struct number a, struct number b)
{
    return normal((wide)a.mantissa * b.mantissa, a.exponent + b.exponent);
}

/* a × by ÷ of, rounded up; both below 2^31. */
static struct number scaled(struct number a, int64_t by, int64_t of)
{
    wide product = ((wide)a.mantissa << 32) * (uint64_t)by + (uint64_t)of - 1, quotient = 0;
    uint64_t rest = 0;
    for (int shift = 96; shift >= 0; shift -= 32) { /* by hand, digits of 32 bits: the core calls no library for it */
        uint64_t part = rest << 32 | (uint32_t)(product >> shift);
        quotient |= (wide)(part / (uint64_t)of) << shift;
        rest = part % (uint64_t)of;
    }
    return normal(quotient, a.exponent - 32);
}

static struct number plus(struct number a, struct number b)
{
    struct number high = a.exponent >= b.exponent ? a : b, low = a.exponent >= b.exponent ? b : a;
    if (a.mantissa == 0 || b.mantissa == 0) {
        return a.mantissa == 0 ? b : a;
    }
    int32_t shift = high.exponent - low.exponent;
    wide added = shift < 64 ? ((wide)low.mantissa + (((wide)1 << shift) - 1)) >> shift : 1;
    return normal((wide)high.mantissa + added, high.exponent);
}

static bool at_most(struct number a, struct number b)
{
    if (a.mantissa == 0 || b.mantissa == 0) {
        return a.mantissa == 0;
    }
    return a.exponent != b.exponent ? a.exponent < b.exponent : a.mantissa <= b.mantissa;
}

int32_t gs_binomial_limit(int32_t capacity, int32_t shows, int32_t samples, int32_t overflow_percent)
{
    const struct number one = normal(1, 0);
    struct number exactly = one, more = {0, 0}; /* of n: exactly capacity come; more come */
    /* the bound is rounded up by less than 2^-60 of it: within the error named above */
    struct number bound = scaled(one, overflow_percent, 100);
    for (int32_t i = 0; i < capacity; i++) {
        exactly = scaled(exactly, shows, samples);
    }
    int32_t n = capacity;
    for (; n < 2 * capacity; n++) {
        struct number next = plus(more, scaled(exactly, shows, samples));
        if (!at_most(next, bound)) {
            break;
        }
        more = next;
        exactly = times(exactly, scaled(scaled(one, samples - shows, samples), n + 1, n + 1 - capacity));
    }
    return n;
}
