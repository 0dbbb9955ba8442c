/* Rows by id, capacities by date and window, events counted and chained. */
#include "fixture_store.h"

#include <stdlib.h>

void fx_store_finish(struct fx_store *s)
{
    free(s->bookings);
    free(s->types);
    free(s->subjects);
    free(s->events);
    for (size_t i = 0; i < s->row_count; i++) {
        free(s->rows[i].bytes);
    }
    for (size_t i = 0; i < s->epoch_count; i++) {
        free(s->epochs[i]);
    }
    free(s->rows);
}

static void put_booking(struct fx_store *s, const struct gs_booking *b)
{
    assert_true(b->id >= 1 && (size_t)b->id <= s->booking_count + 1);
    if ((size_t)b->id > s->booking_count) {
        assert_int_equal(b->version, 1);
        if (s->booking_count == s->booking_room) {
            s->booking_room = s->booking_room * 2 + 64;
            s->bookings = realloc(s->bookings, s->booking_room * sizeof *s->bookings);
            assert_non_null(s->bookings);
        }
        s->booking_count++;
    } else if (b->version == s->bookings[b->id - 1].version) { /* no change: a step was refused, or it was reminded */
        struct gs_booking before = s->bookings[b->id - 1];
        assert_true((b->held_ms != 0 && before.held_ms == 0) != (b->last_event > before.last_event));
        before.held_ms = b->held_ms;
        before.last_event = b->last_event;
        assert_memory_equal(&before, b, sizeof before);
    } else {
        assert_int_equal(b->version, s->bookings[b->id - 1].version + 1);
    }
    s->bookings[b->id - 1] = *b;
}

/* Whatever is told of a booking says whose it is, by its client's own number as it is just then. */
static void must_name(const struct fx_store *s, const struct gs_event *e)
{
    bool beside = e->type == GS_EV_STRIKE_RECORDED || e->type == GS_EV_GATE_CHECKED;
    int64_t id = e->booking_id == 0 && beside ? e->cause_id : e->booking_id;
    if (id == 0) {
        return;
    }
    const struct gs_booking *b = &s->bookings[id - 1];
    assert_string_equal(e->reference, b->reference);
    assert_string_equal(e->owner, b->owner);
    if (e->type != GS_EV_GATE_CHECKED) { /* it has the plate as it was read */
        assert_string_equal(e->plate, b->truck.plate);
    }
}

static void put_event(struct fx_store *s, const struct gs_event *e)
{
    must_name(s, e);
    assert_int_equal(e->seq, s->last_seq + 1);
    assert_true(e->at_ms >= s->last.at_ms); /* the feed is in order of time */
    if ((size_t)s->last_seq == s->event_room) {
        s->event_room = s->event_room * 2 + 256;
        s->types = realloc(s->types, s->event_room * sizeof *s->types);
        s->subjects = realloc(s->subjects, s->event_room * sizeof *s->subjects);
        s->events = realloc(s->events, s->event_room * sizeof *s->events);
        assert_true(s->types != NULL && s->subjects != NULL && s->events != NULL);
    }
    s->types[s->last_seq] = e->type;
    s->subjects[s->last_seq] = e->booking_id;
    s->events[s->last_seq] = *e;
    if (e->epoch != NULL) {
        assert_true(s->epoch_count < sizeof s->epochs / sizeof s->epochs[0]);
        struct gs_epoch *copy = malloc(sizeof *copy);
        assert_non_null(copy);
        *copy = *e->epoch;
        s->events[s->last_seq].epoch = s->epochs[s->epoch_count++] = copy;
    }
    s->last = s->events[s->last_seq];
    s->last_seq = e->seq;
    if (e->booking_id != 0) { /* its row came before it and knows it */
        const struct gs_booking *b = &s->bookings[e->booking_id - 1];
        assert_int_equal(b->last_event, e->seq);
        assert_int_equal(b->status, e->status);
        if (e->type != GS_EV_REMINDER && e->type != GS_EV_EXPIRING) { /* these change nothing */
            assert_int_equal(b->updated_ms, e->at_ms);
            assert_true((e->prev == 0) == (b->version == 1));
        }
        assert_true(e->prev == 0 || s->subjects[e->prev - 1] == e->booking_id);
    }
}

