/* Taking rows that are damaged out of a store in PostgreSQL. */
#ifndef GATESLOT_STORE_PG_LOSS_H
#define GATESLOT_STORE_PG_LOSS_H

#include "pg_store.h"
#include "verify.h"

/* gs_database_ops.remove_damaged */
int gs_pg_remove_damaged(struct gs_store *store, const struct gs_sealed_table *t, int64_t *removed) GS_MUST_CHECK;

#endif
