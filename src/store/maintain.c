/* Takes out of the live tables what is over, in slices between batches: past bookings go to the archive, personal data whose time is
 * over is erased, answers kept for retries are forgotten. One slice is one transaction. It never touches what the book may
 * still change. */
#include "maintain.h"
#include "erase.h"
#include "gateslot/core/event.h"
#include "rows.h"
#include "search_index.h"
#include "sql.h"
#include "verify.h"

/* What one slice was asked to do, and what it did; taken over by the store once it is durable. */
struct slice {
    struct gs_store *store;
    gs_date first_date, erase_date;
    int64_t idem_before_ms;
    int64_t rows, erased; /* rows done; rows of which personal data went */
    gs_date archived_before, live_erased_before, texts_erased_before;
    int64_t kept_since_ms;
    struct gs_state state;
};

static int bind_values(struct gs_store *store, struct gs_statement *stmt, const int64_t *values)
{
    int rc = GS_OK;
    for (int i = 0; i < gs_db_parameter_count(stmt) && rc == GS_OK; i++) {
        /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): each caller has a value for each parameter */
        rc = gs_db_bind_int(stmt, i + 1, values[i]);
    }
    return rc == GS_OK ? GS_OK : gs_sql_failed(store, rc, "a value could not be bound");
}

/* What the row at hand names, a booking that is gone. */
static int forget_booking(struct gs_store *store, struct gs_statement *stmt, int column)
{
    struct gs_row_name name;
    int64_t old;
    int err = gs_row_name_read(GS_COUNT_BOOKING, stmt, column, &name);
    if (err == GS_OK) {
        (void)gs_row_sums_drop(&store->sums, &name, &old);
    }
    return err;
}

