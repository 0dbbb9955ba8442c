/* Answers for what a password is worth: hashes it by yescrypt (crypt(5)), or checks it against a hash, on a thread of its own, so that the
 * loop never waits. The queue is bounded, and every copy of a password is wiped as soon as it has been used. */
#define _GNU_SOURCE /* gettid */
#include "hasher.h"
#include <crypt.h>
#include <errno.h>
#include <event2/event.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "gateslot/base/log.h"
#include "gateslot/base/thread.h"
#include "gateslot/base/thread_slice.h"

/* 40 ms and 32 MiB here, one at a time. One more is twice of both: then a flood of logins alone would take the daemon near the memory it may
 * use. */
enum { COST = 6 };
static const char method[] = "$y$"; /* yescrypt */

struct hash_job {
    struct hash_job *next;
    char secret[GS_SECRET_MAX + 1];
    char against[GS_SECRET_HASH_MAX + 1];
    bool checks;  /* else a new hash is made */
    bool nobodys; /* matches nothing */
    struct gs_hash_result result;
    gs_hash_done done;
    void *arg;
};

struct gs_hasher {
    struct event_base *base; /* borrowed */
    struct gs_hasher_watch watch;
    struct event *wake; /* NULL: the thread was not needed yet */
    int wake_fd;
    pthread_t thread;
    char dummy[GS_SECRET_HASH_MAX +
               1];        /* the thread's own. Of nobody: what a password is checked against where there is no user */
    int32_t waiting;      /* the loop's: asked and not yet told */
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t work;
    struct hash_job *asked, *asked_last, *answered;
    bool stopping;
};

static void free_jobs(struct hash_job *job)
{
    while (job != NULL) {
        struct hash_job *next = job->next;
        explicit_bzero(job, sizeof *job);
        free(job);
        job = next;
    }
}

/* crypt's own memory holds what was hashed: wiped, each time. */
static bool crypt_to(const char *secret, const char *setting, char out[GS_SECRET_HASH_MAX + 1])
{
    void *room = NULL;
    int size = 0;
    const char *hash = crypt_ra(secret, setting, &room, &size);
    const bool fits = hash != NULL && hash[0] == '$' && strlen(hash) <= GS_SECRET_HASH_MAX;
    if (fits) {
        strcpy(out, hash);
    }
    if (room != NULL) {
        explicit_bzero(room, (size_t)size);
        free(room);
    }
    return fits;
}

static bool make_setting(char out[CRYPT_GENSALT_OUTPUT_SIZE])
{
    return crypt_gensalt_rn(method, COST, NULL, 0, out, CRYPT_GENSALT_OUTPUT_SIZE) != NULL;
}

/* In a time that says nothing of where they differ. */
static bool same_text(const char *a, const char *b)
{
    const size_t len = strlen(a);
    unsigned char different = len != strlen(b);
    for (size_t i = 0; i < len && b[i] != '\0'; i++) {
        different |= (unsigned char)(a[i] ^ b[i]);
    }
    return different == 0;
}

static void work_on(const struct gs_hasher *h, struct hash_job *job)
{
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    struct gs_hash_result *r = &job->result;
    r->err = GS_E_IO;
    if (job->checks) {
        char found[GS_SECRET_HASH_MAX + 1];
        const char *against = job->nobodys ? h->dummy : job->against;
        if (crypt_to(job->secret, against, found)) {
            r->matches = same_text(found, against) && !job->nobodys;
            r->err = GS_OK;
        }
    } else if (make_setting(setting) && crypt_to(job->secret, setting, r->hash)) {
        r->err = GS_OK;
    }
    explicit_bzero(job->secret, sizeof job->secret);
}

static struct hash_job *take_job(struct gs_hasher *h)
{
    (void)pthread_mutex_lock(&h->lock);
    while (h->asked == NULL && !h->stopping) {
        (void)pthread_cond_wait(&h->work, &h->lock);
    }
    struct hash_job *job = h->stopping ? NULL : h->asked;
    if (job != NULL) {
        h->asked = job->next;
        job->next = NULL;
    }
    (void)pthread_mutex_unlock(&h->lock);
    return job;
}

/* Without it, checks of nobody's passwords fail, and say so. */
static void make_dummy(struct gs_hasher *h)
{
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    if (!make_setting(setting) || !crypt_to("", setting, h->dummy)) {
        h->dummy[0] = '\0';
    }
}

