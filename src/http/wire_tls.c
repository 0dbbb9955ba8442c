/* The bytes of a connection where TLS lies between HTTP and the kernel: OpenSSL on the connection's own descriptor, one record at a time.
 * A hello is left with the kernel until all of it is there, so who drips one costs nothing; handshakes, which are most of the work, are done
 * in order of arrival, for so long in each turn of the loop that whatever else is there is not kept waiting; and of unfinished ones only so
 * many are kept. Whoever is above never learns of records, renewed keys or alerts. */
#include "wire_tls.h"
#include "gateslot/tls/tls_server.h"
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define RECORD_MAX 16384          /* bytes of HTTP in a record (RFC 8446, 5.1) */
#define RECORD_HEAD 5             /* type, version, length */
#define HANDSHAKE 22              /* the type */
#define WRITE_RECORDS 16          /* of one connection before the others have their turn */
#define SHAKING_MEMORY (48 << 10) /* bytes, measured: an SSL with the buffers of its handshake */
#define RECORD_MEMORY (17 << 10)
#define SHAKEN_MEMORY (13 << 10) /* bytes, measured: an SSL between two requests */

struct gs_conn_tls {
    struct gs_conn *conn;
    SSL *ssl;               /* owned; NULL until a whole hello is there */
    struct event *writable; /* owned; NULL until the protocol has something to write that the kernel does not take */
    bool expected;          /* the length of the hello is known, the kernel tells when it is there */
    bool queued, shaking, shaken;
    bool broken; /* nothing more can be said in TLS */
    bool ending; /* the client is being told that nothing more comes */
    TAILQ_ENTRY(gs_conn_tls) waiting, by_age;
};
TAILQ_HEAD(gs_tls_queue, gs_conn_tls);

struct gs_http_tls {
    struct gs_tls_server *server; /* borrowed */
    BIO_METHOD *method;           /* owned */
    struct event *turn;           /* owned; the next handshakes of the queue */
    struct gs_tls_queue waiting;  /* have bytes for their handshake */
    struct gs_tls_queue shaking;  /* have begun and not finished; the oldest first */
    int32_t shaking_count;
    char *record; /* owned; RECORD_MAX bytes in which short replies become one record */
    struct gs_tls_counts counts;
};

/* ---- between OpenSSL and the kernel ---- */

static int bio_read(BIO *bio, char *room, int size)
{
    const struct gs_conn *c = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    ssize_t got = size > 0 ? recv(c->fd, room, (size_t)size, 0) : 0;
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        BIO_set_retry_read(bio);
    } else if (got == 0) {
        BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    }
    return (int)got;
}

static int bio_write(BIO *bio, const char *bytes, int len)
{
    const struct gs_conn *c = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    ssize_t sent = len > 0 ? send(c->fd, bytes, (size_t)len, MSG_NOSIGNAL | MSG_DONTWAIT) : 0;
    if (sent < 0 && (errno == EAGAIN || errno == EINTR || errno == ENOBUFS)) {
        BIO_set_retry_write(bio);
    }
    return (int)sent;
}

static long bio_control(BIO *bio, int command, long number, void *arg)
{
    (void)number, (void)arg;
    switch (command) {
    case BIO_CTRL_FLUSH:
        return 1;
    case BIO_CTRL_EOF:
        return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
    default:
        return 0;
    }
}

/* ---- the server's side ---- */

static void on_turn(evutil_socket_t fd, short what, void *arg);

int gs_http_use_tls(struct gs_http *http, struct gs_tls_server *server, bool strict)
{
    struct gs_http_tls *t = calloc(1, sizeof(*t));
    if (t == NULL) {
        return GS_E_NOMEM;
    }
    TAILQ_INIT(&t->waiting);
    TAILQ_INIT(&t->shaking);
    t->server = server;
    t->record = malloc(RECORD_MAX);
    t->turn = evtimer_new(http->base, on_turn, http);
    t->method = BIO_meth_new(BIO_TYPE_DESCRIPTOR | BIO_TYPE_SOURCE_SINK, "connection");
    http->tls = t;
    http->strict_transport = strict;
    if (t->record == NULL || t->turn == NULL || t->method == NULL || BIO_meth_set_read(t->method, bio_read) != 1 ||
        BIO_meth_set_write(t->method, bio_write) != 1 || BIO_meth_set_ctrl(t->method, bio_control) != 1) {
        gs_tls_finish(http);
        return GS_E_NOMEM;
    }
    return GS_OK;
}

void gs_tls_finish(struct gs_http *http)
{
    struct gs_http_tls *t = http->tls;
    if (t == NULL) {
        return;
    }
    if (t->turn != NULL) {
        event_free(t->turn);
    }
    BIO_meth_free(t->method);
    free(t->record);
    free(t);
    http->tls = NULL;
}

