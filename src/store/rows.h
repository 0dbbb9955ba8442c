/* Rows and the plain values of the core: binding the one, reading and verifying the other. */
#ifndef GATESLOT_STORE_ROWS_H
#define GATESLOT_STORE_ROWS_H

#include "database.h"
#include "gateslot/core/record.h"

/* {booking}, {capacity}, {turned_away}, {token}, {user}, {session}, {webhook} and {webhook_retry} of columns.h as parameters from 1 on, the row's checksum last; texts are borrowed until the statement
 * is reset. */
int gs_row_bind_booking(struct gs_statement *stmt, const struct gs_booking *b, int64_t *out_checksum);
int gs_row_bind_capacity(struct gs_statement *stmt, const struct gs_capacity *c, int64_t *out_checksum);
int gs_row_bind_turned_away(struct gs_statement *stmt, const struct gs_turned_away *t, int64_t *out_checksum);
int gs_row_bind_token(struct gs_statement *stmt, const struct gs_token *t, int64_t *out_checksum);
int gs_row_bind_user(struct gs_statement *stmt, const struct gs_user *u, int64_t *out_checksum);
int gs_row_bind_session(struct gs_statement *stmt, const struct gs_session *s, int64_t *out_checksum);
int gs_row_bind_webhook(struct gs_statement *stmt, const struct gs_webhook *w, int64_t *out_checksum);
int gs_row_bind_webhook_retry(struct gs_statement *stmt, const struct gs_webhook_retry *r, int64_t *out_checksum);
/* row, body, {idem} */
int gs_row_bind_idem(struct gs_statement *stmt, int64_t row, const struct gs_idem *i, int64_t *out_checksum);

/* Columns from 0 on, as they are bound. GS_E_CORRUPT where the row is not the one that its checksum was made of, a value is of the wrong
 * type, out of its bounds or contradicts another: what was read is trusted from here on. */
int gs_row_read_booking(struct gs_statement *stmt, struct gs_booking *out) GS_MUST_CHECK;
int gs_row_read_capacity(struct gs_statement *stmt, struct gs_capacity *out) GS_MUST_CHECK;
int gs_row_read_turned_away(struct gs_statement *stmt, struct gs_turned_away *out) GS_MUST_CHECK;
int gs_row_read_token(struct gs_statement *stmt, struct gs_token *out) GS_MUST_CHECK;
int gs_row_read_user(struct gs_statement *stmt, struct gs_user *out) GS_MUST_CHECK;
int gs_row_read_session(struct gs_statement *stmt, struct gs_session *out) GS_MUST_CHECK;
int gs_row_read_webhook(struct gs_statement *stmt, struct gs_webhook *out) GS_MUST_CHECK;
int gs_row_read_webhook_retry(struct gs_statement *stmt, struct gs_webhook_retry *out) GS_MUST_CHECK;
/* row, body, {idem}; with_body false: row, {idem}, and whether that is the row is not asked. body is borrowed from the statement. */
int gs_row_read_idem(struct gs_statement *stmt, bool with_body, int64_t *out_row, struct gs_idem *out) GS_MUST_CHECK;

#endif
