/* The simulated store: what is durable, and the faults of a disk. A commit is stored whole or not at all; full is known not to be
 * stored, an I/O error may or may not be. It takes any batch record by record and keeps copies; a kind that it does not know is
 * none of its business. */
#include "gateslot/base/grow.h"
#include "sim.h"
#include <stdlib.h>
#include <string.h>

struct gs_store {
    char message[32];
};

enum { RESERVE_RECORDS = 400 };

static void *grown(void *list, size_t count, size_t *room, size_t size)
{
    list = gs_grown(list, count, room, size);
    if (list == NULL) {
        sim_fail("no memory");
    }
    return list;
}

void sim_disk_clear(void)
{
    struct sim_disk *d = &sim->disk;
    d->row_count = d->event_count = d->idem_count = d->capacity_count = d->token_count = d->turned_away_count = 0;
    d->now_ms = d->full_until_ms = d->reserve_left = 0;
    d->commits = 0;
    d->erased_before = 0;
    d->reserve_released = false;
    d->load_fails_at = 0;
}

/* ---- a batch, record by record ---- */

static void store_booking(struct sim_disk *d, const struct gs_booking *b)
{
    struct gs_booking *before = NULL;
    sim_require(b->id > 0 && b->id <= (int64_t)d->row_count + 1, "booking %lld is out of order", (long long)b->id);
    if (b->id <= (int64_t)d->row_count) {
        before = &d->rows[b->id - 1].b;
    }
    sim_audit_booking(before, b);
    if (before == NULL) {
        d->rows = grown(d->rows, d->row_count, &d->row_room, sizeof *d->rows);
        d->row_count++;
    }
    sim_require(before == NULL || !d->rows[b->id - 1].past, "booking %lld changed in the archive", (long long)b->id);
    d->rows[b->id - 1] = (struct sim_row){.b = *b};
    if (b->wish.date < d->erased_before) {
        struct gs_truck *t = &d->rows[b->id - 1].b.truck;
        memset(t->driver_name, 0, sizeof t->driver_name);
        memset(t->driver_phone, 0, sizeof t->driver_phone);
    }
}

/* The one change of what the book does not hold any more. */
static void store_excused(struct sim_disk *d, const struct gs_excused *e)
{
    sim_require(e->booking_id > 0 && e->booking_id <= (int64_t)d->row_count, "booking %lld is excused and unknown",
                (long long)e->booking_id);
    struct gs_booking *b = &d->rows[e->booking_id - 1].b;
    bool strike = b->status == GS_NO_SHOW || (b->status == GS_CANCELLED && b->late_cancel);
    sim_require(strike && !b->excused && e->version == b->version + 1, "booking %lld is excused and cannot be",
                (long long)e->booking_id);
    b->excused = true;
    b->version = e->version;
    b->updated_ms = e->updated_ms;
    b->last_event = e->last_event;
}

static void store_event(struct sim_disk *d, const struct gs_event *e)
{
    sim_audit_event(e);
    d->events = grown(d->events, d->event_count, &d->event_room, sizeof *d->events);
    d->events[d->event_count++] = *e;
}

static void store_capacity(struct sim_disk *d, const struct gs_capacity *c, bool reset)
{
    size_t at = 0;
    while (at < d->capacity_count &&
           (d->capacities[at].date != c->date || strcmp(d->capacities[at].window, c->window) != 0)) {
        at++;
    }
    if (reset) {
        if (at < d->capacity_count) {
            d->capacities[at] = d->capacities[--d->capacity_count];
        }
    } else {
        sim_require(at < sizeof d->capacities / sizeof *d->capacities, "too many capacities for the simulation");
        d->capacities[at] = *c;
        d->capacity_count += at == d->capacity_count ? 1 : 0;
    }
    sim_audit_rules();
}

