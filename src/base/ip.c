/* Addresses and networks, read strictly and written in one form each. No name is resolved, no interface asked. */
#include "gateslot/base/ip.h"
#include "gateslot/base/text.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define IPV4_AT 12 /* of the 16 bytes */

static const unsigned char mapped[IPV4_AT] = {[10] = 0xff, [11] = 0xff};

bool gs_ip_is_v4(const unsigned char address[GS_IP_BYTES])
{
    return memcmp(address, mapped, sizeof mapped) == 0;
}

int gs_ip_parse(const char *text, size_t len, unsigned char out[GS_IP_BYTES])
{
    unsigned char address[GS_IP_BYTES];
    char copy[INET6_ADDRSTRLEN];
    if (memchr(text, '\0', len) != NULL || !gs_text_copyn(copy, sizeof copy, text, len)) {
        return GS_E_INVALID;
    }
    if (inet_pton(AF_INET, copy, address + IPV4_AT) == 1) {
        memcpy(address, mapped, sizeof mapped);
    } else if (inet_pton(AF_INET6, copy, address) != 1) {
        return GS_E_INVALID;
    }
    memcpy(out, address, sizeof address);
    return GS_OK;
}

void gs_ip_format(const unsigned char address[GS_IP_BYTES], char out[GS_IP_TEXT])
{
    const bool ipv4 = gs_ip_is_v4(address);
    (void)inet_ntop(ipv4 ? AF_INET : AF_INET6, ipv4 ? address + IPV4_AT : address, out, GS_IP_TEXT);
}

/* [1-9][0-9]* up to max */
static int32_t parse_bits(const char *text, int32_t max)
{
    int32_t bits = 0;
    if (text[0] < '1' || text[0] > '9' || strlen(text) > 3 || strspn(text, "0123456789") != strlen(text)) {
        return -1;
    }
    for (; *text != '\0'; text++) {
        bits = bits * 10 + (*text - '0');
    }
    return bits <= max ? bits : -1;
}

static unsigned char mask_of(int32_t bits, size_t byte)
{
    const int32_t left = bits - (int32_t)byte * 8;
    return (unsigned char)(left >= 8 ? 0xff : left <= 0 ? 0 : 0xff << (8 - left));
}

int gs_ip_network_parse(const char *text, struct gs_ip_network *out)
{
    struct gs_ip_network n;
    const char *slash = strchr(text, '/');
    size_t len = slash != NULL ? (size_t)(slash - text) : strlen(text);
    if (gs_ip_parse(text, len, n.address) != GS_OK) {
        return GS_E_INVALID;
    }
    n.bits = 8 * GS_IP_BYTES;
    if (slash != NULL) {
        const bool short_form = memchr(text, ':', len) == NULL;
        n.bits = parse_bits(slash + 1, short_form ? 32 : 128);
        if (n.bits < 0) {
            return GS_E_INVALID;
        }
        n.bits += short_form ? 8 * IPV4_AT : 0;
    }
    int err = GS_OK;
    for (size_t i = 0; i < sizeof n.address; i++) {
        err = (n.address[i] & ~mask_of(n.bits, i)) != 0 ? GS_E_RANGE : err;
        n.address[i] &= mask_of(n.bits, i);
    }
    *out = n;
    return err;
}

void gs_ip_network_format(const struct gs_ip_network *n, char out[GS_IP_TEXT])
{
    const bool v4 = gs_ip_is_v4(n->address) && n->bits > 8 * IPV4_AT;
    (void)inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? n->address + IPV4_AT : n->address, out, GS_IP_TEXT);
    if (n->bits < 8 * GS_IP_BYTES) {
        const size_t len = strlen(out);
        (void)snprintf(out + len, GS_IP_TEXT - len, "/%d", (int)(v4 ? n->bits - 8 * IPV4_AT : n->bits));
    }
}

bool gs_ip_network_has(const struct gs_ip_network *n, const unsigned char address[GS_IP_BYTES])
{
    const size_t whole = (size_t)n->bits / 8;
    if (memcmp(n->address, address, whole) != 0) {
        return false;
    }
    return n->bits % 8 == 0 || ((n->address[whole] ^ address[whole]) & mask_of(n->bits, whole)) == 0;
}
