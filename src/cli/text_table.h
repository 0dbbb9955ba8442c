/* Tables for people: columns by heading, Chinese text at its true width, colours only on a terminal, no row wider than that. */
#ifndef GATESLOT_CLI_TEXT_TABLE_H
#define GATESLOT_CLI_TEXT_TABLE_H

#include "cli.h"
#include "text_width.h"

/* Where a table is wider than the terminal, texts of CUT columns are shortened, as far as they stay readable; then the columns
 * with the highest DROP are left out, one after the other, those first that are empty; and only when none of them is left, the
 * widest is shortened as well. A column without DROP is never left out. */
enum { GS_COL_RIGHT = 1, GS_COL_CUT = 2 };
#define GS_COL_DROP(n) ((n) << 8) /* n from 1 to 99: the higher, the sooner it is left out */

struct gs_column {
    enum gs_word heading;
    int flags; /* GS_COL_… */
};

struct gs_text_table;
/* NULL without memory; every other function then does nothing, so a caller need not look. */
struct gs_text_table *gs_text_table_create(struct gs_cli *cli, const struct gs_column *columns, size_t count);
/* Headings as texts (already in the run's language) instead. */
struct gs_text_table *gs_text_table_create_named(struct gs_cli *cli, const char *const *names, const int *flags,
                                                 size_t count);
void gs_text_table_destroy(struct gs_text_table *t);

void gs_text_table_row(struct gs_text_table *t); /* begins a row; its cells follow from the left */
void gs_text_table_text(struct gs_text_table *t, const char *text);
void gs_text_table_int(struct gs_text_table *t, int64_t value);
void gs_text_table_span(struct gs_text_table *t, const char *from,
                        const char *to); /* "08:30–09:00" of two RFC 3339 times */
void gs_text_table_coloured(struct gs_text_table *t, const char *text,
                            const char *colour);                 /* colour: "red", … or NULL */
void gs_text_table_sort(struct gs_text_table *t, size_t column); /* by its text, stable */
size_t gs_text_table_rows(const struct gs_text_table *t);
void gs_text_table_print(struct gs_text_table *t, FILE *out);
/* After printing: the headings of the columns that hold something and found no room, "" for none. */
void gs_text_table_left_out(const struct gs_text_table *t, char *out, size_t size);

/* The locale the tables need: the user's, but never one that has no Chinese. Call once, at the start. */
void gs_text_table_setup_locale(void);

#endif
