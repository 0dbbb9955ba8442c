/* Fuzzing of what a browser sends with a session: its cookies, the origin of the page, the proof that the page is ours. The input: Host, Origin,
 * Sec-Fetch-Site, Cookie, X-CSRF-Token, one a line, an empty one not sent; "tls" before them is a client that speaks TLS. */
#include "cookie.h"
#include "fuzz.h"
#include <strings.h>

enum { HEADERS = 5 };
static const char *const names[HEADERS] = {"host", "origin", "sec-fetch-site", "cookie", "x-csrf-token"};

/* Ours is what names exactly the host that is asked, over TLS by https. */
static void check_origin(const struct gs_request *r)
{
    const char *host = gs_request_header(r, "host"), *origin = gs_request_header(r, "origin");
    const enum gs_page_origin said = gs_origin_of(r);
    if (origin == NULL) {
        const char *site = gs_request_header(r, "sec-fetch-site");
        REQUIRE((said == GS_ORIGIN_UNSAID) == (site == NULL));
        REQUIRE((said == GS_ORIGIN_OURS) == (site != NULL && strcmp(site, "same-origin") == 0));
        return;
    }
    REQUIRE(said != GS_ORIGIN_UNSAID);
    if (said == GS_ORIGIN_OURS) {
        const char *behind = strstr(origin, "://");
        REQUIRE(host != NULL && behind != NULL);
        REQUIRE(!r->tls || strncasecmp(origin, "https://", 8) == 0);
        const size_t len = strcspn(behind + 3, ":");
        REQUIRE(strncasecmp(behind + 3, host, len) == 0);
        REQUIRE(strpbrk(behind + 3, "/ ?#@") == NULL || strpbrk(host, "/ ?#@") != NULL);
    }
}

static void check_cookie(const struct gs_request *r)
{
    char secret[GS_TOKEN_TEXT] = "as it was";
    const char *cookie = gs_request_header(r, "cookie"), *name = gs_cookie_name(r->tls);
    if (!gs_cookie_read(r, secret)) {
        REQUIRE(strcmp(secret, "as it was") == 0);
        return;
    }
    REQUIRE(cookie != NULL && strlen(secret) < GS_TOKEN_TEXT);
    char pair[GS_COOKIE_TEXT];
    (void)snprintf(pair, sizeof pair, "%s=%s", name, secret);
    REQUIRE(secret[0] == '\0' || strstr(cookie, pair) != NULL);
    REQUIRE(strpbrk(secret, ";") == NULL);
    char csrf[GS_CSRF_TEXT];
    gs_csrf_of(secret, csrf);
    REQUIRE(strlen(csrf) == GS_CSRF_TEXT - 1);
    const char *given = gs_request_header(r, "x-csrf-token");
    REQUIRE(gs_csrf_shown(r, secret) == (given != NULL && strcmp(given, csrf) == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = text_copy(data, size), *at = text;
    struct gs_header headers[HEADERS];
    struct gs_request r = {.headers = headers};
    r.tls = strncmp(at, "tls\n", 4) == 0;
    at += r.tls ? 4 : 0;
    for (int i = 0; i < HEADERS && at != NULL; i++) {
        char *end = strchr(at, '\n');
        if (end != NULL) {
            *end++ = '\0';
        }
        if (at[0] != '\0') {
            headers[r.header_count++] = (struct gs_header){names[i], at};
        }
        at = end;
    }
    check_origin(&r);
    check_cookie(&r);
    free(text);
    return 0;
}
