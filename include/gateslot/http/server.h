/* The HTTP server: sockets, connections, requests, held replies. It knows bytes and durability, no booking: what a request means is
 * for the API whose functions it is given when it is made. One thread, the loop's. */
#ifndef GATESLOT_HTTP_SERVER_H
#define GATESLOT_HTTP_SERVER_H

#include "gateslot/base/buf.h"
#include "gateslot/base/error.h"
#include "gateslot/base/ip.h"
#include "gateslot/base/limits.h"
#include "gateslot/http/exchange.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct event_base;
struct gs_tls_server;

/* The one path whose bodies may be larger than GS_BODY_MAX; body_max at most GS_BATCH_BODY_MAX. */
struct gs_large_path {
    const char *path; /* as it stands in a request, byte by byte */
    uint32_t body_max;
};

/* What the server asks of the API it serves. */
struct gs_http_api {
    void *self;                 /* given to each function; also x->api of every exchange */
    size_t exchange_size;       /* bytes that each exchange has for the API (x->own) */
    struct gs_large_path large; /* path NULL: none */
    /* A complete request: it is to be answered, now or later, by gs_exchange_reply. */
    void (*dispatch)(void *self, struct gs_exchange *x);
    /* A request that could not be read, or came too slowly: to be answered now with this status; the connection closes. what: static,
     * in English, what is wrong. Of the request only what had been understood is there. */
    void (*refuse)(void *self, struct gs_exchange *x, int status, const char *what);
    /* x was answered, but the batch which that answer depended on could not be stored: writes the answer that goes out in its place,
     * its body into body. */
    void (*replace)(void *self, struct gs_exchange *x, struct gs_reply *out, struct gs_buf *body);
    /* The events up to seq are on disk, or (with the same seq again) the server is finishing: who waits for events looks again. */
    void (*wake)(void *self, int64_t seq);
    /* The number of the batch that must be on disk before an answer given now may leave; 0: none. */
    uint64_t (*stamp)(void *self);
    /* Of whose request is there only the head yet? NULL: nobody is known before his request is whole. */
    enum gs_client_class (*who)(void *self, const struct gs_exchange *x);
    /* Whoever asked x has gone, or will not send more and only reads: if x waits for something to happen, it is to be answered now.
     * NULL: nothing waits. */
    void (*hurry)(void *self, struct gs_exchange *x);
    /* x, an answer that is written bit by bit, was asked whether it is ready, and is now. NULL: there are none. */
    void (*ready)(void *self, struct gs_exchange *x);
    /* The answer to x has been handed to the kernel; x ends now. NULL: nobody wants to know. */
    void (*left)(void *self, struct gs_exchange *x);
};

/* What clients together may take; may be changed while they are there. */
struct gs_http_limits {
    size_t client_memory;            /* bytes held for all of them */
    int32_t connections_per_address; /* over TCP */
    int32_t reserved_connections;    /* places for the Unix socket alone, and as many more that programs cannot take */
};

/* Who is believed where he says whose requests he passes on (X-Forwarded-For). */
struct gs_http_proxies {
    size_t count;
    struct gs_ip_network list[GS_MAX_PROXIES];
    bool send_headers; /* each of their connections begins with a header of the PROXY protocol, version 2 */
};

/* Why a connection was closed that its client would have kept. */
enum gs_drop_reason {
    GS_DROPPED_MEMORY,  /* all together held too much */
    GS_DROPPED_PLACES,  /* another needed the place */
    GS_DROPPED_ADDRESS, /* too many of one address */
    GS_DROPPED_UNREAD,  /* its own answers came to too much */
    GS_DROPPED_READING, /* it took its answers too slowly */
    GS_DROPPED_SENDING, /* its request took too long to arrive */
    GS_DROP_REASONS
};
const char *gs_drop_reason_name(enum gs_drop_reason why);

struct gs_http_state {
    int32_t connections[GS_CLIENT_CLASSES];
    int32_t over_unix;                       /* of these */
    size_t client_memory, client_memory_max; /* bytes held now, and at most */
    uint64_t dropped[GS_DROP_REASONS];
};

/* api is copied; what its self points to must outlive the server. daemon_uid: besides root trusted on Unix sockets. */
int gs_http_create(struct event_base *base, const struct gs_http_api *api, uid_t daemon_uid,
                   struct gs_http **out) GS_MUST_CHECK;
/* Ends all exchanges, answered or not. NULL is fine. */
void gs_http_destroy(struct gs_http *http);
enum gs_listener_kind {
    GS_LISTENER_TCP,
    GS_LISTENER_UNIX, /* peer credentials are asked */
    GS_LISTENER_TLS   /* over TCP; only after gs_http_use_tls */
};
/* A listening, non-blocking socket; taken over. */
int gs_http_listen(struct gs_http *http, int fd, enum gs_listener_kind kind) GS_MUST_CHECK;
/* What is spoken on sockets of TLS; borrowed for the life of http. strict: clients are told to come by TLS only from now on (HSTS). Once. */
int gs_http_use_tls(struct gs_http *http, struct gs_tls_server *server, bool strict) GS_MUST_CHECK;
struct gs_tls_counts {
    uint64_t done, resumed, failed; /* handshakes; resumed: of those done */
};
void gs_http_tls_counts(const struct gs_http *http, struct gs_tls_counts *out);
/* Batches up to this number are durable: held replies with a stamp ≤ durable go out. seq: the last durable event, for wake. */
void gs_http_durable(struct gs_http *http, uint64_t durable, int64_t seq);
/* A batch failed: every held reply that depended on it, or on later ones, is replaced by what the API's replace says. */
void gs_http_failed(struct gs_http *http, uint64_t first_failed);
/* Stop accepting and reading; answers under way are finished, connections closed. Waiting feeds are woken once. */
void gs_http_drain(struct gs_http *http);
bool gs_http_draining(const struct gs_http *http);
int32_t gs_http_connections(const struct gs_http *http);
void gs_http_state(const struct gs_http *http, struct gs_http_state *out);
void gs_http_set_limits(struct gs_http *http, const struct gs_http_limits *limits);
/* So much is held for clients elsewhere just now. It leaves less to the connections, but never less than half of the limit. */
void gs_http_set_aside(struct gs_http *http, size_t bytes);
/* From now on; nobody at first. */
void gs_http_trust(struct gs_http *http, const struct gs_http_proxies *proxies);
bool gs_http_idle(const struct gs_http *http); /* no reply is under way */

#endif
