/* Connections without sockets: the calls on descriptors, replaced. Bytes of a client wait on the wire and
 * arrive in pieces; answers leave when the kernel takes them, maybe in parts, maybe later. Every whole answer is judged at the moment
 * its last byte leaves. Parser, connections, held replies and deadlines above are the daemon's own. */
#include "http.h"
#include "sim.h"
#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum { SLOTS = 256, FIRST_FD = 100000, PATIENCE = 4 };

struct sim_conn {
    int slot;
    bool served;               /* false: the server has closed it */
    struct sim_client *client; /* NULL: the client has closed it */
    struct gs_buf wire, inbox;
    size_t piece;          /* of the wire, that the server may read now */
    bool eof, reset, told; /* the client has closed; told: the server knows */
    bool closing;          /* the server said that it closes */
    struct sim_request *first, **end;
    int32_t waiting;
    int64_t sent, done; /* requests sent by the client; done with by the server */
    int64_t ready_round;
    int64_t partial_ms; /* monotonic: since when a request lacks its end, for good; 0 = none does */
    int64_t piece_ms;   /* since when the server has a part of what was sent; 0 = it has all */
    int64_t looked_ms;  /* when it was last seen to be overdue */
    int64_t slow_ms;    /* until then the client reads nothing */
    int32_t overdue;
};

static struct sim_conn *slots[SLOTS];

ssize_t __wrap_sendmsg(int fd, const struct msghdr *message, int flags);
ssize_t __wrap_recv(int fd, void *bytes, size_t size, int flags);
int __real_close(int fd);
int __wrap_close(int fd);
int __wrap_shutdown(int fd, int how);
int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t len);
void __real_gs_job_destroy(struct gs_job *job);
void __wrap_gs_job_destroy(struct gs_job *job);
void __real_gs_exchange_reply(struct gs_exchange *x, const struct gs_reply *reply);
void __wrap_gs_exchange_reply(struct gs_exchange *x, const struct gs_reply *reply);

static void release(struct sim_conn *c)
{
    if (c->served || c->client != NULL) {
        return;
    }
    slots[c->slot] = NULL;
    gs_buf_finish(&c->wire);
    gs_buf_finish(&c->inbox);
    free(c);
}

static struct sim_request *pop(struct sim_conn *c)
{
    struct sim_request *r = c->first;
    c->first = r->next;
    if (c->first == NULL) {
        c->end = &c->first;
    }
    c->waiting--;
    return r;
}

static void lose_requests(struct sim_conn *c)
{
    while (c->first != NULL) {
        struct sim_request *r = pop(c);
        sim_answer_lost(r->op);
        free(r);
    }
}

/* ---- the client's end ---- */

struct sim_conn *sim_conn_open(struct sim_client *client)
{
    int slot = 0;
    while (slot < SLOTS && slots[slot] != NULL) {
        slot++;
    }
    if (sim->app == NULL || sim->app->stopping || slot == SLOTS || !gs_room_for(sim->app->http, false)) {
        return NULL;
    }
    struct sim_conn *c = calloc(1, sizeof *c);
    if (c == NULL) {
        sim_fail("no memory");
    }
    c->slot = slot;
    c->client = client;
    c->end = &c->first;
    gs_buf_init(&c->wire, 1 << 20);
    gs_buf_init(&c->inbox, 32 << 20);
    c->served = true;
    slots[slot] = c;
    sim_require(gs_conn_create(sim->app->http, FIRST_FD + slot, GS_LISTENER_TCP) == GS_OK, "no connection");
    return c;
}

bool sim_conn_usable(const struct sim_conn *c)
{
    return c->served && !c->closing && !c->eof && !c->reset && c->partial_ms == 0;
}

bool sim_conn_stalled(const struct sim_conn *c)
{
    return c->partial_ms != 0;
}

int32_t sim_conn_waiting(const struct sim_conn *c)
{
    return c->waiting;
}

bool sim_net_patience(struct sim_conn *c, int64_t longest_ms)
{
    return c->first == NULL || sim->mono_ms - c->first->sent_ms < longest_ms;
}

