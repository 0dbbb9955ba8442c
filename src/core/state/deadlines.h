/* Deadlines of bookings, the earliest first. */
#ifndef GATESLOT_CORE_DEADLINES_H
#define GATESLOT_CORE_DEADLINES_H

#include "gateslot/base/rules.h"
#include <stddef.h>
#include <stdint.h>

struct gs_entry;

#define GS_NEVER INT64_MAX
#define GS_NO_DEADLINE SIZE_MAX /* position of an entry that is not in the heap */

struct gs_deadline { /* in order of instant, then of slot (0 for those that wait), then of id */
    int64_t at_ms, slot_start_ms, id;
    struct gs_entry *entry;
};

struct gs_deadlines {
    struct gs_deadline *items; /* owned */
    size_t count, room;
};

void gs_deadlines_finish(struct gs_deadlines *due);
/* Puts the entry where its state says it belongs, or takes it out. */
int gs_deadlines_track(const struct gs_rules *rules, struct gs_deadlines *due, struct gs_entry *e) GS_MUST_CHECK;
void gs_deadlines_forget(struct gs_deadlines *due, struct gs_entry *e);
int64_t gs_deadlines_next_ms(const struct gs_deadlines *due);

#endif
