/* Handshakes of TLS. A hello is left with the kernel until all of it is there, so who drips one costs nothing; handshakes, which are most of
 * the work, are done in order of arrival, for so long in each turn of the loop that whatever else is there is not kept waiting; and of
 * unfinished ones only so many are kept. */
#include "wire_tls_impl.h"
#include <errno.h>
#include <openssl/err.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>

#define HANDSHAKE 22 /* the type of a record */

void gs_tls_leave_queues(struct gs_conn_tls *t)
{
    struct gs_http_tls *all = t->conn->http->tls;
    if (t->queued) {
        TAILQ_REMOVE(&all->waiting, t, waiting);
    }
    if (t->shaking) {
        TAILQ_REMOVE(&all->shaking, t, by_age);
        all->shaking_count--;
    }
    t->queued = t->shaking = false;
}

void gs_tls_queue(struct gs_conn *c)
{
    struct gs_http_tls *all = c->http->tls;
    static const struct timeval now = {0, 0};
    if (!c->tls->queued) {
        c->tls->queued = true;
        TAILQ_INSERT_TAIL(&all->waiting, c->tls, waiting);
        event_del(c->readable);
        event_add(all->turn, &now);
    }
}

static ssize_t refuse_hello(struct gs_conn *c, ssize_t answer)
{
    c->tls->broken = true;
    c->http->tls->counts.failed++;
    return answer;
}

ssize_t gs_tls_look_for_hello(struct gs_conn *c)
{
    struct gs_conn_tls *t = c->tls;
    unsigned char head[GS_TLS_RECORD_HEAD];
    int there = 0;
    ssize_t got = recv(c->fd, head, sizeof(head), MSG_PEEK);
    if (got < 0) {
        return errno == EAGAIN || errno == EINTR ? GS_WIRE_LATER : GS_WIRE_BROKEN;
    }
    if (got == 0) {
        return GS_WIRE_BROKEN; /* somebody only looked whether anybody listens */
    }
    if (head[0] >= 'A' && head[0] <= 'Z') {
        return refuse_hello(c, GS_WIRE_PLAIN);
    }
    /* Woken for fewer bytes than were asked for: no more will come. */
    if (got < GS_TLS_RECORD_HEAD || head[0] != HANDSHAKE || head[1] != SSL3_VERSION_MAJOR ||
        ioctl(c->fd, FIONREAD, &there) != 0) {
        return refuse_hello(c, GS_WIRE_BROKEN);
    }
    int len = head[3] << 8 | head[4];
    if (len == 0 || len > GS_TLS_RECORD_FULL) {
        return refuse_hello(c, GS_WIRE_BROKEN);
    }
    if (there >= GS_TLS_RECORD_HEAD + len) {
        gs_tls_queue(c);
    } else if (t->expected) {
        return refuse_hello(c, GS_WIRE_BROKEN);
    } else {
        t->expected = true;
        gs_tls_expect(c, GS_TLS_RECORD_HEAD + len);
    }
    return GS_WIRE_LATER;
}

static bool begin_shaking(struct gs_conn *c)
{
    struct gs_conn_tls *t = c->tls;
    struct gs_http_tls *all = c->http->tls;
    BIO *bio = BIO_new(all->method);
    t->ssl = bio != NULL ? gs_tls_server_accept(all->server) : NULL;
    if (t->ssl == NULL) {
        BIO_free(bio);
        return false;
    }
    BIO_set_data(bio, c);
    BIO_set_init(bio, 1);
    SSL_set_bio(t->ssl, bio, bio);
    gs_tls_expect(c, 1);
    TAILQ_INSERT_TAIL(&all->shaking, t, by_age);
    t->shaking = true;
    if (++all->shaking_count > GS_HANDSHAKES_MAX) {
        all->counts.failed++;
        c->http->on_wire(TAILQ_FIRST(&all->shaking)->conn, GS_WIRE_DROPPED); /* it has had the most time */
    }
    return true;
}

static void shaken(struct gs_conn *c)
{
    struct gs_http_tls *all = c->http->tls;
    gs_tls_leave_queues(c->tls);
    c->tls->shaken = true;
    all->counts.done++;
    all->counts.resumed += SSL_session_reused(c->tls->ssl) ? 1 : 0;
    if (c->reading) {
        event_add(c->readable, NULL);
    }
    c->http->on_wire(c, GS_WIRE_OPENED);
}

/* One step of a handshake with what has come. May free c. */
static void shake(struct gs_conn *c)
{
    struct gs_conn_tls *t = c->tls;
    if (t->ssl == NULL && !begin_shaking(c)) {
        c->http->on_wire(c, GS_WIRE_DROPPED);
        return;
    }
    ERR_clear_error();
    int done = SSL_do_handshake(t->ssl);
    int why = done == 1 ? SSL_ERROR_NONE : SSL_get_error(t->ssl, done);
    ERR_clear_error();
    if (done == 1) {
        shaken(c);
    } else if (why == SSL_ERROR_WANT_READ) {
        event_add(c->readable, NULL);
        c->http->on_wire(c, GS_WIRE_MOVED);
    } else if (why == SSL_ERROR_WANT_WRITE) {
        gs_tls_wait_writable(c);
        c->http->on_wire(c, GS_WIRE_MOVED);
    } else {
        t->broken = true;
        gs_tls_leave_queues(t);
        SSL_free(t->ssl);
        t->ssl = NULL;
        c->http->tls->counts.failed++;
        c->http->on_wire(c, GS_WIRE_REFUSED); /* the alert that says why is on its way: time to read it */
    }
}

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void gs_tls_shake_waiting(evutil_socket_t fd, short what, void *http_server)
{
    (void)fd, (void)what;
    struct gs_http *http = http_server;
    struct gs_http_tls *all = http->tls;
    static const struct timeval now = {0, 0};
    int64_t until_us = now_us() + GS_HANDSHAKE_TURN_US;
    struct gs_conn_tls *t;
    while ((t = TAILQ_FIRST(&all->waiting)) != NULL) {
        TAILQ_REMOVE(&all->waiting, t, waiting);
        t->queued = false;
        shake(t->conn);
        if (now_us() >= until_us) {
            break;
        }
    }
    if (!TAILQ_EMPTY(&all->waiting)) {
        event_add(all->turn, &now);
    }
}
