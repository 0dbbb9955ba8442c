/* Keeps the list of epochs: a few rows, one for each time the store was put back, read once and kept in memory. */
#include "epochs.h"
#include "sql.h"
#include "sum.h"
#include <stdlib.h>

enum { VALUES = 9 };

/* More than the store has ever written in a second, on any disk: see docs/performance.md. */
#define NUMBERS_PER_SECOND INT64_C(400000)
/* What a mark may be behind: it is synced once a second. */
#define SEEN_BEHIND_MS INT64_C(2000)
/* Where nothing was seen: how far the clock may be wrong. */
#define CLOCK_WRONG_MS INT64_C(86400000)

static void list_values(int64_t no, const struct gs_epoch *e, int64_t out[VALUES])
{
    const int64_t values[VALUES] = {
        no,          e->at_ms,           e->cause,     e->last_seq,        e->last_booking_id,
        e->lost_seq, e->lost_booking_id, e->first_seq, e->first_booking_id};
    for (int i = 0; i < VALUES; i++) {
        out[i] = values[i];
    }
}

static int64_t checksum_of(const int64_t values[VALUES])
{
    uint64_t sum = gs_sum_begin(GS_SUM_EPOCH);
    for (int i = 0; i < VALUES; i++) {
        sum = gs_sum_int(sum, values[i]);
    }
    return gs_sum_end(sum);
}

static int take_row(struct gs_store *store, struct gs_statement *stmt)
{
    int64_t values[VALUES];
    for (int i = 0; i < VALUES; i++) {
        values[i] = gs_db_column_int(stmt, i);
    }
    if (gs_db_column_int(stmt, VALUES) != checksum_of(values)) {
        gs_store_note(store, "%s: table epoch is damaged, or was changed by another program", store->path);
        return GS_E_CORRUPT;
    }
    struct gs_epoch *list = realloc(store->epochs, (store->epoch_count + 1) * sizeof *list);
    if (list == NULL) {
        return GS_E_NOMEM;
    }
    store->epochs = list;
    list[store->epoch_count++] = (struct gs_epoch){.at_ms = values[1],
                                                   .cause = (enum gs_epoch_cause)values[2],
                                                   .last_seq = values[3],
                                                   .last_booking_id = values[4],
                                                   .lost_seq = values[5],
                                                   .lost_booking_id = values[6],
                                                   .first_seq = values[7],
                                                   .first_booking_id = values[8]};
    return GS_OK;
}

int gs_epochs_load(struct gs_store *store)
{
    static const char sql[] =
        "SELECT no, at_ms, cause, last_seq, last_booking_id, lost_seq, lost_booking_id, first_seq,"
        " first_booking_id, checksum FROM epoch ORDER BY no";
    struct gs_statement *stmt = NULL;
    int rc = GS_DB_ROW;
    int err = gs_sql_prepare(store, sql, 0, &stmt);
    store->epoch_count = 0;
    while (err == GS_OK && (rc = gs_db_step(stmt)) != GS_DB_DONE) {
        err = rc == GS_DB_ROW ? take_row(store, stmt) : gs_sql_failed(store, rc, "table epoch cannot be read");
    }
    gs_db_finalize(stmt);
    return err;
}

void gs_epochs_leap(struct gs_store *store, enum gs_epoch_cause cause, const struct gs_epoch_seen *seen, int64_t now_ms)
{
    const struct gs_store_marks *m = &store->state.marks;
    int64_t since_ms = now_ms > m->now_ms ? now_ms - m->now_ms : 0;
    int64_t margin = (seen != NULL ? SEEN_BEHIND_MS : since_ms + CLOCK_WRONG_MS) / 1000 * NUMBERS_PER_SECOND;
    store->due = (struct gs_epoch){.cause = cause, .last_seq = m->last_seq, .last_booking_id = m->last_booking_id};
    int64_t seq = m->last_seq, id = m->last_booking_id;
    if (seen != NULL) {
        store->due.lost_seq = seen->last_seq;
        store->due.lost_booking_id = seen->last_booking_id;
        store->batch_seen = seen->batch;
        seq = seen->last_seq > seq ? seen->last_seq : seq;
        id = seen->last_booking_id > id ? seen->last_booking_id : id;
    }
    store->due.first_seq = seq + margin + 1;
    store->due.first_booking_id = id + margin + 1;
}

int gs_epochs_write(struct gs_store *store, struct gs_state *s, const struct gs_epoch *e)
{
    static const char sql[] =
        "INSERT INTO epoch (no, at_ms, cause, last_seq, last_booking_id, lost_seq, lost_booking_id,"
        " first_seq, first_booking_id, checksum) VALUES (?,?,?,?,?,?,?,?,?,?)";
    struct gs_statement *stmt;
    int64_t values[VALUES];
    int err = gs_sql_stmt(store, GS_STMT_EPOCH_PUT, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    list_values(s->epoch, e, values);
    int rc = GS_OK;
    for (int i = 0; i < VALUES && rc == GS_OK; i++) {
        rc = gs_db_bind_int(stmt, i + 1, values[i]);
    }
    const int64_t checksum = checksum_of(values);
    rc = rc != GS_OK ? rc : gs_db_bind_int(stmt, VALUES + 1, checksum);
    gs_total_add(s, GS_COUNT_EPOCH, checksum);
    return gs_sql_run_bound(store, stmt, rc);
}

int gs_epochs_opened(struct gs_store *store)
{
    int err = gs_epochs_load(store);
    err = err == GS_OK && store->db->ops->epoch_opened != NULL ? store->db->ops->epoch_opened(store) : err;
    store->due.cause = GS_EPOCH_NONE;
    store->batch_seen = 0;
    if (err != GS_OK) { /* the epoch is stored, and the next start finds it */
        gs_store_note(store, "%s: its mark cannot be written: %s", store->path, gs_strerror(err));
        return gs_sql_give_up(store);
    }
    return GS_OK;
}

int64_t gs_epochs_before(const struct gs_store *store, int64_t seq)
{
    for (size_t i = 0; i < store->epoch_count; i++) {
        const struct gs_epoch *e = &store->epochs[i];
        if (seq > e->last_seq && seq <= e->first_seq) {
            return e->last_seq;
        }
    }
    return seq - 1;
}

int64_t gs_epochs_after(const struct gs_store *store, int64_t seq)
{
    for (size_t i = 0; i < store->epoch_count; i++) {
        const struct gs_epoch *e = &store->epochs[i];
        if (seq >= e->last_seq && seq < e->first_seq) {
            return e->first_seq;
        }
    }
    return seq + 1;
}

bool gs_epochs_lost(const struct gs_store *store, int64_t seq)
{
    for (size_t i = 0; i < store->epoch_count; i++) {
        const struct gs_epoch *e = &store->epochs[i];
        if (seq > e->last_seq && seq < e->first_seq - 1) {
            return true;
        }
    }
    return false;
}
