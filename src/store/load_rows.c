/* The one load path: every row that the book is rebuilt from, verified on the way, handed out in order. It changes nothing. */
#include "load_rows.h"
#include "event_check.h"
#include "rows.h"
#include "sql.h"
#include <string.h>

static int expect_at_most(struct gs_store *store, const char *what, const char *sql, int64_t mark)
{
    int64_t last;
    int err = gs_sql_int(store, sql, &last);
    if (err == GS_OK && last > mark) {
        gs_store_note(store, "%s: there is a %s %lld beyond the last one, %lld", store->path, what, (long long)last,
                      (long long)mark);
        return GS_E_CORRUPT;
    }
    return err;
}

int gs_load_marks(struct gs_store *store)
{
    struct gs_state state;
    int64_t last_event = 0;
    int err = gs_state_read(store, &state);
    err = err != GS_OK ? err : gs_sql_int(store, "SELECT coalesce(max(seq), 0) FROM event", &last_event);
    if (err == GS_OK && last_event != state.marks.last_seq) {
        gs_store_note(store, "%s: the last event is %lld and should be %lld", store->path, (long long)last_event,
                      (long long)state.marks.last_seq);
        err = GS_E_CORRUPT;
    }
    err = err != GS_OK ? err
                       : expect_at_most(store, "booking", "SELECT coalesce(max(id), 0) FROM booking",
                                        state.marks.last_booking_id);
    err = err != GS_OK ? err
                       : expect_at_most(store, "past booking", "SELECT coalesce(max(id), 0) FROM booking_past",
                                        state.marks.last_booking_id);
    err = err != GS_OK ? err
                       : expect_at_most(store, "stored answer", "SELECT coalesce(max(row), 0) FROM idem",
                                        state.marks.last_idem_row);
    err = err != GS_OK ? err : gs_events_hash(store, last_event, state.last_hash);
    if (err == GS_OK) {
        store->state = state;
    }
    return err;
}

/* Hands one row to the sink. */
typedef int (*row_reader)(struct gs_statement *stmt, const struct gs_store_sink *sink);

static int hand_booking(struct gs_statement *stmt, const struct gs_store_sink *sink)
{
    struct gs_booking b;
    int err = gs_row_read_booking(stmt, &b);
    return err != GS_OK ? err : sink->booking(sink->self, &b);
}

static int hand_past(struct gs_statement *stmt, const struct gs_store_sink *sink)
{
    struct gs_booking b;
    int err = gs_row_read_booking(stmt, &b);
    return err != GS_OK ? err : sink->past(sink->self, &b);
}

static int hand_capacity(struct gs_statement *stmt, const struct gs_store_sink *sink)
{
    struct gs_capacity c;
    int err = gs_row_read_capacity(stmt, &c);
    return err != GS_OK ? err : sink->capacity(sink->self, &c);
}

static int hand_turned_away(struct gs_statement *stmt, const struct gs_store_sink *sink)
{
    struct gs_turned_away t;
    int err = gs_row_read_turned_away(stmt, &t);
    return err != GS_OK ? err : sink->turned_away != NULL ? sink->turned_away(sink->self, &t) : GS_OK;
}

static int hand_token(struct gs_statement *stmt, const struct gs_store_sink *sink)
{
    struct gs_token t;
    int err = gs_row_read_token(stmt, &t);
    return err != GS_OK ? err : sink->token(sink->self, &t);
}

static int hand_user(struct gs_statement *stmt, const struct gs_store_sink *sink)
{
    struct gs_user u;
    int err = gs_row_read_user(stmt, &u);
    return err != GS_OK ? err : sink->user != NULL ? sink->user(sink->self, &u) : GS_OK;
}

static int hand_session(struct gs_statement *stmt, const struct gs_store_sink *sink)
{
    struct gs_session s;
    int err = gs_row_read_session(stmt, &s);
    return err != GS_OK ? err : sink->session != NULL ? sink->session(sink->self, &s) : GS_OK;
}

static int hand_webhook(struct gs_statement *stmt, const struct gs_store_sink *sink)
{
    struct gs_webhook w;
    int err = gs_row_read_webhook(stmt, &w);
    return err != GS_OK ? err : sink->webhook != NULL ? sink->webhook(sink->self, &w) : GS_OK;
}

