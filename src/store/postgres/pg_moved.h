/* What a store in PostgreSQL says of moves, in its table store: moved elsewhere, or not all here yet. */
#ifndef GATESLOT_STORE_PG_MOVED_H
#define GATESLOT_STORE_PG_MOVED_H

#include "pg_store.h"

/* out: "": it was not moved. */
int gs_pg_moved_read(struct gs_store *store, bool *out_incoming, char out[GS_MOVED_TO_MAX]) GS_MUST_CHECK;
/* A transaction of its own each; GS_OK: it is durable. to "": it was not moved. */
int gs_pg_moved_write(struct gs_store *store, const char *to) GS_MUST_CHECK;
int gs_pg_incoming_write(struct gs_store *store, bool incoming) GS_MUST_CHECK;

#endif
