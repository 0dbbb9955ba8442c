/* Fuzzing of what a proxy says: any bytes as a header of the PROXY protocol, as the value of X-Forwarded-For, and as a network of the
 * configuration. A header is asked for to its end and not beyond, and comes out the same in whatever pieces it arrives; a client that is
 * found is no trusted proxy unless all are, and what is read of a network is written so that it is read again. */
#include "fuzz.h"
#include "gateslot/base/ip.h"
#include "http.h"
#include "proxy_header.h"

static void check_header(const uint8_t *data, size_t size)
{
    struct gs_proxy_header whole, part;
    size_t have = 0;
    enum gs_proxy_read read = GS_PROXY_MORE;
    unsigned char *bytes = (unsigned char *)exact_copy(data, size);
    enum gs_proxy_read at_once = gs_proxy_header_read(bytes, size, &whole);
    for (;;) { /* as preface.c asks for it */
        unsigned char *so_far = (unsigned char *)exact_copy(data, have);
        read = gs_proxy_header_read(so_far, have, &part);
        free(so_far);
        REQUIRE(part.wanted <= GS_PROXY_HEADER_MAX || read == GS_PROXY_BAD);
        if (read != GS_PROXY_MORE || have == size) {
            break;
        }
        REQUIRE(part.wanted > have);
        have = part.wanted < size ? part.wanted : size;
    }
    require(at_once == read, "the same in pieces");
    REQUIRE(read != GS_PROXY_BAD || part.fault != NULL);
    if (read == GS_PROXY_WHOLE) {
        REQUIRE(part.wanted == have && have <= size);
        REQUIRE(whole.peer.known == part.peer.known);
        REQUIRE(memcmp(whole.peer.address, part.peer.address, sizeof part.peer.address) == 0);
    }
    free(bytes);
}

static void check_forwarded(const char *text)
{
    static struct gs_http http;
    const struct gs_header headers[] = {{"x-forwarded-proto", "http"},
                                        {"x-forwarded-for", text},
                                        {"x-forwarded-port", text},
                                        {"x-forwarded-for", text},
                                        {"x-forwarded-proto", text}};
    const size_t count = text[0] == '[' ? 3 : sizeof headers / sizeof headers[0];
    struct gs_request r = {.headers = headers, .header_count = count, .peer = {.known = true}};
    struct gs_request untrusted = r;
    http.proxies.count = 2;
    REQUIRE(gs_ip_network_parse("10.0.0.0/8", &http.proxies.list[0]) == GS_OK);
    REQUIRE(gs_ip_network_parse("fd00::/8", &http.proxies.list[1]) == GS_OK);
    REQUIRE(gs_ip_parse("10.0.0.1", 8, r.peer.address) == GS_OK);
    gs_forwarded_take(&http, &r);
    REQUIRE(r.peer.known);
    gs_forwarded_take(&http, &untrusted);
    for (size_t i = 0; i < sizeof untrusted.peer.address; i++) {
        REQUIRE(untrusted.peer.address[i] == 0);
    }
    REQUIRE(!untrusted.tls);
}

static void check_network(const char *text)
{
    struct gs_ip_network n, again;
    char written[GS_IP_TEXT];
    if (gs_ip_network_parse(text, &n) != GS_OK) {
        return;
    }
    gs_ip_network_format(&n, written);
    REQUIRE(gs_ip_network_parse(written, &again) == GS_OK);
    REQUIRE(again.bits == n.bits && memcmp(again.address, n.address, sizeof n.address) == 0);
    REQUIRE(gs_ip_network_has(&n, n.address));
    unsigned char address[GS_IP_BYTES];
    gs_ip_format(n.address, written);
    REQUIRE(gs_ip_parse(written, strlen(written), address) == GS_OK);
    REQUIRE(memcmp(address, n.address, sizeof address) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_header(data, size);
    char *text = text_copy(data, size);
    check_forwarded(text);
    check_network(text);
    free(text);
    return 0;
}
