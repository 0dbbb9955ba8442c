/* The store of the world: takes what a turn committed and answers what the routes ask of it, all in memory. */
#include "world.h"

static void store_booking(struct gs_http *w, const struct gs_booking *b)
{
    for (size_t i = 0; i < w->booking_count; i++) {
        if (w->bookings[i].id == b->id) {
            w->bookings[i] = *b;
            return;
        }
    }
    assert_true(w->booking_count < WORLD_MAX);
    w->bookings[w->booking_count++] = *b;
}

static void store_event(struct gs_http *w, const struct gs_event *e)
{
    struct gs_buf text;
    assert_int_equal(e->seq, w->event_count + 1);
    gs_buf_init(&text, 65536);
    gs_event_json(e, w->rules.tz, &text);
    if (w->tells) {
        struct gs_durable_events told = {0};
        assert_int_equal(gs_durable_events_add(&told, e, text.data, text.len), GS_OK);
        gs_api_durable(w->api, &told);
    }
    w->events[w->event_count] = text.data;
    w->prevs[w->event_count] = e->prev;
    strcpy(w->owners[w->event_count++], e->owner);
}

static void store_idem(struct gs_http *w, const struct gs_idem *idem)
{
    struct gs_idem *row = &w->idems[w->idem_count++];
    char *body = malloc(idem->body_len + 1);
    assert_non_null(body);
    memcpy(body, idem->body, idem->body_len);
    body[idem->body_len] = '\0';
    *row = *idem;
    row->body = body;
}

void world_store_commit(struct gs_http *w)
{
    for (const struct gs_record *r = w->batch.first; r != NULL; r = r->next) {
        if (r->kind == GS_REC_BOOKING) {
            store_booking(w, r->u.booking);
        } else if (r->kind == GS_REC_EVENT) {
            store_event(w, r->u.event);
        } else if (r->kind == GS_REC_IDEM) {
            store_idem(w, r->u.idem);
        } else if (r->kind == GS_REC_TOKEN || r->kind == GS_REC_TOKEN_REVOKE) {
            w->token_records++;
        } else if (r->kind == GS_REC_SESSION || r->kind == GS_REC_SESSION_CLOSE) {
            w->session_records++;
        }
    }
    gs_batch_clear(&w->batch);
}

static void answer_booking(const struct gs_http *w, const struct gs_query *q, struct gs_answer *a)
{
    a->err = GS_E_NOTFOUND;
    for (size_t i = 0; i < w->past_count; i++) {
        const bool seen = q->owner[0] == '\0' || strcmp(q->owner, w->past[i].owner) == 0;
        if (w->past[i].id == q->u.id && seen) {
            a->bookings = gs_arena_alloc(&a->arena, sizeof *a->bookings);
            a->bookings[0] = w->past[i];
            a->booking_count = 1;
            a->err = GS_OK;
        }
    }
}

static void answer_bookings(const struct gs_http *w, const struct gs_query *q, struct gs_answer *a)
{
    a->bookings = gs_arena_alloc(&a->arena, sizeof *a->bookings * (size_t)(q->u.filter.limit + 1));
    for (size_t i = 0; i < w->past_count; i++) {
        if (!gs_filter_matches(&q->u.filter, &w->past[i])) {
            continue;
        }
        if (a->booking_count == (size_t)q->u.filter.limit) {
            a->more = true;
            return;
        }
        a->bookings[a->booking_count++] = w->past[i];
    }
}

/* By date, then id, and no more than two at a time. */
static const struct gs_booking *next_archived(const struct gs_http *w, gs_date date, int64_t id, gs_date to)
{
    const struct gs_booking *next = NULL;
    for (size_t i = 0; i < w->past_count; i++) {
        const struct gs_booking *b = &w->past[i];
        bool is_after = b->wish.date > date || (b->wish.date == date && b->id > id);
        bool is_nearer =
            next == NULL || b->wish.date < next->wish.date || (b->wish.date == next->wish.date && b->id < next->id);
        if (is_after && b->wish.date <= to && is_nearer) {
            next = b;
        }
    }
    return next;
}

static void answer_archive(const struct gs_http *w, const struct gs_query *q, struct gs_answer *a)
{
    gs_date date = q->u.dates.from;
    int64_t id = q->u.dates.after_id;
    const struct gs_booking *b;
    a->bookings = gs_arena_alloc(&a->arena, 2 * sizeof *a->bookings);
    while (a->booking_count < 2 && (b = next_archived(w, date, id, q->u.dates.to)) != NULL) {
        a->bookings[a->booking_count++] = *b;
        date = b->wish.date;
        id = b->id;
    }
    a->more = a->booking_count == 2;
}

static void answer_live(const struct gs_http *w, const struct gs_query *q, struct gs_answer *a)
{
    if (w->late.id > q->u.dates.after_id) {
        a->bookings = gs_arena_alloc(&a->arena, sizeof *a->bookings);
        a->bookings[a->booking_count++] = w->late;
        a->scanned_id = w->late.id;
        a->more = true;
    }
}

