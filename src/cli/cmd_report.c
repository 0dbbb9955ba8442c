/* report: a day in numbers, or days by day, week, month, window or company, as a table, as JSON, or as the daemon's CSV; or a day
 * beside another report that was kept. */
#include "commands.h"
#include "dates.h"
#include "range_view.h"
#include "report_view.h"
#include <string.h>

const struct gs_cli_option gs_report_options[] = {
    {"by", "day|week|month|window|company", false, {"several days: a row for each", "多日报表的分组方式"}},
    {"csv", NULL, false, {"as CSV", "以 CSV 输出"}},
    {"beside",
     "FILE.json|-",
     false,
     {"the totals beside another report, as --json prints it", "与另一份日报（--json 的输出）并列合计"}},
    {NULL, NULL, false, {NULL, NULL}}};

/* NULL: nothing to compare with, said already. */
static json_t *read_other(struct gs_cli *cli, const char *file, enum gs_exit *out_rc)
{
    FILE *in = strcmp(file, "-") == 0 ? stdin : fopen(file, "re");
    if (in == NULL) {
        *out_rc = gs_cli_fail(cli, GS_EXIT_OTHER, W_CANNOT_READ, file);
        return NULL;
    }
    json_t *other = json_loadf(in, JSON_REJECT_DUPLICATES, NULL);
    if (in != stdin) {
        fclose(in);
    }
    if (!json_is_object(json_object_get(other, "total"))) {
        *out_rc = gs_cli_fail(cli, GS_EXIT_INVALID, W_NOT_A_REPORT, file);
        json_decref(other);
        return NULL;
    }
    return other;
}

static enum gs_exit print_beside(struct gs_cli *cli, json_t *report, const char *file)
{
    enum gs_exit rc = GS_EXIT_OK;
    json_t *other = read_other(cli, file, &rc);
    if (other != NULL && cli->json) {
        json_t *both = json_pack("{s:O, s:O}", "here", report, "beside", other);
        json_dumpf(both, cli->out, JSON_COMPACT | JSON_REAL_PRECISION(15));
        fputc('\n', cli->out);
        json_decref(both);
    } else if (other != NULL) {
        gs_report_print_beside(cli, report, other);
    }
    json_decref(other);
    return rc;
}

static enum gs_exit show_daily(struct gs_cli *cli, const char *word, bool csv, const char *beside)
{
    const struct gs_client_call call = {
        .method = "GET", .path = "/v1/reports/daily", .accept = csv ? "text/csv" : NULL};
    struct gs_cli_answer r;
    enum gs_exit rc = gs_cli_call_of_date(cli, &call, word, &r);
    if (rc == GS_EXIT_OK && beside != NULL) {
        rc = print_beside(cli, r.json, beside);
    } else if (rc == GS_EXIT_OK && (cli->json || csv)) {
        gs_cli_print_body(cli, &r);
    } else if (rc == GS_EXIT_OK) {
        gs_report_print(cli, r.json);
    }
    gs_cli_answer_finish(&r);
    return rc;
}

static bool is_grouping(const char *by)
{
    static const char *const all[] = {"day", "week", "month", "window", "company"};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (strcmp(all[i], by) == 0) {
            return true;
        }
    }
    return false;
}

static enum gs_exit show_range(struct gs_cli *cli, const char *word, bool csv, const char *by)
{
    char from[GS_DATE_TEXT], to[GS_DATE_TEXT], path[128];
    if (!is_grouping(by)) {
        return gs_cli_fail(cli, GS_EXIT_USAGE, W_NO_SUCH_GROUPING, by);
    }
    enum gs_exit rc = gs_cli_range(cli, word, from, to);
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    snprintf(path, sizeof path, "/v1/reports?from=%s&to=%s&by=%s", from, to, by);
    const struct gs_client_call call = {.method = "GET", .path = path, .accept = csv ? "text/csv" : NULL};
    struct gs_cli_answer r;
    rc = gs_cli_call(cli, &call, &r);
    if (rc == GS_EXIT_OK && (cli->json || csv)) {
        gs_cli_print_body(cli, &r);
    } else if (rc == GS_EXIT_OK) {
        gs_range_report_print(cli, r.json);
    }
    gs_cli_answer_finish(&r);
    return rc;
}

enum gs_exit gs_cmd_report(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    const char *word = gs_args_operand(args, 0), *by = gs_args_get(args, "by");
    const char *beside = gs_args_get(args, "beside");
    bool csv = gs_args_has(args, "csv"), range = by != NULL || (word != NULL && gs_date_word_is_range(word));
    if (beside != NULL && (csv || by != NULL)) {
        return gs_cli_usage(cli, self, W_NOT_TOGETHER, csv ? "--csv" : "--by", "--beside");
    }
    if (beside != NULL && range) {
        return gs_cli_fail(cli, GS_EXIT_USAGE, W_ONE_DAY_EXPECTED, word);
    }
    return range ? show_range(cli, word, csv, by != NULL ? by : "day") : show_daily(cli, word, csv, beside);
}
