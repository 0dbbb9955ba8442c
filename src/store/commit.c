/* Writes a batch: all of its records in their order, one transaction, one fdatasync. This is the path every booking takes, so it does
 * nothing that can be done elsewhere; it decides nothing, and refuses what contradicts what is stored. */
#include "access_rows.h"
#include "chain.h"
#include "epochs.h"
#include "excuse_row.h"
#include "gateslot/core/event.h"
#include "journal_rows.h"
#include "rows.h"
#include "sql.h"
#include <string.h>

/* What the store will remember once the batch is durable. */
struct writing {
    struct gs_store *store;
    struct gs_state state;
    bool archivable; /* a booking ended on a date that had been archived already */
    bool new_epoch;
};

/* Never REPLACE: it would delete whoever holds the place. */
static int write_booking(struct writing *w, const struct gs_booking *b)
{
    static const char sql[] = "INSERT INTO booking ({booking}) VALUES ({booking?})"
                              " ON CONFLICT (id) DO UPDATE SET {booking=}";
    struct gs_statement *stmt;
    int64_t checksum;
    int err = gs_sql_stmt(w->store, GS_STMT_BOOKING_PUT, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    if (b->id > w->state.marks.last_booking_id) {
        w->state.marks.last_booking_id = b->id;
    }
    if (gs_status_terminal(b->status) && b->wish.date < w->store->archived_before) {
        w->archivable = true;
    }
    struct gs_booking erased;
    const gs_date erased_before = w->store->state.erased_before; /* 0: nothing was erased yet */
    if (erased_before > 0 &&
        b->wish.date < erased_before) { /* whoever has not left by then keeps his place, not his name */
        erased = *b;
        memset(erased.truck.driver_name, 0, sizeof erased.truck.driver_name);
        memset(erased.truck.driver_phone, 0, sizeof erased.truck.driver_phone);
        b = &erased;
    }
    int rc = gs_row_bind_booking(stmt, b, &checksum);
    return gs_row_sums_put(w->store, &w->state, GS_COUNT_BOOKING, b, stmt, rc, checksum);
}

/* The event's text and its hash, in store->text and w->state.last_hash. */
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
    return gs_chain_next(w->state.last_hash, &link, w->state.last_hash);
}

