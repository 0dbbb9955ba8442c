/* Addresses of the Internet and networks of them. An address is 16 bytes: IPv6's, or an IPv4 one as ::ffff:a.b.c.d. */
#ifndef GATESLOT_BASE_IP_H
#define GATESLOT_BASE_IP_H

#include "gateslot/base/error.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GS_IP_BYTES 16
#define GS_IP_TEXT 56 /* with its NUL */

struct gs_ip_network {
    unsigned char address[GS_IP_BYTES]; /* zeros beyond bits */
    int32_t bits;
};

bool gs_ip_is_v4(const unsigned char address[GS_IP_BYTES]);
/* len bytes that are an IPv4 or IPv6 address and nothing else, without port, brackets or zone. GS_E_INVALID. */
int gs_ip_parse(const char *text, size_t len, unsigned char out[GS_IP_BYTES]) GS_MUST_CHECK;
void gs_ip_format(const unsigned char address[GS_IP_BYTES], char out[GS_IP_TEXT]);

/* An address, or ADDRESS/BITS with 1 to 32 or 1 to 128. GS_E_INVALID; GS_E_RANGE: the address has bits that are not of the
 * network, which out is all the same. */
int gs_ip_network_parse(const char *text, struct gs_ip_network *out) GS_MUST_CHECK;
/* Without the bits where it is one address. */
void gs_ip_network_format(const struct gs_ip_network *n, char out[GS_IP_TEXT]);
bool gs_ip_network_has(const struct gs_ip_network *n, const unsigned char address[GS_IP_BYTES]);

#endif
