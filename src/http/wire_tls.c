/* The bytes of a connection where TLS lies between HTTP and the kernel: OpenSSL on the connection's own descriptor, one record at a time.
 * Whoever is above never learns of records, renewed keys or alerts; the handshake before them is tls_handshake.c's, what OpenSSL reads and
 * writes tls_bio.c's. */
#include "wire_tls_impl.h"
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define WRITE_RECORDS 16          /* of one connection before the others have their turn */
#define SHAKING_MEMORY (48 << 10) /* bytes, measured: an SSL with the buffers of its handshake */
#define RECORD_MEMORY (17 << 10)
#define SHAKEN_MEMORY (13 << 10) /* bytes, measured: an SSL between two requests */

/* ---- the server's side ---- */

static void on_writable(evutil_socket_t fd, short what, void *arg);

int gs_http_use_tls(struct gs_http *http, struct gs_tls_server *server, bool strict)
{
    struct gs_http_tls *t = calloc(1, sizeof(*t));
    if (t == NULL) {
        return GS_E_NOMEM;
    }
    TAILQ_INIT(&t->waiting);
    TAILQ_INIT(&t->shaking);
    t->server = server;
    t->on_writable = on_writable;
    t->record = malloc(GS_TLS_RECORD_FULL);
    t->turn = evtimer_new(http->base, gs_tls_shake_waiting, http);
    t->method = gs_tls_method();
    http->tls = t;
    http->strict_transport = strict;
    if (t->record == NULL || t->turn == NULL || t->method == NULL) {
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

int gs_tls_begin(struct gs_conn *c)
{
    c->tls = calloc(1, sizeof(*c->tls));
    if (c->tls == NULL) {
        return GS_E_NOMEM;
    }
    c->tls->conn = c;
    gs_tls_expect(c, GS_TLS_RECORD_HEAD);
    return GS_OK;
}

void gs_tls_close(struct gs_conn *c)
{
    struct gs_conn_tls *t = c->tls;
    gs_tls_leave_queues(t);
    if (t->shaken && !t->broken && !t->ending) {
        ERR_clear_error();
        (void)SSL_shutdown(t->ssl); /* the client need not guess whether all has come */
    }
    if (t->writable != NULL) {
        event_free(t->writable);
    }
    if (t->ssl == NULL) {
        gs_tls_expect(c, 1);
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
        return gs_tls_look_for_hello(c);
    }
    if (!t->shaken) {
        gs_tls_queue(c);
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
        gs_tls_wait_writable(c);
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
    if (left >= GS_TLS_RECORD_FULL || p->count == 1) {
        *out_len = left < GS_TLS_RECORD_FULL ? left : GS_TLS_RECORD_FULL;
        return first;
    }
    for (size_t i = 0; i < p->count && len < GS_TLS_RECORD_FULL; i++) {
        const char *from = i == 0 ? first : p->at[i].iov_base;
        size_t part = i == 0 ? left : p->at[i].iov_len;
        part = part < GS_TLS_RECORD_FULL - len ? part : GS_TLS_RECORD_FULL - len;
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
    gs_tls_wait_writable(c);
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
        gs_tls_queue(c);
    } else if (c->tls->ending) {
        (void)say_end(c); /* else its deadline ends it */
    } else if (c->reading) {
        event_active(c->readable, EV_READ, 0);
    }
}
