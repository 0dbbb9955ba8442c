/* What the test binaries share: cmocka with its own includes, and a seeded generator (splitmix64) whose seed is printed
 * and can be given again as GATESLOT_SEED. */
#ifndef GATESLOT_TESTS_BASE_CHECK_H
#define GATESLOT_TESTS_BASE_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

uint64_t
{
    uint64_t state;
};

static inline uint64_t dice_seed(const char *what)
{
    const char *given = getenv("GATESLOT_SEED");
    struct timespec now;
    uint64_t value;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    value = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)now.tv_sec * 1000000007u + (uint64_t)now.tv_nsec;
    printf("# %s: GATESLOT_SEED=%llu\n", what, (unsigned long long)value);
    return (uint64_t){value};
}

static inline uint64_t dice_next(uint64_t *s)
{
    uint64_t z = (s->state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* From low to high, both included. */
static inline int64_t dice_between(uint64_t *s, int64_t low, int64_t high)
{
    return low + (int64_t)(dice_next(s) % ((uint64_t)(high - low) + 1));
}

#endif
