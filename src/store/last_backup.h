/* When and where the last backup was made. */
#ifndef GATESLOT_STORE_LAST_BACKUP_H
#define GATESLOT_STORE_LAST_BACKUP_H

#include "impl.h"

/* Remembers one that was found whole, at the store's latest instant, so that it is known after a restart too. On a full disk it stays unsaid, which is no failure. */
int gs_last_backup_note(struct gs_store *store, const char *path, int64_t bytes) GS_MUST_CHECK;
/* The whole answer to GS_QUERY_STORE. */
int gs_store_describe(struct gs_store *store, struct gs_store_state *out) GS_MUST_CHECK;

#endif
