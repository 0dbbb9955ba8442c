/* Asks PostgreSQL over a connection and waits for it. libpq's blocking calls wait as long as the kernel does, some of them for ever; so it is used
 * without them, and poll(2) waits with the time that is left. */
#include "pg_link.h"
#include "gateslot/base/histogram.h"
#include "pg_error.h"
#include <endian.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#define ASKED_MAX 64 /* parameters of a statement that is asked by itself */

Oid gs_pg_oid(enum gs_pg_type type)
{
    return type == GS_PG_INT ? GS_PG_OID_INT : type == GS_PG_TEXT ? GS_PG_OID_TEXT : GS_PG_OID_BYTES;
}

void gs_pg_note(struct gs_pg_link *link, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(link->message, sizeof link->message, format, args);
    va_end(args);
}

void gs_pg_note_words(struct gs_pg_link *link, const char *doing, const char *words)
{
    gs_pg_note(link, "%s: %s: %s", link->name, doing,
               words != NULL && words[0] != '\0' ? words : "no reason was given");
    size_t len = strlen(link->message);
    while (len > 0 && link->message[len - 1] == '\n') {
        link->message[--len] = '\0';
    }
    for (char *at = link->message; *at != '\0'; at++) {
        *at = *at == '\n' || *at == '\t' ? ' ' : *at;
    }
}

void gs_pg_note_result(struct gs_pg_link *link, const PGresult *result, const char *doing)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    (void)snprintf(link->sqlstate, sizeof link->sqlstate, "%.5s", state != NULL ? state : "");
    gs_pg_note_words(link, doing, words != NULL ? words : PQresultErrorMessage(result));
}

int gs_pg_broke(struct gs_pg_link *link, const char *doing)
{
    link->broken = true;
    link->sqlstate[0] = '\0';
    gs_pg_note_words(link, doing, PQerrorMessage(link->conn));
    return GS_E_IO;
}

void gs_pg_hear(void *self, const PGresult *notice)
{
    struct gs_pg_link *link = self;
    link->noticed = true;
    gs_pg_note_result(link, notice, "the server says");
}

/* False: the time is over, or the socket is gone. */
static bool wait_for(const PGconn *conn, short events, int64_t until_us)
{
    struct pollfd p = {.fd = PQsocket(conn), .events = events};
    int got;
    do {
        const int64_t left_us = until_us - gs_monotonic_us();
        if (p.fd < 0 || left_us <= 0) {
            return false;
        }
        got = poll(&p, 1, (int)(left_us / 1000) + 1);
    } while (got == 0 || (got < 0 && errno == EINTR));
    return got > 0;
}

void gs_pg_disconnect(struct gs_pg_link *link)
{
    PQfinish(link->conn);
    link->conn = NULL;
}

int gs_pg_await(struct gs_pg_link *link, int64_t until_us)
{
    static const char late[] = "the server does not answer";
    for (;;) {
        const int unsent = PQflush(link->conn);
        if (unsent < 0) {
            return gs_pg_broke(link, "nothing can be sent to the server");
        }
        if (unsent == 0 && PQisBusy(link->conn) == 0) {
            return GS_OK;
        }
        if (!wait_for(link->conn, (short)(unsent > 0 ? POLLIN | POLLOUT : POLLIN), until_us)) {
            link->broken = true;
            link->sqlstate[0] = '\0';
            gs_pg_note(link, "%s: %s", link->name, late);
            return GS_E_IO;
        }
        if (PQconsumeInput(link->conn) == 0) {
            return gs_pg_broke(link, "the connection was lost");
        }
    }
}

/* The last result of what was sent; the answer is over with it. */
static int last_result(struct gs_pg_link *link, PGresult **out)
{
    const int64_t until_us = gs_monotonic_us() + link->reply_us;
    PGresult *kept = NULL;
    for (;;) {
        int err = gs_pg_await(link, until_us);
        if (err != GS_OK) {
            PQclear(kept);
            return err;
        }
        PGresult *next = PQgetResult(link->conn);
        if (next == NULL) {
            *out = kept;
            return GS_OK;
        }
        /* Of several the first failure is what is to be told. */
        const bool failed = kept != NULL && PQresultStatus(kept) == PGRES_FATAL_ERROR;
        PQclear(failed ? next : kept);
        kept = failed ? kept : next;
    }
}

int gs_pg_judge(struct gs_pg_link *link, const PGresult *result)
{
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
        return GS_OK;
    }
    gs_pg_note_result(link, result, "a statement failed");
    const int err = gs_pg_error(link->sqlstate);
    link->broken = link->broken || err == GS_E_IO;
    return err;
}

int gs_pg_answer(struct gs_pg_link *link, int sent, PGresult **out)
{
    PGresult *result = NULL;
    if (sent != 1) {
        return gs_pg_broke(link, "nothing can be sent to the server");
    }
    int err = last_result(link, &result);
    err = err != GS_OK ? err : gs_pg_judge(link, result);
    if (err == GS_OK) {
        *out = result;
    } else {
        PQclear(result);
    }
    return err;
}

int gs_pg_ask(struct gs_pg_link *link, const char *sql, const struct gs_pg_value *values, int count, PGresult **out)
{
    Oid types[ASKED_MAX];
    const char *at[ASKED_MAX];
    int lengths[ASKED_MAX], formats[ASKED_MAX];
    uint64_t numbers[ASKED_MAX];
    if (link->broken || count > ASKED_MAX) {
        return GS_E_IO;
    }
    for (int i = 0; i < count; i++) {
        const bool is_int = values[i].type == GS_PG_INT;
        numbers[i] = htobe64((uint64_t)values[i].number);
        types[i] = gs_pg_oid(values[i].type);
        at[i] = is_int ? (const char *)&numbers[i] : values[i].bytes;
        lengths[i] = is_int ? (int)sizeof numbers[i] : (int)values[i].len;
        formats[i] = 1;
    }
    return gs_pg_answer(link, PQsendQueryParams(link->conn, sql, count, types, at, lengths, formats, 0), out);
}

int gs_pg_script(struct gs_pg_link *link, const char *sql)
{
    PGresult *result = NULL;
    int err = link->broken ? GS_E_IO : gs_pg_answer(link, PQsendQuery(link->conn, sql), &result);
    PQclear(result);
    return err;
}
