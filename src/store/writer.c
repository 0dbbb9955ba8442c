/* The writer thread: it alone touches the store between start and stop, except while paused. It commits the batch that was handed over,
 * answers questions, copies the store and maintains it, and tells the loop by an eventfd. It never waits for a timer: group commit
 * comes from the next batch gathering while this one syncs.
 *
 * A batch goes first, whatever waits; questions are answered in their order, each after every batch handed over before it. Between two batches
 * there is room for some milliseconds of questions, one step of a backup, one slice of maintenance: so neither starves.
 *
 * Whoever asks may have seen what he will show with the answer in a batch that is on its way. So when a batch finds the disk full, all that was asked
 * behind it until the loop has loaded its book again is answered with GS_E_FULL. */
#include "backup.h"
#include "gateslot/base/log.h"
#include "gateslot/base/text.h"
#include "gateslot/base/thread_slice.h"
#include "maintain.h"
#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define QUESTIONS_MS 2 /* between two batches */

struct job { /* a question on its way there and its answer on its way back */
    struct job *next;
    struct gs_query query;
    struct gs_answer answer;
    uint64_t after; /* the batch handed over last when it was asked: it must see that one */
    bool is_lost;   /* that one was not stored */
    gs_query_done done;
    void *arg;
};
struct queue {
    struct job *first, *last;
};

struct gs_writer {
    struct gs_store *store; /* the thread's; the loop's while paused */
    pthread_t thread;
    int wake_fd;
    atomic_bool busy;  /* a batch is handed over and not yet done */
    atomic_bool tells; /* durable events are wanted */

    pthread_mutex_t lock; /* of all below */
    pthread_cond_t work;  /* to the thread: there is something to do */
    pthread_cond_t idle;  /* to the loop: the thread is paused */
    struct gs_batch batch;
    bool has_batch; /* the thread has it, or will take it next */
    bool pausing, paused, stopping;
    uint64_t submitted;
    struct gs_writer_report report;
    struct queue questions, answers;
    size_t question_count;
    bool upkeep_due, second_due;
    gs_date first_date, erase_date;
    int64_t idem_before_ms;

    /* the thread's own */
    struct gs_backup *backup;
    struct job *backup_job;
    struct gs_backup_waker waker;
};

static void push(struct queue *q, struct job *job)
{
    job->next = NULL;
    if (q->last != NULL) {
        q->last->next = job;
    } else {
        q->first = job;
    }
    q->last = job;
}

static void push_first(struct queue *q, struct job *job)
{
    job->next = q->first;
    q->first = job;
    if (q->last == NULL) {
        q->last = job;
    }
}

static struct job *pop(struct queue *q)
{
    struct job *job = q->first;
    if (job != NULL) {
        q->first = job->next;
        if (q->first == NULL) {
            q->last = NULL;
        }
    }
    return job;
}

static void wake_loop(struct gs_writer *w)
{
    const uint64_t one = 1;
    /* Full at 2^64 − 2 only; interrupted it is not, the thread takes no signals. */
    ssize_t put = write(w->wake_fd, &one, sizeof one);
    (void)put;
}

static int64_t monotonic_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool backup_goes_on(const struct gs_writer *w)
{
    return w->backup != NULL && !gs_backup_is_waiting(w->backup);
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
    return w->has_batch || w->questions.first != NULL || backup_goes_on(w) || w->upkeep_due || w->second_due ||
           w->pausing || (w->stopping && (w->backup == NULL || backup_goes_on(w)));
}

/* The batch at hand, or the next one if there is none, is the first that failed: nothing is executed after it. */
static void fail(struct gs_writer *w, int err)
{
    w->report.err = err;
    w->report.failed = w->has_batch ? w->submitted : w->submitted + 1;
    w->has_batch = false;
    gs_batch_clear(&w->batch);
    atomic_store(&w->busy, false);
    wake_loop(w);
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
    wake_loop(w);
    (void)pthread_mutex_lock(&w->lock);
}

static void give_answer(struct gs_writer *w, struct job *job)
{
    push(&w->answers, job);
    wake_loop(w);
}

static void start_backup(struct gs_writer *w, struct job *job)
{
    struct gs_answer *a = &job->answer;
    gs_arena_init(&a->arena);
    if (w->backup != NULL) {
        a->err = GS_E_BUSY;
        (void)gs_text_copy(a->text, sizeof a->text, "another backup is being made");
        return;
    }
    a->err = gs_backup_start(w->store, job->query.u.path, &w->waker, &w->backup, a->text, sizeof a->text);
    if (a->err == GS_OK) {
        w->backup_job = job;
    }
}

