/* Capacity plans as JSON (CONTRACT: Capacity plan). */
#ifndef GATESLOT_API_PLAN_JSON_H
#define GATESLOT_API_PLAN_JSON_H

#include "gateslot/base/json.h"
#include "gateslot/core/plan.h"

/* window: as it was asked for, GS_ALL_WINDOWS for the whole day; before and after are then the sums of its windows. */
void gs_json_plan(struct gs_json *j, const char *key, const struct gs_plan *p, const char *window,
                  const struct gs_tz *tz);
/* Of one date its plan; where the command named the last date too, an object with "days", the plan of each. */
void gs_json_plans(struct gs_json *j, const char *key, const struct gs_plans *plans, const char *window,
                   const struct gs_tz *tz);
/* The latter, in parts: between them gs_json_plan of each date, without a key. */
void gs_json_plans_begin(struct gs_json *j, const char *key, const struct gs_plans *plans, const char *window);
void gs_json_plans_end(struct gs_json *j, const struct gs_plans *plans);

#endif
