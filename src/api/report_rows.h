/* The measures of a report as JSON and as CSV, by the one table. */
#ifndef GATESLOT_API_REPORT_ROWS_H
#define GATESLOT_API_REPORT_ROWS_H

#include "gateslot/base/csv.h"
#include "gateslot/base/json.h"
#include "gateslot/base/measures.h"

void gs_report_sum_json(struct gs_json *j, const char *key, const struct gs_report_sum *s);
/* The members alone, into an object that is open; without_windows: what is of windows only is null. */
void gs_report_sum_members(struct gs_json *j, const struct gs_report_sum *s, bool without_windows);
/* The rest of a line: the names, and one row's values. */
void gs_report_sum_csv_head(struct gs_csv *c);
void gs_report_sum_csv(struct gs_csv *c, const struct gs_report_sum *s, bool without_windows);

#endif
