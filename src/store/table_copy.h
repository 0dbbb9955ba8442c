/* Copies the rows of every table from one store into another, as they are, and tells whether two stores have the same rows. */
#ifndef GATESLOT_STORE_TABLE_COPY_H
#define GATESLOT_STORE_TABLE_COPY_H

#include "impl.h"
#include "tables.h"

/* Of each table, in the order of gs_store_tables: how many rows, and a digest over all their values in the order of the key. */
struct gs_tables_digest {
    int64_t rows[GS_STORE_TABLES_MAX];
    uint64_t digests[GS_STORE_TABLES_MAX];
};

/* In the transaction under way of to, whose tables lose the rows that they have. A failure's note is in the store that failed: the other has
 * none. */
int gs_tables_copy(struct gs_store *from, struct gs_store *to, struct gs_tables_digest *out) GS_MUST_CHECK;
int gs_tables_read(struct gs_store *store, struct gs_tables_digest *out) GS_MUST_CHECK;
/* The first table that is not the same in both; NULL: all are. */
const char *gs_tables_differing(const struct gs_tables_digest *a, const struct gs_tables_digest *b);
int64_t gs_tables_rows(const struct gs_tables_digest *d);
/* One number over all. */
uint64_t gs_tables_digest(const struct gs_tables_digest *d);

#endif
