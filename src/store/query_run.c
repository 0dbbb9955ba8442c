/* Answers questions about what is stored: bookings gone from the book, events, kept answers, checks. It changes nothing, and every answer is
 * bounded in rows read and rows given. A read that fails is that answer's failure only. */
#include "answer_rows.h"
#include "backup.h"
#include "date_rows.h"
#include "event_check.h"
#include "event_queries.h"
#include "journal_rows.h"
#include "last_backup.h"
#include "rows.h"
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

/* Of each table one row: the booking asked for, or else the one before it, or the first. So one that is not there, and one that is somebody
 * else's, cost the same as one that is there, and nobody learns from the time an answer takes which ids are given. */
static int get_booking(struct gs_store *store, int64_t id, const char *owner, struct gs_answer *a)
{
#define NEAREST(table)                                                                                                 \
    " FROM " table " WHERE id = coalesce((SELECT max(id) FROM " table " WHERE id <= ?1), (SELECT min(id) FROM " table  \
    "))"
    static const char sql[] =
        "SELECT {booking}, 0" NEAREST("booking") " UNION ALL SELECT {booking}, 1" NEAREST("booking_past");
#undef NEAREST
    struct gs_statement *stmt;
    struct gs_booking b;
    int rc = GS_DB_ROW;
    int err = gs_sql_stmt(store, GS_STMT_BOOKING_GET, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    (void)gs_db_bind_int(stmt, 1, id);
    while (err == GS_OK && (rc = gs_db_step(stmt)) == GS_DB_ROW) {
        const bool meant = gs_db_column_int(stmt, 0) == id;
        err = meant ? gs_answer_read_booking(store, stmt, &b) : gs_row_read_booking(stmt, &b);
        const bool shown = err == GS_OK && meant && (owner[0] == '\0' || strcmp(owner, b.owner) == 0);
        err = shown   ? gs_answer_add_booking(a, &b)
              : meant ? err
                      : GS_OK; /* a neighbour's damage is not this answer's */
    }
    if (err == GS_OK && rc != GS_DB_DONE) {
        err = gs_sql_failed(store, rc, "a booking cannot be read");
    }
    gs_db_reset(stmt);
    return err == GS_OK && a->booking_count == 0 ? GS_E_NOTFOUND : err;
}

static int list_bookings(struct gs_store *store, const struct gs_filter *f, struct gs_answer *a)
{
    static const char sql[] = "SELECT {booking}, 0 FROM booking WHERE date = ?1 AND id > ?2 UNION ALL"
                              " SELECT {booking}, 1 FROM booking_past WHERE date = ?1 AND id > ?2 ORDER BY id";
    const size_t limit = (size_t)bounded(f->limit);
    struct gs_statement *stmt;
    struct gs_booking b;
    if (!f->has_date || f->limit < 1) {
        return GS_E_INVALID;
    }
    int rc = GS_DB_ROW;
    int err = gs_sql_stmt(store, GS_STMT_BOOKINGS_GET, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    (void)gs_db_bind_int(stmt, 1, f->date);
    (void)gs_db_bind_int(stmt, 2, f->after_id);
    while (err == GS_OK && !a->more && (rc = gs_db_step(stmt)) != GS_DB_DONE) {
        if (rc != GS_DB_ROW) {
            err = gs_sql_failed(store, rc, "bookings cannot be read");
            break;
        }
        err = gs_answer_read_booking(store, stmt, &b);
        if (err == GS_OK && gs_filter_matches(f, &b)) {
            a->more = a->booking_count == limit;
            err = a->more ? GS_OK : gs_answer_add_booking(a, &b);
        }
    }
    gs_db_reset(stmt);
    return err;
}

static int get_idem(struct gs_store *store, int64_t row, struct gs_answer *a)
{
    static const char sql[] = "SELECT row, body, {idem} FROM idem WHERE row = ?";
    struct gs_statement *stmt;
    struct gs_idem idem;
    int err = gs_sql_stmt(store, GS_STMT_IDEM_GET, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    (void)gs_db_bind_int(stmt, 1, row);
    int rc = gs_db_step(stmt);
    if (rc == GS_DB_ROW) {
        err = gs_row_read_idem(stmt, true, &row, &idem);
        char *copy = err == GS_OK ? gs_arena_alloc(&a->arena, idem.body_len + 1) : NULL;
        if (copy != NULL) {
            memcpy(copy, idem.body, idem.body_len);
            idem.body = copy;
            a->idem = idem;
        } else {
            err = err == GS_OK ? GS_E_NOMEM : gs_answer_damaged(store, "the answer kept in row", row, true);
        }
    } else {
        err = rc == GS_DB_DONE ? GS_E_NOTFOUND : gs_sql_failed(store, rc, "a stored answer cannot be read");
    }
    gs_db_reset(stmt);
    return err;
}

static int check_whole(struct gs_store *store, struct gs_answer *a)
{
    int err = store->db->ops->check(store, a->text, sizeof a->text);
    err = err != GS_OK ? err : gs_verify_all(store);
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

/* Those about events take their time, and say when they are done; all others are done. */
static int answer_query(struct gs_store *store, const struct gs_query *q, struct gs_query_progress *p,
                        struct gs_answer *a)
{
    if (q->kind == GS_QUERY_EVENTS) {
        return gs_events_list(store, q, p, a);
    }
    p->done = true;
    switch (q->kind) {
    case GS_QUERY_BOOKING:
        return get_booking(store, q->u.id, q->owner, a);
    case GS_QUERY_BOOKINGS:
        return list_bookings(store, &q->u.filter, a);
    case GS_QUERY_SEARCH:
        return gs_search_run(store, &q->u.search.filter, q->u.search.first_date, a);
    case GS_QUERY_EVENTS:
        break;
    case GS_QUERY_HISTORY:
        return gs_events_history(store, q, a);
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
    case GS_QUERY_STORE:
        return gs_store_describe(store, &a->store);
    case GS_QUERY_CAPACITIES:
        return gs_dates_capacities(store, q->u.dates.from, q->u.dates.to, a);
    case GS_QUERY_LIVE:
        return gs_dates_live(store, q->u.dates.from, q->u.dates.to, q->u.dates.after_id, a);
    case GS_QUERY_ARCHIVE:
        return gs_dates_archived(store, q->u.dates.from, q->u.dates.to, q->u.dates.after_id, a);
    case GS_QUERY_BACKUP:
        return back_up(store, q->u.path, a);
    }
    return GS_E_INVALID;
}

bool gs_store_query_step(struct gs_store *store, const struct gs_query *query, struct gs_query_progress *progress,
                         struct gs_answer *answer)
{
    if (!progress->begun) {
        *answer = (struct gs_answer){0};
        gs_arena_init(&answer->arena);
    }
    answer->err = store->unusable ? GS_E_IO : answer_query(store, query, progress, answer);
    if (answer->err != GS_OK && answer->text[0] == '\0') {
        bool noted = answer->err == GS_E_IO || answer->err == GS_E_CORRUPT;
        (void)snprintf(answer->text, sizeof answer->text, "%s",
                       noted && store->message[0] != '\0' ? store->message : gs_strerror(answer->err));
    }
    return progress->done || answer->err != GS_OK;
}

void gs_store_query(struct gs_store *store, const struct gs_query *query, struct gs_answer *answer)
{
    struct gs_query_progress progress = {0};
    bool done = false;
    while (!done) {
        done = gs_store_query_step(store, query, &progress, answer);
    }
}
