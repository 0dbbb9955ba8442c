/* list and show: bookings of a day, and one with its history. */
#include "booking_view.h"
#include "commands.h"
#include "ref.h"
#include <string.h>

#define PAGE "500"
#define ROWS_MAX 20000 /* held at once for the table; more are told of, not shown */

const struct gs_cli_option gs_list_options[] = {
    {"window", "WINDOW", false, {"only this window", "仅该周转时段"}},
    {"status", "STATUS", false, {"only this status", "仅该状态"}},
    {"search", "TEXT", false, {"plate, container, company or pass code", "车牌、箱号、企业或通行码"}},
    {NULL, NULL, false, {NULL, NULL}}};

static enum gs_exit get_page(struct gs_cli *cli, const char *date, const struct gs_args *args, const char *cursor,
                             struct gs_cli_answer *out)
{
    struct gs_buf path;
    gs_buf_init(&path, 4096);
    gs_buf_str(&path, "/v1/bookings");
    gs_path_query(&path, "date", date);
    gs_path_query(&path, "window", gs_args_get(args, "window"));
    gs_path_query(&path, "status", gs_args_get(args, "status"));
    gs_path_query(&path, "q", gs_args_get(args, "search"));
    gs_path_query(&path, "limit", PAGE);
    gs_path_query(&path, "cursor", cursor);
    enum gs_exit rc = GS_EXIT_USAGE;
    if (gs_buf_status(&path) == GS_OK) {
        rc = gs_cli_get(cli, path.data, out);
    } else {
        gs_response_init(&out->response);
        out->json = NULL;
        fprintf(cli->err, "gateslot: --search: %s\n", gs_strerror(gs_buf_status(&path)));
    }
    gs_buf_finish(&path);
    return rc;
}

/* All pages as one answer of the API's shape: the first page takes the items of the others. */
static enum gs_exit get_all(struct gs_cli *cli, const char *date, const struct gs_args *args, struct gs_cli_answer *out,
                            bool *out_one_page)
{
    enum gs_exit rc = get_page(cli, date, args, NULL, out);
    json_t *items = json_object_get(out->json, "items");
    *out_one_page = true;
    while (rc == GS_EXIT_OK && json_array_size(items) < ROWS_MAX) {
        const char *cursor = gs_get_text(out->json, "next_cursor");
        if (cursor[0] == '\0') {
            break;
        }
        struct gs_cli_answer next;
        rc = get_page(cli, date, args, cursor, &next);
        if (rc == GS_EXIT_OK) {
            json_array_extend(items, json_object_get(next.json, "items"));
            json_t *further = json_object_get(next.json, "next_cursor");
            json_object_set_new(out->json, "next_cursor", further != NULL ? json_incref(further) : json_null());
        }
        *out_one_page = false;
        gs_cli_answer_finish(&next);
    }
    return rc;
}

static void print_table(struct gs_cli *cli, const json_t *answer)
{
    struct gs_text_table *t = gs_booking_table(cli);
    size_t i;
    const json_t *booking;
    json_array_foreach(json_object_get(answer, "items"), i, booking)
    {
        gs_booking_row(cli, t, booking);
    }
    if (gs_text_table_rows(t) == 0) {
        fprintf(cli->out, "%s\n", gs_cli_word(cli, W_NOTHING_FOUND));
    } else {
        gs_text_table_sort(t, 0);
        gs_text_table_print(t, cli->out);
    }
    if (gs_get_text(answer, "next_cursor")[0] != '\0') {
        fprintf(cli->err, "gateslot: %s\n", gs_cli_word(cli, W_MORE_ROWS));
    }
    gs_text_table_destroy(t);
}

/* Trucks at the gate or in the yard: whoever asks for them without a date means all, of whatever date they are. */
static bool is_there(const char *status)
{
    static const char *const there[] = {"arrived", "entered", "cleared"};
    for (size_t i = 0; status != NULL && i < sizeof there / sizeof there[0]; i++) {
        if (strcmp(status, there[i]) == 0) {
            return true;
        }
    }
    return false;
}

enum gs_exit gs_cmd_list(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    char date[GS_DATE_TEXT];
    struct gs_cli_answer r;
    bool one_page = true;
    enum gs_exit rc = gs_cli_date(cli, gs_args_operand(args, 0), date);
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    if (gs_args_operand(args, 0) == NULL && is_there(gs_args_get(args, "status"))) {
        date[0] = '\0';
    }
    rc = get_all(cli, date[0] != '\0' ? date : NULL, args, &r, &one_page);
    if (rc == GS_EXIT_OK && !cli->json) {
        print_table(cli, r.json);
    } else if (rc == GS_EXIT_OK && one_page) {
        gs_cli_print_body(cli, &r);
    } else if (rc == GS_EXIT_OK) {
        json_dumpf(r.json, cli->out, JSON_COMPACT);
        fputc('\n', cli->out);
    }
    gs_cli_answer_finish(&r);
    return rc;
}

static void print_history(struct gs_cli *cli, const char *path)
{
    static const struct gs_column columns[] = {{W_TIME, 0}, {W_EVENT, 0}, {W_ACTOR, 0}, {W_NOTE, 0}};
    struct gs_cli_answer r;
    const struct gs_client_call call = {.method = "GET", .path = path};
    if (gs_cli_try(cli, &call, &r) == GS_EXIT_OK && r.response.status == 200) {
        struct gs_text_table *t = gs_text_table_create(cli, columns, 4);
        size_t i;
        const json_t *event;
        json_array_foreach(json_object_get(r.json, "items"), i, event)
        {
            char at[20];
            gs_date_time_of(gs_get_text(event, "at"), at);
            gs_text_table_row(t);
            gs_text_table_text(t, at);
            gs_text_table_text(t, gs_get_text(event, "type"));
            gs_text_table_text(t, gs_get_text(json_object_get(event, "actor"), "name"));
            gs_text_table_text(t, gs_get_text(event, gs_get_text(event, "text")[0] != '\0' ? "text" : "reason"));
        }
        if (gs_text_table_rows(t) > 0) {
            fprintf(cli->out, "\n%s\n", gs_cli_word(cli, W_HISTORY));
            gs_text_table_print(t, cli->out);
        }
        gs_text_table_destroy(t);
    }
    gs_cli_answer_finish(&r);
}

enum gs_exit gs_cmd_show(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    char path[GS_REF_PATH_MAX], history[GS_REF_PATH_MAX];
    enum gs_exit rc = gs_ref_paths(cli, gs_args_operand(args, 0), path, history);
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    struct gs_cli_answer r;
    rc = gs_cli_get(cli, path, &r);
    if (rc == GS_EXIT_OK && cli->json) {
        gs_cli_print_body(cli, &r);
    } else if (rc == GS_EXIT_OK) {
        gs_booking_sheet(cli, r.json);
        print_history(cli, history);
    }
    gs_cli_answer_finish(&r);
    return rc;
}
