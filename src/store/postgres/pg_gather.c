/* Makes few statements of many rows. On one table the order of rows is kept, since the index of places is looked at row by row; rows of
 * different tables may change places, as a transaction is seen as a whole or not at all. */
#include "pg_gather.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(GS_PG_RUN_MAX *GS_PG_COLUMNS_MAX <= GS_PG_PARAMETERS_MAX && GS_PG_RUN_MAX % 8 == 0,
               "all rows of a run are one statement");

/* A statement costs the server more than a row does, and one is prepared for each number of rows: so there are few such numbers, and what a run lacks is
 * filled with rows that are not written. */
static int statement_rows(int rows)
{
    return rows <= 2 ? rows : rows <= 4 ? 4 : (rows + 7) / 8 * 8;
}

/* Which of them it is: 1, 2, 4, 8, 16, 24 … */
static unsigned bit_of(int rows)
{
    return 1U << (rows < 8 ? rows / 2 : 2 + rows / 8);
}

int gs_pg_run_init(struct gs_pg_run *run, const struct gs_pg_text *text, const Oid *types, int no)
{
    *run = (struct gs_pg_run){.text = text, .types = types, .no = no};
    const size_t count = (size_t)GS_PG_RUN_MAX * (size_t)text->parameters;
    gs_buf_init(&run->bytes, GS_PG_VALUES_MAX);
    run->at = calloc(count, sizeof *run->at);
    run->lengths = calloc(count, sizeof *run->lengths);
    run->formats = calloc(count, sizeof *run->formats);
    run->values = calloc(count, sizeof *run->values);
    if (run->at == NULL || run->lengths == NULL || run->formats == NULL || run->values == NULL) {
        return GS_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        run->formats[i] = 1;
    }
    return GS_OK;
}

static void take_off(struct gs_pg_gather *g, struct gs_pg_run *run)
{
    struct gs_pg_run **at = &g->first;
    while (*at != NULL && *at != run) {
        at = &(*at)->next;
    }
    if (*at != NULL) {
        *at = run->next;
    }
    run->listed = false;
    run->rows = 0;
    gs_buf_clear(&run->bytes);
}

void gs_pg_run_finish(struct gs_pg_gather *g, struct gs_pg_run *run)
{
    if (run->listed) {
        take_off(g, run);
    }
    gs_buf_finish(&run->bytes);
    free(run->at);
    free(run->lengths);
    free(run->formats);
    free(run->values);
    *run = (struct gs_pg_run){.text = NULL};
}

static int send_rows(struct gs_pg_gather *g, struct gs_pg_run *run, int rows)
{
    char name[32];
    Oid types[GS_PG_PARAMETERS_MAX];
    struct gs_buf sql;
    const int columns = run->text->parameters, count = rows * columns;
    const unsigned generation = g->batch->link->generation;
    run->prepared = run->generation == generation ? run->prepared : 0;
    run->generation = generation;
    const bool known = (run->prepared & bit_of(rows)) != 0;
    gs_buf_init(&sql, GS_PG_STATEMENT_MAX);
    (void)snprintf(name, sizeof name, "gs_r%d_%d", run->no, rows);
    if (!known) {
        gs_pg_text_rows(run->text, rows, &sql);
        for (int i = 0; i < count; i++) {
            types[i] = run->types[i % columns];
        }
    }
    const struct gs_pg_call call = {.name = name,
                                    .sql = known ? NULL : sql.data,
                                    .count = count,
                                    .types = types,
                                    .values = run->values,
                                    .lengths = run->lengths,
                                    .formats = run->formats};
    int err = gs_buf_status(&sql);
    err = err != GS_OK ? err : gs_pg_batch_send(g->batch, &call);
    run->prepared |= bit_of(rows); /* where the transaction fails, the generation is another */
    gs_buf_finish(&sql);
    return err;
}

static int send_run(struct gs_pg_gather *g, struct gs_pg_run *run)
{
    const int rows = statement_rows(run->rows), columns = run->text->parameters;
    int err = gs_buf_status(&run->bytes);
    for (int i = 0; i < run->rows * columns && err == GS_OK; i++) {
        run->values[i] = run->bytes.len > 0 ? run->bytes.data + run->at[i] : "";
    }
    for (int i = run->rows * columns; i < rows * columns; i++) {
        run->values[i] = NULL;
        run->lengths[i] = 0;
    }
    err = err != GS_OK ? err : send_rows(g, run, rows);
    take_off(g, run);
    return err;
}

/* Is there a row of that name in the run? */
static bool meets(const struct gs_pg_run *run, const char *const *values, const int *lengths)
{
    for (int row = 0; row < run->rows; row++) {
        bool same = true;
        for (int k = 0; k < run->text->key_count && same; k++) {
            const int column = run->text->keys[k], i = row * run->text->parameters + column;
            same = run->lengths[i] == lengths[column] &&
                   (lengths[column] == 0 ||
                    memcmp(run->bytes.data + run->at[i], values[column], (size_t)lengths[column]) == 0);
        }
        if (same) {
            return true;
        }
    }
    return false;
}

static int send_others(struct gs_pg_gather *g, const struct gs_pg_run *run)
{
    int err = GS_OK;
    for (struct gs_pg_run *r = g->first, *next; r != NULL && err == GS_OK; r = next) {
        next = r->next;
        if (r != run && strcmp(r->text->table, run->text->table) == 0) {
            err = send_run(g, r);
        }
    }
    return err;
}

static void list(struct gs_pg_gather *g, struct gs_pg_run *run)
{
    struct gs_pg_run **at = &g->first;
    while (*at != NULL) {
        at = &(*at)->next;
    }
    *at = run;
    run->next = NULL;
    run->listed = true;
}

int gs_pg_gather_row(struct gs_pg_gather *g, struct gs_pg_run *run, const char *const *values, const int *lengths)
{
    int err = g->batch->err != GS_OK ? g->batch->err : send_others(g, run);
    const bool full = run->rows == GS_PG_RUN_MAX || run->bytes.len > GS_PG_VALUES_MAX / 2;
    if (err == GS_OK && run->rows > 0 && (full || (run->text->key_count > 0 && meets(run, values, lengths)))) {
        err = send_run(g, run);
    }
    if (err != GS_OK) {
        return err;
    }
    for (int i = 0; i < run->text->parameters; i++) {
        const int at = run->rows * run->text->parameters + i;
        run->at[at] = run->bytes.len;
        run->lengths[at] = lengths[i];
        gs_buf_add(&run->bytes, values[i], (size_t)lengths[i]);
    }
    run->rows++;
    if (!run->listed) {
        list(g, run);
    }
    return gs_buf_status(&run->bytes);
}

int gs_pg_gather_flush(struct gs_pg_gather *g)
{
    int err = GS_OK;
    while (g->first != NULL && err == GS_OK) {
        err = send_run(g, g->first);
    }
    return err;
}

void gs_pg_gather_forget(struct gs_pg_gather *g)
{
    while (g->first != NULL) {
        take_off(g, g->first);
    }
}
