/* Runs the statements of the store as they are written for SQLite. Values go and come in binary form, so that a text or a checksum is the same bytes
 * in both databases. Within a transaction what is asked goes into its pipeline, so that it costs one round trip with all that was
 * put off before it. It knows no table. */
#include "pg_statement.h"
#include "gateslot/base/histogram.h"
#include <assert.h>
#include <endian.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 24, NUMBERS = 8 };

struct pg_statement {
    struct gs_statement base; /* first */
    struct gs_pg_gather *gather;
    struct gs_pg_link *link;
    struct gs_pg_text text;
    char name[32];
    unsigned generation; /* of the link, when it was prepared; 0: never */
    bool large;
    bool running; /* large, and rows are still to come */
    Oid *types;   /* owned, as the next four; 0: not bound yet */
    const char **values;
    int *lengths, *formats;
    uint64_t *numbers;    /* of those that are numbers */
    struct gs_pg_run run; /* of one that writes a row; text NULL: not yet */
    PGresult *result;     /* all rows, or where it is large the one that is there */
    int row;              /* of it; -1 before the first */
    char digits[NUMBERS][DIGITS];
    size_t told; /* bytes of the column just asked for */
};

static struct pg_statement *of(struct gs_statement *stmt)
{
    return (struct pg_statement *)stmt;
}

static bool make_room(struct pg_statement *s)
{
    const size_t count = (size_t)s->text.parameters + 1; /* never of nothing */
    s->types = calloc(count, sizeof *s->types);
    s->values = calloc(count, sizeof *s->values);
    s->lengths = calloc(count, sizeof *s->lengths);
    s->formats = calloc(count, sizeof *s->formats);
    s->numbers = calloc(count, sizeof *s->numbers);
    if (s->types == NULL || s->values == NULL || s->lengths == NULL || s->formats == NULL || s->numbers == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        s->formats[i] = 1;
    }
    return true;
}

int gs_pg_statement_create(const struct gs_database_ops *ops, struct gs_pg_gather *gather, const char *sql, bool large,
                           struct gs_statement **out)
{
    struct pg_statement *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return GS_E_NOMEM;
    }
    s->base.ops = ops;
    s->gather = gather;
    s->link = gather->batch->link;
    s->large = large;
    s->row = -1;
    (void)snprintf(s->name, sizeof s->name, "gs_s%d", ++s->link->statements);
    int err = gs_pg_text_read(&s->text, sql);
    if (err == GS_OK && !make_room(s)) {
        err = GS_E_NOMEM;
    }
    if (err == GS_OK) {
        *out = &s->base;
    } else {
        gs_pg_statement_destroy(&s->base);
    }
    return err;
}

/* A statement that is used once must not stay on the server for good. Within a transaction it waits for its end. */
static void deallocate(const struct pg_statement *s)
{
    char sql[64];
    const struct gs_pg_batch *b = s->gather->batch;
    if (s->generation != s->link->generation || s->link->conn == NULL || s->link->broken || b->open) {
        return;
    }
    (void)snprintf(sql, sizeof sql, "DEALLOCATE %s", s->name);
    if (gs_pg_script(s->link, sql) != GS_OK) {
        s->link->broken = true; /* nothing forbids it: this is no session of ours any more */
    }
}

void gs_pg_statement_destroy(struct gs_statement *stmt)
{
    struct pg_statement *s = of(stmt);
    gs_pg_statement_reset(stmt);
    if (s->run.rows > 0) { /* they were run */
        const int err = gs_pg_gather_flush(s->gather);
        if (err != GS_OK) {
            gs_pg_batch_fail(s->gather->batch, err);
        }
    }
    deallocate(s);
    gs_pg_run_finish(s->gather, &s->run);
    gs_pg_text_finish(&s->text);
    free(s->types);
    free(s->values);
    free(s->lengths);
    free(s->formats);
    free(s->numbers);
    free(s);
}

struct gs_pg_gather *gs_pg_statement_gather(struct gs_statement *stmt)
{
    return of(stmt)->gather;
}

bool gs_pg_statement_begun(struct gs_statement *stmt)
{
    return of(stmt)->result != NULL || of(stmt)->running;
}

/* ---- values ---- */

static int bind(struct pg_statement *s, int at, Oid type, const char *bytes, size_t len)
{
    if (at < 1 || at > s->text.parameters || len > INT_MAX || (s->types[at - 1] != 0 && s->types[at - 1] != type)) {
        return GS_E_INVALID;
    }
    s->types[at - 1] = type;
    s->values[at - 1] = bytes;
    s->lengths[at - 1] = (int)len;
    return GS_OK;
}

int gs_pg_bind_int(struct gs_statement *stmt, int at, int64_t value)
{
    struct pg_statement *s = of(stmt);
    const int err = bind(s, at, GS_PG_OID_INT, "", sizeof value);
    if (err == GS_OK) {
        s->numbers[at - 1] = htobe64((uint64_t)value);
        s->values[at - 1] = (const char *)&s->numbers[at - 1];
    }
    return err;
}

