/* config preview: what a reload of a file would do, told by the daemon: options old and new, and what becomes of bookings by date. */
#include "commands.h"
#include "plan_view.h"
#include "request.h"
#include <stdlib.h>
#include <string.h>

static void add_value(struct gs_text_table *t, const json_t *option, const char *member)
{
    const json_t *value = json_object_get(option, member);
    gs_text_table_text(t, json_is_string(value) ? json_string_value(value) : "–");
}

static void print_options(struct gs_cli *cli, const json_t *answer)
{
    static const struct gs_column columns[] = {
        {W_OPTION, 0}, {W_IN_FORCE, GS_COL_CUT}, {W_NEW_VALUE, GS_COL_CUT}, {W_NOTE, GS_COL_DROP(1)}};
    const json_t *options = json_object_get(answer, "options"), *one;
    const json_t *more = json_object_get(answer, "more_options");
    size_t i;
    if (json_array_size(options) == 0) {
        fprintf(cli->out, "%s\n", gs_cli_word(cli, W_NOTHING_CHANGES));
        return;
    }
    struct gs_text_table *t = gs_text_table_create(cli, columns, sizeof columns / sizeof columns[0]);
    json_array_foreach(options, i, one)
    {
        gs_text_table_row(t);
        gs_text_table_text(t, gs_get_text(one, "key"));
        add_value(t, one, "old");
        add_value(t, one, "new");
        gs_text_table_text(t, gs_get_bool(one, "restart") ? gs_cli_word(cli, W_NEEDS_RESTART) : "");
    }
    gs_text_table_print(t, cli->out);
    gs_text_table_destroy(t);
    if (json_is_integer(more)) {
        char number[24], text[64];
        const char *const values[] = {number, NULL};
        (void)snprintf(number, sizeof number, "%lld", (long long)json_integer_value(more));
        (void)gs_word_fill(cli->lang, W_MORE_OPTIONS, values, text, sizeof text);
        fprintf(cli->out, "%s\n", text);
    }
}

static void print_preview(struct gs_cli *cli, const json_t *answer)
{
    const json_t *days = json_object_get(answer, "days");
    print_options(cli, answer);
    fputc('\n', cli->out);
    if (json_array_size(days) > 0) {
        gs_plan_view_days(cli, days);
    } else {
        fprintf(cli->out, "%s\n", gs_cli_word(cli, W_NO_DAY_CHANGES));
    }
    fprintf(cli->out, "\n%s\n", gs_cli_word(cli, W_PREVIEW_NOT_DONE));
}

/* FILE:LINE:COL: KEY: message, as gateslotd --check-config says it. False: it is another refusal. */
static bool print_faults(struct gs_cli *cli, const char *file, const json_t *problem)
{
    const json_t *errors = json_object_get(problem, "errors"), *one;
    size_t i;
    bool of_file = json_array_size(errors) > 0;
    json_array_foreach(errors, i, one)
    {
        of_file = of_file && json_is_integer(json_object_get(one, "line"));
    }
    json_array_foreach(of_file ? errors : NULL, i, one)
    {
        const long long line = gs_get_int(one, "line", 0), column = gs_get_int(one, "column", 0);
        fprintf(cli->err, "%s:", file);
        if (line > 0) {
            fprintf(cli->err, "%lld:%lld:", line, column);
        }
        fprintf(cli->err, " %s: %s\n", gs_get_text(one, "pointer"), gs_get_text(one, "detail"));
    }
    return of_file;
}

enum gs_exit gs_cmd_config_preview(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    const char *file = gs_args_operand(args, 0);
    char *text = NULL;
    enum gs_exit rc = gs_request_file(cli, file, &text);
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    struct gs_cli_answer r;
    const struct gs_client_call call = {
        .method = "POST", .path = "/v1/config/preview", .body = text, .content_type = "application/yaml"};
    rc = gs_cli_try(cli, &call, &r);
    if (rc == GS_EXIT_OK && r.response.status == 422 && !cli->json && print_faults(cli, file, r.json)) {
        rc = GS_EXIT_INVALID;
    } else if (rc == GS_EXIT_OK && r.response.status >= 400) {
        rc = gs_cli_refused(cli, &r);
    } else if (rc == GS_EXIT_OK && cli->json) {
        gs_cli_print_body(cli, &r);
    } else if (rc == GS_EXIT_OK) {
        print_preview(cli, r.json);
    }
    gs_cli_answer_finish(&r);
    free(text);
    return rc;
}
