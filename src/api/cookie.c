/* Reads and writes the cookie of a session, and tells whether a request that bears it was made by a page of our own: by the Origin that
 * browsers state, and by a token that only such a page can have read. */
#include "cookie.h"
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

const char *gs_cookie_name(bool tls)
{
    return tls ? "__Host-gateslot_session" : "gateslot_session";
}

/* The value of one pair of a Cookie header if it is ours: name=value. */
static bool take_pair(const char *pair, size_t len, const char *name, char out[GS_TOKEN_TEXT])
{
    const size_t name_len = strlen(name);
    if (len <= name_len || memcmp(pair, name, name_len) != 0 || pair[name_len] != '=') {
        return false;
    }
    pair += name_len + 1;
    len -= name_len + 1;
    out[0] = '\0';
    if (len < GS_TOKEN_TEXT) {
        memcpy(out, pair, len);
        out[len] = '\0';
    }
    return true;
}

bool gs_cookie_read(const struct gs_request *r, char out[GS_TOKEN_TEXT])
{
    const char *name = gs_cookie_name(r->tls);
    int found = 0;
    for (size_t i = 0; i < r->header_count; i++) {
        if (strcmp(r->headers[i].name, "cookie") != 0) {
            continue;
        }
        for (const char *at = r->headers[i].value + strspn(r->headers[i].value, " ;"); *at != '\0';) {
            const size_t len = strcspn(at, ";");
            found += take_pair(at, len, name, out) ? 1 : 0;
            at += len;
            at += strspn(at, " ;");
        }
    }
    if (found > 1) {
        out[0] = '\0';
    }
    return found > 0;
}

void gs_cookie_format(bool tls, const char *secret, int64_t max_age_s, char out[GS_COOKIE_TEXT])
{
    (void)snprintf(out, GS_COOKIE_TEXT, "%s=%s; Path=/; Max-Age=%lld; HttpOnly;%s SameSite=Strict", gs_cookie_name(tls),
                   secret, (long long)max_age_s, tls ? " Secure;" : "");
}

void gs_csrf_of(const char *secret, char out[GS_CSRF_TEXT])
{
    static const char purpose[] = "gateslot csrf";
    const struct gs_piece pieces[] = {{purpose, sizeof purpose}, {secret, strlen(secret)}};
    unsigned char hash[GS_SHA256_BYTES];
    unsigned char text[4 * ((GS_SHA256_BYTES + 2) / 3) + 1];
    gs_sha256(pieces, 2, hash);
    (void)EVP_EncodeBlock(text, hash, sizeof hash);
    for (size_t i = 0; i < GS_CSRF_TEXT - 1; i++) {
        out[i] = (char)(text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i]);
    }
    out[GS_CSRF_TEXT - 1] = '\0';
}

bool gs_csrf_shown(const struct gs_request *r, const char *secret)
{
    const char *given = gs_request_header(r, "x-csrf-token");
    char wanted[GS_CSRF_TEXT];
    gs_csrf_of(secret, wanted);
    return given != NULL && strlen(given) == sizeof wanted - 1 && CRYPTO_memcmp(given, wanted, sizeof wanted - 1) == 0;
}

/* host or host:port, without the scheme's own port. */
static size_t host_len(const char *host, const char *own_port)
{
    const size_t len = strlen(host), port_len = strlen(own_port);
    return len > port_len && strcmp(host + len - port_len, own_port) == 0 ? len - port_len : len;
}

/* A proxy that we do not know may speak TLS before us: without TLS of our own either scheme is right. */
static bool names_host(const char *origin, const char *host, bool tls)
{
    static const char https[] = "https://", http[] = "http://";
    const bool secure = strncasecmp(origin, https, sizeof https - 1) == 0;
    if (!secure && (tls || strncasecmp(origin, http, sizeof http - 1) != 0)) {
        return false;
    }
    const char *named = origin + (secure ? sizeof https : sizeof http) - 1, *own_port = secure ? ":443" : ":80";
    const size_t len = host_len(named, own_port);
    return len > 0 && len == host_len(host, own_port) && strncasecmp(named, host, len) == 0;
}

enum gs_page_origin gs_origin_of(const struct gs_request *r)
{
    const char *origin = gs_request_header(r, "origin"), *host = gs_request_header(r, "host");
    const char *site = gs_request_header(r, "sec-fetch-site");
    if (origin != NULL) {
        return host != NULL && names_host(origin, host, r->tls) ? GS_ORIGIN_OURS : GS_ORIGIN_OTHER;
    }
    if (site != NULL) {
        return strcmp(site, "same-origin") == 0 ? GS_ORIGIN_OURS : GS_ORIGIN_OTHER;
    }
    return GS_ORIGIN_UNSAID;
}