void sim_conn_send(struct sim_conn *c, struct sim_op *op, const struct gs_buf *bytes, size_t len)
{
    struct sim_request *r = calloc(1, sizeof *r);
    if (r == NULL) {
        sim_fail("no memory");
    }
    *r = (struct sim_request){.number = ++c->sent,
                              .op = op,
                              .stated_seq = -1,
                              .sent_ms = sim->mono_ms,
                              .whole = len == bytes->len,
                              .repeats = op->answered && !sim_op_is_old(op)};
    *c->end = r;
    c->end = &r->next;
    c->waiting++;
    gs_buf_add(&c->wire, bytes->data, len);
    if (!r->whole) {
        c->partial_ms = c->looked_ms = sim->mono_ms;
    }
}

void sim_conn_put(struct sim_conn *c, const struct gs_buf *bytes)
{
    c->sent++;
    gs_buf_add(&c->wire, bytes->data, bytes->len);
}

void sim_conn_slow(struct sim_conn *c, int64_t until_ms)
{
    c->slow_ms = until_ms < 0 ? c->slow_ms : until_ms;
}

void sim_conn_close(struct sim_conn *c, bool reset)
{
    c->eof = true;
    c->reset = reset;
    lose_requests(c);
    c->client->conn = NULL;
    c->client = NULL;
    release(c);
}

/* ---- answers, as the client reads them ---- */

static size_t header_number(const char *head, const char *name)
{
    const char *at = strstr(head, name);
    return at != NULL ? (size_t)strtoul(at + strlen(name), NULL, 10) : 0;
}

/* Nobody is told too soon that his request takes too long. */
static void check_slow(const struct sim_conn *c, int status)
{
    int64_t since =
        c->partial_ms == 0 || (c->piece_ms != 0 && c->piece_ms < c->partial_ms) ? c->piece_ms : c->partial_ms;
    sim_require(status != 408 || (since != 0 && sim->mono_ms - since >= GS_HEAD_DEADLINE_MS),
                "I9: a client was told after %lld ms that it is slow", (long long)(sim->mono_ms - since));
}

/* One whole answer out of the inbox; false: there is none yet. */
static bool read_answer(struct sim_conn *c, size_t *used)
{
    char *head = c->inbox.data + *used;
    char *end = c->inbox.len > *used ? strstr(head, "\r\n\r\n") : NULL;
    if (end == NULL) {
        return false;
    }
    *end = '\0';
    struct sim_answer a = {.status = (int)strtol(head + 9, NULL, 10), .body = end + 4};
    a.body_len = header_number(head, "\r\nContent-Length: ");
    a.after_s = (int64_t)header_number(head, "\r\nRetry-After: ");
    a.replayed = strstr(head, "\r\nIdempotent-Replayed: true") != NULL;
    if ((size_t)(a.body - c->inbox.data) + a.body_len > c->inbox.len) {
        *end = '\r';
        return false;
    }
    c->closing = c->closing || strstr(head, "\r\nConnection: close") != NULL;
    *used = (size_t)(a.body - c->inbox.data) + a.body_len;
    sim_require(c->first != NULL, "an answer that nobody asked for");
    struct sim_request *r = pop(c);
    sim_note_bytes("answer", head, strlen(head));
    sim_note_bytes("body", a.body, a.body_len);
    sim_answer_check(c->client, r, &a);
    free(r);
    return true;
}

static void receive(struct sim_conn *c, const void *bytes, size_t len)
{
    size_t used = 0;
    if (c->client == NULL || sim->deaf) {
        return;
    }
    if (c->client->follows != NULL) {
        sim_follow_take(c->client, bytes, len);
        return;
    }
    gs_buf_add(&c->inbox, bytes, len);
    while (read_answer(c, &used))
        ;
    if (used > 0) {
        memmove(c->inbox.data, c->inbox.data + used, c->inbox.len - used);
        c->inbox.len -= used;
        c->inbox.data[c->inbox.len] = '\0';
    }
}

/* NULL: the server has closed it. */
static struct sim_conn *served_by(const struct gs_conn *conn)
{
    return conn->fd >= FIRST_FD ? slots[conn->fd - FIRST_FD] : NULL;
}

/* What the answer's content depends on is what the book knows now (no answer shows what a crash could take back). */
void __wrap_gs_exchange_reply(struct gs_exchange *x, const struct gs_reply *reply)
{
    struct gs_job *job = (struct gs_job *)x;
    struct sim_conn *c = served_by(job->conn);
    int64_t number = c != NULL ? c->done + 1 : 0;
    for (struct gs_job *j = TAILQ_FIRST(&job->conn->jobs); j != job; j = TAILQ_NEXT(j, link)) {
        number++;
    }
    if (c != NULL) {
        check_slow(c, reply->status); /* now: afterwards the server throws away what still comes */
    }
    struct sim_request *r = c != NULL ? c->first : NULL;
    while (r != NULL && r->number < number) {
        r = r->next;
    }
    if (r != NULL && sim->app != NULL && sim->app->book != NULL) {
        r->stated_seq = gs_book_seq(sim->app->book);
    }
    __real_gs_exchange_reply(x, reply);
}

