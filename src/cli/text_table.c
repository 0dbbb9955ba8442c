/* Lays out tables by libsmartcols, which knows how wide a character is. It knows nothing of what the cells mean. */
#define _GNU_SOURCE
#include "text_table.h"
#include "gateslot/base/limits.h"
#include <libsmartcols.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

struct gs_text_table {
    struct libscols_table *scols; /* owned */
    struct libscols_line *line;   /* the present row; owned by scols */
    size_t cell;
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
    /* Longer rows are the terminal's to wrap: libsmartcols would cut them. */
    scols_table_set_termforce(t->scols, SCOLS_TERMFORCE_NEVER);
    for (size_t i = 0; i < count; i++) {
        scols_table_new_column(t->scols, names[i], 0, (flags[i] & GS_COL_RIGHT) != 0 ? SCOLS_FL_RIGHT : 0);
    }
    return t;
}

#define COLUMNS_MAX 32
#define HEADING_MAX 64

/* Latin headings in capitals, to stand out; Chinese stays as it is. */
static void raise_heading(const char *word, char out[HEADING_MAX])
{
    size_t len = 0;
    for (; word[len] != '\0' && len < HEADING_MAX - 1; len++) {
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

void gs_text_table_window(struct gs_text_table *t, const json_t *window)
{
    const char *id = gs_get_text(window, "id"), *name = gs_get_text(window, "name");
    char text[GS_WINDOW_ID_MAX + GS_WINDOW_NAME_MAX + 2];
    bool named = name[0] != '\0' && strcmp(name, id) != 0;
    (void)snprintf(text, sizeof text, "%.*s%s%.*s", GS_WINDOW_ID_MAX, id, named ? " " : "", GS_WINDOW_NAME_MAX,
                   named ? name : "");
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

void gs_text_table_print(struct gs_text_table *t, FILE *out)
{
    if (t != NULL) {
        scols_table_set_stream(t->scols, out);
        scols_print_table(t->scols);
    }
}

int gs_text_columns(const char *text)
{
    int columns = 0;
    mbstate_t state;
    memset(&state, 0, sizeof state);
    size_t left = strlen(text);
    while (left > 0) {
        wchar_t c = 0;
        size_t used = mbrtowc(&c, text, left, &state);
        if (used == 0 || used > left) {
            return columns + (int)left;
        }
        int width = wcwidth(c);
        columns += width > 0 ? width : 0;
        text += used;
        left -= used;
    }
    return columns;
}
