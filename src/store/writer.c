/* The writer thread: it alone touches the store between start and stop, except while paused. It commits the batch that was handed over,
 * answers questions, copies the store and maintains it, and tells the loop by an eventfd. It never waits for a timer: group commit
 * comes from the next batch gathering while this one syncs.
 *
 * A batch goes first, whatever waits; questions are answered in their order, each after every batch handed over before it. Between two batches
 * there is room for some milliseconds of questions, one step of a backup, one slice of maintenance: so neither starves.
 *
 * Whoever asks may have seen what he will show with the answer in a batch that is on its way. So when a batch finds the disk full, all that was asked
 * behind it until the loop has loaded its book again is answered with GS_E_FULL. */
#include "gateslot/base/log.h"
#include "gateslot/base/thread.h"
#include "gateslot/base/thread_slice.h"
#include "maintain.h"
#include "writer_impl.h"
#include <assert.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define QUESTIONS_MS 2 /* between two batches */

static int64_t monotonic_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void wake_writer(void *self)
{
    struct gs_writer *w = self;
    (void)pthread_mutex_lock(&w->lock);
    (void)pthread_cond_signal(&w->work);
    (void)pthread_mutex_unlock(&w->lock);
}

static bool has_work(const struct gs_writer *w)
{
    return w->has_batch || w->questions.first != NULL || gs_copies_go_on(w) || w->upkeep_due || w->second_due ||
           w->pausing || (w->stopping && (w->copy == NULL || gs_copies_go_on(w)));
}

/* The batch at hand, or the next one if there is none, is the first that failed: nothing is executed after it. */
static void fail(struct gs_writer *w, int err)
{
    w->report.err = err;
    w->report.failed = w->has_batch ? w->submitted : w->submitted + 1;
    w->has_batch = false;
    gs_batch_clear(&w->batch);
    atomic_store(&w->busy, false);
    gs_questions_wake_loop(w);
}

/* What follows is called with the lock held and gives it up while it works on the store. */

static void commit_batch(struct gs_writer *w)
{
    (void)pthread_mutex_unlock(&w->lock);
    gs_store_tell(w->store, atomic_load(&w->tells));
    int err = gs_store_commit(w->store, &w->batch);
    struct gs_durable_events told = gs_store_told(w->store);
    gs_batch_clear(&w->batch);
    (void)pthread_mutex_lock(&w->lock);
    if (err != GS_OK) {
        fail(w, err);
        return;
    }
    gs_durable_events_append(&w->report.told, &told);
    w->has_batch = false;
    w->report.durable = w->submitted;
    atomic_store(&w->busy, false);
    /* The loop takes the lock as soon as it wakes. */
    (void)pthread_mutex_unlock(&w->lock);
    gs_questions_wake_loop(w);
    (void)pthread_mutex_lock(&w->lock);
}

/* Without the lock. True: it has its answer; otherwise it gets it later by itself, or its next step follows. */
static bool answer_some(struct gs_writer *w, struct gs_asked *asked, bool *out_later)
{
    if (asked->query.kind == GS_QUERY_BACKUP || asked->query.kind == GS_QUERY_CHECK) {
        *out_later = gs_copies_begin(w, asked);
        return !*out_later;
    }
    return gs_store_query_step(w->store, &asked->query, &asked->progress, &asked->answer);
}

/* One that is answered in steps goes behind the others after each, and a batch that waits goes before its next. */
static void answer_questions(struct gs_writer *w)
{
    const int64_t until_ms = monotonic_ms() + QUESTIONS_MS;
    for (struct gs_asked *asked; (asked = gs_questions_next(w)) != NULL;) {
        bool done = gs_questions_refuse_lost(w, asked), later = false;
        (void)pthread_mutex_unlock(&w->lock);
        done = done || answer_some(w, asked, &later);
        (void)pthread_mutex_lock(&w->lock);
        if (done) {
            gs_questions_give(w, asked);
        } else if (!later) {
            gs_questions_push(&w->questions, asked);
        }
        if (w->pausing || monotonic_ms() >= until_ms || (!done && w->has_batch)) {
            break;
        }
    }
}

