/* Strikes as a table: a row for each, plates in the order in which they come. */
#ifndef GATESLOT_CLI_STRIKE_VIEW_H
#define GATESLOT_CLI_STRIKE_VIEW_H

#include "text_table.h"

struct gs_text_table *gs_strikes_table(struct gs_cli *cli);
/* items: plates, as the API lists them. */
void gs_strikes_add(struct gs_cli *cli, struct gs_text_table *t, const json_t *items);
/* The table, or that there are none. */
void gs_strikes_print(struct gs_cli *cli, struct gs_text_table *t);

#endif
