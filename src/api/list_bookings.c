/* Lists of bookings: those of a date, from the book or, of older dates, from the store; and what a search of whatever day finds in both, as
 * one list, the newest first. The book is looked through some hundred bookings at a time, and rows are written some at a time. A page whose
 * rows are found in one such look is of one instant; of a longer one each row is as it stood when it was found. A booking that moves
 * from the book to the store meanwhile is shown once, as the book had it. */
#include "list_bookings.h"
#include "booking_json.h"
#include "query_store.h"
#include "reply.h"
#include "row_writer.h"
#include <stdlib.h>
#include <string.h>

enum { LOOK_AT_ONCE = 512, ROWS_AT_ONCE = 24, QUESTIONS_MAX = 10 };

struct seen { /* in the book */
    struct gs_booking b;
    int32_t position;
};

struct listing {
    struct gs_exchange *x;
    struct gs_filter filter; /* goes on from where the last look ended */
    int64_t before_id;       /* of a search: as it was asked for */
    size_t limit;            /* rows of the page; one more tells whether there is another */
    bool is_search;
    struct seen *seen; /* owned: limit + 1 at most, in the order of the list */
    size_t seen_count;
    struct gs_booking *found; /* owned: the store's */
    size_t found_count;
    int questions;                  /* that were asked for them */
    bool more;                      /* than the store has looked at: */
    int64_t scanned_id;             /* … those before this id */
    size_t seen_taken, found_taken; /* of both, by the rows so far */
    size_t shown;
    int64_t last; /* id of the last row */
    struct gs_row_writer rows;
};

static void listing_free(void *state)
{
    struct listing *l = state;
    free(l->seen);
    free(l->found);
    gs_rows_finish(&l->rows);
    free(l);
}

static struct listing *begin(struct gs_call *c, const struct gs_filter *f)
{
    struct listing *l = gs_query_state(c->x, sizeof *l);
    if (l == NULL) {
        return NULL;
    }
    c->x->state_free = listing_free;
    l->x = c->x;
    l->filter = *f;
    l->limit = (size_t)f->limit;
    gs_rows_begin(&l->rows, c->x, GS_LIST_BOOKINGS, NULL);
    return l;
}

/* ---- rows ---- */

/* The next row of both, from the newest on; NULL: neither has one that may be shown yet. */
static const struct gs_booking *next_of_both(struct listing *l, int32_t *out_position)
{
    const struct seen *seen = l->seen_taken < l->seen_count ? &l->seen[l->seen_taken] : NULL;
    const struct gs_booking *found = l->found_taken < l->found_count ? &l->found[l->found_taken] : NULL;
    if (seen != NULL && l->more && seen->b.id < l->scanned_id) {
        seen = NULL; /* what the store has not yet looked at may come before it */
    }
    *out_position = 0;
    if (seen != NULL && (found == NULL || seen->b.id >= found->id)) {
        l->found_taken += found != NULL && seen->b.id == found->id ? 1 : 0;
        l->seen_taken++;
        *out_position = seen->position;
        return &seen->b;
    }
    l->found_taken += found != NULL ? 1 : 0;
    return found;
}

static void end(struct listing *l)
{
    char cursor[GS_BOOKING_ID_TEXT];
    int32_t position;
    int64_t next = 0;
    const bool is_full = l->shown == l->limit;
    if (is_full && next_of_both(l, &position) != NULL) {
        next = l->last;
    } else if (l->more) {
        next = is_full || !l->is_search ? l->last : l->scanned_id;
    }
    gs_booking_id_format(next, cursor);
    gs_rows_close(&l->rows, next != 0 ? cursor : NULL);
    gs_rows_send(&l->rows);
}

static void write_rows(struct gs_exchange *x)
{
    struct listing *l = x->state;
    const struct gs_service *service = &gs_api_of(x)->service;
    const struct gs_tz *tz = service->rules(service->self)->tz;
    const struct gs_booking *b = NULL;
    int32_t position;
    for (int n = 0; n < ROWS_AT_ONCE; n++) {
        b = l->shown < l->limit ? next_of_both(l, &position) : NULL;
        if (b == NULL) {
            end(l);
            return;
        }
        gs_json_booking(gs_row_begin(&l->rows), NULL, b, position, tz, GS_SHOW_MASKED);
        gs_row_end(&l->rows);
        l->last = b->id;
        l->shown++;
    }
    gs_work_go_on(x, write_rows);
}

