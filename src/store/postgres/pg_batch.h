/* One transaction as one pipeline: what is to be written is gathered and sent, and only at its end is the server waited for, once. */
#ifndef GATESLOT_STORE_PG_BATCH_H
#define GATESLOT_STORE_PG_BATCH_H

#include "pg_link.h"

#define GS_PG_SHAPES 64 /* kinds of statements */

/* A kind of statement, static; prepared on a connection when it is first used, for a run of 1, 2, 4 … rows each. */
struct gs_pg_shape {
    int no; /* 0 … GS_PG_SHAPES - 1, another for each */
    const char *
        head; /* "INSERT INTO booking (…) VALUES": rows of parameters follow; or, with tail NULL, a whole statement with $1 … */
    const char *tail; /* "ON CONFLICT …", or "" */
    int columns;      /* parameters of one row */
    const enum gs_pg_type *types;
    bool keyed; /* the first parameter names the row, which ON CONFLICT may not meet twice in one statement */
};

struct gs_pg_batch {
    struct gs_pg_link *link;
    const struct gs_pg_shape *shape; /* of the run being gathered */
    int rows;
    struct gs_buf bytes;               /* its values */
    size_t at[GS_PG_PARAMETERS_MAX];   /* where each begins */
    int lengths[GS_PG_PARAMETERS_MAX]; /* and how long it is */
    int sent;                          /* statements, without BEGIN and what follows the last */
    unsigned prepared[GS_PG_SHAPES];   /* bits of the lengths of runs */
};

void gs_pg_batch_init(struct gs_pg_batch *b, struct gs_pg_link *link); /* once for a connection */
void gs_pg_batch_finish(struct gs_pg_batch *b);

/* BEGIN and the fence: the transaction is refused (GS_PG_FENCED) where the store has another epoch's owner by now, and renews what he has. */
int gs_pg_batch_begin(struct gs_pg_batch *b, int64_t epoch) GS_MUST_CHECK;
/* A row behind those before it. Values are copied. */
int gs_pg_batch_row(struct gs_pg_batch *b, const struct gs_pg_shape *shape,
                    const struct gs_pg_value *values) GS_MUST_CHECK;
/* Sends the rest and COMMIT, and waits. GS_OK: it is durable on at least `copies` servers, and *out_copies tells on how many. GS_E_FULL,
 * GS_E_NOMEM and GS_E_CORRUPT: rolled back. GS_E_IO: fenced (link->sqlstate tells), or nobody knows; the link is broken. */
int gs_pg_batch_commit(struct gs_pg_batch *b, int copies, int *out_copies) GS_MUST_CHECK;
/* Instead of it: nothing of it is stored. GS_E_IO: the link is broken. */
int gs_pg_batch_abort(struct gs_pg_batch *b) GS_MUST_CHECK;

#endif
