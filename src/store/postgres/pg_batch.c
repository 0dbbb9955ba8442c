/* Writes a transaction in one round trip. Rows of one kind that follow each other become one statement; their order is kept, since the index of
 * places is looked at row by row. Nothing is read meanwhile.
 *
 * What the end means is decided here. COMMIT is answered as a success where it waited for a standby and somebody cancelled the wait: with a
 * warning, or, where the list of standbys was emptied, with none. So anything that the server says beside its answers makes the outcome
 * unknown, and behind COMMIT stands the question what the settings are by then: the server reads its files anew before it
 * answers that, and was told to before the wait was ended. */
#include "pg_batch.h"
#include "gateslot/base/histogram.h"
#include "pg_error.h"
#include "pg_settings.h"
#include <endian.h>
#include <stdio.h>
#include <string.h>

#define STATEMENT_MAX (64 * 1024)
#define VALUES_MAX (64 * 1024 * 1024)

void gs_pg_batch_init(struct gs_pg_batch *b, struct gs_pg_link *link)
{
    *b = (struct gs_pg_batch){.link = link};
    gs_buf_init(&b->bytes, VALUES_MAX);
}

void gs_pg_batch_finish(struct gs_pg_batch *b)
{
    gs_buf_finish(&b->bytes);
}

static int sent(struct gs_pg_batch *b, int ok)
{
    return ok == 1 ? GS_OK : gs_pg_broke(b->link, "nothing can be sent to the server");
}

static int send_plain(struct gs_pg_batch *b, const char *sql)
{
    return sent(b, PQsendQueryParams(b->link->conn, sql, 0, NULL, NULL, NULL, NULL, 0));
}

int gs_pg_batch_begin(struct gs_pg_batch *b, int64_t epoch)
{
    static const char fence[] = "SELECT gs_fence($1)";
    const Oid type = GS_PG_OID_INT;
    const uint64_t number = htobe64((uint64_t)epoch);
    const char *const value = (const char *)&number;
    const int length = (int)sizeof number, format = 1;
    if (b->link->broken) {
        return GS_E_IO;
    }
    b->shape = NULL;
    b->rows = b->sent = 0;
    b->link->noticed = false;
    gs_buf_clear(&b->bytes);
    int err = sent(b, PQenterPipelineMode(b->link->conn));
    err = err != GS_OK ? err : send_plain(b, "BEGIN");
    b->sent = 2;
    return err != GS_OK ? err : sent(b, PQsendQueryParams(b->link->conn, fence, 1, &type, &value, &length, &format, 0));
}

/* ($1,$2),($3,$4) */
static void write_statement(const struct gs_pg_shape *shape, int rows, struct gs_buf *out)
{
    gs_buf_str(out, shape->head);
    if (shape->tail == NULL) {
        return;
    }
    for (int i = 0; i < rows * shape->columns; i++) {
        gs_buf_str(out, i % shape->columns != 0 ? "," : i > 0 ? "),(" : " (");
        gs_buf_char(out, '$');
        gs_buf_int(out, i + 1);
    }
    gs_buf_str(out, ") ");
    gs_buf_str(out, shape->tail);
}

static int prepare(struct gs_pg_batch *b, int rows, const char *name)
{
    Oid types[GS_PG_PARAMETERS_MAX];
    struct gs_buf text;
    const int count = rows * b->shape->columns;
    for (int i = 0; i < count; i++) {
        types[i] = gs_pg_oid(b->shape->types[i % b->shape->columns]);
    }
    gs_buf_init(&text, STATEMENT_MAX);
    write_statement(b->shape, rows, &text);
    int err = gs_buf_status(&text);
    err = err != GS_OK ? err : sent(b, PQsendPrepare(b->link->conn, name, text.data, count, types));
    gs_buf_finish(&text);
    b->sent += err == GS_OK;
    return err;
}

