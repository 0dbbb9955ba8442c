/* What recorded checks at the gate leave behind: which trucks were turned away on which date, kept for good, and the latest checks, so
 * that one that is asked again and again is recorded once. */
#ifndef GATESLOT_CORE_CHECKS_H
#define GATESLOT_CORE_CHECKS_H

#include "gateslot/core/book.h"
#include "gateslot/core/command.h"
#include "gateslot/core/record.h"

#define GS_RECENT_CHECKS 32 /* that are remembered, by all who check */

struct gs_recent_check {
    int64_t at_ms;
    enum gs_decision decision;
    enum gs_gate_code code;
    char what[GS_PLATE_MAX + 1]; /* "" = none yet */
    char actor[GS_NAME_MAX + 1];
};

struct gs_checks {
    struct gs_turned_away *at; /* owned; by date, then truck */
    size_t count, room;
    struct gs_recent_check recent[GS_RECENT_CHECKS]; /* not stored: a book that is loaded or rebuilt begins without */
    size_t next;
};

void gs_checks_finish(struct gs_checks *c);
/* Has the same actor recorded the same of the same truck less than GS_RECHECK_MS ago? If not, it has now. */
bool gs_checks_again(struct gs_checks *c, const struct gs_command *command, int64_t now_ms);
/* Counts a truck once a date; at most GS_TURNED_AWAY_MAX of a date, no more are counted then. */
int gs_checks_turn_away(struct gs_checks *c, const struct gs_turned_away *t, bool *out_new) GS_MUST_CHECK;
int32_t gs_checks_turned_away(const struct gs_checks *c, gs_date date);

#endif
