/* Lays out the report over a range: a row for each group and one for the total, a column for each measure that says anything. All
 * numbers are the daemon's. */
#include "range_view.h"
#include "gateslot/base/measures.h"
#include "text_table.h"
#include "text_width.h"
#include <string.h>

enum { COLUMNS = 32, OTHERS = 3 };

struct layout {
    bool by_company;
    const struct gs_measure *measures[COLUMNS];
    size_t count;
};

static bool says(const json_t *row, const struct gs_measure *m)
{
    const json_t *value = json_object_get(row, m->name);
    return json_is_number(value) && (m->kind == GS_MEASURE_TENTHS || json_number_value(value) > 0);
}

/* A column of nothing but zeros is left away, unless its absence would be a question. */
static bool is_shown(const json_t *report, const struct gs_measure *m)
{
    size_t i;
    const json_t *row;
    bool shown = m->drop == 0 || says(json_object_get(report, "total"), m);
    json_array_foreach(json_object_get(report, "rows"), i, row)
    {
        shown = shown || says(row, m);
    }
    return shown;
}

static struct layout lay_out(const json_t *report)
{
    struct layout l = {.by_company = strcmp(gs_get_text(report, "by"), "company") == 0};
    for (size_t i = 0; i < gs_measure_count && l.count < COLUMNS - OTHERS; i++) {
        if (is_shown(report, &gs_measures[i])) {
            l.measures[l.count++] = &gs_measures[i];
        }
    }
    return l;
}

static struct gs_text_table *make_table(struct gs_cli *cli, const struct layout *l)
{
    const char *names[COLUMNS] = {""};
    int flags[COLUMNS] = {GS_COL_CUT};
    size_t count = 1;
    if (l->by_company) {
        names[count] = gs_cli_word(cli, W_USCC);
        flags[count++] = GS_COL_DROP(60);
    }
    for (size_t i = 0; i < l->count; i++) {
        const struct gs_measure *m = l->measures[i];
        names[count] = cli->lang == GS_CLI_ZH ? m->short_zh : m->short_en;
        flags[count++] = GS_COL_RIGHT | (m->drop > 0 ? GS_COL_DROP(m->drop) : 0);
    }
    return gs_text_table_create_named(cli, names, flags, count);
}

static void add_number(struct gs_text_table *t, const json_t *value)
{
    char text[32] = "–";
    if (json_is_integer(value)) {
        snprintf(text, sizeof text, "%lld", (long long)json_integer_value(value));
    } else if (json_is_real(value)) {
        snprintf(text, sizeof text, "%.1f", json_real_value(value));
    }
    gs_text_table_text(t, text);
}

static const char *name_of(struct gs_cli *cli, const json_t *report, const json_t *row)
{
    const char *name = gs_get_text(row, "name"), *by = gs_get_text(report, "by");
    if (strcmp(by, "window") == 0) {
        return name[0] != '\0' ? gs_cli_window(cli, name) : gs_cli_word(cli, W_WITHOUT_PLACE);
    }
    return strcmp(by, "company") == 0 ? gs_get_text(row, "company_name") : name;
}

static void add_row(struct gs_text_table *t, const struct layout *l, const char *name, const json_t *row)
{
    gs_text_table_row(t);
    gs_text_table_text(t, name);
    if (l->by_company) {
        gs_text_table_text(t, gs_get_text(row, "name"));
    }
    for (size_t i = 0; i < l->count; i++) {
        add_number(t, json_object_get(row, l->measures[i]->name));
    }
}

static void print_head(struct gs_cli *cli, const json_t *report)
{
    const json_t *total = json_object_get(report, "total");
    fprintf(cli->out, "%s %s..%s   %s%s%lld %s %lld\n", gs_cli_word(cli, W_RANGE_REPORT), gs_get_text(report, "from"),
            gs_get_text(report, "to"), gs_cli_word(cli, W_DAYS_CLEARED), gs_cli_word(cli, W_COLON),
            (long long)gs_get_int(total, "cleared_days", 0), gs_cli_word(cli, W_OF_DAYS),
            (long long)gs_get_int(total, "days", 0));
}

void gs_range_report_print(struct gs_cli *cli, const json_t *report)
{
    const struct layout l = lay_out(report);
    struct gs_text_table *t = make_table(cli, &l);
    size_t i;
    const json_t *row;
    char left_out[256];
    json_array_foreach(json_object_get(report, "rows"), i, row)
    {
        add_row(t, &l, name_of(cli, report, row), row);
    }
    add_row(t, &l, gs_cli_word(cli, W_TOTAL), json_object_get(report, "total"));
    print_head(cli, report);
    gs_text_table_print(t, cli->out);
    gs_text_table_left_out(t, left_out, sizeof left_out);
    if (left_out[0] != '\0') {
        const char *words = gs_cli_word(cli, W_LEFT_OUT);
        fprintf(cli->out, "%s%s", words, gs_text_ends_wide(words) ? "" : " ");
        gs_text_wrap(cli->out, left_out, gs_text_columns(words) + !gs_text_ends_wide(words), 2, cli->width);
    }
    gs_text_table_destroy(t);
}
