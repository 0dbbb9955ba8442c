/* What a server speaks TLS by: the certificate in force, the protocol's settings, and the keys of session tickets. One thread. */
#ifndef GATESLOT_TLS_TLS_SERVER_H
#define GATESLOT_TLS_TLS_SERVER_H

#include "gateslot/tls/certificate.h"

struct ssl_st; /* OpenSSL's SSL */
struct gs_tls_server;

#define GS_TICKET_KEY_MS (12 * 3600 * 1000) /* a key makes tickets for so long, and is accepted for as long again */

/* c is borrowed for the call. GS_E_INVALID: OpenSSL does not take the certificate. mono_ms: a clock that never jumps. */
int gs_tls_server_create(const struct gs_certificate *c, int64_t (*mono_ms)(void *self), void *mono_self,
                         struct gs_tls_server **out) GS_MUST_CHECK;
void gs_tls_server_destroy(struct gs_tls_server *server); /* after all its connections; NULL is fine */
/* From now on new connections get this certificate; those that are open keep theirs. On failure the old one stays. */
int gs_tls_server_use(struct gs_tls_server *server, const struct gs_certificate *c) GS_MUST_CHECK;
/* A connection's side that waits for a client's hello; without its BIO. NULL: no memory. */
struct ssl_st *gs_tls_server_accept(struct gs_tls_server *server);

int64_t gs_tls_server_expiry_s(const struct gs_tls_server *server);
const char *gs_tls_server_fingerprint(const struct gs_tls_server *server);

#endif
