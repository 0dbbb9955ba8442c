/* Where the daemon may connect to of its own accord. It reads URLs and the entries of a list, strictly, and compares: no name is resolved
 * here. Whoever connects asks with the address that he is about to connect to, not with one that a name led to earlier. */
#include "gateslot/base/outbound.h"
#include "gateslot/base/text.h"
#include <stdio.h>
#include <string.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

static bool consists_of(const char *text, size_t len, const char *alphabet)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\0' || strchr(alphabet, text[i]) == NULL) {
            return false;
        }
    }
    return true;
}

/* [1-9][0-9]* up to 65535; -1: it is none. */
static int32_t parse_port(const char *text, size_t len)
{
    int32_t port = 0;
    if (len == 0 || len > 5 || text[0] == '0' || !consists_of(text, len, DIGITS)) {
        return -1;
    }
    for (size_t i = 0; i < len; i++) {
        port = port * 10 + (text[i] - '0');
    }
    return port <= 65535 ? port : -1;
}

/* Resolvers take 2130706433, 0177.1 and 0x7f000001 for addresses: what ends in a label of that kind is an address or nothing. */
static bool looks_like_number(const char *host, size_t len)
{
    size_t from = len;
    while (from > 0 && host[from - 1] != '.') {
        from--;
    }
    const char *label = host + from;
    const size_t label_len = len - from;
    return consists_of(label, label_len, DIGITS) ||
           (label_len >= 2 && label[0] == '0' && (label[1] == 'x' || label[1] == 'X'));
}

static bool is_label(const char *label, size_t len)
{
    return len > 0 && len <= 63 && label[0] != '-' && label[len - 1] != '-' &&
           consists_of(label, len, LETTERS DIGITS "-_");
}

static bool is_name(const char *host, size_t len)
{
    while (len > 0) {
        const char *dot = memchr(host, '.', len);
        const size_t label_len = dot != NULL ? (size_t)(dot - host) : len;
        if (!is_label(host, label_len) || (dot != NULL && label_len + 1 == len)) {
            return false;
        }
        host += dot != NULL ? label_len + 1 : label_len;
        len -= dot != NULL ? label_len + 1 : label_len;
    }
    return true;
}

static void copy_small(char *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        out[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];
    }
    out[len] = '\0';
}

/* HOST, [IPV6], each perhaps with :PORT; out_port 0: none is said. out_address: is the host an address? */
static bool take_authority(const char *text, size_t len, char host[GS_HOST_MAX + 1], int32_t *out_port,
                           bool *out_address)
{
    unsigned char address[GS_IP_BYTES];
    const bool brackets = len > 0 && text[0] == '[';
    const char *close = brackets ? memchr(text, ']', len) : NULL;
    if (brackets && close == NULL) {
        return false;
    }
    const char *name = brackets ? text + 1 : text;
    const char *colon = brackets ? close + 1 : memchr(text, ':', len);
    const char *end = text + len;
    const char *stop = brackets ? close : colon;
    size_t name_len = (size_t)((stop != NULL ? stop : end) - name);
    *out_port = 0;
    if (colon != NULL && colon < end) {
        *out_port = *colon == ':' ? parse_port(colon + 1, (size_t)(end - colon) - 1) : -1;
    }
    if (!brackets && name_len > 0 && name[name_len - 1] == '.') {
        name_len--;
    }
    if (*out_port < 0 || name_len == 0 || name_len > GS_HOST_MAX) {
        return false;
    }
    *out_address = gs_ip_parse(name, name_len, address) == GS_OK;
    if (brackets ? !*out_address || memchr(name, ':', name_len) == NULL
                 : !*out_address && (looks_like_number(name, name_len) || !is_name(name, name_len))) {
        return false;
    }
    copy_small(host, name, name_len);
    return true;
}

static const char *behind(const char *text, size_t len, const char *prefix)
{
    const size_t prefix_len = strlen(prefix);
    return len >= prefix_len && memcmp(text, prefix, prefix_len) == 0 ? text + prefix_len : NULL;
}

