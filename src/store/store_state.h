/* What the store says of itself, in one row that every transaction writes anew: counters, how many rows each table has and the sum of
 * their checksums, and a chain over all of that from batch to batch. Being of the same transaction as the rows, it is never of
 * another time than they are. */
#ifndef GATESLOT_STORE_STORE_STATE_H
#define GATESLOT_STORE_STORE_STATE_H

#include "chain.h"
#include "gateslot/store/store.h"

enum gs_counted { /* tables whose rows are counted */
                  GS_COUNT_BOOKING,
                  GS_COUNT_PAST,
                  GS_COUNT_CAPACITY,
                  GS_COUNT_TOKEN,
                  GS_COUNT_IDEM,
                  GS_COUNT_JOURNAL,
                  GS_COUNT_EPOCH,
                  GS_COUNT_GRAM,
                  GS_COUNT_TURNED_AWAY,
                  GS_COUNT_USER,
                  GS_COUNT_SESSION,
                  GS_COUNT_WEBHOOK,
                  GS_COUNT_WEBHOOK_RETRY,
                  GS_COUNTED
};

struct gs_total {
    int64_t rows;
    uint64_t sum; /* of their checksums, beyond 2^64 from 0 again */
};

struct gs_state {
    struct gs_store_marks marks;
    gs_date erased_before;                   /* past bookings dated before this carry no personal data */
    unsigned char last_hash[GS_CHAIN_BYTES]; /* of event marks.last_seq; zeros before the first */
    int64_t store_id;                        /* drawn when the store was made; a copy has the same */
    int64_t epoch;                           /* from 1 on; one more each time a store was put back */
    int64_t batch;                           /* transactions so far */
    uint64_t chain;                          /* over all of this, from batch to batch */
    int64_t schema_sum;                      /* of the tables' definitions */
    int64_t
        pending; /* a new epoch is due: this is a copy made at that instant, or (negative) so many rows were given up */
    struct gs_total totals[GS_COUNTED];
};

struct gs_statement;
struct gs_store;

void gs_total_add(struct gs_state *s, enum gs_counted table, int64_t checksum);
void gs_total_take(struct gs_state *s, enum gs_counted table, int64_t checksum);

/* Runs a statement that gives checksums of rows which go or are about to be replaced: they are taken off the table's total. rc: what binding its
 * values gave. */
int gs_state_take_rows(struct gs_store *store, struct gs_state *s, enum gs_counted table, struct gs_statement *stmt,
                       int rc) GS_MUST_CHECK;
/* Writes the row that is bound, and adds its checksum to the table's total. */
int gs_state_put_row(struct gs_store *store, struct gs_state *s, enum gs_counted table, struct gs_statement *stmt,
                     int rc, int64_t checksum) GS_MUST_CHECK;
/* All but last_hash. GS_E_CORRUPT with a note where the row is missing or not as it was written. */
int gs_state_read(struct gs_store *store, struct gs_state *out) GS_MUST_CHECK;
/* In the transaction under way: counts the batch, carries the chain on, writes the row. */
int gs_state_write(struct gs_store *store, struct gs_state *s) GS_MUST_CHECK;
/* In the transaction under way: which definitions the tables have, and the checksum of the row as it then is, where something else has
 * written to it. No batch is counted. */
int gs_state_seal(struct gs_store *store) GS_MUST_CHECK;
/* The transaction is durable: s is what the store says from now on, the mark beside it too. */
void gs_state_take(struct gs_store *store, const struct gs_state *s);

#endif
