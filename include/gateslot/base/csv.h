/* CSV (RFC 4180): cells quoted where they must be, lines ended by CR LF, UTF-8 without a byte order mark. A text that a spreadsheet
 * would take for a formula (it begins with = + - @, a tab or a carriage return) gets an apostrophe before it, which spreadsheets
 * hide; a number is never touched. */
#ifndef GATESLOT_BASE_CSV_H
#define GATESLOT_BASE_CSV_H

#include "gateslot/base/buf.h"

#define GS_CSV_TYPE "text/csv; charset=utf-8"

/* One line is written cell by cell. */
struct gs_csv {
    struct gs_buf *out; /* borrowed */
    bool comma;         /* a cell was written in this line */
};
void gs_csv_text(struct gs_csv *c, const char *text); /* NULL: an empty cell */
void gs_csv_int(struct gs_csv *c, int64_t value);
void gs_csv_tenths(struct gs_csv *c, int64_t tenths);
void gs_csv_end(struct gs_csv *c);

/* The columns of a list of bookings: where in a booking's JSON each cell stands. For the daemon and the client alike. */
struct gs_csv_column {
    const char *name;
    int level;        /* which of nested lists' items it is a member of; of bookings always 0 */
    const char *path; /* "driver/phone" */
};
extern const struct gs_csv_column gs_csv_bookings[]; /* a NULL name ends them */

#endif
