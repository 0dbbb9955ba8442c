/* A copy of the store while it works, in steps between batches. */
#ifndef GATESLOT_STORE_BACKUP_H
#define GATESLOT_STORE_BACKUP_H

#include "impl.h"

struct gs_backup;

/* text gets a sentence on failure. path must not exist. */
int gs_backup_start(struct gs_store *store, const char *path, struct gs_backup **out, char *text,
                    size_t text_size) GS_MUST_CHECK;
/* Copies some pages more. *out_done: all of it is at path, synced. On failure nothing is left there; finish it in any case. */
int gs_backup_step(struct gs_backup *backup, bool *out_done, char *text, size_t text_size) GS_MUST_CHECK;
void gs_backup_finish(struct gs_backup *backup); /* NULL is fine; before it is done: gives it up */

#endif
