/* The routes' own life, and what the connections ask of them besides dispatching: problems for requests that could not be read or
 * whose change was not stored, waking those who wait, tokens at load. */
#include "api.h"
#include "gateslot/base/text.h"
#include "reply.h"
#include <stdlib.h>
#include <string.h>

int gs_routes_create(struct gs_http *http, const struct gs_http_options *options, struct gs_routes **out)
{
    struct gs_routes *r = calloc(1, sizeof *r);
    if (r == NULL) {
        return GS_E_NOMEM;
    }
    if (gs_digest_init(&r->digest) != GS_OK) {
        free(r);
        return GS_E_NOMEM;
    }
    r->http = http;
    r->service = gs_http_service(http);
    (void)gs_text_copy(r->version, sizeof r->version, options->version);
    gs_buf_init(&r->body, GS_OUTPUT_HARD_MAX);
    gs_arena_init(&r->json);
    gs_page_init(&r->slots_page);
    gs_page_init(&r->gate_pages[0]);
    gs_page_init(&r->gate_pages[1]);
    *out = r;
    return GS_OK;
}

void gs_routes_destroy(struct gs_routes *routes)
{
    if (routes == NULL) {
        return;
    }
    gs_feed_detach(&routes->feed);
    gs_tokens_finish(&routes->tokens);
    gs_page_finish(&routes->slots_page);
    gs_page_finish(&routes->gate_pages[0]);
    gs_page_finish(&routes->gate_pages[1]);
    gs_buf_finish(&routes->body);
    gs_arena_finish(&routes->json);
    gs_digest_finish(&routes->digest);
    free(routes);
}

static void drop_pages(struct gs_routes *r)
{
    gs_page_drop(&r->slots_page);
    gs_page_drop(&r->gate_pages[0]);
    gs_page_drop(&r->gate_pages[1]);
}

int gs_http_restore_token(struct gs_http *http, const struct gs_token *token)
{
    return gs_tokens_add(&gs_http_routes(http)->tokens, token);
}

/* A load follows: what was rendered from the book that failed goes too, since the new one counts anew. */
void gs_http_forget_tokens(struct gs_http *http)
{
    struct gs_routes *r = gs_http_routes(http);
    gs_tokens_finish(&r->tokens);
    drop_pages(r);
}

void gs_routes_wake(struct gs_http *http, int64_t seq)
{
    gs_feed_wake(gs_http_routes(http), seq);
}

static enum gs_code code_of(int status)
{
    switch (status) {
    case 413:
        return GS_CODE_TOO_LARGE;
    case 429:
        return GS_CODE_RATE_LIMITED;
    case 431:
        return GS_CODE_HEADERS_TOO_LARGE;
    case 503:
        return GS_CODE_OVERLOADED;
    default:
        return GS_CODE_BAD_REQUEST;
    }
}

void gs_route_refuse(struct gs_exchange *x, int status, const char *what)
{
    const struct gs_problem p = {.code = code_of(status), .status = status, .what = what, .command = -1};
    struct gs_routes *r = gs_http_routes(x->http);
    struct gs_reply reply = {.status = status, .close = true};
    struct gs_json j;
    char room[GS_HEAD_MAX];
    x->lang = gs_negotiate_lang(gs_request_list(&x->request, "accept-language", room));
    r->count.unreadable++;
    j = gs_reply_begin(x);
    gs_problem_write(j.out, x, &p);
    gs_reply_problem_headers(&reply, p.code, x->lang);
    gs_reply_send(x, &reply);
}

void gs_route_failed(struct gs_exchange *x, struct gs_reply *out, struct gs_buf *body)
{
    const struct gs_problem p = {.code = GS_CODE_STORAGE_FULL, .command = -1};
    bool close = out->close;
    drop_pages(gs_http_routes(x->http));
    gs_buf_clear(body);
    gs_problem_write(body, x, &p);
    *out = (struct gs_reply){.status = gs_code_status(p.code), .close = close};
    gs_reply_problem_headers(out, p.code, x->lang);
    out->body = body->data != NULL ? body->data : "";
    out->body_len = body->len;
}