/* Rows from first on of the run that is gathered, as one statement. */
static int send_rows(struct gs_pg_batch *b, int first, int rows)
{
    const char *values[GS_PG_PARAMETERS_MAX];
    int formats[GS_PG_PARAMETERS_MAX];
    char name[32];
    const int columns = b->shape->columns;
    (void)snprintf(name, sizeof name, "gs_%d_%d", b->shape->no, rows);
    int err = GS_OK;
    if ((b->prepared[b->shape->no] & (unsigned)rows) == 0) {
        err = prepare(b, rows, name);
        b->prepared[b->shape->no] |= (unsigned)rows; /* where the transaction fails, gs_pg_batch_commit forgets all */
    }
    for (int i = 0; i < rows * columns; i++) {
        values[i] = b->bytes.data + b->at[first * columns + i];
        formats[i] = 1;
    }
    err = err != GS_OK ? err
                       : sent(b, PQsendQueryPrepared(b->link->conn, name, rows * columns, values,
                                                     &b->lengths[first * columns], formats, 0));
    b->sent += err == GS_OK;
    return err;
}

/* In powers of two, the largest first, so that few statements are ever prepared. */
static int send_run(struct gs_pg_batch *b)
{
    int err = gs_buf_status(&b->bytes);
    int part = GS_PG_RUN_MAX;
    for (int first = 0; first < b->rows && err == GS_OK; first += part) {
        while (part > b->rows - first) {
            part /= 2;
        }
        err = send_rows(b, first, part);
    }
    b->rows = 0;
    gs_buf_clear(&b->bytes);
    return err;
}

/* Is there a row of that name in the run? */
static bool meets(const struct gs_pg_batch *b, const struct gs_pg_value *key)
{
    const uint64_t number = htobe64((uint64_t)key->number);
    const void *bytes = key->type == GS_PG_INT ? (const void *)&number : key->bytes;
    const size_t len = key->type == GS_PG_INT ? sizeof number : key->len;
    for (int row = 0; row < b->rows; row++) {
        const int i = row * b->shape->columns;
        if ((size_t)b->lengths[i] == len && memcmp(b->bytes.data + b->at[i], bytes, len) == 0) {
            return true;
        }
    }
    return false;
}

int gs_pg_batch_row(struct gs_pg_batch *b, const struct gs_pg_shape *shape, const struct gs_pg_value *values)
{
    const bool full = b->rows == GS_PG_RUN_MAX || (b->rows + 1) * shape->columns > GS_PG_PARAMETERS_MAX;
    int err = GS_OK;
    if (b->rows > 0 && (full || b->shape != shape || shape->tail == NULL || (shape->keyed && meets(b, &values[0])))) {
        err = send_run(b);
    }
    b->shape = shape;
    for (int i = 0; i < shape->columns; i++) {
        const int at = b->rows * shape->columns + i;
        const uint64_t number = htobe64((uint64_t)values[i].number);
        const bool is_int = values[i].type == GS_PG_INT;
        b->at[at] = b->bytes.len;
        b->lengths[at] = is_int ? (int)sizeof number : (int)values[i].len;
        gs_buf_add(&b->bytes, is_int ? (const void *)&number : values[i].bytes, (size_t)b->lengths[at]);
    }
    b->rows++;
    return err;
}

/* ---- the answer ---- */

struct verdict {
    int results;    /* seen so far */
    int err;        /* of the first refusal */
    bool committed; /* COMMIT was answered as a success */
    int settings;   /* what the settings were behind it: an error of ours */
    int copies;
    bool over;
};

static void hear(struct gs_pg_batch *b, struct verdict *v, PGresult *result)
{
    const int commit_at = b->sent, settings_at = b->sent + 1;
    switch (PQresultStatus(result)) {
    case PGRES_PIPELINE_SYNC:
        v->over = true;
        break;
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
        if (v->results == commit_at) {
            v->committed = strcmp(PQcmdStatus(result), "COMMIT") == 0;
        } else if (v->results == settings_at) {
            v->settings = gs_pg_settings_judge(b->link, result, &v->copies);
        }
        v->results++;
        break;
    case PGRES_PIPELINE_ABORTED:
        v->results++;
        break;
    default:
        if (v->err == GS_OK) {
            gs_pg_note_result(b->link, result, v->results < commit_at ? "a batch was refused" : "COMMIT failed");
            v->err = v->results < commit_at ? gs_pg_error(b->link->sqlstate) : GS_E_IO;
        }
        v->results++;
        break;
    }
}

