/* What is applied and may be undone: command.h has the beginning and the end of it. */
#ifndef GATESLOT_CORE_TOGETHER_H
#define GATESLOT_CORE_TOGETHER_H

#include "state/state.h"

/* The booking is about to change, or was just made: keeps it as it stands. Only while the book has an undo. */
int gs_together_note(struct gs_book *book, const struct gs_entry *e) GS_MUST_CHECK;

#endif
