/* Sends answers: whole or not at all, a problem with the headers that belong to it, all of them counted. What is said, the callers
 * write. */
#include "reply.h"
#include <stdio.h>
#include <string.h>

#define PROBLEM_JSON "application/problem+json"

struct gs_json gs_reply_begin(struct gs_exchange *x)
{
    struct gs_api *r = gs_api_of(x);
    struct gs_json j;
    gs_buf_clear(&r->body);
    gs_json_init(&j, &r->body);
    return j;
}

void gs_reply_header(struct gs_reply *reply, const char *name, const char *value)
{
    if (reply->header_count < sizeof reply->headers / sizeof reply->headers[0]) {
        reply->headers[reply->header_count++] = (struct gs_header){name, value};
    }
}

static void count(struct gs_api *r, int status)
{
    int status_class = status / 100;
    r->count.answers[status_class >= 1 && status_class <= 5 ? status_class : 5]++;
}

/* An answer that outgrew its buffer is our fault, not the client's. */
static void replace_failed(struct gs_reply *reply)
{
    static const char body[] =
        "{\"type\":\"urn:gateslot:problem:internal\",\"title\":\"Internal error\",\"status\":500,"
        "\"detail\":\"The answer was too large.\",\"code\":\"internal\",\"errors\":[]}";
    *reply = (struct gs_reply){
        .status = 500, .content_type = PROBLEM_JSON, .body = body, .body_len = sizeof body - 1, .close = reply->close};
}

/* What a caller may see is decided when the answer is made, not when it was asked for: who has lost his credentials since is told only that. */
static bool lost_his_place(struct gs_exchange *x)
{
    const struct gs_api *r = gs_api_of(x);
    return r->asking != x && gs_caller(x)->by != GS_BY_NOTHING && r->turn_away(x);
}

/* An answer that comes late is no longer of what is, where another daemon may own the store by now. One to a change waits for the disk, so that
 * it is true whoever owns it. */
static bool is_out_of_date(const struct gs_exchange *x, const struct gs_reply *reply)
{
    const struct gs_api *r = gs_api_of(x);
    const bool reads = x->request.method == GS_GET || x->request.method == GS_HEAD;
    return r->asking != x && reads && reply->status != 503 && !gs_api_serves(r);
}

static void send_telling(struct gs_exchange *x, struct gs_reply *reply)
{
    struct gs_rate_texts texts = {0};
    if (gs_rates_left(x, reply->status, &texts)) {
        gs_reply_header(reply, "RateLimit-Policy", texts.policy);
        gs_reply_header(reply, "RateLimit", texts.left);
    }
    gs_exchange_reply(x, reply);
}

static void hand_over(struct gs_exchange *x, struct gs_reply *reply)
{
    gs_work_end(x);
    if (gs_caller(x)->rate_used > 0) {
        send_telling(x, reply);
    } else {
        gs_exchange_reply(x, reply);
    }
}

void gs_reply_send(struct gs_exchange *x, struct gs_reply *reply)
{
    struct gs_api *r = gs_api_of(x);
    if (is_out_of_date(x, reply)) {
        gs_reply_code(x, GS_CODE_NOT_OWNER);
        return;
    }
    if (lost_his_place(x)) {
        return;
    }
    if (gs_buf_status(&r->body) != GS_OK) {
        replace_failed(reply);
    } else if (reply->content_type != NULL) {
        reply->body = r->body.data != NULL ? r->body.data : "";
        reply->body_len = r->body.len;
    }
    count(r, reply->status);
    if (reply->status == 401) {
        gs_rates_unauthorized(r, x);
    }
    hand_over(x, reply);
    if (r->body.cap > GS_BODY_KEEP) {
        gs_buf_finish(&r->body);
    }
}

void gs_reply_own(struct gs_exchange *x, struct gs_buf *body, struct gs_reply *reply)
{
    struct gs_api *r = gs_api_of(x);
    const struct gs_buf shared = r->body;
    r->body = *body;
    *body = shared;
    gs_reply_send(x, reply);
}

void gs_reply_json(struct gs_exchange *x, int status)
{
    struct gs_reply reply = {.status = status, .content_type = "application/json"};
    gs_reply_send(x, &reply);
}

void gs_reply_revalidated(struct gs_reply *reply, const char *etag)
{
    gs_reply_header(reply, "Vary", "Accept");
    if (etag != NULL) {
        gs_reply_header(reply, "ETag", etag);
        gs_reply_header(reply, "Cache-Control", "private, no-cache"); /* kept, and asked for again each time */
    }
}

bool gs_reply_not_modified(struct gs_exchange *x, const char *etag)
{
    const char *known = gs_request_list(&x->request, "if-none-match", gs_api_of(x)->room);
    struct gs_reply reply = {.status = 304};
    if (known == NULL || !gs_etag_named(known, etag, true)) {
        return false;
    }
    (void)gs_reply_begin(x);
    gs_reply_revalidated(&reply, etag);
    gs_reply_send(x, &reply);
    return true;
}

