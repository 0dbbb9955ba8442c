/* Rows of one kind that are written with one statement: they are gathered until there are enough, or something else is to happen. */
#ifndef GATESLOT_STORE_PG_GATHER_H
#define GATESLOT_STORE_PG_GATHER_H

#include "pg_batch.h"
#include "pg_text.h"

/* Of one statement that writes a row. */
struct gs_pg_run {
    const struct gs_pg_text *text; /* borrowed */
    int no;                        /* another for each run of a link: part of its statements' names */
    const Oid *types;              /* borrowed */
    int rows;                      /* gathered now */
    struct gs_buf bytes;           /* their values */
    size_t *at;                    /* owned, as the next two: where each begins */
    int *lengths, *formats;
    const char **values;
    unsigned prepared;   /* of how many rows: bits */
    unsigned generation; /* of the link, when they were */
    bool listed;
    struct gs_pg_run *next;
};

/* Those that have rows, in the order of their first. */
struct gs_pg_gather {
    struct gs_pg_batch *batch;
    struct gs_pg_run *first;
};

int gs_pg_run_init(struct gs_pg_run *run, const struct gs_pg_text *text, const Oid *types, int no) GS_MUST_CHECK;
void gs_pg_run_finish(struct gs_pg_gather *g,
                      struct gs_pg_run *run); /* rows that it has are forgotten; zeroed is fine */

/* A row, behind those of other runs on the same table. Values are copied. */
int gs_pg_gather_row(struct gs_pg_gather *g, struct gs_pg_run *run, const char *const *values,
                     const int *lengths) GS_MUST_CHECK;
int gs_pg_gather_flush(struct gs_pg_gather *g) GS_MUST_CHECK; /* all are sent */
void gs_pg_gather_forget(struct gs_pg_gather *g);             /* none is: the transaction is over */

#endif
