/* Keeps the journal: appends what a batch gathered as one row, in order of writing, so that no page but the last is touched; gives
 * rows back by pages, and the bookings and capacities that stood when the journal began. It does not look into the bytes. */
#include "journal_rows.h"
#include "answer_rows.h"
#include "rows.h"
#include "sql.h"
#include "sum.h"
#include <stdio.h>

static int64_t checksum_of(int64_t no, const void *body, size_t len)
{
    return gs_sum_end(gs_sum_bytes(gs_sum_int(gs_sum_begin(GS_SUM_JOURNAL), no), body, len));
}

/* Rows are never deleted: their number is their count. */
int gs_journal_write(struct gs_store *store, struct gs_state *s, const struct gs_buf *journal)
{
    static const char sql[] = "INSERT INTO journal (no, body, checksum) VALUES (?,?,?)";
    struct gs_statement *stmt;
    int err = gs_sql_stmt(store, GS_STMT_JOURNAL_PUT, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    const int64_t no = s->totals[GS_COUNT_JOURNAL].rows + 1;
    const int64_t checksum = checksum_of(no, journal->data, journal->len);
    gs_total_add(s, GS_COUNT_JOURNAL, checksum);
    int rc = gs_db_bind_int(stmt, 1, no);
    rc = rc != GS_OK ? rc : gs_db_bind_blob(stmt, 2, journal->data, journal->len);
    rc = rc != GS_OK ? rc : gs_db_bind_int(stmt, 3, checksum);
    return gs_sql_run_bound(store, stmt, rc);
}

static int take_row(struct gs_statement *stmt, struct gs_answer *a, size_t *bytes)
{
    const void *body = gs_db_column_blob(stmt, 1);
    size_t len = gs_db_column_bytes(stmt, 1);
    *bytes += len;
    const int64_t no = gs_db_column_int(stmt, 0);
    if (body == NULL || gs_db_column_type(stmt, 1) != GS_DB_BLOB ||
        gs_db_column_int(stmt, 2) != checksum_of(no, body, len)) {
        (void)snprintf(a->text, sizeof a->text, "row %lld of the journal is damaged", (long long)no);
        return GS_E_CORRUPT;
    }
    return gs_answer_add_row(a, no, body, len);
}

int gs_journal_rows(struct gs_store *store, int64_t after, struct gs_answer *a)
{
    static const char sql[] = "SELECT no, body, checksum FROM journal WHERE no > ? ORDER BY no LIMIT ?";
    struct gs_statement *stmt;
    size_t bytes = 0;
    int rc = GS_DB_ROW;
    int err = gs_sql_stmt(store, GS_STMT_JOURNAL_GET, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    a->last_seq = store->state.marks.last_seq;
    (void)gs_db_bind_int(stmt, 1, after);
    (void)gs_db_bind_int(stmt, 2, GS_STORE_JOURNAL_ROWS);
    while (err == GS_OK && bytes < GS_STORE_JOURNAL_BYTES && (rc = gs_db_step(stmt)) != GS_DB_DONE) {
        err = rc == GS_DB_ROW ? take_row(stmt, a, &bytes) : gs_sql_failed(store, rc, "the journal cannot be read");
    }
    gs_db_reset(stmt);
    return err;
}

static int read_capacities(struct gs_store *store, struct gs_answer *a)
{
    static const char sql[] = "SELECT {capacity} FROM journal_capacity ORDER BY date, \"window\"";
    struct gs_statement *stmt;
    struct gs_capacity c;
    int rc = GS_DB_ROW;
    int err = gs_sql_stmt(store, GS_STMT_BEGUN_CAPACITIES_GET, sql, &stmt);
    while (err == GS_OK && (rc = gs_db_step(stmt)) != GS_DB_DONE) {
        err = rc == GS_DB_ROW ? gs_row_read_capacity(stmt, &c) : gs_sql_failed(store, rc, "capacities cannot be read");
        err = err != GS_OK ? err : gs_answer_add_capacity(a, &c);
    }
    gs_db_reset(stmt);
    return err;
}

static int read_marks(struct gs_store *store, struct gs_answer *a)
{
    int err = gs_sql_int(store, "SELECT last_booking_id FROM journal_begin", &a->begun_booking_id);
    return err != GS_OK ? err : gs_sql_int(store, "SELECT last_seq FROM journal_begin", &a->begun_seq);
}

/* What was archived then is archived still; nothing of it has changed but that drivers were erased and strikes excused, the latter by
 * commands of the journal. */
static void as_begun(struct gs_booking *b)
{
    b->version -= b->excused ? 1 : 0;
    b->excused = false;
}

static int read_bookings(struct gs_store *store, bool past, int64_t after_id, struct gs_answer *a)
{
    static const char live_sql[] = "SELECT {booking} FROM journal_booking WHERE id > ?1 ORDER BY id LIMIT ?2";
    static const char past_sql[] =
        "SELECT {booking} FROM booking_past WHERE id > ?1 AND id <= (SELECT last_booking_id FROM journal_begin)"
        " AND id NOT IN (SELECT id FROM journal_booking) ORDER BY id LIMIT ?2";
    struct gs_statement *stmt;
    struct gs_booking b = {.id = 0};
    int rc = GS_DB_ROW;
    int err = gs_sql_stmt(store, past ? GS_STMT_BEGUN_PAST_GET : GS_STMT_BEGUN_BOOKINGS_GET, past ? past_sql : live_sql,
                          &stmt);
    if (err != GS_OK) {
        return err;
    }
    (void)gs_db_bind_int(stmt, 1, after_id);
    (void)gs_db_bind_int(stmt, 2, GS_STORE_JOURNAL_ROWS);
    while (err == GS_OK && (rc = gs_db_step(stmt)) != GS_DB_DONE) {
        err = rc == GS_DB_ROW ? gs_row_read_booking(stmt, &b) : gs_sql_failed(store, rc, "bookings cannot be read");
        if (err == GS_OK && past) {
            as_begun(&b);
        }
        err = err != GS_OK ? err : gs_answer_add_booking(a, &b);
    }
    gs_db_reset(stmt);
    a->more = a->booking_count == GS_STORE_JOURNAL_ROWS;
    return err;
}

int gs_journal_beginning(struct gs_store *store, bool past, int64_t after_id, struct gs_answer *a)
{
    int err = read_marks(store, a);
    if (err == GS_OK && !past && after_id == 0) {
        err = read_capacities(store, a);
    }
    return err != GS_OK ? err : read_bookings(store, past, after_id, a);
}
