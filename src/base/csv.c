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

void gs_csv_text(struct gs_csv *c, const char *text)
{
    begin_cell(c);
    if (text == NULL || text[0] == '\0') {
        return;
    }
    bool formula = strchr("=+-@\t\r", text[0]) != NULL;
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