void __wrap_gs_job_destroy(struct gs_job *job)
{
    struct sim_conn *c = served_by(job->conn);
    if (c != NULL && job->replied) { /* one that only had its head looked at is none that was asked */
        c->done++;
    }
    __real_gs_job_destroy(job);
}

/* ---- the server's end: system calls ---- */

static struct sim_conn *of_fd(int fd)
{
    sim_require(fd >= FIRST_FD && fd < FIRST_FD + SLOTS && slots[fd - FIRST_FD] != NULL,
                "a call on a descriptor that is closed");
    return slots[fd - FIRST_FD];
}

static void take_part(struct sim_conn *c, const struct msghdr *message, size_t len)
{
    for (size_t i = 0; i < (size_t)message->msg_iovlen && len > 0; i++) {
        size_t part = message->msg_iov[i].iov_len < len ? message->msg_iov[i].iov_len : len;
        receive(c, message->msg_iov[i].iov_base, part);
        len -= part;
    }
}

ssize_t __wrap_sendmsg(int fd, const struct msghdr *message, int flags)
{
    (void)flags;
    struct sim_conn *c = of_fd(fd);
    size_t len = 0;
    for (size_t i = 0; i < (size_t)message->msg_iovlen; i++) {
        len += message->msg_iov[i].iov_len;
    }
    if (c->client == NULL && sim_one_in(2)) {
        errno = EPIPE;
        return -1;
    }
    if (sim->mono_ms < c->slow_ms || sim_one_in(sim->rates.refuse_kernel)) {
        errno = EAGAIN;
        return -1;
    }
    if (len > 1 && sim_one_in(sim->rates.partial)) {
        len = 1 + (size_t)sim_roll((int32_t)len - 1);
    }
    take_part(c, message, len);
    return (ssize_t)len;
}

int __wrap_shutdown(int fd, int how)
{
    (void)how;
    of_fd(fd)->closing = true;
    return 0;
}

int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
    (void)fd;
    (void)level;
    (void)name;
    (void)value;
    (void)len;
    return 0;
}

int __wrap_close(int fd)
{
    if (fd < FIRST_FD) {
        return __real_close(fd);
    }
    struct sim_conn *c = of_fd(fd);
    c->served = false;
    if (!sim->deaf) {
        lose_requests(c);
    }
    release(c);
    return 0;
}

ssize_t __wrap_recv(int fd, void *bytes, size_t size, int flags)
{
    (void)flags;
    struct sim_conn *c = of_fd(fd);
    if (c->told) {
        errno = ECONNRESET;
        return c->reset ? -1 : 0;
    }
    size_t len = c->piece < size ? c->piece : size;
    if (len == 0) {
        errno = EAGAIN;
        return -1;
    }
    memcpy(bytes, c->wire.data, len);
    memmove(c->wire.data, c->wire.data + len, c->wire.len - len);
    c->wire.len -= len;
    c->piece -= len;
    if (c->wire.len == 0) {
        c->piece_ms = 0;
    } else if (c->piece_ms == 0) {
        c->piece_ms = sim->mono_ms;
    }
    return (ssize_t)len;
}

/* ---- what the network brings ---- */

static bool is_ready(const struct sim_conn *c)
{
    bool comes = c->wire.len > 0 || ((c->eof || c->reset) && !c->told);
    const int fd = FIRST_FD + c->slot;
    const bool takes = sim->mono_ms >= c->slow_ms && sim_loop_waits(fd, EV_WRITE);
    return c->served && ((comes && sim_loop_waits(fd, EV_READ)) || takes);
}

void sim_net_begin_dispatch(void)
{
    for (int i = 0; i < SLOTS; i++) {
        if (slots[i] != NULL) {
            slots[i]->ready_round = is_ready(slots[i]) ? sim->rounds : 0;
        }
    }
}

