/* Serves the pages and what they are made of: files that are built in, the same for everybody. What a page shows it asks for itself, as whoever
 * is logged in; so these need no credential, and only a rate holds those who ask. */
#include "gateslot/web/web.h"
#include "handlers.h"
#include "reply.h"
#include <stdio.h>
#include <string.h>

/* A page runs scripts and styles of ours alone, none that stand in it; text never becomes markup (Trusted Types, and no policy that would
 * make any); nobody frames it. */
static const struct gs_header of_pages[] = {
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
     "frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy",
     "camera=(self), microphone=(), geolocation=(), display-capture=(), payment=(), usb=(), serial=()"},
};
enum { PAGE_HEADERS = sizeof of_pages / sizeof of_pages[0], TAG_TEXT = 32 };

void gs_web_page_headers(struct gs_reply *reply)
{
    for (size_t i = 0; i < PAGE_HEADERS; i++) {
        gs_reply_header(reply, of_pages[i].name, of_pages[i].value);
    }
}

/* Does a list of entity tags have that one? Compared weakly, as If-None-Match is (RFC 9110, 13.1.2). */
static bool has_tag(const char *list, const char *tag)
{
    const size_t len = strlen(tag);
    while (list != NULL && *list != '\0') {
        list += strspn(list, " \t,");
        list += strncmp(list, "W/", 2) == 0 ? 2 : 0;
        if (*list == '*' || (strncmp(list, tag, len) == 0 && strchr(" \t,", list[len]) != NULL)) {
            return true;
        }
        list += strcspn(list, ",");
    }
    return false;
}

/* cache: what browsers may do with it. packs: also compressed. */
static void send_file(struct gs_exchange *x, const struct gs_web_file *file, int status, const char *cache, bool packs)
{
    char *room = gs_api_of(x)->room;
    char tag[TAG_TEXT];
    const bool packed = packs && gs_negotiate_gzip(gs_request_list(&x->request, "accept-encoding", room));
    struct gs_reply reply = {.status = status, .content_type = file->type};
    struct gs_json j = gs_reply_begin(x);
    (void)snprintf(tag, sizeof tag, "\"%s%s\"", gs_web_version, packed ? "-gz" : "");
    gs_reply_header(&reply, "Cache-Control", cache);
    if (packs) {
        gs_reply_header(&reply, "Vary", "Accept-Encoding");
    }
    gs_web_page_headers(&reply);
    if (status == 200) {
        gs_reply_header(&reply, "ETag", tag);
    } else if (status == 503) { /* the browser asks again by itself */
        gs_reply_header(&reply, "Retry-After", GS_RETRY_AFTER_S);
        gs_reply_header(&reply, "Refresh", "5");
    }
    if (status == 200 && has_tag(gs_request_list(&x->request, "if-none-match", room), tag)) {
        reply.status = 304;
    } else {
        gs_buf_add(j.out, packed ? file->gzip : file->data, packed ? file->gzip_len : file->len);
        if (packed) {
            gs_reply_header(&reply, "Content-Encoding", "gzip");
        }
    }
    gs_reply_send(x, &reply);
}

/* The HTML goes as it is: it is small, and tools that look at a site's first page take any compressed answer for one that could leak what
 * stands in it (BREACH). */
void gs_handle_web_page(struct gs_call *c)
{
    send_file(c->x, gs_web_find("index.html"), 200, "no-cache", false);
}

/* A page of another version of the daemon asks for what was there then: it finds nothing, and loads itself anew. */
void gs_handle_web_file(struct gs_call *c)
{
    const struct gs_web_file *file = strcmp(c->parts[0], gs_web_version) == 0 ? gs_web_find(c->parts[1]) : NULL;
    if (file == NULL) {
        gs_reply_not_found(c->x);
    } else {
        send_file(c->x, file, 200, "public, max-age=31536000, immutable", true);
    }
}

/* Somebody reads the answer, and not a program. */
static bool is_for_browser(const struct gs_call *c)
{
    const struct gs_request *q = &c->x->request;
    return (q->method == GS_GET || q->method == GS_HEAD) && strncmp(q->path, "/v1", 3) != 0 &&
           gs_negotiate_html(gs_request_list(q, "accept", c->api->room));
}

bool gs_web_standing_by(struct gs_call *c)
{
    const bool is_page = c->route != NULL ? (c->route->flags & GS_ROUTE_PAGE) != 0 : is_for_browser(c);
    if (!is_page) {
        return false;
    }
    if (gs_rates_admit_stranger(c->api, c->x)) {
        send_file(c->x, gs_web_find("standing_by.html"), 503, "no-store", false);
    }
    return true;
}

bool gs_web_missing(struct gs_call *c)
{
    if (!is_for_browser(c)) {
        return false;
    }
    if (gs_rates_admit_stranger(c->api, c->x)) {
        send_file(c->x, gs_web_find("missing.html"), 404, "no-store", false);
    }
    return true;
}
