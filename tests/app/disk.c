/* The store and the writer thread, replaced: the disk is an array, and the writer works when the test says so. Their promises to the
 * app are asked of the app in turn: one batch at a time, nothing handed over while one is in work, the store touched by the loop only
 * while the writer is paused. */
#include "outside.h"
#include <assert.h>

struct gs_store {
    bool by_loop; /* the loop's to use: no writer runs, or it is paused */
};

struct gs_writer {
    struct gs_store *store;
    struct gs_batch batch;
    bool busy;
    uint64_t submitted;
    struct gs_writer_report report;
    struct question questions[GS_QUERIES_MAX];
    size_t question_count;
    size_t answered; /* of these: their answers wait for the loop */
};

/* ---- the store ---- */

int gs_store_open(const char *path, const struct gs_store_options *options, struct gs_store **out, char *message,
                  size_t message_size)
{
    (void)path, (void)options, (void)message, (void)message_size;
    *out = calloc(1, sizeof **out);
    assert_non_null(*out);
    (*out)->by_loop = true;
    return GS_OK;
}

void gs_store_close(struct gs_store *store)
{
    assert_true(store == NULL || store->by_loop);
    free(store);
}

static int hand_rows(const struct gs_store_sink *sink)
{
    int err = GS_OK;
    for (size_t i = 0; i < outside.disk.booking_count && err == GS_OK; i++) {
        err = sink->booking(sink->self, &outside.disk.bookings[i]);
    }
    for (size_t i = outside.disk.idems_gone; i < outside.disk.idem_count && err == GS_OK; i++) {
        err = sink->idem(sink->self, (int64_t)i + 1, &outside.disk.idems[i]);
    }
    return err;
}

int gs_store_load(struct gs_store *store, const struct gs_store_sink *sink, struct gs_store_marks *out)
{
    struct disk *d = &outside.disk;
    assert_true(store->by_loop);
    d->loads++;
    if (d->load_error != GS_OK) {
        return d->load_error;
    }
    *out = (struct gs_store_marks){.last_booking_id = (int64_t)d->booking_count,
                                   .last_seq = d->last_seq,
                                   .now_ms = d->now_ms,
                                   .last_idem_row = (int64_t)d->idem_count};
    return hand_rows(sink);
}

void gs_store_release_reserve(struct gs_store *store)
{
    (void)store;
    outside.disk.reserve_given_up = true;
}

bool gs_store_restore_reserve(struct gs_store *store)
{
    (void)store;
    if (outside.disk.has_space) {
        outside.disk.reserve_given_up = false;
    }
    return !outside.disk.reserve_given_up;
}

int64_t gs_store_reserve_bytes(const struct gs_store *store)
{
    (void)store;
    return outside.disk.reserve_given_up ? 0 : GS_RESERVE_BYTES;
}

static void keep_booking(const struct gs_booking *b)
{
    struct disk *d = &outside.disk;
    assert_true(b->id > 0 && b->id <= (int64_t)d->booking_count + 1 && b->id <= ROWS_MAX);
    d->bookings[b->id - 1] = *b;
    if (b->id > (int64_t)d->booking_count) {
        d->booking_count = (size_t)b->id;
    }
}

static void keep_batch(const struct gs_batch *batch)
{
    struct disk *d = &outside.disk;
    for (const struct gs_record *r = batch->first; r != NULL; r = r->next) {
        if (r->kind == GS_REC_BOOKING) {
            keep_booking(r->u.booking);
        } else if (r->kind == GS_REC_EVENT) {
            assert_int_equal(r->u.event->seq, d->last_seq + 1);
            d->last_seq = r->u.event->seq;
            d->events_of[r->u.event->type]++;
        } else if (r->kind == GS_REC_IDEM) {
            assert_true(d->idem_count < ROWS_MAX);
            d->idems[d->idem_count++] = *r->u.idem;
        }
    }
    d->now_ms = batch->now_ms;
    d->last_journal = batch->journal.len;
    d->journals += batch->journal.len > 0;
}

/* ---- the writer ---- */