int gs_pg_bind_text(struct gs_statement *stmt, int at, const char *text, size_t len)
{
    return bind(of(stmt), at, GS_PG_OID_TEXT, text != NULL ? text : "", len);
}

int gs_pg_bind_blob(struct gs_statement *stmt, int at, const void *bytes, size_t len)
{
    return bind(of(stmt), at, GS_PG_OID_BYTES, bytes != NULL ? bytes : "", len);
}

int gs_pg_parameter_count(struct gs_statement *stmt)
{
    return of(stmt)->text.parameters;
}

static bool is_bound(const struct pg_statement *s)
{
    for (int i = 0; i < s->text.parameters; i++) {
        if (s->types[i] == 0) {
            return false;
        }
    }
    return true;
}

/* ---- rows ---- */

static void take(struct pg_statement *s, PGresult *result)
{
    PQclear(s->result);
    s->result = result;
    s->row = -1;
}

static struct gs_pg_call call_of(struct pg_statement *s)
{
    const bool known = s->generation == s->link->generation;
    s->generation = s->link->generation;
    return (struct gs_pg_call){.name = s->name,
                               .sql = known ? NULL : s->text.sql.data,
                               .count = s->text.parameters,
                               .types = s->types,
                               .values = s->values,
                               .lengths = s->lengths,
                               .formats = s->formats};
}

/* The next row of a large one is a result of its own; the last has none. */
static int fetch(struct pg_statement *s)
{
    int err = gs_pg_await(s->link, gs_monotonic_us() + s->link->reply_us);
    PGresult *result = err == GS_OK ? PQgetResult(s->link->conn) : NULL;
    const bool is_row = result != NULL && PQresultStatus(result) == PGRES_SINGLE_TUPLE;
    if (err == GS_OK && result != NULL && !is_row) {
        err = gs_pg_judge(s->link, result);
    }
    if (is_row) {
        take(s, result);
        return GS_OK;
    }
    /* Behind a refusal comes its end. */
    while (err != GS_OK && result != NULL && !s->link->broken &&
           gs_pg_await(s->link, gs_monotonic_us() + s->link->reply_us) == GS_OK) {
        PQclear(result);
        result = PQgetResult(s->link->conn);
    }
    s->running = s->link->streaming = err == GS_OK && result != NULL;
    PQclear(result);
    take(s, NULL);
    return err;
}

static int prepare(struct pg_statement *s, const struct gs_pg_call *c)
{
    PGresult *result = NULL;
    int err = c->sql == NULL
                  ? GS_OK
                  : gs_pg_answer(s->link, PQsendPrepare(s->link->conn, c->name, c->sql, c->count, c->types), &result);
    PQclear(result);
    s->generation = err == GS_OK ? s->generation : 0;
    return err;
}

/* By itself: outside of a transaction, or where rows are to come one by one. */
static int ask_alone(struct pg_statement *s)
{
    PGresult *result = NULL;
    const struct gs_pg_call c = call_of(s);
    int err = s->link->broken ? GS_E_IO : prepare(s, &c);
    if (err != GS_OK) {
        return err;
    }
    const int sent = PQsendQueryPrepared(s->link->conn, c.name, c.count, c.values, c.lengths, c.formats, 1);
    if (s->large && sent == 1) {
        s->running = s->link->streaming = true;
        return PQsetSingleRowMode(s->link->conn) == 1 ? GS_OK : gs_pg_broke(s->link, "rows cannot be read one by one");
    }
    err = gs_pg_answer(s->link, sent, &result);
    take(s, err == GS_OK ? result : NULL);
    return err;
}

static int begin(struct pg_statement *s)
{
    struct gs_pg_batch *b = s->gather->batch;
    PGresult *result = NULL;
    assert(!s->link->streaming);
    if (!is_bound(s)) {
        return GS_E_INVALID;
    }
    if (!b->open) {
        return ask_alone(s);
    }
    int err = gs_pg_gather_flush(s->gather);
    if (err == GS_OK && !s->large) {
        const struct gs_pg_call c = call_of(s);
        err = gs_pg_batch_ask(b, &c, &result);
        take(s, err == GS_OK ? result : NULL);
        return err;
    }
    err = err != GS_OK ? err : gs_pg_batch_leave(b);
    err = err != GS_OK ? err : ask_alone(s);
    if (err != GS_OK) {
        gs_pg_batch_fail(b, err);
    }
    return err;
}

int gs_pg_statement_step(struct gs_statement *stmt)
{
    struct pg_statement *s = of(stmt);
    int err = s->result == NULL && !s->running ? begin(s) : GS_OK;
    while (err == GS_OK && s->running && (s->result == NULL || s->row == 0)) {
        err = fetch(s);
        if (err == GS_OK && s->result != NULL) {
            break;
        }
    }
    if (err != GS_OK) {
        if (s->gather->batch->open) {
            gs_pg_batch_fail(s->gather->batch, err);
        }
        return err;
    }
    if (s->result == NULL || s->row + 1 >= PQntuples(s->result)) {
        return GS_DB_DONE;
    }
    s->row++;
    return GS_DB_ROW;
}

