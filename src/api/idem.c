/* Idempotency keys: a request sent again with the same key gets the first answer again and has no second effect. A fingerprint of
 * caller, method, path and body tells a retry from another request under the same key. The router looks the key up before any
 * handler runs; where answers are stored is the app's business. */
#include "idem.h"
#include "gateslot/base/text.h"
#include "reply.h"
#include <string.h>

static const char pointer[] = "Idempotency-Key";

static bool visible_ascii(const char *key)
{
    for (; *key != '\0'; key++) {
        if (*key <= ' ' || *key > '~') {
            return false;
        }
    }
    return true;
}

static bool refuse_key(struct gs_call *c, enum gs_fault_kind kind, const char *expected)
{
    struct gs_faults *faults = &c->api->faults;
    faults->count = 0;
    gs_fault_add(faults, kind, pointer, NULL, expected);
    gs_reply_faults(c->x, faults);
    return false;
}

/* Where the string goes on behind its closing quote, from a byte inside it. */
static size_t behind_string(const char *body, size_t len, size_t at)
{
    while (at < len && body[at] != '"') {
        at += body[at] == '\\' && at + 1 < len ? 2 : 1;
    }
    return at < len ? at + 1 : len;
}

static char *copied(char *to, const char *from, size_t len)
{
    memcpy(to, from, len);
    return to + len;
}

/* So that a retry written out anew by another library is still a retry. */
void gs_idem_compact(const char *body, size_t len, struct gs_buf *out)
{
    gs_buf_clear(out);
    if (!gs_buf_reserve(out, len)) {
        return;
    }
    char *to = out->data;
    size_t begin = 0, i = 0; /* of the run that holds no blank */
    while (i < len) {
        const char c = body[i++];
        if (c == '"') {
            i = behind_string(body, len, i);
        } else if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            to = copied(to, body + begin, i - 1 - begin);
            begin = i;
        }
    }
    to = copied(to, body + begin, len - begin);
    *to = '\0';
    out->len = (size_t)(to - out->data);
}

static void digest(const char *name, const char *method, const char *path, const struct gs_buf *compact,
                   unsigned char out[GS_SHA256_BYTES])
{
    const struct gs_piece pieces[] = {{name, strlen(name) + 1},
                                      {method, strlen(method) + 1},
                                      {path, strlen(path) + 1},
                                      {compact->data, compact->len}};
    gs_sha256(pieces, sizeof pieces / sizeof pieces[0], out);
}

static void take_fingerprint(struct gs_call *c)
{
    const struct gs_request *q = &c->x->request;
    struct gs_buf *compact = &c->api->body; /* nothing is answered yet */
    gs_idem_compact(q->body, q->body_len, compact);
    digest(c->caller->actor.name, q->method_text, q->path, compact, c->fingerprint);
}

void gs_idem_fingerprint_booking(const struct gs_caller *caller, const struct gs_buf *compact,
                                 unsigned char out[GS_SHA256_BYTES])
{
    digest(caller->actor.name, "POST", "/v1/bookings", compact, out);
}

static void replay(struct gs_exchange *x, const struct gs_idem *idem)
{
    struct gs_reply reply = {.status = idem->status, .content_type = "application/json"};
    struct gs_json j = gs_reply_begin(x);
    char etag[GS_ETAG_TEXT];
    gs_buf_add(j.out, idem->body, idem->body_len);
    gs_reply_header(&reply, "Idempotent-Replayed", "true");
    if (idem->status >= 400) {
        reply.content_type = "application/problem+json";
    }
    if (idem->lang != GS_LANG_NONE) {
        gs_reply_header(&reply, "Content-Language", gs_lang_tag(idem->lang));
    }
    if (idem->etag > 0) {
        gs_etag_format(idem->etag, etag);
        gs_reply_header(&reply, "ETag", etag);
    }
    if (idem->location[0] != '\0') {
        gs_reply_header(&reply, "Location", idem->location);
    }
    gs_api_of(x)->count.replayed++;
    gs_reply_send(x, &reply);
}

/* A batch that found the disk full gives its rows to the next one: by now another's answer may stand in this row. */
static bool is_own(const struct gs_exchange *x, const struct gs_idem *idem)
{
    const char *key = gs_request_header(&x->request, "idempotency-key");
    return key != NULL && strcmp(idem->key, key) == 0 && strcmp(idem->owner, gs_caller(x)->actor.name) == 0;
}

static void found(void *arg, struct gs_answer *answer)
{
    struct gs_exchange *x = arg;
    if (answer->err == GS_OK && is_own(x, &answer->idem)) {
        replay(x, &answer->idem);
    } else {
        gs_reply_code(x, GS_CODE_OVERLOADED);
    }
}

static bool ask_stored(struct gs_call *c, int64_t row)
{
    const struct gs_query query = {.kind = GS_QUERY_IDEM, .u.row = row};
    if (c->service->query(c->service->self, &query, found, c->x) != GS_OK) {
        gs_reply_code(c->x, GS_CODE_OVERLOADED);
    }
    return false;
}

