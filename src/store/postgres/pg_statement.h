/* A prepared statement, stepped through row by row. */
#ifndef GATESLOT_STORE_PG_STATEMENT_H
#define GATESLOT_STORE_PG_STATEMENT_H

#include "pg_link.h"

struct gs_pg_statement;

/* sql as SQLite has it: ?n is the n-th parameter and ? the one behind the highest so far. large: its rows may be more than are to be in memory at once; until it has been
 * stepped to its end or reset, nothing else may be asked on the link. Prepared by the server at its first step, when the types of its values
 * are known; they are the same ever after. GS_E_RANGE: more parameters than a statement by itself may have. */
int gs_pg_statement_create(struct gs_pg_link *link, const char *sql, bool large,
                           struct gs_pg_statement **out) GS_MUST_CHECK;
void gs_pg_statement_destroy(struct gs_pg_statement *s); /* also after the link was lost */
int gs_pg_statement_parameters(const struct gs_pg_statement *s);

/* at: from 1 on. Bytes are borrowed until the first step. What is not bound is NULL. */
void gs_pg_statement_bind(struct gs_pg_statement *s, int at, const struct gs_pg_value *value);
/* *out_row: there is a row now; false: it is done,. */
int gs_pg_statement_step(struct gs_pg_statement *s, bool *out_row) GS_MUST_CHECK;
int64_t gs_pg_statement_changed(const struct gs_pg_statement *s); /* rows that it wrote, once it is done */
/* Of the row that is there: a number, a text or bytes, borrowed until the next step. number is 0 and bytes "" where it is none. */
struct gs_pg_value gs_pg_statement_column(const struct gs_pg_statement *s, int column);
/* Ready for other values; what rows are left are given up. */
int gs_pg_statement_reset(struct gs_pg_statement *s) GS_MUST_CHECK;

#endif
