/* Lays out the yard, and the gate's board: those held, late, due in this slot and the next, and those who should have left. What is due
 * and who comes first, the daemon says; here rows are sorted into groups by their times and cut to the lines there are. */
#include "gate_board.h"
#include "text_table.h"
#include <string.h>

enum { NOTE_MAX = 96, LABEL_MAX = 48 };

static int64_t instant_of(const char *text)
{
    int64_t at = 0;
    return gs_rfc3339_parse(text, strlen(text), &at) == GS_OK ? at : 0;
}

/* "08:30", with the day before it if that is not today's. */
static void when(const char *rfc3339, const char *now, char out[20])
{
    gs_date_time_of(rfc3339, out);
    if (strncmp(rfc3339, now, 10) == 0) {
        gs_time_of(rfc3339, out);
    }
}

static void number_text(int64_t n, char out[24])
{
    snprintf(out, 24, "%lld", (long long)n);
}

static size_t overstaying(const json_t *inside)
{
    size_t i, count = 0;
    const json_t *b;
    json_array_foreach(inside, i, b)
    {
        count += gs_get_bool(b, "overstay") ? 1 : 0;
    }
    return count;
}

/* Returns how many lines that took, or one more. */
static int print_filled(struct gs_cli *cli, enum gs_word word, const char *const *values)
{
    char line[512];
    gs_word_fill(cli->lang, word, values, line, sizeof line);
    gs_text_wrap(cli->out, line, 0, 2, cli->width);
    int columns = gs_text_columns(line);
    return cli->width < 8 || columns <= cli->width ? 1 : 2 + columns / (cli->width - 4);
}

static int print_head(struct gs_cli *cli, const json_t *yard)
{
    const json_t *inside = json_object_get(yard, "inside"), *held = json_object_get(yard, "held");
    char now[20], bays[24], free_bays[24], count[24], over[24], held_count[24];
    gs_date_time_of(gs_get_text(yard, "now"), now);
    number_text(gs_get_int(yard, "bays", 0), bays);
    number_text(gs_get_int(yard, "free", 0), free_bays);
    number_text((int64_t)json_array_size(inside), count);
    number_text((int64_t)overstaying(inside), over);
    number_text((int64_t)json_array_size(held), held_count);
    return print_filled(cli, W_YARD_HEAD, (const char *const[]){now, bays, free_bays, count, over, held_count, NULL});
}

/* What one who is held waits for. */
static void hold_note(struct gs_cli *cli, const json_t *b, char out[NOTE_MAX])
{
    const char *code = gs_get_text(b, "code");
    char from[GS_HHMM_TEXT];
    gs_time_of(gs_get_text(b, "arrive_from"), from);
    enum gs_word word = strcmp(gs_get_text(b, "decision"), "admit") == 0 ? W_MAY_ENTER
                        : strcmp(code, "early") == 0                     ? W_MAY_ENTER_FROM
                                                                         : W_NO_BAY_FREE;
    gs_word_fill(cli->lang, word, (const char *const[]){from, NULL}, out, NOTE_MAX);
}

static void out_note(struct gs_cli *cli, const json_t *b, const char *now, char out[NOTE_MAX])
{
    char due[20];
    when(gs_get_text(b, "due_out"), now, due);
    gs_word_fill(cli->lang, gs_get_bool(b, "overstay") ? W_OVERSTAYS_SINCE : W_DUE_OUT,
                 (const char *const[]){due, NULL}, out, NOTE_MAX);
}

