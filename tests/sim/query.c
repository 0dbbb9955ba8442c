/* Questions to the simulated store, answered from what is durable when their turn comes. */
#include "sim.h"
#include <string.h>

static void *room(struct gs_answer *a, size_t count, size_t size)
{
    void *at = gs_arena_alloc(&a->arena, (count + 1) * size);
    if (at == NULL) {
        sim_fail("no memory");
    }
    return at;
}

static void answer_booking(int64_t id, struct gs_answer *a)
{
    if (id < 1 || id > (int64_t)sim->disk.row_count) {
        a->err = GS_E_NOTFOUND;
        return;
    }
    a->bookings = room(a, 1, sizeof *a->bookings);
    a->bookings[0] = sim->disk.rows[id - 1].b;
    a->booking_count = 1;
}

static void answer_bookings(const struct gs_filter *f, struct gs_answer *a)
{
    const struct sim_disk *d = &sim->disk;
    a->bookings = room(a, (size_t)f->limit, sizeof *a->bookings);
    for (size_t i = 0; i < d->row_count; i++) {
        if (!gs_filter_matches(f, &d->rows[i].b)) {
            continue;
        }
        if (a->booking_count == (size_t)f->limit) {
            a->more = true;
            return;
        }
        a->bookings[a->booking_count++] = d->rows[i].b;
    }
}

/* Those that the book has forgotten; what has ended may be shown by both. */
static void answer_search(const struct gs_filter *f, gs_date first_date, struct gs_answer *a)
{
    const struct sim_disk *d = &sim->disk;
    a->bookings = room(a, (size_t)f->limit, sizeof *a->bookings);
    for (size_t i = d->row_count; i > 0 && !a->more; i--) {
        const struct gs_booking *b = &d->rows[i - 1].b;
        if (b->wish.date >= first_date || !gs_status_terminal(b->status) || !gs_filter_matches(f, b)) {
            continue;
        }
        a->more = a->booking_count == (size_t)f->limit;
        if (!a->more) {
            a->bookings[a->booking_count++] = *b;
            a->scanned_id = b->id;
        }
    }
}

static void add_event(const struct gs_event *e, struct gs_answer *a)
{
    struct gs_buf text;
    gs_buf_init(&text, 1 << 16);
    gs_event_json(e, sim->rules.tz, &text);
    char *copy = room(a, text.len, 1);
    memcpy(copy, text.data, text.len);
    a->events[a->event_count++] = (struct gs_event_text){.seq = e->seq, .len = text.len, .json = copy};
    gs_buf_finish(&text);
}

static void answer_events(const struct gs_query *q, struct gs_answer *a)
{
    const struct sim_disk *d = &sim->disk;
    const char *owner = q->u.events.owner;
    const uint64_t types = q->u.events.filter.types;
    if (q->u.events.after > (int64_t)d->event_count) {
        a->err = GS_E_RANGE;
        a->oldest_seq = d->event_count > 0 ? 1 : 0;
        a->last_seq = a->scanned_seq = (int64_t)d->event_count;
        return;
    }
    a->events = room(a, (size_t)q->u.events.limit, sizeof *a->events);
    a->scanned_seq = q->u.events.after;
    for (size_t i = q->u.events.after > 0 ? (size_t)q->u.events.after : 0; i < d->event_count; i++) {
        const struct gs_event *e = &d->events[i];
        const bool of_type = types == 0 || (types >> e->type & 1u) != 0;
        if (of_type && (owner[0] == '\0' || strcmp(owner, e->owner) == 0)) {
            if (a->event_count == (size_t)q->u.events.limit) {
                a->more = true;
                return;
            }
            add_event(e, a);
        }
        a->scanned_seq = e->seq;
    }
}

static void answer_history(const struct gs_query *q, struct gs_answer *a)
{
    const struct sim_disk *d = &sim->disk;
    int64_t chain[GS_PAGE_MAX];
    size_t n = 0;
    if (q->u.history.last_event > (int64_t)d->event_count) { /* its batch found the disk full */
        a->err = GS_E_NOTFOUND;
        return;
    }
    int64_t seq = q->u.history.last_event;
    if (q->u.history.booking_id != 0 && d->events[seq - 1].booking_id != q->u.history.booking_id) {
        a->err = GS_E_NOTFOUND;
        return;
    }
    for (; seq > 0 && n < (size_t)q->u.history.limit; seq = d->events[seq - 1].prev) {
        chain[n++] = seq;
    }
    a->more = seq > 0;
    a->scanned_seq = seq;
    a->events = room(a, n, sizeof *a->events);
    while (n > 0) {
        add_event(&d->events[chain[--n] - 1], a);
    }
}

static void answer_idem(int64_t row, struct gs_answer *a)
{
    const struct sim_disk *d = &sim->disk;
    if (row < 1 || row > (int64_t)d->idem_count || d->idems[row - 1].key[0] == '\0') {
        a->err = GS_E_NOTFOUND;
    } else {
        a->idem = d->idems[row - 1];
    }
}

void sim_disk_answer(const struct gs_query *query, struct gs_answer *answer)
{
    *answer = (struct gs_answer){.err = GS_OK};
    gs_arena_init(&answer->arena);
    switch (query->kind) {
    case GS_QUERY_BOOKING:
        answer_booking(query->u.id, answer);
        break;
    case GS_QUERY_BOOKINGS:
        answer_bookings(&query->u.filter, answer);
        break;
    case GS_QUERY_SEARCH:
        answer_search(&query->u.search.filter, query->u.search.first_date, answer);
        break;
    case GS_QUERY_EVENTS:
        answer_events(query, answer);
        break;
    case GS_QUERY_HISTORY:
        answer_history(query, answer);
        break;
    case GS_QUERY_IDEM:
        answer_idem(query->u.row, answer);
        break;
    default:
        answer->err = GS_E_NOTFOUND;
        break;
    }
}
