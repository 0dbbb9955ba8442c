/* The faked API and the clients of the connection tests. */
#define _GNU_SOURCE /* strcasestr */
#include "fixture.h"
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

static void wake(void *self, int64_t seq)
{
    struct fixture *f = self;
    (void)seq;
    f->woken++;
}

static void reply_text(struct gs_exchange *x, int status, const char *body, size_t len, bool closes)
{
    struct gs_reply reply = {
        .status = status, .content_type = "text/plain", .body = body, .body_len = len, .close = closes};
    gs_exchange_reply(x, &reply);
}

static void refuse(void *self, struct gs_exchange *x, int status, const char *what)
{
    struct fixture *f = self;
    f->refused++;
    f->last_status = status;
    reply_text(x, status, what, strlen(what), true);
}

static void replace(void *self, struct gs_exchange *x, struct gs_reply *out, struct gs_buf *body)
{
    struct fixture *f = self;
    f->failed++;
    gs_buf_str(body, "failed ");
    gs_buf_str(body, x->request.path);
    *out = (struct gs_reply){.status = 507, .content_type = "text/plain", .body = body->data, .body_len = body->len};
}

static void count_freed(void *state)
{
    ((struct fixture *)state)->freed++;
}

/* A header X-Class says who asks. */
static enum gs_client_class who(void *self, const struct gs_exchange *x)
{
    struct fixture *f = self;
    const char *class = gs_request_header(&x->request, "x-class");
    f->looked_at_heads++;
    return class != NULL ? (enum gs_client_class)strtoul(class, NULL, 10) : GS_CLIENT_ANONYMOUS;
}

void fixture_end_stream(struct fixture *f)
{
    struct gs_exchange *x = f->stream;
    f->stream = NULL;
    f->streams_ended++;
    gs_exchange_end(x);
}

void fixture_stream(struct fixture *f, size_t piece)
{
    static char text[GS_STREAM_BYTES];
    assert_true(piece <= sizeof(text));
    memset(text, 's', sizeof(text));
    f->stream_piece = piece;
    while (f->stream != NULL && piece > 0 && gs_exchange_ready(f->stream)) {
        f->stream_broken = !gs_exchange_write(f->stream, text, piece);
        f->stream_bytes += piece;
        if (f->stream_broken) {
            fixture_end_stream(f);
        }
    }
}

static void stream_ready(void *self, struct gs_exchange *x)
{
    struct fixture *f = self;
    assert_ptr_equal(x, f->stream);
    fixture_stream(f, f->stream_piece);
}

static void route_stream(struct fixture *f, struct gs_exchange *x)
{
    const struct gs_reply head = {.status = 200,
                                  .content_type = "text/event-stream",
                                  .header_count = 1,
                                  .headers = {{"Cache-Control", "no-store"}}};
    const bool is_head = x->request.method == GS_HEAD;
    const bool open = gs_exchange_stream(x, &head);
    assert_int_equal(open, !is_head);
    f->stream = open ? x : NULL;
    if (open) {
        assert_false(gs_exchange_ready(x)); /* its head has not left */
    }
}

static void hurry(void *self, struct gs_exchange *x)
{
    struct fixture *f = self;
    f->hurried++;
    if (x == f->stream) {
        fixture_end_stream(f);
        return;
    }
    for (int32_t i = 0; f->answers_in_a_hurry && i < f->waiting_count; i++) {
        if (f->waiting[i] == x) {
            f->waiting[i] = NULL;
            reply_text(x, 200, "hurried", 7, false);
            return;
        }
    }
}

static void route_big(struct gs_exchange *x)
{
    size_t len = strtoul(x->request.query, NULL, 10);
    char *body = malloc(len + 1);
    assert_non_null(body);
    memset(body, 'b', len);
    reply_text(x, 200, body, len, false);
    free(body);
}

static void route_headers(struct gs_exchange *x)
{
    struct gs_reply reply = {.status = 200,
                             .content_type = "text/plain",
                             .body = "x",
                             .body_len = 1,
                             .header_count = 2,
                             .headers = {{"Cache-Control", "max-age=60"}, {"X-Split", "a\r\nSet-Cookie: b"}}};
    gs_exchange_reply(x, &reply);
}