static void deliver(struct sim_conn *c)
{
    size_t len = sim_one_in(sim->rates.partial) ? 1 + (size_t)sim_roll((int32_t)c->wire.len) : c->wire.len;
    c->piece = len < c->wire.len ? len : c->wire.len;
    sim_loop_call(FIRST_FD + c->slot, EV_READ);
}

static void tell_end(struct sim_conn *c)
{
    c->told = true;
    sim_loop_call(FIRST_FD + c->slot, EV_READ);
}

bool sim_net_dispatch(void)
{
    struct sim_conn *c = NULL;
    int32_t found = 0;
    for (int i = 0; i < SLOTS; i++) {
        bool ready = slots[i] != NULL && slots[i]->ready_round == sim->rounds && is_ready(slots[i]);
        if (ready && sim_roll(++found) == 0) {
            c = slots[i];
        }
    }
    if (c == NULL) {
        return false;
    }
    c->ready_round = 0;
    if (sim_loop_waits(FIRST_FD + c->slot, EV_WRITE)) {
        sim_loop_call(FIRST_FD + c->slot, EV_WRITE);
    } else if (c->reset || c->wire.len == 0) {
        tell_end(c);
    } else {
        deliver(c);
    }
    return true;
}

/* What the server says that it holds for clients, against what it does hold; and more than it may only while nobody can be dropped. */
void sim_net_check_bounds(void)
{
    const struct gs_http *http = sim->app->http;
    size_t held = 0;
    int32_t waiting = 0;
    const struct gs_conn *c;
    LIST_FOREACH(c, &http->conns, all)
    {
        const struct gs_job *job;
        const struct gs_part *part;
        held += sizeof *c + event_get_struct_event_size() + c->in.own_size;
        TAILQ_FOREACH(job, &c->jobs, link)
        {
            held += job->size + (job->reply != NULL ? job->reply->size : 0);
        }
        STAILQ_FOREACH(part, &c->output, link)
        {
            held += part->size;
        }
        waiting += c->state == GS_CONN_DEAD ? 1 : 0;
    }
    sim_require(http->debts.held == held, "I8: %zu bytes are said to be held for clients, and %zu are",
                http->debts.held, held);
    sim_require(held <= http->limits.client_memory || http->debts.over || waiting > 0 || http->conn_count == 0 ||
                    gs_debts_largest(http) == NULL,
                "I8: %zu bytes are held for clients, with %zu as the limit", held, http->limits.client_memory);
}

/* Of some worlds: now much room, now little. */
void sim_net_tighten(bool tight)
{
    struct gs_http *http = sim->app->http;
    struct gs_http_limits limits = http->limits;
    limits.client_memory = tight ? (size_t)(4 + sim_roll(200)) << 10 : (size_t)64 << 20;
    http->tuning.max_connections = tight ? 2 + sim_roll(40) : GS_MAX_CONNECTIONS;
    gs_http_set_limits(http, &limits);
    sim_note("room", (int64_t)http->limits.client_memory, http->tuning.max_connections);
}

void sim_net_cut(void)
{
    for (int i = 0; i < SLOTS; i++) {
        struct sim_conn *c = slots[i];
        if (c == NULL) {
            continue;
        }
        sim_require(!c->served, "a connection was not closed at the end of the process");
        if (c->client != NULL) {
            sim_conn_close(c, true);
        } else {
            release(c);
        }
    }
}

/* A request that lacks its end is given up within its deadline, and a few rounds for the timers; whatever the wall clock does. */
void sim_net_check_deadlines(void)
{
    for (int i = 0; i < SLOTS; i++) {
        struct sim_conn *c = slots[i];
        if (c == NULL) {
            continue;
        }
        if (!c->served && c->client != NULL) { /* it sees the end of the connection */
            sim_conn_close(c, false);
            continue;
        }
        const struct gs_conn *server = c->served ? sim_loop_arg(FIRST_FD + c->slot, EV_READ) : NULL;
        bool given_up = server == NULL || server->state != GS_CONN_OPEN; /* its answer may have to wait */
        if (c->partial_ms == 0 || given_up || c->waiting > 1 ||          /* those before it come first */
            sim->mono_ms - c->looked_ms < GS_REQUEST_DEADLINE_MS + 1000) {
            continue;
        }
        c->overdue++;
        c->looked_ms = sim->mono_ms;
        sim_require(c->overdue < PATIENCE, "I9: half a request is not given up after %lld ms",
                    (long long)(sim->mono_ms - c->partial_ms));
    }
}
