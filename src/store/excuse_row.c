/* Changes the one thing that can change about a past booking: that its strike was excused. The row is in the archive, or about to be put
 * there; it is read and verified, and written anew with its checksum, and the table's total follows. */
#include "excuse_row.h"
#include "rows.h"
#include "sql.h"

/* GS_E_NOTFOUND: it is not in that table. */
static int read_row(struct gs_store *store, enum gs_stmt slot, const char *sql, int64_t id, struct gs_booking *out,
                    int64_t *out_checksum)
{
    struct gs_statement *stmt;
    int err = gs_sql_stmt(store, slot, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    int rc = gs_db_bind_int(stmt, 1, id);
    rc = rc == GS_OK ? gs_db_step(stmt) : rc;
    if (rc == GS_DB_ROW) {
        err = gs_row_read_booking(stmt, out);
        *out_checksum = gs_db_column_int(stmt, gs_db_column_count(stmt) - 1);
    } else {
        err = rc == GS_DB_DONE ? GS_E_NOTFOUND : gs_sql_failed(store, rc, "a booking cannot be read");
    }
    gs_db_reset(stmt);
    return err;
}

static int write_row(struct gs_store *store, enum gs_stmt slot, const char *sql, const struct gs_booking *b,
                     int64_t *out_checksum)
{
    struct gs_statement *stmt;
    int err = gs_sql_stmt(store, slot, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    int rc = gs_row_bind_booking(stmt, b, out_checksum);
    return gs_sql_run_bound(store, stmt, rc);
}

static const struct {
    enum gs_counted table;
    enum gs_stmt read_slot, write_slot;
    const char *read_sql, *write_sql;
} tables[] = {
    {GS_COUNT_PAST, GS_STMT_EXCUSE_PAST_GET, GS_STMT_EXCUSE_PAST_PUT, "SELECT {booking} FROM booking_past WHERE id = ?",
     "INSERT INTO booking_past ({booking}) VALUES ({booking?}) ON CONFLICT (id) DO UPDATE SET {booking=}"},
    {GS_COUNT_BOOKING, GS_STMT_EXCUSE_GET, GS_STMT_EXCUSE_PUT, "SELECT {booking} FROM booking WHERE id = ?",
     "INSERT INTO booking ({booking}) VALUES ({booking?}) ON CONFLICT (id) DO UPDATE SET {booking=}"},
};

int gs_excuse_row(struct gs_store *store, struct gs_state *state, const struct gs_excused *excused)
{
    struct gs_booking b = {.id = 0};
    int64_t old_sum = 0, new_sum = 0;
    const struct gs_row_name name = gs_row_name_of(GS_COUNT_BOOKING, &(struct gs_booking){.id = excused->booking_id});
    const bool live = gs_row_sums_find(&store->sums, &name) != NULL;
    const size_t at = live ? 1 : 0;
    int err = read_row(store, tables[at].read_slot, tables[at].read_sql, excused->booking_id, &b, &old_sum);
    bool strike = err == GS_OK && (b.status == GS_NO_SHOW || (b.status == GS_CANCELLED && b.late_cancel));
    if (err == GS_E_NOTFOUND || err == GS_E_CORRUPT || (err == GS_OK && (!strike || b.excused))) {
        gs_store_note(store, "%s: booking %lld, to be excused, is missing, damaged, or no strike", store->path,
                      (long long)excused->booking_id);
        return GS_E_CORRUPT;
    }
    if (err != GS_OK) {
        return err;
    }
    b.excused = true;
    b.version = excused->version;
    b.updated_ms = excused->updated_ms;
    b.last_event = excused->last_event;
    err = write_row(store, tables[at].write_slot, tables[at].write_sql, &b, &new_sum);
    err = err == GS_OK && live ? gs_row_sums_set(&store->sums, &name, new_sum) : err;
    if (err == GS_OK) {
        gs_total_take(state, tables[at].table, old_sum);
        gs_total_add(state, tables[at].table, new_sum);
    }
    return err;
}
