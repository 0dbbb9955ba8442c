/* What leaves a connection: replies in order, none before its batch is durable. Whole replies go to the kernel in one call straight
 * from where they were made; what it does not take stays there and waits for the socket to have room. Nothing is copied, so what
 * a client holds here is exactly what was allocated for it. It decides nothing about the connection's end. */
#include "http.h"
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#define PARTS_MAX 64 /* replies in one call */

struct gs_part *gs_part_create(size_t room)
{
    struct gs_part *part = malloc(sizeof(*part) + room);
    if (part == NULL) {
        return NULL;
    }
    *part = (struct gs_part){.size = sizeof(*part) + room};
    return part;
}

static struct gs_part *take_first(struct gs_conn *c)
{
    struct gs_part *part = STAILQ_FIRST(&c->output);
    STAILQ_REMOVE_HEAD(&c->output, link);
    c->output_len -= part->len - part->sent;
    c->output_size -= part->size;
    return part;
}

void gs_output_discard(struct gs_conn *c)
{
    if (c->writable == NULL) {
        return;
    }
    event_free(c->writable);
    c->writable = NULL;
    c->http->output_count--;
    while (!STAILQ_EMPTY(&c->output)) {
        free(take_first(c));
    }
}

/* Takes part over, on failure too. */
static bool queue(struct gs_conn *c, struct gs_part *part)
{
    if (c->writable == NULL) {
        c->writable = event_new(c->http->base, c->fd, EV_WRITE | EV_PERSIST, c->http->on_writable, c);
        if (c->writable == NULL) {
            free(part);
            return false;
        }
        c->http->output_count++;
        if (event_add(c->writable, NULL) != 0) {
            gs_output_discard(c);
            free(part);
            return false;
        }
    }
    STAILQ_INSERT_TAIL(&c->output, part, link);
    c->output_len += part->len - part->sent;
    c->output_size += part->size;
    c->queued_len += part->len - part->sent;
    return true;
}

static struct iovec rest_of(struct gs_part *part)
{
    return (struct iovec){.iov_base = part->bytes + part->sent, .iov_len = part->len - part->sent};
}

bool gs_output_resume(struct gs_conn *c)
{
    struct iovec parts[PARTS_MAX];
    size_t count = 0;
    struct gs_part *part;
    STAILQ_FOREACH(part, &c->output, link)
    {
        if (count == PARTS_MAX) {
            break;
        }
        parts[count++] = rest_of(part);
    }
    ssize_t sent = gs_wire_write(c, parts, count);
    if (sent < 0) {
        return false;
    }
    size_t left = (size_t)sent;
    while ((part = STAILQ_FIRST(&c->output)) != NULL && left >= part->len - part->sent) {
        left -= part->len - part->sent;
        free(take_first(c));
    }
    if (part == NULL) {
        gs_output_discard(c);
        return true;
    }
    part->sent += left;
    c->output_len -= left;
    return true;
}

bool gs_output_send(struct gs_conn *c, const char *bytes, size_t len)
{
    struct iovec whole = {.iov_base = (void *)(uintptr_t)bytes, .iov_len = len};
    ssize_t sent = c->output_len == 0 ? gs_wire_write(c, &whole, 1) : 0;
    if (sent < 0 || (size_t)sent == len) {
        return sent >= 0;
    }
    struct gs_part *part = gs_part_create(len - (size_t)sent);
    if (part == NULL) {
        return false;
    }
    part->len = len - (size_t)sent;
    memcpy(part->bytes, bytes + sent, part->len);
    return queue(c, part);
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
        parts[count++] = job->reply != NULL ? rest_of(job->reply) : (struct iovec){0};
        if (job->close || job->is_stream) {
            break;
        }
    }
    return count;
}

/* The head of a stream has left: the rest is yet to be written. */
static void begin_stream(struct gs_conn *c, struct gs_job *job)
{
    free(gs_job_take_reply(job));
    job->replied = false;
    c->replied_count--;
    c->streaming = true;
}

/* The reply has left, or what is left of it after the first *sent bytes waits now. Its job ends. */
static bool let_go(struct gs_conn *c, struct gs_job *job, size_t *sent)
{
    size_t len = job->reply != NULL ? job->reply->len : 0;
    bool queued = true;
    const bool begins = job->is_stream && !job->ended;
    c->said_last = job->close && !begins;
    if (*sent < len) {
        job->reply->sent = *sent;
        queued = queue(c, gs_job_take_reply(job));
    }
    *sent -= *sent < len ? *sent : len;
    if (begins) {
        begin_stream(c, job);
        return queued;
    }
    if (c->http->api.left != NULL) {
        c->http->api.left(c->http->api.self, &job->x);
    }
    gs_job_destroy(job);
    return queued;
}

bool gs_output_flush(struct gs_conn *c)
{
    struct iovec parts[PARTS_MAX];
    size_t count;
    while (!c->said_last && c->replied_count > 0 && (count = gather(c, parts)) > 0) {
        ssize_t taken = c->output_len == 0 ? gs_wire_write(c, parts, count) : 0;
        if (taken < 0) {
            return false;
        }
        size_t sent = (size_t)taken;
        for (; count > 0; count--) {
            if (!let_go(c, TAILQ_FIRST(&c->jobs), &sent)) {
                return false;
            }
        }
    }
    if (c->said_last) {
        gs_jobs_drop_done(c); /* what was not said is not said any more */
    }
    return true;
}
