/* A connection: takes requests from its input one after the other, within bounds of work, memory and time, and says goodbye so
 * that the client can still read the last answer. gs_conn_advance is where every event ends: it sends what may leave and then puts the
 * connection in order (reading or not, which deadline, which lists, freed). It knows nothing of what a request means. */
#define _GNU_SOURCE /* struct ucred */
#include "http.h"
#include <assert.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void move(struct gs_conn *c, enum gs_conn_state next)
{
    static const bool allowed[GS_CONN_STATES][GS_CONN_STATES] = {
        [GS_CONN_OPEN] = {[GS_CONN_LAST] = true, [GS_CONN_DEAD] = true},
        [GS_CONN_LAST] = {[GS_CONN_LINGER] = true, [GS_CONN_DEAD] = true},
        [GS_CONN_LINGER] = {[GS_CONN_DEAD] = true},
    };
    assert(allowed[c->state][next]);
    c->state = next;
}

static void want_reading(struct gs_conn *c, bool wanted)
{
    if (c->reading == wanted || (wanted && c->eof)) {
        return;
    }
    c->reading = wanted;
    if (wanted) {
        event_add(c->readable, NULL);
    } else {
        event_del(c->readable);
    }
}

/* The descriptor goes; c itself stays for the handlers that still have a request of it. */
static void close_now(struct gs_conn *c)
{
    move(c, GS_CONN_DEAD);
    gs_deadline_set(c, GS_DEADLINE_NONE);
    if (c->in_held) {
        LIST_REMOVE(c, held);
    }
    if (c->in_waiting) {
        LIST_REMOVE(c, waiting);
    }
    c->in_held = c->in_waiting = false;
    gs_input_discard(c);
    gs_output_discard(c);
    event_free(c->readable);
    c->readable = NULL;
    gs_wire_close(c);
    struct gs_job *job = TAILQ_FIRST(&c->jobs);
    while (job != NULL) {
        struct gs_job *next = TAILQ_NEXT(job, link);
        if (job->replied) {
            gs_job_destroy(job);
        }
        job = next;
    }
}

/* Until now a connection counts, closed or not: whoever leaves requests behind that wait for their answers makes no room. */
static void release(struct gs_conn *c)
{
    struct gs_http *http = c->http;
    LIST_REMOVE(c, all);
    free(c);
    http->conn_count--;
    gs_listener_resume_all(http);
}

static bool has_room(const struct gs_conn *c)
{
    const struct gs_http_tuning *t = &c->http->tuning;
    return c->job_count < t->max_pipelined && c->work_len < t->work_max &&
           c->held_len + gs_output_len(c) < t->output_soft_max;
}

static enum gs_parse parse(struct gs_conn *c)
{
    return c->in.len < c->parser.need ? GS_PARSE_MORE : gs_parser_run(&c->parser, c->in.bytes, c->in.len);
}

static void refuse(struct gs_conn *c, int status, const char *what)
{
    struct gs_job *job = gs_job_create(c, c->in.len > 0 ? c->in.bytes : "");
    if (job == NULL) {
        close_now(c);
        return;
    }
    job->close = true;
    move(c, GS_CONN_LAST);
    gs_input_discard(c);
    gs_deadline_set(c, GS_DEADLINE_NONE);
    c->http->api.refuse(c->http->api.self, &job->x, status, what);
}

static void accept_request(struct gs_conn *c)
{
    struct gs_job *job = gs_job_create(c, c->in.bytes);
    if (job == NULL) {
        close_now(c);
        return;
    }
    gs_input_drain(c, c->parser.pos);
    if (c->parser.close) {
        move(c, GS_CONN_LAST);
    }
    gs_parser_reset(&c->parser);
    c->continued = false;
    gs_deadline_set(c, GS_DEADLINE_NONE);
    c->http->api.dispatch(c->http->api.self, &job->x);
}

/* Takes the requests that are there, up to a bound: the other connections wait meanwhile. */
static void take_requests(struct gs_conn *c)
{
    c->working = true;
    for (int32_t n = 0; n < c->http->tuning.turn_requests && c->state == GS_CONN_OPEN && c->more && has_room(c); n++) {
        enum gs_parse parsed = parse(c);
        if (parsed == GS_PARSE_MORE) {
            c->more = false;
        } else if (parsed == GS_PARSE_REQUEST) {
            accept_request(c);
        } else {
            refuse(c, c->parser.status, c->parser.what);
        }
    }
    c->working = false;
    if (!gs_input_keep(c)) {
        close_now(c);
    }
    gs_conn_advance(c);
}

