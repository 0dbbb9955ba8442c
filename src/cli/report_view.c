/* Lays out the daily report. All numbers are the daemon's; nothing is added up here, and only a difference
 * of two reports is worked out. */
#include "report_view.h"
#include "text_table.h"
#include <string.h>

#define WINDOWS_MAX 16

static const struct {
    const char *member;
    enum gs_word label;
} measures[] = {
    {"capacity", W_CAPACITY},
    {"booked", W_EVER_BOOKED},
    {"due", W_DUE},
    {"arrived", W_ARRIVED},
    {"entered", W_ENTERED},
    {"cleared", W_CLEARED},
    {"departed", W_DEPARTED},
    {"no_show", W_NO_SHOW},
    {"cancelled", W_CANCELLED},
    {"refused", W_REFUSED},
    {"walk_ins", W_WALK_INS},
    {"waitlisted", W_WAITLISTED},
    {"never_placed", W_NEVER_PLACED},
    {"still_inside", W_STILL_INSIDE},
    {"overstay", W_OVERSTAYING},
    {"at_risk", W_AT_RISK},
    {"held", W_HELD},
    {"overbooking", W_OVERBOOKING},
    {"mean_entry_min", W_MEAN_ENTRY},
    {"p95_entry_min", W_P95_ENTRY},
    {"mean_stay_min", W_MEAN_STAY},
    {"p95_stay_min", W_P95_STAY},
};

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
            names[count] = id;
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
    fprintf(cli->out, "%s %s   %s: %s\n", gs_cli_word(cli, title), gs_get_text(report, "date"),
            gs_cli_word(cli, W_DAILY_CLEARING), gs_cli_word(cli, word));
}

/* A measure's name; the API's own for one that this client does not know yet. */
static const char *label_of(struct gs_cli *cli, const char *member)
{
    for (size_t i = 0; i < sizeof measures / sizeof measures[0]; i++) {
        if (strcmp(measures[i].member, member) == 0) {
            return gs_cli_word(cli, measures[i].label);
        }
    }
    return member;
}

static void add_measure(struct gs_cli *cli, struct gs_text_table *t, json_t *windows, const char *member,
                        const json_t *total)
{
    size_t column = 0;
    const char *id;
    json_t *sums;
    gs_text_table_row(t);
    gs_text_table_text(t, label_of(cli, member));
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
    for (size_t i = 0; i < sizeof measures / sizeof measures[0]; i++) {
        const json_t *a = json_object_get(here, measures[i].member), *b = json_object_get(there, measures[i].member);
        if (a != NULL || b != NULL) {
            gs_text_table_row(t);
            gs_text_table_text(t, gs_cli_word(cli, measures[i].label));
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