/* Rows that are left must be read: there is no way to say that nobody wants them but to end the transaction. */
void gs_pg_statement_reset(struct gs_statement *stmt)
{
    struct pg_statement *s = of(stmt);
    int err = GS_OK;
    while (s->running && err == GS_OK) {
        err = fetch(s);
    }
    if (s->running) {
        s->running = s->link->streaming = false;
    }
    take(s, NULL);
}

int gs_pg_statement_run(struct gs_statement *stmt)
{
    struct pg_statement *s = of(stmt);
    assert(s->gather->batch->open);
    if (!is_bound(s)) {
        return GS_E_INVALID;
    }
    if (s->text.is_row) {
        int err = s->run.text != NULL ? GS_OK : gs_pg_run_init(&s->run, &s->text, s->types, ++s->link->statements);
        return err != GS_OK ? err : gs_pg_gather_row(s->gather, &s->run, s->values, s->lengths);
    }
    int err = gs_pg_gather_flush(s->gather);
    if (err == GS_OK) {
        const struct gs_pg_call c = call_of(s);
        err = gs_pg_batch_send(s->gather->batch, &c);
    }
    return err;
}

/* ---- columns ---- */

static int64_t number_of(const char *bytes, Oid type)
{
    uint64_t eight;
    uint32_t four;
    if (type == GS_PG_OID_INT) {
        memcpy(&eight, bytes, sizeof eight);
        return (int64_t)be64toh(eight);
    }
    if (type == GS_PG_OID_INT_4) {
        memcpy(&four, bytes, sizeof four);
        return (int32_t)be32toh(four);
    }
    return bytes[0] != 0; /* bool */
}

/* Before the first step the server is asked; 0: it cannot say. */
int gs_pg_column_count(struct gs_statement *stmt)
{
    struct pg_statement *s = of(stmt);
    PGresult *result = NULL;
    if (s->result != NULL) {
        return PQnfields(s->result);
    }
    int err = !is_bound(s) ? GS_E_INVALID : s->gather->batch->open ? gs_pg_gather_flush(s->gather) : GS_OK;
    err = err == GS_OK && s->gather->batch->open ? gs_pg_batch_leave(s->gather->batch) : err;
    if (err == GS_OK) {
        const struct gs_pg_call c = call_of(s);
        err = prepare(s, &c);
    }
    err = err != GS_OK ? err : gs_pg_answer(s->link, PQsendDescribePrepared(s->link->conn, s->name), &result);
    const int count = err == GS_OK ? PQnfields(result) : 0;
    PQclear(result);
    return count;
}

enum gs_db_type gs_pg_column_type(struct gs_statement *stmt, int at)
{
    const struct pg_statement *s = of(stmt);
    if (PQgetisnull(s->result, s->row, at) != 0) {
        return GS_DB_OTHER;
    }
    switch (PQftype(s->result, at)) {
    case GS_PG_OID_INT:
    case GS_PG_OID_INT_4:
    case GS_PG_OID_BOOL:
        return GS_DB_INT;
    case GS_PG_OID_TEXT:
    case GS_PG_OID_NAME:
        return GS_DB_TEXT;
    case GS_PG_OID_BYTES:
        return GS_DB_BLOB;
    default:
        return GS_DB_OTHER;
    }
}

int64_t gs_pg_column_int(struct gs_statement *stmt, int at)
{
    const struct pg_statement *s = of(stmt);
    return gs_pg_column_type(stmt, at) != GS_DB_INT
               ? 0
               : number_of(PQgetvalue(s->result, s->row, at), PQftype(s->result, at));
}

const char *gs_pg_column_text(struct gs_statement *stmt, int at)
{
    struct pg_statement *s = of(stmt);
    if (gs_pg_column_type(stmt, at) == GS_DB_INT) {
        char *digits = s->digits[at % NUMBERS];
        s->told = (size_t)snprintf(digits, DIGITS, "%" PRId64, gs_pg_column_int(stmt, at));
        return digits;
    }
    return gs_pg_column_blob(stmt, at);
}

const void *gs_pg_column_blob(struct gs_statement *stmt, int at)
{
    struct pg_statement *s = of(stmt);
    s->told = (size_t)PQgetlength(s->result, s->row, at);
    return PQgetvalue(s->result, s->row, at); /* "" of what is NULL */
}

size_t gs_pg_column_bytes(struct gs_statement *stmt, int at)
{
    const struct pg_statement *s = of(stmt);
    return gs_pg_column_type(stmt, at) == GS_DB_INT ? s->told : (size_t)PQgetlength(s->result, s->row, at);
}
