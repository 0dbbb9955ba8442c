/* A line on the terminal that tells how far a long command is. */
#ifndef GATESLOT_CLI_PROGRESS_H
#define GATESLOT_CLI_PROGRESS_H

#include "cli.h"

struct gs_progress {
    struct gs_cli *cli; /* borrowed */
    int64_t shown_ms;   /* when it was drawn last */
    bool drawn;
};

/* Draws at most ten times a second, and only on a terminal without --json: text before the bar (may be ""), done of total as a bar,
 * text after it. */
void gs_progress_show(struct gs_progress *p, const char *before, int64_t done, int64_t total, const char *after);
bool gs_progress_due(const struct gs_progress *p); /* would show draw now? */
void gs_progress_clear(struct gs_progress *p);     /* before anything else is printed */

#endif
