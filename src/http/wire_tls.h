/* What wire.c asks of a connection that speaks TLS. */
#ifndef GATESLOT_HTTP_WIRE_TLS_H
#define GATESLOT_HTTP_WIRE_TLS_H

#include "http.h"
#include <sys/uio.h>

/* Of a new connection over TCP; its client speaks first. */
int gs_tls_begin(struct gs_conn *c) GS_MUST_CHECK;
/* Before its descriptor is closed, or goes on in plain. */
void gs_tls_close(struct gs_conn *c);
bool gs_tls_opening(const struct gs_conn *c); /* its handshake is not done */
bool gs_tls_begun(const struct gs_conn *c);   /* that, or a record has not come whole */
bool gs_tls_holds(const struct gs_conn *c);   /* bytes that the kernel will not tell of */
size_t gs_tls_memory(const struct gs_conn *c);
/* As the functions of wire.c. */
ssize_t gs_tls_read(struct gs_conn *c, char *room, size_t size);
ssize_t gs_tls_write(struct gs_conn *c, const struct iovec *at, size_t count);
bool gs_tls_end(struct gs_conn *c);
/* After all connections. */
void gs_tls_finish(struct gs_http *http);

#endif
