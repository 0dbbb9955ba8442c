/* Erases reasons from events and from the journal. An event's hash covers what it said, so it stays, and the chain goes on from it; what is
 * left of the event is held by a further hash, of the rest behind the event's own. So an erased event verifies by that, all others as ever,
 * and nobody can make the one out of the other unnoticed but who could write the whole chain anew. */
#include "erase.h"
#include "gateslot/core/journal.h"
#include "sql.h"
#include "sum.h"
#include <string.h>

/* The statement for what follows the row last looked at; *out_after: that one. */
static int begin(struct gs_store *store, enum gs_stmt slot, const char *sql, int column, struct gs_statement **out,
                 int64_t *out_after)
{
    static const char marks[] = "SELECT event_seq, journal_no FROM erasure";
    struct gs_statement *stmt;
    int err = gs_sql_stmt(store, GS_STMT_ERASURE_GET, marks, &stmt);
    if (err != GS_OK) {
        return err;
    }
    int rc = gs_db_step(stmt);
    if (rc == GS_DB_ROW) {
        *out_after = gs_db_column_int(stmt, column);
    }
    gs_db_reset(stmt);
    if (rc != GS_DB_ROW) {
        return gs_sql_failed(store, rc, "table erasure cannot be read");
    }
    err = gs_sql_stmt(store, slot, sql, out);
    if (err == GS_OK) {
        (void)gs_db_bind_int(*out, 1, *out_after);
        (void)gs_db_bind_int(*out, 2, GS_STORE_SLICE_ROWS);
    }
    return err;
}

