/* Judges, before a store is accepted, whether it is all that was stored: by what it says of itself and by the mark beside it. */
#ifndef GATESLOT_STORE_LOSS_H
#define GATESLOT_STORE_LOSS_H

#include "file.h"
#include "verify.h"

/* store->state is read. GS_OK: nothing is missing, or store->due says which epoch is to be opened. GS_E_CORRUPT with a note: batches
 * are missing, or nobody can tell, and options do not accept that. */
int gs_loss_judge(struct gs_store *store, const struct gs_store_options *options) GS_MUST_CHECK;
/* There is no store, or one of no length: was there one? Likewise; nothing is touched. */
int gs_loss_judge_missing(struct gs_store *store, const struct gs_store_options *options) GS_MUST_CHECK;
/* Rows that are damaged are removed where options accept that; else GS_E_CORRUPT with a note. */
int gs_loss_check_rows(struct gs_store *store, const struct gs_store_options *options) GS_MUST_CHECK;
/* gs_database_ops.remove_damaged */
int gs_loss_remove(struct gs_store *store, const struct gs_sealed_table *t, int64_t *removed) GS_MUST_CHECK;

#endif
