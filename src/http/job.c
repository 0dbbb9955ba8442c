/* One request in work: makes the exchange the API sees, strings copied out of the connection's input, because answers
 * may come after those bytes have gone. It neither answers nor sends. */
#include "http.h"
#include "syntax.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define ALIGNED sizeof(void *) /* what gs_job, the API's room and the headers stand at multiples of */

static char *put(char *at, const char *text, size_t len)
{
    memcpy(at, text, len);
    at[len] = '\0';
    return at + len + 1;
}

static char *put_lower(char *at, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        at[i] = gs_syntax_lower(text[i]);
    }
    at[len] = '\0';
    return at + len + 1;
}

/* A request refused before its line was understood has neither method nor path. */
static char *put_line(struct gs_request *r, const struct gs_parser *p, const char *bytes, char *at)
{
    r->method = p->method;
    r->method_text = at;
    at = put(at, bytes + p->method_text.at, p->method_text.len);
    r->path = at;
    if (p->path.len > 0) {
        at += gs_syntax_path(bytes + p->path.at, p->path.len, at) + 1;
    } else {
        at = put(at, "/", 1);
    }
    r->query = at;
    return put(at, bytes + p->query.at, p->query.len);
}

static char *put_headers(struct gs_request *r, struct gs_header *headers, const struct gs_parser *p, const char *bytes,
                         char *at)
{
    for (size_t i = 0; i < p->field_count; i++) {
        const struct gs_head_field *f = &p->fields[i];
        headers[i].name = at;
        at = put_lower(at, bytes + f->name.at, f->name.len);
        headers[i].value = at;
        at = put(at, bytes + f->value.at, f->value.len);
    }
    r->header_count = p->field_count;
    r->headers = headers;
    return at;
}

/* The strings of a head, with their NULs, need no more than its bytes: every one was followed by at least a byte of syntax. Three
 * more for a head that was not understood. */
struct gs_job *gs_job_create(struct gs_conn *c, const char *bytes)
{
    const struct gs_parser *p = &c->parser;
    size_t body_len = p->state == GS_PARSER_DONE ? p->body_len : 0;
    size_t head_len = p->head_end > 0 ? p->head_end : p->pos;
    size_t own_size = (c->http->api.exchange_size + ALIGNED - 1) / ALIGNED * ALIGNED;
    size_t headers_size = p->field_count * sizeof(struct gs_header);
    size_t size = sizeof(struct gs_job) + own_size + headers_size + head_len + 4 + body_len + 1;
    struct gs_job *job = malloc(size);
    if (job == NULL) {
        return NULL;
    }
    memset(job, 0, sizeof(*job) + own_size);
    struct gs_request *r = &job->x.request;
    struct gs_header *headers = (struct gs_header *)((char *)(job + 1) + own_size);
    char *at = (char *)headers + headers_size;
    at = put_headers(r, headers, p, bytes, put_line(r, p, bytes, at));
    assert((size_t)(at - ((char *)headers + headers_size)) <= head_len + 4);
    r->body = at;
    r->body_len = body_len;
    if (body_len > 0) {
        gs_parser_body(p, bytes, at);
    }
    at[body_len] = '\0';
    r->peer_trusted = c->peer_trusted;
    r->peer_uid = c->peer_uid;
    r->peer = c->peer;
    r->tls = c->tls != NULL;
    gs_forwarded_take(c->http, r);
    job->x.http = c->http;
    job->x.api = c->http->api.self;
    job->x.own = job + 1;
    job->conn = c;
    job->size = size;
    job->close = p->close;
    TAILQ_INSERT_TAIL(&c->jobs, job, link);
    c->job_count++;
    c->work_len += size;
    c->http->job_count++;
    return job;
}

struct gs_part *gs_job_take_reply(struct gs_job *job)
{
    struct gs_part *reply = job->reply;
    job->reply = NULL;
    if (reply != NULL) {
        job->conn->held_len -= reply->size;
    }
    return reply;
}

bool gs_job_is_done(const struct gs_job *job)
{
    return job->replied && (!job->is_stream || job->ended);
}

void gs_job_destroy(struct gs_job *job)
{
    struct gs_conn *c = job->conn;
    TAILQ_REMOVE(&c->jobs, job, link);
    c->job_count--;
    c->work_len -= job->size;
    c->http->job_count--;
    if (job->replied) {
        c->replied_count--;
    }
    free(gs_job_take_reply(job));
    if (job->x.state_free != NULL) {
        job->x.state_free(job->x.state);
    }
    free(job);
}

void gs_jobs_drop_done(struct gs_conn *c)
{
    struct gs_job *job = TAILQ_FIRST(&c->jobs);
    while (job != NULL) {
        struct gs_job *next = TAILQ_NEXT(job, link);
        if (gs_job_is_done(job)) {
            gs_job_destroy(job);
        }
        job = next;
    }
}