static void dispatch(void *self, struct gs_exchange *x)
{
    struct fixture *f = self;
    const struct gs_request *r = &x->request;
    size_t logged = strlen(f->log);
    f->routed++;
    gs_exchange_known(x, who(f, x));
    f->looked_at_heads--;
    if (logged + strlen(r->path) + 2 < sizeof(f->log)) {
        snprintf(f->log + logged, sizeof(f->log) - logged, "%s ", r->path);
    }
    x->state = f;
    x->state_free = count_freed;
    if (strncmp(r->path, "/wait", 5) == 0 && f->waiting_count < WAITING_MAX) {
        f->waiting[f->waiting_count++] = x;
    } else if (strcmp(r->path, "/echo") == 0) {
        reply_text(x, 200, r->body, r->body_len, false);
    } else if (strcmp(r->path, "/big") == 0) {
        route_big(x);
    } else if (strcmp(r->path, "/stamped") == 0) {
        f->stamp = strtoul(r->query, NULL, 10);
        reply_text(x, 200, r->query, strlen(r->query), false);
        f->stamp = 0;
    } else if (strcmp(r->path, "/headers") == 0) {
        route_headers(x);
    } else if (strcmp(r->path, "/stream") == 0) {
        route_stream(f, x);
    } else if (strcmp(r->path, "/name") == 0) {
        reply_text(x, 200, r->headers[r->header_count - 1].name, strlen(r->headers[r->header_count - 1].name), false);
    } else if (strcmp(r->path, "/status") == 0) {
        reply_text(x, (int)strtoul(r->query, NULL, 10), "x", 1, false);
    } else if (strcmp(r->path, "/empty") == 0) {
        reply_text(x, 204, "never sent", 10, false);
    } else {
        reply_text(x, 200, r->path, strlen(r->path), strcmp(r->path, "/close") == 0);
    }
}

static uint64_t stamp(void *self)
{
    return ((struct fixture *)self)->stamp;
}

static int64_t clock_ms(void *self)
{
    return ((struct fixture *)self)->now_ms;
}

int fixture_setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    assert_non_null(f);
    const struct gs_http_api api = {.self = f,
                                    .exchange_size = 1,
                                    .dispatch = dispatch,
                                    .refuse = refuse,
                                    .replace = replace,
                                    .wake = wake,
                                    .who = who,
                                    .hurry = hurry,
                                    .ready = stream_ready,
                                    .stamp = stamp};
    f->now_ms = 1000;
    f->base = event_base_new();
    assert_non_null(f->base);
    assert_int_equal(gs_http_create(f->base, &api, geteuid(), &f->http), GS_OK);
    f->http->tuning.mono_ms = clock_ms;
    f->http->tuning.mono_self = f;
    *state = f;
    return 0;
}

int fixture_teardown(void **state)
{
    struct fixture *f = *state;
    gs_http_destroy(f->http);
    event_base_loop(f->base, EVLOOP_NONBLOCK);
    event_base_free(f->base);
    free(f);
    return 0;
}

/* Enough rounds for the longest chain of turns in these tests. */
void fixture_run(struct fixture *f)
{
    for (int i = 0; i < 40; i++) {
        event_base_loop(f->base, EVLOOP_NONBLOCK);
    }
}

void fixture_later(struct fixture *f, int64_t ms)
{
    f->now_ms += ms;
    gs_deadline_expire(f->http, gs_conn_overdue);
    fixture_run(f);
}

void fixture_answer(struct fixture *f, int32_t i)
{
    struct gs_exchange *x = f->waiting[i];
    reply_text(x, 200, x->request.path, strlen(x->request.path), false);
}

void client_open(struct fixture *f, struct client *c)
{
    client_open_by(f, c, true);
}

