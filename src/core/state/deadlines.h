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
/* Puts the entry where its state says it belongs, with the first thing that is due after now_ms or its end, or takes it out. */
int gs_deadlines_track(const struct gs_rules *rules, struct gs_deadlines *due, struct gs_entry *e,
                       int64_t now_ms) GS_MUST_CHECK;
/* When its promise, or its wait, ends without a truck; GS_NEVER: neither runs. */
int64_t gs_deadlines_end_ms(const struct gs_rules *rules, const struct gs_entry *e);
/* What reminders of one that is booked or waits are of: its slot's start, or the end of its wait; */
int64_t gs_deadlines_reminded_ms(const struct gs_rules *rules, const struct gs_entry *e);
/* and when the first of them after after_ms is due; GS_NEVER: none is. */
int64_t gs_deadlines_reminder_ms(const struct gs_rules *rules, const struct gs_entry *e, int64_t after_ms);
void gs_deadlines_forget(struct gs_deadlines *due, struct gs_entry *e);
int64_t gs_deadlines_next_ms(const struct gs_deadlines *due);

#endif