void gs_http_tls_counts(const struct gs_http *http, struct gs_tls_counts *out)
{
    *out = http->tls != NULL ? http->tls->counts : (struct gs_tls_counts){0};
}

/* ---- a connection's life ---- */

/* The kernel wakes us for no fewer bytes. */
static void expect(const struct gs_conn *c, int bytes)
{
    setsockopt(c->fd, SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof(bytes));
}

int gs_tls_begin(struct gs_conn *c)
{
    c->tls = calloc(1, sizeof(*c->tls));
    if (c->tls == NULL) {
        return GS_E_NOMEM;
    }
    c->tls->conn = c;
    expect(c, RECORD_HEAD);
    return GS_OK;
}

static void leave_queues(struct gs_conn_tls *t)
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

void gs_tls_close(struct gs_conn *c)
{
    struct gs_conn_tls *t = c->tls;
    leave_queues(t);
    if (t->shaken && !t->broken && !t->ending) {
        ERR_clear_error();
        (void)SSL_shutdown(t->ssl); /* the client need not guess whether all has come */
    }
    if (t->writable != NULL) {
        event_free(t->writable);
    }
    if (t->ssl == NULL) {
        expect(c, 1);
    }
    SSL_free(t->ssl);
    free(t);
    c->tls = NULL;
}

size_t gs_tls_memory(const struct gs_conn *c)
{
    const struct gs_conn_tls *t = c->tls;
    size_t held = sizeof(*t) + (t->ssl == NULL ? 0 : t->shaken ? SHAKEN_MEMORY : SHAKING_MEMORY);
    /* A record that has not come whole, or that the kernel has not taken whole. */
    held += t->shaken && SSL_has_pending(t->ssl) ? RECORD_MEMORY : 0;
    return held + (t->shaken && c->output_len > 0 ? RECORD_MEMORY : 0);
}

bool gs_tls_opening(const struct gs_conn *c)
{
    return !c->tls->shaken;
}

bool gs_tls_begun(const struct gs_conn *c)
{
    return !c->tls->shaken || SSL_has_pending(c->tls->ssl);
}

bool gs_tls_holds(const struct gs_conn *c)
{
    return c->tls->shaken && SSL_pending(c->tls->ssl) > 0;
}

/* ---- handshakes ---- */

static void queue(struct gs_conn *c)
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

static void on_writable(evutil_socket_t fd, short what, void *arg);

static void wait_writable(struct gs_conn *c)
{
    struct gs_conn_tls *t = c->tls;
    if (t->writable == NULL) {
        t->writable = event_new(c->http->base, c->fd, EV_WRITE, on_writable, c);
    }
    if (t->writable == NULL || event_add(t->writable, NULL) != 0) {
        t->broken = true; /* its deadline ends it */
    }
}

static ssize_t refuse_hello(struct gs_conn *c, ssize_t answer)
{
    c->tls->broken = true;
    c->http->tls->counts.failed++;
    return answer;
}

