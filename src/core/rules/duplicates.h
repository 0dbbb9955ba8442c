/* One active booking per container; one active promise per plate in a window of a date. */
#ifndef GATESLOT_CORE_DUPLICATES_H
#define GATESLOT_CORE_DUPLICATES_H

#include "state/state.h"

/* The active booking (the oldest) that has one of the truck's containers, but for self; 0 = none. */
int64_t gs_duplicates_container(const struct gs_book *book, const struct gs_truck *truck, const struct gs_entry *self);
/* Windows of the day in which the plate holds a promise, but for self's; and these with those that it waits for. */
uint32_t gs_duplicates_promised(const struct gs_book *book, const char *plate, const struct gs_day *day,
                                const struct gs_entry *self);
uint32_t gs_duplicates_claimed(const struct gs_book *book, const char *plate, const struct gs_day *day,
                               const struct gs_entry *self);
/* The oldest booking by which the plate has a claim to one of these windows; 0 = none. */
int64_t gs_duplicates_claimant(const struct gs_book *book, const char *plate, const struct gs_day *day,
                               const struct gs_entry *self, uint32_t windows);

#endif
