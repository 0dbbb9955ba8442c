/* One transaction as one pipeline: what is to be written is sent and not waited for, until something is to be read or the transaction ends. */
#ifndef GATESLOT_STORE_PG_BATCH_H
#define GATESLOT_STORE_PG_BATCH_H

#include "pg_link.h"

struct gs_pg_batch {
    struct gs_pg_link *link;
    bool open;    /* begun, and neither committed nor rolled back */
    bool piped;   /* the connection is in libpq's pipeline mode */
    int err;      /* a statement was refused: nothing but the end may follow it */
    int sent;     /* statements whose answers were not heard yet */
    size_t bytes; /* of their values, about */
    unsigned settings_generation,
        fence_generation; /* of the link, when what every transaction asks was prepared; 0: never */
};

/* A prepared statement and what it is run with; all values in binary form. */
struct gs_pg_call {
    const char *name;
    const char *sql; /* not NULL: it is prepared first */
    int count;
    const Oid *types;
    const char *const *values;
    const int *lengths, *formats; /* formats: all 1 */
};

void gs_pg_batch_init(struct gs_pg_batch *b, struct gs_pg_link *link); /* once for a connection */

/* BEGIN and the fence: the transaction is refused (GS_PG_FENCED) where the store has another epoch's owner by now, and renews what he has.
 * epoch 0: without a fence. */
int gs_pg_batch_begin(struct gs_pg_batch *b, int64_t epoch) GS_MUST_CHECK;
/* Its answer is heard later, and so is the error. Values are copied. */
int gs_pg_batch_send(struct gs_pg_batch *b, const struct gs_pg_call *call) GS_MUST_CHECK;
/* Likewise, and waits: *out has all its rows, in binary form, and is freed with PQclear. */
int gs_pg_batch_ask(struct gs_pg_batch *b, const struct gs_pg_call *call, PGresult **out) GS_MUST_CHECK;
/* All that was sent is heard, and the connection is as outside of a pipeline, in the transaction still. What fails there is the
 * transaction's failure: gs_pg_batch_fail. */
int gs_pg_batch_leave(struct gs_pg_batch *b) GS_MUST_CHECK;
void gs_pg_batch_fail(struct gs_pg_batch *b, int err);
/* Sends COMMIT, and waits. GS_OK: it is durable on at least `copies` servers, and *out_copies tells on how many. GS_E_FULL, GS_E_NOMEM and
 * GS_E_CORRUPT: rolled back. GS_E_IO: fenced (link->sqlstate tells), or nobody knows; the link is broken. */
int gs_pg_batch_commit(struct gs_pg_batch *b, int copies, int *out_copies) GS_MUST_CHECK;
/* Nothing of it is stored. GS_OK too where it is over already, and nothing is. GS_E_IO: the link is broken. */
int gs_pg_batch_abort(struct gs_pg_batch *b) GS_MUST_CHECK;

#endif
