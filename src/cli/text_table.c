/* Lays out tables by libsmartcols, which knows how wide a character is, and fits them to the terminal. It knows nothing of what the
 * cells mean. */
#define _GNU_SOURCE
#include "text_table.h"
#include <libsmartcols.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 32
#define HEADING_MAX 64
#define GAP 2       /* between two columns */
#define READABLE 12 /* a text is not cut below that while something can be left out instead */
#define NARROWEST 3 /* what is left of any text */

struct gs_text_table {
    struct libscols_table *scols; /* owned */
    struct libscols_line *line;   /* the present row; owned by scols */
    size_t cell;
    enum gs_cli_lang lang;
    int terminal; /* columns it may take; 0: any number */
    int flags[COLUMNS_MAX];
    int width[COLUMNS_MAX]; /* of what stands in it, or what it is cut to; known once it is fitted */
    bool hidden[COLUMNS_MAX], filled[COLUMNS_MAX];
};

void gs_text_table_setup_locale(void)
{
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");
    if (MB_CUR_MAX == 1) {
        setlocale(LC_CTYPE, "C.UTF-8");
    }
}

struct gs_text_table *gs_text_table_create_named(struct gs_cli *cli, const char *const *names, const int *flags,
                                                 size_t count)
{
    struct gs_text_table *t = calloc(1, sizeof *t);
    if (t == NULL) {
        return NULL;
    }
    t->scols = scols_new_table();
    if (t->scols == NULL) {
        free(t);
        return NULL;
    }
    scols_table_enable_colors(t->scols, cli->colour);
    scols_table_set_column_separator(t->scols, "  ");
    /* Rows are fitted to the terminal here: libsmartcols would cut them anywhere. */
    scols_table_set_termforce(t->scols, SCOLS_TERMFORCE_NEVER);
    t->terminal = cli->width;
    t->lang = cli->lang;
    for (size_t i = 0; i < count && i < COLUMNS_MAX; i++) {
        t->flags[i] = flags[i];
        scols_table_new_column(t->scols, names[i], 0, (flags[i] & GS_COL_RIGHT) != 0 ? SCOLS_FL_RIGHT : 0);
    }
    return t;
}

/* Latin headings in capitals, to stand out; Chinese stays as it is. */
static void raise_heading(const char *word, char out[HEADING_MAX])
{
    size_t len = 0;
    for (; len < HEADING_MAX - 1 && word[len] != '\0'; len++) {
        out[len] = word[len] >= 'a' && word[len] <= 'z' ? (char)(word[len] - 'a' + 'A') : word[len];
    }
    out[len] = '\0';
}

struct gs_text_table *gs_text_table_create(struct gs_cli *cli, const struct gs_column *columns, size_t count)
{
    char headings[COLUMNS_MAX][HEADING_MAX];
    const char *names[COLUMNS_MAX];
    int flags[COLUMNS_MAX];
    count = count < COLUMNS_MAX ? count : COLUMNS_MAX;
    for (size_t i = 0; i < count; i++) {
        raise_heading(gs_cli_word(cli, columns[i].heading), headings[i]);
        names[i] = headings[i];
        flags[i] = columns[i].flags;
    }
    return gs_text_table_create_named(cli, names, flags, count);
}

void gs_text_table_destroy(struct gs_text_table *t)
{
    if (t != NULL) {
        scols_unref_table(t->scols);
        free(t);
    }
}

void gs_text_table_row(struct gs_text_table *t)
{
    if (t != NULL) {
        t->line = scols_table_new_line(t->scols, NULL);
        t->cell = 0;
    }
}

void gs_text_table_coloured(struct gs_text_table *t, const char *text, const char *colour)
{
    if (t == NULL || t->line == NULL || t->cell >= scols_table_get_ncols(t->scols)) {
        return;
    }
    scols_line_set_data(t->line, t->cell, text);
    if (colour != NULL) {
        scols_cell_set_color(scols_line_get_cell(t->line, t->cell), colour);
    }
    t->cell++;
}

void gs_text_table_text(struct gs_text_table *t, const char *text)
{
    gs_text_table_coloured(t, text, NULL);
}

void gs_text_table_int(struct gs_text_table *t, int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)value);
    gs_text_table_text(t, text);
}

void gs_text_table_span(struct gs_text_table *t, const char *from, const char *to)
{
    char start[GS_HHMM_TEXT], end[GS_HHMM_TEXT], text[2 * GS_HHMM_TEXT + 4];
    gs_time_of(from, start);
    gs_time_of(to, end);
    snprintf(text, sizeof text, "%s%s%s", start, start[0] != '\0' ? "–" : "", end);
    gs_text_table_text(t, text);
}

void gs_text_table_sort(struct gs_text_table *t, size_t column)
{
    if (t != NULL) {
        struct libscols_column *by = scols_table_get_column(t->scols, column);
        scols_column_set_cmpfunc(by, scols_cmpstr_cells, NULL);
        scols_sort_table(t->scols, by);
    }
}

size_t gs_text_table_rows(const struct gs_text_table *t)
{
    return t != NULL ? scols_table_get_nlines(t->scols) : 0;
}

static const char *heading(const struct gs_text_table *t, size_t column)
{
    const char *text = scols_cell_get_data(scols_column_get_header(scols_table_get_column(t->scols, column)));
    return text != NULL ? text : "";
}

