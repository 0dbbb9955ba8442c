/* What the API may do with an exchange: answer it, see whether the client is still there. An answer is made into
 * bytes at once and notes the batch it depends on; the connection sends it when that is on disk. */
#define _GNU_SOURCE /* POLLRDHUP, struct ucred */
#include "http.h"
#include <assert.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

bool gs_exchange_gone(const struct gs_exchange *x)
{
    const struct gs_job *job = (const struct gs_job *)x;
    return job->conn->state == GS_CONN_DEAD;
}

void gs_exchange_known(struct gs_exchange *x, enum gs_client_class class)
{
    gs_clients_known(((struct gs_job *)x)->conn, class);
}

void gs_exchange_holds(struct gs_exchange *x, size_t bytes)
{
    struct gs_job *job = (struct gs_job *)x;
    job->size += bytes;
    job->conn->work_len += bytes;
    gs_debts_settle(job->conn);
}

/* A client that has gone is seen by reading; where nothing is read for want of room the kernel is asked. */
bool gs_exchange_hurried(const struct gs_exchange *x)
{
    const struct gs_conn *c = ((const struct gs_job *)x)->conn;
    if (c->hurried || c->is_guest || c->state == GS_CONN_DEAD || c->http->draining) {
        return true;
    }
    struct pollfd end = {.fd = c->fd, .events = POLLRDHUP};
    return !c->reading && poll(&end, 1, 0) > 0;
}

void gs_exchange_wipe(struct gs_exchange *x)
{
    struct gs_job *job = (struct gs_job *)x;
    if (x->request.body_len > 0) {
        char *own = (char *)job + (x->request.body - (const char *)job); /* it lies in the job's own memory */
        explicit_bzero(own, x->request.body_len);
    }
    x->request.body_len = 0;
    gs_input_wipe(job->conn);
}

size_t gs_exchange_groups(const struct gs_exchange *x, gid_t *out, size_t max)
{
    const struct gs_conn *c = ((const struct gs_job *)x)->conn;
    struct ucred peer;
    socklen_t len = sizeof(peer);
    if (max == 0 || c->fd < 0 || c->peer_uid == (uid_t)-1 ||
        getsockopt(c->fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0) {
        return 0;
    }
    out[0] = peer.gid;
    len = (socklen_t)((max - 1) * sizeof(*out));
    return getsockopt(c->fd, SOL_SOCKET, SO_PEERGROUPS, out + 1, &len) == 0 ? 1 + len / sizeof(*out) : 1;
}

bool gs_exchange_stream(struct gs_exchange *x, const struct gs_reply *head)
{
    struct gs_job *job = (struct gs_job *)x;
    struct gs_conn *c = job->conn;
    assert(!job->replied && c->working);
    job->is_stream = true;
    job->ended = x->request.method == GS_HEAD || c->state == GS_CONN_DEAD;
    job->close = job->close || x->request.method != GS_HEAD || c->is_guest;
    if (c->state != GS_CONN_DEAD && gs_reply_write(job, head) != GS_OK) {
        job->ended = job->close = true;
    }
    const bool open = !job->ended;
    if (open) {
        const int size = GS_STREAM_SEND_BUFFER;
        (void)setsockopt(c->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
        gs_conn_last(c);
    }
    gs_conn_replied(c, job);
    return open;
}

bool gs_exchange_ready(struct gs_exchange *x)
{
    struct gs_conn *c = ((struct gs_job *)x)->conn;
    const bool ready = c->streaming && c->output_len == 0 && c->state != GS_CONN_DEAD;
    c->awaited = !ready;
    return ready;
}

bool gs_exchange_write(struct gs_exchange *x, const char *bytes, size_t len)
{
    struct gs_conn *c = ((struct gs_job *)x)->conn;
    if (!c->streaming || c->state == GS_CONN_DEAD || !gs_output_send(c, bytes, len)) {
        return false;
    }
    gs_conn_wrote(c);
    return true;
}

void gs_exchange_end(struct gs_exchange *x)
{
    struct gs_job *job = (struct gs_job *)x;
    struct gs_conn *c = job->conn;
    job->ended = job->close = true;
    c->awaited = false;
    if (c->state != GS_CONN_DEAD && !c->streaming) {
        gs_conn_advance(c); /* its head is still to leave */
        return;
    }
    gs_conn_replied(c, job);
}

void gs_exchange_reply(struct gs_exchange *x, const struct gs_reply *reply)
{
    struct gs_job *job = (struct gs_job *)x;
    struct gs_http *http = job->x.http;
    assert(!job->replied);
    job->stamp = http->api.stamp(http->api.self);
    /* Also the last one when the server is finishing says that it closes. */
    job->close = job->close || reply->close || job->conn->is_guest || (http->draining && TAILQ_NEXT(job, link) == NULL);
    if (job->conn->state != GS_CONN_DEAD && gs_reply_write(job, reply) != GS_OK) {
        job->close = true;
    }
    gs_conn_replied(job->conn, job);
}
