/* company: what a company holds and has used against its quota by day and window, its throttle, its kept promises, its strikes. */
#include "commands.h"
#include "strike_view.h"
#include <string.h>

static void add_numbers(struct gs_text_table *t, const json_t *of)
{
    const json_t *limit = json_object_get(of, "limit");
    gs_text_table_int(t, gs_get_int(of, "held", 0));
    if (json_is_integer(limit)) {
        gs_text_table_int(t, json_integer_value(limit));
    } else {
        gs_text_table_text(t, "–");
    }
    gs_text_table_int(t, gs_get_int(of, "used", 0));
    gs_text_table_int(t, gs_get_int(of, "missed", 0));
}

static void print_days(struct gs_cli *cli, const json_t *days)
{
    static const struct gs_column columns[] = {{W_DATE, 0},
                                               {W_WINDOW, 0},
                                               {W_PLACES_HELD, GS_COL_RIGHT},
                                               {W_LIMIT, GS_COL_RIGHT},
                                               {W_CAME, GS_COL_RIGHT},
                                               {W_MISSED, GS_COL_RIGHT}};
    struct gs_text_table *t = gs_text_table_create(cli, columns, sizeof columns / sizeof columns[0]);
    const json_t *day, *window;
    size_t d, w;
    json_array_foreach(days, d, day)
    {
        json_array_foreach(json_object_get(day, "windows"), w, window)
        {
            gs_text_table_row(t);
            gs_text_table_text(t, gs_get_text(day, "date"));
            gs_text_table_text(t, gs_cli_window(cli, gs_get_text(window, "id")));
            add_numbers(t, window);
        }
        gs_text_table_row(t);
        gs_text_table_text(t, gs_get_text(day, "date"));
        gs_text_table_text(t, gs_cli_word(cli, W_TOTAL));
        add_numbers(t, day);
    }
    gs_text_table_print(t, cli->out);
    gs_text_table_destroy(t);
}

static void print_week(struct gs_cli *cli, const json_t *week)
{
    char text[512], numbers[5][24];
    const json_t *before = json_object_get(week, "week_before");
    const int64_t values[] = {gs_get_int(week, "held", 0), gs_get_int(week, "limit", 0),
                              gs_get_int(before, "missed", 0), gs_get_int(before, "promised", 0),
                              gs_get_int(before, "throttled_from_percent", 0)};
    for (size_t i = 0; i < 5; i++) {
        snprintf(numbers[i], sizeof numbers[i], "%lld", (long long)values[i]);
    }
    const char *const throttled[] = {gs_get_text(week, "week"), numbers[0], numbers[1], numbers[2], numbers[3], NULL};
    const char *const free_to_book[] = {gs_get_text(week, "week"), numbers[0], numbers[2], numbers[3], NULL};
    bool is_throttled = gs_get_bool(week, "throttled");
    fprintf(cli->out, "%s\n",
            gs_word_fill(cli->lang, is_throttled ? W_WEEK_THROTTLED : W_WEEK_FREE,
                         is_throttled ? throttled : free_to_book, text, sizeof text));
}

static void print_promises(struct gs_cli *cli, const json_t *rate)
{
    char text[512], numbers[3][24], percent[24] = "–";
    const char *const members[] = {"kept", "missed", "excused"};
    const json_t *share = json_object_get(rate, "percent");
    for (size_t i = 0; i < 3; i++) {
        snprintf(numbers[i], sizeof numbers[i], "%lld", (long long)gs_get_int(rate, members[i], 0));
    }
    if (json_is_number(share)) {
        snprintf(percent, sizeof percent, "%.1f%%", json_number_value(share));
    }
    const char *const values[] = {
        gs_get_text(rate, "from"), gs_get_text(rate, "to"), numbers[0], numbers[1], percent, numbers[2], NULL};
    fprintf(cli->out, "%s\n", gs_word_fill(cli->lang, W_PROMISES, values, text, sizeof text));
}

static void print_live(struct gs_cli *cli, const json_t *live)
{
    static const char *const members[] = {"held", "limit", "cancelled_late", "missed", "ended"};
    char text[512], numbers[5][24];
    for (size_t i = 0; i < 5; i++) {
        snprintf(numbers[i], sizeof numbers[i], "%lld", (long long)gs_get_int(live, members[i], 0));
    }
    enum gs_word how = gs_get_bool(live, "known") ? W_LIVE_KNOWN : W_LIVE_UNKNOWN;
    how = gs_get_bool(live, "limited_as_late") ? W_LIVE_LATE : how;
    const char *const values[] = {numbers[0],
                                  json_is_integer(json_object_get(live, "limit")) ? numbers[1] : "–",
                                  gs_cli_word(cli, how),
                                  gs_get_text(live, "from"),
                                  gs_get_text(live, "to"),
                                  numbers[2],
                                  numbers[3],
                                  numbers[4],
                                  NULL};
    fprintf(cli->out, "%s\n", gs_word_fill(cli->lang, W_LIVE, values, text, sizeof text));
}

static void print_company(struct gs_cli *cli, const json_t *company)
{
    const json_t *week;
    size_t i;
    const char *name = gs_get_text(company, "name");
    fprintf(cli->out, "%s%s%s\n", gs_get_text(company, "uscc"), name[0] != '\0' ? "  " : "", name);
    print_days(cli, json_object_get(company, "days"));
    json_array_foreach(json_object_get(company, "weeks"), i, week)
    {
        print_week(cli, week);
    }
    print_promises(cli, json_object_get(company, "no_shows"));
    if (json_object_get(company, "live") != NULL) { /* an older daemon says nothing of it */
        print_live(cli, json_object_get(company, "live"));
    }
    struct gs_text_table *t = gs_strikes_table(cli);
    gs_strikes_add(cli, t, json_object_get(json_object_get(company, "strikes"), "items"));
    gs_strikes_print(cli, t);
    gs_text_table_destroy(t);
}

enum gs_exit gs_cmd_company(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    char from[GS_DATE_TEXT], to[GS_DATE_TEXT];
    const char *days = gs_args_operand(args, 1);
    enum gs_exit rc = days != NULL ? gs_cli_range(cli, days, from, to) : GS_EXIT_OK;
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    struct gs_buf path;
    struct gs_cli_answer r = {0};
    gs_buf_init(&path, 1024);
    gs_buf_str(&path, "/v1/companies");
    gs_path_segment(&path, gs_args_operand(args, 0));
    gs_path_query(&path, "from", days != NULL ? from : NULL);
    gs_path_query(&path, "to", days != NULL ? to : NULL);
    rc = gs_buf_status(&path) == GS_OK ? gs_cli_get(cli, path.data, &r)
                                       : gs_cli_fail(cli, GS_EXIT_OTHER, W_NO_MEMORY, NULL);
    gs_buf_finish(&path);
    if (rc == GS_EXIT_OK && cli->json) {
        gs_cli_print_body(cli, &r);
    } else if (rc == GS_EXIT_OK) {
        print_company(cli, r.json);
    }
    gs_cli_answer_finish(&r);
    return rc;
}
