/* The rules of the site that the tests of reports count on: three windows of different capacity, the last one over midnight. */
#ifndef GATESLOT_TEST_REPORT_RULES_H
#define GATESLOT_TEST_REPORT_RULES_H

#include "gateslot/base/rules.h"

static const struct gs_rules report_rules = {
    .bays = 40,
    .window_count = 3,
    .windows = {{"morning", 480, 720, 40, ""}, {"midday", 720, 960, 30, ""}, {"evening", 960, 1560, 20, ""}},
    .slot_min = 30,
    .slot_capacity = -1,
    .horizon_days = 7,
    .opens_at_min = 480,
    .early_grace_min = 30,
    .late_grace_min = 30};

#endif
