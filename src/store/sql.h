/* Running SQL: statements prepared once, results checked; and transactions. */
#ifndef GATESLOT_STORE_SQL_H
#define GATESLOT_STORE_SQL_H

#include "impl.h"

/* A statement of its own, with the columns that columns.h writes for {booking} and its like; gs_db_finalize ends it. */
int gs_sql_prepare(struct gs_store *store, const char *sql, unsigned flags, struct gs_statement **out) GS_MUST_CHECK;
/* The prepared statement of that slot, ready to bind. sql is static text and always the same for a slot. */
int gs_sql_stmt(struct gs_store *store, enum gs_stmt slot, const char *sql, struct gs_statement **out) GS_MUST_CHECK;
/* Steps a statement that gives no rows and resets it; notes what failed. */
int gs_sql_run(struct gs_store *store, struct gs_statement *stmt) GS_MUST_CHECK;
/* The same, where rc is what binding its values gave. */
int gs_sql_run_bound(struct gs_store *store, struct gs_statement *stmt, int rc) GS_MUST_CHECK;
/* Script of one or more statements without rows. */
int gs_sql_script(struct gs_store *store, const char *sql) GS_MUST_CHECK;
/* First column of the first row as an integer or as text, which is cut to size. GS_E_NOTFOUND without a row. */
int gs_sql_int(struct gs_store *store, const char *sql, int64_t *out) GS_MUST_CHECK;
int gs_sql_text(struct gs_store *store, const char *sql, char *out, size_t size) GS_MUST_CHECK;
/* Notes the database's own words under what was being done. rc: an error, which is returned; or of a step that should have given a row, or none: GS_E_CORRUPT. */
int gs_sql_failed(struct gs_store *store, int rc, const char *doing) GS_MUST_CHECK;

/* After what has an unknown outcome: the store cannot be used any more. GS_E_IO. */
int gs_sql_give_up(struct gs_store *store) GS_MUST_CHECK;

int gs_tx_begin(struct gs_store *store) GS_MUST_CHECK;
/* Durable on GS_OK. GS_E_FULL, GS_E_NOMEM and GS_E_CORRUPT: rolled back; GS_E_IO: unknown, and the store is unusable. */
int gs_tx_commit(struct gs_store *store) GS_MUST_CHECK;
/* Rolls back because of err and returns what the caller is to return: err, or GS_E_IO if the store became unusable. */
int gs_tx_abort(struct gs_store *store, int err) GS_MUST_CHECK;

#endif
