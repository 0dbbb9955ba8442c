/* Remembers the checksums of rows that a batch may replace or remove, so that nothing is read in front of a commit: the totals of a table are
 * what they were, less the old one, and the new one. Of the tables booking, capacity, token, user, session, webhook and webhook_retry; not of those
 * that only grow, or of the archive. It is as long as the book is: a booking costs 32 to 64 bytes of it, beside some two thousand there.
 *
 * What is remembered is what is stored, and what the transaction under way has written: where that is rolled back nothing of it is known any
 * more (gs_tx_abort), and it is read anew before the next. */
#ifndef GATESLOT_STORE_ROW_SUMS_H
#define GATESLOT_STORE_ROW_SUMS_H

#include "store_state.h"
#include "sum_map.h"

#define GS_ROW_NAME_WORDS 5

/* Names a row: its table, and its key behind it. */
struct gs_row_name {
    uint64_t words[GS_ROW_NAME_WORDS];
};

struct gs_row_sums {
    bool known;                         /* false: what is here is not what is stored */
    struct gs_sum_map bookings, others; /* bookings: by their id alone */
};

void gs_row_sums_init(struct gs_row_sums *r);
void gs_row_sums_forget(struct gs_row_sums *r); /* and free */
/* Outside of a transaction: reads them. GS_E_CORRUPT with a note: a key is none. */
int gs_row_sums_load(struct gs_store *store) GS_MUST_CHECK;
/* Only where they are not known: before any transaction that writes rows of those tables. The errors are those of a commit. */
int gs_row_sums_need(struct gs_store *store) GS_MUST_CHECK;

/* Of a plain value of the core: struct gs_booking, gs_capacity, … by the table; or of a statement's row that has the columns of the key from
 * `column` on. */
struct gs_row_name gs_row_name_of(enum gs_counted table, const void *value);
int gs_row_name_read(enum gs_counted table, struct gs_statement *stmt, int column,
                     struct gs_row_name *out) GS_MUST_CHECK;
const int64_t *gs_row_sums_find(const struct gs_row_sums *r, const struct gs_row_name *name);
/* The row has that checksum now; GS_E_NOMEM. */
int gs_row_sums_set(struct gs_row_sums *r, const struct gs_row_name *name, int64_t checksum) GS_MUST_CHECK;
/* It is gone; false: it was not there. */
bool gs_row_sums_drop(struct gs_row_sums *r, const struct gs_row_name *name, int64_t *out_old);

/* Writes the row that is bound, new or in place of the one of its name; rc: what binding it gave. The totals follow. */
int gs_row_sums_put(struct gs_store *store, struct gs_state *s, enum gs_counted table, const void *value,
                    struct gs_statement *stmt, int rc, int64_t checksum) GS_MUST_CHECK;
/* It is gone: its checksum is taken off the table's total. */
void gs_row_sums_take(struct gs_store *store, struct gs_state *s, enum gs_counted table,
                      const struct gs_row_name *name);
/* The same, and runs the statement that removes it. */
int gs_row_sums_remove(struct gs_store *store, struct gs_state *s, enum gs_counted table, const void *value,
                       struct gs_statement *stmt, int rc) GS_MUST_CHECK;

#endif
