/* Between OpenSSL and the kernel: reads and writes of a connection's own descriptor that never wait, and what the kernel is to wake us for. */
#include "wire_tls_impl.h"
#include <errno.h>
#include <sys/socket.h>

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

BIO_METHOD *gs_tls_method(void)
{
    BIO_METHOD *method = BIO_meth_new(BIO_TYPE_DESCRIPTOR | BIO_TYPE_SOURCE_SINK, "connection");
    if (method != NULL && BIO_meth_set_read(method, bio_read) == 1 && BIO_meth_set_write(method, bio_write) == 1 &&
        BIO_meth_set_ctrl(method, bio_control) == 1) {
        return method;
    }
    BIO_meth_free(method);
    return NULL;
}

void gs_tls_expect(const struct gs_conn *c, int bytes)
{
    setsockopt(c->fd, SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof(bytes));
}

void gs_tls_wait_writable(struct gs_conn *c)
{
    struct gs_conn_tls *t = c->tls;
    if (t->writable == NULL) {
        t->writable = event_new(c->http->base, c->fd, EV_WRITE, c->http->tls->on_writable, c);
    }
    if (t->writable == NULL || event_add(t->writable, NULL) != 0) {
        t->broken = true; /* its deadline ends it */
    }
}
