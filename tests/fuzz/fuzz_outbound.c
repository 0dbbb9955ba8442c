/* Fuzzing of where webhooks may lead: a URL on the first line, an entry of webhooks.allow on each further one. Of a URL that is accepted libcurl, which
 * connects, must read the same host, port and scheme as was judged here, and nobody's name or password. An entry is written so that it is
 * read again; a list lets in no more than its entries say, one by one; no name lets in an address that is special. */
#include "fuzz.h"
#include "gateslot/base/outbound.h"
#include <curl/curl.h>
#include <strings.h>

static char *part_of(CURLU *u, CURLUPart part, unsigned flags)
{
    char *text = NULL;
    return curl_url_get(u, part, &text, flags) == CURLUE_OK ? text : NULL;
}

/* libcurl keeps the brackets, and a dot at the end. */
static void check_host(const char *theirs, const char *ours)
{
    size_t len = strlen(theirs);
    const bool brackets = len > 1 && theirs[0] == '[' && theirs[len - 1] == ']';
    const char *from = brackets ? theirs + 1 : theirs;
    len -= brackets ? 2 : 0;
    len -= !brackets && len > 1 && from[len - 1] == '.' ? 1 : 0;
    unsigned char a[GS_IP_BYTES], b[GS_IP_BYTES];
    if (gs_ip_parse(ours, strlen(ours), a) == GS_OK) { /* of which libcurl may shorten the text */
        REQUIRE(gs_ip_parse(from, len, b) == GS_OK && memcmp(a, b, sizeof a) == 0);
        return;
    }
    REQUIRE(len == strlen(ours) && strncasecmp(from, ours, len) == 0);
}

static void compare_with_curl(const char *text, const struct gs_outbound_url *url)
{
    CURLU *u = curl_url();
    require(u != NULL, "memory");
    require(curl_url_set(u, CURLUPART_URL, text, 0) == CURLUE_OK, "libcurl takes it too");
    char *scheme = part_of(u, CURLUPART_SCHEME, 0), *host = part_of(u, CURLUPART_HOST, 0);
    char *port = part_of(u, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    char *user = part_of(u, CURLUPART_USER, 0), *fragment = part_of(u, CURLUPART_FRAGMENT, 0);
    REQUIRE(scheme != NULL && strcmp(scheme, url->tls ? "https" : "http") == 0);
    REQUIRE(port != NULL && strtol(port, NULL, 10) == url->port);
    REQUIRE(user == NULL && fragment == NULL && host != NULL);
    check_host(host, url->host);
    char *parts[] = {scheme, host, port, user, fragment};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        curl_free(parts[i]);
    }
    curl_url_cleanup(u);
}

static bool take_url(const char *text, size_t len, struct gs_outbound_url *out)
{
    char *exact = exact_copy(text, len), *terminated = text_copy(text, len);
    const bool good = gs_outbound_url_parse(exact, len, out) == GS_OK;
    if (good) {
        REQUIRE(out->port >= 1 && out->port <= 65535 && out->host[0] != '\0' && strlen(terminated) == len);
        compare_with_curl(terminated, out);
    }
    free(exact);
    free(terminated);
    return good;
}

static void take_entry(const char *text, size_t len, struct gs_outbound *list)
{
    char *entry = text_copy(text, len), written[GS_OUTBOUND_TEXT], again_written[GS_OUTBOUND_TEXT];
    struct gs_outbound_entry e, again;
    if (list->count < GS_MAX_OUTBOUND && gs_outbound_entry_parse(entry, &e) == GS_OK) {
        gs_outbound_entry_format(&e, written);
        REQUIRE(gs_outbound_entry_parse(written, &again) == GS_OK);
        gs_outbound_entry_format(&again, again_written);
        REQUIRE(strcmp(written, again_written) == 0);
        REQUIRE(again.plain == e.plain && again.is_name == e.is_name && again.port == e.port);
        REQUIRE(strcmp(again.host, e.host) == 0 && again.network.bits == e.network.bits);
        REQUIRE(memcmp(again.network.address, e.network.address, GS_IP_BYTES) == 0);
        list->list[list->count++] = e;
    }
    free(entry);
}

/* By the words of the manual: what one entry lets in. */
static bool lets_in(const struct gs_outbound_entry *e, const struct gs_outbound_url *url,
                    const unsigned char address[GS_IP_BYTES])
{
    if ((!url->tls && !e->plain) || (e->port != 0 && e->port != url->port)) {
        return false;
    }
    if (e->is_name) {
        return strcmp(e->host, url->host) == 0 && !gs_outbound_is_special(address);
    }
    return gs_ip_network_has(&e->network, address);
}

static void check_address(const struct gs_outbound *list, const struct gs_outbound_url *url,
                          const unsigned char address[GS_IP_BYTES])
{
    bool any = false;
    unsigned char own[GS_IP_BYTES];
    for (size_t i = 0; i < list->count; i++) {
        any = any || lets_in(&list->list[i], url, address);
    }
    REQUIRE(gs_outbound_allows(list, url, address) == any);
    const bool led = gs_ip_parse(url->host, strlen(url->host), own) != GS_OK || memcmp(own, address, sizeof own) == 0;
    REQUIRE(!any || !led || gs_outbound_may_allow(list, url));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const addresses[] = {"127.0.0.1", "10.0.0.1", "169.254.169.254", "8.8.8.8",
                                            "::1",       "fe80::1",  "2001:db8::1",     "2001:4860:4860::8888"};
    static struct gs_outbound list;
    struct gs_outbound_url url;
    unsigned char address[GS_IP_BYTES];
    const char *text = (const char *)data, *end = size > 0 ? memchr(text, '\n', size) : NULL;
    const size_t len = end != NULL ? (size_t)(end - text) : size;
    list.count = 0;
    const bool good = take_url(text, len, &url);
    for (size_t at = len + 1; at <= size;) {
        const char *next = at < size ? memchr(text + at, '\n', size - at) : NULL;
        const size_t stop = next != NULL ? (size_t)(next - text) : size;
        take_entry(text + at, stop - at, &list);
        at = stop + 1;
    }
    if (!good) {
        return 0;
    }
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        REQUIRE(gs_ip_parse(addresses[i], strlen(addresses[i]), address) == GS_OK);
        check_address(&list, &url, address);
    }
    if (gs_ip_parse(url.host, strlen(url.host), address) == GS_OK) {
        check_address(&list, &url, address);
    }
    return 0;
}
