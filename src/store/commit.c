/* Writes a batch: all of its records in their order, one transaction, one fdatasync. This is the path every booking takes, so it does
 * nothing that can be done elsewhere; it decides nothing, and refuses what contradicts what is stored. */
#include "chain.h"
#include "gateslot/core/event.h"
#include "journal_rows.h"
#include "rows.h"
#include "sql.h"
#include "wal.h"
#include <string.h>

/* What the store will remember once the batch is durable. */
struct writing {
    struct gs_store *store;
    struct gs_store_marks marks;
    unsigned char hash[GS_CHAIN_BYTES];
    bool archivable; /* a booking ended on a date that had been archived already */
};

static int run_bound(struct writing *w, sqlite3_stmt *stmt, int rc)
{
    return rc == SQLITE_OK ? gs_sql_run(w->store, stmt) : gs_sql_failed(w->store, rc, "a value could not be bound");
}

/* Never REPLACE: it would delete whoever holds the place. */
static int write_booking(struct writing *w, const struct gs_booking *b)
{
    static const char sql[] = "INSERT INTO booking ({booking}) VALUES ({booking?})"
                              " ON CONFLICT (id) DO UPDATE SET {booking=}";
    sqlite3_stmt *stmt;
    int err = gs_sql_stmt(w->store, GS_STMT_BOOKING_PUT, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    if (b->id > w->marks.last_booking_id) {
        w->marks.last_booking_id = b->id;
    }
    if (gs_status_terminal(b->status) && b->wish.date < w->store->archived_before) {
        w->archivable = true;
    }
    return run_bound(w, stmt, gs_row_bind_booking(stmt, b));
}

/* The event's text and its hash, in store->text and w->hash. */
static int chain_event(struct writing *w, const struct gs_event *e)
{
    struct gs_store *store = w->store;
    gs_buf_clear(&store->text);
    gs_event_json(e, store->tz, &store->text);
    int err = gs_buf_status(&store->text);
    if (err != GS_OK) {
        gs_store_note(store, "event %lld has no text: %s", (long long)e->seq, gs_strerror(err));
        return err == GS_E_NOMEM ? GS_E_NOMEM : GS_E_CORRUPT;
    }
    const struct gs_chain_link link = {.booking_id = e->booking_id,
                                       .prev = e->prev,
                                       .owner = e->owner,
                                       .body = store->text.data,
                                       .body_len = store->text.len};
    return gs_chain_next(w->hash, &link, w->hash);
}

static int write_event(struct writing *w, const struct gs_event *e)
{
    static const char sql[] = "INSERT INTO event (seq, booking_id, prev, owner, hash, body) VALUES (?,?,?,?,?,?)";
    struct gs_store *store = w->store;
    sqlite3_stmt *stmt;
    int err = gs_sql_stmt(store, GS_STMT_EVENT_PUT, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    if (e->seq != w->marks.last_seq + 1) {
        gs_store_note(store, "event %lld does not follow %lld", (long long)e->seq, (long long)w->marks.last_seq);
        return GS_E_CORRUPT;
    }
    err = chain_event(w, e);
    if (err != GS_OK) {
        return err;
    }
    w->marks.last_seq = e->seq;
    int rc = sqlite3_bind_int64(stmt, 1, e->seq);
    rc = rc != SQLITE_OK ? rc : sqlite3_bind_int64(stmt, 2, e->booking_id);
    rc = rc != SQLITE_OK ? rc : sqlite3_bind_int64(stmt, 3, e->prev);
    rc = rc != SQLITE_OK ? rc : sqlite3_bind_text(stmt, 4, e->owner, (int)strlen(e->owner), SQLITE_STATIC);
    rc = rc != SQLITE_OK ? rc : sqlite3_bind_blob(stmt, 5, w->hash, GS_CHAIN_BYTES, SQLITE_STATIC);
    rc = rc != SQLITE_OK ? rc : sqlite3_bind_text(stmt, 6, store->text.data, (int)store->text.len, SQLITE_STATIC);
    return run_bound(w, stmt, rc);
}

static int write_capacity(struct writing *w, const struct gs_capacity *c)
{
    static const char sql[] = "INSERT INTO capacity ({capacity}) VALUES ({capacity?})"
                              " ON CONFLICT (date, \"window\") DO UPDATE SET {capacity=}";
    sqlite3_stmt *stmt;
    int err = gs_sql_stmt(w->store, GS_STMT_CAPACITY_PUT, sql, &stmt);
    return err != GS_OK ? err : run_bound(w, stmt, gs_row_bind_capacity(stmt, c));
}

static int reset_capacity(struct writing *w, const struct gs_capacity *c)
{
    static const char sql[] = "DELETE FROM capacity WHERE date = ? AND \"window\" = ?";
    sqlite3_stmt *stmt;
    int err = gs_sql_stmt(w->store, GS_STMT_CAPACITY_RESET, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    int rc = sqlite3_bind_int64(stmt, 1, c->date);
    rc = rc != SQLITE_OK ? rc : sqlite3_bind_text(stmt, 2, c->window, -1, SQLITE_STATIC);
    return run_bound(w, stmt, rc);
}

static int write_idem(struct writing *w, const struct gs_idem *i)
{
    static const char sql[] = "INSERT INTO idem (row, {idem}, body) VALUES (?, {idem?}, ?)";
    sqlite3_stmt *stmt;
    int err = gs_sql_stmt(w->store, GS_STMT_IDEM_PUT, sql, &stmt);
    return err != GS_OK ? err : run_bound(w, stmt, gs_row_bind_idem(stmt, ++w->marks.last_idem_row, i));
}

static int write_token(struct writing *w, const struct gs_token *t)
{
    static const char sql[] = "INSERT INTO token ({token}) VALUES ({token?})";
    sqlite3_stmt *stmt;
    int err = gs_sql_stmt(w->store, GS_STMT_TOKEN_PUT, sql, &stmt);
    return err != GS_OK ? err : run_bound(w, stmt, gs_row_bind_token(stmt, t));
}

static int revoke_token(struct writing *w, const struct gs_token *t)
{
    static const char sql[] = "DELETE FROM token WHERE name = ?";
    sqlite3_stmt *stmt;
    int err = gs_sql_stmt(w->store, GS_STMT_TOKEN_REVOKE, sql, &stmt);
    return err != GS_OK ? err : run_bound(w, stmt, sqlite3_bind_text(stmt, 1, t->name, -1, SQLITE_STATIC));
}

static int write_record(struct writing *w, const struct gs_record *r)
{
    switch (r->kind) {
    case GS_REC_BOOKING:
        return write_booking(w, r->u.booking);
    case GS_REC_EVENT:
        return write_event(w, r->u.event);
    case GS_REC_CAPACITY:
        return write_capacity(w, r->u.capacity);
    case GS_REC_CAPACITY_RESET:
        return reset_capacity(w, r->u.capacity);
    case GS_REC_IDEM:
        return write_idem(w, r->u.idem);
    case GS_REC_TOKEN:
        return write_token(w, r->u.token);
    case GS_REC_TOKEN_REVOKE:
        return revoke_token(w, r->u.token);
    }
    return GS_E_CORRUPT;
}

static int write_marks(struct writing *w)
{
    static const char sql[] = "UPDATE meta SET last_booking_id = ?, last_seq = ?, last_idem_row = ?, now_ms = ?";
    sqlite3_stmt *stmt;
    int err = gs_sql_stmt(w->store, GS_STMT_META_PUT, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    const int64_t values[] = {w->marks.last_booking_id, w->marks.last_seq, w->marks.last_idem_row, w->marks.now_ms};
    int rc = SQLITE_OK;
    for (int i = 0; i < 4 && rc == SQLITE_OK; i++) {
        rc = sqlite3_bind_int64(stmt, i + 1, values[i]);
    }
    return run_bound(w, stmt, rc);
}

static int write_all(struct writing *w, const struct gs_batch *batch)
{
    int err = GS_OK;
    for (const struct gs_record *r = batch->first; r != NULL && err == GS_OK; r = r->next) {
        err = write_record(w, r);
    }
    if (err == GS_OK && batch->journal.len > 0) {
        err = gs_journal_write(w->store, &batch->journal);
    }
    return err != GS_OK ? err : write_marks(w);
}

int gs_store_commit(struct gs_store *store, const struct gs_batch *batch)
{
    if (store->unusable) {
        return GS_E_IO;
    }
    if (batch->failed) {
        return GS_E_NOMEM;
    }
    if (batch->first == NULL && batch->journal.len == 0 && batch->now_ms <= store->marks.now_ms) {
        return GS_OK;
    }
    /* Only where nobody maintains the store: before the transaction, so that a failure means "nothing stored". */
    int err = store->wal_frames - store->wal_floor >= GS_STORE_WAL_FRAMES_MAX ? gs_wal_checkpoint(store) : GS_OK;
    if (err != GS_OK) {
        return err;
    }
    struct writing w = {.store = store, .marks = store->marks};
    memcpy(w.hash, store->last_hash, sizeof w.hash);
    if (batch->now_ms > w.marks.now_ms) {
        w.marks.now_ms = batch->now_ms;
    }
    err = gs_tx_begin(store);
    if (err != GS_OK) {
        return err;
    }
    err = write_all(&w, batch);
    err = err == GS_OK ? gs_tx_commit(store) : gs_tx_abort(store, err);
    if (err != GS_OK) {
        return err;
    }
    store->marks = w.marks;
    memcpy(store->last_hash, w.hash, sizeof w.hash);
    if (w.archivable) {
        store->archived_before = INT32_MIN;
    }
    return GS_OK;
}
