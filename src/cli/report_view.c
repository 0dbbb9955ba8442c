/* Lays out the daily report. All numbers are the daemon's; nothing is added up here, and only a difference
 * of two reports is worked out. */
#include "report_view.h"
#include "gateslot/base/measures.h"
#include "text_table.h"
#include <string.h>

#define WINDOWS_MAX 16

static void add_number(struct gs_text_table *t, const json_t *value)
{
    char text[32] = "";
    if (json_is_integer(value)) {
        snprintf(text, sizeof text, "%lld", (long long)json_integer_value(value));
    } else if (json_is_real(value)) {
        snprintf(text, sizeof text, "%.1f", json_real_value(value));
    } else {
        snprintf(text, sizeof text, "–");
    }
    gs_text_table_text(t, text);
}

static struct gs_text_table *report_table(struct gs_cli *cli, json_t *windows)
{
    const char *names[WINDOWS_MAX + 2] = {""};
    int flags[WINDOWS_MAX + 2] = {0};
    size_t count = 1;
    const char *id;
    json_t *sums;
    json_object_foreach(windows, id, sums)
    {
        if (count <= WINDOWS_MAX) {
            names[count] = gs_cli_window(cli, id);
            flags[count++] = GS_COL_RIGHT;
        }
    }
    names[count] = gs_cli_word(cli, W_TOTAL);
    flags[count++] = GS_COL_RIGHT;
    return gs_text_table_create_named(cli, names, flags, count);
}

static void print_head(struct gs_cli *cli, enum gs_word title, const json_t *report)
{
    const json_t *cleared = json_object_get(report, "daily_clearing");
    enum gs_word word = json_is_true(cleared) ? W_YES : json_is_false(cleared) ? W_NO : W_DAY_RUNS;
    fprintf(cli->out, "%s %s   %s%s%s\n", gs_cli_word(cli, title), gs_get_text(report, "date"),
            gs_cli_word(cli, W_DAILY_CLEARING), gs_cli_word(cli, W_COLON), gs_cli_word(cli, word));
}

static const char *label_of(const struct gs_cli *cli, const struct gs_measure *m)
{
    return cli->lang == GS_CLI_ZH ? m->zh : m->en;
}

static void add_measure(struct gs_cli *cli, struct gs_text_table *t, json_t *windows, const char *member,
                        const json_t *total)
{
    size_t column = 0;
    const char *id;
    json_t *sums;
    gs_text_table_row(t);
    const struct gs_measure *m = gs_measure_named(member);
    gs_text_table_text(t, m != NULL ? label_of(cli, m) : member); /* one that this client does not know yet */
    json_object_foreach(windows, id, sums)
    {
        if (column++ < WINDOWS_MAX) {
            add_number(t, json_object_get(sums, member));
        }
    }
    add_number(t, total);
}

void gs_report_print(struct gs_cli *cli, const json_t *report)
{
    json_t *windows = json_object_get(report, "windows");
    struct gs_text_table *t = report_table(cli, windows);
    const char *member;
    json_t *value;
    json_object_foreach(json_object_get(report, "total"), member, value)
    {
        add_measure(cli, t, windows, member, value);
    }
    print_head(cli, W_REPORT, report);
    gs_text_table_print(t, cli->out);
    gs_text_table_destroy(t);
}

static void add_difference(struct gs_text_table *t, const json_t *here, const json_t *there)
{
    char text[32] = "–";
    double more = json_number_value(here) - json_number_value(there);
    if (json_is_number(here) && json_is_number(there)) {
        snprintf(text, sizeof text, "%+.*f", json_is_integer(here) && json_is_integer(there) ? 0 : 1, more);
    }
    gs_text_table_text(t, strspn(text + 1, "0.") == strlen(text + 1) ? text + 1 : text); /* "+0", "-0.0": no sign */
}

void gs_report_print_beside(struct gs_cli *cli, const json_t *report, const json_t *other)
{
    static const int flags[] = {0, GS_COL_RIGHT, GS_COL_RIGHT, GS_COL_RIGHT};
    const char *const names[] = {"", gs_cli_word(cli, W_HERE), gs_cli_word(cli, W_BESIDE),
                                 gs_cli_word(cli, W_DIFFERENCE)};
    const json_t *here = json_object_get(report, "total"), *there = json_object_get(other, "total");
    struct gs_text_table *t = gs_text_table_create_named(cli, names, flags, 4);
    for (size_t i = 0; i < gs_measure_count; i++) {
        const json_t *a = json_object_get(here, gs_measures[i].name), *b = json_object_get(there, gs_measures[i].name);
        if (a != NULL || b != NULL) {
            gs_text_table_row(t);
            gs_text_table_text(t, label_of(cli, &gs_measures[i]));
            add_number(t, a);
            add_number(t, b);
            add_difference(t, a, b);
        }
    }
    print_head(cli, W_REPORT, report);
    print_head(cli, W_BESIDE, other);
    gs_text_table_print(t, cli->out);
    gs_text_table_destroy(t);
}
