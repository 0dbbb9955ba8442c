/* slots: the free places of a day. */
#include "commands.h"
#include "text_table.h"

const struct gs_cli_option gs_csv_options[] = {{"csv", NULL, false, {"as CSV", "以 CSV 输出"}},
                                               {NULL, NULL, false, {NULL, NULL}}};

static void add_places(struct gs_text_table *t, const json_t *place)
{
    char free_text[24];
    int64_t free_places = gs_get_int(place, "free", 0);
    snprintf(free_text, sizeof free_text, "%lld", (long long)free_places);
    gs_text_table_int(t, gs_get_int(place, "capacity", 0));
    gs_text_table_int(t, gs_get_int(place, "booked", 0));
    gs_text_table_coloured(t, free_text, free_places > 0 ? "green" : "red");
}

static void add_window(struct gs_cli *cli, struct gs_text_table *t, const char *date, const json_t *window)
{
    size_t i;
    const json_t *slot;
    const char *note = gs_get_bool(window, "closed") ? gs_cli_word(cli, W_CLOSED) : "";
    json_array_foreach(json_object_get(window, "slots"), i, slot)
    {
        gs_text_table_row(t);
        gs_text_table_text(t, date);
        gs_text_table_text(t, gs_cli_window_of(cli, window));
        gs_text_table_span(t, gs_get_text(slot, "start"), gs_get_text(slot, "end"));
        add_places(t, slot);
        gs_text_table_text(t, note);
    }
    gs_text_table_row(t);
    gs_text_table_text(t, date);
    gs_text_table_text(t, gs_cli_window_of(cli, window));
    gs_text_table_text(t, gs_cli_word(cli, W_TOTAL));
    add_places(t, window);
    gs_text_table_text(t, note);
}

static void print_days(struct gs_cli *cli, const json_t *answer)
{
    static const struct gs_column columns[] = {{W_DATE, 0},
                                               {W_WINDOW, 0},
                                               {W_SLOT, 0},
                                               {W_CAPACITY, GS_COL_RIGHT},
                                               {W_BOOKED, GS_COL_RIGHT},
                                               {W_FREE, GS_COL_RIGHT},
                                               {W_NOTE, GS_COL_CUT}};
    struct gs_text_table *t = gs_text_table_create(cli, columns, sizeof columns / sizeof columns[0]);
    size_t d, w;
    const json_t *day, *window;
    json_array_foreach(json_object_get(answer, "days"), d, day)
    {
        json_array_foreach(json_object_get(day, "windows"), w, window)
        {
            add_window(cli, t, gs_get_text(day, "date"), window);
        }
    }
    gs_text_table_print(t, cli->out);
    gs_text_table_destroy(t);
}

enum gs_exit gs_cmd_slots(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    return gs_cli_show_day(cli, "slots", gs_args_operand(args, 0), gs_args_has(args, "csv"), print_days);
}