/* Without space, or refused: nothing is lost by it and it is tried again at the loop's next request. */
static void judge_upkeep(struct gs_writer *w, int err)
{
    if (err == GS_E_IO) {
        fail(w, err);
    } else if (err == GS_E_CORRUPT) {
        fail(w, err);
    } else if (err != GS_OK) {
        w->upkeep_due = false;
        gs_log(GS_LOG_ERROR, "upkeep", "error=\"%s\" detail=\"%s\"", gs_strerror(err), gs_store_message(w->store));
    }
}

static void do_upkeep(struct gs_writer *w)
{
    const gs_date first = w->first_date, erase = w->erase_date;
    const int64_t idem_before_ms = w->idem_before_ms;
    bool more = false;
    w->upkeep_due = false;
    (void)pthread_mutex_unlock(&w->lock);
    int err = gs_store_maintain(w->store, first, erase, idem_before_ms, &more);
    (void)pthread_mutex_lock(&w->lock);
    w->upkeep_due = w->upkeep_due || more;
    judge_upkeep(w, err);
}

/* After the loop was told, so that the checkpoint is not part of what the batch's replies wait for. */
static void check_log(struct gs_writer *w)
{
    (void)pthread_mutex_unlock(&w->lock);
    int err = gs_maintain_log(w->store);
    (void)pthread_mutex_lock(&w->lock);
    judge_upkeep(w, err);
}

/* However busy it is: between two batches. */
static void keep_second(struct gs_writer *w)
{
    w->second_due = false;
    (void)pthread_mutex_unlock(&w->lock);
    int err = gs_maintain_second(w->store);
    (void)pthread_mutex_lock(&w->lock);
    judge_upkeep(w, err);
}

static void stand_by(struct gs_writer *w)
{
    w->paused = true;
    (void)pthread_cond_signal(&w->idle);
    while (w->pausing && !w->stopping) {
        (void)pthread_cond_wait(&w->work, &w->lock);
    }
    w->paused = false;
}

static void one_round(struct gs_writer *w)
{
    if (w->has_batch) {
        commit_batch(w);
        if (w->report.err == GS_OK) {
            check_log(w);
        }
    }
    if (w->second_due && w->report.err == GS_OK) {
        keep_second(w);
    }
    w->second_due = false;
    answer_questions(w);
    if (w->store->damaged && w->report.err == GS_OK) {
        fail(w, GS_E_CORRUPT);
    }
    if (gs_copies_go_on(w)) {
        gs_copies_step(w);
    }
    if (w->upkeep_due && !w->has_batch) {
        if (w->report.err == GS_OK) {
            do_upkeep(w);
        }
        w->upkeep_due = w->upkeep_due && w->report.err == GS_OK;
    }
}

static void *run(void *self)
{
    struct gs_writer *w = self;
    gs_thread_slice(GS_SLICE_WRITER_US);
    (void)pthread_mutex_lock(&w->lock);
    for (;;) {
        while (!has_work(w)) {
            (void)pthread_cond_wait(&w->work, &w->lock);
        }
        if (w->pausing && !w->has_batch) {
            stand_by(w);
        }
        bool is_over = w->stopping && !w->has_batch && w->questions.first == NULL && w->copy == NULL;
        if (is_over) {
            break;
        }
        one_round(w);
    }
    (void)pthread_mutex_unlock(&w->lock);
    return NULL;
}

static void destroy(struct gs_writer *w)
{
    gs_batch_finish(&w->batch);
    (void)pthread_cond_destroy(&w->idle);
    (void)pthread_cond_destroy(&w->work);
    (void)pthread_mutex_destroy(&w->lock);
    if (w->wake_fd >= 0) {
        (void)close(w->wake_fd);
    }
    free(w);
}