static void store_idem(struct sim_disk *d, const struct gs_idem *idem)
{
    sim_audit_idem(idem);
    d->idems = grown(d->idems, d->idem_count, &d->idem_room, sizeof *d->idems);
    char *body = gs_arena_alloc(&sim->arena, idem->body_len + 1);
    if (body == NULL) {
        sim_fail("no memory");
    }
    memcpy(body, idem->body, idem->body_len);
    d->idems[d->idem_count] = *idem;
    d->idems[d->idem_count].body = body;
    d->idem_count++;
}

static void store_token(struct sim_disk *d, const struct gs_token *t, bool revoke)
{
    size_t at = 0;
    while (at < d->token_count && strcmp(d->tokens[at].name, t->name) != 0) {
        at++;
    }
    if (revoke) {
        sim_require(at < d->token_count, "a token that is not stored was revoked");
        d->tokens[at] = d->tokens[--d->token_count];
        return;
    }
    sim_require(at < sizeof d->tokens / sizeof *d->tokens, "too many tokens for the simulation");
    d->token_count += at == d->token_count ? 1 : 0;
    d->tokens[at] = *t;
}

static void store_record(struct sim_disk *d, const struct gs_record *r)
{
    switch (r->kind) {
    case GS_REC_BOOKING:
        store_booking(d, r->u.booking);
        break;
    case GS_REC_EVENT:
        store_event(d, r->u.event);
        break;
    case GS_REC_CAPACITY:
    case GS_REC_CAPACITY_RESET:
        store_capacity(d, r->u.capacity, r->kind == GS_REC_CAPACITY_RESET);
        break;
    case GS_REC_EXCUSED:
        store_excused(d, r->u.excused);
        break;
    case GS_REC_TURNED_AWAY:
        d->turned_away = grown(d->turned_away, d->turned_away_count, &d->turned_away_room, sizeof *d->turned_away);
        d->turned_away[d->turned_away_count++] = *r->u.turned_away;
        break;
    case GS_REC_IDEM:
        store_idem(d, r->u.idem);
        break;
    case GS_REC_TOKEN:
    case GS_REC_TOKEN_REVOKE:
        store_token(d, r->u.token, r->kind == GS_REC_TOKEN_REVOKE);
        break;
    case GS_REC_WEBHOOK:
        sim_hook_store(r->u.webhook);
        break;
    case GS_REC_WEBHOOK_RETRY:
    case GS_REC_WEBHOOK_RETRIED:
        sim_hook_store_retry(r->u.retry, r->kind == GS_REC_WEBHOOK_RETRIED);
        break;
    default:
        break;
    }
}

static void store_batch(const struct gs_batch *batch)
{
    struct sim_disk *d = &sim->disk;
    size_t count = 0;
    sim_audit_begin();
    for (const struct gs_record *r = batch->first; r != NULL; r = r->next, count++) {
        store_record(d, r);
    }
    sim_require(!batch->failed && count == batch->count, "a batch that failed or miscounts was handed over");
    sim_require(batch->now_ms >= d->now_ms, "the site's time went back");
    d->now_ms = batch->now_ms;
    d->commits++;
    sim_audit_end(batch);
    sim_hook_stored();
}

static bool is_full(const struct gs_batch *batch)
{
    struct sim_disk *d = &sim->disk;
    if (sim->mono_ms >= d->full_until_ms) {
        return false;
    }
    if (d->reserve_released && d->reserve_left >= (int64_t)batch->count) {
        d->reserve_left -= (int64_t)batch->count;
        return false;
    }
    return true;
}

int sim_disk_commit(const struct gs_batch *batch)
{
    struct sim_disk *d = &sim->disk;
    bool storm = sim->phase == SIM_STORM;
    if (storm && sim_one_in(sim->rates.full)) {
        d->full_until_ms = sim->mono_ms + 1 + sim_roll(20 * 1000);
    }
    if (is_full(batch)) {
        sim->count.fulls++;
        sim_note("full", (int64_t)batch->count, 0);
        return GS_E_FULL;
    }
    if (storm && sim_one_in(sim->rates.io)) {
        bool stored = sim_one_in(2);
        sim_note("io", (int64_t)batch->count, stored);
        if (stored) {
            store_batch(batch);
        }
        return GS_E_IO;
    }
    store_batch(batch);
    return GS_OK;
}

