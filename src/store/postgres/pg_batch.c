/* Writes a transaction in one round trip, where nothing is to be read meanwhile.
 *
 * What the end means is decided here. COMMIT is answered as a success where it waited for a standby and somebody cancelled the wait: with a
 * warning, or, where the list of standbys was emptied, with none. So anything that the server says beside its answers makes the outcome
 * unknown, and behind COMMIT stands the question what the settings are by then: the server reads its files anew before it
 * answers that, and was told to before the wait was ended. */
#include "pg_batch.h"
#include "gateslot/base/histogram.h"
#include "pg_error.h"
#include "pg_settings.h"
#include <assert.h>
#include <endian.h>
#include <limits.h>
#include <string.h>

/* Statements that are prepared once. */
#define FENCE "gs_fence"
#define SETTINGS "gs_settings"

/* Answers are heard in between where there are more than so many to come: the server stops reading when nobody takes them. */
enum { SENT_MAX = 512, BYTES_MAX = 4 << 20 };

void gs_pg_batch_init(struct gs_pg_batch *b, struct gs_pg_link *link)
{
    *b = (struct gs_pg_batch){.link = link};
}

static int sent(struct gs_pg_batch *b, int ok)
{
    b->sent += ok == 1;
    return ok == 1 ? GS_OK : gs_pg_broke(b->link, "nothing can be sent to the server");
}

static int send_plain(struct gs_pg_batch *b, const char *sql)
{
    return sent(b, PQsendQueryParams(b->link->conn, sql, 0, NULL, NULL, NULL, NULL, 0));
}

static int enter(struct gs_pg_batch *b)
{
    assert(!b->link->streaming);
    if (b->link->broken) {
        return GS_E_IO;
    }
    if (b->piped) {
        return GS_OK;
    }
    b->piped = PQenterPipelineMode(b->link->conn) == 1;
    b->sent = 0;
    b->bytes = 0;
    return b->piped ? GS_OK : gs_pg_broke(b->link, "no pipeline can be begun");
}

/* What every transaction asks is parsed once. */
static int prepare(struct gs_pg_batch *b, bool fenced)
{
    static const char settings[] = "SELECT " GS_PG_SETTINGS_COLUMNS, fence[] = "SELECT gs_fence($1)";
    const Oid type = GS_PG_OID_INT;
    int err = GS_OK;
    if (b->settings_generation != b->link->generation) {
        err = sent(b, PQsendPrepare(b->link->conn, SETTINGS, settings, 0, NULL));
        b->settings_generation = b->link->generation;
    }
    if (err == GS_OK && fenced && b->fence_generation != b->link->generation) {
        err = sent(b, PQsendPrepare(b->link->conn, FENCE, fence, 1, &type));
        b->fence_generation = b->link->generation;
    }
    return err;
}

int gs_pg_batch_begin(struct gs_pg_batch *b, int64_t epoch)
{
    const uint64_t number = htobe64((uint64_t)epoch);
    const char *const value = (const char *)&number;
    const int length = (int)sizeof number, format = 1;
    assert(!b->open);
    b->err = GS_OK;
    b->link->noticed = false;
    int err = enter(b);
    err = err != GS_OK ? err : send_plain(b, "BEGIN");
    b->open = err == GS_OK;
    err = err != GS_OK ? err : prepare(b, epoch != 0);
    return err != GS_OK || epoch == 0
               ? err
               : sent(b, PQsendQueryPrepared(b->link->conn, FENCE, 1, &value, &length, &format, 0));
}

/* ---- the answers ---- */

struct verdict {
    int commit_at;  /* number of the statement that is COMMIT; INT_MAX: there is none */
    int results;    /* seen so far */
    int err;        /* of the first refusal */
    bool committed; /* COMMIT was answered as a success */
    int settings;   /* what the settings were behind it: an error of ours */
    int copies;
    bool over;
    PGresult *last; /* owned: of the last statement that is no COMMIT */
};

static void hear_success(struct gs_pg_batch *b, struct verdict *v, PGresult *result)
{
    if (v->results == v->commit_at) {
        v->committed = strcmp(PQcmdStatus(result), "COMMIT") == 0;
    } else if (v->results > v->commit_at) {
        v->settings = gs_pg_settings_judge(b->link, result, &v->copies);
    } else if (v->results == b->sent - 1) {
        v->last = result;
    }
}

static void hear(struct gs_pg_batch *b, struct verdict *v, PGresult *result)
{
    switch (PQresultStatus(result)) {
    case PGRES_PIPELINE_SYNC:
        v->over = true;
        v->results--;
        break;
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
        hear_success(b, v, result);
        break;
    case PGRES_PIPELINE_ABORTED:
        break;
    default:
        if (v->err == GS_OK) {
            const bool before = v->results < v->commit_at;
            gs_pg_note_result(b->link, result, before ? "a statement failed" : "COMMIT failed");
            v->err = before ? gs_pg_error(b->link->sqlstate) : GS_E_IO;
        }
        break;
    }
    v->results++;
}