void gs_yard_print(struct gs_cli *cli, const json_t *yard)
{
    static const struct gs_column columns[] = {{W_PLATE, 0},
                                               {W_STATUS, 0},
                                               {W_SINCE, 0},
                                               {W_MINUTES, GS_COL_RIGHT},
                                               {W_NOTE, GS_COL_CUT},
                                               {W_SLOT, GS_COL_DROP(20)},
                                               {W_COMPANY, GS_COL_CUT | GS_COL_DROP(30)},
                                               {W_ID, GS_COL_DROP(40)}};
    static const char *const lists[] = {"held", "inside"};
    const char *now = gs_get_text(yard, "now");
    struct gs_text_table *t = gs_text_table_create(cli, columns, sizeof columns / sizeof columns[0]);
    (void)print_head(cli, yard);
    for (size_t k = 0; k < 2; k++) {
        bool held = k == 0;
        size_t i;
        const json_t *b;
        json_array_foreach(json_object_get(yard, lists[k]), i, b)
        {
            char since[20], note[NOTE_MAX], start[20];
            when(gs_get_text(b, held ? "arrived_at" : "entered_at"), now, since);
            when(gs_get_text(json_object_get(b, "slot"), "start"), now, start);
            if (held) {
                hold_note(cli, b, note);
            } else {
                out_note(cli, b, now, note);
            }
            gs_text_table_row(t);
            gs_text_table_text(t, gs_get_text(b, "plate"));
            gs_text_table_coloured(
                t, held ? gs_cli_word(cli, W_BOARD_HELD) : gs_word_status(cli->lang, gs_get_text(b, "status")),
                held                         ? "yellow"
                : gs_get_bool(b, "overstay") ? "red"
                                             : NULL);
            gs_text_table_text(t, since);
            gs_text_table_int(t, gs_get_int(b, held ? "minutes_waiting" : "minutes_inside", 0));
            gs_text_table_text(t, note);
            gs_text_table_text(t, start);
            gs_text_table_text(t, gs_get_text(json_object_get(b, "company"), "name"));
            gs_text_table_text(t, gs_get_text(b, "id"));
        }
    }
    if (gs_text_table_rows(t) > 0) {
        gs_text_table_print(t, cli->out);
    }
    gs_text_table_destroy(t);
}

/* ---- the board ---- */

enum board_group { HELD, LATE, THIS_SLOT, NEXT_SLOT, OVERSTAYING, LATER, GROUPS };

static const struct {
    enum gs_word word;
    const char *colour;
} groups[GROUPS] = {
    [HELD] = {W_BOARD_HELD, "yellow"}, [LATE] = {W_BOARD_LATE, "red"},        [THIS_SLOT] = {W_BOARD_NOW, "green"},
    [NEXT_SLOT] = {W_BOARD_NEXT, ""},  [OVERSTAYING] = {W_BOARD_OVER, "red"},
};

struct board {
    struct gs_cli *cli;
    const char *now;
    int64_t now_ms, next_ms;
    int64_t counts[GROUPS], shown[GROUPS];
    int64_t rows_left; /* < 0: no bound */
    struct gs_text_table *table;
};

static enum board_group group_of(const struct board *board, const json_t *b)
{
    const json_t *slot = json_object_get(b, "slot");
    int64_t start = instant_of(gs_get_text(slot, "start")), end = instant_of(gs_get_text(slot, "end"));
    if (strcmp(gs_get_text(b, "status"), "booked") != 0) {
        return GROUPS;
    }
    if (board->now_ms >= start) {
        return board->now_ms < end ? THIS_SLOT : LATE;
    }
    return start == board->next_ms ? NEXT_SLOT : LATER;
}

static int64_t next_start(const struct board *board, const json_t *items)
{
    int64_t next = INT64_MAX;
    size_t i;
    const json_t *b;
    json_array_foreach(items, i, b)
    {
        int64_t start = instant_of(gs_get_text(json_object_get(b, "slot"), "start"));
        bool due = strcmp(gs_get_text(b, "status"), "booked") == 0 && start > board->now_ms;
        next = due && start < next ? start : next;
    }
    return next;
}

static void note_of(struct board *board, enum board_group g, const json_t *b, char out[NOTE_MAX])
{
    char until[20];
    if (g == HELD) {
        hold_note(board->cli, b, out);
    } else if (g == OVERSTAYING) {
        out_note(board->cli, b, board->now, out);
    } else {
        when(gs_get_text(b, "arrive_until"), board->now, until);
        gs_word_fill(board->cli->lang, W_EXPECTED_UNTIL, (const char *const[]){until, NULL}, out, NOTE_MAX);
    }
}