static bool may_answer(const struct gs_writer *w)
{
    const struct job *job = w->questions.first;
    return job != NULL && !(w->has_batch && job->after == w->submitted);
}

/* Was it asked behind a batch that found the disk full, by one who may have seen what stood in it? */
static bool asks_of_lost(const struct gs_writer *w, const struct job *job)
{
    return job->is_lost || (w->report.err == GS_E_FULL && job->after >= w->report.failed);
}

static void refuse_lost(struct job *job)
{
    job->answer = (struct gs_answer){.err = GS_E_FULL};
    gs_arena_init(&job->answer.arena);
}

static void answer_questions(struct gs_writer *w)
{
    const int64_t until_ms = monotonic_ms() + QUESTIONS_MS;
    while (may_answer(w)) {
        struct job *job = pop(&w->questions);
        const bool is_lost = asks_of_lost(w, job);
        (void)pthread_mutex_unlock(&w->lock);
        if (is_lost) {
            refuse_lost(job);
        } else if (job->query.kind == GS_QUERY_BACKUP) {
            start_backup(w, job);
        } else {
            gs_store_query(w->store, &job->query, &job->answer);
        }
        (void)pthread_mutex_lock(&w->lock);
        if (w->backup_job != job) {
            give_answer(w, job);
        }
        if (w->pausing || monotonic_ms() >= until_ms) {
            break;
        }
    }
}

static void step_backup(struct gs_writer *w)
{
    struct gs_answer *a = &w->backup_job->answer;
    bool done = false;
    (void)pthread_mutex_unlock(&w->lock);
    a->err = gs_backup_step(w->backup, &done, a->text, sizeof a->text);
    done = done || a->err != GS_OK;
    if (done) {
        gs_backup_finish(w->backup);
        w->backup = NULL;
    }
    (void)pthread_mutex_lock(&w->lock);
    if (done) {
        give_answer(w, w->backup_job);
        w->backup_job = NULL;
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
    if (backup_goes_on(w)) {
        step_backup(w);
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
        bool is_over = w->stopping && !w->has_batch && w->questions.first == NULL && w->backup == NULL;
        if (is_over) {
            break;
        }
        one_round(w);
    }
    (void)pthread_mutex_unlock(&w->lock);
    return NULL;
}

static int start_thread(struct gs_writer *w)
{
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before); /* signals are the loop's */
    int failed = pthread_create(&w->thread, NULL, run, w);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed == 0 ? GS_OK : GS_E_NOMEM;
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
    int err = w->wake_fd >= 0 ? start_thread(w) : GS_E_IO;
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

int gs_writer_query(struct gs_writer *w, const struct gs_query *query, gs_query_done done, void *arg)
{
    struct job *job = calloc(1, sizeof *job);
    if (job == NULL) {
        return GS_E_NOMEM;
    }
    job->query = *query;
    job->done = done;
    job->arg = arg;
    (void)pthread_mutex_lock(&w->lock);
    bool has_room = w->question_count < GS_QUERIES_MAX;
    if (has_room) {
        w->question_count++;
        job->after = w->submitted;
        if (query->kind == GS_QUERY_STORE) { /* small, and asked where something is amiss */
            push_first(&w->questions, job);
        } else {
            push(&w->questions, job);
        }
        (void)pthread_cond_signal(&w->work);
    }
    (void)pthread_mutex_unlock(&w->lock);
    if (!has_room) {
        free(job);
        return GS_E_BUSY;
    }
    return GS_OK;
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
    struct queue answers = w->answers;
    struct gs_writer_report report = w->report;
    w->report.told = (struct gs_durable_events){0};
    w->answers = (struct queue){0};
    for (const struct job *job = answers.first; job != NULL; job = job->next) {
        w->question_count--;
    }
    (void)pthread_mutex_unlock(&w->lock);
    for (struct job *job = pop(&answers); job != NULL; job = pop(&answers)) {
        job->done(job->arg, &job->answer);
        gs_answer_finish(&job->answer);
        free(job);
    }
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
    for (struct job *job = w->questions.first; job != NULL; job = job->next) {
        job->is_lost = asks_of_lost(w, job);
    }
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
