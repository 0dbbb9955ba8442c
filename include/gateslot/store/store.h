/* The store: keeps what was acknowledged. This interface is free of any database's words; tests/store holds its
 * conformance tests. Open and load happen before the loop runs; after gs_writer_start only the writer thread touches the store. */
#ifndef GATESLOT_STORE_STORE_H
#define GATESLOT_STORE_STORE_H

#include "gateslot/base/error.h"
#include "gateslot/base/histogram.h"
#include "gateslot/core/book.h"
#include "gateslot/core/query.h"
#include "gateslot/core/record.h"
#include <stdbool.h>
#include <stdint.h>

struct gs_store;

struct gs_store_options {
    bool drill;             /* a store remembers whether it is a drill's */
    const struct gs_tz *tz; /* for the times in event texts; borrowed */
    int32_t ballast_bytes;  /* reserve given up when the disk is full; 0 = none (tests) */
    bool accept_loss;       /* goes on with what is there where batches or rows are missing or damaged */
    int64_t now_ms;         /* the site's time, for how far numbers leap where a store was put back */
    /* Of a store in PostgreSQL; borrowed for the call. */
    const char *store_name;      /* what it calls the daemon that opens it */
    const char *state_directory; /* for what is kept on this machine */
    int32_t copies_promised;     /* servers that must have what is acknowledged */
    bool fewer_copies;           /* goes on where fewer have it */
};

/* path: of the file, made (0640) with its reserve if missing; the directory must exist. Refuses, touching nothing: a second
 * instance (GS_E_BUSY), a foreign file or the other kind (GS_E_FOREIGN), a newer schema (GS_E_NEWER), no permission or a
 * read-only place (GS_E_DENIED), a failed check of the live tables, and what is not all that was stored (GS_E_CORRUPT). A disk that fails or is full is GS_E_IO, GS_E_FULL or
 * GS_E_DENIED, and costs nothing that was acknowledged. message gets one clear English sentence. */
int gs_store_open(const char *path, const struct gs_store_options *options, struct gs_store **out, char *message,
                  size_t message_size) GS_MUST_CHECK;
void gs_store_close(struct gs_store *store); /* checkpoints; NULL is fine */
/* The epoch that must be opened by the first batch, since a backup was put in the store's place or a loss was accepted; NULL: none. The
 * same after a load; until it is stored, the next start finds it too. */
const struct gs_epoch *gs_store_epoch_due(const struct gs_store *store);
/* One English sentence about the latest failure of this store, for the log; "" if there was none. For whoever owns the store at
 * the time: not while the writer thread has it. */
const char *gs_store_message(const struct gs_store *store);

/* Where the rows go at load: called in order of ids; a negative return stops the load with it. */
struct gs_store_sink {
    void *self;
    int (*booking)(void *self, const struct gs_booking *b);
    int (*capacity)(void *self, const struct gs_capacity *c);
    int (*token)(void *self, const struct gs_token *t);
    /* row: to ask the stored answer back with GS_QUERY_IDEM; body is not loaded */
    int (*idem)(void *self, int64_t row, const struct gs_idem *i);
    /* archived bookings dated at most past_days before the stored instant, in no order; NULL: not wanted */
    int (*past)(void *self, const struct gs_booking *b);
    int32_t past_days;
    /* all, by date; NULL: not wanted */
    int (*turned_away)(void *self, const struct gs_turned_away *t);
    int (*user)(void *self, const struct gs_user *u);                   /* NULL: not wanted */
    int (*session)(void *self, const struct gs_session *s);             /* all users come first; NULL: not wanted */
    int (*webhook)(void *self, const struct gs_webhook *w);             /* NULL: not wanted */
    int (*webhook_retry)(void *self, const struct gs_webhook_retry *r); /* all webhooks come first; NULL: not wanted */
};
struct gs_store_marks {
    int64_t last_booking_id, last_seq, now_ms, last_idem_row;
};
/* Live bookings (every non-terminal one, every one dated from first_date on), capacities, tokens, idempotency keys younger than
 * GS_IDEMPOTENCY_DAYS before now. Past ones move to the archive in gs_store_maintain. */
int gs_store_load(struct gs_store *store, const struct gs_store_sink *sink, struct gs_store_marks *out) GS_MUST_CHECK;

/* The name of the time zone that the store was run with last, "" if none was said yet; and says it. Only before the writer runs. On a full
 * disk the zone stays unsaid, which is no failure. */
int gs_store_zone(struct gs_store *store, char out[GS_TIMEZONE_MAX + 1]) GS_MUST_CHECK;
int gs_store_set_zone(struct gs_store *store, const char *zone) GS_MUST_CHECK;

/* One transaction, durable on return GS_OK. GS_E_FULL: rolled back, nothing of it is stored. GS_E_IO: unknown outcome, the store
 * must not be used again. GS_E_CORRUPT: a constraint refused it (our bug), rolled back. idem rows get last_idem_row + 1, + 2, … in order. */