/* ---- the store ---- */

static void ask_store(struct listing *l, const struct gs_book *book);

/* What the store looks at for one question takes a millisecond: it is asked on until the page is full, or as much as one answer is worth
 * was looked at. */
static bool asks_on(const struct listing *l)
{
    return l->is_search && l->more && l->found_count <= l->limit && l->questions < QUESTIONS_MAX;
}

static void found(void *arg, struct gs_answer *answer)
{
    struct listing *l = arg;
    const struct gs_service *service = &gs_api_of(l->x)->service;
    if (answer->err != GS_OK) {
        gs_query_failed(l->x, answer->err);
        return;
    }
    struct gs_booking *grown = realloc(l->found, (l->found_count + answer->booking_count + 1) * sizeof *grown);
    if (grown == NULL) {
        gs_reply_code(l->x, GS_CODE_OVERLOADED);
        return;
    }
    l->found = grown;
    if (answer->booking_count > 0) {
        memcpy(grown + l->found_count, answer->bookings, answer->booking_count * sizeof *grown);
    }
    l->found_count += answer->booking_count;
    l->more = answer->more;
    l->scanned_id = answer->scanned_id;
    l->questions++;
    if (asks_on(l)) {
        ask_store(l, service->book(service->self));
    } else {
        gs_work_go_on(l->x, write_rows);
    }
}

void gs_list_past(struct gs_call *c, const struct gs_filter *f)
{
    struct listing *l = begin(c, f);
    if (l != NULL) {
        const struct gs_query query = {.kind = GS_QUERY_BOOKINGS, .u.filter = *f};
        gs_query_store(c->x, &query, found, l);
    }
}

static void ask_store(struct listing *l, const struct gs_book *book)
{
    struct gs_query query = {.kind = GS_QUERY_SEARCH};
    query.u.search.filter = l->filter;
    query.u.search.filter.before_id = l->questions > 0 ? l->scanned_id : l->before_id;
    query.u.search.filter.limit = (int32_t)(l->limit + 1 - l->found_count);
    query.u.search.first_date = gs_book_first_date(book);
    gs_query_store(l->x, &query, found, l);
}

/* ---- the book ---- */

static void look(struct gs_exchange *x)
{
    struct listing *l = x->state;
    const struct gs_service *service = &gs_api_of(x)->service;
    const struct gs_book *book = service->book(service->self);
    const struct gs_booking *now[GS_PAGE_MAX + 1];
    bool more;
    l->filter.limit = (int32_t)(l->limit + 1 - l->seen_count);
    const size_t count = l->is_search ? gs_book_newest_some(book, &l->filter, LOOK_AT_ONCE, now, &more)
                                      : gs_book_list_some(book, &l->filter, LOOK_AT_ONCE, now, &more);
    for (size_t i = 0; i < count; i++) {
        l->seen[l->seen_count++] = (struct seen){.b = *now[i], .position = gs_book_waitlist_position(book, now[i])};
    }
    if (more) {
        gs_work_go_on(x, look);
    } else if (l->is_search) {
        ask_store(l, book);
    } else {
        gs_work_go_on(x, write_rows);
    }
}

static void look_through_book(struct gs_call *c, const struct gs_filter *f, bool is_search)
{
    struct listing *l = begin(c, f);
    if (l == NULL) {
        return;
    }
    l->is_search = is_search;
    l->before_id = f->before_id;
    l->seen = malloc((l->limit + 1) * sizeof *l->seen);
    if (l->seen == NULL) {
        gs_reply_code(c->x, GS_CODE_OVERLOADED);
        return;
    }
    (void)c->service->apply_due(c->service->self);
    gs_work_go_on(c->x, look);
}

void gs_list_live(struct gs_call *c, const struct gs_filter *f)
{
    look_through_book(c, f, false);
}

void gs_list_search(struct gs_call *c, const struct gs_filter *f)
{
    look_through_book(c, f, true);
}
