/* Where the daemon may connect to of its own accord: URLs, the entries of webhooks.allow, and which addresses they let in. */
#ifndef GATESLOT_BASE_OUTBOUND_H
#define GATESLOT_BASE_OUTBOUND_H

#include "gateslot/base/ip.h"
#include "gateslot/base/limits.h"

/* The part of a URL that says where it leads. */
struct gs_outbound_url {
    bool tls;                   /* https */
    char host[GS_HOST_MAX + 1]; /* in small letters, without a dot at the end; an address of IPv6 without brackets */
    int32_t port;               /* 1 to 65535; the scheme's own where none is said */
};
/* http or https, a host, perhaps a port, path and query, of the characters of RFC 3986. No user, no password, no fragment. A host that looks
 * like a number must be an address as everybody writes it: 127.0.0.1, not 2130706433 or 0177.1. GS_E_INVALID. */
int gs_outbound_url_parse(const char *text, size_t len, struct gs_outbound_url *out) GS_MUST_CHECK;

/* One entry: HOST, HOST:PORT, ADDRESS, ADDRESS:PORT or ADDRESS/BITS, by https; or with http:// before it, by both. */
struct gs_outbound_entry {
    bool plain;   /* http too */
    bool is_name; /* else network */
    int32_t port; /* 0: any */
    char host[GS_HOST_MAX + 1];
    struct gs_ip_network network;
};
struct gs_outbound {
    size_t count;
    struct gs_outbound_entry list[GS_MAX_OUTBOUND];
};
int gs_outbound_entry_parse(const char *text, struct gs_outbound_entry *out) GS_MUST_CHECK; /* GS_E_INVALID */
#define GS_OUTBOUND_TEXT (GS_HOST_MAX + 32)
void gs_outbound_entry_format(const struct gs_outbound_entry *e, char out[GS_OUTBOUND_TEXT]);

/* Is that an address of this machine, of a private network, of a link, of a group, or one that stands for others? */
bool gs_outbound_is_special(const unsigned char address[GS_IP_BYTES]);
/* May this URL be connected to at that address, to which its name has led? A name in the list lets in addresses that are not special; a special
 * one must itself be in the list. */
bool gs_outbound_allows(const struct gs_outbound *list, const struct gs_outbound_url *url,
                        const unsigned char address[GS_IP_BYTES]);
/* False: no address that its name could lead to would be allowed. */
bool gs_outbound_may_allow(const struct gs_outbound *list, const struct gs_outbound_url *url);

#endif
