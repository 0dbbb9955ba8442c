/* Fuzzing of a connection as a state machine: bytes come in pieces, answers are given late, become durable or fail, clocks go on, the
 * client closes. Every request is answered once and in order, nothing follows a reply that closes, and nothing is left over.
 *
 * A byte 255 is not sent: the one behind it says what happens (enum step). */
#include "../http/fixture.h"
#include "fuzz.h"
#include <sys/socket.h>
#include <unistd.h>

#define REQUESTS_MAX 256
#define BIG_BODY 100000

enum step {
    STEP_RUN,
    STEP_ANSWER,
    STEP_LATER,
    STEP_DURABLE,
    STEP_FAIL,
    STEP_HALF_CLOSE,
    STEP_DRAIN,
    STEP_READ,
    STEP_GONE,
    STEPS
};

struct play {
    struct fixture *f;
    int fd;
    uint64_t durable;
    int32_t answered, next_reply; /* of the waiting; the request whose reply comes next */
    bool is_head[REQUESTS_MAX];   /* a reply without a body */
    bool said_last;
    char *piece; /* what is sent with the next step */
    size_t piece_len;
};

static struct play *playing; /* for the fake API, whose functions are given the fixture */

static void reply_number(struct gs_exchange *x, int32_t number, bool closes)
{
    static char body[BIG_BODY];
    memset(body, '.', sizeof body);
    const int len = snprintf(body, sizeof body, "#%d\n", (int)number);
    const bool big = strcmp(x->request.path, "/big") == 0;
    body[len] = '.';
    const struct gs_reply reply = {.status = 200,
                                   .content_type = "text/plain",
                                   .body = body,
                                   .body_len = big ? sizeof body : (size_t)len,
                                   .close = closes};
    gs_exchange_reply(x, &reply);
}

static void dispatch(void *self, struct gs_exchange *x)
{
    struct fixture *f = self;
    const int32_t number = f->routed++;
    require(number < REQUESTS_MAX, "no more requests than inputs can hold");
    playing->is_head[number] = x->request.method == GS_HEAD;
    x->state = f;
    x->state_free = NULL;
    f->stamp = strcmp(x->request.path, "/stamped") == 0 ? strtoul(x->request.query, NULL, 10) % 8 : 0;
    if (strcmp(x->request.path, "/wait") == 0) {
        f->waiting[f->waiting_count++] = x;
        x->own = NULL;
        x->state = (void *)(intptr_t)number;
    } else {
        x->state = (void *)(intptr_t)number;
        reply_number(x, number, strcmp(x->request.path, "/close") == 0);
    }
    f->stamp = 0;
}

static void replace_reply(void *self, struct gs_exchange *x, struct gs_reply *out, struct gs_buf *body)
{
    char text[16];
    ((struct fixture *)self)->failed++;
    (void)snprintf(text, sizeof text, "#%d\n", (int)(intptr_t)x->state);
    gs_buf_str(body, text);
    *out = (struct gs_reply){.status = 507, .content_type = "text/plain", .body = body->data, .body_len = body->len};
}

/* The numbers in what the client reads ascend, and only replies to HEAD are without one. */
static void look_at(struct play *p, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] != '#') {
            continue;
        }
        int32_t number = 0;
        for (i++; i < len && bytes[i] >= '0' && bytes[i] <= '9'; i++) {
            number = number * 10 + (bytes[i] - '0');
        }
        require(i < len, "a number is read whole");
        require(number >= p->next_reply && number < p->f->routed, "a reply is to a later request than the one before");
        for (int32_t skipped = p->next_reply; skipped < number; skipped++) {
            require(p->is_head[skipped], "no reply is left out");
        }
        p->next_reply = number + 1;
    }
}

static void read_all(struct play *p)
{
    static char bytes[1 << 20];
    size_t len = 0;
    ssize_t n;
    while (len < sizeof bytes && (n = recv(p->fd, bytes + len, sizeof bytes - len, 0)) > 0) {
        len += (size_t)n;
    }
    look_at(p, bytes, len);
}

static void send_piece(struct play *p)
{
    for (size_t at = 0; at < p->piece_len;) {
        const ssize_t n = send(p->fd, p->piece + at, p->piece_len - at, MSG_NOSIGNAL);
        if (n <= 0) {
            break; /* the server takes no more */
        }
        at += (size_t)n;
    }
    p->piece_len = 0;
}

static void take(struct play *p, enum step step)
{
    struct fixture *f = p->f;
    send_piece(p);
    fixture_run(f);
    switch (step) {
    case STEP_ANSWER:
        if (p->answered < f->waiting_count) {
            struct gs_exchange *x = f->waiting[p->answered++];
            reply_number(x, (int32_t)(intptr_t)x->state, false);
        }
        break;
    case STEP_LATER:
        fixture_later(f, 4000);
        break;
    case STEP_DURABLE:
        gs_http_durable(f->http, ++p->durable, 1);
        break;
    case STEP_FAIL:
        gs_http_failed(f->http, p->durable + 1);
        break;
    case STEP_HALF_CLOSE:
        (void)shutdown(p->fd, SHUT_WR);
        break;
    case STEP_DRAIN:
        gs_http_drain(f->http);
        break;
    case STEP_READ:
        read_all(p);
        break;
    case STEP_GONE:
        (void)shutdown(p->fd, SHUT_RDWR);
        break;
    default:
        break;
    }
    fixture_run(f);
}

static void open_connection(struct play *p)
{
    int pair[2];
    require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) == 0, "a pair of sockets");
    p->fd = pair[0];
    require(gs_conn_create(p->f->http, pair[1], GS_LISTENER_UNIX) == GS_OK, "a connection");
}

/* All is answered and stored: then nothing is under way. */
static void end(struct play *p)
{
    for (int rounds = 0; rounds < REQUESTS_MAX && !gs_http_idle(p->f->http); rounds++) {
        while (p->answered < p->f->waiting_count) {
            take(p, STEP_ANSWER);
        }
        gs_http_durable(p->f->http, UINT64_MAX, 1);
        take(p, STEP_READ);
    }
    require(gs_http_idle(p->f->http), "no request waits for ever");
    require(p->f->refused <= 1, "a connection is refused once");
    for (int rounds = 0; rounds < 8 && gs_http_connections(p->f->http) > 0; rounds++) {
        fixture_later(p->f, 600000);
        gs_http_durable(p->f->http, UINT64_MAX, 1);
        take(p, STEP_READ);
    }
    require(gs_http_connections(p->f->http) == 0, "a silent connection is closed");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct play p = {.piece = exact_copy(data, size)};
    void *state = NULL;
    require(fixture_setup(&state) == 0, "a server");
    p.f = state;
    p.f->http->api.dispatch = dispatch;
    p.f->http->api.replace = replace_reply;
    playing = &p;
    open_connection(&p);
    for (size_t i = 0; i < size && size <= 4096; i++) {
        if (data[i] == 0xFF && i + 1 < size) {
            take(&p, (enum step)(data[++i] % STEPS));
        } else {
            p.piece[p.piece_len++] = (char)data[i];
        }
    }
    take(&p, STEP_RUN);
    end(&p);
    (void)close(p.fd);
    (void)fixture_teardown(&state);
    free(p.piece);
    return 0;
}