int gs_store_commit(struct gs_store *store, const struct gs_batch *batch) GS_MUST_CHECK;
/* From now on the events of each batch are kept with their texts, until they are taken or the next batch is committed. */
void gs_store_tell(struct gs_store *store, bool tells);
/* Of the last batch, if it was committed: whoever asks owns them. */
struct gs_durable_events gs_store_told(struct gs_store *store);
/* How long commits took, and the syncs of the log in them. May be read while the writer runs. */
struct gs_store_times {
    struct gs_histogram commit, sync;
};
const struct gs_store_times *gs_store_times(const struct gs_store *store);
/* How far a question has come that is answered in steps. All zero before the first. */
struct gs_query_progress {
    bool begun, done;
    int32_t looked;    /* rows */
    int64_t after, at; /* numbers of events: where it ends or begins, and where it stands */
};
/* A step of it, of a millisecond at most where it is one about events; between two batches may be committed. True: the answer is whole. Until
 * then it is the same answer that is given again; who gives it up before finishes it. */
bool gs_store_query_step(struct gs_store *store, const struct gs_query *query, struct gs_query_progress *progress,
                         struct gs_answer *answer) GS_MUST_CHECK;
/* Never fails as a call: answer->err tells. */
void gs_store_query(struct gs_store *store, const struct gs_query *query, struct gs_answer *answer);
/* Between batches, a bounded slice (some ms) of: checkpoint; archiving terminal bookings dated before first_date; erasing personal data dated
 * before erase_date; deleting idempotency rows before idem_before_ms. *out_more: call again soon. Same error meaning as commit. */
int gs_store_maintain(struct gs_store *store, gs_date first_date, gs_date erase_date, int64_t idem_before_ms,
                      bool *out_more) GS_MUST_CHECK;
/* After GS_E_FULL: gives up the reserve so that small work goes on; and takes it back when there is space again (true = all is well).
 * They touch nothing but the reserve: whoever opened the store may call them while the writer runs. */
void gs_store_release_reserve(struct gs_store *store);
bool gs_store_restore_reserve(struct gs_store *store);
int64_t
gs_store_reserve_bytes(const struct gs_store *store); /* held now: less than was asked for where there was no space */

/* ---- the writer thread: owns the store between start and stop ---- */
struct gs_writer;
typedef void (*gs_query_done)(void *arg,
                              struct gs_answer *answer); /* on the loop's thread; answer finished after it returns */
struct gs_writer_report {
    uint64_t durable; /* number of the last batch that is on disk */
    int err;          /* GS_OK, or what the first failed batch got: everything handed over since was dropped */
    uint64_t failed;  /* number of that batch */
    struct gs_durable_events
        told; /* that became durable since the last report; the caller's. Only while they are wanted */
};

/* wake_fd (eventfd) becomes readable when a batch is done or an answer is ready. */
int gs_writer_start(struct gs_store *store, struct gs_writer **out, int *out_wake_fd) GS_MUST_CHECK;
/* Are durable events wanted with the reports, from the next batch on? At first they are not. */
void gs_writer_tell(struct gs_writer *w, bool wanted);
/* Is a batch in work? One at a time: the next gathers meanwhile. */
bool gs_writer_busy(const struct gs_writer *w);
/* Hands over a full batch and takes an empty one back (swapped). Only while not busy. Returns its number: 1, 2, … */
uint64_t gs_writer_submit(struct gs_writer *w, struct gs_batch *batch);
/* Answered in the order of the questions, but that one answered in steps goes behind the others after each; each sees every batch submitted before it, and may see later ones, which go first; if one
 * before it found the disk full, and the loop has not resumed since, its answer is GS_E_FULL. A backup is
 * made in steps between batches, one at a time (else GS_E_BUSY in its answer). GS_E_BUSY beyond GS_QUERIES_MAX. done is called from gs_writer_poll. */
int gs_writer_query(struct gs_writer *w, const struct gs_query *query, gs_query_done done, void *arg) GS_MUST_CHECK;
/* Dates for maintenance, done when idle. */
void gs_writer_maintain(struct gs_writer *w, gs_date first_date, gs_date erase_date, int64_t idem_before_ms);
/* On the loop's thread, when wake_fd is readable: clears it, calls the done functions, reports. */
struct gs_writer_report gs_writer_poll(struct gs_writer *w);
/* After err GS_E_FULL was reported: the thread is idle; the caller may use the store (reload, reserve), then lets it go on. */
struct gs_store *gs_writer_pause(struct gs_writer *w);
void gs_writer_resume(struct gs_writer *w);
/* Finishes what was submitted, calls the done functions left, ends the thread, gives the store back to the caller. It reports nothing:
 * who waits for a batch polls until it is durable before. */
void gs_writer_stop(struct gs_writer *w);

/* ---- whose it is, and on how many machines; all read from any thread ---- */
/* The monotonic time, in microseconds, until which the store is surely this daemon's; INT64_MAX: for good, since a file is locked. */
int64_t gs_store_lease_end_us(const struct gs_store *store);
struct gs_store_copies {
    int promised, held; /* held: as the servers are set up now */
};
void gs_store_copies(const struct gs_store *store, struct gs_store_copies *out);

#endif
