/* Calls about what the first operand names, and says what came of it. What may be called is the daemon's to decide. */
#include "named_call.h"

void gs_cli_say_done(struct gs_cli *cli, const struct gs_args *args, const struct gs_cli_answer *r, enum gs_word done)
{
    if (cli->json && r->json != NULL) {
        gs_cli_print_body(cli, r);
    } else if (!cli->json) {
        fprintf(cli->out, "%s  %s\n", gs_args_operand(args, 0), gs_cli_word(cli, done));
    }
}

enum gs_exit gs_cli_call_named(struct gs_cli *cli, const struct gs_args *args, const struct gs_named_call *named)
{
    struct gs_buf path;
    gs_buf_init(&path, 1024);
    gs_buf_str(&path, named->collection);
    gs_path_segment(&path, gs_args_operand(args, 0));
    gs_buf_str(&path, named->below);
    if (gs_buf_status(&path) != GS_OK) {
        gs_buf_finish(&path);
        return gs_cli_fail(cli, GS_EXIT_INVALID, W_NOTHING_FOUND, gs_args_operand(args, 0));
    }
    struct gs_cli_answer r;
    const struct gs_client_call call = {.method = named->method, .path = path.data, .body = named->body};
    enum gs_exit rc = gs_cli_call(cli, &call, &r);
    if (rc == GS_EXIT_OK) {
        gs_cli_say_done(cli, args, &r, named->done);
    }
    gs_cli_answer_finish(&r);
    gs_buf_finish(&path);
    return rc;
}
