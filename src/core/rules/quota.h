/* How much of a day one company holds, and how much it may hold. Companies are told apart by their code alone. */
#ifndef GATESLOT_CORE_QUOTA_H
#define GATESLOT_CORE_QUOTA_H

#include "gateslot/base/rules.h"
#include "state/table.h"

struct gs_book;
struct gs_day;
struct gs_entry;
struct gs_outcome;
struct gs_window;

struct gs_quota_held { /* places of one company */
    int32_t day;
    int32_t windows[GS_MAX_WINDOWS];
};

struct gs_quota { /* of a day, in step with its places */
    struct gs_table companies;
    struct gs_quota_held *held; /* owned, by number of the company */
    int32_t room;
};

void gs_quota_finish(struct gs_quota *q);
/* A place of that window was taken by, or given back by, the holder. A holder that held before needs no memory. */
int gs_quota_take(struct gs_quota *q, int32_t window, const struct gs_entry *holder) GS_MUST_CHECK;
void gs_quota_release(struct gs_quota *q, int32_t window, const struct gs_entry *holder);
/* What the company holds of the day. */
struct gs_quota_held gs_quota_held(const struct gs_day *day, const char *uscc);

/* The most that one company may hold of a window, and of a day; INT32_MAX: the rule is off. */
int32_t gs_quota_window_limit(const struct gs_rules *rules, const struct gs_window *w);
int32_t gs_quota_share(const struct gs_rules *rules, int32_t capacity); /* of a window with that capacity */
int32_t gs_quota_day_limit(const struct gs_rules *rules);
/* Windows of the day in which the company may take no further place. A place that self holds now does not count. */
uint32_t gs_quota_capped(const struct gs_book *book, const struct gs_day *day, const char *uscc,
                         const struct gs_entry *self);
/* What bars the company from that window: used, limit, and in reason the window, or the date if it is the day's limit. */
void gs_quota_explain(const struct gs_book *book, const struct gs_day *day, int32_t window, const char *uscc,
                      const struct gs_entry *self, struct gs_outcome *out);
/* Up to this start a capped window is open nevertheless, for places that are still free. */
int64_t gs_quota_lifted_ms(const struct gs_book *book);

#endif