void gs_reply_page(struct gs_exchange *x, const struct gs_page *page, const char *etag)
{
    if (lost_his_place(x)) {
        return;
    }
    struct gs_reply reply = {
        .status = 200, .content_type = "application/json", .body = page->body.data, .body_len = page->body.len};
    gs_reply_revalidated(&reply, etag);
    count(gs_api_of(x), reply.status);
    hand_over(x, &reply);
}

bool gs_reply_stream(struct gs_exchange *x, const struct gs_reply *head)
{
    count(gs_api_of(x), head->status);
    return gs_exchange_stream(x, head);
}

void gs_reply_empty(struct gs_exchange *x, int status)
{
    struct gs_reply reply = {.status = status};
    (void)gs_reply_begin(x);
    gs_reply_send(x, &reply);
}

static bool has_header(const struct gs_reply *reply, const char *name)
{
    for (size_t i = 0; i < reply->header_count; i++) {
        if (strcmp(reply->headers[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

void gs_reply_problem_headers(struct gs_reply *reply, enum gs_code code, enum gs_lang lang)
{
    reply->content_type = PROBLEM_JSON;
    gs_reply_header(reply, "Content-Language", gs_lang_tag(lang));
    if ((code == GS_CODE_OVERLOADED || code == GS_CODE_RATE_LIMITED || code == GS_CODE_CLOCK_UNTRUSTED ||
         code == GS_CODE_NOT_OWNER) &&
        !has_header(reply, "Retry-After")) {
        gs_reply_header(reply, "Retry-After", GS_RETRY_AFTER_S);
    }
}

void gs_reply_problem(struct gs_exchange *x, const struct gs_problem *p)
{
    struct gs_json j = gs_reply_begin(x);
    struct gs_reply reply = {.status = p->status != 0 ? p->status : gs_code_status(p->code)};
    char seconds[24];
    gs_problem_write(j.out, x, p);
    if (p->retry_s > 0) {
        (void)snprintf(seconds, sizeof seconds, "%lld", (long long)p->retry_s);
        gs_reply_header(&reply, "Retry-After", seconds);
    }
    gs_reply_problem_headers(&reply, p->code, gs_caller(x)->lang);
    gs_reply_send(x, &reply);
}

void gs_reply_code(struct gs_exchange *x, enum gs_code code)
{
    gs_reply_problem(x, &(struct gs_problem){.code = code, .command = -1});
}

void gs_reply_not_found(struct gs_exchange *x)
{
    gs_reply_problem(x, &(struct gs_problem){.code = GS_CODE_NOT_FOUND, .what = x->request.path, .command = -1});
}

void gs_reply_faults(struct gs_exchange *x, const struct gs_faults *faults)
{
    gs_reply_problem(x, &(struct gs_problem){.code = GS_CODE_VALIDATION, .faults = faults, .command = -1});
}

void gs_etag_format(int64_t version, char out[GS_ETAG_TEXT])
{
    char digits[20];
    size_t n = 0, at = 0;
    do {
        digits[n++] = (char)('0' + version % 10);
        version /= 10;
    } while (version > 0);
    out[at++] = '"';
    while (n > 0) {
        out[at++] = digits[--n];
    }
    out[at++] = '"';
    out[at] = '\0';
}

/* How long the tag is that a list begins with: "…", the star, or what is neither. */
static size_t tag_len(const char *at)
{
    const char *end = *at == '"' ? strchr(at + 1, '"') : NULL;
    if (end != NULL) {
        return (size_t)(end - at) + 1;
    }
    return *at == '*' ? 1 : strcspn(at, ",");
}

bool gs_etag_listed(const char *list, int64_t version, bool weak_too)
{
    char wanted[GS_ETAG_TEXT];
    gs_etag_format(version, wanted);
    return gs_etag_named(list, wanted, weak_too);
}

bool gs_etag_named(const char *list, const char *wanted, bool weak_too)
{
    const size_t wanted_len = strlen(wanted);
    for (list += strspn(list, " \t,"); *list != '\0'; list += strspn(list, " \t,")) {
        const bool weak = strncmp(list, "W/", 2) == 0;
        list += weak ? 2 : 0;
        const size_t len = tag_len(list);
        const bool alone = strchr(" \t,", list[len]) != NULL; /* its NUL too */
        const bool any = *list == '*' && !weak;
        const bool same = len == wanted_len && memcmp(list, wanted, len) == 0 && (!weak || weak_too);
        if (alone && (any || same)) {
            return true;
        }
        list += len;
        list += strcspn(list, ",");
    }
    return false;
}
