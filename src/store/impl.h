/* The store's inside, shared by the files of this folder only. */
#ifndef GATESLOT_STORE_IMPL_H
#define GATESLOT_STORE_IMPL_H

#include "chain.h"
#include "database.h"
#include "gateslot/base/buf.h"
#include "gateslot/base/limits.h"
#include "gateslot/store/store.h"
#include "row_sums.h"
#include "store_state.h"

#define GS_STORE_MESSAGE_MAX 512 /* bytes of a sentence about a failure; cut */

/* Statements that are kept prepared; their text stands beside the function that runs them. */
enum gs_stmt {
    GS_STMT_BOOKING_PUT,
    GS_STMT_EVENT_PUT,
    GS_STMT_CAPACITY_PUT,
    GS_STMT_CAPACITY_RESET,
    GS_STMT_IDEM_PUT,
    GS_STMT_TURNED_AWAY_PUT,
    GS_STMT_TOKEN_PUT,
    GS_STMT_TOKEN_TAKE,
    GS_STMT_USER_PUT,
    GS_STMT_USER_TAKE,
    GS_STMT_SESSION_PUT,
    GS_STMT_SESSION_TAKE,
    GS_STMT_WEBHOOK_PUT,
    GS_STMT_WEBHOOK_TAKE,
    GS_STMT_WEBHOOK_RETRY_PUT,
    GS_STMT_WEBHOOK_RETRY_TAKE,
    GS_STMT_WEBHOOK_RETRIES_TAKE,
    GS_STMT_JOURNAL_PUT,
    GS_STMT_EPOCH_PUT,
    GS_STMT_META_PUT,
    GS_STMT_ARCHIVE_CHECK,
    GS_STMT_ARCHIVE_COPY,
    GS_STMT_ARCHIVE_ERASE_CHECK,
    GS_STMT_ARCHIVE_ERASE,
    GS_STMT_ARCHIVE_SEAL,
    GS_STMT_PAST_SEAL_PUT,
    GS_STMT_ARCHIVE_DELETE,
    GS_STMT_ERASE_NEXT,
    GS_STMT_ERASE_CHECK,
    GS_STMT_ERASE,
    GS_STMT_ERASE_SEAL,
    GS_STMT_ERASE_LIVE_CHECK,
    GS_STMT_ERASE_LIVE,
    GS_STMT_ERASE_LIVE_SEAL,
    GS_STMT_LIVE_SEAL_PUT,
    GS_STMT_ERASE_CAPACITY_CHECK,
    GS_STMT_ERASE_CAPACITY,
    GS_STMT_ERASE_CAPACITY_SEAL,
    GS_STMT_CAPACITY_SEAL_PUT,
    GS_STMT_ERASE_BEGUN,
    GS_STMT_ERASE_BEGUN_SEAL,
    GS_STMT_BEGUN_SEAL_PUT,
    GS_STMT_ERASURE_GET,
    GS_STMT_ERASURE_PUT,
    GS_STMT_ERASE_EVENTS_GET,
    GS_STMT_ERASE_EVENT,
    GS_STMT_ERASED_EVENT_PUT,
    GS_STMT_ERASED_EVENT_GET,
    GS_STMT_ERASE_JOURNAL_GET,
    GS_STMT_ERASE_JOURNAL,
    GS_STMT_ZONE_PUT,
    GS_STMT_LAST_BACKUP_PUT,
    GS_STMT_LAST_BACKUP_GET,
    GS_STMT_IDEM_FORGET,
    GS_STMT_IDEM_OLDEST,
    GS_STMT_BOOKING_GET,
    GS_STMT_BOOKINGS_GET,
    GS_STMT_DATES_CAPACITIES_GET,
    GS_STMT_DATES_LIVE_END,
    GS_STMT_DATES_LIVE_GET,
    GS_STMT_DATES_ARCHIVED_GET,
    GS_STMT_EVENTS_GET,
    GS_STMT_EVENTS_LAST_GET,
    GS_STMT_EVENT_GET,
    GS_STMT_EVENT_HASH_GET,
    GS_STMT_CHAIN_GET,
    GS_STMT_IDEM_GET,
    GS_STMT_JOURNAL_GET,
    GS_STMT_BEGUN_BOOKINGS_GET,
    GS_STMT_BEGUN_PAST_GET,
    GS_STMT_BEGUN_CAPACITIES_GET,
    GS_STMT_ARCHIVE_INDEX,
    GS_STMT_GRAM_GET,
    GS_STMT_GRAM_PUT,
    GS_STMT_GRAM_BEFORE,
    GS_STMT_PAST_GET,
    GS_STMT_UNARCHIVED_GET,
    GS_STMT_REFERENCE_GET,
    GS_STMT_REFERENCE_OWNED,
    GS_STMT_EXCUSE_GET,
    GS_STMT_EXCUSE_PUT,
    GS_STMT_EXCUSE_PAST_GET,
    GS_STMT_EXCUSE_PAST_PUT,
    GS_STMTS
};

struct gs_store {
    struct gs_database *db; /* owned; NULL until it is open */
    const struct gs_tz *tz; /* borrowed */
    char *path;             /* owned; what sentences call it: the file, absolute, or the address without secrets */
    bool drill;
    int64_t opened_ms;       /* the site's time at the start */
    bool damaged;            /* a row that the site works with is not as it was written */
    bool unusable;           /* a commit ended in an I/O error: its outcome is unknown, nothing may follow it */
    struct gs_state state;   /* as stored; a batch's own is taken over when it is durable */
    struct gs_epoch *epochs; /* owned: those that began since the store was made, in order */
    size_t epoch_count;
    struct gs_epoch due; /* the epoch to be opened before anything else; cause NONE: none is due */
    struct gs_row_sums sums;
    int64_t batch_seen; /* batches that are known to have been stored once and are there no more; 0: none are */
    struct gs_buf text; /* the event being written */
    bool tells;         /* events that become durable are kept for gs_store_told */
    struct gs_durable_events told;
    struct gs_store_times times;
    gs_date archived_before;     /* no terminal booking dated before this is left in booking; INT32_MIN: unknown */
    gs_date live_erased_before;  /* in this life: bookings that are not over, capacities */
    gs_date texts_erased_before; /* in this life: events, the journal */
    int64_t kept_since_ms;       /* no kept answer that is next to be forgotten is older; INT64_MIN: unknown */
    bool erased_since;           /* personal data was erased, and logs of the database may still have it */
    char message[GS_STORE_MESSAGE_MAX];
    struct gs_statement *stmts[GS_STMTS]; /* NULL until first used */
};

/* Writes store->message; for whoever logs the failure that is returned. */
void gs_store_note(struct gs_store *store, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A store that is not open yet: NULL without memory. gs_store_close ends it. */
struct gs_store *gs_store_new(const struct gs_store_options *options);
void gs_store_forget_statements(struct gs_store *store); /* before the database is closed */

#endif
