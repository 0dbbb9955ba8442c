/* What the site's clock showed last, in a file beside the store (STORE.clock), or in the state directory: so that the next start, while the machine runs on,
 * knows for certain whether the wall clock leapt while the daemon was away. */
#ifndef GATESLOT_APP_CLOCK_MARK_H
#define GATESLOT_APP_CLOCK_MARK_H

#include "clock.h"

struct gs_clock_mark {
    int fd;        /* -1: there is none; nothing but the certainty is lost */
    char boot[37]; /* the machine's boot, by its id */
};

/* Opens the file, whose name begins with beside, made if missing, and reads it: fills in what it knows of the past, which comes with last_ms from the store. A file
 * that is not of that store's last moments, or of another boot, or damaged, says nothing. */
void gs_clock_mark_open(struct gs_clock_mark *m, const char *beside, struct gs_clock_past *past);
/* stored_ms: the last instant that the store has. Not synced: it has to survive the process and not the machine. */
void gs_clock_mark_write(struct gs_clock_mark *m, const struct gs_clock *clock, int64_t stored_ms);
void gs_clock_mark_close(struct gs_clock_mark *m);

#endif
