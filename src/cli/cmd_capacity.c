/* capacity, capacity set, capacity reset: what a window can take, and the plan of a change. */
#include "commands.h"
#include "gateslot/base/limits.h"
#include "text_table.h"
#include "typed.h"
#include <stdlib.h>
#include <string.h>

const struct gs_cli_option gs_capacity_set_options[] = {
    {"slot-capacity", "N", false, {"for every slot, instead of the even spread", "每个时间段的容量"}},
    {"close", NULL, false, {"close the window", "关闭该时段"}},
    {"reason", "TEXT", false, {"why", "原因"}},
    {"excess", "rebook|keep", false, {"what becomes of bookings beyond it", "超出部分:rebook 调整,keep 保留"}},
    {"plan", "ID", false, {"exactly the plan that a dry run showed", "按试算的方案执行"}},
    {"dry-run", NULL, false, {"only show the plan", "仅显示方案"}},
    {NULL, NULL, false, {NULL, NULL}}};

const struct gs_cli_option gs_capacity_reset_options[] = {
    {"plan", "ID", false, {"exactly the plan that a dry run showed", "按试算的方案执行"}},
    {"dry-run", NULL, false, {"only show the plan", "仅显示方案"}},
    {NULL, NULL, false, {NULL, NULL}}};

static void add_number(struct gs_text_table *t, const json_t *object, const char *member)
{
    const json_t *value = json_object_get(object, member);
    char text[24] = "–";
    if (json_is_integer(value)) {
        snprintf(text, sizeof text, "%lld", (long long)json_integer_value(value));
    }
    gs_text_table_text(t, text);
}

static void add_capacity(struct gs_cli *cli, struct gs_text_table *t, const json_t *window)
{
    add_number(t, window, "capacity");
    add_number(t, window, "slot_capacity");
    add_number(t, window, "booked");
    add_number(t, window, "free");
    char note[GS_REASON_MAX + 64];
    const char *reason = gs_get_text(window, "reason");
    bool closed = gs_get_bool(window, "closed");
    (void)snprintf(note, sizeof note, "%s%s%s", closed ? gs_cli_word(cli, W_CLOSED) : "",
                   closed && reason[0] != '\0' ? ": " : "", reason);
    gs_text_table_text(t, note);
}

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
            gs_text_table_window(t, window);
            add_capacity(cli, t, window);
            add_number(t, window, "waiting");
            add_number(t, window, "overstay");
            add_number(t, window, "at_risk");
            add_number(t, window, "overbooking");
        }
    }
    gs_text_table_print(t, cli->out);
    gs_text_table_destroy(t);
}

enum gs_exit gs_cmd_capacity(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    return gs_cli_show_day(cli, "capacity", gs_args_operand(args, 0), print_days);
}

static void add_state(struct gs_cli *cli, struct gs_text_table *t, enum gs_word label, const json_t *state)
{
    gs_text_table_text(t, gs_cli_word(cli, label));
    add_capacity(cli, t, state);
}

static void add_place(struct gs_cli *cli, struct gs_text_table *t, const json_t *place)
{
    char start[20], text[64];
    if (!json_is_object(place)) {
        gs_text_table_text(t, "–");
        return;
    }
    gs_date_time_of(gs_get_text(json_object_get(place, "slot"), "start"), start);
    snprintf(text, sizeof text, "%s %s", gs_cli_window(cli, gs_get_text(place, "window")), start);
    gs_text_table_text(t, text);
}

static void print_steps(struct gs_cli *cli, enum gs_word title, const json_t *list)
{
    static const struct gs_column columns[] = {{W_ID, 0}, {W_PLATE, 0}, {W_FROM, 0}, {W_TO, 0}};
    if (json_array_size(list) == 0) {
        return;
    }
    struct gs_text_table *t = gs_text_table_create(cli, columns, 4);
    size_t i;
    const json_t *one;
    json_array_foreach(list, i, one)
    {
        gs_text_table_row(t);
        gs_text_table_text(t, gs_get_text(one, "booking_id"));
        gs_text_table_text(t, gs_get_text(one, "plate"));
        add_place(cli, t, json_object_get(one, "from"));
        add_place(cli, t, json_object_get(one, "to"));
    }
    fprintf(cli->out, "\n%s: %zu\n", gs_cli_word(cli, title), json_array_size(list));
    if (title == W_WAITLISTED) {
        fprintf(cli->out, "(%s)\n", gs_cli_word(cli, W_PLAN_ORDER));
    }
    gs_text_table_print(t, cli->out);
    gs_text_table_destroy(t);
}

