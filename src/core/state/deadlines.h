/* Deadlines of bookings, the earliest first. */
#ifndef GATESLOT_CORE_DEADLINES_H
#define GATESLOT_CORE_DEADLINES_H

#include "gateslot/base/rules.h"
#include <stddef.h>
#include <stdint.h>

struct gs_entry;

#define GS_NEVER INT64_MAX
#define GS_NOT_DUE SIZE_MAX /* position of an entry that is not in the heap */

struct gs_due_item { /* in order of instant, then of slot (0 for those that wait), then of id */
    int64_t at_ms, slot_start_ms, id;
    struct gs_entry *entry;
};

struct gs_due {
    struct gs_due_item *items; /* owned */
    size_t count, room;
};

void gs_due_finish(struct gs_due *due);
/* Puts the entry where its state says it belongs, or takes it out. */
int gs_due_track(const struct gs_rules *rules, struct gs_due *due, struct gs_entry *e) GS_MUST_CHECK;
void gs_due_forget(struct gs_due *due, struct gs_entry *e);
int64_t gs_due_next_ms(const struct gs_due *due);

#endif
