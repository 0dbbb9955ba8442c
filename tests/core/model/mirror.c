/* The store in memory of mirror.h. */
#include "mirror.h"
#include <stdio.h>
#include <string.h>

void mirror_init(struct mirror *s)
{
    memset(s, 0, sizeof *s);
}

static void complain(struct mirror *s, const char *what, int64_t a, int64_t b)
{
    if (s->complaint[0] == '\0') {
        snprintf(s->complaint, sizeof s->complaint, "%s (%lld, %lld)", what, (long long)a, (long long)b);
    }
}

/* What a partial UNIQUE index over (slot start, place) of active bookings sees. */
static void check_place(struct mirror *s, const struct gs_booking *b)
{
    if (gs_status_holds_place(b->status) != (b->place >= 0)) {
        complain(s, "a place without a holder, or a holder without a place", b->id, b->place);
    }
    for (int64_t id = 1; id <= s->last_id; id++) {
        const struct gs_booking *o = &s->rows[id - 1];
        if (o->id != b->id && b->place >= 0 && o->place == b->place && o->slot_start_ms == b->slot_start_ms &&
            gs_status_holds_place(o->status)) {
            complain(s, "two bookings on one place", o->id, b->id);
        }
    }
}

/* Not let in for lack of a bay, or reminded: the two rows that are no change. */
static bool is_no_change(const struct mirror *s, const struct gs_booking *b)
{
    struct gs_booking before = s->rows[b->id - 1];
    bool held = before.held_ms == 0 && b->held_ms != 0, reminded = b->last_event > before.last_event;
    before.held_ms = b->held_ms;
    before.last_event = b->last_event;
    return held != reminded && b->id <= s->last_id && memcmp(&before, b, sizeof before) == 0;
}

static void take_booking(struct mirror *s, const struct gs_booking *b)
{
    if (b->id < 1 || b->id > s->last_id + 1 || b->id > MIRROR_BOOKINGS) {
        complain(s, "an id out of order", b->id, s->last_id);
        return;
    }
    int64_t expected_version = b->id > s->last_id ? 1 : s->rows[b->id - 1].version + 1;
    if (b->version != expected_version && !is_no_change(s, b)) {
        complain(s, "a version out of order", b->id, b->version);
    }
    check_place(s, b);
    s->last_id = b->id > s->last_id ? b->id : s->last_id;
    s->rows[b->id - 1] = *b;
}

static void take_excused(struct mirror *s, const struct gs_excused *e)
{
    struct gs_booking *b = &s->rows[e->booking_id - 1];
    if (e->booking_id < 1 || e->booking_id > s->last_id || b->excused || e->version != b->version + 1) {
        complain(s, "excused, though it cannot be", e->booking_id, e->version);
        return;
    }
    b->excused = true;
    b->version = e->version;
    b->updated_ms = e->updated_ms;
    b->last_event = e->last_event;
}

static void take_event(struct mirror *s, const struct gs_event *e)
{
    if (e->seq != s->last_seq + 1) {
        complain(s, "a gap in the events", s->last_seq, e->seq);
    }
    s->last_seq = e->seq;
    if (e->booking_id < 1 || e->booking_id > MIRROR_BOOKINGS) {
        return;
    }
    if (e->prev != s->last_event[e->booking_id - 1]) {
        complain(s, "an event that does not follow its booking's last", e->seq, e->prev);
    }
    s->last_event[e->booking_id - 1] = e->seq;
}

static void take_capacity(struct mirror *s, const struct gs_capacity *c, bool reset)
{
    int32_t at = 0;
    while (at < s->capacity_count &&
           (s->capacities[at].date != c->date || strcmp(s->capacities[at].window, c->window) != 0)) {
        at++;
    }
    if (reset && at < s->capacity_count) {
        s->capacities[at] = s->capacities[--s->capacity_count];
    } else if (!reset && at < MIRROR_CAPACITIES) {
        s->capacities[at] = *c;
        s->capacity_count += at == s->capacity_count ? 1 : 0;
    }
}

void mirror_commit(struct mirror *s, const struct gs_batch *batch)
{
    size_t count = 0;
    for (const struct gs_record *r = batch->first; r != NULL; r = r->next, count++) {
        switch (r->kind) {
        case GS_REC_BOOKING:
            take_booking(s, r->u.booking);
            break;
        case GS_REC_EVENT:
            take_event(s, r->u.event);
            break;
        case GS_REC_CAPACITY:
        case GS_REC_CAPACITY_RESET:
            take_capacity(s, r->u.capacity, r->kind == GS_REC_CAPACITY_RESET);
            break;
        case GS_REC_EXCUSED:
            take_excused(s, r->u.excused);
            break;
        default:
            complain(s, "a record the core does not make", (int64_t)r->kind, 0);
            break;
        }
    }
    if (batch->failed || count != batch->count) {
        complain(s, "a batch that failed or miscounts", (int64_t)count, (int64_t)batch->count);
    }
    for (int64_t id = 1; id <= s->last_id; id++) {
        if (s->rows[id - 1].last_event != s->last_event[id - 1]) {
            complain(s, "a booking that does not know its last event", id, s->last_event[id - 1]);
        }
    }
}

struct gs_book *mirror_load(const struct mirror *s, const struct gs_rules *rules, int64_t now_ms)
{
    struct gs_book *book;
    gs_date first_date = gs_tz_date(rules->tz, now_ms) - 1;
    if (gs_book_create(rules, &book) != GS_OK) {
        return NULL;
    }
    for (int32_t i = 0; i < s->capacity_count; i++) {
        if (gs_book_restore_capacity(book, &s->capacities[i]) != GS_OK) {
            goto created;
        }
    }
    for (int64_t id = 1; id <= s->last_id; id++) {
        const struct gs_booking *b = &s->rows[id - 1];
        bool live = !gs_booking_archivable(b, first_date);
        if (live && gs_book_restore_booking(book, b) != GS_OK) {
            goto created;
        }
        if (!live && gs_book_restore_past(book, b) != GS_OK) {
            goto created;
        }
    }
    if (gs_book_start(book, s->last_id, s->last_seq, now_ms) != GS_OK) {
        goto created;
    }
    return book;
created:
    gs_book_destroy(book);
    return NULL;
}
