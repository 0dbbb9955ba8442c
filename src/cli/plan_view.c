/* Shows plans of capacity changes: what was and will be, and what becomes of each booking. Of several dates those that follow each
 * other and are alike are one. */
#include "plan_view.h"
#include "gateslot/base/limits.h"
#include <string.h>

void gs_plan_view_number(struct gs_text_table *t, const json_t *object, const char *member)
{
    const json_t *value = json_object_get(object, member);
    char text[24] = "–";
    if (json_is_integer(value)) {
        snprintf(text, sizeof text, "%lld", (long long)json_integer_value(value));
    }
    gs_text_table_text(t, text);
}

void gs_plan_view_capacity(struct gs_cli *cli, struct gs_text_table *t, const json_t *window)
{
    gs_plan_view_number(t, window, "capacity");
    gs_plan_view_number(t, window, "slot_capacity");
    gs_plan_view_number(t, window, "booked");
    gs_plan_view_number(t, window, "free");
    char note[GS_REASON_MAX + 64];
    const char *reason = gs_get_text(window, "reason");
    bool closed = gs_get_bool(window, "closed");
    (void)snprintf(note, sizeof note, "%s%s%s", closed ? gs_cli_word(cli, W_CLOSED) : "",
                   closed && reason[0] != '\0' ? gs_cli_word(cli, W_COLON) : "", reason);
    gs_text_table_text(t, note);
}

static void add_state(struct gs_cli *cli, struct gs_text_table *t, enum gs_word label, const json_t *state)
{
    gs_text_table_text(t, gs_cli_word(cli, label));
    gs_plan_view_capacity(cli, t, state);
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

/* The steps of one kind on all these days, in their order. */
static void print_steps(struct gs_cli *cli, enum gs_word title, const char *member, const json_t *days)
{
    static const struct gs_column columns[] = {{W_ID, 0}, {W_PLATE, 0}, {W_FROM, 0}, {W_TO, 0}};
    struct gs_text_table *t = gs_text_table_create(cli, columns, 4);
    size_t d, i, count = 0;
    const json_t *day, *one;
    json_array_foreach(days, d, day)
    {
        json_array_foreach(json_object_get(day, member), i, one)
        {
            gs_text_table_row(t);
            gs_text_table_text(t, gs_get_text(one, "booking_id"));
            gs_text_table_text(t, gs_get_text(one, "plate"));
            add_place(cli, t, json_object_get(one, "from"));
            add_place(cli, t, json_object_get(one, "to"));
            count++;
        }
    }
    if (count > 0) {
        fprintf(cli->out, "\n%s%s%zu\n", gs_cli_word(cli, title), gs_cli_word(cli, W_COLON), count);
        if (title == W_WAITLISTED) {
            gs_text_wrap(cli->out, gs_cli_word(cli, W_PLAN_ORDER), 0, 1, cli->width);
        }
        gs_text_table_print(t, cli->out);
    }
    gs_text_table_destroy(t);
}

static void print_all_steps(struct gs_cli *cli, const json_t *days)
{
    print_steps(cli, W_MOVED, "moved", days);
    print_steps(cli, W_WAITLISTED, "waitlisted", days);
    print_steps(cli, W_PROMOTED, "promoted", days);
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
        gs_text_table_text(t, gs_cli_window_of(cli, window));
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

static void print_one(struct gs_cli *cli, const json_t *plan)
{
    fprintf(cli->out, "%s %s\n", gs_get_text(plan, "date"), gs_cli_window(cli, gs_get_text(plan, "window")));
    if (json_array_size(json_object_get(plan, "windows")) > 1) {
        print_windows(cli, plan);
    } else {
        print_window(cli, plan);
    }
    json_t *days = json_pack("[O]", plan);
    print_all_steps(cli, days);
    json_decref(days);
}

/* "40 → 30", or the one number where both are the same; closed is a word. */
static void add_change(struct gs_cli *cli, struct gs_text_table *t, const json_t *window, const char *member)
{
    const json_t *states[] = {json_object_get(window, "before"), json_object_get(window, "after")};
    char texts[2][32], text[72];
    for (int i = 0; i < 2; i++) {
        bool closed = strcmp(member, "capacity") == 0 && gs_get_bool(states[i], "closed");
        if (!json_is_object(states[i])) {
            (void)snprintf(texts[i], sizeof texts[i], "–");
        } else if (closed) {
            (void)snprintf(texts[i], sizeof texts[i], "%s", gs_cli_word(cli, W_CLOSED));
        } else {
            (void)snprintf(texts[i], sizeof texts[i], "%lld", (long long)gs_get_int(states[i], member, 0));
        }
    }
    bool same = strcmp(texts[0], texts[1]) == 0;
    (void)snprintf(text, sizeof text, "%s%s%s", texts[0], same ? "" : " → ", same ? "" : texts[1]);
    gs_text_table_text(t, text);
}

/* Of how many days from there on the plans are the same, windows and all. */
static size_t alike(const json_t *days, size_t from)
{
    const json_t *first = json_object_get(json_array_get(days, from), "windows");
    size_t to = from + 1;
    while (to < json_array_size(days) && json_equal(first, json_object_get(json_array_get(days, to), "windows")) == 1) {
        to++;
    }
    return to - from;
}

static void add_days(struct gs_cli *cli, struct gs_text_table *t, const json_t *days, size_t from, size_t count)
{
    const json_t *first = json_array_get(days, from), *last = json_array_get(days, from + count - 1), *window;
    char label[2 * GS_DATE_TEXT + 8];
    size_t i;
    (void)snprintf(label, sizeof label, "%.10s%s%.10s", gs_get_text(first, "date"), count > 1 ? ".." : "",
                   count > 1 ? gs_get_text(last, "date") : "");
    json_array_foreach(json_object_get(first, "windows"), i, window)
    {
        gs_text_table_row(t);
        gs_text_table_text(t, i == 0 ? label : "");
        gs_text_table_text(t, gs_cli_window_of(cli, window));
        add_change(cli, t, window, "capacity");
        add_change(cli, t, window, "booked");
        add_change(cli, t, window, "waiting");
    }
}

void gs_plan_view_days(struct gs_cli *cli, const json_t *days)
{
    static const struct gs_column columns[] = {{W_DATE, 0},
                                               {W_WINDOW, 0},
                                               {W_CAPACITY, GS_COL_RIGHT},
                                               {W_BOOKED, GS_COL_RIGHT},
                                               {W_WAITLISTED, GS_COL_RIGHT | GS_COL_DROP(1)}};
    struct gs_text_table *t = gs_text_table_create(cli, columns, sizeof columns / sizeof columns[0]);
    for (size_t at = 0; at < json_array_size(days);) {
        size_t count = alike(days, at);
        add_days(cli, t, days, at, count);
        at += count;
    }
    gs_text_table_print(t, cli->out);
    gs_text_table_destroy(t);
    print_all_steps(cli, days);
}

void gs_plan_view(struct gs_cli *cli, const json_t *plan, bool dry_run)
{
    const json_t *days = json_object_get(plan, "days");
    if (days != NULL) {
        gs_plan_view_days(cli, days);
    } else {
        print_one(cli, plan);
    }
    if (dry_run) {
        fprintf(cli->out, "\n%s %s\n", gs_cli_word(cli, W_PLAN_NOT_DONE), gs_get_text(plan, "plan_id"));
    }
}
