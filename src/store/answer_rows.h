/* Rows into answers: each is copied and counted; GS_E_NOMEM. */
#ifndef GATESLOT_STORE_ANSWER_ROWS_H
#define GATESLOT_STORE_ANSWER_ROWS_H

#include "gateslot/core/query.h"

int gs_answer_add_booking(struct gs_answer *a, const struct gs_booking *b) GS_MUST_CHECK;
int gs_answer_add_capacity(struct gs_answer *a, const struct gs_capacity *c) GS_MUST_CHECK;
int gs_answer_add_event(struct gs_answer *a, int64_t seq, const char *body, size_t len) GS_MUST_CHECK;
int gs_answer_add_row(struct gs_answer *a, int64_t no, const void *bytes, size_t len) GS_MUST_CHECK;

#endif