int gs_writer_start(struct gs_store *store, struct gs_writer **out, int *out_wake_fd)
{
    struct gs_writer *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->store = store;
    store->by_loop = false;
    gs_batch_init(&w->batch);
    *out = outside.writer = w;
    *out_wake_fd = 77;
    return GS_OK;
}

bool gs_writer_busy(const struct gs_writer *w)
{
    return w->busy;
}

uint64_t gs_writer_submit(struct gs_writer *w, struct gs_batch *batch)
{
    assert_false(w->busy);
    assert_false(w->store->by_loop);
    assert_true(batch->count > 0 || batch->journal.len > 0);
    if (w->report.err != GS_OK) { /* it failed and nobody has looked yet: all that comes is dropped */
        gs_batch_clear(batch);
        return ++w->submitted;
    }
    struct gs_batch empty = w->batch;
    w->batch = *batch;
    *batch = empty;
    w->busy = true;
    return ++w->submitted;
}

int gs_writer_query(struct gs_writer *w, const struct gs_query *query, gs_query_done done, void *arg)
{
    (void)query;
    if (w->question_count >= GS_QUERIES_MAX) {
        return GS_E_BUSY;
    }
    w->questions[w->question_count++] = (struct question){done, arg};
    outside.writer_asked_after = w->submitted;
    return GS_OK;
}

void gs_writer_maintain(struct gs_writer *w, gs_date first_date, gs_date erase_date, int64_t idem_before_ms)
{
    (void)w;
    outside.maintained++;
    outside.first_date = first_date;
    outside.erase_date = erase_date;
    outside.idem_before_ms = idem_before_ms;
}

void gs_writer_tell(struct gs_writer *w, bool wanted)
{
    (void)w, (void)wanted;
}

struct gs_writer_report gs_writer_poll(struct gs_writer *w)
{
    struct gs_writer_report report = w->report;
    for (size_t i = 0; i < w->answered; i++) {
        struct gs_answer answer = {.err = GS_OK};
        gs_arena_init(&answer.arena);
        w->questions[i].done(w->questions[i].arg, &answer);
        gs_answer_finish(&answer);
    }
    w->question_count -= w->answered;
    memmove(w->questions, w->questions + w->answered, w->question_count * sizeof *w->questions);
    w->answered = 0;
    return report;
}

const char *gs_store_message(const struct gs_store *store)
{
    (void)store;
    return "";
}

const struct gs_epoch *gs_store_epoch_due(const struct gs_store *store)
{
    (void)store;
    return NULL;
}

struct gs_store *gs_writer_pause(struct gs_writer *w)
{
    assert_false(w->busy);
    w->store->by_loop = true;
    return w->store;
}

void gs_writer_resume(struct gs_writer *w)
{
    w->store->by_loop = false;
    assert_int_equal(w->report.err, GS_E_FULL);
    w->report.err = GS_OK;
    w->report.failed = 0;
}

void gs_writer_stop(struct gs_writer *w)
{
    if (w->busy) {
        keep_batch(&w->batch);
    }
    w->store->by_loop = true;
    gs_batch_finish(&w->batch);
    outside.writer = NULL;
    free(w);
}

/* ---- in the test's hands ---- */

bool is_syncing(void)
{
    return outside.writer->busy;
}

void disk_syncs(struct gs_app *app)
{
    struct gs_writer *w = outside.writer;
    assert_true(w->busy);
    keep_batch(&w->batch);
    gs_batch_clear(&w->batch);
    w->busy = false;
    w->report.durable = w->submitted;
    fire(app->wake);
}

void disk_fails(struct gs_app *app, int err)
{
    struct gs_writer *w = outside.writer;
    assert_true(w->busy);
    gs_batch_clear(&w->batch);
    w->busy = false;
    w->report.err = err;
    w->report.failed = w->submitted;
    fire(app->wake);
}

int32_t disk_answers(struct gs_app *app)
{
    struct gs_writer *w = outside.writer;
    assert_false(w->busy); /* a batch goes first */
    w->answered = w->question_count;
    int32_t count = (int32_t)w->answered;
    fire(app->wake);
    return count;
}

size_t questions_at_writer(void)
{
    return outside.writer->question_count;
}
