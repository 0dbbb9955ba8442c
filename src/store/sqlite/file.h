/* What a store in a file of SQLite has beside what all stores have. */
#ifndef GATESLOT_STORE_SQLITE_FILE_H
#define GATESLOT_STORE_SQLITE_FILE_H

#include "gather.h"
#include "impl.h"
#include "mark.h"
#include "reserve.h"
#include "watch.h"
#include <sqlite3.h>

struct gs_file {
    struct gs_database base; /* first */
    sqlite3 *connection;     /* NULL: not connected */
    sqlite3_stmt *begin, *commit, *rollback;
    int lock_fd; /* of FILE.lock; -1 = not held */
    struct gs_reserve reserve;
    struct gs_mark mark;
    struct gs_watch watch;
    struct gs_gather log; /* between SQLite and its log */
    int wal_frames;       /* in the WAL and not yet in the database */
    int wal_commits;      /* that wrote them */
    int wal_floor;        /* frames a failed checkpoint left behind: the next is due so much later */
    char complaint[256];
};

/* The store becomes one in a file; nothing is opened yet. */
int gs_file_attach(struct gs_store *store) GS_MUST_CHECK;

static inline struct gs_file *gs_file_of(const struct gs_store *store)
{
    return (struct gs_file *)store->db;
}

static inline sqlite3 *gs_file_connection(const struct gs_store *store)
{
    return gs_file_of(store)->connection;
}

int gs_file_error(int rc); /* of SQLite's code: GS_OK for OK, ROW and DONE */
/* Notes SQLite's own words about rc under what was being done, and translates it. */
int gs_file_failed(struct gs_store *store, int rc, const char *doing) GS_MUST_CHECK;

#endif