void client_open_by(struct fixture *f, struct client *c, bool is_unix)
{
    int pair[2];
    memset(c, 0, sizeof(*c));
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), 0);
    c->fd = pair[0];
    assert_int_equal(gs_conn_create(f->http, pair[1], is_unix ? GS_LISTENER_UNIX : GS_LISTENER_TCP), GS_OK);
    c->conn = LIST_FIRST(&f->http->conns);
    fixture_run(f);
}

void client_close(struct client *c)
{
    if (c->fd >= 0) {
        close(c->fd);
    }
    free(c->in);
    c->fd = -1;
    c->in = NULL;
    c->in_len = 0;
}

static void receive(struct client *c)
{
    char part[65536];
    ssize_t n;
    while ((n = recv(c->fd, part, sizeof(part), 0)) > 0) {
        c->in = realloc(c->in, c->in_len + (size_t)n + 1);
        assert_non_null(c->in);
        memcpy(c->in + c->in_len, part, (size_t)n);
        c->in_len += (size_t)n;
        c->in[c->in_len] = '\0';
    }
    c->eof = c->eof || n == 0 || (errno != EAGAIN && errno != EINTR);
}

void client_send_bytes(struct fixture *f, struct client *c, const char *bytes, size_t len)
{
    for (int stalled = 0; len > 0 && stalled < 100; stalled++) {
        ssize_t n = send(c->fd, bytes, len, MSG_NOSIGNAL);
        if (n > 0) {
            bytes += n;
            len -= (size_t)n;
            stalled = 0;
        }
        fixture_run(f);
        receive(c);
    }
    assert_int_equal(len, 0);
}

void client_send(struct fixture *f, struct client *c, const char *text)
{
    client_send_bytes(f, c, text, strlen(text));
}

const char *answer_header(const struct answer *a, const char *name, char out[256])
{
    char key[64];
    snprintf(key, sizeof(key), "\r\n%s: ", name);
    const char *at = strcasestr(a->head, key);
    if (at == NULL) {
        return NULL;
    }
    at += strlen(key);
    snprintf(out, 256, "%.*s", (int)strcspn(at, "\r"), at);
    return out;
}

bool client_take(struct fixture *f, struct client *c, struct answer *out, bool head_only)
{
    char length[256];
    fixture_run(f);
    receive(c);
    const char *end = c->in_len > 0 ? strstr(c->in, "\r\n\r\n") : NULL;
    if (end == NULL) {
        return false;
    }
    size_t head_len = (size_t)(end - c->in) + 4;
    assert_true(head_len < sizeof(out->head));
    memcpy(out->head, c->in, head_len);
    out->head[head_len] = '\0';
    assert_int_equal(sscanf(out->head, "HTTP/1.1 %d ", &out->status), 1);
    out->body_len = 0;
    if (!head_only && answer_header(out, "Content-Length", length) != NULL) {
        out->body_len = strtoul(length, NULL, 10);
    }
    for (int round = 0; c->in_len < head_len + out->body_len && round < 1000; round++) {
        fixture_run(f);
        receive(c);
    }
    if (c->in_len < head_len + out->body_len) {
        return false;
    }
    out->body = calloc(1, out->body_len + 1);
    assert_non_null(out->body);
    memcpy(out->body, c->in + head_len, out->body_len);
    c->in_len -= head_len + out->body_len;
    memmove(c->in, c->in + head_len + out->body_len, c->in_len + 1);
    return true;
}

void client_expect(struct fixture *f, struct client *c, int status, const char *body)
{
    struct answer a = {0};
    assert_true(client_take(f, c, &a, false));
    assert_int_equal(a.status, status);
    if (body != NULL) {
        assert_string_equal(a.body, body);
    }
    free(a.body);
}

void client_expect_nothing(struct fixture *f, struct client *c)
{
    fixture_run(f);
    receive(c);
    assert_int_equal(c->in_len, 0);
    assert_false(c->eof);
}

void client_expect_closed(struct fixture *f, struct client *c)
{
    fixture_run(f);
    receive(c);
    assert_int_equal(c->in_len, 0);
    assert_true(c->eof);
}
