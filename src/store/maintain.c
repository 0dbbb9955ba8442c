/* Takes out of the live tables what is over, in slices between batches: past bookings go to the archive, personal data whose time is
 * over is erased, answers kept for retries are forgotten. One slice is one transaction. It never touches what the book may
 * still change. */
#include "maintain.h"
#include "rows.h"
#include "sql.h"
#include "wal.h"

/* What one slice was asked to do, and what it did; taken over by the store once it is durable. */
struct slice {
    struct gs_store *store;
    gs_date first_date, erase_date;
    int64_t idem_before_ms;
    int64_t rows, erased; /* rows done; rows of which personal data went */
    gs_date archived_before, erased_before;
};

static int run_with(struct gs_store *store, sqlite3_stmt *stmt, const int64_t *values, int count, int64_t *out_rows)
{
    int rc = SQLITE_OK;
    for (int i = 0; i < count && rc == SQLITE_OK; i++) {
        rc = sqlite3_bind_int64(stmt, i + 1, values[i]);
    }
    if (rc != SQLITE_OK) {
        return gs_sql_failed(store, rc, "a value could not be bound");
    }
    int err = gs_sql_run(store, stmt);
    if (err == GS_OK) {
        *out_rows = sqlite3_changes64(store->db);
    }
    return err;
}

/* gs_booking_archivable. status >= 5: the terminal ones (rows.c holds the numbers to the enum). */
#define ARCHIVABLE                                                                                                     \
    "SELECT id FROM booking WHERE date < ?1 AND status >= 5"                                                           \
    " AND max(departed_ms, ended_ms) < (?1 - 1) * 86400000 ORDER BY id LIMIT ?2"

static int archive(struct slice *s)
{
    static const char copy[] = "INSERT INTO booking_past ({booking})"
                               " SELECT {booking} FROM booking WHERE id IN (" ARCHIVABLE ")";
    /* One that ends long after its date is archived where the eraser has already been. */
    static const char erase[] = "UPDATE booking_past SET driver_name = '', driver_phone = ''"
                                " WHERE date < ?3 AND id IN (" ARCHIVABLE ")";
    static const char delete[] = "DELETE FROM booking WHERE id IN (" ARCHIVABLE ")";
    if (s->first_date <= s->archived_before) {
        return GS_OK;
    }
    struct gs_store *store = s->store;
    const int64_t values[] = {s->first_date, GS_STORE_SLICE_ROWS, s->erased_before};
    sqlite3_stmt *copying, *erasing, *deleting;
    int64_t copied = 0, deleted = 0;
    int err = gs_sql_stmt(store, GS_STMT_ARCHIVE_COPY, copy, &copying);
    err = err != GS_OK ? err : gs_sql_stmt(store, GS_STMT_ARCHIVE_ERASE, erase, &erasing);
    err = err != GS_OK ? err : gs_sql_stmt(store, GS_STMT_ARCHIVE_DELETE, delete, &deleting);
    err = err != GS_OK ? err : run_with(store, copying, values, 2, &copied);
    if (err == GS_OK && copied > 0) {
        err = run_with(store, erasing, values, 3, &s->erased);
        err = err != GS_OK ? err : run_with(store, deleting, values, 2, &deleted);
    }
    if (err == GS_OK && copied != deleted) {
        gs_store_note(store, "%s: %lld bookings were archived but %lld removed", store->path, (long long)copied,
                      (long long)deleted);
        return GS_E_CORRUPT;
    }
    s->rows = copied;
    if (copied < GS_STORE_SLICE_ROWS) {
        s->archived_before = s->first_date;
    }
    return err;
}

/* The earliest date in the archive that may carry personal data; erase_date if there is none before it. */
static int next_to_erase(struct slice *s, gs_date *out)
{
    static const char sql[] = "SELECT coalesce(min(date), ?2) FROM booking_past WHERE date >= ?1 AND date < ?2";
    sqlite3_stmt *stmt;
    int err = gs_sql_stmt(s->store, GS_STMT_ERASE_NEXT, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    (void)sqlite3_bind_int64(stmt, 1, s->erased_before);
    (void)sqlite3_bind_int64(stmt, 2, s->erase_date);
    int rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW) {
        *out = sqlite3_column_int(stmt, 0);
    } else {
        err = gs_sql_failed(s->store, rc, "the archive cannot be read");
    }
    (void)sqlite3_reset(stmt);
    return err;
}

