/* capacity, capacity set, capacity reset: what a window can take, and the plan of a change. */
#include "commands.h"
#include "plan_view.h"
#include "text_table.h"
#include "typed.h"
#include <stdlib.h>
#include <string.h>

const struct gs_cli_option gs_capacity_set_options[] = {
    {"slot-capacity", "N", false, {"for every slot, instead of the even spread", "每个时间段的容量"}},
    {"close", NULL, false, {"close the window", "关闭该时段"}},
    {"reason", "TEXT", false, {"why", "原因"}},
    {"excess", "rebook|keep", false, {"what becomes of bookings beyond it", "超出部分：rebook 调整，keep 保留"}},
    {"plan", "ID", false, {"exactly the plan that a dry run showed", "按试算的方案执行"}},
    {"dry-run", NULL, false, {"only show the plan", "仅显示方案"}},
    {NULL, NULL, false, {NULL, NULL}}};

const struct gs_cli_option gs_capacity_reset_options[] = {
    {"plan", "ID", false, {"exactly the plan that a dry run showed", "按试算的方案执行"}},
    {"dry-run", NULL, false, {"only show the plan", "仅显示方案"}},
    {NULL, NULL, false, {NULL, NULL}}};

static void print_days(struct gs_cli *cli, const json_t *answer)
{
    static const struct gs_column columns[] = {{W_DATE, 0},
                                               {W_WINDOW, 0},
                                               {W_CAPACITY, GS_COL_RIGHT},
                                               {W_SLOT_CAPACITY, GS_COL_RIGHT | GS_COL_DROP(3)},
                                               {W_BOOKED, GS_COL_RIGHT},
                                               {W_FREE, GS_COL_RIGHT},
                                               {W_NOTE, GS_COL_CUT | GS_COL_DROP(1)},
                                               {W_WAITLISTED, GS_COL_RIGHT | GS_COL_DROP(2)},
                                               {W_OVERSTAYING, GS_COL_RIGHT | GS_COL_DROP(5)},
                                               {W_AT_RISK, GS_COL_RIGHT | GS_COL_DROP(4)},
                                               {W_OVERBOOKING, GS_COL_RIGHT | GS_COL_DROP(6)}};
    struct gs_text_table *t = gs_text_table_create(cli, columns, sizeof columns / sizeof columns[0]);
    size_t d, w;
    const json_t *day, *window;
    json_array_foreach(json_object_get(answer, "days"), d, day)
    {
        json_array_foreach(json_object_get(day, "windows"), w, window)
        {
            gs_text_table_row(t);
            gs_text_table_text(t, gs_get_text(day, "date"));
            gs_text_table_text(t, gs_cli_window_of(cli, window));
            gs_plan_view_capacity(cli, t, window);
            gs_plan_view_number(t, window, "waiting");
            gs_plan_view_number(t, window, "overstay");
            gs_plan_view_number(t, window, "at_risk");
            gs_plan_view_number(t, window, "overbooking");
        }
    }
    gs_text_table_print(t, cli->out);
    gs_text_table_destroy(t);
}

enum gs_exit gs_cmd_capacity(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    return gs_cli_show_day(cli, "capacity", gs_args_operand(args, 0), gs_args_has(args, "csv"), print_days);
}

static bool parse_number(const char *text, json_int_t *out)
{
    int64_t value = 0;
    if (gs_typed_number(text, INT64_MIN, INT64_MAX, &value) != GS_OK) {
        return false;
    }
    *out = value;
    return true;
}

static bool set_number(json_t *body, const char *member, const char *text)
{
    json_int_t number;
    if (text == NULL) {
        return true;
    }
    return parse_number(text, &number) && json_object_set_new(body, member, json_integer(number)) == 0;
}

/* NULL: a number is no number, or there is nothing to set. */
static json_t *set_body(const struct gs_args *args)
{
    const char *capacity = gs_args_operand(args, 2);
    json_t *body = json_pack("{s:b}", "closed", gs_args_has(args, "close"));
    bool something = capacity != NULL || gs_args_has(args, "close") || gs_args_has(args, "slot-capacity");
    if (!something || !set_number(body, "capacity", capacity) ||
        !set_number(body, "slot_capacity", gs_args_get(args, "slot-capacity"))) {
        json_decref(body);
        return NULL;
    }
    if (gs_args_has(args, "plan")) {
        json_object_set_new(body, "plan_id", json_string(gs_args_get(args, "plan")));
    }
    static const char *const texts[] = {"reason", "excess"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (gs_args_has(args, texts[i])) {
            json_object_set_new(body, texts[i], json_string(gs_args_get(args, texts[i])));
        }
    }
    return body;
}

/* PUT or DELETE of a window's capacity, or of all windows', on a date or on several. */
static enum gs_exit change(struct gs_cli *cli, const struct gs_args *args, const char *method, const char *body)
{
    char date[GS_DATE_TEXT], until[GS_DATE_TEXT];
    enum gs_exit rc = gs_cli_range(cli, gs_args_operand(args, 0), date, until);
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    struct gs_buf path;
    gs_buf_init(&path, 1024);
    gs_buf_str(&path, "/v1/capacity");
    gs_path_segment(&path, date);
    const char *window = gs_cli_window_id(cli, gs_args_operand(args, 1));
    gs_path_segment(&path, window);
    gs_path_query(&path, "until", strcmp(date, until) != 0 ? until : NULL);
    gs_path_query(&path, "dry_run", gs_args_has(args, "dry-run") ? "true" : NULL);
    gs_path_query(&path, "plan_id", body == NULL ? gs_args_get(args, "plan") : NULL);
    if (gs_buf_status(&path) != GS_OK) {
        gs_buf_finish(&path);
        return gs_cli_fail(cli, GS_EXIT_USAGE, W_WINDOW, gs_args_operand(args, 1));
    }
    struct gs_cli_answer r;
    const struct gs_client_call call = {.method = method, .path = path.data, .body = body};
    rc = gs_cli_call(cli, &call, &r);
    if (rc == GS_EXIT_OK && cli->json) {
        gs_cli_print_body(cli, &r);
    } else if (rc == GS_EXIT_OK && r.json != NULL) {
        gs_plan_view(cli, r.json, gs_args_has(args, "dry-run"));
    } else if (rc == GS_EXIT_NOT_FOUND || rc == GS_EXIT_INVALID) {
        gs_cli_hint_window(cli, window);
    }
    gs_cli_answer_finish(&r);
    gs_buf_finish(&path);
    return rc;
}

enum gs_exit gs_cmd_capacity_set(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    const char *capacity = gs_args_operand(args, 2), *of_slots = gs_args_get(args, "slot-capacity");
    json_int_t number = 0;
    if (capacity == NULL && of_slots == NULL && !gs_args_has(args, "close")) {
        return gs_cli_usage(cli, self, W_NOTHING_TO_SET, self->name, NULL);
    }
    char *body = gs_json_steal_text(set_body(args));
    if (body == NULL) {
        bool in_slots = capacity == NULL || parse_number(capacity, &number);
        return gs_cli_usage(cli, self, W_NOT_A_NUMBER, in_slots ? "--slot-capacity" : self->name,
                            in_slots ? of_slots : capacity);
    }
    enum gs_exit rc = change(cli, args, "PUT", body);
    free(body);
    return rc;
}

enum gs_exit gs_cmd_capacity_reset(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    return change(cli, args, "DELETE", NULL);
}