static void answer_search(const struct gs_http *w, const struct gs_filter *f, struct gs_answer *a)
{
    a->bookings = gs_arena_alloc(&a->arena, sizeof *a->bookings * (size_t)(f->limit + 1));
    for (size_t i = w->past_count; i > 0 && !a->more; i--) {
        if (!gs_filter_matches(f, &w->past[i - 1])) {
            continue;
        }
        a->more = a->booking_count == (size_t)f->limit;
        if (!a->more) {
            a->bookings[a->booking_count++] = w->past[i - 1];
            a->scanned_id = w->past[i - 1].id;
        }
    }
}

static void add_event(const struct gs_http *w, int64_t seq, struct gs_answer *a)
{
    const char *json = w->events[seq - 1];
    a->events[a->event_count++] = (struct gs_event_text){.seq = seq, .len = strlen(json), .json = json};
}

static bool event_wanted(const struct gs_http *w, const struct gs_query *q, int64_t seq)
{
    const char *owner = q->u.events.owner;
    return (owner[0] == '\0' || strcmp(owner, w->owners[seq - 1]) == 0) &&
           gs_event_matches(&q->u.events.filter, w->events[seq - 1], strlen(w->events[seq - 1]));
}

static void answer_events(const struct gs_http *w, const struct gs_query *q, struct gs_answer *a)
{
    const int64_t count = (int64_t)w->event_count;
    int64_t after = q->u.events.after;
    size_t left = (size_t)q->u.events.limit;
    a->events = gs_arena_alloc(&a->arena, sizeof *a->events * (size_t)(q->u.events.limit + 1));
    if (q->u.events.last) {
        for (after = count; after > 0 && left > 0; after--) {
            left -= event_wanted(w, q, after) ? 1 : 0;
        }
    }
    a->scanned_seq = after;
    for (int64_t seq = after + 1; seq <= count; seq++) {
        if (event_wanted(w, q, seq) && a->event_count == (size_t)q->u.events.limit) {
            a->more = true;
            return;
        }
        if (event_wanted(w, q, seq)) {
            add_event(w, seq, a);
        }
        a->scanned_seq = seq;
    }
}

static bool is_of(const struct gs_http *w, int64_t seq, int64_t booking_id)
{
    char member[48];
    snprintf(member, sizeof member, "\"booking_id\":\"bk_%lld\"", (long long)booking_id);
    return booking_id == 0 || strstr(w->events[seq - 1], member) != NULL;
}

static void answer_history(const struct gs_http *w, const struct gs_query *q, struct gs_answer *a)
{
    int64_t chain[GS_PAGE_MAX];
    size_t n = 0;
    int64_t seq = q->u.history.last_event;
    if (seq > (int64_t)w->event_count || !is_of(w, seq, q->u.history.booking_id)) {
        a->err = GS_E_NOTFOUND;
        return;
    }
    for (; seq > 0 && n < (size_t)q->u.history.limit; seq = w->prevs[seq - 1]) {
        chain[n++] = seq;
    }
    a->more = seq > 0;
    a->scanned_seq = seq;
    a->events = gs_arena_alloc(&a->arena, sizeof *a->events * (n + 1));
    while (n > 0) {
        add_event(w, chain[--n], a);
    }
}

static void answer_upkeep(struct gs_http *w, const struct gs_query *q, struct gs_answer *a)
{
    if (q->kind == GS_QUERY_AUDIT) {
        a->audit =
            (struct gs_audit){.next = q->u.row < 5 ? 5 : 0, .checked = 4, .last_seq = 9, .last_hash = {0xAB, 0x01}};
    } else if (q->kind == GS_QUERY_BACKUP) {
        a->err = w->backup_err;
        strcpy(w->backup_path, q->u.path);
        strcpy(a->text, a->err == GS_OK ? "" : "the file exists");
    }
}

void world_store_answer(struct gs_http *w, const struct world_question *q)
{
    struct gs_answer a = {.err = GS_OK};
    gs_arena_init(&a.arena);
    switch (q->query.kind) {
    case GS_QUERY_BOOKING:
        answer_booking(w, &q->query, &a);
        break;
    case GS_QUERY_BOOKINGS:
        answer_bookings(w, &q->query, &a);
        break;
    case GS_QUERY_CAPACITIES:
        a.capacity_count = w->set.window[0] != '\0' ? 1 : 0;
        a.capacities = &w->set;
        break;
    case GS_QUERY_LIVE:
        answer_live(w, &q->query, &a);
        break;
    case GS_QUERY_ARCHIVE:
        answer_archive(w, &q->query, &a);
        break;
    case GS_QUERY_SEARCH:
        answer_search(w, &q->query.u.search.filter, &a);
        break;
    case GS_QUERY_EVENTS:
        answer_events(w, &q->query, &a);
        break;
    case GS_QUERY_HISTORY:
        answer_history(w, &q->query, &a);
        break;
    case GS_QUERY_IDEM:
        a.idem = w->idems[q->query.u.row - 1];
        break;
    default:
        answer_upkeep(w, &q->query, &a);
        break;
    }
    q->done(q->arg, &a);
    gs_arena_finish(&a.arena);
}
