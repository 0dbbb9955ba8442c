/* The reserve: a file beside the store that holds disk space to be given up when the disk is full. */
#ifndef GATESLOT_STORE_RESERVE_H
#define GATESLOT_STORE_RESERVE_H

#include "gateslot/base/error.h"
#include <stdbool.h>
#include <stdint.h>

struct gs_reserve {
    char *path;    /* owned */
    char *beside;  /* owned: a file that is there, on the same file system */
    int64_t bytes; /* 0 = none is kept */
    int64_t held;  /* bytes, as far as is known: somebody may have removed the file */
    int64_t goal;  /* after it was given up: bytes that must be held again before all is well */
};

/* Takes it if there is space for it and as much again; else a half, a quarter, … of it, down to a 32nd. */
int gs_reserve_init(struct gs_reserve *r, const char *store_path, int64_t bytes) GS_MUST_CHECK;
void gs_reserve_finish(struct gs_reserve *r); /* the file stays */
void gs_reserve_release(struct gs_reserve *r);
bool gs_reserve_restore(struct gs_reserve *r); /* true: as much is held as before, or all of it */

#endif
