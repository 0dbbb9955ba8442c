/* The writer thread, replaced: the same queues and the same order (a batch first, a question after every batch handed over before it and
 * refused if that found the disk full, maintenance when idle), one step at a time, when the seed says so. */
#include "sim.h"
#include <stdlib.h>
#include <string.h>

const int sim_wake_fd = 77;

struct question {
    struct question *next;
    struct gs_query query;
    struct gs_answer answer;
    uint64_t after; /* the batch handed over last when it was asked */
    bool is_lost;   /* that one found the disk full */
    gs_query_done done;
    void *arg;
};

struct queue {
    struct question *first, **end;
};

struct gs_writer {
    struct gs_store *store;
    struct gs_batch batch;
    bool has_batch, paused, wakes, upkeep_due, tells;
    uint64_t submitted;
    struct gs_writer_report report;
    struct queue questions, answers;
    size_t count;
    gs_date first_date, erase_date;
    int64_t idem_before_ms;
};

static void push(struct queue *q, struct question *one)
{
    one->next = NULL;
    *q->end = one;
    q->end = &one->next;
}

static struct question *pop(struct queue *q)
{
    struct question *one = q->first;
    if (one == NULL) {
        return NULL;
    }
    q->first = one->next;
    if (q->first == NULL) {
        q->end = &q->first;
    }
    return one;
}

int gs_writer_start(struct gs_store *store, struct gs_writer **out, int *out_wake_fd)
{
    struct gs_writer *w = calloc(1, sizeof *w);
    if (w == NULL) {
        return GS_E_NOMEM;
    }
    w->store = store;
    w->questions.end = &w->questions.first;
    w->answers.end = &w->answers.first;
    gs_batch_init(&w->batch);
    *out = sim->writer = w;
    *out_wake_fd = sim_wake_fd;
    return GS_OK;
}

void gs_writer_tell(struct gs_writer *w, bool wanted)
{
    w->tells = wanted;
}

bool gs_writer_busy(const struct gs_writer *w)
{
    return w->has_batch;
}

/* Now and then the book is remembered as it is handed over: what is on disk afterwards must be the same (I4). */
static void note_book(const struct gs_writer *w)
{
    sim->noted_batch = 0;
    if (sim->app->book != NULL && sim_one_in(24)) {
        sim->noted_batch = w->submitted;
        sim->noted_digest = gs_book_digest(sim->app->book);
    }
}

uint64_t gs_writer_submit(struct gs_writer *w, struct gs_batch *batch)
{
    sim_require(!w->has_batch, "a batch was handed over while one is under way");
    sim_require(batch->count <= GS_BATCH_RECORDS_MAX + 4096, "a batch of %zu records", batch->count);
    uint64_t number = ++w->submitted;
    if (sim->deaf || w->report.err != GS_OK) {
        gs_batch_clear(batch);
        return number;
    }
    sim_note("batch", (int64_t)number, (int64_t)batch->count);
    sim->count.batches++;
    struct gs_batch empty = w->batch;
    w->batch = *batch;
    *batch = empty;
    w->has_batch = true;
    note_book(w);
    return number;
}

int gs_writer_query(struct gs_writer *w, const struct gs_query *query, gs_query_done done, void *arg)
{
    if (w->count >= GS_QUERIES_MAX) {
        return GS_E_BUSY;
    }
    struct question *q = calloc(1, sizeof *q);
    if (q == NULL) {
        return GS_E_NOMEM;
    }
    q->query = *query;
    q->done = done;
    q->arg = arg;
    q->after = w->submitted;
    push(&w->questions, q);
    w->count++;
    return GS_OK;
}

void gs_writer_maintain(struct gs_writer *w, gs_date first_date, gs_date erase_date, int64_t idem_before_ms)
{
    struct sim_disk *d = &sim->disk;
    for (size_t i = 0; i < d->row_count && erase_date > d->erased_before; i++) {
        struct gs_truck *t = &d->rows[i].b.truck;
        if (!d->rows[i].past && d->rows[i].b.wish.date < erase_date) {
            memset(t->driver_name, 0, sizeof t->driver_name);
            memset(t->driver_phone, 0, sizeof t->driver_phone);
            sim->noted_batch = 0;
        }
    }
    for (size_t i = 0; i < d->capacity_count; i++) {
        char *reason = d->capacities[i].reason;
        if (d->capacities[i].date < erase_date && reason[0] != '\0' && strcmp(reason, GS_ERASED_TEXT) != 0) {
            memset(reason, 0, sizeof d->capacities[i].reason);
            memcpy(reason, GS_ERASED_TEXT, sizeof GS_ERASED_TEXT);
            sim->noted_batch = 0;
        }
    }
    d->erased_before = erase_date > d->erased_before ? erase_date : d->erased_before;
    w->first_date = first_date;
    w->erase_date = erase_date;
    w->idem_before_ms = idem_before_ms;
    w->upkeep_due = true;
}

struct gs_writer_report gs_writer_poll(struct gs_writer *w)
{
    struct queue answers = w->answers;
    struct gs_writer_report report = w->report;
    w->report.told = (struct gs_durable_events){0};
    w->answers = (struct queue){.end = &w->answers.first};
    if (answers.first == NULL) {
        answers.end = &answers.first;
    }
    w->wakes = false;
    for (struct question *q = answers.first; q != NULL; q = q->next) {
        w->count--;
    }
    while (answers.first != NULL) {
        struct question *q = answers.first;
        answers.first = q->next;
        q->done(q->arg, &q->answer);
        gs_answer_finish(&q->answer);
        free(q);
    }
    return report;
}

