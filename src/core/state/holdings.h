/* Places of a day by company. Companies are told apart by their code alone. */
#ifndef GATESLOT_CORE_HOLDINGS_H
#define GATESLOT_CORE_HOLDINGS_H

#include "state/table.h"

struct gs_day;
struct gs_entry;

struct gs_holding { /* places of one company */
    int32_t day;
    int32_t windows[GS_MAX_WINDOWS];
};

struct gs_holdings { /* of a day, in step with its places */
    struct gs_table companies;
    struct gs_holding *held; /* owned, by number of the company */
    int32_t room;
};

void gs_holdings_finish(struct gs_holdings *q);
/* A place of that window was taken by, or given back by, the holder. A holder that held before needs no memory. */
int gs_holdings_take(struct gs_holdings *q, int32_t window, const struct gs_entry *holder) GS_MUST_CHECK;
void gs_holdings_release(struct gs_holdings *q, int32_t window, const struct gs_entry *holder);
/* The window is gone, nobody holds a place of it; those behind it move up. */
void gs_holdings_drop_window(struct gs_holdings *q, int32_t window);
/* What the company holds of the day. */
struct gs_holding gs_holdings_of(const struct gs_day *day, const char *uscc);

#endif
