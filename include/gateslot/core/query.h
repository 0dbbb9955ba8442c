/* Questions about what the book no longer holds, asked of the store and answered by the writer thread between batches: so an
 * answer shows only what is durable. Plain data both ways; no word of SQL. */
#ifndef GATESLOT_CORE_QUERY_H
#define GATESLOT_CORE_QUERY_H

#include "gateslot/core/book.h"
#include "gateslot/core/event.h"

enum gs_query_kind {
    GS_QUERY_BOOKING,  /* u.id → bookings[0] */
    GS_QUERY_BOOKINGS, /* u.filter → bookings by id; a date is required */
    GS_QUERY_EVENTS, /* u.events → events by seq; GS_E_RANGE: after is no number of this store's: last_seq is the last that is before
                          it, scanned_seq where to go on */
    GS_QUERY_HISTORY, /* u.history: from last_event back, the booking's latest or one before; events in order; more: go on from
                          scanned_seq */
    GS_QUERY_IDEM,    /* u.row → idem */
    GS_QUERY_AUDIT,   /* u.row: verify the event chain from that seq, a bounded slice → audit */
    GS_QUERY_JOURNAL, /* u.row: rows of the journal after that number, a bounded page → rows, last_seq; none: the end */
    GS_QUERY_BEGINNING, /* u.beginning: what stood when the journal began, by pages → bookings by id; with the first page of those
                           that were live: capacities */
    GS_QUERY_CAPACITIES, /* u.dates: what supervisors had set for these dates → capacities by date */
    GS_QUERY_LIVE, /* u.dates: of the bookings not archived yet, those of these dates, a bounded slice → bookings by id; where
                            there is more: go on after scanned_id */
    GS_QUERY_ARCHIVE, /* u.dates: the archived bookings of these dates, a bounded page → bookings by date and id; where there
                            is more: go on from the last one's date after its id */
    GS_QUERY_STORE,  /* → store */
    GS_QUERY_CHECK,  /* whole-file integrity check (slow) → text "" or the first complaint */
    GS_QUERY_SEARCH, /* u.search → past bookings, the newest first; more: go on before scanned_id */
    GS_QUERY_BACKUP /* u.path: a consistent copy is written there, 0600, synced, renamed into place; refused if it exists */
};

struct gs_query {
    enum gs_query_kind kind;
    char owner[GS_NAME_MAX + 1]; /* BOOKING: another's is answered as none, with the same work; "" = whosever */
    union {
        int64_t id;
        int64_t row;
        struct gs_filter filter;
        struct {
            struct gs_filter filter; /* with something to look for */
            gs_date first_date;      /* of the book: older ones that have ended are the store's */
        } search;
        struct {
            int64_t after;
            int32_t limit;
            char owner[GS_NAME_MAX + 1];
            uint64_t to_all; /* a bit per enum gs_event_type: of these types all, whosever they are */
            bool last;       /* the last ones, whatever after is */
            struct gs_event_filter filter;
        } events; /* owner "" = all */
        struct {
            int64_t booking_id; /* whose it must be, else GS_E_NOTFOUND; 0 = whosever it is */
            int64_t last_event;
            int32_t limit;
        } history;
        struct {
            bool past; /* those that had been archived; else those that were live */
            int64_t after_id;
        } beginning;
        struct {
            gs_date from, to;
            int64_t after_id; /* ARCHIVE: of the date from */
        } dates;
        char path[4096];
    } u;
};

struct gs_event_text {
    int64_t seq;
    size_t len;
    const char *json; /* as gs_event_json wrote it */
};

struct gs_journal_row {
    int64_t no; /* 1, 2, … without gaps */
    size_t len;
    const void *bytes; /* journal.h */
};

struct gs_audit {
    int64_t next;       /* where to go on; 0 = the end was reached */
    int64_t checked;    /* events verified in this slice */
    int64_t broken_seq; /* the first event whose hash or number does not follow; 0 = none */
    int64_t last_seq;
    unsigned char last_hash[32];
};

/* What the store says of itself. */
struct gs_store_state {
    char path[1024]; /* cut */
    int64_t bytes, log_bytes;
    int64_t epoch;
    int64_t bookings, archived, events, journal_rows;
    int64_t backup_at_ms; /* the site's time when the last backup was done; 0 = none is known */
    int64_t backup_bytes;
    char backup_path[1024]; /* cut */
};

struct gs_answer {
    int err; /* GS_OK, GS_E_NOTFOUND, GS_E_IO, … */
    size_t booking_count;
    struct gs_booking *bookings; /* owned by the answer */
    bool more;                   /* a further page exists */
    int64_t
        scanned_id; /* where there is more. SEARCH: all from this id on are in bookings or do not match; LIVE: all up to it */
    size_t event_count;
    struct gs_event_text *events;
    int64_t
        scanned_seq; /* EVENTS: every event up to this one is in events, or is not what was asked for; go on from here */
    struct gs_idem idem;
    struct gs_audit audit;
    struct gs_store_state store;
    size_t row_count;
    struct gs_journal_row *rows;
    int64_t last_seq;   /* JOURNAL: of the last event stored */
    int64_t oldest_seq; /* EVENTS, GS_E_RANGE: of the first event stored; 0: there is none */
    size_t capacity_count;
    struct gs_capacity *capacities;
    int64_t begun_booking_id, begun_seq; /* BEGINNING: the last of each then; 0: the journal is as old as the store */
    char text[512];                      /* for people: what failed */
    struct gs_arena arena;               /* holds all of it */
};
void gs_answer_finish(struct gs_answer *a);

#endif
