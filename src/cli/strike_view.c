/* Lays out strikes: what a plate has, until when it is suspended, and what each strike rests on. */
#include "strike_view.h"
#include <string.h>

struct gs_text_table *gs_strikes_table(struct gs_cli *cli)
{
    static const struct gs_column columns[] = {
        {W_PLATE, 0},    {W_STRIKE_COUNT, GS_COL_RIGHT}, {W_SUSPENDED_UNTIL, 0},
        {W_ID, 0},       {W_TIME, GS_COL_DROP(1)},       {W_CAUSE, GS_COL_DROP(2)},
        {W_STRIKE_IS, 0}};
    return gs_text_table_create(cli, columns, sizeof columns / sizeof columns[0]);
}

static enum gs_word state_word(const char *state)
{
    return strcmp(state, "excused") == 0 ? W_EXCUSED : strcmp(state, "counts") == 0 ? W_COUNTS : W_STRIKE_OVER;
}

static void add_strike(struct gs_cli *cli, struct gs_text_table *t, const json_t *plate, const json_t *strike)
{
    char count[48], when[20];
    const char *state = gs_get_text(strike, "state");
    bool late = strcmp(gs_get_text(strike, "cause"), "late_cancel") == 0;
    snprintf(count, sizeof count, "%lld/%lld", (long long)gs_get_int(plate, "count", 0),
             (long long)gs_get_int(plate, "limit", 0));
    gs_text_table_row(t);
    gs_text_table_text(t, gs_get_text(plate, "plate"));
    gs_text_table_text(t, count);
    gs_date_time_of(gs_get_text(plate, "suspended_until"), when);
    gs_text_table_coloured(t, when, "red");
    gs_text_table_text(t, gs_get_text(strike, "booking_id"));
    gs_date_time_of(gs_get_text(strike, "at"), when);
    gs_text_table_text(t, when);
    gs_text_table_text(t, gs_cli_word(cli, late ? W_LATE_CANCEL : W_NO_SHOW));
    gs_text_table_coloured(t, gs_cli_word(cli, state_word(state)), strcmp(state, "counts") == 0 ? "yellow" : NULL);
}

void gs_strikes_add(struct gs_cli *cli, struct gs_text_table *t, const json_t *items)
{
    const json_t *plate, *strike;
    size_t i, k;
    json_array_foreach(items, i, plate)
    {
        json_array_foreach(json_object_get(plate, "strikes"), k, strike)
        {
            add_strike(cli, t, plate, strike);
        }
    }
}

void gs_strikes_print(struct gs_cli *cli, struct gs_text_table *t)
{
    if (gs_text_table_rows(t) == 0) {
        fprintf(cli->out, "%s\n", gs_cli_word(cli, W_NO_STRIKES));
        return;
    }
    gs_text_table_print(t, cli->out);
}
