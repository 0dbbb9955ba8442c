/* Listening sockets: accepts until there is nothing to accept, no room, or no descriptor. Without room it waits until a connection
 * goes; without descriptors it waits a moment, since the socket stays readable and the loop would spin. It does not look at bytes. */
#define _GNU_SOURCE /* accept4 */
#include "gateslot/base/log.h"
#include "http.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ACCEPTS_PER_TURN 16 /* for each another may have to be closed */
#define LOG_PAUSE_MS 10000  /* between two complaints about accept */

struct gs_listener {
    struct gs_http *http;
    struct event *readable; /* owned, with its descriptor */
    struct event *again;    /* the end of a pause for want of descriptors */
    int fd;
    enum gs_listener_kind kind;
    int (*accepted)(struct gs_http *http, int fd, enum gs_listener_kind kind); /* takes the descriptor over */
    bool full;                                                                 /* waits for a connection to go */
    int64_t logged_ms;
    LIST_ENTRY(gs_listener) link;
};

static void pause_accepting(struct gs_listener *l, int err)
{
    const struct gs_http_tuning *t = &l->http->tuning;
    const struct timeval pause = {.tv_usec = (suseconds_t)t->accept_pause_ms * 1000};
    int64_t now_ms = t->mono_ms(t->mono_self);
    event_del(l->readable);
    event_add(l->again, &pause);
    if (l->logged_ms != 0 && now_ms - l->logged_ms < LOG_PAUSE_MS) {
        return;
    }
    l->logged_ms = now_ms;
    gs_log(GS_LOG_WARNING, "accept", "error=\"%s\" connections=%d", strerror(err), (int)l->http->conn_count);
}

/* The one that waits longest learns at once that it is not served, by the descriptor kept for this, instead of hanging. */
static void turn_one_away(struct gs_listener *l)
{
    struct gs_http *http = l->http;
    if (http->spare_fd < 0) {
        return;
    }
    close(http->spare_fd);
    int fd = accept4(l->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
        close(fd);
    }
    http->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

/* Whether to try the next one. */
static bool accept_failed(struct gs_listener *l, int err)
{
    switch (err) {
    case EAGAIN:
        return false;
    case EMFILE:
    case ENFILE:
        if (l->http->room_make(l->http, l->kind == GS_LISTENER_UNIX)) {
            return true;
        }
        turn_one_away(l);
        pause_accepting(l, err);
        return false;
    case EINTR:
    case EPERM:
    case EPROTO:
    case ECONNABORTED:
        return true; /* this one has gone before it was ours (accept(2)) */
    default:
        pause_accepting(l, err);
        return false;
    }
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
    (void)what;
    struct gs_listener *l = arg;
    struct gs_http *http = l->http;
    for (int n = 0; n < ACCEPTS_PER_TURN; n++) {
        if (!http->room_for(http, l->kind == GS_LISTENER_UNIX)) {
            l->full = true;
            event_del(l->readable);
            return;
        }
        int client = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (client < 0 && !accept_failed(l, errno)) {
            return;
        }
        if (client >= 0 && l->accepted(http, client, l->kind) != GS_OK) {
            pause_accepting(l, ENOMEM);
            return;
        }
    }
}

static void on_again(evutil_socket_t fd, short what, void *arg)
{
    (void)fd, (void)what;
    struct gs_listener *l = arg;
    event_add(l->readable, NULL);
}

void gs_listener_resume_all(struct gs_http *http)
{
    struct gs_listener *l;
    LIST_FOREACH(l, &http->listeners, link)
    {
        if (!l->full) {
            continue;
        }
        l->full = false;
        event_add(l->readable, NULL);
    }
}

int gs_listener_create(struct gs_http *http, int fd, enum gs_listener_kind kind,
                       int (*accepted)(struct gs_http *http, int fd, enum gs_listener_kind kind))
{
    struct gs_listener *l = calloc(1, sizeof(*l));
    if (l == NULL) {
        goto close_fd;
    }
    l->http = http;
    l->fd = fd;
    l->kind = kind;
    l->accepted = accepted;
    if (kind != GS_LISTENER_UNIX) {
        /* What is accepted has the same: the kernel would take megabytes for a client that does not read. */
        const int size = GS_SEND_BUFFER;
        (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    }
    l->readable = event_new(http->base, fd, EV_READ | EV_PERSIST, on_readable, l);
    if (l->readable == NULL) {
        goto free_listener;
    }
    l->again = evtimer_new(http->base, on_again, l);
    if (l->again == NULL || event_add(l->readable, NULL) != 0) {
        goto free_events;
    }
    LIST_INSERT_HEAD(&http->listeners, l, link);
    return GS_OK;

free_events:
    if (l->again != NULL) {
        event_free(l->again);
    }
    event_free(l->readable);
free_listener:
    free(l);
close_fd:
    close(fd);
    return GS_E_NOMEM;
}

void gs_listener_destroy(struct gs_listener *l)
{
    LIST_REMOVE(l, link);
    event_free(l->again);
    event_free(l->readable);
    close(l->fd);
    free(l);
}
