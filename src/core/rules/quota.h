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

/* How a name, or a company, stands by the rules about live bookings. */
struct gs_quota_live {
    int32_t used;  /* its live bookings */
    int32_t limit; /* INT32_MAX: none */
    enum gs_limit_of of;
    bool known; /* of a company: a truck of it came within GS_FACT_DAYS days */
    /* Of the last late_days days (and the next, whose bookings may be given up already): those given up late, those that nobody came for and
     * that are not excused, and all that ended but for those cancelled in time. */
    int32_t late, missed, ended;
};
struct gs_quota_live gs_quota_live_of_name(const struct gs_book *book, const char *name);
struct gs_quota_live gs_quota_live_of_company(const struct gs_book *book, const char *uscc);
/* Has that name, or that company, as many live bookings as it may? Then out says used, limit and limit_of. */
bool gs_quota_live_full(const struct gs_book *book, const char *name, const char *uscc, struct gs_outcome *out);

#endif
