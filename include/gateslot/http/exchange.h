/* One request and its reply: where the connections, which know bytes, meet the API, which knows their meaning. The server makes an
 * exchange of every complete request and hands it to the API (struct gs_http_api, server.h); the API answers at once or later by
 * gs_exchange_reply. Replies leave in the order of requests, each held until what it shows is on disk. One thread. */
#ifndef GATESLOT_HTTP_EXCHANGE_H
#define GATESLOT_HTTP_EXCHANGE_H

#include "gateslot/base/limits.h"
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct gs_http;

enum gs_method { GS_GET, GS_HEAD, GS_POST, GS_PUT, GS_PATCH, GS_DELETE, GS_OPTIONS, GS_METHOD_OTHER };

struct gs_header {
    const char *name, *value;
}; /* NUL-terminated, name in lower case */

/* Where a client speaks from. */
struct gs_peer {
    unsigned char address[16]; /* IPv6, or IPv4 as ::ffff:a.b.c.d; zeros if not known */
    bool known;                /* false over a Unix socket */
};

struct gs_request { /* valid as long as its exchange */
    enum gs_method method;
    const char *method_text;
    const char *path;  /* percent-decoded, NUL-terminated, begins with "/" */
    const char *query; /* raw, without "?"; "" if none */
    size_t header_count;
    const struct gs_header *headers;
    const char *body; /* "" if none; may contain NUL bytes: use body_len */
    size_t body_len;
    bool peer_trusted; /* over a Unix socket from root or the daemon's own user */
    uid_t peer_uid;    /* over a Unix socket, as the kernel says; else (uid_t)-1 */
    struct gs_peer peer;
    bool tls; /* the client speaks TLS, with us or with a proxy that is trusted to say so */
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
    void *api;                       /* self of the API that serves it */
    void *own;                       /* the API's room in it (gs_http_api.exchange_size), zeroed at first */
    void *state;                     /* a handler's own between asynchronous steps */
    void (*state_free)(void *state); /* called with state when the exchange ends; NULL: nothing to free */
};

struct gs_reply {
    int status;
    const char *content_type; /* NULL: no body */
    const char *body;         /* copied */
    size_t body_len;
    size_t header_count; /* extra headers, copied */
    struct gs_header headers[12];
    bool close; /* close the connection after it */
};

/* Answers x; exactly once per exchange; x may be gone afterwards (a client that left takes its exchange along only after
 * its reply). HEAD sends headers only. */
void gs_exchange_reply(struct gs_exchange *x, const struct gs_reply *reply);
/* An answer without an end of its own: head (status, content type and headers; its body is not looked at) leaves at once, and what follows is
 * written bit by bit, until gs_exchange_end; then the connection closes, since nothing else says where the answer ends. True: what follows
 * may be written as soon as gs_exchange_ready says so. False: that was all (HEAD asked), and x may be gone. */
bool gs_exchange_stream(struct gs_exchange *x, const struct gs_reply *head); /* while x is dispatched */
/* May more be written? Only while nothing waits that the kernel has not taken: so a client that reads slowly holds no more than was written
 * at once. False: the API's ready is called when it may. */
bool gs_exchange_ready(struct gs_exchange *x);
/* Copied, what the kernel does not take at once. False: the connection is broken; it remains to end x. */
bool gs_exchange_write(struct gs_exchange *x, const char *bytes, size_t len);
/* Nothing more follows. x may be gone afterwards. */
void gs_exchange_end(struct gs_exchange *x);
/* Has the client left? A long wait may be given up then (reply anyway, with any status). */
bool gs_exchange_gone(const struct gs_exchange *x);

/* The body has been read, and is to leave no trace in memory: x->request.body is empty from now on. While x is dispatched. */
void gs_exchange_wipe(struct gs_exchange *x);

/* The groups of who is at the other end of a Unix socket, the effective one first, as they were when it connected; how many. None where there are
 * more than max, but for the first, or where the client has gone. */
size_t gs_exchange_groups(const struct gs_exchange *x, gid_t *out, size_t max);

/* What a connection's client has shown itself to be: what it may hold, and who is dropped first where there is no room. */
enum gs_client_class {
    GS_CLIENT_ANONYMOUS, /* nobody that is known here */
    GS_CLIENT_PROGRAM,   /* backends, displays, metrics */
    GS_CLIENT_STAFF,     /* at the gate, supervisors, and whom the kernel vouches for */
    GS_CLIENT_CLASSES
};
/* Who asks by x is known now; to be called before x is answered. A connection keeps the highest class that it has shown. */
void gs_exchange_known(struct gs_exchange *x, enum gs_client_class class);
/* The API keeps so many bytes more for x, until x ends. */
void gs_exchange_holds(struct gs_exchange *x, size_t bytes);
/* Should an answer that waits for something to happen be given now? The client has gone, has said all it will, or has no place to wait. */
bool gs_exchange_hurried(const struct gs_exchange *x);

#endif
