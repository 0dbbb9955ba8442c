/* Answers for the time in which another daemon has the store, or PostgreSQL cannot be used: this one listens, answers 503, and tries again to
 * open the store each second, on a thread, since that can take as long as a server is silent. Nothing of the site is in memory meanwhile. A file is
 * not waited for: whoever has it runs on this machine. */
#include "app.h"
#include "gateslot/base/log.h"
#include "gateslot/base/text.h"
#include "gateslot/base/thread.h"
#include "notify.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum { MESSAGE = 512, AGAIN_S = 1 };

struct stand_by {
    struct gs_app *app;
    int64_t since_ms;
    struct event *wake, *second;
    int wake_fd;
    char told[MESSAGE]; /* what the log and the service manager know */
    bool is_over;       /* the thread has ended, as the loop has seen */
    pthread_t thread;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t hurry;
    bool stops, ended;
    int err; /* of the last attempt; GS_E_BUSY before the first */
    struct gs_store *store;
    char message[MESSAGE];
};

bool gs_app_waits_for_store(const struct gs_app *app, int err)
{
    return gs_config_in_postgresql(app->boot) && (err == GS_E_BUSY || err == GS_E_IO || err == GS_E_DENIED);
}

/* ---- the thread ---- */

/* False: it is to end. */
static bool pause_before_next(struct stand_by *s)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += AGAIN_S;
    (void)pthread_mutex_lock(&s->lock);
    int waited = 0;
    while (!s->stops && waited == 0) {
        waited = pthread_cond_timedwait(&s->hurry, &s->lock, &until);
    }
    const bool goes_on = !s->stops;
    (void)pthread_mutex_unlock(&s->lock);
    return goes_on;
}

static void report(struct stand_by *s, int err, struct gs_store *store, const char *message, bool ended)
{
    (void)pthread_mutex_lock(&s->lock);
    s->err = err;
    s->store = store;
    s->ended = ended;
    (void)gs_text_copy(s->message, sizeof s->message, message);
    (void)pthread_mutex_unlock(&s->lock);
    (void)eventfd_write(s->wake_fd, 1);
}

static void *run(void *arg)
{
    struct stand_by *s = arg;
    int err = GS_E_BUSY;
    struct gs_store *store = NULL;
    char message[MESSAGE] = "";
    while (gs_app_waits_for_store(s->app, err) && pause_before_next(s)) {
        message[0] = '\0';
        err = gs_app_open_store(s->app, &store, message, sizeof message);
        report(s, err, err == GS_OK ? store : NULL, message, false);
    }
    report(s, err, err == GS_OK ? store : NULL, message, true);
    return NULL;
}

/* ---- the loop's side ---- */

/* "… for 2966 ms yet": behind the number, where one of that kind is at text; else text. */
static const char *behind_duration(const char *text)
{
    const size_t digits = strspn(text, "0123456789");
    return digits > 0 && strncmp(text + digits, " ms", 3) == 0 ? text + digits : text;
}

static bool is_same_but_for_durations(const char *a, const char *b)
{
    for (;;) {
        a = behind_duration(a);
        b = behind_duration(b);
        if (*a != *b || *a == '\0') {
            return *a == *b;
        }
        a++;
        b++;
    }
}

/* Said when it changes, not each second. */
static void tell(struct stand_by *s, int err, const char *message)
{
    char status[MESSAGE + 32];
    if (message[0] == '\0' || is_same_but_for_durations(message, s->told)) {
        return;
    }
    (void)gs_text_copy(s->told, sizeof s->told, message);
    gs_log(err == GS_E_BUSY ? GS_LOG_NOTICE : GS_LOG_ERROR, "standing_by", "store=%s reason=\"%s\"",
           s->app->boot->store, message);
    (void)snprintf(status, sizeof status, "standing by: %s", message);
    gs_notify_status(status);
}

static void on_report(evutil_socket_t fd, short what, void *arg)
{
    struct stand_by *s = arg;
    eventfd_t count;
    char message[MESSAGE];
    (void)what;
    (void)eventfd_read(fd, &count);
    (void)pthread_mutex_lock(&s->lock);
    const int err = s->err;
    s->is_over = s->ended;
    memcpy(message, s->message, sizeof message);
    (void)pthread_mutex_unlock(&s->lock);
    if (gs_app_waits_for_store(s->app, err)) {
        tell(s, err, message);
    }
}

