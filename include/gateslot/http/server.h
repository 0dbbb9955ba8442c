/* The HTTP server: sockets, connections, requests, held replies. It knows bytes and durability, no booking: what a request means is
 * for the API whose functions it is given when it is made. One thread, the loop's. */
#ifndef GATESLOT_HTTP_SERVER_H
#define GATESLOT_HTTP_SERVER_H

#include "gateslot/base/buf.h"
#include "gateslot/base/error.h"
#include "gateslot/http/exchange.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct event_base;

/* What the server asks of the API it serves. */
struct gs_http_api {
    void *self;           /* given to each function; also x->api of every exchange */
    size_t exchange_size; /* bytes that each exchange has for the API (x->own) */
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
    /* The answer to x has been handed to the kernel; x ends now. NULL: nobody wants to know. */
    void (*left)(void *self, struct gs_exchange *x);
};

/* api is copied; what its self points to must outlive the server. daemon_uid: besides root trusted on Unix sockets. */
int gs_http_create(struct event_base *base, const struct gs_http_api *api, uid_t daemon_uid,
                   struct gs_http **out) GS_MUST_CHECK;
/* Ends all exchanges, answered or not. NULL is fine. */
void gs_http_destroy(struct gs_http *http);
/* A listening, non-blocking socket; taken over. Peer credentials are asked on Unix sockets. */
int gs_http_listen(struct gs_http *http, int fd, bool is_unix) GS_MUST_CHECK;
/* Batches up to this number are durable: held replies with a stamp ≤ durable go out. seq: the last durable event, for wake. */
void gs_http_durable(struct gs_http *http, uint64_t durable, int64_t seq);
/* A batch failed: every held reply that depended on it, or on later ones, is replaced by what the API's replace says. */
void gs_http_failed(struct gs_http *http, uint64_t first_failed);
/* Stop accepting and reading; answers under way are finished, connections closed. Waiting feeds are woken once. */
void gs_http_drain(struct gs_http *http);
bool gs_http_draining(const struct gs_http *http);
int32_t gs_http_connections(const struct gs_http *http);
bool gs_http_idle(const struct gs_http *http); /* no reply is under way */

#endif
