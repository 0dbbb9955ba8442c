/* Reads the tables of a store row by row, in the order of their keys, and writes the rows into another: several with one statement, so that
 * a database that is far away is asked seldom. What a row says is not looked at, only of which kind each value is. So the rows are equal,
 * checksums included, and at most a statement's worth of them is held in memory. */
#include "table_copy.h"
#include "sql.h"
#include "sum.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROWS = 32,           /* of one statement */
    BYTES = 1 << 20,     /* of texts of one statement, about */
    COLUMNS_MAX = 64,    /* of one table */
    PACKED_MAX = 1 << 26 /* bytes; a row is far below */
};

struct cell {
    enum gs_db_type type;
    int64_t value; /* of a number; else where it begins */
    size_t len;
};

/* Rows that were read and not yet written. */
struct pack {
    struct gs_buf bytes;
    struct cell cells[ROWS * COLUMNS_MAX];
    int columns, rows;
};

/* The statements of one table. */
struct table_run {
    struct gs_store *from, *to; /* to NULL: it is only read */
    const struct gs_store_table *table;
    struct gs_statement *get, *put_many, *put_one;
    struct pack *pack; /* borrowed */
    int64_t rows;
    uint64_t digest;
};

/* ---- statements ---- */

static int prepare_get(struct table_run *r)
{
    struct gs_buf sql;
    gs_buf_init(&sql, GS_STORE_SQL_MAX);
    gs_buf_printf(&sql, "SELECT %s FROM \"%s\" ORDER BY %s", r->table->columns, r->table->name, r->table->order);
    int err = gs_buf_status(&sql);
    err = err != GS_OK ? err : gs_sql_prepare(r->from, sql.data, GS_DB_LARGE, &r->get);
    gs_buf_finish(&sql);
    return err;
}

static int prepare_put(struct table_run *r, int rows, struct gs_statement **out)
{
    struct gs_buf sql;
    gs_buf_init(&sql, GS_STORE_SQL_MAX);
    gs_buf_printf(&sql, "INSERT INTO \"%s\" (%s) VALUES ", r->table->name, r->table->columns);
    for (int row = 0; row < rows; row++) {
        for (int i = 0; i < r->pack->columns; i++) {
            gs_buf_str(&sql, i > 0 ? ",?" : row > 0 ? ",(?" : "(?");
        }
        gs_buf_char(&sql, ')');
    }
    int err = gs_buf_status(&sql);
    err = err != GS_OK ? err : gs_sql_prepare(r->to, sql.data, 0, out);
    gs_buf_finish(&sql);
    return err;
}

/* ---- rows ---- */

static int take_value(struct table_run *r, int column, struct cell *out)
{
    struct gs_statement *stmt = r->get;
    out->type = gs_db_column_type(stmt, column);
    r->digest = gs_sum_int(r->digest, out->type);
    if (out->type == GS_DB_INT) {
        out->value = gs_db_column_int(stmt, column);
        r->digest = gs_sum_int(r->digest, out->value);
        return GS_OK;
    }
    if (out->type != GS_DB_TEXT && out->type != GS_DB_BLOB) {
        gs_store_note(r->from, "%s: table %s has a row without a value where there must be one", r->from->path,
                      r->table->name);
        return GS_E_CORRUPT;
    }
    const void *bytes = gs_db_column_blob(stmt, column);
    out->len = gs_db_column_bytes(stmt, column);
    out->value = (int64_t)r->pack->bytes.len;
    r->digest = gs_sum_bytes(r->digest, bytes != NULL ? bytes : "", out->len);
    gs_buf_add(&r->pack->bytes, bytes != NULL ? bytes : "", out->len);
    return gs_buf_status(&r->pack->bytes);
}

static int take_row(struct table_run *r)
{
    r->pack->columns = gs_db_column_count(r->get);
    assert(r->pack->columns <= COLUMNS_MAX);
    struct cell *cells = r->pack->cells + (size_t)r->pack->rows * (size_t)r->pack->columns;
    int err = GS_OK;
    for (int i = 0; i < r->pack->columns && err == GS_OK; i++) {
        err = take_value(r, i, &cells[i]);
    }
    r->pack->rows++;
    r->rows++;
    return err;
}