static void add_row(struct board *board, enum board_group g, const json_t *b)
{
    char note[NOTE_MAX], start[20], minutes[24] = "";
    struct gs_text_table *t = board->table;
    if (board->rows_left == 0) {
        return;
    }
    board->rows_left -= board->rows_left > 0 ? 1 : 0;
    board->shown[g]++;
    note_of(board, g, b, note);
    when(gs_get_text(json_object_get(b, "slot"), "start"), board->now, start);
    if (g == HELD || g == OVERSTAYING) {
        number_text(gs_get_int(b, g == HELD ? "minutes_waiting" : "minutes_inside", 0), minutes);
    }
    gs_text_table_row(t);
    gs_text_table_coloured(t, gs_cli_word(board->cli, groups[g].word),
                           groups[g].colour[0] != '\0' ? groups[g].colour : NULL);
    gs_text_table_text(t, gs_get_text(b, "plate"));
    gs_text_table_text(t, start);
    gs_text_table_text(t, note);
    gs_text_table_text(t, minutes);
    gs_text_table_text(t, gs_get_text(b, "pass_code"));
    gs_text_table_text(t, gs_get_text(json_object_get(b, "company"), "name"));
}

/* Of the rows that stand in a group, or are too long inside. */
static void walk(struct board *board, enum board_group g, const json_t *rows, bool adds)
{
    size_t i;
    const json_t *b;
    json_array_foreach(rows, i, b)
    {
        bool belongs = g == HELD || (g == OVERSTAYING ? gs_get_bool(b, "overstay") : group_of(board, b) == g);
        if (belongs && adds) {
            add_row(board, g, b);
        } else if (belongs) {
            board->counts[g]++;
        }
    }
}

static int print_due(struct board *board)
{
    char texts[4][24];
    int64_t due = board->counts[LATE] + board->counts[THIS_SLOT] + board->counts[NEXT_SLOT] + board->counts[LATER];
    number_text(due, texts[0]);
    number_text(board->counts[THIS_SLOT], texts[1]);
    number_text(board->counts[NEXT_SLOT], texts[2]);
    number_text(board->counts[LATE], texts[3]);
    return print_filled(board->cli, W_BOARD_DUE, (const char *const[]){texts[0], texts[1], texts[2], texts[3], NULL});
}

static void print_left_out(struct board *board)
{
    char list[256] = "", line[320];
    size_t used = 0;
    for (int g = 0; g < LATER; g++) {
        int64_t more = board->counts[g] - board->shown[g];
        if (more > 0 && used < sizeof list) {
            int added =
                snprintf(list + used, sizeof list - used, "%s%s %lld", used > 0 ? gs_cli_word(board->cli, W_COMMA) : "",
                         gs_cli_word(board->cli, groups[g].word), (long long)more);
            used += added > 0 ? (size_t)added : 0;
        }
    }
    if (used > 0) {
        gs_word_fill(board->cli->lang, W_BOARD_MORE, (const char *const[]){list, NULL}, line, sizeof line);
        fprintf(board->cli->out, "%s\n", line);
    }
}

enum { LINES_AROUND = 2 }; /* around the rows, besides the head: the headings, and what is left out */

void gs_gate_board_print(struct gs_cli *cli, const json_t *yard, const json_t *list, int height)
{
    static const struct gs_column columns[] = {{W_STATUS, 0},
                                               {W_PLATE, 0},
                                               {W_SLOT, 0},
                                               {W_NOTE, 0},
                                               {W_MINUTES, GS_COL_RIGHT},
                                               {W_PASS_CODE, GS_COL_DROP(20)},
                                               {W_COMPANY, GS_COL_CUT | GS_COL_DROP(30)}};
    const json_t *items = json_object_get(list, "items");
    struct board board = {.cli = cli, .now = gs_get_text(yard, "now"), .rows_left = -1};
    const json_t *const sources[LATER] = {[HELD] = json_object_get(yard, "held"),
                                          [LATE] = items,
                                          [THIS_SLOT] = items,
                                          [NEXT_SLOT] = items,
                                          [OVERSTAYING] = json_object_get(yard, "inside")};
    board.now_ms = instant_of(board.now);
    board.next_ms = next_start(&board, items);
    for (int g = 0; g <= LATER; g++) {
        walk(&board, (enum board_group)g, g == LATER ? items : sources[g], false);
    }
    int around = print_head(cli, yard) + print_due(&board) + LINES_AROUND;
    if (height > 0) {
        board.rows_left = height > around ? height - around : 0;
    }
    board.table = gs_text_table_create(cli, columns, sizeof columns / sizeof columns[0]);
    for (int g = 0; g < LATER; g++) {
        walk(&board, (enum board_group)g, sources[g], true);
    }
    if (gs_text_table_rows(board.table) > 0) {
        gs_text_table_print(board.table, cli->out);
    }
    print_left_out(&board);
    gs_text_table_destroy(board.table);
}
