/* A connection: takes requests from its input one after the other, within bounds of work, memory and time, and says goodbye so
 * that the client can still read the last answer. gs_conn_advance is where every event ends: it sends what may leave and then puts the
 * connection in order (reading or not, which deadline, which lists, freed). It knows nothing of what a request means. */
#include "http.h"
#include <assert.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Who has not shown who he is has one request under way, whose answer he takes before the next. */
static bool has_room(const struct gs_conn *c)
{
    const struct gs_http_tuning *t = &c->http->tuning;
    if (c->class == GS_CLIENT_ANONYMOUS) {
        return c->job_count == 0 && c->output_len == 0;
    }
    return c->job_count < t->max_pipelined && c->work_len < t->work_max &&
           c->held_len + c->output_len < t->output_soft_max;
}

static enum gs_parse parse(struct gs_conn *c)
{
    return c->in.len < c->parser.need ? GS_PARSE_MORE : gs_parser_run(&c->parser, c->in.bytes, c->in.len);
}

static void refuse(struct gs_conn *c, int status, const char *what)
{
    struct gs_job *job = gs_job_create(c, c->in.len > 0 ? c->in.bytes : "");
    if (job == NULL) {
        gs_conn_close(c);
        return;
    }
    job->close = true;
    gs_conn_move(c, GS_CONN_LAST);
    gs_input_discard(c);
    gs_deadline_set(c, GS_DEADLINE_NONE);
    gs_clients_spoke(c);
    c->http->api.refuse(c->http->api.self, &job->x, status, what);
}

static void accept_request(struct gs_conn *c)
{
    struct gs_job *job = gs_job_create(c, c->in.bytes);
    if (job == NULL) {
        gs_conn_close(c);
        return;
    }
    gs_input_drain(c, c->parser.pos);
    if (c->parser.close) {
        gs_conn_move(c, GS_CONN_LAST);
    }
    gs_parser_reset(&c->parser);
    c->continued = c->asked = false;
    c->http->worked++;
    gs_clients_spoke(c);
    gs_deadline_set(c, GS_DEADLINE_NONE);
    c->http->api.dispatch(c->http->api.self, &job->x);
}

/* A request that is not whole, from one who has not shown who he is: its head may say it. If it does not, no more of it is kept than
 * a small request needs. */
static void judge_stranger(struct gs_conn *c)
{
    struct gs_http *http = c->http;
    if (!gs_parser_head_done(&c->parser)) {
        return;
    }
    if (!c->asked && http->api.who != NULL) {
        c->asked = true;
        struct gs_job *job = gs_job_create(c, c->in.bytes);
        if (job == NULL) {
            gs_conn_close(c);
            return;
        }
        gs_clients_known(c, http->api.who(http->api.self, &job->x));
        gs_job_destroy(job);
    }
    if (c->class == GS_CLIENT_ANONYMOUS &&
        (c->in.len >= GS_STRANGER_INPUT_MAX || c->parser.need > GS_STRANGER_INPUT_MAX)) {
        refuse(c, 401, "a body as large is taken only from one who is known");
    }
}

static void wait_for_turn(struct gs_conn *c)
{
    if (c->in_waiting) {
        return;
    }
    c->in_waiting = true;
    c->waits_since = c->http->turns;
    TAILQ_INSERT_TAIL(&c->http->waiting, c, waiting);
    gs_turn_begin(c->http);
}

/* Where there is more to do than a turn may take, the rest waits, so that staff do not. */
static bool is_put_off(const struct gs_conn *c)
{
    return c->http->worked >= c->http->tuning.turn_work && c->class != GS_CLIENT_STAFF;
}

/* Takes the requests that are there, up to a bound: the other connections wait meanwhile. */
static void take_requests(struct gs_conn *c)
{
    const struct gs_http *http = c->http;
    c->working = true;
    /* Of those who have not shown who they are, one: there may be many of them, and staff who come anew among them. */
    const int32_t most = c->class == GS_CLIENT_ANONYMOUS ? 1 : http->tuning.turn_requests;
    for (int32_t n = 0; n < most && c->state == GS_CONN_OPEN && c->more && has_room(c); n++) {
        if ((http->debts.over && c->class != GS_CLIENT_STAFF) || is_put_off(c)) {
            break;
        }
        enum gs_parse parsed = parse(c);
        if (parsed == GS_PARSE_MORE) {
            c->more = false;
            if (c->class == GS_CLIENT_ANONYMOUS) {
                judge_stranger(c);
            }
        } else if (parsed == GS_PARSE_REQUEST) {
            accept_request(c);
        } else {
            refuse(c, c->parser.status, c->parser.what);
        }
    }
    c->working = false;
    if (!gs_input_keep(c)) {
        gs_conn_close(c);
    }
    gs_conn_advance(c);
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
        gs_conn_close(c);
    }
}

