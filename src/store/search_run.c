/* Looks for past bookings, the newest first. The index (search_index.c) says which may be meant, span by span; each is read and judged by the
 * same function as those in the book. One answer looks at a bounded number of rows and says where to go on. */
#include "search_run.h"
#include "answer_rows.h"
#include "rows.h"
#include "search_index.h"
#include "sql.h"
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT_SETS = 64 };

/* One search under way. */
struct search_run {
    struct gs_store *store;
    const struct gs_filter *filter;
    struct gs_answer *answer;
    size_t limit;
    int64_t before_id; /* smaller ids are still to be looked at */
    int64_t floor;     /* smaller ids were not all looked at: they belong to the next answer */
    int looked_at;     /* bookings */
    size_t taken;      /* of these */
    int sets_read;
    bool stopped; /* what one answer may look at is used up, or full */

    size_t way_count;
    struct gs_search_way ways[GS_SEARCH_WAYS_MAX];
    int64_t span;
    size_t kept_count; /* sets of this span that were read */
    uint32_t kept_grams[KEPT_SETS];
    struct gs_span_set kept[KEPT_SETS];
    struct gs_span_set scratch, owned, way, found;
};

/* ---- bookings ---- */

static int damaged(struct search_run *r, int64_t id)
{
    gs_store_note(r->store, "%s: booking %lld is damaged or missing, or was changed by another program", r->store->path,
                  (long long)id);
    return GS_E_CORRUPT;
}

static int take_booking(struct search_run *r, struct gs_statement *stmt)
{
    struct gs_booking b;
    if (gs_row_read_booking(stmt, &b) != GS_OK) {
        return damaged(r, gs_db_column_int(stmt, 0));
    }
    r->before_id = b.id;
    r->looked_at++;
    if (!gs_filter_matches(r->filter, &b)) {
        r->stopped = r->looked_at >= GS_STORE_SEARCH_ROWS;
        return GS_OK;
    }
    r->taken++;
    r->stopped = r->looked_at >= GS_STORE_SEARCH_ROWS || r->taken > r->limit;
    return gs_answer_add_booking(r->answer, &b);
}

/* All that a statement gives, as far as one answer looks. */
static int take_bookings(struct search_run *r, struct gs_statement *stmt)
{
    int err = GS_OK, rc = GS_DB_ROW;
    while (err == GS_OK && !r->stopped && (rc = gs_db_step(stmt)) == GS_DB_ROW) {
        err = take_booking(r, stmt);
    }
    if (err == GS_OK && rc != GS_DB_ROW && rc != GS_DB_DONE) {
        err = gs_sql_failed(r->store, rc, "bookings cannot be read");
    }
    gs_db_reset(stmt);
    return err;
}

