/* The company quota: how much of a day one company may hold. */
#ifndef GATESLOT_CORE_QUOTA_H
#define GATESLOT_CORE_QUOTA_H

#include "state/state.h"

/* The most that one company may hold of a window, and of a day; INT32_MAX: the rule is off. */
int32_t gs_quota_window_limit(const struct gs_rules *rules, const struct gs_window *w);
int32_t gs_quota_share(const struct gs_rules *rules, int32_t capacity); /* of a window with that capacity */
int32_t gs_quota_day_limit(const struct gs_rules *rules);
/* Windows of the day in which the company may take no further place. A place that self holds now does not count. */
uint32_t gs_quota_capped(const struct gs_book *book, const struct gs_day *day, const char *uscc,
                         const struct gs_entry *self);
/* What bars the company from that window: used, limit, limit_of. */
void gs_quota_explain(const struct gs_book *book, const struct gs_day *day, int32_t window, const char *uscc,
                      const struct gs_entry *self, struct gs_outcome *out);

#endif