/* A statement that gives the checksum of each row that it has written or deleted, and behind it the id of a booking that is gone; or none. */
static int run_with(struct gs_store *store, enum gs_stmt slot, const char *sql, const int64_t *values,
                    struct gs_total *out)
{
    struct gs_statement *stmt;
    int rc = GS_DB_ROW;
    struct gs_total total = {0};
    int err = gs_sql_stmt(store, slot, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    err = bind_values(store, stmt, values);
    while (err == GS_OK && (rc = gs_db_step(stmt)) != GS_DB_DONE) {
        if (rc == GS_DB_ROW) {
            total.rows++;
            total.sum += (uint64_t)gs_db_column_int(stmt, 0);
            err = gs_db_column_count(stmt) > 1 ? forget_booking(store, stmt, 1) : GS_OK;
        } else {
            err = gs_sql_failed(store, rc, "a statement failed");
        }
    }
    gs_db_reset(stmt);
    *out = total;
    return err;
}

/* A statement that looks at rows before they are touched, each with its checksum last: their number and the total of those. */
static int look_with(struct gs_store *store, enum gs_stmt slot, const char *sql, enum gs_summed what,
                     const int64_t *values, struct gs_total *out)
{
    struct gs_statement *stmt;
    int rc = GS_DB_DONE;
    *out = (struct gs_total){0};
    int err = gs_sql_stmt(store, slot, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    err = bind_values(store, stmt, values);
    while (err == GS_OK && (rc = gs_db_step(stmt)) == GS_DB_ROW) {
        const int columns = gs_db_column_count(stmt) - 1;
        const int64_t checksum = gs_db_column_int(stmt, columns);
        if (checksum != gs_row_sum(stmt, what, columns)) {
            gs_store_note(store,
                          "%s: bookings to be archived or erased are damaged, or were changed by another program",
                          store->path);
            err = GS_E_CORRUPT;
        }
        out->rows++;
        out->sum += (uint64_t)checksum;
    }
    if (err == GS_OK && rc != GS_DB_DONE) {
        err = gs_sql_failed(store, rc, "bookings cannot be read");
    }
    gs_db_reset(stmt);
    return err;
}

/* How erased rows, of which the checksum is 0 for now, get theirs: find gives the columns that the checksum is of and then those of the key,
 * put takes the checksum and the key. */
struct seal {
    enum gs_stmt find_slot, put_slot;
    const char *find, *put;
    enum gs_summed what;
    int keys;
    bool remembered; /* the checksums of its rows are: row_sums.h */
    enum gs_counted table;
};

static int put_seal(struct gs_store *store, const struct seal *seal, struct gs_statement *row, int64_t checksum)
{
    const int columns = gs_db_column_count(row) - seal->keys;
    struct gs_statement *stmt;
    int err = gs_sql_stmt(store, seal->put_slot, seal->put, &stmt);
    if (err != GS_OK) {
        return err;
    }
    int rc = gs_db_bind_int(stmt, 1, checksum);
    for (int i = 0; i < seal->keys && rc == GS_OK; i++) {
        if (gs_db_column_type(row, columns + i) == GS_DB_INT) {
            rc = gs_db_bind_int(stmt, 2 + i, gs_db_column_int(row, columns + i));
        } else {
            const char *text = gs_db_column_text(row, columns + i);
            rc = gs_db_bind_text(stmt, 2 + i, text, gs_db_column_bytes(row, columns + i));
        }
    }
    return gs_sql_run_bound(store, stmt, rc);
}

static int remember_seal(struct gs_store *store, const struct seal *seal, struct gs_statement *row, int64_t checksum)
{
    struct gs_row_name name;
    if (!seal->remembered) {
        return GS_OK;
    }
    int err = gs_row_name_read(seal->table, row, gs_db_column_count(row) - seal->keys, &name);
    return err != GS_OK ? err : gs_row_sums_set(&store->sums, &name, checksum);
}

static int seal_rows(struct gs_store *store, const struct seal *seal, const int64_t *values, struct gs_total *out)
{
    struct gs_statement *stmt;
    int rc = GS_DB_DONE;
    *out = (struct gs_total){0};
    int err = gs_sql_stmt(store, seal->find_slot, seal->find, &stmt);
    if (err != GS_OK) {
        return err;
    }
    err = bind_values(store, stmt, values);
    while (err == GS_OK && (rc = gs_db_step(stmt)) == GS_DB_ROW) {
        const int64_t checksum = gs_row_sum(stmt, seal->what, gs_db_column_count(stmt) - seal->keys);
        err = put_seal(store, seal, stmt, checksum);
        err = err != GS_OK ? err : remember_seal(store, seal, stmt, checksum);
        out->rows++;
        out->sum += (uint64_t)checksum;
    }
    if (err == GS_OK && rc != GS_DB_DONE) {
        err = gs_sql_failed(store, rc, "erased rows cannot be read");
    }
    gs_db_reset(stmt);
    return err;
}

/* Rows of a table are now others: as many, or as many fewer or more. */
static void exchange(struct gs_state *s, enum gs_counted table, const struct gs_total *old, const struct gs_total *now)
{
    s->totals[table].rows += now->rows - old->rows;
    s->totals[table].sum += now->sum - old->sum;
}

/* gs_booking_archivable. status >= 5: the terminal ones (rows.c holds the numbers to the enum). */
#define ARCHIVABLE                                                                                                     \
    "SELECT id FROM booking WHERE date < ?1 AND status >= 5"                                                           \
    " AND (CASE WHEN status IN (5, 9) THEN updated_ms ELSE ended_ms END) < (?1 - 1) * 86400000 ORDER BY id LIMIT ?2"

#define LOOK "SELECT {booking*}, checksum FROM "
#define ERASE "UPDATE booking_past SET driver_name = '', driver_phone = '', checksum = 0 WHERE "
#define ERASED_PAST "SELECT {booking*}, id FROM booking_past WHERE checksum = 0 AND "
#define SEAL_PAST "UPDATE booking_past SET checksum = ?1 WHERE id = ?2"

/* One that ends long after its date is archived where the eraser has already been. */
static int erase_archived(struct slice *s, const int64_t *values)
{
#define LATE "date < ?3 AND id IN (" ARCHIVABLE ")"
    struct gs_total old, now, none;
    static const struct seal seal = {.find_slot = GS_STMT_ARCHIVE_SEAL,
                                     .put_slot = GS_STMT_PAST_SEAL_PUT,
                                     .find = ERASED_PAST LATE,
                                     .put = SEAL_PAST,
                                     .what = GS_SUM_BOOKING,
                                     .keys = 1};
    int err =
        look_with(s->store, GS_STMT_ARCHIVE_ERASE_CHECK, LOOK "booking_past WHERE " LATE, GS_SUM_BOOKING, values, &old);
    if (err != GS_OK || old.rows == 0) {
        return err;
    }
    err = run_with(s->store, GS_STMT_ARCHIVE_ERASE, ERASE LATE, values, &none);
    err = err != GS_OK ? err : seal_rows(s->store, &seal, values, &now);
    if (err == GS_OK) {
        exchange(&s->state, GS_COUNT_PAST, &old, &now);
        s->erased = now.rows;
    }
    return err;
}

static int index_archived(struct slice *s, const int64_t *values)
{
    static const char sql[] = "SELECT {booking} FROM booking WHERE id IN (" ARCHIVABLE ") ORDER BY id";
    struct gs_index_writer w = {.store = s->store, .total = &s->state.totals[GS_COUNT_GRAM]};
    struct gs_statement *stmt;
    struct gs_booking b;
    int rc = GS_DB_ROW;
    int err = gs_sql_stmt(s->store, GS_STMT_ARCHIVE_INDEX, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    err = bind_values(s->store, stmt, values);
    while (err == GS_OK && (rc = gs_db_step(stmt)) == GS_DB_ROW) {
        err = gs_row_read_booking(stmt, &b);
        err = err != GS_OK ? err : gs_index_writer_add(&w, &b);
    }
    if (err == GS_OK && rc != GS_DB_DONE) {
        err = gs_sql_failed(s->store, rc, "bookings cannot be read");
    }
    gs_db_reset(stmt);
    err = err != GS_OK ? err : gs_index_writer_flush(&w);
    gs_index_writer_finish(&w);
    return err;
}

static bool may_archive(const struct slice *s)
{
    return s->first_date > s->archived_before;
}

static int archive(struct slice *s)
{
    static const char look[] = LOOK "booking WHERE id IN (" ARCHIVABLE ")";
    static const char copy[] = "INSERT INTO booking_past ({booking})"
                               " SELECT {booking} FROM booking WHERE id IN (" ARCHIVABLE ") RETURNING checksum";
    static const char delete[] = "DELETE FROM booking WHERE id IN (" ARCHIVABLE ") RETURNING checksum, id";
    static const struct gs_total none = {0};
    struct gs_store *store = s->store;
    const int64_t values[] = {s->first_date, GS_STORE_ARCHIVE_ROWS, s->state.erased_before};
    struct gs_total found = {0}, copied = {0}, deleted = {0};
    int err = look_with(store, GS_STMT_ARCHIVE_CHECK, look, GS_SUM_BOOKING, values, &found);
    if (err == GS_OK && found.rows > 0) {
        err = run_with(store, GS_STMT_ARCHIVE_COPY, copy, values, &copied);
        exchange(&s->state, GS_COUNT_PAST, &none, &copied);
        err = err != GS_OK ? err : index_archived(s, values);
        err = err != GS_OK ? err : erase_archived(s, values);
        err = err != GS_OK ? err : run_with(store, GS_STMT_ARCHIVE_DELETE, delete, values, &deleted);
        exchange(&s->state, GS_COUNT_BOOKING, &deleted, &none);
    }
    if (err == GS_OK && (copied.rows != deleted.rows || copied.sum != deleted.sum)) {
        gs_store_note(store, "%s: %lld bookings were archived but %lld removed", store->path, (long long)copied.rows,
                      (long long)deleted.rows);
        return GS_E_CORRUPT;
    }
    s->rows = found.rows;
    if (found.rows < GS_STORE_ARCHIVE_ROWS) {
        s->archived_before = s->first_date;
    }
    return err;
}

/* The earliest date in the archive that may carry personal data; erase_date if there is none before it. */
static int next_to_erase(struct slice *s, gs_date *out)
{
    static const char sql[] = "SELECT coalesce(min(date), ?2) FROM booking_past WHERE date >= ?1 AND date < ?2";
    struct gs_statement *stmt;
    int err = gs_sql_stmt(s->store, GS_STMT_ERASE_NEXT, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    (void)gs_db_bind_int(stmt, 1, s->state.erased_before);
    (void)gs_db_bind_int(stmt, 2, s->erase_date);
    int rc = gs_db_step(stmt);
    if (rc == GS_DB_ROW) {
        *out = (int32_t)gs_db_column_int(stmt, 0);
    } else {
        err = gs_sql_failed(s->store, rc, "the archive cannot be read");
    }
    gs_db_reset(stmt);
    return err;
}

static bool may_erase(const struct slice *s)
{
    return s->erase_date > s->state.erased_before;
}

/* One date at a time, with a mark behind it: so no slice looks again at what earlier ones have erased. */
static int erase(struct slice *s)
{
#define OF_DAY                                                                                                         \
    "id IN (SELECT id FROM booking_past WHERE date = ?1 AND (driver_name <> '' OR driver_phone <> '')"                 \
    " ORDER BY id LIMIT ?2)"
    static const struct seal seal = {.find_slot = GS_STMT_ERASE_SEAL,
                                     .put_slot = GS_STMT_PAST_SEAL_PUT,
                                     .find = ERASED_PAST "date = ?1",
                                     .put = SEAL_PAST,
                                     .what = GS_SUM_BOOKING,
                                     .keys = 1};
    struct gs_total old = {0}, now = {0}, none;
    gs_date date = 0;
    int err = next_to_erase(s, &date);
    if (err == GS_OK && date < s->erase_date) {
        const int64_t values[] = {date, GS_STORE_SLICE_ROWS};
        err = look_with(s->store, GS_STMT_ERASE_CHECK, LOOK "booking_past WHERE " OF_DAY, GS_SUM_BOOKING, values, &old);
        err = err != GS_OK ? err : run_with(s->store, GS_STMT_ERASE, ERASE OF_DAY, values, &none);
        err = err != GS_OK ? err : seal_rows(s->store, &seal, values, &now);
        exchange(&s->state, GS_COUNT_PAST, &old, &now);
        s->rows = s->erased = now.rows;
        date += now.rows < GS_STORE_SLICE_ROWS;
    }
    s->state.erased_before = date;
    return err;
}

/* Rows of a table that are to be erased, those that still have anything: looked at, erased, and sealed anew. */
static int erase_rows(struct slice *s, enum gs_counted table, enum gs_stmt slot, const char *look, const char *erase,
                      const struct seal *seal)
{
    const int64_t values[] = {s->erase_date};
    struct gs_total old, now = {0}, none;
    int err = look_with(s->store, slot, look, seal->what, values, &old);
    if (err != GS_OK || old.rows == 0) {
        return err;
    }
    err = run_with(s->store, (enum gs_stmt)(slot + 1), erase, values, &none);
    err = err != GS_OK ? err : seal_rows(s->store, seal, values, &now);
    exchange(&s->state, table, &old, &now);
    s->rows += now.rows;
    s->erased += now.rows;
    return err;
}

#define LIVE_OLD "date < ?1 AND (driver_name <> '' OR driver_phone <> '')"
#define SAID_OLD "date < ?1 AND reason NOT IN ('', '" GS_ERASED_TEXT "')"

static int erase_bookings(struct slice *s)
{
    static const struct seal seal = {.find_slot = GS_STMT_ERASE_LIVE_SEAL,
                                     .put_slot = GS_STMT_LIVE_SEAL_PUT,
                                     .find = "SELECT {booking*}, id FROM booking WHERE date < ?1 AND checksum = 0",
                                     .put = "UPDATE booking SET checksum = ?1 WHERE id = ?2",
                                     .what = GS_SUM_BOOKING,
                                     .keys = 1,
                                     .remembered = true,
                                     .table = GS_COUNT_BOOKING};
    return erase_rows(s, GS_COUNT_BOOKING, GS_STMT_ERASE_LIVE_CHECK, LOOK "booking WHERE " LIVE_OLD,
                      "UPDATE booking SET driver_name = '', driver_phone = '', checksum = 0 WHERE " LIVE_OLD, &seal);
}

static int erase_capacities(struct slice *s)
{
    static const struct seal seal = {
        .find_slot = GS_STMT_ERASE_CAPACITY_SEAL,
        .put_slot = GS_STMT_CAPACITY_SEAL_PUT,
        .find = "SELECT {capacity*}, date, \"window\" FROM capacity WHERE date < ?1 AND checksum = 0",
        .put = "UPDATE capacity SET checksum = ?1 WHERE date = ?2 AND \"window\" = ?3",
        .what = GS_SUM_CAPACITY,
        .keys = 2,
        .remembered = true,
        .table = GS_COUNT_CAPACITY};
    return erase_rows(s, GS_COUNT_CAPACITY, GS_STMT_ERASE_CAPACITY_CHECK,
                      "SELECT {capacity*}, checksum FROM capacity WHERE " SAID_OLD,
                      "UPDATE capacity SET reason = '" GS_ERASED_TEXT "', checksum = 0 WHERE " SAID_OLD, &seal);
}

/* Of what the journal begins with. */
static int erase_begun(struct slice *s)
{
    static const struct seal seal = {
        .find_slot = GS_STMT_ERASE_BEGUN_SEAL,
        .put_slot = GS_STMT_BEGUN_SEAL_PUT,
        .find = "SELECT {capacity*}, date, \"window\" FROM journal_capacity WHERE checksum = 0",
        .put = "UPDATE journal_capacity SET checksum = ?1 WHERE date = ?2 AND \"window\" = ?3",
        .what = GS_SUM_CAPACITY,
        .keys = 2};
    static const char sql[] = "UPDATE journal_capacity SET reason = '" GS_ERASED_TEXT "', checksum = 0 WHERE " SAID_OLD;
    const int64_t values[] = {s->erase_date};
    struct gs_total none;
    int err = run_with(s->store, GS_STMT_ERASE_BEGUN, sql, values, &none);
    return err != GS_OK ? err : seal_rows(s->store, &seal, values, &none);
}

static bool may_erase_live(const struct slice *s)
{
    return s->erase_date > s->live_erased_before;
}

/* Who never left, and what supervisors have typed about days long past: few rows, once a day. */
static int erase_live(struct slice *s)
{
    int err = erase_bookings(s);
    err = err != GS_OK ? err : erase_capacities(s);
    err = err != GS_OK ? err : erase_begun(s);
    s->live_erased_before = s->erase_date;
    return err;
}

static bool may_erase_texts(const struct slice *s)
{
    return s->erase_date > s->texts_erased_before;
}

static int erase_texts(struct slice *s)
{
    int err = gs_erase_events(s->store, s->erase_date, &s->rows, &s->erased);
    if (err == GS_OK && s->rows == 0) {
        err = gs_erase_journal(s->store, &s->state, s->erase_date, &s->rows, &s->erased);
    }
    if (err == GS_OK && s->rows == 0) {
        s->texts_erased_before = s->erase_date;
    }
    return err;
}

static bool may_forget(const struct slice *s)
{
    return s->idem_before_ms > s->store->kept_since_ms;
}

/* Of the answers that are looked at next. */
static int find_oldest_kept(struct slice *s)
{
    static const char sql[] = "SELECT coalesce(min(at_ms), ?1) FROM"
                              " (SELECT at_ms FROM idem ORDER BY row LIMIT ?2) AS slice";
    struct gs_statement *stmt;
    int err = gs_sql_stmt(s->store, GS_STMT_IDEM_OLDEST, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    (void)gs_db_bind_int(stmt, 1, INT64_MAX);
    (void)gs_db_bind_int(stmt, 2, GS_STORE_SLICE_ROWS);
    const int rc = gs_db_step(stmt);
    if (rc == GS_DB_ROW) {
        s->kept_since_ms = gs_db_column_int(stmt, 0);
    } else {
        err = gs_sql_failed(s->store, rc, "kept answers cannot be read");
    }
    gs_db_reset(stmt);
    return err;
}

static int forget(struct slice *s)
{
    static const char sql[] =
        "DELETE FROM idem WHERE at_ms < ?1 AND row IN (SELECT row FROM idem ORDER BY row LIMIT ?2)"
        " RETURNING checksum";
    static const struct gs_total none = {0};
    const int64_t values[] = {s->idem_before_ms, GS_STORE_SLICE_ROWS};
    struct gs_total gone = {0};
    int err = run_with(s->store, GS_STMT_IDEM_FORGET, sql, values, &gone);
    exchange(&s->state, GS_COUNT_IDEM, &gone, &none);
    s->rows = gone.rows;
    return err != GS_OK || gone.rows == GS_STORE_SLICE_ROWS ? err : find_oldest_kept(s);
}

struct task {
    bool (*is_due)(const struct slice *); /* by what is known without a look at the database: each second it is asked */
    int (*run)(struct slice *);
};

/* *out_busy: there may be more to do. */
static int run_slice(struct gs_store *store, const struct task *task, const struct slice *asked, bool *out_busy)
{
    struct slice s = *asked;
    s.archived_before = store->archived_before;
    s.live_erased_before = store->live_erased_before;
    s.texts_erased_before = store->texts_erased_before;
    s.kept_since_ms = store->kept_since_ms;
    s.state = store->state;
    if (!task->is_due(&s)) {
        *out_busy = false;
        return GS_OK;
    }
    int err = gs_row_sums_need(store);
    err = err != GS_OK ? err : gs_tx_begin(store);
    if (err != GS_OK) {
        return err;
    }
    err = task->run(&s);
    bool busy = s.rows > 0 || s.state.erased_before != store->state.erased_before;
    err = err == GS_OK && busy ? gs_state_write(store, &s.state) : err;
    err = err == GS_OK ? gs_tx_commit(store) : gs_tx_abort(store, err);
    if (err != GS_OK) {
        return err;
    }
    *out_busy = busy;
    store->erased_since = store->erased_since || s.erased > 0;
    store->archived_before = s.archived_before;
    store->live_erased_before = s.live_erased_before;
    store->texts_erased_before = s.texts_erased_before;
    store->kept_since_ms = s.kept_since_ms;
    if (busy) {
        gs_state_take(store, &s.state);
    }
    return GS_OK;
}

int gs_maintain_log(struct gs_store *store)
{
    if (store->unusable) {
        return GS_E_IO;
    }
    return store->db->ops->upkeep != NULL ? store->db->ops->upkeep(store) : GS_OK;
}

int gs_maintain_second(struct gs_store *store)
{
    if (store->unusable) {
        return GS_E_IO;
    }
    const struct gs_database_ops *db = store->db->ops;
    return db->every_second == NULL || db->every_second(store) == GS_OK ? GS_OK : gs_sql_give_up(store);
}

int gs_store_maintain(struct gs_store *store, gs_date first_date, gs_date erase_date, int64_t idem_before_ms,
                      bool *out_more)
{
    static const struct task tasks[] = {{may_archive, archive},
                                        {may_erase, erase},
                                        {may_erase_live, erase_live},
                                        {may_erase_texts, erase_texts},
                                        {may_forget, forget}};
    const struct slice asked = {
        .store = store, .first_date = first_date, .erase_date = erase_date, .idem_before_ms = idem_before_ms};
    bool busy = false;
    int err = gs_maintain_log(store);
    for (size_t i = 0; i < sizeof tasks / sizeof tasks[0] && err == GS_OK && !busy; i++) {
        err = run_slice(store, &tasks[i], &asked, &busy);
    }
    if (err == GS_OK && !busy && store->erased_since) {
        err = store->db->ops->erased != NULL ? store->db->ops->erased(store) : GS_OK;
        store->erased_since = err != GS_OK;
    }
    if (err == GS_OK) {
        *out_more = busy;
    }
    return err;
}
