/* The daily report as a table. */
#ifndef GATESLOT_CLI_REPORT_VIEW_H
#define GATESLOT_CLI_REPORT_VIEW_H

#include "cli.h"

/* Measures down, windows and the total across. */
void gs_report_print(struct gs_cli *cli, const json_t *report);

#endif