/* One date at a time, with a mark behind it: so no slice looks again at what earlier ones have erased. */
static int erase(struct slice *s)
{
    static const char sql[] = "UPDATE booking_past SET driver_name = '', driver_phone = '' WHERE id IN"
                              " (SELECT id FROM booking_past WHERE date = ?1"
                              " AND (driver_name <> '' OR driver_phone <> '') LIMIT ?2)";
    static const char mark_sql[] = "UPDATE meta SET erased_before = ?1";
    if (s->erase_date <= s->erased_before) {
        return GS_OK;
    }
    sqlite3_stmt *stmt, *marking;
    gs_date date = 0;
    int64_t marked;
    int err = next_to_erase(s, &date);
    err = err != GS_OK ? err : gs_sql_stmt(s->store, GS_STMT_ERASE, sql, &stmt);
    err = err != GS_OK ? err : gs_sql_stmt(s->store, GS_STMT_ERASE_MARK, mark_sql, &marking);
    if (err == GS_OK && date < s->erase_date) {
        const int64_t values[] = {date, GS_STORE_SLICE_ROWS};
        err = run_with(s->store, stmt, values, 2, &s->rows);
        s->erased = s->rows;
        date += s->rows < GS_STORE_SLICE_ROWS;
    }
    if (err == GS_OK && date != s->erased_before) {
        const int64_t values[] = {date};
        err = run_with(s->store, marking, values, 1, &marked);
        s->erased_before = date;
    }
    return err;
}

static int forget(struct slice *s)
{
    static const char sql[] =
        "DELETE FROM idem WHERE at_ms < ?1 AND row IN (SELECT row FROM idem ORDER BY row LIMIT ?2)";
    const int64_t values[] = {s->idem_before_ms, GS_STORE_SLICE_ROWS};
    sqlite3_stmt *stmt;
    int err = gs_sql_stmt(s->store, GS_STMT_IDEM_FORGET, sql, &stmt);
    return err != GS_OK ? err : run_with(s->store, stmt, values, 2, &s->rows);
}

/* *out_busy: there may be more to do. */
static int run_slice(struct gs_store *store, int (*task)(struct slice *), const struct slice *asked, bool *out_busy)
{
    struct slice s = *asked;
    s.archived_before = store->archived_before;
    s.erased_before = store->erased_before;
    int err = gs_tx_begin(store);
    if (err != GS_OK) {
        return err;
    }
    err = task(&s);
    err = err == GS_OK ? gs_tx_commit(store) : gs_tx_abort(store, err);
    if (err == GS_OK) {
        *out_busy = s.rows > 0 || s.erased_before != store->erased_before;
        store->erased_since = store->erased_since || s.erased > 0;
        store->archived_before = s.archived_before;
        store->erased_before = s.erased_before;
    }
    return err;
}

int gs_maintain_log(struct gs_store *store)
{
    if (store->unusable) {
        return GS_E_IO;
    }
    return gs_wal_is_due(store) ? gs_wal_checkpoint(store) : GS_OK;
}

int gs_store_maintain(struct gs_store *store, gs_date first_date, gs_date erase_date, int64_t idem_before_ms,
                      bool *out_more)
{
    static int (*const tasks[])(struct slice *) = {archive, erase, forget};
    const struct slice asked = {
        .store = store, .first_date = first_date, .erase_date = erase_date, .idem_before_ms = idem_before_ms};
    bool busy = false;
    int err = gs_maintain_log(store);
    for (size_t i = 0; i < sizeof tasks / sizeof tasks[0] && err == GS_OK && !busy; i++) {
        err = run_slice(store, tasks[i], &asked, &busy);
    }
    if (err == GS_OK && !busy && store->erased_since) {
        err = gs_wal_empty(store);
        store->erased_since = err != GS_OK;
    }
    if (err == GS_OK) {
        *out_more = busy;
    }
    return err;
}
