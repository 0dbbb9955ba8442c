/* The bytes of a connection on their way from and to the kernel: the only place that reads, writes and closes its descriptor. Whoever is
 * above deals in bytes of HTTP alone. It keeps nothing: what the kernel does not take stays with output.c. Where the connection speaks TLS,
 * wire_tls.c lies between; what a proxy says before its client does is read by preface.c. */
#include "http.h"
#include "wire_tls.h"
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

static ssize_t receive(struct gs_conn *c, void *room, size_t size)
{
    ssize_t got = recv(c->fd, room, size, 0);
    if (got < 0) {
        return errno == EAGAIN || errno == EINTR ? GS_WIRE_LATER : GS_WIRE_BROKEN;
    }
    return got;
}

ssize_t gs_wire_read(struct gs_conn *c, char *room, size_t size)
{
    if (c->preface != NULL) {
        ssize_t got = gs_preface_read(c, receive);
        if (got <= 0) {
            return got;
        }
        if (c->tls != NULL) {
            return GS_WIRE_LATER; /* of a hello the kernel tells when enough is there */
        }
    }
    if (c->tls != NULL && c->state != GS_CONN_LINGER) { /* what is thrown away need not be understood */
        return gs_tls_read(c, room, size);
    }
    return receive(c, room, size);
}

ssize_t gs_wire_write(struct gs_conn *c, struct iovec *parts, size_t count)
{
    if (c->tls != NULL) {
        return gs_tls_write(c, parts, count);
    }
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = count};
    ssize_t sent = sendmsg(c->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
        return errno == EAGAIN || errno == EINTR || errno == ENOBUFS ? 0 : GS_WIRE_BROKEN;
    }
    return sent;
}

bool gs_wire_end(struct gs_conn *c)
{
    return c->tls != NULL ? gs_tls_end(c) : shutdown(c->fd, SHUT_WR) == 0;
}

void gs_wire_close(struct gs_conn *c)
{
    if (c->tls != NULL) {
        gs_tls_close(c);
    }
    gs_preface_end(c);
    close(c->fd);
    c->fd = -1;
}

void gs_wire_wake(struct gs_conn *c)
{
    if (c->tls != NULL && gs_tls_holds(c)) {
        event_active(c->readable, EV_READ, 0);
    }
}

bool gs_wire_opening(const struct gs_conn *c)
{
    return c->preface != NULL || (c->tls != NULL && gs_tls_opening(c));
}

bool gs_wire_begun(const struct gs_conn *c)
{
    return gs_wire_opening(c) || (c->tls != NULL && gs_tls_begun(c));
}

void gs_wire_go_plain(struct gs_conn *c)
{
    gs_tls_close(c);
}

size_t gs_wire_memory(const struct gs_conn *c)
{
    return gs_preface_memory(c) + (c->tls != NULL ? gs_tls_memory(c) : 0);
}
