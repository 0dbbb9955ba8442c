/* What leaves a connection: replies in order, none before its batch is durable. Whole replies go to the kernel in one call straight
 * from where they were made; only what it does not take is copied and waits for the socket to have room. It decides nothing about the connection's end. */
#include "http.h"
#include <event2/buffer.h>
#include <sys/uio.h>

#define PARTS_MAX 64 /* replies in one call */

size_t gs_output_len(const struct gs_conn *c)
{
    return c->output == NULL ? 0 : evbuffer_get_length(c->output);
}

void gs_output_discard(struct gs_conn *c)
{
    if (c->output == NULL) {
        return;
    }
    event_free(c->writable);
    evbuffer_free(c->output);
    c->writable = NULL;
    c->output = NULL;
    c->http->output_count--;
}

static bool begin_output(struct gs_conn *c)
{
    c->output = evbuffer_new();
    if (c->output == NULL) {
        return false;
    }
    c->http->output_count++;
    c->writable = event_new(c->http->base, c->fd, EV_WRITE | EV_PERSIST, c->http->on_writable, c);
    if (c->writable != NULL && event_add(c->writable, NULL) == 0) {
        return true;
    }
    if (c->writable != NULL) {
        event_free(c->writable);
    }
    evbuffer_free(c->output);
    c->writable = NULL;
    c->output = NULL;
    c->http->output_count--;
    return false;
}

bool gs_output_resume(struct gs_conn *c)
{
    if (!gs_wire_write_output(c)) {
        return false;
    }
    if (evbuffer_get_length(c->output) == 0) {
        gs_output_discard(c);
    }
    return true;
}

static bool queue_rest(struct gs_conn *c, const struct iovec *parts, size_t count, size_t sent)
{
    for (size_t i = 0; i < count; i++) {
        size_t done = sent < parts[i].iov_len ? sent : parts[i].iov_len;
        sent -= done;
        if (done == parts[i].iov_len) {
            continue;
        }
        if (c->output == NULL && !begin_output(c)) {
            return false;
        }
        if (evbuffer_add(c->output, (const char *)parts[i].iov_base + done, parts[i].iov_len - done) != 0) {
            return false;
        }
        c->queued_len += parts[i].iov_len - done;
    }
    return true;
}

static bool send_parts(struct gs_conn *c, struct iovec *parts, size_t count)
{
    ssize_t sent = gs_output_len(c) == 0 ? gs_wire_write(c, parts, count) : 0;
    return sent >= 0 && queue_rest(c, parts, count, (size_t)sent);
}

bool gs_output_send(struct gs_conn *c, const char *bytes, size_t len)
{
    struct iovec part = {.iov_base = (void *)(uintptr_t)bytes, .iov_len = len};
    return send_parts(c, &part, 1);
}

/* The replies that may leave together: up to the first that is missing, not durable yet, or closes. */
static size_t gather(const struct gs_conn *c, struct iovec parts[PARTS_MAX])
{
    size_t count = 0;
    const struct gs_job *job;
    TAILQ_FOREACH(job, &c->jobs, link)
    {
        if (count == PARTS_MAX || !job->replied || job->stamp > c->http->durable) {
            break;
        }
        parts[count++] = (struct iovec){.iov_base = job->bytes, .iov_len = job->len};
        if (job->close) {
            break;
        }
    }
    return count;
}

static void drop_unsaid(struct gs_conn *c)
{
    struct gs_job *job = TAILQ_FIRST(&c->jobs);
    while (job != NULL) {
        struct gs_job *next = TAILQ_NEXT(job, link);
        if (job->replied) {
            gs_job_destroy(job);
        }
        job = next;
    }
}

bool gs_output_flush(struct gs_conn *c)
{
    struct iovec parts[PARTS_MAX];
    size_t count;
    while (!c->said_last && c->replied_count > 0 && (count = gather(c, parts)) > 0) {
        if (!send_parts(c, parts, count)) {
            return false;
        }
        for (; count > 0; count--) {
            struct gs_job *job = TAILQ_FIRST(&c->jobs);
            c->said_last = job->close;
            if (c->http->api.left != NULL) {
                c->http->api.left(c->http->api.self, &job->x);
            }
            gs_job_destroy(job);
        }
    }
    if (c->said_last) {
        drop_unsaid(c);
    }
    return true;
}
