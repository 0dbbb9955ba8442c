/* Who comes in, and who has to go where there is no room. What a TCP client is shows only with its first request: so a newcomer is let in
 * while anybody is there who has not shown who he is, and of these the one goes who has been silent longest; otherwise a program
 * that has nothing under way. Where all hold too much memory, those who hold most go, unknown ones first, staff last. */
#include "gateslot/base/log.h"
#include "http.h"
#include "wire_tls.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

bool gs_room_make(struct gs_http *http, bool is_unix)
{
    struct gs_conn *c = gs_clients_silent(http, false);
    if (c == NULL && is_unix) {
        c = gs_clients_silent(http, true);
    }
    if (c == NULL) {
        c = gs_clients_idle(http, is_unix ? GS_CLIENT_STAFF : GS_CLIENT_PROGRAM);
    }
    if (c == NULL) {
        return false;
    }
    gs_conn_drop(c, GS_DROPPED_PLACES);
    return true;
}

bool gs_room_for(struct gs_http *http, bool is_unix)
{
    return gs_clients_free(http, is_unix) || (gs_room_make(http, is_unix) && gs_clients_free(http, is_unix));
}

/* Not all at once: to close one costs as much as to answer several, and staff are served between two turns. */
void gs_room_collect(struct gs_http *http)
{
    http->debts.over = false;
    for (int dropped = 0; gs_debts_too_high(http); dropped++) {
        if (dropped == GS_TURN_DROPS) {
            gs_debts_watch(http);
            return;
        }
        struct gs_conn *c = gs_debts_largest(http);
        for (int is_unix = 0; c == NULL && is_unix < 2; is_unix++) {
            c = gs_clients_silent(http, is_unix != 0);
        }
        if (c == NULL) {
            break;
        }
        gs_conn_drop(c, GS_DROPPED_MEMORY);
    }
}

int gs_conn_create(struct gs_http *http, int fd, enum gs_listener_kind kind)
{
    struct gs_conn *c = calloc(1, sizeof(*c));
    if (c == NULL) {
        goto close_fd;
    }
    c->http = http;
    c->fd = fd;
    c->is_unix = kind == GS_LISTENER_UNIX;
    gs_peer_ask(c);
    c->readable = event_new(http->base, fd, EV_READ | EV_PERSIST, gs_conn_readable, c);
    if (c->readable == NULL) {
        goto free_conn;
    }
    if (kind == GS_LISTENER_TLS && gs_tls_begin(c) != GS_OK) {
        goto free_event;
    }
    if (gs_preface_expect(c) != GS_OK || !gs_clients_take(c)) {
        goto end_tls;
    }
    TAILQ_INIT(&c->jobs);
    STAILQ_INIT(&c->output);
    gs_parser_init(&c->parser, &http->api.large);
    if (!c->is_unix) {
        const int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    }
    LIST_INSERT_HEAD(&http->conns, c, all);
    http->conn_count++;
    gs_debts_begin(c);
    struct gs_conn *surplus = gs_clients_surplus(c);
    if (surplus != NULL) {
        gs_conn_drop(surplus, GS_DROPPED_ADDRESS);
    }
    if (surplus != c) {
        gs_conn_advance(c);
    }
    return GS_OK;

end_tls:
    gs_preface_end(c);
    if (c->tls != NULL) {
        gs_tls_close(c);
    }
free_event:
    event_free(c->readable);
free_conn:
    free(c);
close_fd:
    close(fd);
    return GS_E_NOMEM;
}