/* ---- the interface ---- */

int gs_store_open(const char *path, const struct gs_store_options *options, struct gs_store **out, char *message,
                  size_t message_size)
{
    (void)path;
    if (message_size > 0) {
        message[0] = '\0';
    }
    sim_require(options->drill == sim->drill, "the store was opened as the other kind");
    if (sim->phase == SIM_STORM && sim_one_in(sim->rates.load)) {
        return GS_E_IO;
    }
    *out = calloc(1, sizeof **out);
    return *out != NULL ? GS_OK : GS_E_NOMEM;
}

void gs_store_close(struct gs_store *store)
{
    free(store);
}

/* Nobody puts a store back here: tests/api does. */
const struct gs_epoch *gs_store_epoch_due(const struct gs_store *store)
{
    (void)store;
    return NULL;
}

const char *gs_store_message(const struct gs_store *store)
{
    return store->message;
}

/* A load can break off at any row: the process is killed there, or cannot read on. */
static bool breaks_off(int32_t *left)
{
    return *left > 0 && --*left == 0;
}

static int load_bookings(const struct sim_disk *d, const struct gs_store_sink *sink, int32_t *left)
{
    int err = GS_OK;
    for (size_t i = 0; i < d->row_count && err == GS_OK; i++) {
        if (!d->rows[i].past) {
            err = breaks_off(left) ? GS_E_IO : sink->booking(sink->self, &d->rows[i].b);
        }
    }
    return err;
}

static int load_past(const struct sim_disk *d, const struct gs_store_sink *sink, int32_t *left)
{
    int err = GS_OK;
    gs_date today = (gs_date)(d->now_ms / SIM_DAY_MS);
    for (size_t i = 0; i < d->row_count && sink->past != NULL && err == GS_OK; i++) {
        const struct sim_row *row = &d->rows[d->row_count - 1 - i]; /* in no order */
        if (row->past && row->b.wish.date >= today - 1 - sink->past_days) {
            err = breaks_off(left) ? GS_E_IO : sink->past(sink->self, &row->b);
        }
    }
    return err;
}

static int load_rest(const struct sim_disk *d, const struct gs_store_sink *sink, int32_t *left)
{
    int err = GS_OK;
    for (size_t i = 0; i < d->capacity_count && err == GS_OK; i++) {
        err = breaks_off(left) ? GS_E_IO : sink->capacity(sink->self, &d->capacities[i]);
    }
    for (size_t i = 0; i < d->turned_away_count && sink->turned_away != NULL && err == GS_OK; i++) {
        err = breaks_off(left) ? GS_E_IO : sink->turned_away(sink->self, &d->turned_away[i]);
    }
    for (size_t i = 0; i < d->token_count && err == GS_OK; i++) {
        err = breaks_off(left) ? GS_E_IO : sink->token(sink->self, &d->tokens[i]);
    }
    for (size_t i = 0; i < d->idem_count && err == GS_OK; i++) {
        if (d->idems[i].key[0] != '\0' && d->idems[i].at_ms > d->now_ms - GS_IDEMPOTENCY_DAYS * SIM_DAY_MS) {
            err = breaks_off(left) ? GS_E_IO : sink->idem(sink->self, (int64_t)i + 1, &d->idems[i]);
        }
    }
    return err;
}

static int load(const struct gs_store_sink *sink, struct gs_store_marks *out, int32_t breaks_at)
{
    const struct sim_disk *d = &sim->disk;
    int32_t left = breaks_at;
    int err = load_bookings(d, sink, &left);
    err = err != GS_OK ? err : load_rest(d, sink, &left);
    err = err != GS_OK ? err : load_past(d, sink, &left);
    if (err == GS_OK) {
        *out = (struct gs_store_marks){.last_booking_id = (int64_t)d->row_count,
                                       .last_seq = (int64_t)d->event_count,
                                       .now_ms = d->now_ms,
                                       .last_idem_row = (int64_t)d->idem_count};
    }
    return err;
}

