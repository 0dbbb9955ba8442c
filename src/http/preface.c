/* What a trusted proxy sends before its client's first byte, where the configuration says that it does: a header of the PROXY protocol. It is
 * read from the descriptor to its last byte and not beyond, so that whatever follows, TLS or HTTP, finds its own beginning. A proxy that sends
 * none, or one that is no header, is not served: to guess would be to believe anybody (section 2 of the protocol). */
#include "gateslot/base/ip.h"
#include "gateslot/base/log.h"
#include "http.h"
#include "proxy_header.h"
#include <stdlib.h>

#define LOG_PAUSE_MS 10000 /* between two complaints */

struct gs_preface {
    size_t len;
    unsigned char bytes[GS_PROXY_HEADER_MAX];
};

int gs_preface_expect(struct gs_conn *c)
{
    if (!c->http->proxies.send_headers || !gs_http_trusts(c->http, &c->peer)) {
        return GS_OK;
    }
    c->preface = calloc(1, sizeof(*c->preface));
    return c->preface != NULL ? GS_OK : GS_E_NOMEM;
}

void gs_preface_end(struct gs_conn *c)
{
    free(c->preface);
    c->preface = NULL;
}

size_t gs_preface_memory(const struct gs_conn *c)
{
    return c->preface != NULL ? sizeof(*c->preface) : 0;
}

static void complain(struct gs_conn *c, const char *fault)
{
    struct gs_http *http = c->http;
    const int64_t now_ms = http->tuning.mono_ms(http->tuning.mono_self);
    char text[GS_IP_TEXT];
    if (http->complained_ms != 0 && now_ms - http->complained_ms < LOG_PAUSE_MS) {
        return;
    }
    http->complained_ms = now_ms;
    gs_ip_format(c->peer.address, text);
    gs_log(GS_LOG_WARNING, "proxy_protocol", "proxy=%s error=\"%s\" note=\"the connection is closed\"", text, fault);
}

/* The header is whole: from here on it is the client's connection. */
static ssize_t take(struct gs_conn *c, const struct gs_peer *client)
{
    gs_preface_end(c);
    if (!client->known) {
        return 1;
    }
    c->peer = *client;
    if (!gs_clients_move(c)) {
        return GS_WIRE_BROKEN;
    }
    struct gs_conn *surplus = gs_clients_surplus(c);
    c->http->dropped[GS_DROPPED_ADDRESS] += surplus != NULL ? 1 : 0;
    if (surplus == c) {
        return GS_WIRE_BROKEN;
    }
    if (surplus != NULL) {
        c->http->on_wire(surplus, GS_WIRE_DROPPED);
    }
    return 1;
}

ssize_t gs_preface_read(struct gs_conn *c, ssize_t (*receive)(struct gs_conn *c, void *room, size_t size))
{
    struct gs_preface *p = c->preface;
    struct gs_proxy_header header;
    for (;;) {
        enum gs_proxy_read read = gs_proxy_header_read(p->bytes, p->len, &header);
        if (read == GS_PROXY_WHOLE) {
            return take(c, &header.peer);
        }
        if (read == GS_PROXY_BAD) {
            complain(c, header.fault);
            return GS_WIRE_BROKEN;
        }
        ssize_t got = receive(c, p->bytes + p->len, header.wanted - p->len);
        if (got <= 0) {
            return got;
        }
        p->len += (size_t)got;
    }
}
