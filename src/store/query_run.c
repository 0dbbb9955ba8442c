/* Answers questions about what is stored: bookings gone from the book, events, kept answers, checks. It changes nothing, and every answer is
 * bounded in rows read and rows given. A read that fails is that answer's failure only. */
#include "answer_rows.h"
#include "backup.h"
#include "epochs.h"
#include "event_check.h"
#include "journal_rows.h"
#include "rows.h"
#include "schema.h"
#include "search_run.h"
#include "sql.h"
#include "verify.h"
#include <limits.h>
#include <stdio.h>
#include <string.h>

static int32_t bounded(int32_t limit)
{
    return limit < GS_STORE_ANSWER_ROWS ? limit : GS_STORE_ANSWER_ROWS;
}

/* What the site works with is damaged: it must not go on with it. What is only kept is that answer's failure. */
static int damaged(struct gs_store *store, const char *what, int64_t number, bool is_live)
{
    store->damaged = store->damaged || is_live;
    gs_store_note(store, "%s: %s %lld is damaged, or was changed by another program", store->path, what,
                  (long long)number);
    return GS_E_CORRUPT;
}

/* Behind the booking stands whether it is archived. */
static int read_booking(struct gs_store *store, sqlite3_stmt *stmt, struct gs_booking *out)
{
    int err = gs_row_read_booking(stmt, out);
    bool is_live = sqlite3_column_int(stmt, sqlite3_column_count(stmt) - 1) == 0;
    return err == GS_OK ? err : damaged(store, "booking", sqlite3_column_int64(stmt, 0), is_live);
}

static int get_booking(struct gs_store *store, int64_t id, struct gs_answer *a)
{
    static const char sql[] =
        "SELECT {booking}, 0 FROM booking WHERE id = ?1 UNION ALL SELECT {booking}, 1 FROM booking_past WHERE id = ?1";
    sqlite3_stmt *stmt;
    struct gs_booking b;
    int err = gs_sql_stmt(store, GS_STMT_BOOKING_GET, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    (void)sqlite3_bind_int64(stmt, 1, id);
    int rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW) {
        err = read_booking(store, stmt, &b);
        err = err != GS_OK ? err : gs_answer_add_booking(a, &b);
    } else {
        err = rc == SQLITE_DONE ? GS_E_NOTFOUND : gs_sql_failed(store, rc, "a booking cannot be read");
    }
    (void)sqlite3_reset(stmt);
    return err;
}

