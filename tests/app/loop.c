/* libevent's loop, the clocks, the log, the process' end and the service manager, replaced. */
#include "notify.h"
#include "outside.h"
#include <stdio.h>
#include <time.h>

#include "gateslot/base/log.h"

struct outside outside;

int __wrap_clock_gettime(clockid_t id, struct timespec *out);
void __wrap__Exit(int status) __attribute__((noreturn));
void __wrap_gs_log(enum gs_log_level level, const char *event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void outside_clear(void)
{
    memset(&outside, 0, sizeof outside);
    outside.mono_ms = 1000 * 1000;
    outside.wall_ms = instant("2026-11-25T07:00:00+08:00");
}

/* ---- events ---- */

struct event_base *event_base_new_with_config(const struct event_config *config)
{
    outside.bases++;
    (void)config;
    return malloc(1);
}

void event_base_free(struct event_base *base)
{
    outside.bases--;
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
    assert_non_null(e);
    *e = (struct event){.next = outside.events, .fd = fd, .what = what, .call = call, .arg = arg, .wait_ms = -1};
    outside.events = e;
    return e;
}

int event_add(struct event *e, const struct timeval *timeout)
{
    e->added = true;
    e->added_count++;
    e->wait_ms = timeout != NULL ? (int64_t)timeout->tv_sec * 1000 + timeout->tv_usec / 1000 : -1;
    return 0;
}

int event_del(struct event *e)
{
    e->added = false;
    return 0;
}

int event_pending(const struct event *e, short what, struct timeval *out_timeout)
{
    (void)out_timeout;
    return e->added ? what : 0;
}

void event_free(struct event *e)
{
    struct event **at = &outside.events;
    while (*at != e) {
        assert_non_null(*at);
        at = &(*at)->next;
    }
    *at = e->next;
    free(e);
}

void fire(struct event *e)
{
    assert_true(e->added);
    e->added = (e->what & EV_PERSIST) != 0;
    e->call(e->fd, (short)(e->what & EV_SIGNAL ? EV_SIGNAL : EV_TIMEOUT), e->arg);
}

int event_base_loop(struct event_base *base, int flags)
{
    (void)base;
    assert_int_equal(flags, EVLOOP_ONCE);
    assert_true(++outside.rounds < 10000);
    outside.round(outside.app, outside.rounds);
    return 0;
}

/* ---- clocks, end, log ---- */

int __wrap_clock_gettime(clockid_t id, struct timespec *out)
{
    bool wall = id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE;
    int64_t ms = wall                   ? outside.wall_ms + outside.leap_ms
                 : id == CLOCK_BOOTTIME ? outside.wall_ms - INT64_C(1700000000000)
                                        : outside.mono_ms;
    *out = (struct timespec){.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    return 0;
}

void __wrap__Exit(int status)
{
    if (!outside.may_end || status != 1) {
        fprintf(stderr, "the process ended with %d\n", status);
        abort();
    }
    longjmp(outside.ended, 1);
}

void __wrap_gs_log(enum gs_log_level level, const char *event, const char *format, ...)
{
    va_list args;
    size_t room = sizeof outside.log - outside.log_len;
    va_start(args, format);
    outside.log_len += gs_log_line(outside.log + outside.log_len, room - 1, level, event, format, args);
    va_end(args);
    outside.log[outside.log_len++] = '\n';
}

int32_t logged(const char *part)
{
    int32_t lines = 0;
    for (const char *at = strstr(outside.log, part); at != NULL; at = strstr(at, part)) {
        lines++;
        at = strchr(at, '\n');
        assert_non_null(at);
    }
    return lines;
}

/* ---- the service manager ---- */

void gs_notify_ready(void)
{
    outside.ready++;
}

void gs_notify_status(const char *text)
{
    (void)text;
}

void gs_notify_reloading(void)
{
    outside.reloading++;
}

void gs_notify_stopping(void)
{
    outside.stopping++;
}

void gs_notify_alive(void)
{
    outside.alive++;
}

int gs_notify_passed_sockets(void)
{
    return outside.passed_sockets;
}