static void wait_for_turn(struct gs_conn *c)
{
    if (c->in_waiting) {
        return;
    }
    c->in_waiting = true;
    LIST_INSERT_HEAD(&c->http->waiting, c, waiting);
    /* A timer of zero, not an active event: the loop polls all descriptors before it. */
    static const struct timeval now = {0, 0};
    event_add(c->http->turn, &now);
}

void gs_conn_take_turn(struct gs_conn *c)
{
    LIST_REMOVE(c, waiting);
    c->in_waiting = false;
    take_requests(c);
}

/* 100 goes out in its place among the replies: only when all earlier ones have left. */
static void answer_expectation(struct gs_conn *c)
{
    static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
    if (!gs_parser_head_done(&c->parser) || !c->parser.expects_continue || c->continued || c->job_count > 0) {
        return;
    }
    c->continued = true;
    if (!gs_output_send(c, go_on, sizeof(go_on) - 1)) {
        close_now(c);
    }
}

static void settle_open(struct gs_conn *c)
{
    bool room = has_room(c);
    if (c->said_last || (c->eof && !c->more)) {
        move(c, GS_CONN_LAST);
        return;
    }
    if (c->more && room) {
        wait_for_turn(c);
    }
    want_reading(c, room && c->in.len < GS_INPUT_MAX);
    answer_expectation(c);
}

/* The client may still be sending: to close now would reset the connection and could take the last reply with it. */
static void settle_last(struct gs_conn *c)
{
    want_reading(c, false);
    if ((c->job_count > 0 && !c->said_last) || gs_output_len(c) > 0) {
        return;
    }
    if (c->eof || !gs_wire_end(c)) {
        close_now(c);
        return;
    }
    move(c, GS_CONN_LINGER);
    gs_input_discard(c);
    gs_deadline_set(c, GS_DEADLINE_LINGER);
    want_reading(c, true);
}

static void settle_deadline(struct gs_conn *c)
{
    bool awaits_rest = c->state == GS_CONN_OPEN && c->reading && !c->more && gs_parser_begun(&c->parser, c->in.len);
    enum gs_deadline_kind kind = GS_DEADLINE_IDLE;
    if (awaits_rest) {
        kind = c->deadline == GS_DEADLINE_REQUEST ? GS_DEADLINE_REQUEST : GS_DEADLINE_HEAD;
    } else if (gs_output_len(c) == 0 && c->job_count > 0) {
        kind = GS_DEADLINE_NONE;
    }
    if (kind == c->deadline) {
        return;
    }
    c->stalled_at = c->queued_len - gs_output_len(c);
    gs_deadline_set(c, kind);
}

static void settle_held(struct gs_conn *c)
{
    bool holds = c->replied_count > 0;
    if (holds && !c->in_held) {
        LIST_INSERT_HEAD(&c->http->held, c, held);
    } else if (!holds && c->in_held) {
        LIST_REMOVE(c, held);
    }
    c->in_held = holds;
}

void gs_conn_advance(struct gs_conn *c)
{
    if (c->working) {
        return;
    }
    if (c->state != GS_CONN_DEAD &&
        (!gs_output_flush(c) || c->held_len + gs_output_len(c) > c->http->tuning.output_hard_max)) {
        close_now(c);
    }
    if (c->state == GS_CONN_OPEN) {
        settle_open(c);
    }
    if (c->state == GS_CONN_LAST) {
        settle_last(c);
    }
    if (c->state == GS_CONN_OPEN || c->state == GS_CONN_LAST) {
        settle_deadline(c);
    }
    if (c->state != GS_CONN_DEAD) {
        settle_held(c);
    }
    if (c->state == GS_CONN_DEAD && c->job_count == 0) {
        release(c);
    }
}

void gs_conn_replied(struct gs_conn *c, struct gs_job *job)
{
    if (c->state == GS_CONN_DEAD) {
        gs_job_destroy(job);
    } else {
        job->replied = true;
        c->replied_count++;
        c->held_len += job->len;
    }
    gs_conn_advance(c);
}

static void read_lingering(struct gs_conn *c)
{
    c->linger_len += c->in.len;
    gs_input_discard(c);
    if (c->linger_len > c->http->tuning.linger_max) {
        close_now(c);
    }
    gs_conn_advance(c);
}