static void put_capacity(struct fx_store *s, const struct gs_capacity *c, bool reset)
{
    size_t at = 0;
    while (at < s->capacity_count &&
           (s->capacities[at].date != c->date || strcmp(s->capacities[at].window, c->window) != 0)) {
        at++;
    }
    if (reset) {
        assert_true(at < s->capacity_count);
        s->capacities[at] = s->capacities[--s->capacity_count];
        return;
    }
    assert_true(at < sizeof s->capacities / sizeof s->capacities[0]);
    s->capacities[at] = *c;
    s->capacity_count += at == s->capacity_count ? 1 : 0;
}

/* Only of what the book does not hold: it has been archived, or is about to be. */
static void put_excused(struct fx_store *s, const struct gs_excused *e)
{
    struct gs_booking *b = &s->bookings[e->booking_id - 1];
    assert_true(b->status == GS_NO_SHOW || (b->status == GS_CANCELLED && b->late_cancel));
    assert_false(b->excused);
    assert_int_equal(e->version, b->version + 1);
    b->excused = true;
    b->version = e->version;
    b->updated_ms = e->updated_ms;
    b->last_event = e->last_event;
}

static void put_journal(struct fx_store *s, const struct gs_buf *journal)
{
    if (s->row_count == s->row_room) {
        s->row_room = s->row_room * 2 + 256;
        s->rows = realloc(s->rows, s->row_room * sizeof *s->rows);
        assert_non_null(s->rows);
    }
    struct fx_row *row = &s->rows[s->row_count++];
    row->len = journal->len;
    row->bytes = malloc(journal->len);
    assert_non_null(row->bytes);
    memcpy(row->bytes, journal->data, journal->len);
}

void fx_store_commit(struct fx_store *s, const struct gs_batch *batch)
{
    s->untold = s->untold || (batch->first != NULL && batch->journal.len == 0);
    if (batch->journal.len > 0) {
        put_journal(s, &batch->journal);
    }
    for (const struct gs_record *r = batch->first; r != NULL; r = r->next) {
        switch (r->kind) {
        case GS_REC_BOOKING:
            put_booking(s, r->u.booking);
            break;
        case GS_REC_EVENT:
            put_event(s, r->u.event);
            break;
        case GS_REC_CAPACITY:
        case GS_REC_CAPACITY_RESET:
            put_capacity(s, r->u.capacity, r->kind == GS_REC_CAPACITY_RESET);
            break;
        case GS_REC_EXCUSED:
            put_excused(s, r->u.excused);
            break;
        case GS_REC_TURNED_AWAY:
            assert_true(s->turned_away_count < sizeof s->turned_away / sizeof s->turned_away[0]);
            s->turned_away[s->turned_away_count++] = *r->u.turned_away;
            break;
        case GS_REC_EPOCH:
            break; /* its numbers follow */
        default:
            fail_msg("a record that the core does not make: %d", (int)r->kind);
        }
    }
}

static bool past(const struct gs_booking *b, gs_date first_date)
{
    return gs_booking_archivable(b, first_date);
}

struct gs_book *fx_store_load(struct fx_store *s, const struct gs_rules *rules, int64_t now_ms)
{
    struct gs_book *book;
    assert_int_equal(gs_book_create(rules, &book), GS_OK);
    gs_date first_date = gs_tz_date(rules->tz, now_ms) - 1;
    while (s->archived < s->booking_count && past(&s->bookings[s->archived], first_date)) {
        s->archived++;
    }
    for (size_t i = 0; i < s->archived; i++) {
        if (s->bookings[i].wish.date > first_date - gs_book_past_days(rules)) {
            assert_int_equal(gs_book_restore_past(book, &s->bookings[i]), GS_OK);
        }
    }
    for (size_t i = s->booking_count; i > s->archived; i--) {
        if (!past(&s->bookings[i - 1], first_date)) {
            assert_int_equal(gs_book_restore_booking(book, &s->bookings[i - 1]), GS_OK);
        } else {
            assert_int_equal(gs_book_restore_past(book, &s->bookings[i - 1]), GS_OK);
        }
    }
    for (size_t i = 0; i < s->capacity_count; i++) {
        assert_int_equal(gs_book_restore_capacity(book, &s->capacities[i]), GS_OK);
    }
    for (size_t i = s->turned_away_count; i > 0; i--) {
        assert_int_equal(gs_book_restore_turned_away(book, &s->turned_away[i - 1]), GS_OK);
    }
    assert_int_equal(gs_book_start(book, (int64_t)s->booking_count, s->last_seq, now_ms), GS_OK);
    return book;
}
