/* The daily report as a table. */
#ifndef GATESLOT_CLI_REPORT_VIEW_H
#define GATESLOT_CLI_REPORT_VIEW_H

#include "cli.h"

/* Measures down, windows and the total across. */
void gs_report_print(struct gs_cli *cli, const json_t *report);
/* The totals of both and what the first has more. */
void gs_report_print_beside(struct gs_cli *cli, const json_t *report, const json_t *other);

#endif