static const char *cell_text(struct libscols_line *line, size_t column)
{
    const char *text = scols_cell_get_data(scols_line_get_cell(line, column));
    return text != NULL ? text : "";
}

static void measure(struct gs_text_table *t)
{
    for (size_t c = 0; c < scols_table_get_ncols(t->scols); c++) {
        t->width[c] = gs_text_columns(heading(t, c));
        t->filled[c] = false;
    }
    for (size_t l = 0; l < scols_table_get_nlines(t->scols); l++) {
        for (size_t c = 0; c < scols_table_get_ncols(t->scols); c++) {
            const char *text = cell_text(scols_table_get_line(t->scols, l), c);
            int columns = gs_text_columns(text);
            t->width[c] = columns > t->width[c] ? columns : t->width[c];
            t->filled[c] = t->filled[c] || text[0] != '\0';
        }
    }
}

/* How wide the column is if it is cut no further than flags allow: all columns where anywhere is set. */
static int least_width(const struct gs_text_table *t, size_t column, bool anywhere)
{
    int floor = anywhere ? NARROWEST : (t->flags[column] & GS_COL_CUT) != 0 ? READABLE : t->width[column];
    return t->width[column] < floor ? t->width[column] : floor;
}

/* The width of a row: as it is, or (cut) with every text that may be cut at its shortest. */
static int row_width(const struct gs_text_table *t, bool cut, bool anywhere)
{
    int sum = 0, shown = 0;
    for (size_t c = 0; c < scols_table_get_ncols(t->scols); c++) {
        if (!t->hidden[c]) {
            sum += (cut ? least_width(t, c, anywhere) : t->width[c]) + (shown++ > 0 ? GAP : 0);
        }
    }
    return sum;
}

/* The column to be left out next: the empty ones, then the highest DROP, then the one furthest right. */
static bool next_to_drop(const struct gs_text_table *t, size_t *out)
{
    int best = 0;
    for (size_t c = 0; c < scols_table_get_ncols(t->scols); c++) {
        int drop = t->flags[c] >> 8;
        int rank = drop == 0 || t->hidden[c] ? 0 : t->filled[c] ? drop : GS_COL_DROP(drop);
        if (rank > 0 && rank >= best) {
            best = rank;
            *out = c;
        }
    }
    return best > 0;
}

/* Takes a column at a time from the widest of those that may be cut. */
static void narrow(struct gs_text_table *t, bool anywhere)
{
    for (int over = row_width(t, false, anywhere) - t->terminal; over > 0; over--) {
        size_t widest = COLUMNS_MAX;
        for (size_t c = 0; c < scols_table_get_ncols(t->scols); c++) {
            bool may = !t->hidden[c] && t->width[c] > least_width(t, c, anywhere);
            widest = may && (widest == COLUMNS_MAX || t->width[c] > t->width[widest]) ? c : widest;
        }
        if (widest == COLUMNS_MAX) {
            return;
        }
        t->width[widest]--;
    }
}

static void cut_cell(struct libscols_cell *cell, int columns)
{
    const char *text = scols_cell_get_data(cell);
    if (text != NULL && gs_text_columns(text) > columns) {
        char *shorter = malloc(strlen(text) + sizeof "…");
        if (shorter != NULL) {
            gs_text_cut(text, columns, shorter, strlen(text) + sizeof "…");
            scols_cell_set_data(cell, shorter);
            free(shorter);
        }
    }
}

static void cut_texts(struct gs_text_table *t)
{
    for (size_t c = 0; c < scols_table_get_ncols(t->scols); c++) {
        struct libscols_column *column = scols_table_get_column(t->scols, c);
        cut_cell(scols_column_get_header(column), t->width[c]);
        for (size_t l = 0; l < scols_table_get_nlines(t->scols) && !t->hidden[c]; l++) {
            cut_cell(scols_line_get_cell(scols_table_get_line(t->scols, l), c), t->width[c]);
        }
        if (t->hidden[c]) {
            scols_column_set_flags(column, scols_column_get_flags(column) | SCOLS_FL_HIDDEN);
        }
    }
}

static void fit(struct gs_text_table *t)
{
    size_t column = 0;
    measure(t);
    if (t->terminal <= 0 || row_width(t, false, false) <= t->terminal) {
        return;
    }
    bool dropped = true;
    while (dropped && row_width(t, true, false) > t->terminal) {
        dropped = next_to_drop(t, &column);
        t->hidden[column] = t->hidden[column] || dropped;
    }
    narrow(t, false);
    narrow(t, true);
    cut_texts(t);
}

void gs_text_table_print(struct gs_text_table *t, FILE *out)
{
    if (t != NULL) {
        fit(t);
        scols_table_set_stream(t->scols, out);
        scols_print_table(t->scols);
    }
}

void gs_text_table_left_out(const struct gs_text_table *t, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t c = 0; t != NULL && c < scols_table_get_ncols(t->scols); c++) {
        if (t->hidden[c] && t->filled[c]) {
            int added = snprintf(out + used, size - used, "%s%s",
                                 used == 0              ? ""
                                 : t->lang == GS_CLI_ZH ? "、"
                                                        : ", ",
                                 heading(t, c));
            used += added > 0 && (size_t)added < size - used ? (size_t)added : 0;
        }
    }
}
