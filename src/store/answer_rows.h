/* Rows into answers: each is copied and counted; GS_E_NOMEM. */
#ifndef GATESLOT_STORE_ANSWER_ROWS_H
#define GATESLOT_STORE_ANSWER_ROWS_H

#include "gateslot/core/query.h"
#include "impl.h"

int gs_answer_add_booking(struct gs_answer *a, const struct gs_booking *b) GS_MUST_CHECK;
int gs_answer_add_capacity(struct gs_answer *a, const struct gs_capacity *c) GS_MUST_CHECK;
int gs_answer_add_event(struct gs_answer *a, int64_t seq, const char *body, size_t len) GS_MUST_CHECK;
int gs_answer_add_row(struct gs_answer *a, int64_t no, const void *bytes, size_t len) GS_MUST_CHECK;

/* What the site works with is damaged: it must not go on with it. What is only kept is that answer's failure. GS_E_CORRUPT. */
int gs_answer_damaged(struct gs_store *store, const char *what, int64_t number, bool is_live);
/* The booking of a row; behind its columns stands whether it is archived. One that is damaged is noted. */
int gs_answer_read_booking(struct gs_store *store, struct gs_statement *stmt, struct gs_booking *out) GS_MUST_CHECK;

#endif
