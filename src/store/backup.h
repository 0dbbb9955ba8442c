/* A copy of the store while it works, in steps between batches. */
#ifndef GATESLOT_STORE_BACKUP_H
#define GATESLOT_STORE_BACKUP_H

#include "impl.h"

struct gs_backup;

/* Called on a thread of the backup's own when the copy has been checked. */
struct gs_backup_waker {
    void (*wake)(void *self);
    void *self;
};

/* text gets a sentence on failure. path must not exist. waker NULL: the copy is checked within a step. */
int gs_backup_start(struct gs_store *store, const char *path, const struct gs_backup_waker *waker,
                    struct gs_backup **out, char *text, size_t text_size) GS_MUST_CHECK;
/* Of a copy that is only read through, and removed: every page, row and event as they stand at the last step. GS_E_FULL: there is too little
 * space for it. */
int gs_backup_start_check(struct gs_store *store, const struct gs_backup_waker *waker, struct gs_backup **out,
                          char *text, size_t text_size) GS_MUST_CHECK;
/* Copies some pages more, or looks whether the copy has been checked. *out_done: all of it is at path, synced and found whole. On failure
 * nothing is left there; finish it in any case. */
int gs_backup_step(struct gs_backup *backup, bool *out_done, char *text, size_t text_size) GS_MUST_CHECK;
/* Whether a step would be for nothing, until the waker is called. */
bool gs_backup_is_waiting(const struct gs_backup *backup);
void gs_backup_finish(struct gs_backup *backup); /* NULL is fine; before it is done: gives it up */

#endif