static int bind(struct table_run *r, struct gs_statement *stmt, const struct cell *cells, int count)
{
    int rc = GS_OK;
    for (int i = 0; i < count && rc == GS_OK; i++) {
        const struct cell *c = &cells[i];
        /* Without any bytes there may be no buffer; NULL would be no value. */
        const char *bytes = c->type != GS_DB_INT && c->len > 0 ? r->pack->bytes.data + c->value : "";
        rc = c->type == GS_DB_INT    ? gs_db_bind_int(stmt, i + 1, c->value)
             : c->type == GS_DB_TEXT ? gs_db_bind_text(stmt, i + 1, bytes, c->len)
                                     : gs_db_bind_blob(stmt, i + 1, bytes, c->len);
    }
    return rc == GS_OK ? GS_OK : gs_sql_failed(r->to, rc, "a value could not be bound");
}

static int put(struct table_run *r, struct gs_statement **stmt, int first, int rows)
{
    const int columns = r->pack->columns;
    int err = *stmt != NULL ? GS_OK : prepare_put(r, rows, stmt);
    err = err != GS_OK ? err : bind(r, *stmt, r->pack->cells + (size_t)first * (size_t)columns, rows * columns);
    return err != GS_OK ? err : gs_sql_run(r->to, *stmt);
}

static int flush(struct table_run *r)
{
    int err = GS_OK;
    if (r->to != NULL && r->pack->rows == ROWS) {
        err = put(r, &r->put_many, 0, ROWS);
    } else if (r->to != NULL) {
        for (int i = 0; i < r->pack->rows && err == GS_OK; i++) {
            err = put(r, &r->put_one, i, 1);
        }
    }
    gs_buf_clear(&r->pack->bytes);
    r->pack->rows = 0;
    return err;
}

static int clear_table(struct table_run *r)
{
    char sql[64];
    (void)snprintf(sql, sizeof sql, "DELETE FROM \"%s\"", r->table->name);
    return gs_sql_script(r->to, sql);
}

static int run_table(struct table_run *r)
{
    int rc = GS_DB_ROW;
    int err = prepare_get(r);
    err = err != GS_OK || r->to == NULL ? err : clear_table(r);
    while (err == GS_OK && (rc = gs_db_step(r->get)) == GS_DB_ROW) {
        err = take_row(r);
        if (err == GS_OK && (r->pack->rows == ROWS || r->pack->bytes.len >= BYTES)) {
            err = flush(r);
        }
    }
    if (err == GS_OK && rc != GS_DB_DONE) {
        err = gs_sql_failed(r->from, rc, "a table cannot be read");
    }
    err = err != GS_OK ? err : flush(r);
    gs_db_finalize(r->get);
    gs_db_finalize(r->put_many);
    gs_db_finalize(r->put_one);
    return err;
}

static int run_all(struct gs_store *from, struct gs_store *to, struct gs_tables_digest *out)
{
    struct pack *pack = malloc(sizeof *pack);
    int err = pack != NULL ? GS_OK : GS_E_NOMEM;
    assert(gs_store_table_count <= GS_STORE_TABLES_MAX);
    for (size_t i = 0; i < gs_store_table_count && err == GS_OK; i++) {
        struct table_run r = {.from = from, .to = to, .table = &gs_store_tables[i], .pack = pack, .digest = i};
        gs_buf_init(&pack->bytes, PACKED_MAX);
        pack->columns = pack->rows = 0;
        err = run_table(&r);
        gs_buf_finish(&pack->bytes);
        out->rows[i] = r.rows;
        out->digests[i] = r.digest;
    }
    free(pack);
    return err;
}

int gs_tables_copy(struct gs_store *from, struct gs_store *to, struct gs_tables_digest *out)
{
    from->message[0] = to->message[0] = '\0';
    return run_all(from, to, out);
}

int gs_tables_read(struct gs_store *store, struct gs_tables_digest *out)
{
    return run_all(store, NULL, out);
}

const char *gs_tables_differing(const struct gs_tables_digest *a, const struct gs_tables_digest *b)
{
    for (size_t i = 0; i < gs_store_table_count; i++) {
        if (a->rows[i] != b->rows[i] || a->digests[i] != b->digests[i]) {
            return gs_store_tables[i].name;
        }
    }
    return NULL;
}

int64_t gs_tables_rows(const struct gs_tables_digest *d)
{
    int64_t rows = 0;
    for (size_t i = 0; i < gs_store_table_count; i++) {
        rows += d->rows[i];
    }
    return rows;
}

uint64_t gs_tables_digest(const struct gs_tables_digest *d)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < gs_store_table_count; i++) {
        sum = gs_sum_int(gs_sum_int(sum, d->rows[i]), (int64_t)d->digests[i]);
    }
    return sum;
}