static void print_windows(struct gs_cli *cli, const json_t *plan)
{
    static const struct gs_column columns[] = {{W_WINDOW, 0},
                                               {W_PLAN, 0},
                                               {W_CAPACITY, GS_COL_RIGHT},
                                               {W_SLOT_CAPACITY, GS_COL_RIGHT},
                                               {W_BOOKED, GS_COL_RIGHT},
                                               {W_FREE, GS_COL_RIGHT},
                                               {W_NOTE, GS_COL_CUT}};
    struct gs_text_table *t = gs_text_table_create(cli, columns, sizeof columns / sizeof columns[0]);
    size_t i;
    const json_t *window;
    json_array_foreach(json_object_get(plan, "windows"), i, window)
    {
        gs_text_table_row(t);
        gs_text_table_window(t, window);
        add_state(cli, t, W_BEFORE, json_object_get(window, "before"));
        gs_text_table_row(t);
        gs_text_table_text(t, "");
        add_state(cli, t, W_AFTER, json_object_get(window, "after"));
    }
    gs_text_table_print(t, cli->out);
    gs_text_table_destroy(t);
}

static void print_window(struct gs_cli *cli, const json_t *plan)
{
    static const struct gs_column columns[] = {
        {W_WINDOW, 0},          {W_CAPACITY, GS_COL_RIGHT}, {W_SLOT_CAPACITY, GS_COL_RIGHT}, {W_BOOKED, GS_COL_RIGHT},
        {W_FREE, GS_COL_RIGHT}, {W_NOTE, GS_COL_CUT}};
    struct gs_text_table *t = gs_text_table_create(cli, columns, sizeof columns / sizeof columns[0]);
    gs_text_table_row(t);
    add_state(cli, t, W_BEFORE, json_object_get(plan, "before"));
    gs_text_table_row(t);
    add_state(cli, t, W_AFTER, json_object_get(plan, "after"));
    gs_text_table_print(t, cli->out);
    gs_text_table_destroy(t);
}

static void print_plan(struct gs_cli *cli, const json_t *plan, bool dry_run)
{
    fprintf(cli->out, "%s %s\n", gs_get_text(plan, "date"), gs_cli_window(cli, gs_get_text(plan, "window")));
    if (json_array_size(json_object_get(plan, "windows")) > 1) {
        print_windows(cli, plan);
    } else {
        print_window(cli, plan);
    }
    print_steps(cli, W_MOVED, json_object_get(plan, "moved"));
    print_steps(cli, W_WAITLISTED, json_object_get(plan, "waitlisted"));
    print_steps(cli, W_PROMOTED, json_object_get(plan, "promoted"));
    if (dry_run) {
        fprintf(cli->out, "\n%s %s\n", gs_cli_word(cli, W_PLAN_NOT_DONE), gs_get_text(plan, "plan_id"));
    }
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

/* PUT or DELETE of one window's capacity. */
static enum gs_exit change(struct gs_cli *cli, const struct gs_args *args, const char *method, const char *body)
{
    char date[GS_DATE_TEXT];
    enum gs_exit rc = gs_cli_date(cli, gs_args_operand(args, 0), date);
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    struct gs_buf path;
    gs_buf_init(&path, 1024);
    gs_buf_str(&path, "/v1/capacity");
    gs_path_segment(&path, date);
    const char *window = gs_cli_window_id(cli, gs_args_operand(args, 1));
    gs_path_segment(&path, window);
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
        print_plan(cli, r.json, gs_args_has(args, "dry-run"));
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
