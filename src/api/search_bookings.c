/* Looks for bookings of whatever day: those of the book are taken at once, those of the store when it answers, and both are shown as one list,
 * the newest first. A booking that moves from the one to the other meanwhile is shown once, as the book had it. */
#include "search_bookings.h"
#include "booking_json.h"
#include "list_csv.h"
#include "query_store.h"
#include "reply.h"
#include <string.h>

struct seen { /* in the book, when it was asked */
    struct gs_booking b;
    int32_t position;
};

struct looking {
    struct gs_exchange *x;
    size_t limit, count;
    struct seen seen[];
};

/* Both lists, from the newest on. */
struct merging {
    const struct looking *l;
    const struct gs_answer *a;
    size_t seen, found; /* taken already */
};

/* False: neither has one that may be shown yet. */
static bool next_of(struct merging *m, const struct gs_booking **out, int32_t *out_position)
{
    const struct seen *seen = m->seen < m->l->count ? &m->l->seen[m->seen] : NULL;
    const struct gs_booking *found = m->found < m->a->booking_count ? &m->a->bookings[m->found] : NULL;
    if (seen != NULL && m->a->more && seen->b.id < m->a->scanned_id) {
        seen = NULL; /* what the store has not yet looked at may come before it */
    }
    *out_position = 0;
    if (seen != NULL && (found == NULL || seen->b.id >= found->id)) {
        m->found += found != NULL && seen->b.id == found->id ? 1 : 0;
        m->seen++;
        *out = &seen->b;
        *out_position = seen->position;
        return true;
    }
    m->found += found != NULL ? 1 : 0;
    *out = found;
    return found != NULL;
}

static void send_list(const struct looking *l, const struct gs_answer *a)
{
    const struct gs_service *service = &gs_api_of(l->x)->service;
    const struct gs_tz *tz = service->rules(service->self)->tz;
    struct merging m = {.l = l, .a = a};
    struct gs_json j = gs_reply_begin(l->x);
    const struct gs_booking *b;
    int32_t position;
    int64_t last = 0;
    size_t shown = 0;
    gs_json_object(&j, NULL);
    gs_json_array(&j, "items");
    for (; shown < l->limit && next_of(&m, &b, &position); shown++) {
        gs_json_booking(&j, NULL, b, position, tz, GS_SHOW_MASKED);
        last = b->id;
    }
    gs_json_end_array(&j);
    if (shown == l->limit && next_of(&m, &b, &position)) {
        gs_json_booking_id(&j, "next_cursor", last);
    } else if (a->more) {
        gs_json_booking_id(&j, "next_cursor", shown == l->limit ? last : a->scanned_id);
    } else {
        gs_json_null(&j, "next_cursor");
    }
    gs_json_end_object(&j);
    gs_reply_list(l->x, GS_LIST_BOOKINGS);
}

static void found(void *arg, struct gs_answer *answer)
{
    const struct looking *l = arg;
    if (answer->err != GS_OK) {
        gs_query_failed(l->x, answer->err);
    } else {
        send_list(l, answer);
    }
}

void gs_search_bookings(struct gs_call *c, const struct gs_filter *f)
{
    const struct gs_book *book = c->service->apply_due(c->service->self);
    const struct gs_booking *live[GS_PAGE_MAX + 1];
    struct gs_query query = {.kind = GS_QUERY_SEARCH};
    query.u.search.filter = *f;
    query.u.search.filter.limit = f->limit + 1; /* one more tells whether there is a next page */
    query.u.search.first_date = gs_book_first_date(book);
    const size_t count = gs_book_newest(book, &query.u.search.filter, live);
    struct looking *l = gs_query_state(c->x, sizeof *l + count * sizeof l->seen[0]);
    if (l == NULL) {
        return;
    }
    l->x = c->x;
    l->limit = (size_t)f->limit;
    l->count = count;
    for (size_t i = 0; i < count; i++) {
        l->seen[i] = (struct seen){.b = *live[i], .position = gs_book_waitlist_position(book, live[i])};
    }
    gs_query_store(c->x, &query, found, l);
}
