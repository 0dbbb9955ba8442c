/* Overbooking: how many bookings more than a window's capacity may be taken, so that hardly ever more trucks come than fit. */
#ifndef GATESLOT_CORE_OVERBOOK_H
#define GATESLOT_CORE_OVERBOOK_H

#include "gateslot/base/rules.h"

struct gs_book;
struct gs_day;
struct gs_window;

/* The largest number of bookings b, capacity ≤ b ≤ 2 × capacity, of which more than capacity come with a probability of at most
 * overflow_percent, if each comes with the probability shows ÷ samples on its own (exact binomial sum). Rounded so that the
 * computed probability is never below the true one, and above it by less than 1 part in 10^13: only a b whose true probability
 * lies so close under the bound could be missed. 0 ≤ shows ≤ samples, samples > 0, capacity ≤ GS_MAX_CAPACITY. */
int32_t gs_overbook_limit(int32_t capacity, int32_t shows, int32_t samples, int32_t overflow_percent);

/* Sets what the window and its slots may take beyond their capacity, by the rates of the 28 days before today. */
void gs_overbook_window(const struct gs_book *book, struct gs_window *w);
/* The same for each window of the day. */
void gs_overbook_day(const struct gs_book *book, struct gs_day *day);
/* All days of the book, anew: when the date changes, or what was counted of earlier dates. */
void gs_overbook_days(struct gs_book *book);

#endif