/* All answers to what was sent. */
static int hear_all(struct gs_pg_batch *b, struct verdict *v)
{
    const int64_t until_us = gs_monotonic_us() + b->link->reply_us;
    int err = PQpipelineSync(b->link->conn) == 1 ? GS_OK : gs_pg_broke(b->link, "nothing can be sent to the server");
    while (err == GS_OK && !v->over) {
        err = gs_pg_await(b->link, until_us);
        PGresult *result = err == GS_OK ? PQgetResult(b->link->conn) : NULL;
        if (result != NULL) {
            hear(b, v, result);
            if (v->last != result) {
                PQclear(result);
            }
        }
        if (err == GS_OK && !v->over && PQstatus(b->link->conn) == CONNECTION_BAD) {
            err = gs_pg_broke(b->link, "the connection was lost");
        }
    }
    b->sent = 0;
    b->bytes = 0;
    return err;
}

static int unknown(struct gs_pg_batch *b)
{
    b->open = false;
    b->link->broken = true;
    return GS_E_IO;
}

void gs_pg_batch_fail(struct gs_pg_batch *b, int err)
{
    b->err = b->err != GS_OK ? b->err : err;
}

/* What was refused so far: from then on the server refuses everything else. */
static int hear_so_far(struct gs_pg_batch *b, PGresult **out)
{
    struct verdict v = {.commit_at = INT_MAX};
    int err = hear_all(b, &v);
    err = err != GS_OK ? err : v.err;
    if (err == GS_OK && out != NULL) {
        *out = v.last;
        return GS_OK;
    }
    PQclear(v.last);
    if (err != GS_OK) {
        gs_pg_batch_fail(b, err);
    }
    return err;
}

static int ready(struct gs_pg_batch *b)
{
    return b->err != GS_OK ? b->err : enter(b);
}

static int send(struct gs_pg_batch *b, const struct gs_pg_call *c)
{
    PGconn *conn = b->link->conn;
    int err = ready(b);
    if (err == GS_OK && c->sql != NULL) {
        err = sent(b, PQsendPrepare(conn, c->name, c->sql, c->count, c->types));
    }
    err = err != GS_OK ? err
                       : sent(b, PQsendQueryPrepared(conn, c->name, c->count, c->values, c->lengths, c->formats, 1));
    for (int i = 0; i < c->count; i++) {
        b->bytes += (size_t)c->lengths[i];
    }
    return err;
}

int gs_pg_batch_send(struct gs_pg_batch *b, const struct gs_pg_call *call)
{
    int err = send(b, call);
    return err == GS_OK && (b->sent > SENT_MAX || b->bytes > BYTES_MAX) ? hear_so_far(b, NULL) : err;
}

int gs_pg_batch_ask(struct gs_pg_batch *b, const struct gs_pg_call *call, PGresult **out)
{
    int err = send(b, call);
    return err != GS_OK ? err : hear_so_far(b, out);
}

static int leave(struct gs_pg_batch *b)
{
    if (b->piped && PQexitPipelineMode(b->link->conn) != 1) {
        return gs_pg_broke(b->link, "the answer does not end");
    }
    b->piped = false;
    return GS_OK;
}

int gs_pg_batch_leave(struct gs_pg_batch *b)
{
    int err = b->err != GS_OK ? b->err : b->link->broken ? GS_E_IO : GS_OK;
    err = err == GS_OK && b->piped ? hear_so_far(b, NULL) : err;
    return err != GS_OK ? err : leave(b);
}

/* Rolled back by the server's own word. Which statements were prepared in it is not known: all names are given up. */
static int roll_back(struct gs_pg_batch *b)
{
    char message[GS_PG_MESSAGE_BYTES], sqlstate[sizeof b->link->sqlstate];
    memcpy(message, b->link->message, sizeof message);
    memcpy(sqlstate, b->link->sqlstate, sizeof sqlstate);
    b->open = false;
    b->link->generation++;
    int err = b->link->broken ? GS_E_IO : leave(b);
    err = err != GS_OK ? err : gs_pg_script(b->link, "ROLLBACK; DEALLOCATE ALL");
    memcpy(b->link->message, message, sizeof message);
    memcpy(b->link->sqlstate, sqlstate, sizeof sqlstate);
    return err == GS_OK ? GS_OK : unknown(b);
}

static int refused(struct gs_pg_batch *b, int err)
{
    const int ended = roll_back(b);
    if (ended == GS_OK && (err == GS_E_FULL || err == GS_E_NOMEM || err == GS_E_CORRUPT)) {
        return err;
    }
    return unknown(b);
}

int gs_pg_batch_commit(struct gs_pg_batch *b, int copies, int *out_copies)
{
    struct verdict v = {.settings = GS_E_IO};
    if (b->err != GS_OK) {
        return refused(b, b->err);
    }
    int err = enter(b);
    v.commit_at = b->sent;
    err = err != GS_OK ? err : send_plain(b, "COMMIT");
    err = err != GS_OK ? err : sent(b, PQsendQueryPrepared(b->link->conn, SETTINGS, 0, NULL, NULL, NULL, 0));
    err = err != GS_OK ? err : hear_all(b, &v);
    err = err != GS_OK ? err : leave(b);
    PQclear(v.last);
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
    b->open = false;
    *out_copies = v.copies;
    return GS_OK;
}

int gs_pg_batch_abort(struct gs_pg_batch *b)
{
    if (!b->open) {
        return b->link->broken ? GS_E_IO : GS_OK;
    }
    /* What was not heard yet may have been refused: that is no failure any more. */
    struct verdict v = {.commit_at = INT_MAX};
    int err = b->link->broken ? GS_E_IO : b->piped && b->sent > 0 ? hear_all(b, &v) : GS_OK;
    PQclear(v.last);
    return err == GS_OK ? roll_back(b) : unknown(b);
}
