/* list and show: bookings of a day or several, and one with its history. */
#include "booking_columns.h"
#include "booking_view.h"
#include "bookings_csv.h"
#include "commands.h"
#include "event_view.h"
#include "list_rows.h"
#include "ref.h"
#include "story_pages.h"
#include "suggest.h"
#include "text_width.h"
#include "typed.h"
#include <stdlib.h>
#include <string.h>

const struct gs_cli_option gs_list_options[] = {
    {"next", NULL, false, {"the slot that runs now and the next one", "正在进行的和下一个时间段"}},
    {"from", "HH:MM", false, {"slots that start at that time or later", "此时刻及以后开始的时间段"}},
    {"to", "HH:MM", false, {"slots that start before that time", "此时刻以前开始的时间段"}},
    {"window", "WINDOW", false, {"only this window", "仅该周转时段"}},
    {"status", "STATUS,…", false, {"only these statuses", "仅这些状态，逗号分隔"}},
    {"search", "TEXT", false, {"part of plate, container, company …", "车牌、箱号、企业等的一部分"}},
    {"reference", "TEXT", false, {"the client's own number", "客户单号"}},
    {"sort", "COLUMN", false, {"by this column; -COLUMN: backwards", "按该列排序；-列名 为倒序"}},
    {"columns", "COLUMN,…", false, {"exactly these columns, in this order", "只显示这些列，按此顺序"}},
    {"csv", NULL, false, {"as CSV, with all columns", "以 CSV 输出全部列"}},
    {NULL, NULL, false, {NULL, NULL}}};

static const char *const status_names[] = {"waitlisted", "booked",  "arrived", "entered", "cleared", "departed",
                                           "cancelled",  "expired", "no_show", "refused", NULL};

/* The API's name of a status that is named so, or as either language shows it. NULL: none. */
static const char *status_called(const char *word)
{
    for (size_t i = 0; status_names[i] != NULL; i++) {
        if (strcmp(word, status_names[i]) == 0 || strcmp(word, gs_word_status(GS_CLI_ZH, status_names[i])) == 0) {
            return status_names[i];
        }
    }
    return strcmp(word, "no-show") == 0 ? "no_show" : strcmp(word, "已进场") == 0 ? "entered" : NULL;
}

/* Named in Chinese to who reads Chinese, but a slip in an English name is told by that name. */
static enum gs_exit no_such_status(struct gs_cli *cli, const char *word)
{
    const char *shown[GS_LIST_STATUSES_MAX + 1] = {NULL};
    if (cli->lang == GS_CLI_EN || gs_nearest(status_names, word) != NULL) {
        return gs_cli_no_such(cli, "--status", word, status_names);
    }
    for (size_t i = 0; status_names[i] != NULL; i++) {
        shown[i] = gs_word_status(cli->lang, status_names[i]);
    }
    return gs_cli_no_such(cli, "--status", word, shown);
}

static enum gs_exit take_statuses(struct gs_cli *cli, const char *given, struct gs_list_ask *ask)
{
    char plain[512], word[GS_TYPED_MAX];
    const char *at = plain, *name;
    size_t len = 0;
    if (gs_typed_plain(given, plain, sizeof plain) != GS_OK) {
        return gs_cli_fail(cli, GS_EXIT_USAGE, W_TOO_LONG, "--status");
    }
    while ((name = gs_typed_next(&at, &len)) != NULL) {
        snprintf(word, sizeof word, "%.*s", (int)len, name);
        const char *status = status_called(word);
        if (status == NULL) {
            return no_such_status(cli, word);
        }
        for (size_t i = 0; i < ask->status_count; i++) {
            if (strcmp(ask->statuses[i], status) == 0) {
                return gs_cli_wrong(cli, W_NAMED_TWICE, "--status", word);
            }
        }
        ask->statuses[ask->status_count++] = status;
    }
    return ask->status_count > 0 ? GS_EXIT_OK : gs_cli_wrong(cli, W_NOTHING_NAMED, "--status", given);
}

static enum gs_exit take_time(struct gs_cli *cli, const struct gs_args *args, const char *option, const char *shown,
                              int32_t *out_min)
{
    const char *given = gs_args_get(args, option);
    *out_min = GS_LIST_NO_TIME;
    return given == NULL || gs_typed_time(given, out_min) == GS_OK ? GS_EXIT_OK
                                                                   : gs_cli_wrong(cli, W_NOT_A_TIME, shown, given);
}

