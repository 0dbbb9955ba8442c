/* Gathers what SQLite writes to its log into few large writes. */
#ifndef GATESLOT_STORE_GATHER_H
#define GATESLOT_STORE_GATHER_H

#include "gateslot/base/histogram.h"
#include "gateslot/base/limits.h"
#include <sqlite3.h>
#include <stddef.h>

struct gs_gather {
    sqlite3_io_methods methods; /* first: the file's pMethods lead back here */
    const sqlite3_io_methods *below;
    unsigned char *bytes; /* owned; wait to be written at start_at */
    size_t len;
    sqlite3_int64 start_at;
    struct gs_histogram *sync_times; /* borrowed; NULL: nobody wants to know */
};

/* Stands between SQLite and what file does, until SQLite closes file; g must stay until then. Without memory, or where file is not
 * open, nothing changes. */
void gs_gather_attach(struct gs_gather *g, sqlite3_file *file);
/* After the file was closed. */
void gs_gather_finish(struct gs_gather *g);

#endif