static void settle_open(struct gs_conn *c)
{
    bool room = has_room(c);
    if (c->said_last || (c->eof && !c->more)) {
        gs_conn_move(c, GS_CONN_LAST);
        return;
    }
    if (c->more && room) {
        wait_for_turn(c);
    }
    gs_conn_want_reading(c, room && c->in.len < gs_input_max(c));
    answer_expectation(c);
}

/* The client may still be sending: to close now would reset the connection and could take the last reply with it. While an answer is
 * under way it reads on, and throws away what comes, to see the client go. */
static void settle_last(struct gs_conn *c)
{
    gs_input_discard(c);
    c->more = false;
    if ((c->job_count > 0 && !c->said_last) || c->output_len > 0) {
        gs_conn_want_reading(c, c->linger_len < c->http->tuning.linger_max);
        return;
    }
    if (c->eof || !gs_wire_end(c)) {
        gs_conn_close(c);
        return;
    }
    gs_conn_move(c, GS_CONN_LINGER);
    gs_deadline_set(c, GS_DEADLINE_LINGER);
    gs_conn_want_reading(c, true);
}

static void settle_deadline(struct gs_conn *c)
{
    bool begun = gs_parser_begun(&c->parser, c->in.len) || gs_wire_begun(c);
    bool awaits_rest = c->state == GS_CONN_OPEN && c->reading && !c->more && begun;
    enum gs_deadline_kind kind = GS_DEADLINE_IDLE;
    if (awaits_rest) {
        kind = c->deadline == GS_DEADLINE_REQUEST ? GS_DEADLINE_REQUEST : GS_DEADLINE_HEAD;
    } else if (c->output_len > 0) {
        kind = GS_DEADLINE_OUTPUT;
    } else if (c->job_count > 0) {
        kind = GS_DEADLINE_NONE;
    }
    if (kind == c->deadline) {
        return;
    }
    c->stalled_at = c->queued_len - c->output_len;
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

/* Whoever waits on it for something to happen answers now. */
static void hurry(struct gs_conn *c)
{
    const struct gs_http_api *api = &c->http->api;
    const bool working = c->working;
    c->working = true;
    struct gs_job *job = TAILQ_FIRST(&c->jobs);
    while (job != NULL && api->hurry != NULL) {
        struct gs_job *next = TAILQ_NEXT(job, link);
        if (!gs_job_is_done(job)) {
            api->hurry(api->self, &job->x);
        }
        job = next;
    }
    c->working = working;
}

static void flush(struct gs_conn *c)
{
    if (!gs_output_flush(c)) {
        gs_conn_close(c);
    } else if (c->held_len + c->output_len > c->http->tuning.output_hard_max) {
        c->http->dropped[GS_DROPPED_UNREAD]++;
        gs_conn_close(c);
    }
}

/* Whoever writes its stream bit by bit may go on. */
static void serve_stream(struct gs_conn *c)
{
    if (!c->awaited || !c->streaming || c->output_len > 0) {
        return;
    }
    c->awaited = false;
    c->working = true;
    c->http->api.ready(c->http->api.self, &TAILQ_FIRST(&c->jobs)->x);
    c->working = false;
    flush(c);
}

void gs_conn_advance(struct gs_conn *c)
{
    if (c->working) {
        return;
    }
    if (c->state != GS_CONN_DEAD) {
        flush(c);
    }
    if (c->state != GS_CONN_DEAD) {
        serve_stream(c);
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
    } else if (!c->told_gone) {
        c->told_gone = true;
        hurry(c);
    }
    if (c->state == GS_CONN_DEAD && c->job_count == 0) {
        gs_conn_release(c);
    } else {
        gs_debts_settle(c);
    }
}

void gs_conn_drop(struct gs_conn *c, enum gs_drop_reason why)
{
    c->http->dropped[why]++;
    if (c->state != GS_CONN_DEAD) {
        gs_conn_close(c);
    }
    gs_conn_advance(c);
}

void gs_conn_replied(struct gs_conn *c, struct gs_job *job)
{
    if (c->state == GS_CONN_DEAD) {
        gs_job_destroy(job);
    } else {
        job->replied = true;
        c->replied_count++;
    }
    gs_conn_advance(c);
}

/* Of what comes after the last request nothing is taken. */
static void throw_away(struct gs_conn *c)
{
    c->linger_len += c->in.len;
    gs_input_discard(c);
    if (c->state == GS_CONN_LINGER && c->linger_len > c->http->tuning.linger_max) {
        gs_conn_close(c);
    }
    gs_conn_advance(c);
}

static void read_ended(struct gs_conn *c, bool broken)
{
    gs_conn_want_reading(c, false);
    c->eof = true;
    if (broken || c->state == GS_CONN_LINGER) {
        gs_conn_close(c);
    } else {
        /* Gone, or done with sending and still reading: the same to see. Ordinary answers go out; one that waits for something to
         * happen is given now, so that a client who has gone holds nothing. */
        c->hurried = true;
        hurry(c);
    }
    gs_conn_advance(c);
}

/* There will be no other answer. */
static void refuse_now(struct gs_conn *c, int status, const char *what)
{
    c->working = true;
    refuse(c, status, what);
    c->working = false;
}

static void receive(struct gs_conn *c)
{
    ssize_t got = gs_input_read(c);
    if (got == GS_WIRE_LATER) {
        if (gs_wire_begun(c)) {
            gs_conn_advance(c);
        } else {
            gs_debts_settle(c); /* room may have been made for what has not come */
        }
        return;
    }
    if (got == GS_WIRE_PLAIN) {
        gs_wire_go_plain(c);
        refuse_now(c, 400, "TLS is spoken here: the address begins with https://");
        gs_conn_advance(c);
        return;
    }
    if (got <= 0) {
        read_ended(c, got < 0);
        return;
    }
    if (c->state != GS_CONN_OPEN) {
        throw_away(c);
        return;
    }
    c->more = true;
    if (!c->in_waiting) {
        take_requests(c);
    } else if (!gs_input_keep(c)) {
        read_ended(c, true);
    } else {
        gs_conn_want_reading(c, c->in.len < gs_input_max(c));
        gs_debts_settle(c);
    }
}

void gs_conn_readable(evutil_socket_t fd, short what, void *conn)
{
    (void)fd, (void)what;
    struct gs_conn *c = conn;
    if (c->state == GS_CONN_OPEN && is_put_off(c)) {
        c->unread = true; /* it stays readable; its place in the row is what counts */
        wait_for_turn(c);
        return;
    }
    receive(c);
}

void gs_conn_take_turn(struct gs_conn *c)
{
    const bool unread = c->unread && c->reading;
    TAILQ_REMOVE(&c->http->waiting, c, waiting);
    c->in_waiting = c->unread = false;
    if (unread && !c->more) {
        receive(c);
    } else {
        take_requests(c);
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
    if (c->writable != NULL) {
        gs_debts_settle(c);
        return;
    }
    if (c->deadline == GS_DEADLINE_OUTPUT) {
        gs_deadline_set(c, GS_DEADLINE_NONE); /* it counts anew from here */
    }
    gs_conn_advance(c);
}

void gs_conn_overdue(struct gs_conn *c, enum gs_deadline_kind kind)
{
    const uint64_t taken = c->queued_len - c->output_len - c->stalled_at;
    if (gs_wire_opening(c)) {
        c->http->dropped[GS_DROPPED_SENDING]++;
        gs_conn_close(c);
    } else if (kind == GS_DEADLINE_HEAD && gs_parser_head_done(&c->parser)) {
        gs_deadline_set(c, GS_DEADLINE_REQUEST);
    } else if (kind == GS_DEADLINE_HEAD || kind == GS_DEADLINE_REQUEST) {
        c->http->dropped[GS_DROPPED_SENDING]++;
        refuse_now(c, 408, "the request took too long to arrive");
    } else if (kind != GS_DEADLINE_OUTPUT) {
        gs_conn_close(c);
    } else if (taken < c->http->tuning.output_least) {
        c->http->dropped[GS_DROPPED_READING]++;
        gs_conn_close(c);
    }
    gs_conn_advance(c);
}

void gs_conn_wrote(struct gs_conn *c)
{
    if (!c->working) {
        settle_deadline(c);
        gs_debts_settle(c);
    }
}

void gs_conn_last(struct gs_conn *c)
{
    if (c->state == GS_CONN_OPEN) {
        gs_conn_move(c, GS_CONN_LAST);
    }
}

void gs_conn_drain(struct gs_conn *c)
{
    gs_conn_last(c);
    gs_conn_advance(c);
}

void gs_conn_wire(struct gs_conn *c, enum gs_wire_event what)
{
    switch (what) {
    case GS_WIRE_MOVED:
        gs_debts_settle(c);
        break;
    case GS_WIRE_OPENED:
        gs_conn_advance(c);
        break;
    case GS_WIRE_REFUSED:
        gs_conn_drain(c);
        break;
    case GS_WIRE_DROPPED:
        read_ended(c, true);
        break;
    }
}

void gs_conn_destroy(struct gs_conn *c)
{
    if (c->state != GS_CONN_DEAD) {
        gs_conn_close(c);
    }
    while (!TAILQ_EMPTY(&c->jobs)) {
        gs_job_destroy(TAILQ_FIRST(&c->jobs));
    }
    gs_conn_advance(c);
}
