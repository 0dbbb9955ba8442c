/* The report over a range as a table. */
#ifndef GATESLOT_CLI_RANGE_VIEW_H
#define GATESLOT_CLI_RANGE_VIEW_H

#include "cli.h"

void gs_range_report_print(struct gs_cli *cli, const json_t *report);

#endif