static int hand_webhook_retry(struct gs_statement *stmt, const struct gs_store_sink *sink)
{
    struct gs_webhook_retry r;
    int err = gs_row_read_webhook_retry(stmt, &r);
    return err != GS_OK ? err : sink->webhook_retry != NULL ? sink->webhook_retry(sink->self, &r) : GS_OK;
}

static int hand_idem(struct gs_statement *stmt, const struct gs_store_sink *sink)
{
    struct gs_idem i;
    int64_t row;
    int err = gs_row_read_idem(stmt, false, &row, &i);
    return err != GS_OK ? err : sink->idem(sink->self, row, &i);
}

static int load_table(struct gs_store *store, const char *table, const char *sql, int64_t parameter, row_reader hand,
                      const struct gs_store_sink *sink)
{
    struct gs_statement *stmt = NULL;
    int err = gs_sql_prepare(store, sql, 0, &stmt);
    if (err != GS_OK) {
        return err;
    }
    int rc = GS_OK;
    if (gs_db_parameter_count(stmt) > 0) {
        rc = gs_db_bind_int(stmt, 1, parameter);
    }
    while (rc == GS_OK && err == GS_OK && (rc = gs_db_step(stmt)) == GS_DB_ROW) {
        rc = GS_OK;
        err = hand(stmt, sink);
        if (err != GS_OK) {
            gs_store_note(store, "%s: row %s of table %s was refused: %s", store->path, gs_db_column_text(stmt, 0),
                          table, gs_strerror(err));
        }
    }
    if (rc != GS_OK && rc != GS_DB_DONE) {
        err = gs_sql_failed(store, rc, "a table cannot be read");
    }
    gs_db_finalize(stmt);
    return err;
}

static int check_tail(struct gs_store *store)
{
    struct gs_audit audit;
    int64_t last = store->state.marks.last_seq;
    int err = gs_events_audit(store, last > GS_STORE_TAIL_ROWS ? last - GS_STORE_TAIL_ROWS + 1 : 1, GS_STORE_TAIL_ROWS,
                              &audit);
    if (err == GS_OK && audit.broken_seq != 0) {
        gs_store_note(store, "%s: the chain of events is broken at %lld", store->path, (long long)audit.broken_seq);
        return GS_E_CORRUPT;
    }
    return err;
}

int gs_store_load(struct gs_store *store, const struct gs_store_sink *sink, struct gs_store_marks *out)
{
    if (store->unusable) {
        return GS_E_IO;
    }
    int err = gs_load_marks(store);
    if (err != GS_OK) {
        return err;
    }
    const int64_t forgotten = store->state.marks.now_ms - GS_IDEMPOTENCY_DAYS * INT64_C(86400000);
    const struct {
        const char *table, *sql;
        row_reader hand;
    } tables[] = {
        {"booking", "SELECT {booking} FROM booking ORDER BY id", hand_booking},
        {"capacity", "SELECT {capacity} FROM capacity ORDER BY date, \"window\"", hand_capacity},
        {"turned_away", "SELECT {turned_away} FROM turned_away ORDER BY date, truck", hand_turned_away},
        {"token", "SELECT {token} FROM token ORDER BY name", hand_token},
        {"user", "SELECT {user} FROM \"user\" ORDER BY name", hand_user},
        {"session", "SELECT {session} FROM session ORDER BY hash", hand_session},
        {"webhook", "SELECT {webhook} FROM webhook ORDER BY name", hand_webhook},
        {"webhook_retry", "SELECT {webhook_retry} FROM webhook_retry ORDER BY webhook, seq", hand_webhook_retry},
        {"idem", "SELECT row, {idem} FROM idem WHERE at_ms > ? ORDER BY row", hand_idem},
    };
    for (size_t i = 0; i < sizeof tables / sizeof tables[0] && err == GS_OK; i++) {
        err = load_table(store, tables[i].table, tables[i].sql, forgotten, tables[i].hand, sink);
    }
    if (err == GS_OK && sink->past != NULL) { /* by the index of dates */
        static const char past[] = "SELECT {booking} FROM booking_past WHERE date >= ?";
        int64_t today = store->state.marks.now_ms / INT64_C(86400000); /* of UTC: the site's is at most a day off */
        err = load_table(store, "booking_past", past, today - 1 - sink->past_days, hand_past, sink);
    }
    err = err != GS_OK ? err : check_tail(store);
    err = err != GS_OK ? err : gs_row_sums_load(store);
    if (err == GS_OK) {
        *out = store->state.marks;
    }
    return err;
}
