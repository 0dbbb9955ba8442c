/* Plans of capacity changes, for people. */
#ifndef GATESLOT_CLI_PLAN_VIEW_H
#define GATESLOT_CLI_PLAN_VIEW_H

#include "text_table.h"

/* A number of the object, "–" where it has none. */
void gs_plan_view_number(struct gs_text_table *t, const json_t *object, const char *member);
/* Cells: capacity, of a slot, booked, free, a note. */
void gs_plan_view_capacity(struct gs_cli *cli, struct gs_text_table *t, const json_t *window);
/* A plan of one date or of several ("days"). */
void gs_plan_view(struct gs_cli *cli, const json_t *plan, bool dry_run);
void gs_plan_view_days(struct gs_cli *cli, const json_t *days);

#endif