int gs_writer_start(struct gs_store *store, struct gs_writer **out, int *out_wake_fd)
{
    struct gs_writer *w = calloc(1, sizeof *w);
    if (w == NULL) {
        return GS_E_NOMEM;
    }
    w->store = store;
    w->waker = (struct gs_backup_waker){wake_writer, w};
    gs_batch_init(&w->batch);
    (void)pthread_mutex_init(&w->lock, NULL);
    (void)pthread_cond_init(&w->work, NULL);
    (void)pthread_cond_init(&w->idle, NULL);
    w->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int err = w->wake_fd >= 0 ? gs_thread_start(&w->thread, NULL, run, w) : GS_E_IO;
    if (err != GS_OK) {
        destroy(w);
        return err;
    }
    *out = w;
    *out_wake_fd = w->wake_fd;
    return GS_OK;
}

void gs_writer_tell(struct gs_writer *w, bool wanted)
{
    atomic_store(&w->tells, wanted);
}

bool gs_writer_busy(const struct gs_writer *w)
{
    return atomic_load(&w->busy);
}

uint64_t gs_writer_submit(struct gs_writer *w, struct gs_batch *batch)
{
    (void)pthread_mutex_lock(&w->lock);
    assert(!w->has_batch);
    uint64_t number = ++w->submitted;
    if (w->report.err != GS_OK) {
        gs_batch_clear(batch);
    } else {
        struct gs_batch empty = w->batch;
        w->batch = *batch;
        *batch = empty;
        w->has_batch = true;
        atomic_store(&w->busy, true);
    }
    (void)pthread_mutex_unlock(&w->lock);
    (void)pthread_cond_signal(&w->work); /* only now: the thread takes the lock as soon as it wakes */
    return number;
}

void gs_writer_maintain(struct gs_writer *w, gs_date first_date, gs_date erase_date, int64_t idem_before_ms)
{
    (void)pthread_mutex_lock(&w->lock);
    w->first_date = first_date;
    w->erase_date = erase_date;
    w->idem_before_ms = idem_before_ms;
    w->upkeep_due = w->second_due = true;
    (void)pthread_cond_signal(&w->work);
    (void)pthread_mutex_unlock(&w->lock);
}

struct gs_writer_report gs_writer_poll(struct gs_writer *w)
{
    uint64_t count;
    ssize_t got = read(w->wake_fd, &count, sizeof count); /* before looking: what comes after wakes again */
    (void)got;
    (void)pthread_mutex_lock(&w->lock);
    struct gs_asked_queue answers = gs_questions_take_answers(w);
    struct gs_writer_report report = w->report;
    w->report.told = (struct gs_durable_events){0};
    (void)pthread_mutex_unlock(&w->lock);
    gs_questions_tell(&answers);
    return report;
}

struct gs_store *gs_writer_pause(struct gs_writer *w)
{
    (void)pthread_mutex_lock(&w->lock);
    w->pausing = true;
    (void)pthread_cond_signal(&w->work);
    while (!w->paused) {
        (void)pthread_cond_wait(&w->idle, &w->lock);
    }
    (void)pthread_mutex_unlock(&w->lock);
    return w->store;
}

void gs_writer_resume(struct gs_writer *w)
{
    (void)pthread_mutex_lock(&w->lock);
    w->pausing = false;
    gs_questions_mark_lost(w);
    if (w->report.err != GS_E_IO) { /* of that there is no way back */
        w->report.err = GS_OK;
        w->report.failed = 0;
    }
    (void)pthread_cond_signal(&w->work);
    (void)pthread_mutex_unlock(&w->lock);
}

void gs_writer_stop(struct gs_writer *w)
{
    (void)pthread_mutex_lock(&w->lock);
    w->stopping = true;
    (void)pthread_cond_signal(&w->work);
    (void)pthread_mutex_unlock(&w->lock);
    (void)pthread_join(w->thread, NULL);
    struct gs_writer_report report = gs_writer_poll(w);
    gs_durable_events_finish(&report.told);
    destroy(w);
}
