/* What a proxy in front says of its client: the address in X-Forwarded-For, and whether he came by TLS in X-Forwarded-Proto. Only what
 * comes from a trusted proxy is believed; from anybody else both are headers like any other. Forwarded (RFC 7239) is not read. */
#include "http.h"
#include "syntax.h"
#include <string.h>

bool gs_http_trusts(const struct gs_http *http, const struct gs_peer *peer)
{
    for (size_t i = 0; peer->known && i < http->proxies.count; i++) {
        if (gs_ip_network_has(&http->proxies.list[i], peer->address)) {
            return true;
        }
    }
    return false;
}

static bool is_digits(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
    }
    return len > 0;
}

/* 192.0.2.1, 192.0.2.1:80, 2001:db8::1, [2001:db8::1] or [2001:db8::1]:80 */
static bool parse_hop(const char *text, size_t len, unsigned char out[GS_IP_BYTES])
{
    const char *colon = memchr(text, ':', len);
    if (len > 0 && text[0] == '[') {
        const char *end = memchr(text, ']', len);
        if (end == NULL) {
            return false;
        }
        const size_t inner = (size_t)(end - text) - 1, rest = len - inner - 2;
        return memchr(text + 1, ':', inner) != NULL && (rest == 0 || (end[1] == ':' && is_digits(end + 2, rest - 1))) &&
               gs_ip_parse(text + 1, inner, out) == GS_OK;
    }
    if (colon != NULL && memchr(colon + 1, ':', (size_t)(text + len - colon) - 1) == NULL) {
        if (!is_digits(colon + 1, (size_t)(text + len - colon) - 1)) {
            return false;
        }
        len = (size_t)(colon - text);
    }
    return gs_ip_parse(text, len, out) == GS_OK;
}

/* The hops of one line from the right; true: the client is found, or nothing further to the left can be believed. */
static bool take_hops(const struct gs_http *http, const char *value, struct gs_peer *peer)
{
    size_t end = strlen(value);
    for (;;) {
        size_t begin = end;
        while (begin > 0 && value[begin - 1] != ',') {
            begin--;
        }
        size_t from = begin, to = end;
        while (from < to && (value[from] == ' ' || value[from] == '\t')) {
            from++;
        }
        while (to > from && (value[to - 1] == ' ' || value[to - 1] == '\t')) {
            to--;
        }
        struct gs_peer hop = {.known = true};
        if (to > from) { /* an empty element of a list is none (RFC 9110, 5.6.1) */
            if (!parse_hop(value + from, to - from, hop.address)) {
                return true;
            }
            *peer = hop;
            if (!gs_http_trusts(http, peer)) {
                return true;
            }
        }
        if (begin == 0) {
            return false;
        }
        end = begin - 1;
    }
}

void gs_forwarded_take(const struct gs_http *http, struct gs_request *r)
{
    if (!gs_http_trusts(http, &r->peer)) {
        return;
    }
    bool found = false;
    const char *proto = NULL;
    for (size_t i = r->header_count; i-- > 0;) {
        const struct gs_header *h = &r->headers[i];
        if (!found && strcmp(h->name, "x-forwarded-for") == 0) {
            found = take_hops(http, h->value, &r->peer);
        } else if (proto == NULL && strcmp(h->name, "x-forwarded-proto") == 0) {
            proto = h->value; /* the last one is the nearest proxy's */
        }
    }
    r->tls = proto != NULL ? gs_syntax_is(proto, strlen(proto), "https") : r->tls;
}