static int list_bookings(struct gs_store *store, const struct gs_filter *f, struct gs_answer *a)
{
    static const char sql[] = "SELECT {booking}, 0 FROM booking WHERE date = ?1 AND id > ?2 UNION ALL"
                              " SELECT {booking}, 1 FROM booking_past WHERE date = ?1 AND id > ?2 ORDER BY id";
    const size_t limit = (size_t)bounded(f->limit);
    sqlite3_stmt *stmt;
    struct gs_booking b;
    if (!f->has_date || f->limit < 1) {
        return GS_E_INVALID;
    }
    int rc = SQLITE_ROW;
    int err = gs_sql_stmt(store, GS_STMT_BOOKINGS_GET, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    (void)sqlite3_bind_int64(stmt, 1, f->date);
    (void)sqlite3_bind_int64(stmt, 2, f->after_id);
    while (err == GS_OK && !a->more && (rc = sqlite3_step(stmt)) != SQLITE_DONE) {
        if (rc != SQLITE_ROW) {
            err = gs_sql_failed(store, rc, "bookings cannot be read");
            break;
        }
        err = read_booking(store, stmt, &b);
        if (err == GS_OK && gs_filter_matches(f, &b)) {
            a->more = a->booking_count == limit;
            err = a->more ? GS_OK : gs_answer_add_booking(a, &b);
        }
    }
    (void)sqlite3_reset(stmt);
    return err;
}

/* The feed, from one row to the next. */
struct feed {
    const char *owner; /* "": all */
    size_t limit;
    int64_t seq; /* that the row at hand must have */
    unsigned char hash[GS_CHAIN_BYTES];
};

/* One row of the feed; sets a->more where it is one too many. */
static int take_event(struct gs_store *store, sqlite3_stmt *stmt, struct feed *f, struct gs_answer *a)
{
    const char *row_owner = (const char *)sqlite3_column_text(stmt, 3), *owner = f->owner;
    const int64_t seq = f->seq;
    bool good;
    int err = gs_events_follows(store, stmt, seq, f->hash, &good);
    if (err != GS_OK || !good) {
        return err != GS_OK ? err : damaged(store, "event", seq, false);
    }
    f->seq = gs_epochs_after(store, seq);
    if (owner[0] == '\0' || (row_owner != NULL && strcmp(owner, row_owner) == 0)) {
        if (a->event_count == f->limit) {
            a->more = true;
            return GS_OK;
        }
        const char *body = (const char *)sqlite3_column_text(stmt, 5);
        err = gs_answer_add_event(a, seq, body, (size_t)sqlite3_column_bytes(stmt, 5));
        if (err != GS_OK) {
            return err;
        }
    }
    a->scanned_seq = seq;
    return GS_OK;
}

static int list_events(struct gs_store *store, int64_t after, int32_t limit, const char *owner, struct gs_answer *a)
{
    static const char sql[] =
        "SELECT seq, booking_id, prev, owner, hash, body FROM event WHERE seq > ? ORDER BY seq LIMIT ?";
    struct feed f = {.owner = owner, .limit = (size_t)bounded(limit), .seq = gs_epochs_after(store, after)};
    sqlite3_stmt *stmt;
    int rc = SQLITE_ROW, scanned = 0;
    if (limit < 1) {
        return GS_E_INVALID;
    }
    const int64_t last = store->state.marks.last_seq;
    if (gs_epochs_lost(store, after) || after > last) {
        a->last_seq = after > last ? last : gs_epochs_before(store, after);
        a->scanned_seq = after > last ? last : f.seq - 1;
        return GS_E_RANGE;
    }
    if (after == last) {
        a->scanned_seq = after;
        return GS_OK;
    }
    int err = gs_events_hash(store, gs_epochs_before(store, f.seq), f.hash);
    err = err == GS_E_NOTFOUND ? damaged(store, "event", after, false) : err;
    err = err != GS_OK ? err : gs_sql_stmt(store, GS_STMT_EVENTS_GET, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    a->scanned_seq = after;
    (void)sqlite3_bind_int64(stmt, 1, after);
    (void)sqlite3_bind_int(stmt, 2, GS_STORE_SCAN_ROWS);
    while (err == GS_OK && !a->more && (rc = sqlite3_step(stmt)) != SQLITE_DONE) {
        err = rc == SQLITE_ROW ? take_event(store, stmt, &f, a) : gs_sql_failed(store, rc, "events cannot be read");
        scanned++;
    }
    (void)sqlite3_reset(stmt);
    a->more = a->more || (scanned == GS_STORE_SCAN_ROWS && a->scanned_seq < store->state.marks.last_seq);
    return err;
}

static int walk_back(struct gs_store *store, sqlite3_stmt *stmt, int64_t seq, int32_t limit, struct gs_answer *a)
{
    int64_t booking = -1;
    int err = GS_OK;
    while (err == GS_OK && seq > 0) {
        if (a->event_count == (size_t)limit) {
            a->more = true;
            break;
        }
        (void)sqlite3_bind_int64(stmt, 1, seq);
        int rc = sqlite3_step(stmt);
        if (rc != SQLITE_ROW) {
            int missing = a->event_count == 0 ? GS_E_NOTFOUND : GS_E_CORRUPT;
            err = rc == SQLITE_DONE ? missing : gs_sql_failed(store, rc, "an event cannot be read");
            break;
        }
        int64_t of = sqlite3_column_int64(stmt, 1), prev = sqlite3_column_int64(stmt, 2);
        const char *body = (const char *)sqlite3_column_text(stmt, 5);
        unsigned char hash[GS_CHAIN_BYTES];
        bool good = false;
        err = gs_events_hash(store, gs_epochs_before(store, seq), hash);
        err = err == GS_E_NOTFOUND ? GS_OK : err;
        err = err != GS_OK ? err : gs_events_follows(store, stmt, seq, hash, &good);
        bool sane = good && prev < seq && (booking < 0 || of == booking);
        err = err == GS_OK && !sane ? damaged(store, "event", seq, false) : err;
        err = err != GS_OK ? err : gs_answer_add_event(a, seq, body, (size_t)sqlite3_column_bytes(stmt, 5));
        (void)sqlite3_reset(stmt);
        booking = of;
        seq = prev;
    }
    (void)sqlite3_reset(stmt);
    return err;
}

static int list_history(struct gs_store *store, int64_t last_event, int32_t limit, struct gs_answer *a)
{
    static const char sql[] = "SELECT seq, booking_id, prev, owner, hash, body FROM event WHERE seq = ?";
    sqlite3_stmt *stmt;
    if (limit < 1) {
        return GS_E_INVALID;
    }
    int err = gs_sql_stmt(store, GS_STMT_EVENT_GET, sql, &stmt);
    err = err != GS_OK ? err : walk_back(store, stmt, last_event, bounded(limit), a);
    for (size_t i = 0; err == GS_OK && i < a->event_count / 2; i++) { /* found from the end */
        struct gs_event_text swap = a->events[i];
        a->events[i] = a->events[a->event_count - 1 - i];
        a->events[a->event_count - 1 - i] = swap;
    }
    return err;
}

static int get_idem(struct gs_store *store, int64_t row, struct gs_answer *a)
{
    static const char sql[] = "SELECT row, body, {idem} FROM idem WHERE row = ?";
    sqlite3_stmt *stmt;
    struct gs_idem idem;
    int err = gs_sql_stmt(store, GS_STMT_IDEM_GET, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    (void)sqlite3_bind_int64(stmt, 1, row);
    int rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW) {
        err = gs_row_read_idem(stmt, true, &row, &idem);
        char *copy = err == GS_OK ? gs_arena_alloc(&a->arena, idem.body_len + 1) : NULL;
        if (copy != NULL) {
            memcpy(copy, idem.body, idem.body_len);
            idem.body = copy;
            a->idem = idem;
        } else {
            err = err == GS_OK ? GS_E_NOMEM : damaged(store, "the answer kept in row", row, true);
        }
    } else {
        err = rc == SQLITE_DONE ? GS_E_NOTFOUND : gs_sql_failed(store, rc, "a stored answer cannot be read");
    }
    (void)sqlite3_reset(stmt);
    return err;
}

static int check_whole(struct gs_store *store, struct gs_answer *a)
{
    int err = gs_sql_text(store, "PRAGMA integrity_check(1)", a->text, sizeof a->text);
    if (err != GS_OK) {
        return err;
    }
    err = gs_schema_verdict(a->text);
    if (err == GS_OK) {
        a->text[0] = '\0';
        err = gs_verify_all(store);
    }
    if (err == GS_E_CORRUPT && a->text[0] == '\0') {
        (void)snprintf(a->text, sizeof a->text, "%s", store->message);
    }
    return err == GS_E_CORRUPT ? GS_OK : err; /* a complaint is an answer */
}

static int back_up(struct gs_store *store, const char *path, struct gs_answer *a)
{
    struct gs_backup *backup = NULL;
    bool done = false;
    int err = gs_backup_start(store, path, NULL, &backup, a->text, sizeof a->text);
    while (err == GS_OK && !done) {
        err = gs_backup_step(backup, &done, a->text, sizeof a->text);
    }
    gs_backup_finish(backup);
    return err;
}

static int answer_query(struct gs_store *store, const struct gs_query *q, struct gs_answer *a)
{
    switch (q->kind) {
    case GS_QUERY_BOOKING:
        return get_booking(store, q->u.id, a);
    case GS_QUERY_BOOKINGS:
        return list_bookings(store, &q->u.filter, a);
    case GS_QUERY_SEARCH:
        return gs_search_run(store, &q->u.search.filter, q->u.search.first_date, a);
    case GS_QUERY_EVENTS:
        return list_events(store, q->u.events.after, q->u.events.limit, q->u.events.owner, a);
    case GS_QUERY_HISTORY:
        return list_history(store, q->u.history.last_event, q->u.history.limit, a);
    case GS_QUERY_IDEM:
        return get_idem(store, q->u.row, a);
    case GS_QUERY_AUDIT:
        return gs_events_audit(store, q->u.row, GS_STORE_AUDIT_ROWS, &a->audit);
    case GS_QUERY_CHECK:
        return check_whole(store, a);
    case GS_QUERY_JOURNAL:
        return gs_journal_rows(store, q->u.row, a);
    case GS_QUERY_BEGINNING:
        return gs_journal_beginning(store, q->u.beginning.past, q->u.beginning.after_id, a);
    case GS_QUERY_BACKUP:
        return back_up(store, q->u.path, a);
    }
    return GS_E_INVALID;
}

void gs_store_query(struct gs_store *store, const struct gs_query *query, struct gs_answer *answer)
{
    *answer = (struct gs_answer){0};
    gs_arena_init(&answer->arena);
    answer->err = store->unusable ? GS_E_IO : answer_query(store, query, answer);
    if (answer->err != GS_OK && answer->text[0] == '\0') {
        bool noted = answer->err == GS_E_IO || answer->err == GS_E_CORRUPT;
        (void)snprintf(answer->text, sizeof answer->text, "%s",
                       noted && store->message[0] != '\0' ? store->message : gs_strerror(answer->err));
    }
}
