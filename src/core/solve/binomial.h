/* The exact binomial sum behind overbooking. */
#ifndef GATESLOT_CORE_BINOMIAL_H
#define GATESLOT_CORE_BINOMIAL_H

#include <stdint.h>

/* The largest number of bookings b, capacity ≤ b ≤ 2 × capacity, of which more than capacity come with a probability of at most
 * overflow_percent, if each comes with the probability shows ÷ samples on its own (exact binomial sum). Rounded so that the
 * computed probability is never below the true one, and above it by less than 1 part in 10^13: only a b whose true probability
 * lies so close under the bound could be missed. 0 ≤ shows ≤ samples, samples > 0, capacity ≤ GS_MAX_CAPACITY. */
int32_t gs_binomial_limit(int32_t capacity, int32_t shows, int32_t samples, int32_t overflow_percent);

#endif
