/* The whole history of a booking, however many pages it has. */
#ifndef GATESLOT_CLI_STORY_PAGES_H
#define GATESLOT_CLI_STORY_PAGES_H

#include "cli.h"

/* Its events in order, as one page. quietly: nothing is said of a refusal. The answer is to be finished whatever is returned. */
enum gs_exit gs_story_get(struct gs_cli *cli, const char *path, bool quietly, struct gs_cli_answer *out) GS_MUST_CHECK;
/* As JSON: as it came, or put together of its pages. */
void gs_story_print_json(struct gs_cli *cli, const struct gs_cli_answer *story);

#endif
