/* What the API may do with an exchange: answer it, see whether the client is still there. An answer is made into
 * bytes at once and notes the batch it depends on; the connection sends it when that is on disk. */
#include "http.h"
#include <assert.h>

bool gs_exchange_gone(const struct gs_exchange *x)
{
    const struct gs_job *job = (const struct gs_job *)x;
    return job->conn->state == GS_CONN_DEAD;
}

void gs_exchange_known(struct gs_exchange *x, enum gs_client_class class)
{
    struct gs_conn *c = ((struct gs_job *)x)->conn;
    if (class > c->class) {
        c->class = class;
    }
}

void gs_exchange_reply(struct gs_exchange *x, const struct gs_reply *reply)
{
    struct gs_job *job = (struct gs_job *)x;
    struct gs_http *http = job->x.http;
    assert(!job->replied);
    job->stamp = http->api.stamp(http->api.self);
    /* Also the last one when the server is finishing says that it closes. */
    job->close = job->close || reply->close || (http->draining && TAILQ_NEXT(job, link) == NULL);
    if (job->conn->state != GS_CONN_DEAD && gs_reply_write(job, reply) != GS_OK) {
        job->close = true;
    }
    gs_conn_replied(job->conn, job);
}
