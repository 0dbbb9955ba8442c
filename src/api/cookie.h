/* The cookie of a session, and what shows that a request with it comes from a page of our own. */
#ifndef GATESLOT_API_COOKIE_H
#define GATESLOT_API_COOKIE_H

#include "gateslot/http/exchange.h"
#include "tokens.h"

#define GS_COOKIE_TEXT 192
#define GS_CSRF_TEXT 44 /* 32 bytes in base64url, and NUL */

/* Over TLS the name begins with __Host-, which a browser takes only with Secure, for this host alone; without TLS it would refuse such a
 * cookie, and a plain name has to do. */
const char *gs_cookie_name(bool tls);
/* The secret of the session's cookie, within the request's header; false: there is none. One that is given twice, is empty or too long
 * counts as one that opens nothing: "". */
bool gs_cookie_read(const struct gs_request *r, char out[GS_TOKEN_TEXT]);
/* The value of Set-Cookie; max_age_s 0 removes it from the browser. */
void gs_cookie_format(bool tls, const char *secret, int64_t max_age_s, char out[GS_COOKIE_TEXT]);

/* What a page of ours sends back in X-CSRF-Token: follows from the secret, which no page can read. */
void gs_csrf_of(const char *secret, char out[GS_CSRF_TEXT]);
bool gs_csrf_shown(const struct gs_request *r, const char *secret); /* in constant time */

enum gs_page_origin { GS_ORIGIN_OURS, GS_ORIGIN_OTHER, GS_ORIGIN_UNSAID };
/* Where the page is from that asks: by Origin, or where there is none by Sec-Fetch-Site. */
enum gs_page_origin gs_origin_of(const struct gs_request *r);

#endif
