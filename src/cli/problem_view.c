/* Prints a problem document and maps it to the exit status. The sentences are the daemon's, in the language it was asked for. */
#include "problem_view.h"
#include "gateslot/base/buf.h"
#include "gateslot/base/fault.h"
#include "gateslot/base/limits.h"
#include "text_table.h"
#include <string.h>

enum gs_exit gs_problem_exit(int status, const char *code)
{
    /* These say by their code what their status alone would not. */
    static const struct {
        const char *code;
        enum gs_exit exit_status;
    } by_code[] = {{"suspended", GS_EXIT_CONFLICT}, {"idempotency_key_reused", GS_EXIT_CONFLICT}};
    static const struct {
        int status;
        enum gs_exit exit_status;
    } by_status[] = {{400, GS_EXIT_INVALID},  {401, GS_EXIT_DENIED},   {403, GS_EXIT_DENIED},  {404, GS_EXIT_NOT_FOUND},
                     {409, GS_EXIT_CONFLICT}, {412, GS_EXIT_CONFLICT}, {413, GS_EXIT_INVALID}, {414, GS_EXIT_INVALID},
                     {422, GS_EXIT_INVALID},  {429, GS_EXIT_TOO_MANY}};
    for (size_t i = 0; i < sizeof by_code / sizeof by_code[0]; i++) {
        if (strcmp(by_code[i].code, code) == 0) {
            return by_code[i].exit_status;
        }
    }
    for (size_t i = 0; i < sizeof by_status / sizeof by_status[0]; i++) {
        if (by_status[i].status == status) {
            return by_status[i].exit_status;
        }
    }
    return GS_EXIT_OTHER;
}

static void print_alternatives(struct gs_cli *cli, const json_t *alternatives)
{
    if (json_array_size(alternatives) == 0) {
        return;
    }
    static const struct gs_column columns[] = {{W_DATE, 0}, {W_WINDOW, 0}, {W_SLOT, 0}, {W_FREE, GS_COL_RIGHT}};
    struct gs_text_table *t = gs_text_table_create(cli, columns, 4);
    size_t i;
    const json_t *one;
    json_array_foreach(alternatives, i, one)
    {
        const json_t *slot = json_object_get(one, "slot");
        gs_text_table_row(t);
        gs_text_table_text(t, gs_get_text(one, "date"));
        gs_text_table_text(t, gs_cli_window(cli, gs_get_text(one, "window")));
        gs_text_table_span(t, gs_get_text(slot, "start"), gs_get_text(slot, "end"));
        gs_text_table_int(t, gs_get_int(one, "free", -1));
    }
    fprintf(cli->err, "%s\n", gs_cli_word(cli, W_ALTERNATIVES));
    gs_text_table_print(t, cli->err);
    gs_text_table_destroy(t);
}

/* Sentences are broken between words where somebody reads them on a terminal. */
static void say(struct gs_cli *cli, const char *before, const char *text, const char *after)
{
    struct gs_buf line;
    gs_buf_init(&line, GS_BODY_MAX);
    gs_buf_printf(&line, "%s%s%s", before, text, after);
    if (gs_buf_status(&line) == GS_OK) {
        gs_text_wrap(cli->err, line.data, 0, 4, gs_text_terminal_width(fileno(cli->err)));
    }
    gs_buf_finish(&line);
}

/* A single one is what the sentence says already. */
static void print_errors(struct gs_cli *cli, const char *sentence, const json_t *errors)
{
    size_t i;
    const json_t *error;
    if (json_array_size(errors) == 1 && strstr(sentence, gs_get_text(json_array_get(errors, 0), "detail")) != NULL) {
        return;
    }
    json_array_foreach(errors, i, error)
    {
        char pointer[GS_FAULT_TEXT_MAX + 8];
        (void)snprintf(pointer, sizeof pointer, "  %s%s", gs_get_text(error, "pointer"), gs_cli_word(cli, W_COLON));
        say(cli, pointer, gs_get_text(error, "detail"), "");
    }
}

void gs_problem_print(struct gs_cli *cli, int status, const json_t *problem)
{
    const char *sentence = gs_get_text(problem, "detail");
    if (sentence[0] == '\0') {
        sentence = gs_get_text(problem, "title");
    }
    if (sentence[0] == '\0') {
        fprintf(cli->err, "gateslot: HTTP %d\n", status);
        return;
    }
    char code[64];
    (void)snprintf(code, sizeof code, "%s%s%s", gs_cli_word(cli, W_OPENING), gs_get_text(problem, "code"),
                   gs_cli_word(cli, W_CLOSING));
    say(cli, "gateslot: ", sentence, code);
    print_errors(cli, sentence, json_object_get(problem, "errors"));
    const char *other = gs_get_text(problem, "booking_id");
    if (other[0] != '\0') {
        fprintf(cli->err, "  %s%s%s\n", gs_cli_word(cli, W_BOOKING_OF_OTHER), gs_cli_word(cli, W_COLON), other);
    }
    char until[20];
    gs_date_time_of(gs_get_text(problem, "until"), until);
    if (until[0] != '\0') {
        fprintf(cli->err, "  %s%s%s\n", gs_cli_word(cli, W_UNTIL), gs_cli_word(cli, W_COLON), until);
    }
    print_alternatives(cli, json_object_get(problem, "alternatives"));
}