static void *run(void *arg)
{
    struct gs_hasher *h = arg;
    /* Of this thread alone (setpriority(2)): who logs in waits rather than the gate. */
    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), 10);
    gs_thread_slice(GS_SLICE_LONG_US);
    make_dummy(h);
    for (struct hash_job *job; (job = take_job(h)) != NULL;) {
        const uint64_t one = 1;
        work_on(h, job);
        (void)pthread_mutex_lock(&h->lock);
        job->next = h->answered;
        h->answered = job;
        (void)pthread_mutex_unlock(&h->lock);
        ssize_t written;
        do {
            written = write(h->wake_fd, &one, sizeof one);
        } while (written < 0 && errno == EINTR);
    }
    return NULL;
}

static void set_waiting(struct gs_hasher *h, int32_t waiting)
{
    const bool was_at_work = h->waiting > 0;
    h->waiting = waiting;
    if (h->watch.at_work != NULL && was_at_work != (waiting > 0)) {
        h->watch.at_work(h->watch.self, waiting > 0);
    }
}

static void on_answer(evutil_socket_t fd, short what, void *arg)
{
    struct gs_hasher *h = arg;
    eventfd_t count;
    (void)what;
    if (eventfd_read(fd, &count) != 0) {
        return; /* nothing was answered since */
    }
    (void)pthread_mutex_lock(&h->lock);
    struct hash_job *job = h->answered;
    h->answered = NULL;
    (void)pthread_mutex_unlock(&h->lock);
    while (job != NULL) {
        struct hash_job *next = job->next;
        set_waiting(h, h->waiting - 1);
        if (job->result.err != GS_OK) {
            gs_log(GS_LOG_ERROR, "hash", "error=\"a password could not be hashed\"");
        }
        job->done(job->arg, &job->result);
        job->next = NULL;
        free_jobs(job);
        job = next;
    }
}

int gs_hasher_create(struct event_base *base, const struct gs_hasher_watch *watch, struct gs_hasher **out)
{
    struct gs_hasher *h = calloc(1, sizeof *h);
    if (h == NULL) {
        return GS_E_NOMEM;
    }
    h->base = base;
    h->watch = *watch;
    h->wake_fd = -1;
    (void)pthread_mutex_init(&h->lock, NULL);
    (void)pthread_cond_init(&h->work, NULL);
    *out = h;
    return GS_OK;
}

static int start(struct gs_hasher *h)
{
    h->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (h->wake_fd < 0) {
        return GS_E_IO;
    }
    h->wake = event_new(h->base, h->wake_fd, EV_READ | EV_PERSIST, on_answer, h);
    int err = h->wake != NULL && event_add(h->wake, NULL) == 0 ? gs_thread_start(&h->thread, NULL, run, h) : GS_E_NOMEM;
    if (err != GS_OK) {
        if (h->wake != NULL) {
            event_free(h->wake);
            h->wake = NULL;
        }
        (void)close(h->wake_fd);
        h->wake_fd = -1;
    }
    return err;
}

int gs_hasher_ask(struct gs_hasher *h, const struct gs_hash_question *q, gs_hash_done done, void *arg)
{
    if (h->waiting >= (q->spare ? GS_HASHES_MAX : GS_HASHES_MAX - GS_HASHES_SPARE)) {
        return GS_E_BUSY;
    }
    int err = h->wake != NULL ? GS_OK : start(h);
    struct hash_job *job = err == GS_OK ? calloc(1, sizeof *job) : NULL;
    if (job == NULL) {
        return err != GS_OK ? err : GS_E_NOMEM;
    }
    if (strlen(q->secret) > GS_SECRET_MAX || (q->against != NULL && strlen(q->against) > GS_SECRET_HASH_MAX)) {
        free(job);
        return GS_E_RANGE;
    }
    strcpy(job->secret, q->secret);
    job->checks = q->checks;
    job->nobodys = q->against == NULL;
    strcpy(job->against, q->against != NULL ? q->against : "");
    job->done = done;
    job->arg = arg;
    set_waiting(h, h->waiting + 1);
    (void)pthread_mutex_lock(&h->lock);
    if (h->asked != NULL) {
        h->asked_last->next = job;
    } else {
        h->asked = job;
    }
    h->asked_last = job;
    (void)pthread_cond_signal(&h->work);
    (void)pthread_mutex_unlock(&h->lock);
    return GS_OK;
}

void gs_hasher_destroy(struct gs_hasher *h)
{
    if (h == NULL) {
        return;
    }
    if (h->wake != NULL) {
        (void)pthread_mutex_lock(&h->lock);
        h->stopping = true;
        (void)pthread_cond_signal(&h->work);
        (void)pthread_mutex_unlock(&h->lock);
        (void)pthread_join(h->thread, NULL);
        event_free(h->wake);
        (void)close(h->wake_fd);
    }
    free_jobs(h->asked);
    free_jobs(h->answered);
    (void)pthread_cond_destroy(&h->work);
    (void)pthread_mutex_destroy(&h->lock);
    free(h);
}
