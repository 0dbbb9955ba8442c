/* Places for connections: how many there may be in all, over TCP and from one address, who has them, and who has been silent longest. Some
 * are kept for the Unix socket, and as many of the others are closed to programs, so that staff find one. It closes nothing: who goes
 * where a place is wanted is decided in room.c. */
#include "gateslot/base/hash.h"
#include "gateslot/base/ip.h"
#include "http.h"
#include <stdlib.h>
#include <string.h>

#define LOOKS_MAX 64 /* connections looked at to find one that may go */

/* What comes from one address. An IPv6 network of 64 bits counts as one: whoever has one of its addresses has them all. A trusted proxy has
 * as many connections as it likes: they are its clients'. */
struct gs_origin {
    unsigned char address[16];
    int32_t count;
    struct gs_conn_queue strangers; /* the one silent longest first */
    LIST_ENTRY(gs_origin) link;
};

static struct gs_origin *origin_of(struct gs_http *http, const struct gs_peer *peer)
{
    unsigned char key[16] = {0};
    memcpy(key, peer->address, gs_ip_is_v4(peer->address) ? 16 : 8);
    struct gs_origin_list *list = &http->clients.origins[gs_fnv(GS_FNV_START, key, sizeof(key)) % GS_ORIGIN_LISTS];
    struct gs_origin *o;
    LIST_FOREACH(o, list, link)
    {
        if (memcmp(o->address, key, sizeof(key)) == 0) {
            return o;
        }
    }
    o = calloc(1, sizeof(*o));
    if (o != NULL) {
        memcpy(o->address, key, sizeof(key));
        TAILQ_INIT(&o->strangers);
        LIST_INSERT_HEAD(list, o, link);
    }
    return o;
}

void gs_clients_init(struct gs_http *http)
{
    for (size_t i = 0; i < GS_ORIGIN_LISTS; i++) {
        LIST_INIT(&http->clients.origins[i]);
    }
    TAILQ_INIT(&http->clients.strangers[false]);
    TAILQ_INIT(&http->clients.strangers[true]);
}

static void become_stranger(struct gs_conn *c)
{
    TAILQ_INSERT_TAIL(&c->http->clients.strangers[c->is_unix], c, by_silence);
    if (c->origin != NULL) {
        TAILQ_INSERT_TAIL(&c->origin->strangers, c, of_origin);
    }
    c->is_stranger = true;
}

static void stop_being_stranger(struct gs_conn *c)
{
    if (!c->is_stranger) {
        return;
    }
    TAILQ_REMOVE(&c->http->clients.strangers[c->is_unix], c, by_silence);
    if (c->origin != NULL) {
        TAILQ_REMOVE(&c->origin->strangers, c, of_origin);
    }
    c->is_stranger = false;
}

void gs_clients_spoke(struct gs_conn *c)
{
    if (c->is_stranger) {
        stop_being_stranger(c);
        become_stranger(c);
    }
}

static bool take_origin(struct gs_conn *c)
{
    if (!c->peer.known || gs_http_trusts(c->http, &c->peer)) {
        return true;
    }
    c->origin = origin_of(c->http, &c->peer);
    if (c->origin == NULL) {
        return false;
    }
    c->origin->count++;
    return true;
}

bool gs_clients_take(struct gs_conn *c)
{
    struct gs_http *http = c->http;
    if (!take_origin(c)) {
        return false;
    }
    http->clients.taken[c->class]++;
    http->clients.over_unix += c->is_unix ? 1 : 0;
    if (c->class == GS_CLIENT_ANONYMOUS) {
        become_stranger(c);
    }
    return true;
}

bool gs_clients_move(struct gs_conn *c)
{
    const bool was_stranger = c->is_stranger;
    stop_being_stranger(c);
    const bool placed = take_origin(c);
    if (was_stranger) {
        become_stranger(c);
    }
    return placed;
}

void gs_clients_quit(struct gs_conn *c)
{
    stop_being_stranger(c);
}

void gs_clients_leave(struct gs_conn *c)
{
    c->http->clients.taken[c->class]--;
    c->http->clients.over_unix -= c->is_unix ? 1 : 0;
    struct gs_origin *o = c->origin;
    if (o != NULL && --o->count == 0) {
        LIST_REMOVE(o, link);
        free(o);
    }
}

struct gs_conn *gs_clients_silent(const struct gs_http *http, bool is_unix)
{
    int looks = 0;
    struct gs_conn *c;
    TAILQ_FOREACH(c, &http->clients.strangers[is_unix], by_silence)
    {
        if (looks++ == LOOKS_MAX) {
            break;
        }
        if (c->job_count == 0) {
            return c;
        }
    }
    return NULL;
}

struct gs_conn *gs_clients_surplus(const struct gs_conn *c)
{
    const struct gs_origin *o = c->origin;
    if (o == NULL || o->count <= c->http->limits.connections_per_address) {
        return NULL;
    }
    struct gs_conn *silent = TAILQ_FIRST(&o->strangers);
    return silent->job_count == 0 ? silent : (struct gs_conn *)(uintptr_t)c;
}

struct gs_conn *gs_clients_idle(const struct gs_http *http, enum gs_client_class highest)
{
    int looks = 0;
    struct gs_conn *c;
    TAILQ_FOREACH(c, &http->due[GS_DEADLINE_IDLE], by_deadline)
    {
        if (looks++ == LOOKS_MAX) {
            break;
        }
        if (!c->peer_trusted && c->class <= highest && c->job_count == 0) {
            return c;
        }
    }
    return NULL;
}

static int32_t reserved(const struct gs_http *http)
{
    const int32_t most = http->tuning.max_connections / 4;
    return http->limits.reserved_connections < most ? http->limits.reserved_connections : most;
}

bool gs_clients_free(const struct gs_http *http, bool is_unix)
{
    const int32_t all = http->tuning.max_connections, over_tcp = http->conn_count - http->clients.over_unix;
    return http->conn_count < all && (is_unix || over_tcp < all - reserved(http));
}

void gs_clients_known(struct gs_conn *c, enum gs_client_class class)
{
    const struct gs_http *http = c->http;
    struct gs_clients *clients = &c->http->clients;
    if (class <= c->class || c->state == GS_CONN_DEAD) {
        return;
    }
    stop_being_stranger(c);
    clients->taken[c->class]--;
    clients->taken[class]++;
    c->class = class;
    const int32_t share = http->tuning.max_connections - 2 * reserved(http);
    c->is_guest = class == GS_CLIENT_PROGRAM && clients->taken[class] > share;
}
