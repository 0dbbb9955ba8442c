/* Reads what is stored of a range of dates: capacities, bookings that wait for being archived, archived ones. Each answer is a slice of
 * about a millisecond, so that no batch waits long behind a report of a year. */
#include "date_rows.h"
#include "answer_rows.h"
#include "rows.h"
#include "sql.h"

int gs_dates_capacities(struct gs_store *store, gs_date from, gs_date to, struct gs_answer *a)
{
    static const char sql[] =
        "SELECT {capacity} FROM capacity WHERE date BETWEEN ?1 AND ?2 ORDER BY date, \"window\" LIMIT ?3";
    struct gs_statement *stmt;
    struct gs_capacity c;
    int rc = GS_DB_ROW, err = gs_sql_stmt(store, GS_STMT_DATES_CAPACITIES_GET, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    (void)gs_db_bind_int(stmt, 1, from);
    (void)gs_db_bind_int(stmt, 2, to);
    (void)gs_db_bind_int(stmt, 3, GS_STORE_ANSWER_ROWS);
    while (err == GS_OK && (rc = gs_db_step(stmt)) == GS_DB_ROW) {
        err = gs_row_read_capacity(stmt, &c);
        err = err != GS_OK ? gs_answer_damaged(store, "capacity of day", gs_db_column_int(stmt, 0), true)
                           : gs_answer_add_capacity(a, &c);
    }
    if (err == GS_OK && rc != GS_DB_DONE) {
        err = gs_sql_failed(store, rc, "capacities cannot be read");
    }
    gs_db_reset(stmt);
    return err;
}

/* The rows of a statement that is bound; out_rows: how many there were. */
static int take_bookings(struct gs_store *store, struct gs_statement *stmt, struct gs_answer *a, size_t *out_rows)
{
    struct gs_booking b;
    size_t rows = 0;
    int rc = GS_DB_ROW, err = GS_OK;
    while (err == GS_OK && (rc = gs_db_step(stmt)) == GS_DB_ROW) {
        err = gs_answer_read_booking(store, stmt, &b);
        err = err != GS_OK ? err : gs_answer_add_booking(a, &b);
        rows++;
    }
    if (err == GS_OK && rc != GS_DB_DONE) {
        err = gs_sql_failed(store, rc, "bookings cannot be read");
    }
    gs_db_reset(stmt);
    *out_rows = rows;
    return err;
}

/* The last id of the slice after that one; the same if it is the last of all. */
static int end_of_slice(struct gs_store *store, int64_t after_id, int64_t *out)
{
    static const char sql[] =
        "SELECT coalesce(max(id), ?1) FROM (SELECT id FROM booking WHERE id > ?1 ORDER BY id LIMIT ?2) AS slice";
    struct gs_statement *stmt;
    int err = gs_sql_stmt(store, GS_STMT_DATES_LIVE_END, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    (void)gs_db_bind_int(stmt, 1, after_id);
    (void)gs_db_bind_int(stmt, 2, GS_STORE_REPORT_SCAN);
    int rc = gs_db_step(stmt);
    *out = rc == GS_DB_ROW ? gs_db_column_int(stmt, 0) : after_id;
    err = rc == GS_DB_ROW ? GS_OK : gs_sql_failed(store, rc, "bookings cannot be read");
    gs_db_reset(stmt);
    return err;
}

int gs_dates_live(struct gs_store *store, gs_date from, gs_date to, int64_t after_id, struct gs_answer *a)
{
    static const char sql[] = "SELECT {booking}, 0 FROM booking WHERE id > ?1 AND id <= ?2"
                              " AND date BETWEEN ?3 AND ?4 ORDER BY id LIMIT ?5";
    struct gs_statement *stmt;
    size_t rows;
    int64_t end;
    int err = end_of_slice(store, after_id, &end);
    err = err != GS_OK ? err : gs_sql_stmt(store, GS_STMT_DATES_LIVE_GET, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    (void)gs_db_bind_int(stmt, 1, after_id);
    (void)gs_db_bind_int(stmt, 2, end);
    (void)gs_db_bind_int(stmt, 3, from);
    (void)gs_db_bind_int(stmt, 4, to);
    (void)gs_db_bind_int(stmt, 5, GS_STORE_REPORT_ROWS);
    err = take_bookings(store, stmt, a, &rows);
    if (err == GS_OK) {
        a->scanned_id = rows == GS_STORE_REPORT_ROWS ? a->bookings[a->booking_count - 1].id : end;
        a->more = end > after_id;
    }
    return err;
}

int gs_dates_archived(struct gs_store *store, gs_date from, gs_date to, int64_t after_id, struct gs_answer *a)
{
    static const char sql[] = "SELECT {booking}, 1 FROM booking_past WHERE date = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
    struct gs_statement *stmt;
    size_t left = GS_STORE_REPORT_ROWS, rows;
    int err = gs_sql_stmt(store, GS_STMT_DATES_ARCHIVED_GET, sql, &stmt);
    for (gs_date date = from; err == GS_OK && date <= to && left > 0; date++) {
        (void)gs_db_bind_int(stmt, 1, date);
        (void)gs_db_bind_int(stmt, 2, date == from ? after_id : 0);
        (void)gs_db_bind_int(stmt, 3, (int64_t)left);
        err = take_bookings(store, stmt, a, &rows);
        left -= rows;
    }
    a->more = err == GS_OK && left == 0;
    return err;
}
