/* A statement's text as SQLite has it, for PostgreSQL: parameters are numbered anew, and one that writes a row can write several. */
#ifndef GATESLOT_STORE_PG_TEXT_H
#define GATESLOT_STORE_PG_TEXT_H

#include "gateslot/base/buf.h"
#include "gateslot/base/limits.h"

struct gs_pg_text {
    struct gs_buf sql; /* with $1, $2, … */
    int parameters;
    /* INSERT INTO table (columns) VALUES (?, ?, …) and maybe ON CONFLICT (…) …: rows of parameters may stand between head and tail. */
    bool is_row;
    char table[64];           /* of such a one */
    struct gs_buf head;       /* up to VALUES */
    const char *tail;         /* in sql's own memory; "" */
    int keys[GS_PG_KEYS_MAX]; /* columns that ON CONFLICT names: it may not meet the same row twice in one statement */
    int key_count;
};

/* ?n is the n-th parameter and ? the one behind the highest so far. GS_E_RANGE: it is too long. */
int gs_pg_text_read(struct gs_pg_text *t, const char *sql) GS_MUST_CHECK; /* finish it in any case */
void gs_pg_text_finish(struct gs_pg_text *t);
/* So many rows in one: ($1,$2),($3,$4). Where there are several, those whose values are all NULL are not written. */
void gs_pg_text_rows(const struct gs_pg_text *t, int rows, struct gs_buf *out);

#endif
