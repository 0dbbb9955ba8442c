/* Whether the files that are open are still those that their names lead to. */
#ifndef GATESLOT_STORE_WATCH_H
#define GATESLOT_STORE_WATCH_H

#include "gateslot/base/error.h"
#include <stdbool.h>
#include <sys/types.h>

struct gs_store;

struct gs_watch {
    char *log;      /* path; owned */
    bool has_store; /* what follows is known */
    dev_t store_device, log_device;
    ino_t store_inode, log_inode;
    bool has_log;
};

/* Right after the store was opened. */
int gs_watch_begin(struct gs_store *store) GS_MUST_CHECK;
void gs_watch_finish(struct gs_watch *w);
/* GS_E_IO with a note: the store or its log was renamed, replaced or deleted, and what is written goes to nowhere. */
int gs_watch_look(struct gs_store *store) GS_MUST_CHECK;

#endif
