/* The states of a connection, and its end in two steps: its descriptor is closed, and once no request of it is under way it is gone. */
#include "http.h"
#include <assert.h>
#include <stdlib.h>

void gs_conn_move(struct gs_conn *c, enum gs_conn_state next)
{
    static const bool allowed[GS_CONN_STATES][GS_CONN_STATES] = {
        [GS_CONN_OPEN] = {[GS_CONN_LAST] = true, [GS_CONN_DEAD] = true},
        [GS_CONN_LAST] = {[GS_CONN_LINGER] = true, [GS_CONN_DEAD] = true},
        [GS_CONN_LINGER] = {[GS_CONN_DEAD] = true},
    };
    assert(allowed[c->state][next]);
    c->state = next;
}

void gs_conn_want_reading(struct gs_conn *c, bool wanted)
{
    if (wanted) {
        gs_wire_wake(c);
    }
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

void gs_conn_close(struct gs_conn *c)
{
    gs_conn_move(c, GS_CONN_DEAD);
    gs_deadline_set(c, GS_DEADLINE_NONE);
    gs_clients_quit(c);
    if (c->in_held) {
        LIST_REMOVE(c, held);
    }
    if (c->in_waiting) {
        TAILQ_REMOVE(&c->http->waiting, c, waiting);
    }
    c->in_held = c->in_waiting = false;
    gs_input_discard(c);
    gs_output_discard(c);
    event_free(c->readable);
    c->readable = NULL;
    gs_wire_close(c);
    gs_jobs_drop_done(c);
}

void gs_conn_release(struct gs_conn *c)
{
    struct gs_http *http = c->http;
    LIST_REMOVE(c, all);
    gs_clients_leave(c);
    gs_debts_end(c);
    free(c);
    http->conn_count--;
    gs_listener_resume_all(http);
}
