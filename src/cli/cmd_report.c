/* report: the day in numbers, as a table, as JSON, or as the daemon's CSV. */
#include "commands.h"
#include "report_view.h"

const struct gs_option gs_report_options[] = {{"csv", NULL, false, {"as CSV", "以 CSV 输出"}},
                                              {NULL, NULL, false, {NULL, NULL}}};

enum gs_exit gs_cmd_report(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    bool csv = gs_args_has(args, "csv");
    char date[GS_DATE_TEXT], path[64];
    enum gs_exit rc = gs_cli_date(cli, gs_args_operand(args, 0), date);
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    snprintf(path, sizeof path, "/v1/reports/daily?date=%s", date);
    struct gs_reply r;
    const struct gs_call call = {.method = "GET", .path = path, .accept = csv ? "text/csv" : NULL};
    rc = gs_cli_ask(cli, &call, &r);
    if (rc == GS_EXIT_OK && (cli->json || csv)) {
        gs_cli_print_body(cli, &r);
    } else if (rc == GS_EXIT_OK) {
        gs_report_print(cli, r.json);
    }
    gs_reply_finish(&r);
    return rc;
}
