/* A connection: takes requests from its input one after the other, within bounds of work, memory and time, and says goodbye so
 * that the client can still read the last answer. gs_conn_advance is where every event ends: it sends what may leave and then puts the
 * connection in order (reading or not, which deadline, which lists, freed). It knows nothing of what a request means. */
#define _GNU_SOURCE /* struct ucred */
#include "http.h"
#include <assert.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
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
    if (c->reading == wanted || (wanted && c->eof))
        return;
    c->reading = wanted;
    if (wanted)
        bufferevent_enable(c->bev, EV_READ);
    else
        bufferevent_disable(c->bev, EV_READ);
}

static void discard_input(struct gs_conn *c)
{
    struct evbuffer *input = bufferevent_get_input(c->bev);
    evbuffer_drain(input, evbuffer_get_length(input));
}

/* The descriptor goes; c itself stays for the handlers that still have a request of it. */
static void close_now(struct gs_conn *c)
{
    struct gs_http *http = c->http;
    move(c, GS_CONN_DEAD);
    gs_deadline_set(c, GS_DEADLINE_NONE);
    if (c->in_held)
        LIST_REMOVE(c, held);
    if (c->in_waiting)
        LIST_REMOVE(c, waiting);
    if (c->in_output)
        http->output_count--;
    c->in_held = c->in_waiting = c->in_output = false;
    bufferevent_free(c->bev);
    c->bev = NULL;
    c->fd = -1;
    struct gs_job *job = TAILQ_FIRST(&c->jobs);
    while (job != NULL) {
        struct gs_job *next = TAILQ_NEXT(job, link);
        if (job->replied)
            gs_job_destroy(job);
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

/* More contiguous bytes only as the parser asks for them, twice as many each time: moving them costs O(n) in total. */
static enum gs_parse parse(struct gs_conn *c, const char **out_bytes)
{
    struct evbuffer *input = bufferevent_get_input(c->bev);
    size_t total = evbuffer_get_length(input);
    size_t have = evbuffer_get_contiguous_space(input);
    for (;;) {
        if (total < c->parser.need)
            return GS_PARSE_MORE;
        if (have < c->parser.need)
            have = c->parser.need;
        const char *bytes = (const char *)evbuffer_pullup(input, (ev_ssize_t)have);
        if (bytes == NULL)
            return GS_PARSE_MORE; /* no memory: the deadline ends it */
        enum gs_parse parsed = gs_parser_run(&c->parser, bytes, have);
        *out_bytes = bytes;
        if (parsed != GS_PARSE_MORE || have == total)
            return parsed;
        have = have < total / 2 ? have * 2 : total;
    }
}

static void refuse(struct gs_conn *c, const char *bytes, int status, const char *what)
{
    struct gs_job *job = gs_job_create(c, bytes);
    if (job == NULL) {
        close_now(c);
        return;
    }
    job->close = true;
    move(c, GS_CONN_LAST);
    discard_input(c);
    gs_deadline_set(c, GS_DEADLINE_NONE);
    gs_route_refuse(&job->x, status, what);
}

static void accept_request(struct gs_conn *c, const char *bytes)
{
    struct gs_job *job = gs_job_create(c, bytes);
    if (job == NULL) {
        close_now(c);
        return;
    }
    evbuffer_drain(bufferevent_get_input(c->bev), c->parser.pos);
    if (c->parser.close)
        move(c, GS_CONN_LAST);
    gs_parser_reset(&c->parser);
    c->continued = false;
    gs_deadline_set(c, GS_DEADLINE_NONE);
    gs_route(&job->x);
}

/* Takes the requests that are there, up to a bound: the other connections wait meanwhile. */
static void take_requests(struct gs_conn *c)
{
    c->working = true;
    for (int32_t n = 0; n < c->http->tuning.turn_requests && c->state == GS_CONN_OPEN && c->more && has_room(c); n++) {
        const char *bytes = "";
        enum gs_parse parsed = parse(c, &bytes);
        if (parsed == GS_PARSE_MORE)
            c->more = false;
        else if (parsed == GS_PARSE_REQUEST)
            accept_request(c, bytes);
        else
            refuse(c, bytes, c->parser.status, c->parser.what);
    }
    c->working = false;
    gs_conn_advance(c);
}

static void wait_for_turn(struct gs_conn *c)
{
    if (c->in_waiting)
        return;
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
    if (!gs_parser_head_done(&c->parser) || !c->parser.expects_continue || c->continued || c->job_count > 0)
        return;
    c->continued = true;
    if (!gs_output_send(c, go_on, sizeof(go_on) - 1))
        close_now(c);
}

static void settle_open(struct gs_conn *c)
{
    bool room = has_room(c);
    if (c->said_last || (c->eof && !c->more)) {
        move(c, GS_CONN_LAST);
        return;
    }
    if (c->more && room)
        wait_for_turn(c);
    want_reading(c, room);
    answer_expectation(c);
}

/* The client may still be sending: to close now would reset the connection and could take the last reply with it. */
static void settle_last(struct gs_conn *c)
{
    want_reading(c, false);
    if ((c->job_count > 0 && !c->said_last) || gs_output_len(c) > 0)
        return;
    if (c->eof || shutdown(c->fd, SHUT_WR) != 0) {
        close_now(c);
        return;
    }
    move(c, GS_CONN_LINGER);
    discard_input(c);
    gs_deadline_set(c, GS_DEADLINE_LINGER);
    want_reading(c, true);
}

static void settle_deadline(struct gs_conn *c)
{
    size_t input_len = evbuffer_get_length(bufferevent_get_input(c->bev));
    bool awaits_rest = c->state == GS_CONN_OPEN && c->reading && !c->more && gs_parser_begun(&c->parser, input_len);
    enum gs_deadline_kind kind = GS_DEADLINE_IDLE;
    if (awaits_rest)
        kind = c->deadline == GS_DEADLINE_REQUEST ? GS_DEADLINE_REQUEST : GS_DEADLINE_HEAD;
    else if (gs_output_len(c) == 0 && c->job_count > 0)
        kind = GS_DEADLINE_NONE;
    if (kind == c->deadline)
        return;
    c->stalled_at = c->queued_len - gs_output_len(c);
    gs_deadline_set(c, kind);
}

static void settle_held(struct gs_conn *c)
{
    bool holds = c->replied_count > 0;
    if (holds && !c->in_held)
        LIST_INSERT_HEAD(&c->http->held, c, held);
    else if (!holds && c->in_held)
        LIST_REMOVE(c, held);
    c->in_held = holds;
}

void gs_conn_advance(struct gs_conn *c)
{
    if (c->working)
        return;
    if (c->state != GS_CONN_DEAD &&
        (!gs_output_flush(c) || c->held_len + gs_output_len(c) > c->http->tuning.output_hard_max))
        close_now(c);
    if (c->state == GS_CONN_OPEN)
        settle_open(c);
    if (c->state == GS_CONN_LAST)
        settle_last(c);
    if (c->state == GS_CONN_OPEN || c->state == GS_CONN_LAST)
        settle_deadline(c);
    if (c->state != GS_CONN_DEAD)
        settle_held(c);
    if (c->state == GS_CONN_DEAD && c->job_count == 0)
        release(c);
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

static void on_read(struct bufferevent *bev, void *arg)
{
    struct gs_conn *c = arg;
    if (c->state == GS_CONN_LINGER) {
        c->linger_len += evbuffer_get_length(bufferevent_get_input(bev));
        discard_input(c);
        if (c->linger_len > c->http->tuning.linger_max)
            close_now(c);
        gs_conn_advance(c);
        return;
    }
    c->more = true;
    if (!c->in_waiting)
        take_requests(c);
}

static void on_written(struct bufferevent *bev, void *arg)
{
    struct gs_conn *c = arg;
    if (evbuffer_get_length(bufferevent_get_output(bev)) > 0)
        return;
    if (c->in_output)
        c->http->output_count--;
    c->in_output = false;
    if (c->deadline == GS_DEADLINE_IDLE)
        gs_deadline_set(c, GS_DEADLINE_NONE); /* it counts anew from here */
    gs_conn_advance(c);
}

static void on_event(struct bufferevent *bev, short what, void *arg)
{
    (void)bev;
    struct gs_conn *c = arg;
    c->eof = true;
    c->reading = false; /* the bufferevent has stopped by itself */
    if ((what & BEV_EVENT_ERROR) != 0 || c->state == GS_CONN_LINGER)
        close_now(c);
    gs_conn_advance(c);
}

static void stop_slow_request(struct gs_conn *c)
{
    struct evbuffer *input = bufferevent_get_input(c->bev);
    const char *bytes = (const char *)evbuffer_pullup(input, -1);
    c->working = true;
    if (bytes == NULL)
        close_now(c);
    else
        refuse(c, bytes, 408, "the request took too long to arrive");
    c->working = false;
}

void gs_conn_overdue(struct gs_conn *c, enum gs_deadline_kind kind)
{
    uint64_t gone = c->queued_len - gs_output_len(c);
    if (kind == GS_DEADLINE_HEAD && gs_parser_head_done(&c->parser))
        gs_deadline_set(c, GS_DEADLINE_REQUEST);
    else if (kind == GS_DEADLINE_HEAD || kind == GS_DEADLINE_REQUEST)
        stop_slow_request(c);
    else if (kind == GS_DEADLINE_LINGER || gone == c->stalled_at)
        close_now(c);
    gs_conn_advance(c);
}

void gs_conn_drain(struct gs_conn *c)
{
    if (c->state == GS_CONN_OPEN)
        move(c, GS_CONN_LAST);
    gs_conn_advance(c);
}

void gs_conn_destroy(struct gs_conn *c)
{
    if (c->state != GS_CONN_DEAD)
        close_now(c);
    while (!TAILQ_EMPTY(&c->jobs))
        gs_job_destroy(TAILQ_FIRST(&c->jobs));
    gs_conn_advance(c);
}

/* Root and the daemon's own user, known by the kernel's word, need no token. */
static void ask_peer(struct gs_conn *c)
{
    struct ucred peer;
    socklen_t len = sizeof(peer);
    if (getsockopt(c->fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0)
        return;
    c->peer_trusted = peer.uid == 0 || peer.uid == c->http->daemon_uid;
    c->peer_uid = c->peer_trusted ? peer.uid : (uid_t)-1;
}

int gs_conn_create(struct gs_http *http, int fd, bool is_unix)
{
    struct gs_conn *c = calloc(1, sizeof(*c));
    if (c == NULL)
        goto close_fd;
    c->bev = bufferevent_socket_new(http->base, fd, BEV_OPT_CLOSE_ON_FREE);
    if (c->bev == NULL)
        goto free_conn;
    c->http = http;
    c->fd = fd;
    TAILQ_INIT(&c->jobs);
    gs_parser_reset(&c->parser);
    if (is_unix) {
        ask_peer(c);
    } else {
        const int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    }
    /* Never so low that the largest request could not become whole. */
    bufferevent_setwatermark(c->bev, EV_READ, 0, GS_WIRE_MAX + 4096);
    bufferevent_setcb(c->bev, on_read, on_written, on_event, c);
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
