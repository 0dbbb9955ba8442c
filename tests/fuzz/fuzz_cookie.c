/* Fuzzing of what a browser sends: the cookies, the page's origin and the token that shows whose page it is. A cookie that is read is one that
 * stands there, whatever else does; only a page of the host that was asked is one of our own. The input: Cookie, Origin, Host, X-CSRF-Token
 * and Sec-Fetch-Site, one a line, each left out where it is empty. */
#include "cookie.h"
#include "fuzz.h"

enum { LINES = 5 };

static const char *const names[LINES] = {"cookie", "origin", "host", "x-csrf-token", "sec-fetch-site"};

static void check_cookie(const struct gs_request *r)
{
    char secret[GS_TOKEN_TEXT], cookie[GS_COOKIE_TEXT];
    const char *sent = gs_request_header(r, "cookie");
    memset(secret, 'x', sizeof secret);
    if (!gs_cookie_read(r, secret)) {
        return;
    }
    REQUIRE(sent != NULL && memchr(secret, '\0', sizeof secret) != NULL);
    REQUIRE(strstr(sent, gs_cookie_name(r->tls)) != NULL);
    REQUIRE(secret[0] == '\0' || strstr(sent, secret) != NULL);
    REQUIRE(strchr(secret, ';') == NULL);
    (void)gs_csrf_shown(r, secret);
    gs_cookie_format(r->tls, "gs_0123456789", 60, cookie);
    REQUIRE((strstr(cookie, "Secure") != NULL) == r->tls && strstr(cookie, "HttpOnly") != NULL);
}

static void check_origin(const struct gs_request *r)
{
    const char *origin = gs_request_header(r, "origin"), *host = gs_request_header(r, "host");
    const enum gs_page_origin from = gs_origin_of(r);
    if (origin == NULL) {
        const bool said = gs_request_header(r, "sec-fetch-site") != NULL;
        REQUIRE((from == GS_ORIGIN_UNSAID) == !said);
        return;
    }
    REQUIRE(from != GS_ORIGIN_UNSAID && (host != NULL || from == GS_ORIGIN_OTHER));
    if (from == GS_ORIGIN_OURS) {
        REQUIRE(strncmp(origin + (origin[4] == ':' ? 4 : 5), "://", 3) == 0 && (!r->tls || origin[4] != ':'));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = text_copy(data, size);
    struct gs_header headers[LINES];
    struct gs_request r = {.headers = headers};
    char *line = text;
    for (size_t i = 0; i < LINES && line != NULL; i++) {
        char *end = strchr(line, '\n');
        if (end != NULL) {
            *end = '\0';
        }
        if (line[0] != '\0') {
            headers[r.header_count++] = (struct gs_header){names[i], line};
        }
        line = end != NULL ? end + 1 : NULL;
    }
    for (int tls = 0; tls < 2; tls++) {
        r.tls = tls != 0;
        check_cookie(&r);
        check_origin(&r);
    }
    free(text);
    return 0;
}
