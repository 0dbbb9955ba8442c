/* clock accept: the machine's clock leapt, is not followed, and a supervisor says that it is right. */
#include "commands.h"

enum gs_exit gs_cmd_clock_accept(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    (void)args;
    struct gs_cli_answer r;
    const struct gs_client_call call = {.method = "POST", .path = "/v1/clock/accept"};
    enum gs_exit rc = gs_cli_call(cli, &call, &r);
    if (rc == GS_EXIT_OK && cli->json) {
        gs_cli_print_body(cli, &r);
    } else if (rc == GS_EXIT_OK) {
        fprintf(cli->out, "%s %s\n", gs_cli_word(cli, W_CLOCK_ACCEPTED), gs_get_text(r.json, "now"));
    }
    gs_cli_answer_finish(&r);
    return rc;
}