static int look_at(struct search_run *r, int64_t id)
{
    static const char sql[] = "SELECT {booking} FROM booking_past WHERE id = ?";
    struct gs_statement *stmt;
    int err = gs_sql_stmt(r->store, GS_STMT_PAST_GET, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    (void)gs_db_bind_int(stmt, 1, id);
    const int rc = gs_db_step(stmt);
    if (rc == GS_DB_ROW) {
        err = take_booking(r, stmt);
    } else if (rc != GS_DB_DONE) {
        err = gs_sql_failed(r->store, rc, "a booking cannot be read");
    } else if (id != r->filter->search.id) { /* which anybody may name */
        err = damaged(r, id);
    }
    gs_db_reset(stmt);
    return err;
}

/* ---- the index ---- */

/* The greatest span up to *span in which there are bookings; -1: none. */
static int next_span(struct search_run *r, int64_t *span)
{
    static const char sql[] = "SELECT key FROM past_gram WHERE key < ? ORDER BY key DESC LIMIT 1";
    struct gs_statement *stmt;
    int err = gs_sql_stmt(r->store, GS_STMT_GRAM_BEFORE, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    (void)gs_db_bind_int(stmt, 1, gs_span_key(*span + 1, 0));
    const int rc = gs_db_step(stmt);
    if (rc == GS_DB_ROW) {
        *span = gs_db_column_int(stmt, 0) >> GS_GRAM_BITS;
    } else {
        *span = -1;
        err = rc == GS_DB_DONE ? GS_OK : gs_sql_failed(r->store, rc, "the index of past bookings cannot be read");
    }
    gs_db_reset(stmt);
    return err;
}

/* Ways of one search have most of their grams in common. */
static int set_of(struct search_run *r, uint32_t gram, const struct gs_span_set **out)
{
    for (size_t i = 0; i < r->kept_count; i++) {
        if (r->kept_grams[i] == gram) {
            *out = &r->kept[i];
            return GS_OK;
        }
    }
    struct gs_span_set *room = &r->scratch;
    if (r->kept_count < KEPT_SETS) {
        r->kept_grams[r->kept_count] = gram;
        room = &r->kept[r->kept_count];
    }
    r->sets_read++;
    *out = room;
    int err = gs_span_read(r->store, gs_span_key(r->span, gram), room);
    r->kept_count += err == GS_OK && room != &r->scratch ? 1 : 0;
    return err;
}

/* Keeps in *set what is in the other one too; false: nothing is left. */
static bool narrow(struct gs_span_set *set, const struct gs_span_set *other)
{
    uint64_t left = 0;
    for (size_t i = 0; i < GS_SPAN_WORDS; i++) {
        set->words[i] &= other->words[i];
        left |= set->words[i];
    }
    return left != 0;
}

static int go_one_way(struct search_run *r, const struct gs_search_way *way)
{
    bool left = true;
    int err = GS_OK;
    r->way = r->owned;
    for (size_t i = 0; i < way->count && left && err == GS_OK; i++) {
        const struct gs_span_set *set = NULL;
        err = set_of(r, way->grams[i], &set);
        left = err == GS_OK && narrow(&r->way, set);
    }
    for (size_t i = 0; i < GS_SPAN_WORDS && left; i++) {
        r->found.words[i] |= r->way.words[i];
    }
    return err;
}

/* Whose bookings of the span may be looked at. */
static int read_owned(struct search_run *r)
{
    memset(&r->owned, 0xFF, sizeof r->owned);
    if (r->filter->owner[0] == '\0') {
        return GS_OK;
    }
    r->sets_read++;
    return gs_span_read(r->store, gs_span_key(r->span, gs_search_owner(r->filter->owner)), &r->owned);
}

static bool is_owned(const struct search_run *r, int64_t place)
{
    return (r->owned.words[place / 64] >> place % 64 & 1) != 0;
}

static int find_in_span(struct search_run *r)
{
    r->kept_count = 0;
    memset(&r->found, 0, sizeof r->found);
    int err = read_owned(r);
    for (size_t i = 0; i < r->way_count && err == GS_OK; i++) {
        err = go_one_way(r, &r->ways[i]);
    }
    const int64_t id = r->filter->search.id;
    const int64_t place = id - gs_span_first(r->span);
    if (id > 0 && place >= 0 && place < GS_SPAN_IDS && is_owned(r, place)) {
        r->found.words[place / 64] |= UINT64_C(1) << place % 64;
    }
    return err;
}

/* What is written as an id alone: another's is not even looked at, as one that is not there. */
static int look_by_id(struct search_run *r, int64_t id)
{
    if (id <= 0 || id >= r->before_id) {
        return GS_OK;
    }
    r->span = gs_span_of(id);
    const int err = read_owned(r);
    return err == GS_OK && is_owned(r, id - gs_span_first(r->span)) ? look_at(r, id) : err;
}

static int look_through_span(struct search_run *r)
{
    const int64_t first = gs_span_first(r->span);
    int err = find_in_span(r);
    for (int64_t i = GS_SPAN_WORDS - 1; i >= 0 && err == GS_OK && !r->stopped; i--) {
        uint64_t left = r->found.words[i];
        while (left != 0 && err == GS_OK && !r->stopped) {
            const int bit = 63 - __builtin_clzll(left);
            const int64_t id = first + i * 64 + bit;
            left &= ~(UINT64_C(1) << bit);
            err = id < r->before_id ? look_at(r, id) : GS_OK;
        }
    }
    return err;
}

static int look_by_grams(struct search_run *r)
{
    if (r->way_count == 0) { /* it was written as an id */
        return look_by_id(r, r->filter->search.id);
    }
    int64_t span = gs_span_of(r->before_id - 1);
    int err = GS_OK;
    while (err == GS_OK && !r->stopped) {
        err = next_span(r, &span);
        if (err != GS_OK || span < 0) {
            break;
        }
        r->span = span;
        err = look_through_span(r);
        if (!r->stopped) {
            r->before_id = gs_span_first(span);
            r->stopped = r->sets_read >= GS_STORE_SEARCH_SETS && span > 0;
            span--;
        }
    }
    return err;
}

/* ---- by reference ---- */

/* Of an owner his own alone are touched: the index has the owner behind the reference. */
static int look_by_reference(struct search_run *r)
{
    static const char of_all[] =
        "SELECT {booking} FROM booking_past WHERE reference = ?1 AND reference <> '' AND id < ?2"
        " ORDER BY id DESC";
    static const char of_one[] =
        "SELECT {booking} FROM booking_past WHERE reference = ?1 AND reference <> '' AND id < ?2"
        " AND owner = ?3 ORDER BY id DESC";
    const bool one = r->filter->owner[0] != '\0';
    struct gs_statement *stmt;
    int err =
        gs_sql_stmt(r->store, one ? GS_STMT_REFERENCE_OWNED : GS_STMT_REFERENCE_GET, one ? of_one : of_all, &stmt);
    if (err != GS_OK) {
        return err;
    }
    (void)gs_db_bind_text(stmt, 1, r->filter->reference, strlen(r->filter->reference));
    (void)gs_db_bind_int(stmt, 2, r->before_id);
    if (one) {
        (void)gs_db_bind_text(stmt, 3, r->filter->owner, strlen(r->filter->owner));
    }
    return take_bookings(r, stmt);
}

/* ---- those that the book has forgotten and the archive has not yet got ---- */

static int look_at_unarchived(struct search_run *r, gs_date first_date)
{
    static const char sql[] =
        "SELECT {booking} FROM booking WHERE date < ? AND status >= 5 AND id < ? ORDER BY id DESC";
    struct gs_statement *stmt;
    int err = gs_sql_stmt(r->store, GS_STMT_UNARCHIVED_GET, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    (void)gs_db_bind_int(stmt, 1, first_date);
    (void)gs_db_bind_int(stmt, 2, r->before_id);
    return take_bookings(r, stmt);
}

static int newest_first(const void *a, const void *b)
{
    const struct gs_booking *x = a, *y = b;
    return (x->id < y->id) - (x->id > y->id);
}

/* One of the two ways to look has come to its end, or stopped before it; the other begins anew. */
static void end_part(struct search_run *r)
{
    if (r->stopped && r->before_id > r->floor) {
        r->floor = r->before_id;
    }
    r->before_id = r->filter->before_id > 0 ? r->filter->before_id : INT64_MAX;
    r->looked_at = r->sets_read = 0;
    r->taken = 0;
    r->stopped = false;
}

static void arrange(struct search_run *r)
{
    struct gs_answer *a = r->answer;
    if (a->booking_count > 1) {
        qsort(a->bookings, a->booking_count, sizeof a->bookings[0], newest_first);
    }
    while (a->booking_count > 0 && a->bookings[a->booking_count - 1].id < r->floor) {
        a->booking_count--;
    }
    a->more = r->floor > 0;
    a->scanned_id = r->floor;
    if (a->booking_count > r->limit) {
        a->booking_count = r->limit;
        a->more = true;
        a->scanned_id = a->bookings[r->limit - 1].id;
    }
}

int gs_search_run(struct gs_store *store, const struct gs_filter *f, gs_date first_date, struct gs_answer *a)
{
    if (f->limit < 1 || (f->search.chars == 0 && f->reference[0] == '\0')) {
        return GS_E_INVALID;
    }
    struct search_run *r = gs_arena_alloc(&a->arena, sizeof *r);
    if (r == NULL) {
        return GS_E_NOMEM;
    }
    memset(r, 0, offsetof(struct search_run, kept_grams));
    r->store = store;
    r->filter = f;
    r->answer = a;
    r->limit = f->limit < GS_STORE_ANSWER_ROWS ? (size_t)f->limit : GS_STORE_ANSWER_ROWS;
    r->way_count = gs_search_ways(&f->search, r->ways);
    end_part(r);
    int err = look_at_unarchived(r, first_date);
    end_part(r);
    if (err == GS_OK) {
        err = f->reference[0] != '\0' ? look_by_reference(r) : look_by_grams(r);
    }
    end_part(r);
    if (err == GS_OK) {
        arrange(r);
    }
    return err;
}
