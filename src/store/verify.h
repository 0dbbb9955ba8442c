/* Checks rows against their checksums, and tables against what the store says of itself. */
#ifndef GATESLOT_STORE_VERIFY_H
#define GATESLOT_STORE_VERIFY_H

#include "impl.h"
#include "sum.h"

/* A table whose rows carry checksums, and are counted and summed up by what the store says of itself. */
struct gs_sealed_table {
    const char *name, *key; /* key: what a sentence calls a row, in SQL */
    bool is_live;           /* it is read at start */
    enum gs_summed what;
    const char *columns; /* that the checksum is of, in its order; as gs_columns_expand takes them */
};

enum { GS_SEALED_BEGINNINGS = 2 };

extern const struct gs_sealed_table gs_sealed_tables[GS_COUNTED];
extern const struct gs_sealed_table gs_sealed_beginnings[GS_SEALED_BEGINNINGS];

/* The checksum that the row at hand should have, by its first so many columns. */
int64_t gs_row_sum(struct gs_statement *stmt, enum gs_summed what, int columns);
/* *out_bad: rows that are not as they were written. */
int gs_sealed_total(struct gs_store *store, const struct gs_sealed_table *t, struct gs_total *out,
                    int64_t *out_bad) GS_MUST_CHECK;
/* The tables that are read at start, and the tables' definitions, as store->state has them. GS_E_CORRUPT with a note that names the first
 * row that is damaged, or the table that has too few rows or too many. */
int gs_verify_live(struct gs_store *store) GS_MUST_CHECK;
/* Every table, the archive and the journal too; slow. */
int gs_verify_all(struct gs_store *store) GS_MUST_CHECK;

#endif
