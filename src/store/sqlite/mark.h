/* The mark: a small file beside the store that says which batch was the last to become durable. The log alone cannot say that its end is
 * missing; the mark can. It is written after each batch and synced once a second: exact after the end of the process, behind by a second
 * at most after a loss of power, and never ahead of what is on disk. */
#ifndef GATESLOT_STORE_MARK_H
#define GATESLOT_STORE_MARK_H

#include "gateslot/base/error.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

struct gs_state;

struct gs_mark_values {
    int64_t store_id, epoch, batch;
    uint64_t chain;
    int64_t last_seq, last_booking_id;
};

struct gs_mark {
    char *path; /* owned */
    int fd;     /* -1: not open */
    int slot;   /* written next; the other one is good */
    bool unsynced;
    bool failing; /* what was written last did not arrive: the mark says less than it could */
    struct gs_mark_values last;
};

/* What a mark says that is beside store_path. GS_E_NOTFOUND: there is none; GS_E_CORRUPT: it says nothing that can be believed. */
int gs_mark_read(const char *store_path, struct gs_mark_values *out) GS_MUST_CHECK;
/* Opens it, made if it is missing, and has it say s; on disk on return. */
int gs_mark_open(struct gs_mark *m, const char *store_path, const struct gs_state *s) GS_MUST_CHECK;
void gs_mark_close(struct gs_mark *m); /* synced; one that was never opened is fine */
/* A failure is kept in m: the batch is durable all the same. */
void gs_mark_write(struct gs_mark *m, const struct gs_state *s);
/* On disk, and under its name: somebody may have taken it away. */
void gs_mark_sync(struct gs_mark *m);

#endif
