/* replay-decisions: has the daemon make all decisions again, and shows those of a date and whatever comes out otherwise. */
#include "commands.h"
#include "text_table.h"
#include <string.h>

#define REPLAY_TIMEOUT_MS (30 * 60 * 1000)

static void print_outcomes(struct gs_cli *cli, const json_t *report)
{
    static const struct gs_column columns[] = {{W_COMMAND, 0}, {W_OUTCOME, 0}, {W_COUNT, GS_COL_RIGHT}};
    struct gs_text_table *t = gs_text_table_create(cli, columns, sizeof columns / sizeof columns[0]);
    size_t i;
    const json_t *o;
    json_array_foreach(json_object_get(report, "outcomes"), i, o)
    {
        gs_text_table_row(t);
        gs_text_table_text(t, gs_get_text(o, "command"));
        gs_text_table_text(t, gs_get_text(o, "code"));
        gs_text_table_int(t, gs_get_int(o, "count", 0));
    }
    if (gs_text_table_rows(t) > 0) {
        gs_text_table_print(t, cli->out);
    }
    gs_text_table_destroy(t);
}

static const char *words_of(const struct gs_cli *cli, const char *what)
{
    static const struct {
        const char *what;
        enum gs_word word;
    } all[] = {
        {"outcome", W_DIFFERS_OUTCOME},   {"numbers", W_DIFFERS_NUMBERS},         {"event", W_DIFFERS_EVENT},
        {"no_event", W_DIFFERS_NO_EVENT}, {"unexplained", W_DIFFERS_UNEXPLAINED}, {"damaged", W_DIFFERS_DAMAGED},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (strcmp(all[i].what, what) == 0) {
            return gs_cli_word(cli, all[i].word);
        }
    }
    return what;
}

static void print_side(struct gs_cli *cli, const json_t *d, const char *key, enum gs_word word)
{
    const char *text = gs_get_text(d, key);
    if (text[0] != '\0') {
        fprintf(cli->out, "    %s%s%s\n", gs_cli_word(cli, word), gs_cli_word(cli, W_COLON), text);
    }
}

static void print_difference(struct gs_cli *cli, const json_t *d)
{
    char at[20];
    gs_date_time_of(gs_get_text(d, "at"), at);
    const char *texts[] = {at, gs_get_text(d, "command"), gs_get_text(d, "booking_id")};
    fprintf(cli->out, "  %s", words_of(cli, gs_get_text(d, "what")));
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        fprintf(cli->out, "%s%s", texts[i][0] != '\0' ? "  " : "", texts[i]);
    }
    if (gs_get_int(d, "seq", 0) > 0) {
        fprintf(cli->out, "  %s %lld", gs_cli_word(cli, W_EVENT), (long long)gs_get_int(d, "seq", 0));
    }
    fputc('\n', cli->out);
    print_side(cli, d, "stored", W_STORED);
    print_side(cli, d, "found", W_FOUND);
}

/* What another version of the rules decided is no fault if it comes out otherwise now. */
static void print_earlier(struct gs_cli *cli, const json_t *earlier)
{
    long long commands = gs_get_int(earlier, "commands", 0);
    if (commands > 0) {
        fprintf(cli->out, "%s%s%lld %s%s%lld %s\n", gs_cli_word(cli, W_EARLIER_RULES), gs_cli_word(cli, W_COLON),
                commands, gs_cli_word(cli, W_REPLAYED_COMMANDS), gs_cli_word(cli, W_COMMA),
                (long long)gs_get_int(earlier, "differing", 0), gs_cli_word(cli, W_EARLIER_DIFFERING));
    }
}

static void print_report(struct gs_cli *cli, const json_t *r)
{
    size_t i;
    const json_t *d, *differences = json_object_get(r, "differences");
    long long differing = gs_get_int(r, "differing", 0), elsewhere = gs_get_int(r, "differing_elsewhere", 0);
    print_outcomes(cli, r);
    fprintf(cli->out, "%s%s%lld %s%s%lld %s%s", gs_get_text(r, "date"), gs_cli_word(cli, W_COLON),
            (long long)gs_get_int(r, "commands", 0), gs_cli_word(cli, W_REPLAYED_COMMANDS), gs_cli_word(cli, W_COMMA),
            (long long)gs_get_int(r, "decisions", 0), gs_cli_word(cli, W_DECISIONS), gs_cli_word(cli, W_COLON));
    if (differing == 0) {
        fprintf(cli->out, "%s\n", gs_cli_word(cli, W_ALL_THE_SAME));
    } else {
        fprintf(cli->out, "%lld %s\n", differing, gs_cli_word(cli, W_DIFFERENCES));
    }
    json_array_foreach(differences, i, d)
    {
        print_difference(cli, d);
    }
    if (differing > (long long)json_array_size(differences)) {
        fprintf(cli->out, "  …\n");
    }
    if (elsewhere > 0) {
        fprintf(cli->out, "%s%s%lld\n", gs_cli_word(cli, W_DIFFERENCES_ELSEWHERE), gs_cli_word(cli, W_COLON),
                elsewhere);
    }
    if (gs_get_int(r, "counted_refusals", 0) > 0) {
        fprintf(cli->out, "%s%s%lld\n", gs_cli_word(cli, W_COUNTED_REFUSALS), gs_cli_word(cli, W_COLON),
                (long long)gs_get_int(r, "counted_refusals", 0));
    }
    print_earlier(cli, json_object_get(r, "earlier_rules"));
}

enum gs_exit gs_cmd_replay_decisions(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    const struct gs_client_call call = {
        .method = "GET", .path = "/v1/audit/decisions", .timeout_ms = REPLAY_TIMEOUT_MS};
    struct gs_cli_answer r;
    enum gs_exit rc = gs_cli_call_of_date(cli, &call, gs_args_operand(args, 0), &r);
    if (rc == GS_EXIT_OK) {
        if (cli->json) {
            gs_cli_print_body(cli, &r);
        } else {
            print_report(cli, r.json);
        }
        rc = gs_get_bool(r.json, "same") ? GS_EXIT_OK : GS_EXIT_OTHER;
    }
    gs_cli_answer_finish(&r);
    return rc;
}
