/* Answers questions about events: the feed from a number or a time on, the last ones, a booking's history. Every row that is given out is
 * verified against its hash, and what one question reads is bounded. */
#include "event_queries.h"
#include "answer_rows.h"
#include "epochs.h"
#include "event_check.h"
#include "schema.h"
#include "sql.h"
#include <string.h>

static int32_t bounded(int32_t limit)
{
    return limit < GS_STORE_ANSWER_ROWS ? limit : GS_STORE_ANSWER_ROWS;
}

/* The site does not work with its events, so it goes on; the answer fails. */
static int damaged(struct gs_store *store, int64_t seq)
{
    gs_store_note(store, "%s: event %lld is damaged, or was changed by another program", store->path, (long long)seq);
    return GS_E_CORRUPT;
}

static const char behind_sql[] =
    "SELECT seq, booking_id, prev, owner, hash, body FROM event WHERE seq > ? ORDER BY seq LIMIT ?";

/* The feed, from one row to the next. */
struct feed {
    const struct gs_query *q;
    size_t limit;
    int64_t seq; /* that the row at hand must have */
    unsigned char hash[GS_CHAIN_BYTES];
};

/* Is the row at hand asked for? */
static bool wanted(const struct gs_query *q, struct gs_statement *stmt)
{
    const char *of = gs_db_column_text(stmt, 3), *owner = q->u.events.owner;
    const char *body = gs_db_column_text(stmt, 5);
    const size_t len = gs_db_column_bytes(stmt, 5);
    const struct gs_event_filter to_all = {.types = q->u.events.to_all};
    if (body != NULL && to_all.types != 0 && gs_event_matches(&to_all, body, len)) {
        return true;
    }
    return (owner[0] == '\0' || (of != NULL && strcmp(owner, of) == 0)) && body != NULL &&
           gs_event_matches(&q->u.events.filter, body, len);
}

/* One row of the feed; sets a->more where it is one too many. */
static int take_event(struct gs_store *store, struct gs_statement *stmt, struct feed *f, struct gs_answer *a)
{
    const int64_t seq = f->seq;
    bool good;
    int err = gs_events_follows(store, stmt, seq, f->hash, &good);
    if (err != GS_OK || !good) {
        return err != GS_OK ? err : damaged(store, seq);
    }
    f->seq = gs_epochs_after(store, seq);
    if (wanted(f->q, stmt)) {
        if (a->event_count == f->limit) {
            a->more = true;
            return GS_OK;
        }
        const char *body = gs_db_column_text(stmt, 5);
        err = gs_answer_add_event(a, seq, body, gs_db_column_bytes(stmt, 5));
        if (err != GS_OK) {
            return err;
        }
    }
    a->scanned_seq = seq;
    return GS_OK;
}

/* Rows that the next step looks at. */
static int step_rows(const struct gs_query_progress *p)
{
    const int32_t left = GS_STORE_SCAN_ROWS - p->looked;
    return left < GS_STORE_SCAN_STEP ? left : GS_STORE_SCAN_STEP;
}