/* What the book must hold whole was not put away, and no key of the last week is forgotten. */
static void check_put_away(const struct sim_disk *d)
{
    gs_date today = gs_tz_date(sim->rules.tz, d->now_ms);
    for (size_t i = 0; i < d->row_count; i++) {
        sim_require(!d->rows[i].past || d->rows[i].b.wish.date < today - 1,
                    "booking %zu of a day in memory was archived", i + 1);
    }
    for (size_t i = 0; i < d->idem_count; i++) {
        sim_require(d->idems[i].key[0] != '\0' || d->idems[i].at_ms < d->now_ms - GS_IDEMPOTENCY_DAYS * SIM_DAY_MS,
                    "I2: a key was forgotten before its time");
    }
}

int gs_store_load(struct gs_store *store, const struct gs_store_sink *sink, struct gs_store_marks *out)
{
    (void)store;
    int32_t breaks_at = 0;
    if (sim->phase == SIM_STORM && sim_one_in(sim->rates.load)) {
        breaks_at = 1 + sim_roll((int32_t)sim->disk.row_count + 20);
    }
    check_put_away(&sim->disk);
    sim_audit_load();
    sim_reference_forget();
    int err = load(sink, out, breaks_at);
    err = err != GS_OK ? err : sim_hook_load(sink);
    sim_note("load", err, (int64_t)sim->disk.event_count);
    return err;
}

void gs_store_release_reserve(struct gs_store *store)
{
    (void)store;
    if (!sim->disk.reserve_released) {
        sim->disk.reserve_left = RESERVE_RECORDS;
    }
    sim->disk.reserve_released = true;
}

int64_t gs_store_reserve_bytes(const struct gs_store *store)
{
    (void)store;
    return GS_RESERVE_BYTES;
}

bool gs_store_restore_reserve(struct gs_store *store)
{
    (void)store;
    if (sim->mono_ms < sim->disk.full_until_ms) {
        return false;
    }
    sim->disk.reserve_released = false;
    return true;
}

/* ---- the book that is on disk ---- */

static int take_booking(void *self, const struct gs_booking *b)
{
    return gs_book_restore_booking(self, b);
}

static int take_past(void *self, const struct gs_booking *b)
{
    return gs_book_restore_past(self, b);
}

static int take_capacity(void *self, const struct gs_capacity *c)
{
    return gs_book_restore_capacity(self, c);
}

static int take_token(void *self, const struct gs_token *t)
{
    (void)self;
    (void)t;
    return GS_OK;
}

static int take_turned_away(void *self, const struct gs_turned_away *t)
{
    return gs_book_restore_turned_away(self, t);
}

static int take_idem(void *self, int64_t row, const struct gs_idem *i)
{
    (void)self;
    (void)row;
    (void)i;
    return GS_OK;
}

struct gs_book *sim_disk_book(const struct gs_rules *rules, int64_t now_ms)
{
    struct gs_book *book = NULL;
    struct gs_store_marks marks = {0};
    sim_require(gs_book_create(rules, &book) == GS_OK, "no memory");
    const struct gs_store_sink sink = {.self = book,
                                       .booking = take_booking,
                                       .capacity = take_capacity,
                                       .token = take_token,
                                       .idem = take_idem,
                                       .past = take_past,
                                       .past_days = gs_book_past_days(rules),
                                       .turned_away = take_turned_away};
    int err = load(&sink, &marks, 0);
    err = err != GS_OK ? err : gs_book_start(book, marks.last_booking_id, marks.last_seq, now_ms);
    sim_require(err == GS_OK, "what is on disk is refused: %s", gs_strerror(err));
    return book;
}