/* Nothing is forgotten early to make room. */
void gs_idem_room_problem(const struct gs_call *c, const struct gs_key_room *room, struct gs_problem *out)
{
    static const struct gs_words own = {
        {"本账号 7 天内带 Idempotency-Key 的请求已达 {limit} "
         "个（为重试保留的回答上限），{at} 之后才能使用新的键；已发过的请求仍可照常重试。",
         "This name has {limit} answers kept for retries, as many as it may have within 7 days: a new Idempotency-Key "
         "is taken from {at} on. What was sent already can be sent again as before."}};
    static const struct gs_words of_all = {
        {"系统为重试保留的回答已达 {limit} 个的上限，而本账号所占过多；{at} "
         "之后才能使用新的 Idempotency-Key；已发过的请求仍可照常重试。",
         "{limit} answers are kept for retries, as many as may be of all clients together, and many of them are this "
         "name's: a new Idempotency-Key is taken from {at} on. What was sent already can be sent again as before."}};
    struct gs_outcome *o = &c->api->outcome;
    const int64_t wait_ms = room->again_ms - c->service->now_ms(c->service->self);
    memset(o, 0, sizeof *o);
    o->code = GS_CODE_RATE_LIMITED;
    o->limit = room->limit;
    o->at_ms = room->again_ms;
    *out = (struct gs_problem){.code = o->code,
                               .outcome = o,
                               .detail = room->of_all ? &of_all : &own,
                               .retry_s = wait_ms > 0 ? (wait_ms + 999) / 1000 : 1,
                               .command = -1};
}

static bool refuse_room(struct gs_call *c, const struct gs_key_room *room)
{
    struct gs_problem p;
    gs_idem_room_problem(c, room, &p);
    gs_reply_problem(c->x, &p);
    return false;
}

const char *gs_idem_key_fault(const char *key, enum gs_fault_kind *out_kind)
{
    *out_kind = visible_ascii(key) ? GS_FAULT_TOO_LONG : GS_FAULT_ALPHABET;
    return *out_kind == GS_FAULT_ALPHABET ? "! … ~" : strlen(key) > GS_IDEMPOTENCY_KEY_MAX ? "128" : NULL;
}

bool gs_idem_begin(struct gs_call *c)
{
    const char *key = gs_request_header(&c->x->request, "idempotency-key");
    unsigned char known[GS_FINGERPRINT_KEPT];
    enum gs_fault_kind fault;
    struct gs_key_room room;
    int64_t row;
    if (key == NULL || key[0] == '\0') {
        if (c->route->flags & GS_ROUTE_KEY_REQUIRED) {
            gs_reply_code(c->x, GS_CODE_IDEMPOTENCY_KEY_MISSING);
            return false;
        }
        return true;
    }
    const char *expected = gs_idem_key_fault(key, &fault);
    if (expected != NULL) {
        return refuse_key(c, fault, expected);
    }
    c->key = key;
    take_fingerprint(c);
    if (!c->service->find_answer(c->service->self, c->caller->actor.name, key, known, &row)) {
        return c->service->key_room(c->service->self, c->caller->actor.name, &room) || refuse_room(c, &room);
    }
    if (memcmp(known, c->fingerprint, sizeof known) != 0) {
        gs_reply_code(c->x, GS_CODE_IDEMPOTENCY_KEY_REUSED);
        return false;
    }
    return ask_stored(c, row);
}

void gs_idem_keep(struct gs_call *c, struct gs_idem *answer)
{
    const struct gs_buf *body = &c->api->body;
    if (c->key == NULL || gs_buf_status(body) != GS_OK) {
        return;
    }
    answer->body_len = body->len;
    answer->body = body->data;
    gs_idem_keep_as(c, c->key, c->fingerprint, answer);
}

void gs_idem_keep_as(const struct gs_call *c, const char *key, const unsigned char fingerprint[GS_SHA256_BYTES],
                     struct gs_idem *answer)
{
    (void)gs_text_copy(answer->key, sizeof answer->key, key);
    (void)gs_text_copy(answer->owner, sizeof answer->owner, c->caller->actor.name);
    memcpy(answer->fingerprint, fingerprint, sizeof answer->fingerprint);
    answer->at_ms = c->service->now_ms(c->service->self);
    c->service->keep_answer(c->service->self, answer);
}

bool gs_idem_final(const struct gs_outcome *o)
{
    switch (o->code) {
    case GS_CODE_FULL:
    case GS_CODE_COMPANY_QUOTA:
    case GS_CODE_LIVE_QUOTA:
    case GS_CODE_RATE_LIMITED:
    case GS_CODE_OVERLOADED:
    case GS_CODE_STORAGE_FULL:
    case GS_CODE_CLOCK_UNTRUSTED:
    case GS_CODE_NOT_OWNER:
    case GS_CODE_EARLY:
    case GS_CODE_YARD_FULL:
        return false;
    case GS_CODE_OUTSIDE_HORIZON:
        return o->at_ms == 0; /* a day that opens later is healed by waiting */
    default:
        return true;
    }
}