/* Looks at what the kernel has of a hello. A method's letter instead is a client that speaks plain HTTP. */
static ssize_t look_for_hello(struct gs_conn *c)
{
    struct gs_conn_tls *t = c->tls;
    unsigned char head[RECORD_HEAD];
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
    if (got < RECORD_HEAD || head[0] != HANDSHAKE || head[1] != SSL3_VERSION_MAJOR ||
        ioctl(c->fd, FIONREAD, &there) != 0) {
        return refuse_hello(c, GS_WIRE_BROKEN);
    }
    int len = head[3] << 8 | head[4];
    if (len == 0 || len > RECORD_MAX) {
        return refuse_hello(c, GS_WIRE_BROKEN);
    }
    if (there >= RECORD_HEAD + len) {
        queue(c);
    } else if (t->expected) {
        return refuse_hello(c, GS_WIRE_BROKEN);
    } else {
        t->expected = true;
        expect(c, RECORD_HEAD + len);
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
    expect(c, 1);
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
    leave_queues(c->tls);
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
        wait_writable(c);
        c->http->on_wire(c, GS_WIRE_MOVED);
    } else {
        t->broken = true;
        leave_queues(t);
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

static void on_turn(evutil_socket_t fd, short what, void *arg)
{
    (void)fd, (void)what;
    struct gs_http *http = arg;
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

/* ---- reading and writing ---- */

/* What OpenSSL wants before it can go on. */
static ssize_t put_off(struct gs_conn *c, int result)
{
    int why = SSL_get_error(c->tls->ssl, result);
    ERR_clear_error();
    switch (why) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        return GS_WIRE_LATER;
    case SSL_ERROR_ZERO_RETURN:
        return 0;
    default:
        c->tls->broken = true;
        return GS_WIRE_BROKEN;
    }
}

ssize_t gs_tls_read(struct gs_conn *c, char *room, size_t size)
{
    struct gs_conn_tls *t = c->tls;
    if (t->ssl == NULL) {
        return look_for_hello(c);
    }
    if (!t->shaken) {
        queue(c);
        return GS_WIRE_LATER;
    }
    ERR_clear_error();
    int got = SSL_read(t->ssl, room, (int)size);
    if (got > 0) {
        return got;
    }
    bool wants_write = SSL_want_write(t->ssl);
    ssize_t answer = put_off(c, got);
    if (answer == GS_WIRE_LATER && wants_write) {
        wait_writable(c);
    }
    return answer;
}

/* How much of it was made into a record; 0: not now. What follows must then begin with the same bytes, and be no shorter. */
static ssize_t write_record(struct gs_conn *c, const char *bytes, size_t len)
{
    ERR_clear_error();
    int sent = SSL_write(c->tls->ssl, bytes, (int)len);
    if (sent > 0) {
        return sent;
    }
    bool wants_write = SSL_want_write(c->tls->ssl);
    ssize_t answer = put_off(c, sent);
    /* After a handshake a write never has to read first: keys are not negotiated again. */
    return answer == GS_WIRE_LATER && wants_write ? 0 : GS_WIRE_BROKEN;
}

struct parts {
    const struct iovec *at;
    size_t count, done; /* bytes of the first that are behind us */
};

static void skip(struct parts *p, size_t len)
{
    while (len > 0) {
        size_t left = p->at->iov_len - p->done;
        if (len < left) {
            p->done += len;
            return;
        }
        len -= left;
        p->at++;
        p->count--;
        p->done = 0;
    }
}

/* The next record's bytes: where they stand if the first part fills it or is the last, else gathered in room. */
static const char *next_record(const struct parts *p, char *room, size_t *out_len)
{
    const char *first = (const char *)p->at->iov_base + p->done;
    size_t left = p->at->iov_len - p->done, len = 0;
    if (left >= RECORD_MAX || p->count == 1) {
        *out_len = left < RECORD_MAX ? left : RECORD_MAX;
        return first;
    }
    for (size_t i = 0; i < p->count && len < RECORD_MAX; i++) {
        const char *from = i == 0 ? first : p->at[i].iov_base;
        size_t part = i == 0 ? left : p->at[i].iov_len;
        part = part < RECORD_MAX - len ? part : RECORD_MAX - len;
        memcpy(room + len, from, part);
        len += part;
    }
    *out_len = len;
    return room;
}

ssize_t gs_tls_write(struct gs_conn *c, const struct iovec *at, size_t count)
{
    struct parts p = {.at = at, .count = count};
    size_t taken = 0;
    for (int n = 0; n < WRITE_RECORDS && p.count > 0; n++) {
        size_t len;
        const char *bytes = next_record(&p, c->http->tls->record, &len);
        ssize_t sent = len > 0 ? write_record(c, bytes, len) : 0;
        if (sent < 0) {
            return sent;
        }
        if (sent == 0 && len > 0) {
            break;
        }
        taken += (size_t)sent;
        skip(&p, (size_t)sent);
        if (len == 0) {
            break;
        }
    }
    return (ssize_t)taken;
}

/* Tells the client that nothing more comes, in TLS and then to the kernel. False: it cannot be told. */
static bool say_end(struct gs_conn *c)
{
    ERR_clear_error();
    int told = SSL_shutdown(c->tls->ssl);
    if (told >= 0) {
        return shutdown(c->fd, SHUT_WR) == 0;
    }
    bool wants_write = SSL_want_write(c->tls->ssl);
    if (put_off(c, told) != GS_WIRE_LATER || !wants_write) {
        return false;
    }
    wait_writable(c);
    return true;
}

bool gs_tls_end(struct gs_conn *c)
{
    struct gs_conn_tls *t = c->tls;
    if (t->broken) {
        return shutdown(c->fd, SHUT_WR) == 0;
    }
    if (!t->shaken) {
        return false;
    }
    t->ending = true;
    return say_end(c);
}

/* The kernel takes more of what the protocol itself had to write. */
static void on_writable(evutil_socket_t fd, short what, void *arg)
{
    (void)fd, (void)what;
    struct gs_conn *c = arg;
    if (c->tls->broken) {
        return;
    }
    if (!c->tls->shaken) {
        queue(c);
    } else if (c->tls->ending) {
        (void)say_end(c); /* else its deadline ends it */
    } else if (c->reading) {
        event_active(c->readable, EV_READ, 0);
    }
}