int gs_outbound_url_parse(const char *text, size_t len, struct gs_outbound_url *out)
{
    static const char path_chars[] = LETTERS DIGITS "-._~!$&'()*+,;=:@/?%";
    const char *plain = behind(text, len, "http://"), *tls = behind(text, len, "https://");
    const char *from = tls != NULL ? tls : plain;
    struct gs_outbound_url url = {.tls = tls != NULL};
    bool is_address;
    if (from == NULL) {
        return GS_E_INVALID;
    }
    const char *end = text + len, *path = from;
    while (path < end && *path != '/' && *path != '?') {
        path++;
    }
    if (!take_authority(from, (size_t)(path - from), url.host, &url.port, &is_address) ||
        !consists_of(path, (size_t)(end - path), path_chars)) {
        return GS_E_INVALID;
    }
    if (url.port == 0) {
        url.port = url.tls ? 443 : 80;
    }
    *out = url;
    return GS_OK;
}

int gs_outbound_entry_parse(const char *text, struct gs_outbound_entry *out)
{
    const char *plain = behind(text, strlen(text), "http://");
    const char *rest = plain != NULL ? plain : text;
    struct gs_outbound_entry e = {.plain = plain != NULL};
    bool is_address;
    if (gs_ip_network_parse(rest, &e.network) == GS_OK) {
        *out = e;
        return GS_OK;
    }
    if (!take_authority(rest, strlen(rest), e.host, &e.port, &is_address)) {
        return GS_E_INVALID;
    }
    e.is_name = !is_address;
    if (is_address) {
        if (gs_ip_network_parse(e.host, &e.network) != GS_OK) {
            return GS_E_INVALID;
        }
        e.host[0] = '\0';
    }
    *out = e;
    return GS_OK;
}

void gs_outbound_entry_format(const struct gs_outbound_entry *e, char out[GS_OUTBOUND_TEXT])
{
    char network[GS_IP_TEXT], port[16] = "";
    gs_ip_network_format(&e->network, network);
    const char *host = e->is_name ? e->host : network;
    const bool brackets = !e->is_name && e->port != 0 && strchr(network, ':') != NULL;
    if (e->port != 0) {
        (void)snprintf(port, sizeof port, ":%d", (int)e->port);
    }
    (void)snprintf(out, GS_OUTBOUND_TEXT, "%s%s%s%s%s", e->plain ? "http://" : "", brackets ? "[" : "", host,
                   brackets ? "]" : "", port);
}

/* IANA's registries of special-purpose addresses of IPv4 and IPv6, and those of groups. Of IPv6 all is special but 2000::/3, and in that what
 * leads to other networks. */
bool gs_outbound_is_special(const unsigned char address[GS_IP_BYTES])
{
    static const char *const v4[] = {"0.0.0.0/8",      "10.0.0.0/8",     "100.64.0.0/10", "127.0.0.0/8",
                                     "169.254.0.0/16", "172.16.0.0/12",  "192.0.0.0/24",  "192.0.2.0/24",
                                     "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
                                     "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4"};
    static const char *const v6[] = {"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"};
    const bool is_v4 = gs_ip_is_v4(address);
    const char *const *ranges = is_v4 ? v4 : v6;
    const size_t count = is_v4 ? sizeof v4 / sizeof v4[0] : sizeof v6 / sizeof v6[0];
    if (!is_v4 && (address[0] & 0xe0) != 0x20) {
        return true;
    }
    for (size_t i = 0; i < count; i++) {
        struct gs_ip_network n;
        if (gs_ip_network_parse(ranges[i], &n) != GS_OK || gs_ip_network_has(&n, address)) {
            return true;
        }
    }
    return false;
}

static bool fits(const struct gs_outbound_entry *e, const struct gs_outbound_url *url)
{
    return (url->tls || e->plain) && (e->port == 0 || e->port == url->port);
}

bool gs_outbound_allows(const struct gs_outbound *list, const struct gs_outbound_url *url,
                        const unsigned char address[GS_IP_BYTES])
{
    const bool special = gs_outbound_is_special(address);
    for (size_t i = 0; i < list->count; i++) {
        const struct gs_outbound_entry *e = &list->list[i];
        if (fits(e, url) &&
            (e->is_name ? !special && strcmp(e->host, url->host) == 0 : gs_ip_network_has(&e->network, address))) {
            return true;
        }
    }
    return false;
}

bool gs_outbound_may_allow(const struct gs_outbound *list, const struct gs_outbound_url *url)
{
    unsigned char address[GS_IP_BYTES];
    if (gs_ip_parse(url->host, strlen(url->host), address) == GS_OK) {
        return gs_outbound_allows(list, url, address);
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct gs_outbound_entry *e = &list->list[i];
        if (fits(e, url) && (!e->is_name || strcmp(e->host, url->host) == 0)) {
            return true;
        }
    }
    return false;
}
