/* Rows and the plain values of the core: binding the one, reading and verifying the other. */
#ifndef GATESLOT_STORE_ROWS_H
#define GATESLOT_STORE_ROWS_H

#include "gateslot/core/record.h"
#include <sqlite3.h>

/* {booking}, {capacity} and {token} of columns.h as parameters from 1 on; texts are borrowed until the statement is reset. SQLite's code. */
int gs_row_bind_booking(sqlite3_stmt *stmt, const struct gs_booking *b);
int gs_row_bind_capacity(sqlite3_stmt *stmt, const struct gs_capacity *c);
int gs_row_bind_token(sqlite3_stmt *stmt, const struct gs_token *t);
int gs_row_bind_idem(sqlite3_stmt *stmt, int64_t row, const struct gs_idem *i); /* row, {idem}, body */

/* Columns from 0 on. GS_E_CORRUPT where a value is of the wrong type, out of its bounds or contradicts another: what was
 * read is trusted from here on. */
int gs_row_read_booking(sqlite3_stmt *stmt, struct gs_booking *out) GS_MUST_CHECK;
int gs_row_read_capacity(sqlite3_stmt *stmt, struct gs_capacity *out) GS_MUST_CHECK;
int gs_row_read_token(sqlite3_stmt *stmt, struct gs_token *out) GS_MUST_CHECK;
int gs_row_read_idem(sqlite3_stmt *stmt, int64_t *out_row, struct gs_idem *out) GS_MUST_CHECK; /* row, {idem} */

#endif
