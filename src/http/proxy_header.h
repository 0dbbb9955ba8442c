/* The header of the PROXY protocol, version 2: what a proxy says of its client before the client's first byte. */
#ifndef GATESLOT_HTTP_PROXY_HEADER_H
#define GATESLOT_HTTP_PROXY_HEADER_H

#include "gateslot/http/exchange.h"
#include <stddef.h>

enum gs_proxy_read {
    GS_PROXY_MORE, /* bytes are missing: wanted says how many there are to be in all */
    GS_PROXY_WHOLE,
    GS_PROXY_BAD
};

struct gs_proxy_header {
    size_t wanted;       /* never more than GS_PROXY_HEADER_MAX */
    struct gs_peer peer; /* not known: the proxy speaks for itself, or does not say */
    const char *fault;   /* static; of GS_PROXY_BAD */
};

/* Looks at what has come so far. A header is asked for as it ends, so that nothing behind it is read. */
enum gs_proxy_read gs_proxy_header_read(const unsigned char *bytes, size_t len, struct gs_proxy_header *out);

#endif