/* The next of the events behind p->at, as far as one step goes. */
static int list_behind(struct gs_store *store, const struct gs_query *q, struct gs_query_progress *p,
                       struct gs_answer *a)
{
    struct feed f = {.q = q, .limit = (size_t)bounded(q->u.events.limit), .seq = gs_epochs_after(store, p->at)};
    const int rows = step_rows(p);
    struct gs_statement *stmt;
    int rc = GS_DB_ROW, scanned = 0;
    int err = gs_events_hash(store, gs_epochs_before(store, f.seq), f.hash);
    err = err == GS_E_NOTFOUND ? damaged(store, p->at) : err;
    err = err != GS_OK ? err : gs_sql_stmt(store, GS_STMT_EVENTS_GET, behind_sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    a->scanned_seq = p->at;
    (void)gs_db_bind_int(stmt, 1, p->at);
    (void)gs_db_bind_int(stmt, 2, rows);
    while (err == GS_OK && !a->more && (rc = gs_db_step(stmt)) != GS_DB_DONE) {
        err = rc == GS_DB_ROW ? take_event(store, stmt, &f, a) : gs_sql_failed(store, rc, "events cannot be read");
        scanned++;
    }
    gs_db_reset(stmt);
    p->at = a->scanned_seq;
    p->looked += scanned;
    p->done = a->more || scanned < rows || p->looked == GS_STORE_SCAN_ROWS;
    a->more = a->more || (p->looked == GS_STORE_SCAN_ROWS && a->scanned_seq < store->state.marks.last_seq);
    return err;
}

/* Is the first event behind seq of that time or later, or is there none? */
static int begins_by(struct gs_store *store, int64_t seq, int64_t since_ms, bool *out)
{
    struct gs_statement *stmt;
    int64_t at_ms = 0;
    int err = gs_sql_stmt(store, GS_STMT_EVENTS_GET, behind_sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    (void)gs_db_bind_int(stmt, 1, seq);
    (void)gs_db_bind_int(stmt, 2, 1);
    int rc = gs_db_step(stmt);
    const char *body = rc == GS_DB_ROW ? gs_db_column_text(stmt, 5) : NULL;
    if (rc == GS_DB_ROW && (body == NULL || gs_event_at(body, gs_db_column_bytes(stmt, 5), &at_ms) != GS_OK)) {
        err = damaged(store, gs_db_column_int(stmt, 0));
    } else if (rc != GS_DB_ROW && rc != GS_DB_DONE) {
        err = gs_sql_failed(store, rc, "events cannot be read");
    } else {
        *out = rc == GS_DB_DONE || at_ms >= since_ms;
    }
    gs_db_reset(stmt);
    return err;
}

/* The last event before that time, 0 for none. Events stand in the order of their times, so it is found by halves. */
static int last_before(struct gs_store *store, int64_t since_ms, int64_t *out)
{
    int64_t from = 0, to = store->state.marks.last_seq;
    while (from < to) {
        int64_t middle = from + (to - from) / 2;
        bool begins = false;
        int err = begins_by(store, middle, since_ms, &begins);
        if (err != GS_OK) {
            return err;
        }
        from = begins ? from : middle + 1;
        to = begins ? middle : to;
    }
    *out = from;
    return GS_OK;
}

/* Turns round what was found from the end. */
static void turn_round(struct gs_answer *a)
{
    for (size_t i = 0; i < a->event_count / 2; i++) {
        struct gs_event_text swap = a->events[i];
        a->events[i] = a->events[a->event_count - 1 - i];
        a->events[a->event_count - 1 - i] = swap;
    }
}

/* Adds the row at hand, if it follows from the one before it. */
static int add_verified(struct gs_store *store, struct gs_statement *stmt, int64_t seq, struct gs_answer *a)
{
    unsigned char hash[GS_CHAIN_BYTES];
    bool good = false;
    int err = gs_events_hash(store, gs_epochs_before(store, seq), hash);
    err = err == GS_E_NOTFOUND ? damaged(store, seq) : err;
    err = err != GS_OK ? err : gs_events_follows(store, stmt, seq, hash, &good);
    err = err == GS_OK && !good ? damaged(store, seq) : err;
    return err != GS_OK ? err : gs_answer_add_event(a, seq, gs_db_column_text(stmt, 5), gs_db_column_bytes(stmt, 5));
}

/* Going back from p->at, which is not looked at any more: the last events behind p->after that are asked for, of so many as one question looks at. */
static int list_last(struct gs_store *store, const struct gs_query *q, struct gs_query_progress *p, struct gs_answer *a)
{
    static const char sql[] = "SELECT seq, booking_id, prev, owner, hash, body FROM event WHERE seq > ? AND seq < ?"
                              " ORDER BY seq DESC LIMIT ?";
    const size_t limit = (size_t)bounded(q->u.events.limit);
    const int rows = step_rows(p);
    struct gs_statement *stmt;
    int rc = GS_DB_ROW, scanned = 0;
    int err = gs_sql_stmt(store, GS_STMT_EVENTS_LAST_GET, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    (void)gs_db_bind_int(stmt, 1, p->after);
    (void)gs_db_bind_int(stmt, 2, p->at);
    (void)gs_db_bind_int(stmt, 3, rows);
    while (err == GS_OK && a->event_count < limit && (rc = gs_db_step(stmt)) != GS_DB_DONE) {
        if (rc != GS_DB_ROW) {
            err = gs_sql_failed(store, rc, "events cannot be read");
            break;
        }
        p->at = gs_db_column_int(stmt, 0);
        scanned++;
        if (wanted(q, stmt)) {
            err = add_verified(store, stmt, p->at, a);
        }
    }
    gs_db_reset(stmt);
    p->looked += scanned;
    p->done = a->event_count == limit || scanned < rows || p->looked == GS_STORE_SCAN_ROWS;
    if (p->done) {
        turn_round(a);
    }
    return err;
}

/* Where the answer begins. */
static int begin_list(struct gs_store *store, const struct gs_query *q, struct gs_query_progress *p,
                      struct gs_answer *a)
{
    const int64_t last = store->state.marks.last_seq;
    int64_t after = q->u.events.last ? 0 : q->u.events.after, before = 0;
    if (q->u.events.limit < 1) {
        return GS_E_INVALID;
    }
    if (gs_epochs_lost(store, after) || after > last) {
        a->last_seq = after > last ? last : gs_epochs_before(store, after);
        a->scanned_seq = after > last ? last : gs_epochs_after(store, after) - 1;
        a->oldest_seq = last > 0 ? gs_epochs_after(store, 0) : 0;
        return GS_E_RANGE;
    }
    if (q->u.events.filter.since_ms != 0 && after < last) {
        int err = last_before(store, q->u.events.filter.since_ms, &before);
        if (err != GS_OK) {
            return err;
        }
        after = before > after ? before : after;
    }
    *p = (struct gs_query_progress){
        .begun = true, .done = after == last, .after = after, .at = q->u.events.last ? last + 1 : after};
    a->scanned_seq = q->u.events.last ? last : after;
    return GS_OK;
}

int gs_events_list(struct gs_store *store, const struct gs_query *q, struct gs_query_progress *p, struct gs_answer *a)
{
    int err = p->begun ? GS_OK : begin_list(store, q, p, a);
    if (err == GS_OK && !p->done) {
        err = q->u.events.last ? list_last(store, q, p, a) : list_behind(store, q, p, a);
    }
    p->done = p->done || err != GS_OK;
    return err;
}

/* booking: whose these must be; below 0: whosever the first is. */
static int walk_back(struct gs_store *store, struct gs_statement *stmt, int64_t booking, int64_t seq, int32_t limit,
                     struct gs_answer *a)
{
    int err = GS_OK;
    while (err == GS_OK && seq > 0) {
        if (a->event_count == (size_t)limit) {
            a->more = true;
            a->scanned_seq = seq;
            break;
        }
        (void)gs_db_bind_int(stmt, 1, seq);
        int rc = gs_db_step(stmt);
        if (rc != GS_DB_ROW) {
            int missing = a->event_count == 0 ? GS_E_NOTFOUND : GS_E_CORRUPT;
            err = rc == GS_DB_DONE ? missing : gs_sql_failed(store, rc, "an event cannot be read");
            break;
        }
        int64_t of = gs_db_column_int(stmt, 1), prev = gs_db_column_int(stmt, 2);
        const char *body = gs_db_column_text(stmt, 5);
        if (a->event_count == 0 && booking > 0 && of != booking) {
            err = GS_E_NOTFOUND;
            break;
        }
        unsigned char hash[GS_CHAIN_BYTES];
        bool good = false;
        err = gs_events_hash(store, gs_epochs_before(store, seq), hash);
        err = err == GS_E_NOTFOUND ? GS_OK : err;
        err = err != GS_OK ? err : gs_events_follows(store, stmt, seq, hash, &good);
        bool sane = good && prev < seq && (booking < 0 || of == booking);
        err = err == GS_OK && !sane ? damaged(store, seq) : err;
        err = err != GS_OK ? err : gs_answer_add_event(a, seq, body, gs_db_column_bytes(stmt, 5));
        gs_db_reset(stmt);
        booking = of;
        seq = prev;
    }
    gs_db_reset(stmt);
    return err;
}

int gs_events_history(struct gs_store *store, const struct gs_query *q, struct gs_answer *a)
{
    static const char sql[] = "SELECT seq, booking_id, prev, owner, hash, body FROM event WHERE seq = ?";
    struct gs_statement *stmt;
    if (q->u.history.limit < 1) {
        return GS_E_INVALID;
    }
    const int64_t booking = q->u.history.booking_id > 0 ? q->u.history.booking_id : -1;
    int err = gs_sql_stmt(store, GS_STMT_EVENT_GET, sql, &stmt);
    err = err != GS_OK ? err : walk_back(store, stmt, booking, q->u.history.last_event, bounded(q->u.history.limit), a);
    if (err == GS_OK) {
        turn_round(a);
    }
    return err;
}
