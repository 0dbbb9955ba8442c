/* Where to listen, where files are, where webhooks lead: from the text of the config to a struct gs_listen, a path and so on. Only the form is
 * judged; no name is resolved, no file touched. */
#include "address.h"

#include "gateslot/base/text.h"
#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <string.h>

#define LISTEN_FORM                                                                                                    \
    "expected unix:/absolute/path, http://HOST:PORT or https://HOST:PORT with a numeric host or localhost"

static bool refuse(char reason[GS_OPTION_REASON], const char *why)
{
    (void)gs_text_copy(reason, GS_OPTION_REASON, why);
    return false;
}

static const char *after(const char *text, const char *prefix)
{
    size_t len = strlen(prefix);
    return strncmp(text, prefix, len) == 0 ? text + len : NULL;
}

/* An absolute path of a file, not of a directory. */
static bool names_file(const char *path)
{
    return path[0] == '/' && path[strlen(path) - 1] != '/';
}

static bool take_port(const char *text, uint16_t *out)
{
    uint32_t port = 0;
    size_t len = strlen(text);
    if (len == 0 || len > 5 || text[0] == '0' || strspn(text, "0123456789") != len) {
        return false;
    }
    for (; *text != '\0'; text++) {
        port = port * 10 + (uint32_t)(*text - '0');
    }
    if (port > UINT16_MAX) {
        return false;
    }
    *out = (uint16_t)port;
    return true;
}

/* host to its canonical numeric form, so that two spellings of one address compare equal. */
static bool take_host(const char *host, bool brackets, struct gs_listen *listen)
{
    unsigned char address[16];
    int family = brackets ? AF_INET6 : AF_INET;
    const char *numeric = !brackets && strcmp(host, "localhost") == 0 ? "127.0.0.1" : host;
    return inet_pton(family, numeric, address) == 1 &&
           inet_ntop(family, address, listen->address, sizeof listen->address) != NULL;
}

static bool take_http(const char *rest, struct gs_listen *listen, char reason[GS_OPTION_REASON])
{
    char host[64];
    bool brackets = rest[0] == '[';
    const char *end = brackets ? strchr(rest, ']') : strchr(rest, ':');
    const char *begin = brackets ? rest + 1 : rest;
    if (end == NULL || !gs_text_copyn(host, sizeof host, begin, (size_t)(end - begin)) ||
        !take_host(host, brackets, listen)) {
        return refuse(reason, LISTEN_FORM);
    }
    const char *colon = brackets ? end + 1 : end;
    if (colon[0] != ':' || !take_port(colon + 1, &listen->port)) {
        return refuse(reason, "expected a port from 1 to 65535 at the end: http://HOST:PORT or https://HOST:PORT");
    }
    listen->kind = GS_LISTEN_TCP;
    return true;
}

static bool take_any(const char *text, struct gs_listen *listen, char reason[GS_OPTION_REASON])
{
    const char *path = after(text, "unix:"), *http = after(text, "http://"), *https = after(text, "https://");
    if (http != NULL || https != NULL) {
        listen->tls = https != NULL;
        return take_http(https != NULL ? https : http, listen, reason);
    }
    if (path == NULL || !names_file(path)) {
        return refuse(reason, LISTEN_FORM);
    }
    if (!gs_text_copy(listen->address, sizeof listen->address, path)) {
        (void)snprintf(reason, GS_OPTION_REASON, "%zu bytes are too long for a socket's path, expected at most %zu",
                       strlen(path), sizeof listen->address - 1);
        return false;
    }
    listen->kind = GS_LISTEN_UNIX;
    return true;
}

bool gs_address_take_listen(const char *text, void *field, size_t size, char reason[GS_OPTION_REASON])
{
    struct gs_listen listen = {0};
    assert(size == sizeof listen);
    if (!take_any(text, &listen, reason)) {
        return false;
    }
    memcpy(field, &listen, sizeof listen);
    return true;
}

bool gs_address_take_network(const char *text, void *field, size_t size, char reason[GS_OPTION_REASON])
{
    struct gs_ip_network network;
    char shown[GS_IP_TEXT];
    assert(size == sizeof network);
    int err = gs_ip_network_parse(text, &network);
    if (err == GS_E_RANGE) {
        gs_ip_network_format(&network, shown);
        (void)snprintf(reason, GS_OPTION_REASON, "which has more bits than its network, expected %s", shown);
        return false;
    }
    if (err != GS_OK) {
        return refuse(reason, "expected an address, or ADDRESS/BITS with at least 1 bit, of IPv4 or IPv6");
    }
    memcpy(field, &network, sizeof network);
    return true;
}

bool gs_address_take_outbound(const char *text, void *field, size_t size, char reason[GS_OPTION_REASON])
{
    struct gs_outbound_entry entry;
    assert(size == sizeof entry);
    if (gs_outbound_entry_parse(text, &entry) != GS_OK) {
        return refuse(
            reason,
            "expected HOST, HOST:PORT, ADDRESS or ADDRESS/BITS, with http:// before it where it may be without TLS");
    }
    memcpy(field, &entry, sizeof entry);
    return true;
}

bool gs_address_take_directory(const char *text, void *field, size_t size, char reason[GS_OPTION_REASON])
{
    size_t len = strlen(text);
    while (len > 1 && text[len - 1] == '/') {
        len--;
    }
    if (text[0] != '/' || len < 2) {
        return refuse(reason, "expected /absolute/path of a directory");
    }
    return gs_text_copyn(field, size, text, len); /* the table's length makes it fit */
}

bool gs_address_take_file(const char *text, void *field, size_t size, char reason[GS_OPTION_REASON])
{
    if (!names_file(text)) {
        return refuse(reason, "expected /absolute/path of a file");
    }
    return gs_text_copy(field, size, text); /* likewise */
}