static void read_ended(struct gs_conn *c, bool broken)
{
    want_reading(c, false);
    c->eof = true;
    if (broken || c->state == GS_CONN_LINGER) {
        close_now(c);
    }
    gs_conn_advance(c);
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
    (void)fd, (void)what;
    struct gs_conn *c = arg;
    ssize_t got = gs_input_read(c);
    if (got == GS_WIRE_LATER) {
        return;
    }
    if (got <= 0) {
        read_ended(c, got < 0);
        return;
    }
    if (c->state == GS_CONN_LINGER) {
        read_lingering(c);
        return;
    }
    c->more = true;
    if (!c->in_waiting) {
        take_requests(c);
    } else if (!gs_input_keep(c)) {
        read_ended(c, true);
    } else {
        want_reading(c, c->in.len < GS_INPUT_MAX);
    }
}

void gs_conn_writable(evutil_socket_t fd, short what, void *conn)
{
    (void)fd, (void)what;
    struct gs_conn *c = conn;
    if (!gs_output_resume(c)) {
        read_ended(c, true);
        return;
    }
    if (c->output != NULL) {
        return;
    }
    if (c->deadline == GS_DEADLINE_IDLE) {
        gs_deadline_set(c, GS_DEADLINE_NONE); /* it counts anew from here */
    }
    gs_conn_advance(c);
}

static void stop_slow_request(struct gs_conn *c)
{
    c->working = true;
    refuse(c, 408, "the request took too long to arrive");
    c->working = false;
}

void gs_conn_overdue(struct gs_conn *c, enum gs_deadline_kind kind)
{
    uint64_t gone = c->queued_len - gs_output_len(c);
    if (kind == GS_DEADLINE_HEAD && gs_parser_head_done(&c->parser)) {
        gs_deadline_set(c, GS_DEADLINE_REQUEST);
    } else if (kind == GS_DEADLINE_HEAD || kind == GS_DEADLINE_REQUEST) {
        stop_slow_request(c);
    } else if (kind == GS_DEADLINE_LINGER || gone == c->stalled_at) {
        close_now(c);
    }
    gs_conn_advance(c);
}

void gs_conn_drain(struct gs_conn *c)
{
    if (c->state == GS_CONN_OPEN) {
        move(c, GS_CONN_LAST);
    }
    gs_conn_advance(c);
}

void gs_conn_destroy(struct gs_conn *c)
{
    if (c->state != GS_CONN_DEAD) {
        close_now(c);
    }
    while (!TAILQ_EMPTY(&c->jobs)) {
        gs_job_destroy(TAILQ_FIRST(&c->jobs));
    }
    gs_conn_advance(c);
}

/* Root and the daemon's own user, known by the kernel's word, need no token. */
static void ask_peer(struct gs_conn *c)
{
    struct ucred peer;
    socklen_t len = sizeof(peer);
    if (getsockopt(c->fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0) {
        return;
    }
    c->peer_trusted = peer.uid == 0 || peer.uid == c->http->daemon_uid;
    c->peer_uid = peer.uid;
    c->class = c->peer_trusted ? GS_CLIENT_STAFF : GS_CLIENT_ANONYMOUS;
}

static void ask_address(struct gs_conn *c)
{
    struct sockaddr_storage from;
    socklen_t len = sizeof(from);
    if (getpeername(c->fd, (struct sockaddr *)&from, &len) != 0) {
        return;
    }
    if (from.ss_family == AF_INET6) {
        memcpy(c->peer.address, &((struct sockaddr_in6 *)&from)->sin6_addr, sizeof(c->peer.address));
    } else if (from.ss_family == AF_INET) {
        memset(c->peer.address + 10, 0xff, 2);
        memcpy(c->peer.address + 12, &((struct sockaddr_in *)&from)->sin_addr, 4);
    }
    c->peer.known = from.ss_family == AF_INET6 || from.ss_family == AF_INET;
}

int gs_conn_create(struct gs_http *http, int fd, bool is_unix)
{
    struct gs_conn *c = calloc(1, sizeof(*c));
    if (c == NULL) {
        goto close_fd;
    }
    c->readable = event_new(http->base, fd, EV_READ | EV_PERSIST, on_readable, c);
    if (c->readable == NULL) {
        goto free_conn;
    }
    c->http = http;
    c->fd = fd;
    c->peer_uid = (uid_t)-1;
    TAILQ_INIT(&c->jobs);
    gs_parser_reset(&c->parser);
    if (is_unix) {
        ask_peer(c);
    } else {
        const int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        ask_address(c);
    }
    LIST_INSERT_HEAD(&http->conns, c, all);
    http->conn_count++;
    gs_conn_advance(c);
    return GS_OK;

free_conn:
    free(c);
close_fd:
    close(fd);
    return GS_E_NOMEM;
}
