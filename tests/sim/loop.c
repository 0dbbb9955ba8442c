/* libevent's loop, replaced: timers by the virtual clock, the writer's descriptor, signals. What is ready in a round is called in
 * an order that the seed picks, connections among it; the real loop promises none either. */
#include "sim.h"
#include <stdlib.h>
#include <sys/queue.h>

struct event {
    TAILQ_ENTRY(event) link;
    int fd;
    short what;
    event_callback_fn call;
    void *arg;
    bool added, raised;
    int64_t due_ms; /* monotonic; INT64_MAX: no timer */
    int64_t period_ms;
    int64_t ready_round; /* it was ready when this round's calls began */
};
TAILQ_HEAD(event_list, event);

static struct event_list events = TAILQ_HEAD_INITIALIZER(events);

struct event_base *event_base_new_with_config(const struct event_config *config)
{
    (void)config;
    return malloc(1);
}

void event_base_free(struct event_base *base)
{
    free(base);
}

void event_set_log_callback(event_log_cb cb)
{
    (void)cb;
}

void libevent_global_shutdown(void)
{
}

struct event *event_new(struct event_base *base, evutil_socket_t fd, short what, event_callback_fn call, void *arg)
{
    (void)base;
    struct event *e = calloc(1, sizeof *e);
    if (e == NULL) {
        return NULL;
    }
    e->fd = fd;
    e->what = what;
    e->call = call;
    e->arg = arg;
    e->due_ms = INT64_MAX;
    TAILQ_INSERT_TAIL(&events, e, link);
    return e;
}

int event_add(struct event *e, const struct timeval *timeout)
{
    e->added = true;
    if (timeout != NULL) {
        int64_t wait_ms = (int64_t)timeout->tv_sec * 1000 + timeout->tv_usec / 1000;
        e->due_ms = sim->mono_ms + wait_ms;
        e->period_ms = wait_ms;
    }
    return 0;
}

int event_del(struct event *e)
{
    e->added = false;
    e->due_ms = INT64_MAX;
    return 0;
}

int event_pending(const struct event *e, short what, struct timeval *out_timeout)
{
    (void)out_timeout;
    return e->added ? what & (EV_TIMEOUT | EV_READ) : 0;
}

void event_free(struct event *e)
{
    TAILQ_REMOVE(&events, e, link);
    free(e);
}

void sim_loop_signal(int number)
{
    struct event *e;
    TAILQ_FOREACH(e, &events, link)
    {
        if ((e->what & EV_SIGNAL) != 0 && e->fd == number) {
            e->raised = true;
        }
    }
}

static bool is_ready(const struct event *e)
{
    if (!e->added) {
        return false;
    }
    if ((e->what & EV_SIGNAL) != 0) {
        return e->raised;
    }
    return e->due_ms <= sim->mono_ms || (e->fd == sim_wake_fd && sim_writer_wakes()) ||
           (e->fd == sim_hook_fd && sim_hook_wakes());
}

int64_t sim_loop_next(void)
{
    int64_t next = INT64_MAX;
    const struct event *e;
    TAILQ_FOREACH(e, &events, link)
    {
        if (e->added && e->due_ms < next) {
            next = e->due_ms;
        }
    }
    return next;
}

static void call(struct event *e)
{
    e->ready_round = 0;
    e->raised = false;
    bool timed = e->due_ms <= sim->mono_ms;
    if ((e->what & EV_PERSIST) == 0) {
        (void)event_del(e);
    } else if (timed) {
        e->due_ms = sim->mono_ms + e->period_ms;
    }
    short what = (e->what & EV_SIGNAL) != 0 ? EV_SIGNAL : timed ? EV_TIMEOUT : EV_READ;
    e->call(e->fd, what, e->arg);
}

/* One of those that were ready when the round's calls began; each may end others. */
static bool call_one(void)
{
    struct event *e, *chosen = NULL;
    int32_t found = 0;
    TAILQ_FOREACH(e, &events, link)
    {
        if (e->ready_round == sim->rounds && e->added && sim_roll(++found) == 0) {
            chosen = e;
        }
    }
    if (chosen != NULL) {
        call(chosen);
    }
    return chosen != NULL;
}

void sim_loop_dispatch(void)
{
    struct event *e;
    TAILQ_FOREACH(e, &events, link)
    {
        e->ready_round = is_ready(e) ? sim->rounds : 0;
    }
    sim_net_begin_dispatch();
    for (bool timers = true, net = true; timers || net;) {
        if (net && (!timers || !sim_one_in(3))) {
            net = sim_net_dispatch();
        } else {
            timers = call_one();
        }
        if (sim->phase == SIM_STORM && sim_one_in(sim->rates.crash)) {
            sim_crash();
        }
    }
}

static struct event *event_of(int fd, short what)
{
    struct event *e;
    TAILQ_FOREACH(e, &events, link)
    {
        if (e->fd == fd && (e->what & what) != 0) {
            break;
        }
    }
    return e;
}

bool sim_loop_waits(int fd, short what)
{
    const struct event *e = event_of(fd, what);
    return e != NULL && e->added;
}

void sim_loop_call(int fd, short what)
{
    struct event *e = event_of(fd, what);
    e->call(fd, what, e->arg);
}

void *sim_loop_arg(int fd, short what)
{
    const struct event *e = event_of(fd, what);
    return e != NULL ? e->arg : NULL;
}

void sim_loop_check_empty(void)
{
    sim_require(TAILQ_EMPTY(&events), "an event was not freed at the end of the process");
}

int event_base_loop(struct event_base *base, int flags)
{
    (void)base;
    (void)flags;
    sim_round();
    return 0;
}