static int hear_all(struct gs_pg_batch *b, struct verdict *v)
{
    const int64_t until_us = gs_monotonic_us() + b->link->reply_us;
    int err = sent(b, PQpipelineSync(b->link->conn));
    while (err == GS_OK && !v->over) {
        err = gs_pg_await(b->link, until_us);
        PGresult *result = err == GS_OK ? PQgetResult(b->link->conn) : NULL;
        if (result != NULL) {
            hear(b, v, result);
            PQclear(result);
        }
        if (err == GS_OK && !v->over && PQstatus(b->link->conn) == CONNECTION_BAD) {
            err = gs_pg_broke(b->link, "the connection was lost");
        }
    }
    if (err == GS_OK && PQexitPipelineMode(b->link->conn) != 1) {
        err = gs_pg_broke(b->link, "the answer does not end");
    }
    return err;
}

/* Rolled back by the server's own word. Statements that were prepared in it may not be: their names are given up. */
static int refused(struct gs_pg_batch *b, int err)
{
    char message[GS_PG_MESSAGE_BYTES], sqlstate[sizeof b->link->sqlstate];
    memcpy(message, b->link->message, sizeof message);
    memcpy(sqlstate, b->link->sqlstate, sizeof sqlstate);
    memset(b->prepared, 0, sizeof b->prepared);
    const int ended = gs_pg_script(b->link, "ROLLBACK; DEALLOCATE ALL");
    memcpy(b->link->message, message, sizeof message);
    memcpy(b->link->sqlstate, sqlstate, sizeof sqlstate);
    if (ended == GS_OK && (err == GS_E_FULL || err == GS_E_NOMEM || err == GS_E_CORRUPT)) {
        return err;
    }
    b->link->broken = true;
    return GS_E_IO;
}

static int unknown(struct gs_pg_batch *b)
{
    b->link->broken = true;
    return GS_E_IO;
}

int gs_pg_batch_commit(struct gs_pg_batch *b, int copies, int *out_copies)
{
    struct verdict v = {.settings = GS_E_IO};
    int err = b->link->broken ? GS_E_IO : send_run(b);
    err = err != GS_OK ? err : send_plain(b, "COMMIT");
    err = err != GS_OK ? err : send_plain(b, "SELECT " GS_PG_SETTINGS_COLUMNS);
    err = err != GS_OK ? err : hear_all(b, &v);
    if (err != GS_OK) {
        return unknown(b);
    }
    if (v.err != GS_OK) {
        return v.committed ? unknown(b) : refused(b, v.err);
    }
    if (!v.committed || b->link->noticed || v.settings != GS_OK) {
        return unknown(b);
    }
    if (v.copies < copies) {
        gs_pg_note(b->link, "%s: synchronous_standby_names was changed: what was committed may be on %d of %d servers",
                   b->link->name, v.copies, copies);
        return unknown(b);
    }
    *out_copies = v.copies;
    return GS_OK;
}

int gs_pg_batch_abort(struct gs_pg_batch *b)
{
    struct verdict v = {.settings = GS_E_IO};
    b->rows = 0;
    gs_buf_clear(&b->bytes);
    int err = b->link->broken ? GS_E_IO : send_plain(b, "ROLLBACK");
    err = err != GS_OK ? err : hear_all(b, &v);
    if (err != GS_OK) {
        return unknown(b);
    }
    return v.err == GS_OK ? GS_OK : refused(b, GS_E_CORRUPT) == GS_E_CORRUPT ? GS_OK : GS_E_IO;
}
