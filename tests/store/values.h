/* Bookings, events and kept answers for the store's tests, plain ones and random ones. */
#ifndef TESTS_STORE_VALUES_H
#define TESTS_STORE_VALUES_H

#include "../base/dice.h"
#include "gateslot/core/record.h"
#include <stdbool.h>
#include <stdint.h>

#define DAY 20000                        /* a date to book for */
struct gs_booking a_booking(int64_t id); /* booked, place 0 of a slot of its own */
struct gs_booking random_booking(uint64_t *r, int64_t id);
struct gs_event an_event(int64_t seq, const struct gs_booking *b);
struct gs_idem an_idem(const char *key, const char *body);
bool same_booking(const struct gs_booking *a, const struct gs_booking *b);

#endif
