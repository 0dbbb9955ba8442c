/* events: the feed, once or followed. Lines are printed as they come, so that any length takes the same memory. */
#include "commands.h"
#include "text_table.h"
#include <stdlib.h>
#include <string.h>

#define PAGE "500"
#define WAIT "30"
#define FOLLOW_TIMEOUT_MS 60000
#define AGAIN_MS 1000

const struct gs_cli_option gs_events_options[] = {
    {"follow", NULL, false, {"wait for more and print them as they come", "持续等待新事件"}},
    {"after", "N", false, {"only those after number N", "仅编号 N 之后"}},
    {NULL, NULL, false, {NULL, NULL}}};

static void print_event(struct gs_cli *cli, const json_t *event)
{
    char at[20];
    gs_date_time_of(gs_get_text(event, "at"), at);
    const json_t *actor = json_object_get(event, "actor");
    const char *name = gs_get_text(actor, "name"), *plate = gs_get_text(json_object_get(event, "data"), "plate");
    int pad = 10 - gs_text_columns(plate);
    fprintf(cli->out, "%6lld  %s  %-20s  %-8s  %s%*s  %s%s%s\n", (long long)gs_get_int(event, "seq", 0), at,
            gs_get_text(event, "type"), gs_get_text(event, "booking_id"), plate, pad > 0 ? pad : 0, "", name,
            gs_get_text(event, "reason")[0] != '\0' ? ": " : "", gs_get_text(event, "reason"));
}

/* Prints what came and moves *after behind it; how many. */
static size_t print_page(struct gs_cli *cli, const json_t *answer, bool lines, int64_t *after)
{
    const json_t *items = json_object_get(answer, "items");
    size_t i;
    const json_t *event;
    json_array_foreach(items, i, event)
    {
        if (lines) {
            json_dumpf(event, cli->out, JSON_COMPACT);
            fputc('\n', cli->out);
        } else {
            print_event(cli, event);
        }
        *after = gs_get_int(event, "seq", *after);
    }
    fflush(cli->out);
    return json_array_size(items);
}

static void make_path(char *out, size_t size, int64_t after, bool wait)
{
    snprintf(out, size, "/v1/events?after=%lld&limit=" PAGE "%s", (long long)after, wait ? "&wait=" WAIT : "");
}

static enum gs_exit print_once(struct gs_cli *cli, int64_t after)
{
    enum gs_exit rc = GS_EXIT_OK;
    size_t count = 1;
    while (rc == GS_EXIT_OK && count > 0) {
        char path[96];
        struct gs_cli_answer r;
        make_path(path, sizeof path, after, false);
        rc = gs_cli_get(cli, path, &r);
        if (rc == GS_EXIT_OK && cli->json) {
            gs_cli_print_body(cli, &r);
            count = 0;
        } else if (rc == GS_EXIT_OK) {
            count = print_page(cli, r.json, false, &after);
        }
        gs_cli_answer_finish(&r);
    }
    return rc;
}

/* Worth asking again: no answer at all, or a daemon that has too much to do or is ending. */
static bool passing(enum gs_exit rc, int status)
{
    return rc == GS_EXIT_UNREACHABLE || status == 429 || status >= 500;
}

static enum gs_exit follow(struct gs_cli *cli, int64_t after)
{
    bool told = false;
    for (;;) {
        char path[96];
        struct gs_cli_answer r;
        make_path(path, sizeof path, after, true);
        const struct gs_client_call call = {.method = "GET", .path = path, .timeout_ms = FOLLOW_TIMEOUT_MS};
        int err = cli->transport->send(cli->transport->self, &call, &r.response);
        int status = err == GS_OK ? r.response.status : 0;
        r.json = status != 0 ? gs_cli_json(cli, &r.response.body) : NULL;
        enum gs_exit rc = err != GS_OK ? GS_EXIT_UNREACHABLE : status == 200 ? GS_EXIT_OK : GS_EXIT_OTHER;
        bool again = passing(rc, status);
        if (rc == GS_EXIT_OK) {
            print_page(cli, r.json, cli->json, &after);
            told = false;
        } else if (!again) {
            rc = gs_cli_refused(cli, &r);
        } else if (!told) {
            (void)gs_cli_fail(cli, rc, W_CONNECTION_LOST, r.response.fault);
            told = true;
        }
        gs_cli_answer_finish(&r);
        if ((rc != GS_EXIT_OK && !again) || ferror(cli->out) != 0) {
            return rc;
        }
        if (again && cli->transport->pause(cli->transport->self, AGAIN_MS)) {
            return GS_EXIT_INTERRUPTED;
        }
    }
}

enum gs_exit gs_cmd_events(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    const char *text = gs_args_get(args, "after");
    char *end = NULL;
    long long after = text != NULL ? strtoll(text, &end, 10) : 0;
    if (text != NULL && (end == text || *end != '\0' || after < 0)) {
        return gs_cli_usage(cli, self, W_NOT_A_NUMBER, "--after", text);
    }
    return gs_args_has(args, "follow") ? follow(cli, after) : print_once(cli, after);
}
