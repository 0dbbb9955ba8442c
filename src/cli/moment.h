/* A time of day, of a day, as people write it. */
#ifndef GATESLOT_CLI_MOMENT_H
#define GATESLOT_CLI_MOMENT_H

#include "commands.h"

/* TIME as RFC 3339, as the API takes it:
 *   2026-11-25T10:05:00+08:00             as it stands
 *   10:05                                 of the site's today
 *   yesterday 23:50, 11-25 10:05          of that day (dates.h)
 * Of a time that comes twice as clocks are set back the first; one that is left out as they are set forward is refused. Anything but
 * GS_EXIT_OK is said already; option is the one that it was given to. */
enum gs_exit gs_cli_moment(struct gs_cli *cli, const struct gs_cli_command *self, const char *option, const char *typed,
                           char out[GS_RFC3339_TEXT]) GS_MUST_CHECK;

#endif
