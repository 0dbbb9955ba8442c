/* A connection's TLS as its files know it: wire_tls.c its life and its records, tls_handshake.c what comes before, tls_bio.c the kernel. */
#ifndef GATESLOT_HTTP_WIRE_TLS_IMPL_H
#define GATESLOT_HTTP_WIRE_TLS_IMPL_H

#include "gateslot/tls/tls_server.h"
#include "wire_tls.h"
#include <openssl/ssl.h>

#define GS_TLS_RECORD_FULL 16384 /* bytes of HTTP in a record (RFC 8446, 5.1) */
#define GS_TLS_RECORD_HEAD 5     /* type, version, length */

struct gs_conn_tls {
    struct gs_conn *conn;
    SSL *ssl;               /* owned; NULL until a whole hello is there */
    struct event *writable; /* owned; NULL until the protocol has something to write that the kernel does not take */
    bool expected;          /* the length of the hello is known, the kernel tells when it is there */
    bool queued, shaking, shaken;
    bool broken; /* nothing more can be said in TLS */
    bool ending; /* the client is being told that nothing more comes */
    TAILQ_ENTRY(gs_conn_tls) waiting, by_age;
};
TAILQ_HEAD(gs_tls_conns, gs_conn_tls);

struct gs_http_tls {
    struct gs_tls_server *server; /* borrowed */
    BIO_METHOD *method;           /* owned */
    struct event *turn;           /* owned; the next handshakes of the queue */
    struct gs_tls_conns waiting;  /* have bytes for their handshake */
    struct gs_tls_conns shaking;  /* have begun and not finished; the oldest first */
    int32_t shaking_count;
    event_callback_fn on_writable; /* the kernel takes more of what the protocol itself had to write; of a connection */
    char *record;                  /* owned; GS_TLS_RECORD_FULL bytes in which short replies become one record */
    struct gs_tls_counts counts;
};

/* ---- tls_bio.c ---- */

BIO_METHOD *gs_tls_method(void); /* of a BIO whose data is the connection; the caller's */
/* The kernel wakes us for no fewer bytes. */
void gs_tls_expect(const struct gs_conn *c, int bytes);
/* on_writable is called once the kernel takes more. */
void gs_tls_wait_writable(struct gs_conn *c);

/* ---- tls_handshake.c ---- */

/* Has bytes for its handshake; it goes on in its turn. */
void gs_tls_queue(struct gs_conn *c);
void gs_tls_leave_queues(struct gs_conn_tls *t);
/* Looks at what the kernel has of a hello; as gs_tls_read. A method's letter instead is a client that speaks plain HTTP. */
ssize_t gs_tls_look_for_hello(struct gs_conn *c);
/* A timer's: the next handshakes of the server's queue. */
void gs_tls_shake_waiting(evutil_socket_t fd, short what, void *http_server);

#endif
