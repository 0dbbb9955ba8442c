/* What a replay notes for its report. */
#ifndef GATESLOT_SRC_CORE_REPLAY_H
#define GATESLOT_SRC_CORE_REPLAY_H

#include "gateslot/core/replay.h"

/* Is the event about that date, by the places it names and by its booking? */
bool gs_replay_event_on(const struct gs_book *book, const struct gs_event *e, gs_date date);
/* Is the command? Asked before it is applied and after. */
bool gs_replay_command_on(const struct gs_book *book, const struct gs_command *c, gs_date date);
/* Counts a difference; the room to describe it in, or NULL where there is none or it is of another date. */
struct gs_replay_difference *gs_replay_differs(struct gs_replay_report *report, bool on_date, enum gs_replay_what what,
                                               const struct gs_journal_entry *entry, int64_t row);

#endif
