/* The bytes of a connection on their way from and to the kernel: the only place that reads, writes and closes its descriptor. Whoever is
 * above deals in bytes of HTTP alone. It keeps nothing: what the kernel does not take stays with output.c. */
#include "http.h"
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

ssize_t gs_wire_read(struct gs_conn *c, char *room, size_t size)
{
    ssize_t got = recv(c->fd, room, size, 0);
    if (got < 0) {
        return errno == EAGAIN || errno == EINTR ? GS_WIRE_LATER : GS_WIRE_BROKEN;
    }
    return got;
}

ssize_t gs_wire_write(struct gs_conn *c, struct iovec *parts, size_t count)
{
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = count};
    ssize_t sent = sendmsg(c->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
        return errno == EAGAIN || errno == EINTR || errno == ENOBUFS ? 0 : GS_WIRE_BROKEN;
    }
    return sent;
}

bool gs_wire_end(struct gs_conn *c)
{
    return shutdown(c->fd, SHUT_WR) == 0;
}

void gs_wire_close(struct gs_conn *c)
{
    close(c->fd);
    c->fd = -1;
}
