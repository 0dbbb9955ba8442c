/* Writes CSV: commas, quotes and ends of lines are its business, and that no cell is a formula. */
#include "gateslot/base/csv.h"
#include <string.h>

static void begin_cell(struct gs_csv *c)
{
    if (c->comma) {
        gs_buf_char(c->out, ',');
    }
    c->comma = true;
}

/* As a spreadsheet sees it: the signs of full width that a Chinese keyboard gives count as well. */
static bool is_formula(const char *text)
{
    static const char *const wide[] = {"＝", "＋", "－", "＠"};
    bool is = strchr("=+-@\t\r", text[0]) != NULL;
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++) {
        is = is || strncmp(text, wide[i], strlen(wide[i])) == 0;
    }
    return is;
}

void gs_csv_text(struct gs_csv *c, const char *text)
{
    begin_cell(c);
    if (text == NULL || text[0] == '\0') {
        return;
    }
    bool formula = is_formula(text);
    bool quoted = formula || strpbrk(text, "\",\r\n") != NULL;
    if (quoted) {
        gs_buf_str(c->out, formula ? "\"'" : "\"");
    }
    for (const char *quote; quoted && (quote = strchr(text, '"')) != NULL; text = quote + 1) {
        gs_buf_add(c->out, text, (size_t)(quote - text));
        gs_buf_str(c->out, "\"\"");
    }
    gs_buf_str(c->out, text);
    if (quoted) {
        gs_buf_char(c->out, '"');
    }
}

void gs_csv_int(struct gs_csv *c, int64_t value)
{
    begin_cell(c);
    gs_buf_int(c->out, value);
}

/* What is written so is never below 0. */
void gs_csv_tenths(struct gs_csv *c, int64_t tenths)
{
    begin_cell(c);
    gs_buf_int(c->out, tenths / 10);
    gs_buf_char(c->out, '.');
    gs_buf_int(c->out, tenths % 10);
}

void gs_csv_end(struct gs_csv *c)
{
    gs_buf_str(c->out, "\r\n");
    c->comma = false;
}
