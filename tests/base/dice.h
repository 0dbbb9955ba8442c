/* Random numbers of the C tests: splitmix64 (S. Vigna, public domain: prng.di.unimi.it/splitmix64.c) over a state of 64 bits, which is the
 * seed at first; and where a seed comes from. Every test prints its seed, so that what failed can be had again. */
#ifndef GATESLOT_TESTS_BASE_DICE_H
#define GATESLOT_TESTS_BASE_DICE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline uint64_t dice_next(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* 0 … bound − 1 */
static inline int64_t dice_below(uint64_t *state, int64_t bound)
{
    return (int64_t)(dice_next(state) % (uint64_t)bound);
}

/* The same for what counts in ints. */
static inline int dice_roll(uint64_t *state, int bound)
{
    return (int)dice_below(state, bound);
}

/* From low to high, both included. */
static inline int64_t dice_between(uint64_t *state, int64_t low, int64_t high)
{
    return low + (int64_t)(dice_next(state) % ((uint64_t)(high - low) + 1));
}

/* A number of the environment, or the other one. */
static inline uint64_t number_of(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

/* GATESLOT_SEED, or another one each time; printed under what. */
static inline uint64_t dice_seed(const char *what)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    uint64_t seed = number_of("GATESLOT_SEED", (uint64_t)now.tv_sec * 1000000007u + (uint64_t)now.tv_nsec);
    printf("# %s: GATESLOT_SEED=%llu\n", what, (unsigned long long)seed);
    return seed;
}

#endif
