/* One request and its reply: the seam between the connections (conn.c, parser.c, server.c), which know bytes, and the
 * routes (router.c and handlers), which know meaning. The server makes an exchange of every complete request and calls
 * gs_route; a handler answers at once or later by gs_exchange_reply. Replies leave in the order of requests, each held until
 * the service's stamp at the moment of gs_exchange_reply is durable. */
#ifndef GATESLOT_HTTP_EXCHANGE_H
#define GATESLOT_HTTP_EXCHANGE_H

#include "gateslot/base/buf.h"
#include "gateslot/base/limits.h"
#include "gateslot/core/booking.h"
#include "gateslot/http/server.h"
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum gs_method { GS_GET, GS_HEAD, GS_POST, GS_PUT, GS_PATCH, GS_DELETE, GS_OPTIONS, GS_METHOD_OTHER };
enum gs_lang { GS_LANG_ZH, GS_LANG_EN };

struct gs_header {
    const char *name, *value;
}; /* NUL-terminated, name in lower case */

struct gs_request { /* valid as long as its exchange */
    enum gs_method method;
    const char *method_text;
    const char *path;  /* percent-decoded, NUL-terminated, begins with "/" */
    const char *query; /* raw, without "?"; "" if none */
    size_t header_count;
    const struct gs_header *headers;
    const char *body; /* "" if none; not NUL-safe: use body_len */
    size_t body_len;
    bool peer_trusted; /* over a Unix socket from root or the daemon's own user */
    uid_t peer_uid;    /* if peer_trusted */
};
const char *gs_request_header(const struct gs_request *r, const char *lower_name); /* the first such; NULL */
/* A header whose value is a list may stand on several lines (RFC 9110, 5.3): all of them as one, joined by commas, in room where
 * there are more than one. NULL: there is none. */
const char *gs_request_list(const struct gs_request *r, const char *lower_name, char room[GS_HEAD_MAX]);
/* Does a header that has one value stand there more than once? */
bool gs_request_repeats(const struct gs_request *r, const char *lower_name);

struct gs_exchange {
    struct gs_request request;
    struct gs_http *http;
    struct gs_actor actor;           /* set by the router's authentication */
    enum gs_lang lang;               /* from Accept-Language; zh-CN unless en is preferred */
    void *state;                     /* a handler's own between asynchronous steps */
    void (*state_free)(void *state); /* called with state when the exchange ends; NULL: nothing to free */
};

struct gs_reply {
    int status;
    const char *content_type; /* NULL: no body */
    const char *body;         /* copied */
    size_t body_len;
    size_t header_count; /* extra headers, copied */
    struct gs_header headers[8];
    bool close; /* close the connection after it */
};

/* Answers x; exactly once per exchange; x may be gone afterwards (a client that left takes its exchange along only after
 * its reply). HEAD sends headers only. */
void gs_exchange_reply(struct gs_exchange *x, const struct gs_reply *reply);
const struct gs_service *gs_http_service(const struct gs_http *http);
/* Has the client left? A long wait may be given up then (reply anyway, with any status). */
bool gs_exchange_gone(const struct gs_exchange *x);
/* Is the server finishing? gs_http_drain wakes the waiting feeds once, so that they can answer what they have and wait no more. */
bool gs_http_draining(const struct gs_http *http);

/* ---- implemented by the routes ---- */
/* Dispatches a request: authenticates, routes, checks role and method, calls the handler. */
void gs_route(struct gs_exchange *x);
/* A problem for a request that could not be read: status 400, 408, 411, 413, 414, 431, 501, 503, 505…; closes. */
void gs_route_refuse(struct gs_exchange *x, int status, const char *what);
/* The 507 body for a reply whose batch failed. */
void gs_route_failed(struct gs_exchange *x, struct gs_reply *out, struct gs_buf *body);
/* Durable events up to seq exist now: waiting feeds look again. */
void gs_routes_wake(struct gs_http *http, int64_t seq);
/* State of the routes (tokens, waiting feeds), kept by the server. */
struct gs_routes;
int gs_routes_create(struct gs_http *http, const struct gs_http_options *options, struct gs_routes **out) GS_MUST_CHECK;
void gs_routes_destroy(struct gs_routes *routes);
struct gs_routes *gs_http_routes(const struct gs_http *http);
struct event_base *gs_http_base(const struct gs_http *http);

#endif
