/* A prepared statement of the store on a connection to PostgreSQL: stepped through row by row, or run without rows. */
#ifndef GATESLOT_STORE_PG_STATEMENT_H
#define GATESLOT_STORE_PG_STATEMENT_H

#include "database.h"
#include "pg_gather.h"

/* sql as SQLite has it. large: its rows may be more than are to be in memory at once; until it has been stepped to its end or reset, nothing else
 * may be asked on the link. Prepared by the server at its first step, when the types of its values are known; they are the same ever after. */
int gs_pg_statement_create(const struct gs_database_ops *ops, struct gs_pg_gather *gather, const char *sql, bool large,
                           struct gs_statement **out) GS_MUST_CHECK;

struct gs_pg_gather *gs_pg_statement_gather(struct gs_statement *stmt);
bool gs_pg_statement_begun(struct gs_statement *stmt); /* a step of it asks nothing anew */

/* ---- as database.h says; run: in a transaction ---- */
void gs_pg_statement_destroy(struct gs_statement *stmt); /* also after the link was lost */
int gs_pg_bind_int(struct gs_statement *stmt, int at, int64_t value) GS_MUST_CHECK;
int gs_pg_bind_text(struct gs_statement *stmt, int at, const char *text, size_t len) GS_MUST_CHECK;
int gs_pg_bind_blob(struct gs_statement *stmt, int at, const void *bytes, size_t len) GS_MUST_CHECK;
int gs_pg_parameter_count(struct gs_statement *stmt);
int gs_pg_statement_step(struct gs_statement *stmt) GS_MUST_CHECK;
void gs_pg_statement_reset(struct gs_statement *stmt);
int gs_pg_statement_run(struct gs_statement *stmt) GS_MUST_CHECK;
int gs_pg_column_count(struct gs_statement *stmt);
enum gs_db_type gs_pg_column_type(struct gs_statement *stmt, int at);
int64_t gs_pg_column_int(struct gs_statement *stmt, int at);
const char *gs_pg_column_text(struct gs_statement *stmt, int at);
const void *gs_pg_column_blob(struct gs_statement *stmt, int at);
size_t gs_pg_column_bytes(struct gs_statement *stmt, int at);

#endif