static enum gs_exit take_columns(struct gs_cli *cli, const char *option, const char *given,
                                 struct gs_booking_columns *out)
{
    char wrong[GS_BOOKING_CELL_MAX];
    int err = gs_booking_columns_parse(given, out, wrong);
    if (err == GS_E_NOTFOUND) {
        return gs_cli_no_such(cli, option, wrong, gs_booking_column_names());
    }
    return err == GS_OK ? GS_EXIT_OK
                        : gs_cli_wrong(cli, wrong[0] != '\0' ? W_NAMED_TWICE : W_NOTHING_NAMED, option, wrong);
}

/* For people sorted by slot; for programs as the API has it, unless they ask. Of any date the API begins with the newest. */
static enum gs_exit take_order(struct gs_cli *cli, const struct gs_args *args, struct gs_list_ask *ask)
{
    const char *given = gs_args_get(args, "sort");
    struct gs_booking_columns by = {0};
    bool for_people = !cli->json && !gs_args_has(args, "csv");
    ask->sorted = given != NULL || (for_people && (ask->from[0] != '\0' || ask->status_count > 0));
    if (given == NULL) {
        return GS_EXIT_OK;
    }
    ask->descending = given[0] == '-';
    enum gs_exit rc = take_columns(cli, "--sort", given + (ask->descending ? 1 : 0), &by);
    ask->sort_by = by.index[0];
    return rc == GS_EXIT_OK && by.count > 1 ? gs_cli_wrong(cli, W_ONE_COLUMN, "--sort", given) : rc;
}

/* Trucks at the gate or in the yard: whoever asks for them alone and without a date means all, of whatever date they are. */
static bool all_there(const struct gs_list_ask *ask)
{
    static const char *const there[] = {"arrived", "entered", "cleared"};
    for (size_t i = 0; i < ask->status_count; i++) {
        bool is = false;
        for (size_t t = 0; t < sizeof there / sizeof there[0]; t++) {
            is = is || strcmp(ask->statuses[i], there[t]) == 0;
        }
        if (!is) {
            return false;
        }
    }
    return ask->status_count > 0;
}

static enum gs_exit take_days(struct gs_cli *cli, const struct gs_args *args, struct gs_list_ask *ask)
{
    const char *word = gs_args_operand(args, 0);
    if (gs_args_has(args, "next")) {
        return word == NULL ? gs_list_take_next(cli, ask) : gs_cli_wrong(cli, W_NOT_TOGETHER, "--next", word);
    }
    if (word == NULL && (all_there(ask) || ask->search != NULL || ask->reference != NULL)) {
        return GS_EXIT_OK;
    }
    gs_date first = 0, last = 0;
    enum gs_exit rc = gs_cli_range(cli, word, ask->from, ask->to);
    if (rc == GS_EXIT_OK && gs_date_parse(ask->from, strlen(ask->from), &first) == GS_OK &&
        gs_date_parse(ask->to, strlen(ask->to), &last) == GS_OK && last - first >= GS_LIST_DAYS_MAX) {
        char most[16];
        snprintf(most, sizeof most, "%d", GS_LIST_DAYS_MAX);
        return gs_cli_wrong(cli, W_TOO_MANY_DAYS, word, most);
    }
    return rc;
}

static enum gs_exit take_ask(struct gs_cli *cli, const struct gs_args *args, struct gs_list_ask *ask)
{
    *ask = (struct gs_list_ask){.search = gs_args_get(args, "search"), .reference = gs_args_get(args, "reference")};
    enum gs_exit rc = GS_EXIT_OK;
    if (gs_args_has(args, "status")) {
        rc = take_statuses(cli, gs_args_get(args, "status"), ask);
    }
    rc = rc == GS_EXIT_OK ? take_time(cli, args, "from", "--from", &ask->from_min) : rc;
    rc = rc == GS_EXIT_OK ? take_time(cli, args, "to", "--to", &ask->to_min) : rc;
    if (rc == GS_EXIT_OK && gs_args_has(args, "window")) {
        ask->window = gs_cli_window_id(cli, gs_args_get(args, "window"));
    }
    rc = rc == GS_EXIT_OK ? take_days(cli, args, ask) : rc;
    return rc == GS_EXIT_OK ? take_order(cli, args, ask) : rc;
}