static int end(struct gs_store *store, bool of_events, int64_t at)
{
    static const char sql[] = "UPDATE erasure SET event_seq = CASE WHEN event_seq < ?1 THEN ?1 ELSE event_seq END,"
                              " journal_no = CASE WHEN journal_no < ?2 THEN ?2 ELSE journal_no END";
    struct gs_statement *stmt;
    int err = gs_sql_stmt(store, GS_STMT_ERASURE_PUT, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    (void)gs_db_bind_int(stmt, 1, of_events ? at : 0);
    (void)gs_db_bind_int(stmt, 2, of_events ? 0 : at);
    return gs_sql_run(store, stmt);
}

/* ---- events ---- */

static struct gs_chain_link link_of(struct gs_statement *stmt, const struct gs_buf *body)
{
    return (struct gs_chain_link){.booking_id = gs_db_column_int(stmt, 1),
                                  .prev = gs_db_column_int(stmt, 2),
                                  .owner = gs_db_column_text(stmt, 3),
                                  .body = body->data,
                                  .body_len = body->len};
}

static int put_event(struct gs_store *store, int64_t seq, const struct gs_buf *body, const unsigned char *hash)
{
    static const char event_sql[] = "UPDATE event SET body = ?2 WHERE seq = ?1";
    static const char hash_sql[] = "INSERT INTO erased_event (seq, hash) VALUES (?1, ?2)";
    struct gs_statement *stmt;
    int err = gs_sql_stmt(store, GS_STMT_ERASE_EVENT, event_sql, &stmt);
    if (err == GS_OK) {
        (void)gs_db_bind_int(stmt, 1, seq);
        (void)gs_db_bind_text(stmt, 2, body->data, body->len);
        err = gs_sql_run(store, stmt);
    }
    err = err != GS_OK ? err : gs_sql_stmt(store, GS_STMT_ERASED_EVENT_PUT, hash_sql, &stmt);
    if (err == GS_OK) {
        (void)gs_db_bind_int(stmt, 1, seq);
        (void)gs_db_bind_blob(stmt, 2, hash, GS_CHAIN_BYTES);
        err = gs_sql_run(store, stmt);
    }
    return err;
}

/* *out_old: false where the event is not yet to be erased, and none after it. */
static int erase_event(struct gs_store *store, struct gs_statement *stmt, gs_date before, bool *out_old,
                       int64_t *erased)
{
    const char *body = gs_db_column_text(stmt, 5);
    const void *hash = gs_db_column_blob(stmt, 4);
    const size_t len = gs_db_column_bytes(stmt, 5);
    unsigned char left[GS_CHAIN_BYTES];
    gs_date date;
    if (body == NULL || hash == NULL || gs_db_column_bytes(stmt, 4) != GS_CHAIN_BYTES ||
        !gs_event_date(body, len, &date)) {
        gs_store_note(store, "%s: event %lld is damaged", store->path, (long long)gs_db_column_int(stmt, 0));
        return GS_E_CORRUPT;
    }
    *out_old = date < before;
    gs_buf_clear(&store->text);
    if (!*out_old || !gs_event_erase(body, len, &store->text)) {
        return GS_OK;
    }
    const struct gs_chain_link link = link_of(stmt, &store->text);
    int err = gs_buf_status(&store->text);
    err = err != GS_OK ? err : gs_chain_next(hash, &link, left);
    err = err != GS_OK ? err : put_event(store, gs_db_column_int(stmt, 0), &store->text, left);
    *erased += err == GS_OK ? 1 : 0;
    return err;
}

int gs_erase_events(struct gs_store *store, gs_date before, int64_t *out_rows, int64_t *out_erased)
{
    static const char sql[] = "SELECT seq, booking_id, prev, owner, hash, body FROM event WHERE seq > ? ORDER BY seq"
                              " LIMIT ?";
    struct gs_statement *stmt = NULL;
    int64_t at = 0, rows = 0, erased = 0;
    bool old = true;
    int rc = GS_DB_DONE;
    int err = begin(store, GS_STMT_ERASE_EVENTS_GET, sql, 0, &stmt, &at);
    if (err != GS_OK) {
        return err;
    }
    while (err == GS_OK && old && (rc = gs_db_step(stmt)) == GS_DB_ROW) {
        err = erase_event(store, stmt, before, &old, &erased);
        at = err == GS_OK && old ? gs_db_column_int(stmt, 0) : at;
        rows += old ? 1 : 0;
    }
    err = err == GS_OK && rc != GS_DB_ROW && rc != GS_DB_DONE ? gs_sql_failed(store, rc, "events cannot be read") : err;
    gs_db_reset(stmt);
    err = err == GS_OK && rows > 0 ? end(store, true, at) : err;
    *out_rows = rows;
    *out_erased = erased;
    return err;
}

int gs_erase_left(struct gs_store *store, int64_t seq, const unsigned char hash[GS_CHAIN_BYTES],
                  const struct gs_chain_link *link, bool *out)
{
    static const char sql[] = "SELECT hash FROM erased_event WHERE seq = ?";
    unsigned char left[GS_CHAIN_BYTES];
    struct gs_statement *stmt;
    *out = false;
    if (!gs_event_is_erased(link->body, link->body_len)) {
        return GS_OK;
    }
    int err = gs_chain_next(hash, link, left);
    err = err != GS_OK ? err : gs_sql_stmt(store, GS_STMT_ERASED_EVENT_GET, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    (void)gs_db_bind_int(stmt, 1, seq);
    int rc = gs_db_step(stmt);
    *out = rc == GS_DB_ROW && gs_db_column_bytes(stmt, 0) == GS_CHAIN_BYTES &&
           memcmp(gs_db_column_blob(stmt, 0), left, GS_CHAIN_BYTES) == 0;
    gs_db_reset(stmt);
    return rc == GS_DB_ROW || rc == GS_DB_DONE ? GS_OK : gs_sql_failed(store, rc, "an event could not be read");
}

/* ---- the journal ---- */

static int64_t checksum_of(int64_t no, const void *body, size_t len)
{
    return gs_sum_end(gs_sum_bytes(gs_sum_int(gs_sum_begin(GS_SUM_JOURNAL), no), body, len));
}

static int put_row(struct gs_store *store, struct gs_state *s, int64_t no, int64_t old_checksum,
                   const struct gs_buf *body)
{
    static const char sql[] = "UPDATE journal SET body = ?2, checksum = ?3 WHERE no = ?1";
    const int64_t checksum = checksum_of(no, body->data, body->len);
    struct gs_statement *stmt;
    int err = gs_sql_stmt(store, GS_STMT_ERASE_JOURNAL, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    gs_total_take(s, GS_COUNT_JOURNAL, old_checksum);
    gs_total_add(s, GS_COUNT_JOURNAL, checksum);
    (void)gs_db_bind_int(stmt, 1, no);
    (void)gs_db_bind_blob(stmt, 2, body->data, body->len);
    (void)gs_db_bind_int(stmt, 3, checksum);
    return gs_sql_run(store, stmt);
}

static int erase_row(struct gs_store *store, struct gs_state *s, struct gs_statement *stmt, gs_date before,
                     bool *out_old, int64_t *erased)
{
    const int64_t no = gs_db_column_int(stmt, 0), checksum = gs_db_column_int(stmt, 2);
    const void *body = gs_db_column_blob(stmt, 1);
    const size_t len = gs_db_column_bytes(stmt, 1);
    int64_t last_ms = 0;
    bool changed = false;
    if (body == NULL || checksum != checksum_of(no, body, len) || gs_journal_last_ms(body, len, &last_ms) != GS_OK) {
        gs_store_note(store, "%s: row %lld of the journal is damaged", store->path, (long long)no);
        return GS_E_CORRUPT;
    }
    *out_old = gs_tz_date(store->tz, last_ms) < before;
    if (!*out_old) {
        return GS_OK;
    }
    struct gs_buf text;
    gs_buf_init(&text, len + GS_STORE_EVENT_TEXT_MAX);
    int err = gs_journal_erase(body, len, &text, &changed);
    err = err == GS_OK ? gs_buf_status(&text) : err;
    if (err == GS_OK && changed) {
        err = put_row(store, s, no, checksum, &text);
        *erased += err == GS_OK ? 1 : 0;
    }
    gs_buf_finish(&text);
    return err;
}

int gs_erase_journal(struct gs_store *store, struct gs_state *s, gs_date before, int64_t *out_rows, int64_t *out_erased)
{
    static const char sql[] = "SELECT no, body, checksum FROM journal WHERE no > ? ORDER BY no LIMIT ?";
    struct gs_statement *stmt = NULL;
    int64_t at = 0, rows = 0, erased = 0;
    bool old = true;
    int rc = GS_DB_DONE;
    int err = begin(store, GS_STMT_ERASE_JOURNAL_GET, sql, 1, &stmt, &at);
    if (err != GS_OK) {
        return err;
    }
    while (err == GS_OK && old && (rc = gs_db_step(stmt)) == GS_DB_ROW) {
        err = erase_row(store, s, stmt, before, &old, &erased);
        at = err == GS_OK && old ? gs_db_column_int(stmt, 0) : at;
        rows += old ? 1 : 0;
    }
    err = err == GS_OK && rc != GS_DB_ROW && rc != GS_DB_DONE ? gs_sql_failed(store, rc, "the journal cannot be read")
                                                              : err;
    gs_db_reset(stmt);
    err = err == GS_OK && rows > 0 ? end(store, false, at) : err;
    *out_rows = rows;
    *out_erased = erased;
    return err;
}