struct gs_store *gs_writer_pause(struct gs_writer *w)
{
    sim_require(!w->has_batch, "paused while a batch is under way");
    w->paused = true;
    return w->store;
}

static bool asks_of_lost(const struct gs_writer *w, const struct question *q)
{
    return q->is_lost || (w->report.err == GS_E_FULL && q->after >= w->report.failed);
}

void gs_writer_resume(struct gs_writer *w)
{
    w->paused = false;
    for (struct question *q = w->questions.first; q != NULL; q = q->next) {
        q->is_lost = asks_of_lost(w, q);
    }
    if (w->report.err != GS_E_IO) {
        w->report.err = GS_OK;
        w->report.failed = 0;
    }
}

/* The texts of the events of a batch that was stored. */
static void tell(struct gs_writer *w)
{
    for (const struct gs_record *r = w->batch.first; r != NULL; r = r->next) {
        struct gs_buf text;
        if (r->kind != GS_REC_EVENT) {
            continue;
        }
        gs_buf_init(&text, GS_STORE_EVENT_TEXT_MAX);
        gs_event_json(r->u.event, sim->app->config->rules.tz, &text);
        sim_require(gs_durable_events_add(&w->report.told, r->u.event, text.data, text.len) == GS_OK, "no memory");
        gs_buf_finish(&text);
    }
}

static void commit(struct gs_writer *w)
{
    int err = sim_disk_commit(&w->batch);
    if (err == GS_OK && w->tells) {
        tell(w);
    }
    gs_batch_clear(&w->batch);
    w->has_batch = false;
    w->wakes = true;
    if (err != GS_OK) {
        w->report.err = err;
        w->report.failed = w->submitted;
        return;
    }
    w->report.durable = w->submitted;
    sim_note("durable", (int64_t)w->submitted, (int64_t)sim->disk.event_count);
    if (sim->noted_batch == w->submitted) {
        struct gs_book *stored = sim_disk_book(&sim->app->config->rules, sim->disk.now_ms);
        sim_require(gs_book_digest(stored) == sim->noted_digest, "I4: the book is not the one rebuilt from the store");
        gs_book_destroy(stored);
        sim->count.checked++;
    }
}

static void maintain(struct gs_writer *w)
{
    struct sim_disk *d = &sim->disk;
    int32_t moved = 0;
    w->upkeep_due = false;
    for (size_t i = 0; i < d->row_count && moved < 50; i++) {
        struct gs_booking *b = &d->rows[i].b;
        if (!d->rows[i].past && gs_booking_archivable(b, w->first_date)) {
            d->rows[i].past = true;
            moved++;
        }
        if (d->rows[i].past && b->wish.date < w->erase_date) {
            b->truck.driver_name[0] = b->truck.driver_phone[0] = '\0';
        }
    }
    for (size_t i = 0; i < d->idem_count; i++) {
        if (d->idems[i].at_ms < w->idem_before_ms && d->idems[i].key[0] != '\0') {
            d->idems[i].key[0] = '\0';
            sim->count.forgotten++;
        }
    }
}

bool sim_writer_step(void)
{
    struct gs_writer *w = sim->writer;
    if (w == NULL || w->paused) {
        return false;
    }
    if (w->has_batch) {
        commit(w);
        return true;
    }
    struct question *q = pop(&w->questions);
    if (q != NULL) {
        if (asks_of_lost(w, q)) {
            q->answer = (struct gs_answer){.err = GS_E_FULL};
            gs_arena_init(&q->answer.arena);
        } else {
            sim_disk_answer(&q->query, &q->answer);
        }
        push(&w->answers, q);
        w->wakes = true;
        return true;
    }
    if (w->upkeep_due && w->report.err == GS_OK) {
        maintain(w);
        return true;
    }
    return false;
}

bool sim_writer_wakes(void)
{
    return sim->writer != NULL && sim->writer->wakes;
}

/* A commit that was under way may have reached the disk, and nobody was told. */
void sim_writer_crash(void)
{
    struct gs_writer *w = sim->writer;
    if (w != NULL && w->has_batch && sim_one_in(2)) {
        (void)sim_disk_commit(&w->batch);
        sim_note("torn", (int64_t)w->submitted, (int64_t)sim->disk.event_count);
    }
}

static void drop(struct queue *q)
{
    for (struct question *one = pop(q); one != NULL; one = pop(q)) {
        gs_answer_finish(&one->answer);
        free(one);
    }
}

void gs_writer_stop(struct gs_writer *w)
{
    w->paused = false;
    while (!sim->deaf && (w->has_batch || w->questions.first != NULL)) {
        (void)sim_writer_step();
    }
    if (!sim->deaf) {
        const struct gs_writer_report report = gs_writer_poll(w);
        w->report.told = report.told;
    }
    gs_durable_events_finish(&w->report.told);
    drop(&w->questions);
    drop(&w->answers);
    gs_batch_finish(&w->batch);
    sim->writer = NULL;
    free(w);
}
