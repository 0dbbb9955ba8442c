/* Days full of random bookings, to plan changes on. */
#ifndef GATESLOT_TESTS_CORE_PLAN_WEEK_H
#define GATESLOT_TESTS_CORE_PLAN_WEEK_H

#include "../../base/dice.h"
#include "../fixture.h"

const char *week_day(uint64_t *d); /* one of the days that have bookings */
/* Small windows; before the fixture is opened. */
void week_rules(struct fixture *f, uint64_t *d);
/* Most of them full, some with overrides, at some time of the first day. */
void week_fill(struct fixture *f, uint64_t *d);

#endif
