/* The server as the app holds it: makes listeners, connections and timers, keeps the API's functions, and lets replies leave as the
 * app reports what is on disk. It starts no loop; what a reply says is the API's. */
#include "http.h"
#include "wire_tls.h"
#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int64_t monotonic_ms(void *self)
{
    (void)self;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void tune(struct gs_http_tuning *t)
{
    t->deadline_ms[GS_DEADLINE_HEAD] = GS_HEAD_DEADLINE_MS;
    t->deadline_ms[GS_DEADLINE_REQUEST] = GS_REQUEST_DEADLINE_MS - GS_HEAD_DEADLINE_MS;
    t->deadline_ms[GS_DEADLINE_IDLE] = GS_IDLE_DEADLINE_MS;
    t->deadline_ms[GS_DEADLINE_OUTPUT] = GS_OUTPUT_DEADLINE_MS;
    t->deadline_ms[GS_DEADLINE_LINGER] = GS_LINGER_MS;
    t->max_connections = GS_MAX_CONNECTIONS;
    t->max_pipelined = GS_MAX_PIPELINED;
    t->turn_work = GS_TURN_WORK;
    t->turn_requests = GS_TURN_REQUESTS;
    t->work_max = GS_WORK_MAX;
    t->output_soft_max = GS_OUTPUT_SOFT_MAX;
    t->output_hard_max = GS_OUTPUT_HARD_MAX;
    t->output_least = GS_OUTPUT_LEAST;
    t->accept_pause_ms = GS_ACCEPT_PAUSE_MS;
    t->linger_max = GS_LINGER_MAX;
    t->mono_ms = monotonic_ms;
}

static void on_turn(evutil_socket_t fd, short what, void *arg)
{
    (void)fd, (void)what;
    struct gs_http *http = arg;
    http->turn_begins = false;
    http->worked = 0;
    http->turns++;
    gs_room_collect(http);
    struct gs_conn *c;
    while ((c = TAILQ_FIRST(&http->waiting)) != NULL && c->waits_since < http->turns &&
           http->worked < http->tuning.turn_work) {
        gs_conn_take_turn(c);
    }
    if (c != NULL) {
        gs_turn_begin(http);
    }
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
    (void)fd, (void)what;
    gs_deadline_expire(arg, gs_conn_overdue);
}

int gs_http_create(struct event_base *base, const struct gs_http_api *api, uid_t daemon_uid, struct gs_http **out)
{
    struct gs_http *http = calloc(1, sizeof(*http));
    if (http == NULL) {
        return GS_E_NOMEM;
    }
    http->base = base;
    http->api = *api;
    http->daemon_uid = daemon_uid;
    http->room_for = gs_room_for;
    http->room_make = gs_room_make;
    http->on_writable = gs_conn_writable;
    http->on_wire = gs_conn_wire;
    LIST_INIT(&http->conns);
    LIST_INIT(&http->held);
    TAILQ_INIT(&http->waiting);
    LIST_INIT(&http->listeners);
    tune(&http->tuning);
    http->limits = (struct gs_http_limits){.client_memory = (size_t)GS_CLIENT_MEMORY_MB << 20,
                                           .connections_per_address = GS_CONNECTIONS_PER_ADDRESS,
                                           .reserved_connections = GS_RESERVED_CONNECTIONS};
    gs_clients_init(http);
    gs_debts_init(http);
    gs_deadline_init(http);
    http->room = malloc(GS_READ_MAX);
    if (http->room == NULL) {
        goto free_http;
    }
    http->turn = evtimer_new(base, on_turn, http);
    if (http->turn == NULL) {
        goto free_room;
    }
    http->tick = evtimer_new(base, on_tick, http);
    if (http->tick == NULL) {
        goto free_turn;
    }
    http->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    *out = http;
    return GS_OK;

free_turn:
    event_free(http->turn);
free_room:
    free(http->room);
free_http:
    free(http);
    return GS_E_NOMEM;
}

void gs_http_destroy(struct gs_http *http)
{
    if (http == NULL) {
        return;
    }
    while (!LIST_EMPTY(&http->listeners)) {
        gs_listener_destroy(LIST_FIRST(&http->listeners));
    }
    while (!LIST_EMPTY(&http->conns)) {
        gs_conn_destroy(LIST_FIRST(&http->conns));
    }
    if (http->spare_fd >= 0) {
        close(http->spare_fd);
    }
    gs_tls_finish(http);
    event_free(http->tick);
    event_free(http->turn);
    free(http->room);
    free(http);
}

int gs_http_listen(struct gs_http *http, int fd, enum gs_listener_kind kind)
{
    assert(kind != GS_LISTENER_TLS || http->tls != NULL);
    return gs_listener_create(http, fd, kind, gs_conn_create);
}

/* Everyone with a held reply looks whether it may leave. */
static void advance_held(struct gs_http *http)
{
    struct gs_conn_list now = http->held;
    LIST_INIT(&http->held);
    if (now.lh_first != NULL) {
        now.lh_first->held.le_prev = &now.lh_first;
    }
    while (!LIST_EMPTY(&now)) {
        struct gs_conn *c = LIST_FIRST(&now);
        LIST_REMOVE(c, held);
        c->in_held = false;
        gs_conn_advance(c);
    }
}

void gs_http_durable(struct gs_http *http, uint64_t durable, int64_t seq)
{
    http->durable = durable;
    http->seq = seq;
    advance_held(http);
    http->api.wake(http->api.self, seq);
}

static void replace_reply(struct gs_job *job)
{
    struct gs_reply reply = {0};
    struct gs_buf body;
    gs_buf_init(&body, GS_OUTPUT_SOFT_MAX);
    struct gs_http_api *api = &job->conn->http->api;
    api->replace(api->self, &job->x, &reply, &body);
    job->close = job->close || reply.close;
    job->stamp = 0;
    if (gs_reply_write(job, &reply) != GS_OK) {
        /* What was promised must not leave: rather no answer. */
        free(gs_job_take_reply(job));
        job->close = true;
    }
    gs_buf_finish(&body);
}

void gs_http_failed(struct gs_http *http, uint64_t first_failed)
{
    struct gs_conn *c;
    LIST_FOREACH(c, &http->held, held)
    {
        struct gs_job *job;
        TAILQ_FOREACH(job, &c->jobs, link)
        {
            if (job->replied && job->stamp >= first_failed) {
                replace_reply(job);
            }
        }
    }
    advance_held(http);
}

void gs_http_drain(struct gs_http *http)
{
    if (http->draining) {
        return;
    }
    http->draining = true;
    while (!LIST_EMPTY(&http->listeners)) {
        gs_listener_destroy(LIST_FIRST(&http->listeners));
    }
    struct gs_conn *c = LIST_FIRST(&http->conns);
    while (c != NULL) {
        struct gs_conn *next = LIST_NEXT(c, all);
        gs_conn_drain(c);
        c = next;
    }
    http->api.wake(http->api.self, http->seq);
}

bool gs_http_idle(const struct gs_http *http)
{
    return http->job_count == 0 && http->output_count == 0;
}

bool gs_http_draining(const struct gs_http *http)
{
    return http->draining;
}

int32_t gs_http_connections(const struct gs_http *http)
{
    return http->conn_count;
}

const char *gs_drop_reason_name(enum gs_drop_reason why)
{
    static const char *const names[GS_DROP_REASONS] = {
        [GS_DROPPED_MEMORY] = "memory", [GS_DROPPED_PLACES] = "places",   [GS_DROPPED_ADDRESS] = "address",
        [GS_DROPPED_UNREAD] = "unread", [GS_DROPPED_READING] = "reading", [GS_DROPPED_SENDING] = "sending"};
    return names[why];
}

void gs_http_state(const struct gs_http *http, struct gs_http_state *out)
{
    *out = (struct gs_http_state){.over_unix = http->clients.over_unix,
                                  .client_memory = http->debts.held + http->debts.aside,
                                  .client_memory_max = http->limits.client_memory};
    memcpy(out->connections, http->clients.taken, sizeof(out->connections));
    memcpy(out->dropped, http->dropped, sizeof(out->dropped));
}

void gs_http_trust(struct gs_http *http, const struct gs_http_proxies *proxies)
{
    http->proxies = *proxies;
}

void gs_http_set_aside(struct gs_http *http, size_t bytes)
{
    http->debts.aside = bytes;
    gs_debts_watch(http);
}

void gs_http_set_limits(struct gs_http *http, const struct gs_http_limits *limits)
{
    http->limits = *limits;
    gs_debts_watch(http);
}