static void print_heading(struct gs_cli *cli, const struct gs_list_ask *ask, size_t count)
{
    static const char *const weekdays[GS_CLI_LANGS][7] = {
        [GS_CLI_EN] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
        [GS_CLI_ZH] = {"周一", "周二", "周三", "周四", "周五", "周六", "周日"}};
    gs_date date = 0;
    if (gs_date_parse(ask->from, strlen(ask->from), &date) == GS_OK) {
        fprintf(cli->out, "%s %s   %zu %s\n", ask->from, weekdays[cli->lang][gs_date_weekday(date)], count,
                gs_cli_word(cli, W_BOOKINGS));
    }
}

static void print_table(struct gs_cli *cli, const struct gs_list_ask *ask, const struct gs_booking_columns *columns,
                        const json_t *items)
{
    size_t i;
    const json_t *booking;
    if (json_array_size(items) == 0) {
        fprintf(cli->out, "%s\n", gs_cli_word(cli, W_NOTHING_FOUND));
        gs_cli_hint_window(cli, ask->window);
        return;
    }
    struct gs_text_table *t = gs_booking_columns_table(cli, columns);
    json_array_foreach(items, i, booking)
    {
        gs_booking_columns_row(cli, t, columns, booking);
    }
    if (columns->one_day) {
        print_heading(cli, ask, json_array_size(items));
    }
    gs_text_table_print(t, cli->out);
    char left_out[256];
    gs_text_table_left_out(t, left_out, sizeof left_out);
    if (left_out[0] != '\0') {
        char text[512];
        const char *const values[] = {left_out, NULL};
        gs_text_wrap(cli->out, gs_word_fill(cli->lang, W_NOT_SHOWN, values, text, sizeof text), 0, 2, cli->width);
    }
    gs_text_table_destroy(t);
}

/* As the API has it with --json, as CSV, or as a table. */
static enum gs_exit print_list(struct gs_cli *cli, const struct gs_list_ask *ask,
                               const struct gs_booking_columns *columns, const struct gs_cli_answer *r, bool whole,
                               bool csv)
{
    if (csv) {
        return gs_bookings_csv(cli, json_object_get(r->json, "items"));
    }
    if (!cli->json) {
        print_table(cli, ask, columns, json_object_get(r->json, "items"));
    } else if (whole) {
        gs_cli_print_body(cli, r);
    } else {
        json_dumpf(r->json, cli->out, JSON_COMPACT);
        fputc('\n', cli->out);
    }
    return GS_EXIT_OK;
}

enum gs_exit gs_cmd_list(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    bool csv = gs_args_has(args, "csv");
    if (csv && gs_args_has(args, "columns")) {
        return gs_cli_usage(cli, self, W_NOT_TOGETHER, "--csv", "--columns");
    }
    struct gs_list_ask ask;
    struct gs_booking_columns columns;
    struct gs_cli_answer r = {0};
    bool whole = false, more = false;
    enum gs_exit rc = take_ask(cli, args, &ask);
    gs_booking_columns_default(ask.from[0] != '\0' && strcmp(ask.from, ask.to) == 0, &columns);
    if (rc == GS_EXIT_OK && gs_args_has(args, "columns")) {
        rc = take_columns(cli, "--columns", gs_args_get(args, "columns"), &columns);
    }
    if (rc == GS_EXIT_OK) {
        rc = gs_list_rows(cli, &ask, &r, &whole, &more);
    }
    if (rc == GS_EXIT_OK) {
        rc = print_list(cli, &ask, &columns, &r, whole, csv);
    }
    if (rc == GS_EXIT_OK && more && !cli->json) {
        (void)gs_cli_fail(cli, rc, W_MORE_ROWS, NULL);
    }
    gs_cli_answer_finish(&r);
    gs_list_ask_finish(&ask);
    return rc;
}

static void print_history(struct gs_cli *cli, const char *path)
{
    struct gs_cli_answer r;
    if (gs_story_get(cli, path, true, &r) == GS_EXIT_OK) {
        const json_t *items = json_object_get(r.json, "items"), *event;
        size_t i;
        if (json_array_size(items) > 0) {
            fprintf(cli->out, "\n%s\n", gs_cli_word(cli, W_HISTORY));
        }
        json_array_foreach(items, i, event)
        {
            gs_event_of_booking(cli, event);
        }
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
