/* The store's inside, shared by the files of this folder only. */
#ifndef GATESLOT_STORE_IMPL_H
#define GATESLOT_STORE_IMPL_H

#include "chain.h"
#include "gateslot/base/buf.h"
#include "gateslot/base/limits.h"
#include "gateslot/store/store.h"
#include "gather.h"
#include "reserve.h"
#include <sqlite3.h>

#define GS_STORE_MESSAGE_MAX 512 /* bytes of a sentence about a failure; cut */

/* Statements that are kept prepared; their text stands beside the function that runs them. */
enum gs_stmt {
    GS_STMT_BEGIN,
    GS_STMT_COMMIT,
    GS_STMT_ROLLBACK,
    GS_STMT_BOOKING_PUT,
    GS_STMT_EVENT_PUT,
    GS_STMT_CAPACITY_PUT,
    GS_STMT_CAPACITY_RESET,
    GS_STMT_IDEM_PUT,
    GS_STMT_TOKEN_PUT,
    GS_STMT_TOKEN_REVOKE,
    GS_STMT_JOURNAL_PUT,
    GS_STMT_META_PUT,
    GS_STMT_ARCHIVE_COPY,
    GS_STMT_ARCHIVE_ERASE,
    GS_STMT_ARCHIVE_DELETE,
    GS_STMT_ERASE_NEXT,
    GS_STMT_ERASE,
    GS_STMT_ERASE_MARK,
    GS_STMT_IDEM_FORGET,
    GS_STMT_BOOKING_GET,
    GS_STMT_BOOKINGS_GET,
    GS_STMT_EVENTS_GET,
    GS_STMT_EVENT_GET,
    GS_STMT_EVENT_HASH_GET,
    GS_STMT_CHAIN_GET,
    GS_STMT_IDEM_GET,
    GS_STMT_JOURNAL_GET,
    GS_STMT_BEGUN_BOOKINGS_GET,
    GS_STMT_BEGUN_PAST_GET,
    GS_STMT_BEGUN_CAPACITIES_GET,
    GS_STMTS
};

struct gs_store {
    sqlite3 *db;
    const struct gs_tz *tz; /* borrowed */
    char *path;             /* owned; absolute */
    int lock_fd;            /* of FILE.lock; -1 = not held */
    bool drill;
    bool unusable; /* a commit ended in an I/O error: its outcome is unknown, nothing may follow it */
    struct gs_reserve reserve;
    struct gs_store_marks marks;             /* as stored; a batch's own count is taken over when it is durable */
    unsigned char last_hash[GS_CHAIN_BYTES]; /* of event marks.last_seq; zeros before the first */
    struct gs_buf text;                      /* the event being written */
    struct gs_gather log_file;               /* between SQLite and its log */
    int wal_frames;                          /* in the WAL and not yet in the database */
    int wal_commits;                         /* that wrote them */
    int wal_floor;                           /* frames a failed checkpoint left behind: the next is due so much later */
    gs_date archived_before; /* no terminal booking dated before this is left in booking; INT32_MIN: unknown */
    gs_date erased_before;   /* as stored: past bookings dated before this carry no personal data */
    bool erased_since;       /* personal data was erased and the WAL not yet emptied */
    char message[GS_STORE_MESSAGE_MAX];
    sqlite3_stmt *stmts[GS_STMTS]; /* NULL until first used */
};

/* Writes store->message; for whoever logs the failure that is returned. */
void gs_store_note(struct gs_store *store, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
