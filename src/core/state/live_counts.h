/* How many live bookings, those whose truck has not come yet and that are booked or wait, each name and each company has. Counted only
 * where a rule asks for it. How many there may be is rules/quota.c's. */
#ifndef GATESLOT_CORE_LIVE_COUNTS_H
#define GATESLOT_CORE_LIVE_COUNTS_H

#include "gateslot/base/rules.h"
#include "state/table.h"

struct gs_live_counts {
    struct gs_table texts;
    int32_t *counts; /* owned, by number of the text */
    int32_t room;
};

/* Does any rule ask for them? */
static inline bool gs_live_counted(const struct gs_rules *r)
{
    return r->name_live > 0 || r->unknown_company_live > 0 || r->late_percent > 0;
}

void gs_live_finish(struct gs_live_counts *l);
/* One more or one less of it. A text that was counted before needs no memory. */
int gs_live_count(struct gs_live_counts *l, const char *text, int32_t by) GS_MUST_CHECK;
/* The same for the same counts, in whatever order they were made. */
uint64_t gs_live_digest(const struct gs_live_counts *l);
int32_t gs_live_of(const struct gs_live_counts *l, const char *text);

#endif
