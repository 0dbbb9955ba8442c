/* Writes the measures of a report, as members of a JSON object and as the cells of a CSV line, by the table of base/measures.h. */
#include "report_rows.h"

/* Is there nothing to say: no minutes, or a measure of windows where there are none? */
static bool is_void(const struct gs_measure *m, int32_t value, bool without_windows)
{
    return (m->kind == GS_MEASURE_TENTHS && value < 0) || (without_windows && (m->flags & GS_MEASURE_OF_WINDOWS) != 0);
}

void gs_report_sum_members(struct gs_json *j, const struct gs_report_sum *s, bool without_windows)
{
    for (size_t i = 0; i < gs_measure_count; i++) {
        const struct gs_measure *m = &gs_measures[i];
        int32_t value = gs_measure_value(m, s);
        if ((m->flags & GS_MEASURE_QUIET) != 0 && (value <= 0 || without_windows)) {
            continue;
        }
        if (is_void(m, value, without_windows)) {
            gs_json_null(j, m->name);
        } else if (m->kind == GS_MEASURE_TENTHS) {
            gs_json_tenths(j, m->name, value);
        } else {
            gs_json_int(j, m->name, value);
        }
    }
}

void gs_report_sum_json(struct gs_json *j, const char *key, const struct gs_report_sum *s)
{
    gs_json_object(j, key);
    gs_report_sum_members(j, s, false);
    gs_json_end_object(j);
}

void gs_report_sum_csv_head(struct gs_csv *c)
{
    for (size_t i = 0; i < gs_measure_count; i++) {
        if ((gs_measures[i].flags & GS_MEASURE_QUIET) == 0) {
            gs_csv_text(c, gs_measures[i].name);
        }
    }
    gs_csv_end(c);
}

void gs_report_sum_csv(struct gs_csv *c, const struct gs_report_sum *s, bool without_windows)
{
    for (size_t i = 0; i < gs_measure_count; i++) {
        const struct gs_measure *m = &gs_measures[i];
        int32_t value = gs_measure_value(m, s);
        if ((m->flags & GS_MEASURE_QUIET) != 0) {
            continue;
        }
        if (is_void(m, value, without_windows)) {
            gs_csv_text(c, NULL);
        } else if (m->kind == GS_MEASURE_TENTHS) {
            gs_csv_tenths(c, value);
        } else {
            gs_csv_int(c, value);
        }
    }
    gs_csv_end(c);
}
