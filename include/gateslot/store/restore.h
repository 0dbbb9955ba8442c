/* A backup takes the store's place while no daemon runs. */
#ifndef GATESLOT_STORE_RESTORE_H
#define GATESLOT_STORE_RESTORE_H

#include "gateslot/store/store.h"

/* A file to restore from, open: so it can be opened by one user and read by another. */
struct gs_restore_source;

struct gs_restored {
    char kept[4096];  /* where the store is kept that stood there before; "": there was none */
    int64_t taken_ms; /* the instant of the backup's last batch */
    int64_t last_seq, last_booking_id;
};

/* GS_E_NOTFOUND, GS_E_DENIED, GS_E_FOREIGN (a directory); message gets one clear English sentence. */
int gs_restore_open(const char *path, struct gs_restore_source **out, char *message, size_t message_size) GS_MUST_CHECK;
void gs_restore_close(struct gs_restore_source *source); /* NULL is fine */
/* Copies the source beside the store at path, checks all of the copy, and has it take the store's place, whose files are kept under another name.
 * options: drill, tz, now_ms. A crash leaves the old store or the new one, whole. On failure the store is as it was; GS_E_IO can mean that the
 * next start completes the restore, which the sentence then says. The first start after it opens a new epoch. */
int gs_store_restore(const char *path, struct gs_restore_source *source, const struct gs_store_options *options,
                     struct gs_restored *out, char *message, size_t message_size) GS_MUST_CHECK;

#endif
