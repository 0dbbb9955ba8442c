/* Writes log lines without making anybody wait: a full pipe, a stopped terminal or a log daemon that hangs holds up a thread that
 * does nothing else. Lines that find the queue full, or that cannot be written, are dropped and counted, and the next line that is
 * written is followed by one that says how many. One write(2) a line, so that lines do not mix with those of other programs. */
#include "log_queue.h"
#include "gateslot/base/thread.h"
#include "log_entry.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

_Static_assert(GS_LOG_LINE_MAX <= UINT16_MAX, "a line's length stands in two bytes before it");

enum { STACK_BYTES = 128 * 1024, FLUSH_MS = 500 };

static struct {
    pthread_mutex_t lock; /* of all below but torn */
    pthread_cond_t filled, drained;
    bool started;
    bool writing;      /* a line has been taken out and is not yet written */
    size_t first, len; /* of ring: lines, each behind its length */
    uint64_t dropped;  /* lines never written */
    uint64_t told;     /* of those, told in a line that was written */
    bool torn;         /* the last line written lacks its end; of whoever writes */
    char ring[GS_LOG_QUEUE_MAX];
} queue = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* ---- the ring, under the lock ---- */

static void ring_in(const void *from, size_t len)
{
    size_t at = (queue.first + queue.len) % sizeof queue.ring;
    size_t part = sizeof queue.ring - at < len ? sizeof queue.ring - at : len;
    memcpy(queue.ring + at, from, part);
    memcpy(queue.ring, (const char *)from + part, len - part);
    queue.len += len;
}

static void ring_out(void *to, size_t len)
{
    size_t part = sizeof queue.ring - queue.first < len ? sizeof queue.ring - queue.first : len;
    memcpy(to, queue.ring + queue.first, part);
    memcpy((char *)to + part, queue.ring, len - part);
    queue.first = (queue.first + len) % sizeof queue.ring;
    queue.len -= len;
}

/* ---- writing ---- */

/* Where another program made the descriptor non-blocking, the thread waits all the same. */
static bool wait_for_room(bool may_wait)
{
    struct pollfd p = {.fd = STDERR_FILENO, .events = POLLOUT};
    return may_wait && poll(&p, 1, -1) > 0 && (p.revents & POLLOUT) != 0;
}

static bool write_all(const char *text, size_t len, bool may_wait)
{
    size_t done = 0;
    while (done < len) {
        ssize_t n = write(STDERR_FILENO, text + done, len - done);
        if (n > 0) {
            done += (size_t)n;
        } else if (n == 0 || (errno != EINTR && !(errno == EAGAIN && wait_for_room(may_wait)))) {
            queue.torn = queue.torn || done > 0;
            return false;
        }
    }
    return true;
}

/* A line of which only a part was written must not run into the next. */
static bool write_line(const char *line, size_t len, bool may_wait)
{
    if (queue.torn && !write_all("\n", 1, may_wait)) {
        return false;
    }
    queue.torn = false;
    return write_all(line, len, may_wait);
}

static bool say_how_many(uint64_t count, bool may_wait)
{
    char line[GS_LOG_LINE_MAX];
    size_t len =
        gs_log_entry(line, GS_LOG_WARNING, "log_dropped",
                     "lines=%llu note=\"the log was not read, or could not be written\"", (unsigned long long)count);
    return write_line(line, len, may_wait);
}

static void write_and_count(const char *line, size_t len, bool may_wait)
{
    bool written = write_line(line, len, may_wait);
    (void)pthread_mutex_lock(&queue.lock);
    queue.dropped += written ? 0 : 1;
    uint64_t untold = queue.dropped - queue.told;
    (void)pthread_mutex_unlock(&queue.lock);
    if (written && untold > 0 && say_how_many(untold, may_wait)) {
        (void)pthread_mutex_lock(&queue.lock);
        queue.told += untold;
        (void)pthread_mutex_unlock(&queue.lock);
    }
}

static void *run(void *unused)
{
    char line[GS_LOG_LINE_MAX];
    uint16_t len;
    (void)pthread_mutex_lock(&queue.lock);
    for (;;) {
        while (queue.len == 0) {
            (void)pthread_cond_wait(&queue.filled, &queue.lock);
        }
        ring_out(&len, sizeof len);
        ring_out(line, len);
        queue.writing = true;
        (void)pthread_mutex_unlock(&queue.lock);
        write_and_count(line, len, true);
        (void)pthread_mutex_lock(&queue.lock);
        queue.writing = false;
        if (queue.len == 0) {
            (void)pthread_cond_broadcast(&queue.drained);
        }
    }
    return unused;
}

static int start_thread(void)
{
    pthread_t thread;
    pthread_attr_t how;
    if (pthread_attr_init(&how) != 0) {
        return GS_E_NOMEM;
    }
    (void)pthread_attr_setdetachstate(&how, PTHREAD_CREATE_DETACHED); /* it ends with the process */
    (void)pthread_attr_setstacksize(&how, STACK_BYTES);
    const int err = gs_thread_start(&thread, &how, run, NULL);
    (void)pthread_attr_destroy(&how);
    return err;
}

int gs_log_start(void)
{
    pthread_condattr_t monotonic;
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&queue.filled, NULL);
    (void)pthread_cond_init(&queue.drained, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    int err = start_thread();
    queue.started = err == GS_OK;
    return err;
}

void gs_log_put(const char *line, size_t len)
{
    if (!queue.started) {
        write_and_count(line, len, false);
        return;
    }
    const uint16_t size = (uint16_t)len;
    (void)pthread_mutex_lock(&queue.lock);
    if (sizeof queue.ring - queue.len >= sizeof size + len) {
        ring_in(&size, sizeof size);
        ring_in(line, len);
        (void)pthread_cond_signal(&queue.filled);
    } else {
        queue.dropped++;
    }
    (void)pthread_mutex_unlock(&queue.lock);
}

void gs_log_flush(void)
{
    struct timespec until;
    if (!queue.started) {
        return;
    }
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += FLUSH_MS * 1000000L;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    (void)pthread_mutex_lock(&queue.lock);
    while ((queue.len > 0 || queue.writing) && pthread_cond_timedwait(&queue.drained, &queue.lock, &until) == 0) {
    }
    (void)pthread_mutex_unlock(&queue.lock);
}

uint64_t gs_log_dropped(void)
{
    (void)pthread_mutex_lock(&queue.lock);
    uint64_t dropped = queue.dropped;
    (void)pthread_mutex_unlock(&queue.lock);
    return dropped;
}