static void on_second(evutil_socket_t fd, short what, void *arg)
{
    struct stand_by *s = arg;
    (void)fd;
    (void)what;
    gs_app_certificate_watch(s->app);
    gs_notify_alive();
}

static int begin(struct stand_by *s)
{
    const struct timeval second = {.tv_sec = 1};
    struct gs_app *app = s->app;
    s->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (s->wake_fd < 0) {
        return GS_E_IO;
    }
    s->wake = event_new(app->base, s->wake_fd, EV_READ | EV_PERSIST, on_report, s);
    s->second = event_new(app->base, -1, EV_PERSIST, on_second, s);
    if (s->wake == NULL || s->second == NULL || event_add(s->wake, NULL) != 0 || event_add(s->second, &second) != 0) {
        return GS_E_NOMEM;
    }
    int err = gs_app_signals_init(app);
    return err == GS_OK ? gs_app_listen(app) : err;
}

static void hurry_to_end(struct stand_by *s)
{
    (void)pthread_mutex_lock(&s->lock);
    s->stops = true;
    (void)pthread_cond_signal(&s->hurry);
    (void)pthread_mutex_unlock(&s->lock);
}

/* Until the thread has ended; and, where the daemon stops, until the answers have left. */
static void wait_for_store(struct stand_by *s)
{
    struct gs_app *app = s->app;
    int64_t give_up_ms = INT64_MAX;
    for (;;) {
        const bool drained = !app->stopping || gs_http_idle(app->http) || gs_monotonic_ms() >= give_up_ms;
        if (s->is_over && drained) {
            return;
        }
        event_base_loop(app->base, EVLOOP_ONCE);
        if (app->stopping && give_up_ms == INT64_MAX) {
            give_up_ms = gs_monotonic_ms() + GS_DRAIN_MS;
            hurry_to_end(s);
        }
    }
}

/* GS_OK with app->stopping: it was told to end before. */
static int take_over(struct stand_by *s)
{
    struct gs_app *app = s->app;
    app->store = s->store; /* closed with the rest, whatever follows */
    if (app->stopping) {
        return GS_OK;
    }
    if (s->err != GS_OK) {
        gs_log(GS_LOG_ERROR, "store", "path=%s error=\"%s\"", app->boot->store, s->message);
        return s->err;
    }
    gs_log(GS_LOG_NOTICE, "taking_over", "store=%s stood_by_s=%lld", app->boot->store,
           (long long)((gs_monotonic_ms() - s->since_ms) / 1000));
    return GS_OK;
}

static void finish(struct stand_by *s)
{
    struct event *const events[] = {s->wake, s->second};
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        if (events[i] != NULL) {
            event_free(events[i]);
        }
    }
    if (s->wake_fd >= 0) {
        (void)close(s->wake_fd);
    }
    (void)pthread_cond_destroy(&s->hurry);
    (void)pthread_mutex_destroy(&s->lock);
    free(s);
}

static struct stand_by *new_stand_by(struct gs_app *app)
{
    struct stand_by *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return NULL;
    }
    *s = (struct stand_by){.app = app, .wake_fd = -1, .err = GS_E_BUSY, .since_ms = gs_monotonic_ms()};
    pthread_condattr_t how;
    (void)pthread_condattr_init(&how);
    (void)pthread_condattr_setclock(&how, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&s->lock, NULL);
    (void)pthread_cond_init(&s->hurry, &how);
    (void)pthread_condattr_destroy(&how);
    return s;
}

int gs_app_stand_by(struct gs_app *app, int err, const char *message)
{
    struct stand_by *s = new_stand_by(app);
    if (s == NULL) {
        return GS_E_NOMEM;
    }
    app->standing_by = true;
    tell(s, err, message);
    err = begin(s);
    err = err == GS_OK ? gs_thread_start(&s->thread, NULL, run, s) : err;
    if (err == GS_OK) {
        gs_notify_ready();
        wait_for_store(s);
        (void)pthread_join(s->thread, NULL);
        err = take_over(s);
    }
    finish(s);
    return err;
}
