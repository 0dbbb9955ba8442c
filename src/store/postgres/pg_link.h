/* A connection to PostgreSQL with deadlines of our own: nothing here waits longer than it was allowed to, whatever the server, the network or a
 * proxy in between does. One connection is one thread's. */
#ifndef GATESLOT_STORE_PG_LINK_H
#define GATESLOT_STORE_PG_LINK_H

#include "gateslot/base/buf.h"
#include "gateslot/base/limits.h"
#include <libpq-fe.h>

#define GS_PG_MESSAGE_BYTES 512 /* bytes of a sentence about a failure; cut */

struct gs_pg_link {
    PGconn *conn;
    int host;            /* number in the address, from 0 on, of the one that it is connected to */
    int statements;      /* made so far: their names */
    unsigned generation; /* one more each time that the server was told to forget all prepared statements */
    bool streaming;      /* rows of one statement are still to be read: nothing else can be asked */
    int64_t reply_us;    /* GS_PG_REPLY_US but in tests */
    bool broken;         /* what was sent last has no known end: nothing may follow it */
    bool noticed;        /* the server said something beside its answers since this was last set to false */
    char sqlstate[6];    /* of the last refusal; "": it was none of the server's */
    char name[256];      /* of the database, for messages: without user and password */
    char message[GS_PG_MESSAGE_BYTES];
};

/* A value of a parameter: eight bytes, a text or bytes, borrowed. */
struct gs_pg_value {
    enum gs_pg_type { GS_PG_INT, GS_PG_TEXT, GS_PG_BYTES } type;
    int64_t number;
    const char *bytes;
    size_t len;
};

/* The types in PostgreSQL's catalogue: bool, bytea, name, int8, int4, text. */
#define GS_PG_OID_BOOL 16
#define GS_PG_OID_BYTES 17
#define GS_PG_OID_NAME 19
#define GS_PG_OID_INT 20
#define GS_PG_OID_INT_4 23
#define GS_PG_OID_TEXT 25
Oid gs_pg_oid(enum gs_pg_type type);

void gs_pg_note(struct gs_pg_link *link, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Likewise in the words of libpq, which ends with a line feed and may write several lines. */
void gs_pg_note_words(struct gs_pg_link *link, const char *doing, const char *words);
/* Notes what the server, or libpq, said of a failure under what was being done, in one line, and keeps its SQLSTATE. */
void gs_pg_note_result(struct gs_pg_link *link, const PGresult *result, const char *doing);

/* Connects to the first host of the address that takes writes, as pg_connect.c says. GS_E_INVALID: an address that pg_address.h refuses. GS_E_IO: none
 * answers in time, or each refuses. */
int gs_pg_connect(struct gs_pg_link *link, const char *address) GS_MUST_CHECK;
void gs_pg_disconnect(struct gs_pg_link *link);

/* ---- one statement, one answer ---- */
/* Texts of the result are in text form. *out is freed with PQclear. The error is that of pg_error.h; GS_E_IO: broken. */
int gs_pg_ask(struct gs_pg_link *link, const char *sql, const struct gs_pg_value *values, int count,
              PGresult **out) GS_MUST_CHECK;
/* Several without parameters and without rows. */
int gs_pg_script(struct gs_pg_link *link, const char *sql) GS_MUST_CHECK;

/* ---- for who sends by himself ---- */
/* What a function of libpq that sends has returned → the answer to that one statement, as gs_pg_ask. */
int gs_pg_answer(struct gs_pg_link *link, int sent, PGresult **out) GS_MUST_CHECK;
/* GS_OK, or what a refusal means: noted. */
int gs_pg_judge(struct gs_pg_link *link, const PGresult *result) GS_MUST_CHECK;
/* Waits until libpq has a result for PQgetResult, sending meanwhile what is still to be sent. GS_E_IO: broken, noted. */
int gs_pg_await(struct gs_pg_link *link, int64_t until_us) GS_MUST_CHECK;
void gs_pg_hear(void *link, const PGresult *notice);                       /* for PQsetNoticeReceiver */
int gs_pg_broke(struct gs_pg_link *link, const char *doing) GS_MUST_CHECK; /* with libpq's words: GS_E_IO */

#endif