static int write_event(struct writing *w, const struct gs_event *e)
{
    static const char sql[] = "INSERT INTO event (seq, booking_id, prev, owner, hash, body) VALUES (?,?,?,?,?,?)";
    struct gs_store *store = w->store;
    struct gs_statement *stmt;
    int err = gs_sql_stmt(store, GS_STMT_EVENT_PUT, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    if (e->seq != w->state.marks.last_seq + 1) {
        gs_store_note(store, "event %lld does not follow %lld", (long long)e->seq, (long long)w->state.marks.last_seq);
        return GS_E_CORRUPT;
    }
    err = chain_event(w, e);
    if (err == GS_OK && store->tells) {
        err = gs_durable_events_add(&store->told, e, store->text.data, store->text.len);
    }
    if (err != GS_OK) {
        return err;
    }
    w->state.marks.last_seq = e->seq;
    int rc = gs_db_bind_int(stmt, 1, e->seq);
    rc = rc != GS_OK ? rc : gs_db_bind_int(stmt, 2, e->booking_id);
    rc = rc != GS_OK ? rc : gs_db_bind_int(stmt, 3, e->prev);
    rc = rc != GS_OK ? rc : gs_db_bind_text(stmt, 4, e->owner, strlen(e->owner));
    rc = rc != GS_OK ? rc : gs_db_bind_blob(stmt, 5, w->state.last_hash, GS_CHAIN_BYTES);
    rc = rc != GS_OK ? rc : gs_db_bind_text(stmt, 6, store->text.data, store->text.len);
    return gs_sql_run_bound(w->store, stmt, rc);
}

static int bind_window(struct gs_statement *stmt, const struct gs_capacity *c)
{
    int rc = gs_db_bind_int(stmt, 1, c->date);
    return rc != GS_OK ? rc : gs_db_bind_text(stmt, 2, c->window, strlen(c->window));
}

static int write_capacity(struct writing *w, const struct gs_capacity *c)
{
    static const char sql[] = "INSERT INTO capacity ({capacity}) VALUES ({capacity?})"
                              " ON CONFLICT (date, \"window\") DO UPDATE SET {capacity=}";
    struct gs_statement *stmt;
    int64_t checksum;
    int err = gs_sql_stmt(w->store, GS_STMT_CAPACITY_PUT, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    int rc = gs_row_bind_capacity(stmt, c, &checksum);
    return gs_row_sums_put(w->store, &w->state, GS_COUNT_CAPACITY, c, stmt, rc, checksum);
}

static int reset_capacity(struct writing *w, const struct gs_capacity *c)
{
    static const char sql[] = "DELETE FROM capacity WHERE date = ? AND \"window\" = ?";
    struct gs_statement *stmt;
    int err = gs_sql_stmt(w->store, GS_STMT_CAPACITY_RESET, sql, &stmt);
    return err != GS_OK ? err
                        : gs_row_sums_remove(w->store, &w->state, GS_COUNT_CAPACITY, c, stmt, bind_window(stmt, c));
}

static int write_turned_away(struct writing *w, const struct gs_turned_away *t)
{
    static const char sql[] = "INSERT INTO turned_away ({turned_away}) VALUES ({turned_away?})";
    struct gs_statement *stmt;
    int64_t checksum;
    int err = gs_sql_stmt(w->store, GS_STMT_TURNED_AWAY_PUT, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    int rc = gs_row_bind_turned_away(stmt, t, &checksum);
    return gs_state_put_row(w->store, &w->state, GS_COUNT_TURNED_AWAY, stmt, rc, checksum);
}

static int write_idem(struct writing *w, const struct gs_idem *i)
{
    static const char sql[] = "INSERT INTO idem (row, body, {idem}) VALUES (?, ?, {idem?})";
    struct gs_statement *stmt;
    int64_t checksum;
    int err = gs_sql_stmt(w->store, GS_STMT_IDEM_PUT, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    if (i->at_ms < w->store->kept_since_ms) {
        w->store->kept_since_ms = i->at_ms;
    }
    int rc = gs_row_bind_idem(stmt, ++w->state.marks.last_idem_row, i, &checksum);
    return gs_state_put_row(w->store, &w->state, GS_COUNT_IDEM, stmt, rc, checksum);
}

/* The numbers go on where the epoch says, and the batches beyond what the mark has seen. */
static int open_epoch(struct writing *w, const struct gs_epoch *e)
{
    struct gs_state *s = &w->state;
    s->epoch++;
    s->pending = 0;
    if (w->store->batch_seen > s->batch) {
        s->batch = w->store->batch_seen;
    }
    s->marks.last_seq = e->first_seq - 1;
    s->marks.last_booking_id = e->first_booking_id - 1;
    w->new_epoch = true;
    return gs_epochs_write(w->store, s, e);
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
    case GS_REC_TOKEN_REVOKE:
    case GS_REC_USER:
    case GS_REC_USER_DELETE:
    case GS_REC_SESSION:
    case GS_REC_SESSION_CLOSE:
    case GS_REC_WEBHOOK:
    case GS_REC_WEBHOOK_DELETE:
    case GS_REC_WEBHOOK_RETRY:
    case GS_REC_WEBHOOK_RETRIED:
        return gs_access_write(w->store, &w->state, r);
    case GS_REC_EPOCH:
        return open_epoch(w, r->u.epoch);
    case GS_REC_EXCUSED:
        return gs_excuse_row(w->store, &w->state, r->u.excused);
    case GS_REC_TURNED_AWAY:
        return write_turned_away(w, r->u.turned_away);
    }
    return GS_E_CORRUPT;
}

static int write_all(struct writing *w, const struct gs_batch *batch)
{
    int err = GS_OK;
    for (const struct gs_record *r = batch->first; r != NULL && err == GS_OK; r = r->next) {
        err = write_record(w, r);
    }
    if (err == GS_OK && batch->journal.len > 0) {
        err = gs_journal_write(w->store, &w->state, &batch->journal);
    }
    return err != GS_OK ? err : gs_state_write(w->store, &w->state);
}

static int commit(struct gs_store *store, const struct gs_batch *batch)
{
    if (store->unusable) {
        return GS_E_IO;
    }
    if (batch->failed) {
        return GS_E_NOMEM;
    }
    if (batch->first == NULL && batch->journal.len == 0 && batch->now_ms <= store->state.marks.now_ms) {
        return GS_OK;
    }
    const int64_t began_us = gs_monotonic_us();
    const struct gs_database_ops *db = store->db->ops;
    int err = gs_row_sums_need(store);
    err = err == GS_OK && db->before_batch != NULL ? db->before_batch(store) : err;
    if (err != GS_OK) {
        return err;
    }
    struct writing w = {.store = store, .state = store->state};
    if (batch->now_ms > w.state.marks.now_ms) {
        w.state.marks.now_ms = batch->now_ms;
    }
    err = gs_tx_begin(store);
    if (err != GS_OK) {
        return err;
    }
    err = write_all(&w, batch);
    err = err == GS_OK ? gs_tx_commit(store) : gs_tx_abort(store, err);
    /* Durable in what is no longer the store is not durable. */
    if (err == GS_OK && db->look != NULL && db->look(store) != GS_OK) {
        err = gs_sql_give_up(store);
    }
    if (err != GS_OK) {
        return err;
    }
    gs_state_take(store, &w.state);
    gs_histogram_observe(&store->times.commit, gs_monotonic_us() - began_us);
    if (w.archivable) {
        store->archived_before = INT32_MIN;
    }
    return w.new_epoch ? gs_epochs_opened(store) : GS_OK;
}

int gs_store_commit(struct gs_store *store, const struct gs_batch *batch)
{
    gs_durable_events_finish(&store->told);
    int err = commit(store, batch);
    if (err != GS_OK) {
        gs_durable_events_finish(&store->told);
    }
    return err;
}

void gs_store_tell(struct gs_store *store, bool tells)
{
    store->tells = tells;
}

struct gs_durable_events gs_store_told(struct gs_store *store)
{
    struct gs_durable_events told = store->told;
    store->told = (struct gs_durable_events){0};
    return told;
}

const struct gs_store_times *gs_store_times(const struct gs_store *store)
{
    return &store->times;
}
