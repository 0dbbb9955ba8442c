/* The width of text on a terminal: Chinese characters take two columns. */
#ifndef GATESLOT_CLI_TEXT_WIDTH_H
#define GATESLOT_CLI_TEXT_WIDTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Columns text takes on a terminal, for lines that are no table. */
int gs_text_columns(const char *text);
/* text in at most so many columns (at least 1), with "…" at its end if it had to be cut. */
void gs_text_cut(const char *text, int columns, char *out, size_t size);
/* Does it end with a Chinese sign of punctuation, whose room is its own? No blank is put behind it. */
bool gs_text_ends_wide(const char *text);
/* Prints text and a newline in lines of at most width columns (0: one line), broken at blanks and beside Chinese characters, the
 * second and later ones behind indent blanks. used: columns that stand on the first line already. */
void gs_text_wrap(FILE *out, const char *text, int used, int indent, int width);
/* Columns of the terminal: COLUMNS if that is set, else what the terminal says; 0: no terminal, no bound. */
int gs_text_terminal_width(int fd);
#endif
