/* Reads a header of the PROXY protocol, version 2 (W. Tarreau, haproxy.org/download/2.8/doc/proxy-protocol.txt, 2.2): twelve fixed bytes, command,
 * family, length, addresses, and then what is not needed here (TLVs), whose lengths must come out. Version 1, which is text, is refused: where
 * its end is must be guessed. It neither reads from a socket nor knows whom to believe. */
#include "proxy_header.h"
#include <string.h>

enum { FIXED = 16, SIGNATURE = 12, COMMAND_LOCAL = 0x20, COMMAND_PROXY = 0x21 };

static const unsigned char signature[SIGNATURE] = "\r\n\r\n\0\r\nQUIT\n";

static enum gs_proxy_read bad(struct gs_proxy_header *out, const char *fault)
{
    out->fault = fault;
    return GS_PROXY_BAD;
}

static size_t number_at(const unsigned char *bytes)
{
    return (size_t)bytes[0] << 8 | bytes[1];
}

/* How many bytes of addresses a family has; false: none that may come over a stream. */
static bool addresses_of(unsigned char family, size_t *out_len)
{
    static const struct {
        unsigned char family;
        size_t len;
    } known[] = {{0x00, 0}, {0x11, 12}, {0x21, 36}, {0x31, 216}}; /* unspecified, IPv4, IPv6, Unix */
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i].family == family) {
            *out_len = known[i].len;
            return true;
        }
    }
    return false;
}

static bool are_tlvs(const unsigned char *at, size_t len)
{
    while (len >= 3 && number_at(at + 1) <= len - 3) {
        const size_t step = 3 + number_at(at + 1);
        at += step;
        len -= step;
    }
    return len == 0;
}

static enum gs_proxy_read take_client(const unsigned char *bytes, struct gs_proxy_header *out)
{
    const unsigned char *at = bytes + FIXED;
    const size_t rest = out->wanted - FIXED;
    size_t addresses = 0;
    if (!addresses_of(bytes[13], &addresses)) {
        return bad(out, "an address family that is none of a stream");
    }
    if (rest < addresses) {
        return bad(out, "too short for its addresses");
    }
    if (bytes[13] != 0 && !are_tlvs(at + addresses, rest - addresses)) {
        return bad(out, "a TLV that goes beyond the header");
    }
    if (bytes[13] == 0x11) {
        memset(out->peer.address + 10, 0xff, 2);
        memcpy(out->peer.address + 12, at, 4);
    } else if (bytes[13] == 0x21) {
        memcpy(out->peer.address, at, sizeof out->peer.address);
    }
    out->peer.known = bytes[13] == 0x11 || bytes[13] == 0x21;
    return GS_PROXY_WHOLE;
}

enum gs_proxy_read gs_proxy_header_read(const unsigned char *bytes, size_t len, struct gs_proxy_header *out)
{
    *out = (struct gs_proxy_header){.wanted = FIXED};
    if (memcmp(bytes, signature, len < SIGNATURE ? len : SIGNATURE) != 0) {
        return bad(out, "not version 2 of the PROXY protocol");
    }
    if (len < FIXED) {
        return GS_PROXY_MORE;
    }
    if (bytes[12] != COMMAND_LOCAL && bytes[12] != COMMAND_PROXY) {
        return bad(out, "an unknown version or command");
    }
    out->wanted = FIXED + number_at(bytes + 14);
    if (out->wanted > GS_PROXY_HEADER_MAX) {
        return bad(out, "too long");
    }
    if (len < out->wanted) {
        return GS_PROXY_MORE;
    }
    return bytes[12] == COMMAND_LOCAL ? GS_PROXY_WHOLE : take_client(bytes, out);
}
