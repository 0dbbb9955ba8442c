/* Runs the statements of the store as they are written for SQLite: parameters are numbered anew, values go and come in binary form, so that a text
 * or a checksum is the same bytes in both databases. It knows no table. */
#include "pg_statement.h"
#include "gateslot/base/histogram.h"
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARAMETERS 64

struct gs_pg_statement {
    struct gs_pg_link *link;
    struct gs_buf sql; /* with $1, $2, … */
    char name[32];
    int parameters;
    bool large, prepared;
    bool running; /* large, and rows are still to come */
    bool bound[PARAMETERS];
    struct gs_pg_value values[PARAMETERS];
    PGresult *result; /* all rows, or where it is large the one that is there */
    int row;          /* of it; -1 before the first */
    int64_t changed;
};

/* To behind what stands in quotation marks; a doubled one is two texts side by side, which is the same. */
static const char *behind_quoted(const char *at)
{
    const char *end = strchr(at + 1, *at);
    return end != NULL ? end + 1 : at + strlen(at);
}

static int number_parameters(struct gs_pg_statement *s, const char *sql)
{
    while (*sql != '\0') {
        const size_t plain = strcspn(sql, "?'\"");
        gs_buf_add(&s->sql, sql, plain);
        sql += plain;
        if (*sql == '?') {
            char *end;
            const long given = strtol(sql + 1, &end, 10);
            const int no = end != sql + 1 && given <= PARAMETERS + 1 ? (int)given : s->parameters + 1;
            s->parameters = no > s->parameters ? no : s->parameters;
            gs_buf_char(&s->sql, '$');
            gs_buf_int(&s->sql, no);
            sql = end;
        } else if (*sql != '\0') {
            const char *end = behind_quoted(sql);
            gs_buf_add(&s->sql, sql, (size_t)(end - sql));
            sql = end;
        }
    }
    return s->parameters > PARAMETERS ? GS_E_RANGE : gs_buf_status(&s->sql);
}

int gs_pg_statement_create(struct gs_pg_link *link, const char *sql, bool large, struct gs_pg_statement **out)
{
    struct gs_pg_statement *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return GS_E_NOMEM;
    }
    s->link = link;
    s->large = large;
    s->row = -1;
    (void)snprintf(s->name, sizeof s->name, "gs_s%d", ++link->statements);
    gs_buf_init(&s->sql, GS_STORE_SQL_MAX);
    int err = number_parameters(s, sql);
    if (err == GS_OK) {
        *out = s;
    } else {
        gs_pg_statement_destroy(s);
    }
    return err;
}

void gs_pg_statement_destroy(struct gs_pg_statement *s)
{
    if (s == NULL) {
        return;
    }
    char sql[64];
    (void)snprintf(sql, sizeof sql, "DEALLOCATE %s", s->name);
    int err = gs_pg_statement_reset(s);
    if (err == GS_OK && s->prepared && s->link->conn != NULL && !s->link->broken &&
        PQtransactionStatus(s->link->conn) != PQTRANS_INERROR) {
        err = gs_pg_script(s->link, sql);
    }
    (void)err; /* of a link that is lost there is nothing to be given back */
    gs_buf_finish(&s->sql);
    free(s);
}

int gs_pg_statement_parameters(const struct gs_pg_statement *s)
{
    return s->parameters;
}

void gs_pg_statement_bind(struct gs_pg_statement *s, int at, const struct gs_pg_value *value)
{
    s->values[at - 1] = *value;
    s->bound[at - 1] = true;
}

static int prepare(struct gs_pg_statement *s)
{
    Oid types[PARAMETERS];
    PGresult *result = NULL;
    for (int i = 0; i < s->parameters; i++) {
        types[i] = gs_pg_oid(s->values[i].type);
    }
    int err = gs_pg_answer(s->link, PQsendPrepare(s->link->conn, s->name, s->sql.data, s->parameters, types), &result);
    PQclear(result);
    s->prepared = err == GS_OK;
    return err;
}

static int send(struct gs_pg_statement *s)
{
    const char *at[PARAMETERS];
    int lengths[PARAMETERS], formats[PARAMETERS];
    uint64_t numbers[PARAMETERS];
    for (int i = 0; i < s->parameters; i++) {
        const struct gs_pg_value *v = &s->values[i];
        const bool is_int = v->type == GS_PG_INT;
        numbers[i] = htobe64((uint64_t)v->number);
        at[i] = !s->bound[i] ? NULL : is_int ? (const char *)&numbers[i] : v->bytes;
        lengths[i] = is_int ? (int)sizeof numbers[i] : (int)v->len;
        formats[i] = 1;
    }
    return PQsendQueryPrepared(s->link->conn, s->name, s->parameters, at, lengths, formats, 1);
}

static void take(struct gs_pg_statement *s, PGresult *result)
{
    PQclear(s->result);
    s->result = result;
    s->row = -1;
    const char *changed = result != NULL ? PQcmdTuples(result) : "";
    s->changed = changed[0] != '\0' ? strtoll(changed, NULL, 10) : 0;
}

/* The next row of a large one is a result of its own; the last has none. */
static int fetch(struct gs_pg_statement *s)
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
    s->running = err == GS_OK && result != NULL;
    PQclear(result);
    take(s, NULL);
    return err;
}

static int begin(struct gs_pg_statement *s)
{
    PGresult *result = NULL;
    int err = s->link->broken ? GS_E_IO : s->prepared ? GS_OK : prepare(s);
    if (err != GS_OK) {
        return err;
    }
    const int sent = send(s);
    if (s->large && sent == 1) {
        s->running = true;
        return PQsetSingleRowMode(s->link->conn) == 1 ? GS_OK : gs_pg_broke(s->link, "rows cannot be read one by one");
    }
    err = gs_pg_answer(s->link, sent, &result);
    take(s, err == GS_OK ? result : NULL);
    return err;
}

int gs_pg_statement_step(struct gs_pg_statement *s, bool *out_row)
{
    int err = s->result == NULL && !s->running ? begin(s) : GS_OK;
    while (err == GS_OK && s->running && (s->result == NULL || s->row == 0)) {
        err = fetch(s);
        if (err == GS_OK && s->result != NULL) {
            break;
        }
    }
    if (err != GS_OK) {
        return err;
    }
    *out_row = s->result != NULL && s->row + 1 < PQntuples(s->result);
    s->row += *out_row;
    return GS_OK;
}

int64_t gs_pg_statement_changed(const struct gs_pg_statement *s)
{
    return s->changed;
}

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

struct gs_pg_value gs_pg_statement_column(const struct gs_pg_statement *s, int column)
{
    const Oid type = PQftype(s->result, column);
    struct gs_pg_value v = {.type = type == GS_PG_OID_BYTES ? GS_PG_BYTES : GS_PG_TEXT,
                            .bytes = PQgetvalue(s->result, s->row, column),
                            .len = (size_t)PQgetlength(s->result, s->row, column)};
    if (type == GS_PG_OID_INT || type == GS_PG_OID_INT_4 || type == GS_PG_OID_BOOL) {
        const bool is_null = PQgetisnull(s->result, s->row, column) != 0;
        v = (struct gs_pg_value){.type = GS_PG_INT, .number = is_null ? 0 : number_of(v.bytes, type), .bytes = ""};
    }
    return v;
}

int gs_pg_statement_reset(struct gs_pg_statement *s)
{
    int err = GS_OK;
    while (s->running && err == GS_OK) {
        err = fetch(s);
    }
    s->running = false;
    take(s, NULL);
    memset(s->bound, 0, sizeof s->bound);
    return err;
}
