/* The world of the routes' tests: what app, store and connections do, in memory and at the tests' pace. */
#include "world.h"
#include "auth.h"
#include "gateslot/base/sha256.h"
#include "gateslot/conf/conf.h"
#include <stdio.h>
#include <strings.h>

static const struct {
    const char *name, *token;
    enum gs_role role;
} people[] = {
    {"backend", "gs_backend", GS_ROLE_BACKEND}, {"other", "gs_other", GS_ROLE_BACKEND},
    {"gate", "gs_gate", GS_ROLE_GATE},          {"supervisor", "gs_supervisor", GS_ROLE_SUPERVISOR},
    {"display", "gs_display", GS_ROLE_DISPLAY}, {"metrics", "gs_metrics", GS_ROLE_METRICS},
};

const char *token_of(const char *name)
{
    for (size_t i = 0; name != NULL && i < sizeof people / sizeof people[0]; i++) {
        if (strcmp(people[i].name, name) == 0) {
            return people[i].token;
        }
    }
    return name;
}

int64_t instant(const char *rfc3339)
{
    int64_t at_ms = 0;
    assert_int_equal(gs_rfc3339_parse(rfc3339, strlen(rfc3339), &at_ms), GS_OK);
    return at_ms;
}

/* ---- the service ---- */

static const struct gs_book *service_apply_due(void *self)
{
    struct gs_http *w = self;
    gs_apply_due(w->book, w->now, &w->batch);
    return w->book;
}

static const struct gs_book *service_book(void *self)
{
    return ((struct gs_http *)self)->book;
}

static int64_t service_now(void *self)
{
    return ((struct gs_http *)self)->now;
}

static bool service_drill(void *self)
{
    return ((struct gs_http *)self)->is_drill;
}

static int service_set_clock(void *self, int64_t now_ms)
{
    struct gs_http *w = self;
    if (now_ms < w->now) {
        return GS_E_RANGE;
    }
    w->now = now_ms;
    (void)service_apply_due(w);
    return GS_OK;
}

static void service_apply(void *self, struct gs_command *command, struct gs_outcome *out)
{
    struct gs_http *w = self;
    memset(out, 0, sizeof *out);
    w->applied++;
    if (w->refuse_with != GS_CODE_OK) {
        out->code = w->refuse_with;
        return;
    }
    command->random = (uint64_t)rand() << 20 ^ (uint64_t)rand();
    gs_apply(w->book, command, w->now, &w->batch, out);
    assert_false(w->batch.failed);
    w->now += w->leap_ms;
    w->leap_ms = 0;
}

/* Here a batch is never handed over while a request is answered. */
static void service_gather(void *self, bool on)
{
    (void)self;
    (void)on;
}

static enum gs_code service_together_begin(void *self)
{
    struct gs_http *w = self;
    if (w->refuse_with != GS_CODE_OK) {
        return w->refuse_with;
    }
    (void)gs_apply_due(w->book, w->now, &w->batch);
    assert_int_equal(gs_together_begin(w->book, &w->batch), GS_OK);
    return GS_CODE_OK;
}

static void service_together_end(void *self, bool stands, const struct gs_refused_together *refused)
{
    struct gs_http *w = self;
    assert_true(stands || refused->command == NULL || refused->count > 0);
    gs_together_end(w->book, &w->batch, stands);
    assert_false(w->batch.failed);
}

static void service_keep_answer(void *self, const struct gs_idem *idem)
{
    struct gs_http *w = self;
    assert_true(w->idem_known < WORLD_MAX);
    w->known[w->idem_known++] = *idem;
    gs_batch_idem(&w->batch, idem);
}

static void service_keep_user(void *self, const struct gs_user *user, bool remove)
{
    gs_batch_user(&((struct gs_http *)self)->batch, user, remove);
}

static void service_keep_session(void *self, const struct gs_session *session, bool close)
{
    gs_batch_session(&((struct gs_http *)self)->batch, session, close);
}

static void service_keep_token(void *self, const struct gs_token *token, bool revoke)
{
    gs_batch_token(&((struct gs_http *)self)->batch, token, revoke);
}

static bool service_webhook(void *self, size_t nth, struct gs_webhook_view *out)
{
    const struct gs_http *w = self;
    *out = (struct gs_webhook_view){.row = &w->webhooks[nth]};
    return nth < w->webhook_count;
}

static void service_keep_webhook(void *self, const struct gs_webhook *webhook, bool remove)
{
    struct gs_http *w = self;
    size_t at = 0;
    while (at < w->webhook_count && strcmp(w->webhooks[at].name, webhook->name) != 0) {
        at++;
    }
    gs_batch_webhook(&w->batch, webhook, remove);
    if (remove) {
        w->webhooks[at] = w->webhooks[--w->webhook_count];
    } else {
        w->webhooks[at] = *webhook;
        w->webhook_count += at == w->webhook_count ? 1 : 0;
    }
}

static bool service_webhook_may(void *self, const char *url)
{
    (void)self;
    return strncmp(url, "https://hooks.example.com/", 26) == 0;
}

static int service_test_webhook(void *self, const struct gs_webhook *webhook, gs_webhook_test_done done, void *arg)
{
    (void)self;
    (void)webhook;
    done(arg, &(struct gs_webhook_tested){.result = GS_WEBHOOK_REFUSED, .status = 500, .id = "msg_1_test_1"});
    return GS_OK;
}

static int service_hash(void *self, const struct gs_hash_question *q, gs_hash_done done, void *arg)
{
    struct gs_http *w = self;
    if (w->busy || w->hash_count == WORLD_QUERIES) {
        return GS_E_BUSY;
    }
    struct world_hash *h = &w->hashes[w->hash_count++];
    *h = (struct world_hash){.question = *q, .done = done, .arg = arg};
    strcpy(h->secret, q->secret);
    strcpy(h->against, q->against != NULL ? q->against : "");
    return GS_OK;
}

static void answer_hash(struct gs_http *w)
{
    const struct world_hash h = w->hashes[0];
    struct gs_hash_result r = {.err = GS_OK};
    w->hash_count--;
    memmove(w->hashes, w->hashes + 1, w->hash_count * sizeof h);
    if (h.question.checks) {
        w->hashes_checked++;
        r.matches = h.against[0] == '$' && strncmp(h.against + 1, h.secret, 100) == 0;
    } else {
        w->hashes_made++;
        snprintf(r.hash, sizeof r.hash, "$%.100s", h.secret);
    }
    h.done(h.arg, &r);
}

static void service_session_limits(void *self, int64_t *out_idle_ms, int64_t *out_absolute_ms)
{
    const struct gs_http *w = self;
    *out_idle_ms = w->idle_ms;
    *out_absolute_ms = w->absolute_ms;
}

static bool service_key_room(void *self, const char *owner, struct gs_key_room *out)
{
    const struct gs_http *w = self;
    (void)owner;
    *out = w->key_room;
    return w->key_room.limit == 0;
}

static bool service_find_answer(void *self, const char *owner, const char *key,
                                unsigned char out_fingerprint[GS_FINGERPRINT_KEPT], int64_t *out_row)
{
    const struct gs_http *w = self;
    for (size_t i = 0; i < w->idem_known; i++) {
        if (strcmp(w->known[i].owner, owner) == 0 && strcmp(w->known[i].key, key) == 0) {
            memcpy(out_fingerprint, w->known[i].fingerprint, GS_FINGERPRINT_KEPT);
            *out_row = (int64_t)i + 1;
            return true;
        }
    }
    return false;
}

static int service_query(void *self, const struct gs_query *query, void (*done)(void *arg, struct gs_answer *answer),
                         void *arg)
{
    struct gs_http *w = self;
    if (w->busy || w->question_count == WORLD_QUERIES) {
        return GS_E_BUSY;
    }
    w->asked++;
    w->questions[w->question_count++] = (struct world_question){*query, done, arg};
    return GS_OK;
}

static void service_follow(void *self, bool wanted)
{
    ((struct gs_http *)self)->tells = wanted;
}

static int service_backup_name(void *self, char *out, size_t size)
{
    const struct gs_http *w = self;
    (void)snprintf(out, size, "%s", w->backup_err == GS_E_DENIED ? "there is no place" : "/place/gateslot-1.db");
    return w->backup_err == GS_E_DENIED ? GS_E_DENIED : GS_OK;
}

static int service_backup_made(void *self, const char *path, int32_t keep)
{
    const struct gs_http *w = self;
    assert_string_equal(path, w->backup_path);
    return keep;
}

static int service_replay(void *self, gs_date date, const struct gs_replay_waiter *waiter)
{
    struct gs_http *w = self;
    if (w->replay_err != GS_OK) {
        return w->replay_err;
    }
    w->replay_report.date = date;
    waiter->done(waiter->arg, w->replay_end, w->replay_end == GS_OK ? &w->replay_report : NULL);
    return GS_OK;
}

static uint64_t service_stamp(void *self)
{
    (void)self;
    return 0;
}

static const struct gs_rules *service_rules(void *self)
{
    return &((struct gs_http *)self)->rules;
}

static bool service_rule(void *self, size_t nth, struct gs_rule_value *out)
{
    return gs_config_rule(&((struct gs_http *)self)->rules, nth, out);
}

static void service_health(void *self, struct gs_health *out)
{
    const struct gs_http *w = self;
    *out = (struct gs_health){.stopping = !w->is_ready, .clock_refused = w->is_clock_refused, .leap_ms = -660000};
}

static void service_state(void *self, struct gs_daemon_state *out)
{
    struct gs_http *w = self;
    *out = (struct gs_daemon_state){.started_ms = w->now,
                                    .loaded_ms = w->now,
                                    .wall_ms = w->now + 1000,
                                    .config_path = "/etc/gateslot/gateslotd.yaml",
                                    .config_sha256 = "abc",
                                    .reload = &w->reload,
                                    .connections = 7};
}

static int service_accept_clock(void *self, const struct gs_actor *actor)
{
    struct gs_http *w = self;
    assert_int_equal(actor->role, GS_ROLE_SUPERVISOR);
    int err = w->is_clock_refused ? GS_OK : GS_E_INVALID;
    w->is_clock_refused = false;
    return err;
}

static void service_device_limits(void *self, int64_t *out_lasts_ms, int64_t *out_person_ms)
{
    (void)self;
    *out_lasts_ms = INT64_C(86400000);
    *out_person_ms = INT64_C(1800000);
}

static bool service_peer_named(void *self, const char *name)
{
    (void)self;
    return strcmp(name, "named-in-peers") == 0;
}

static bool service_peer(void *self, uid_t uid, const gid_t *groups, size_t count, struct gs_actor *out)
{
    const struct gs_http *w = self;
    assert_int_equal(uid, w->uid);
    assert_int_equal(count, 1);
    assert_int_equal(groups[0], uid + 1000);
    *out = w->local;
    return w->local.name[0] != '\0' || w->local_nameless;
}

static void service_metrics(void *self, struct gs_buf *out)
{
    (void)self;
    gs_buf_str(out, "gateslot_app 1\n");
}

void world_turn(struct gs_http *w)
{
    struct world_question q;
    world_store_commit(w);
    w->functions.wake(w->api, (int64_t)w->event_count);
    (void)event_base_loop(w->base, EVLOOP_NONBLOCK);
    while (w->question_count > 0) {
        q = w->questions[0];
        w->question_count--;
        memmove(w->questions, w->questions + 1, w->question_count * sizeof q);
        world_store_answer(w, &q);
    }
    while (w->hash_count > 0) {
        answer_hash(w);
    }
}

/* ---- what the server gives the API ---- */

size_t gs_exchange_groups(const struct gs_exchange *x, gid_t *out, size_t max)
{
    (void)max;
    out[0] = x->request.peer_uid + 1000;
    return 1;
}

bool gs_exchange_gone(const struct gs_exchange *x)
{
    return x->http->is_gone;
}

void gs_exchange_known(struct gs_exchange *x, enum gs_client_class class)
{
    x->http->shown = class;
}

void gs_exchange_wipe(struct gs_exchange *x)
{
    x->request.body_len = 0;
}

const char *gs_drop_reason_name(enum gs_drop_reason why)
{
    static const char *const names[GS_DROP_REASONS] = {"memory", "places", "address", "unread", "reading", "sending"};
    return names[why];
}

void gs_exchange_holds(struct gs_exchange *x, size_t bytes)
{
    x->http->held += bytes;
}

bool gs_exchange_hurried(const struct gs_exchange *x)
{
    return x->http->is_gone || x->http->is_hurried || x->http->is_draining;
}

bool gs_http_draining(const struct gs_http *http)
{
    return http->is_draining;
}

static void forget_answer(struct caught *c)
{
    json_decref(c->json);
    free(c->body);
    *c = (struct caught){0};
}

/* NULL: it is the one exchange of the world, or a test's own. */
static struct world_stream *stream_of(const struct gs_exchange *x)
{
    for (size_t i = 0; i < WORLD_STREAMS; i++) {
        if (x->http->streams[i] != NULL && &x->http->streams[i]->x == x) {
            return x->http->streams[i];
        }
    }
    return NULL;
}

static struct caught *caught_of(struct gs_exchange *x)
{
    struct world_stream *s = stream_of(x);
    return s != NULL ? &s->caught : &x->http->caught;
}

static void catch_head(struct caught *c, const struct gs_reply *reply)
{
    assert_int_equal(c->status, 0); /* exactly one reply */
    c->status = reply->status;
    c->close = reply->close;
    snprintf(c->content_type, sizeof c->content_type, "%s", reply->content_type != NULL ? reply->content_type : "");
    for (size_t i = 0; i < reply->header_count; i++) {
        snprintf(c->headers[i].name, sizeof c->headers[i].name, "%s", reply->headers[i].name);
        snprintf(c->headers[i].value, sizeof c->headers[i].value, "%s", reply->headers[i].value);
    }
    c->header_count = reply->header_count;
}

bool gs_exchange_stream(struct gs_exchange *x, const struct gs_reply *head)
{
    struct caught *c = caught_of(x);
    catch_head(c, head);
    c->body = calloc(1, 1);
    assert_non_null(c->body);
    c->is_stream = x->request.method != GS_HEAD;
    return c->is_stream;
}

bool gs_exchange_ready(struct gs_exchange *x)
{
    struct world_stream *s = stream_of(x);
    if (s == NULL) {
        return true;
    }
    assert_false(s->is_over);
    const bool ready = s->taken == s->caught.body_len && !s->is_slow;
    s->awaited = !ready;
    return ready;
}

bool gs_exchange_write(struct gs_exchange *x, const char *bytes, size_t len)
{
    struct caught *c = caught_of(x);
    assert_true(c->is_stream);
    c->body = realloc(c->body, c->body_len + len + 1);
    assert_non_null(c->body);
    memcpy(c->body + c->body_len, bytes, len);
    c->body_len += len;
    c->body[c->body_len] = '\0';
    if (stream_of(x) != NULL) {
        assert_true(len <= GS_STREAM_BYTES + 2 * GS_STORE_EVENT_TEXT_MAX); /* what a slow client may hold */
    }
    return true;
}

void gs_exchange_end(struct gs_exchange *x)
{
    caught_of(x)->is_stream = false;
    if (stream_of(x) != NULL) {
        stream_of(x)->is_over = true;
    }
}

void gs_exchange_reply(struct gs_exchange *x, const struct gs_reply *reply)
{
    struct caught *c = caught_of(x);
    catch_head(c, reply);
    c->body = malloc(reply->body_len + 1);
    assert_non_null(c->body);
    memcpy(c->body, reply->body_len > 0 ? reply->body : "", reply->body_len);
    c->body[reply->body_len] = '\0';
    c->body_len = reply->body_len;
    if (strstr(c->content_type, "json") != NULL) {
        c->json = json_loads(c->body, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(c->json);
    }
}

/* ---- asking ---- */

static enum gs_method method_of(const char *name)
{
    for (int m = 0; m < GS_METHOD_OTHER; m++) {
        if (strcmp(gs_method_name((enum gs_method)m), name) == 0) {
            return (enum gs_method)m;
        }
    }
    return GS_METHOD_OTHER;
}

void world_end(struct gs_http *w)
{
    if (w->exchange != NULL && w->exchange->state_free != NULL) {
        w->exchange->state_free(w->exchange->state);
    }
    free(w->exchange);
    w->exchange = NULL;
}

static void add_header(struct gs_http *w, const char *name, const char *value)
{
    struct gs_request *r = &w->exchange->request;
    w->request_headers[r->header_count++] = (struct gs_header){name, value};
}

static void prepare(struct gs_http *w, const char *method, const char *target, const char *body)
{
    char *query;
    world_end(w);
    forget_answer(&w->caught);
    w->exchange = calloc(1, sizeof *w->exchange);
    assert_non_null(w->exchange);
    snprintf(w->target, sizeof w->target, "%s", target);
    query = strchr(w->target, '?');
    w->caller = (struct gs_caller){0};
    w->exchange->http = w;
    w->exchange->api = w->api;
    w->exchange->own = &w->caller;
    w->exchange->request = (struct gs_request){.method = method_of(method),
                                               .method_text = method,
                                               .path = w->target,
                                               .query = query != NULL ? query + 1 : "",
                                               .headers = w->request_headers,
                                               .body = body != NULL ? body : "",
                                               .body_len = body != NULL ? strlen(body) : 0,
                                               .peer_trusted = w->trusted,
                                               .peer = w->peer,
                                               .peer_uid = w->trusted || w->uid != 0 ? w->uid : (uid_t)-1,
                                               .tls = w->tls};
    if (query != NULL) {
        *query = '\0';
    }
}

static char authorization[128];

static void authorize(struct gs_http *w, const char *token)
{
    if (token != NULL) {
        snprintf(authorization, sizeof authorization, "Bearer %s", token_of(token));
        add_header(w, "authorization", authorization);
    }
}

void world_begin(struct gs_http *w, const char *method, const char *target, const char *token, const char *body)
{
    prepare(w, method, target, body);
    authorize(w, token);
    if (body != NULL) {
        add_header(w, "content-type", "application/json");
    }
    add_header(w, "accept-language", "en");
    w->functions.dispatch(w->api, w->exchange);
}

struct world_stream *world_stream(struct gs_http *w, const char *target, const char *token, const char *last_id)
{
    struct world_stream *s = calloc(1, sizeof *s);
    size_t place = 0;
    assert_non_null(s);
    while (w->streams[place] != NULL) {
        place++;
        assert_true(place < WORLD_STREAMS);
    }
    w->streams[place] = s;
    snprintf(s->target, sizeof s->target, "%s", target);
    char *query = strchr(s->target, '?');
    snprintf(s->authorization, sizeof s->authorization, "Bearer %s", token_of(token));
    s->headers[0] = (struct gs_header){"authorization", s->authorization};
    s->headers[1] = (struct gs_header){"accept-language", "en"};
    s->headers[2] = (struct gs_header){"last-event-id", last_id};
    s->x = (struct gs_exchange){.http = w, .api = w->api, .own = &s->caller};
    s->x.request = (struct gs_request){.method = GS_GET,
                                       .method_text = "GET",
                                       .path = s->target,
                                       .query = query != NULL ? query + 1 : "",
                                       .headers = s->headers,
                                       .header_count = last_id != NULL ? 3 : 2,
                                       .body = "",
                                       .peer_uid = (uid_t)-1};
    if (query != NULL) {
        *query = '\0';
    }
    s->is_slow = true; /* its head leaves when the request has been taken */
    w->functions.dispatch(w->api, &s->x);
    if (s->caught.is_stream) {
        world_stream_takes(w, s);
    }
    return s;
}

void world_stream_takes(struct gs_http *w, struct world_stream *s)
{
    s->is_slow = false;
    do {
        s->taken = s->caught.body_len;
        const bool awaited = s->awaited;
        s->awaited = false;
        if (awaited && !s->is_over) {
            w->functions.ready(w->api, &s->x);
        }
    } while (s->taken < s->caught.body_len);
}

void world_stream_close(struct world_stream *s)
{
    struct gs_http *w = s->x.http;
    if (s->x.state_free != NULL) {
        s->x.state_free(s->x.state);
    }
    forget_answer(&s->caught);
    for (size_t i = 0; i < WORLD_STREAMS; i++) {
        w->streams[i] = w->streams[i] == s ? NULL : w->streams[i];
    }
    free(s);
}

void world_begin_by(struct gs_http *w, const char *target, const char *cookie)
{
    prepare(w, "GET", target, NULL);
    add_header(w, "cookie", cookie + strlen("Cookie: "));
    w->functions.dispatch(w->api, w->exchange);
}

const struct caught *world_ask(struct gs_http *w, const char *method, const char *target, const char *token,
                               const char *body, ...)
{
    static char names[8][64];
    const char *given;
    bool type = false, lang = false;
    va_list args;
    int n = 0;
    prepare(w, method, target, body);
    authorize(w, token);
    va_start(args, body);
    while ((given = va_arg(args, const char *)) != NULL) {
        size_t len = strcspn(given, ":");
        for (size_t i = 0; i < len; i++) {
            names[n][i] = (char)(given[i] >= 'A' && given[i] <= 'Z' ? given[i] + 32 : given[i]);
        }
        names[n][len] = '\0';
        type = type || strcmp(names[n], "content-type") == 0;
        lang = lang || strcmp(names[n], "accept-language") == 0;
        add_header(w, names[n++], given + len + 2);
    }
    va_end(args);
    if (body != NULL && !type) {
        add_header(w, "content-type", "application/json");
    }
    if (!lang) {
        add_header(w, "accept-language", "en");
    }
    w->functions.dispatch(w->api, w->exchange);
    for (int i = 0; i < 64 && (w->caught.status == 0 || w->batch.count > 0); i++) {
        world_turn(w);
    }
    assert_int_not_equal(w->caught.status, 0);
    return &w->caught;
}

const char *header(const struct caught *c, const char *name)
{
    for (size_t i = 0; i < c->header_count; i++) {
        if (strcasecmp(c->headers[i].name, name) == 0) {
            return c->headers[i].value;
        }
    }
    return NULL;
}

const json_t *at(const struct caught *c, const char *path)
{
    const json_t *value = c->json;
    while (*path != '\0') {
        char name[64];
        size_t len = strcspn(path, "/");
        snprintf(name, sizeof name, "%.*s", (int)len, path);
        value = json_is_array(value) ? json_array_get(value, (size_t)atoi(name)) : json_object_get(value, name);
        path += len + (path[len] == '/' ? 1 : 0);
    }
    return value;
}

const char *text(const struct caught *c, const char *path)
{
    const char *value = json_string_value(at(c, path));
    return value != NULL ? value : "";
}

int64_t number(const struct caught *c, const char *path)
{
    assert_true(json_is_integer(at(c, path)));
    return json_integer_value(at(c, path));
}

bool has_error(const struct caught *c, const char *pointer, const char *code)
{
    const json_t *list = at(c, "errors");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *e = json_array_get(list, i);
        if (strcmp(json_string_value(json_object_get(e, "pointer")), pointer) == 0 &&
            strcmp(json_string_value(json_object_get(e, "code")), code) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- trucks ---- */

const char *plate(int n)
{
    static char out[32];
    snprintf(out, sizeof out, "浙D%05d", n);
    return out;
}

/* ISO 6346, so that the tests do not depend on the check they test. */
const char *container(int n)
{
    static const char values[] = "0123456789A?BCDEFGHIJK?LMNOPQRSTU?VWXYZ";
    static char out[16];
    int sum = 0;
    snprintf(out, sizeof out, "CSQU%06d", n);
    for (int i = 0; i < 10; i++) {
        sum += (int)(strchr(values, out[i]) - values) << i;
    }
    out[10] = (char)('0' + sum % 11 % 10);
    out[11] = '\0';
    return out;
}

const char *request(int n, const char *more)
{
    static char out[2048];
    snprintf(out, sizeof out,
             "{\"date\":\"" DAY "\",\"plate\":\"%s\",\"plate_colour\":\"yellow\",\"containers\":[\"%s\"],"
             "\"company\":{\"uscc\":\"91350100M000100Y43\",\"name\":\"某公司\"},"
             "\"driver\":{\"name\":\"王师傅\",\"phone\":\"13800138000\"}%s%s}",
             plate(n), container(n), more != NULL ? "," : "", more != NULL ? more : "");
    return out;
}

const char *booked(struct gs_http *w, int n, const char *more)
{
    static char id[GS_BOOKING_ID_TEXT];
    char key[64];
    const struct caught *c;
    snprintf(key, sizeof key, "Idempotency-Key: booked-%d", n);
    c = world_ask(w, "POST", "/v1/bookings", "backend", request(n, more), key, NULL);
    assert_in_range(c->status, 201, 202);
    snprintf(id, sizeof id, "%s", text(c, "id"));
    return id;
}

/* ---- from nothing and back ---- */

static void make_rules(struct gs_rules *r)
{
    static const struct gs_window_rule windows[] = {
        {"morning", 480, 720, 40, ""}, {"midday", 720, 960, 40, ""}, {"evening", 960, 1200, 40, ""}};
    *r = (struct gs_rules){.site_name = "测试监管中心",
                           .timezone = "Asia/Shanghai",
                           .bays = 40,
                           .window_count = 3,
                           .slot_min = 30,
                           .slot_capacity = -1,
                           .horizon_days = 7,
                           .opens_at_min = 480,
                           .cutoff_min = 30,
                           .lock_min = 240,
                           .settle_at_min = 1080,
                           .early_grace_min = 30,
                           .late_grace_min = 30,
                           .retention_days = 365,
                           .company_window_percent = 100, /* one company books all here */
                           .company_day = 0,
                           .lifted_min = 120,
                           .strike_limit = 3,
                           .strike_days = 30,
                           .suspend_days = 7,
                           .company_percent = 35,
                           .late_cancel = true,
                           .promote_min = 120,
                           .waitlist = true,
                           .walk_ins = true,
                           .delay_reports = true,
                           .overflow_percent = 1,
                           .min_samples = 200};
    memcpy(r->windows, windows, sizeof windows);
    assert_int_equal(gs_tz_load(r->timezone, &r->tz), GS_OK);
}

static void add_people(struct gs_http *w)
{
    for (size_t i = 0; i < sizeof people / sizeof people[0]; i++) {
        struct gs_token t = {.role = people[i].role, .created_ms = w->now};
        strcpy(t.name, people[i].name);
        const struct gs_piece token = {people[i].token, strlen(people[i].token)};
        gs_sha256(&token, 1, t.hash);
        assert_int_equal(gs_api_restore_token(w->api, &t), GS_OK);
    }
}

void world_load_again(struct gs_http *w)
{
    gs_api_forget(w->api);
    add_people(w);
}

struct gs_preview_task {
    bool is_faulty;
    int steps;
};

static int service_preview(void *self, const char *text, size_t len, struct gs_preview_task **out)
{
    (void)self;
    *out = calloc(1, sizeof **out);
    assert_non_null(*out);
    (*out)->is_faulty = len > 0 && text[0] == '!';
    return GS_OK;
}

/* Ready at the third. */
static int service_preview_step(void *self, struct gs_preview_task *task, const struct gs_preview **out_ready)
{
    static const struct gs_preview_fault fault = {1, 2, "site", "unknown key"};
    static const struct gs_option_change option = {"yard.bays", "40", "41", false};
    static const struct gs_option_changes options = {1, &option, 1};
    static const struct gs_plans none = {.range = true};
    static const struct gs_preview good = {.options = &options, .plans = &none},
                                   bad = {.fault_count = 1, .faults = &fault};
    (void)self;
    task->steps++;
    *out_ready = task->steps < 3 ? NULL : task->is_faulty ? &bad : &good;
    return GS_OK;
}

static void service_preview_end(struct gs_preview_task *task)
{
    free(task);
}

int world_setup(void **state)
{
    struct gs_http *w = calloc(1, sizeof *w);
    assert_non_null(w);
    srand(1);
    make_rules(&w->rules);
    w->idle_ms = 3600000;
    w->absolute_ms = 12 * w->idle_ms;
    const struct gs_service service = {.self = w,
                                       .apply_due = service_apply_due,
                                       .book = service_book,
                                       .now_ms = service_now,
                                       .drill = service_drill,
                                       .set_clock = service_set_clock,
                                       .apply = service_apply,
                                       .gather = service_gather,
                                       .together_begin = service_together_begin,
                                       .together_end = service_together_end,
                                       .keep_answer = service_keep_answer,
                                       .keep_token = service_keep_token,
                                       .keep_user = service_keep_user,
                                       .keep_session = service_keep_session,
                                       .webhook = service_webhook,
                                       .keep_webhook = service_keep_webhook,
                                       .webhook_may = service_webhook_may,
                                       .test_webhook = service_test_webhook,
                                       .hash = service_hash,
                                       .session_limits = service_session_limits,
                                       .find_answer = service_find_answer,
                                       .key_room = service_key_room,
                                       .query = service_query,
                                       .follow = service_follow,
                                       .backup_name = service_backup_name,
                                       .backup_made = service_backup_made,
                                       .replay = service_replay,
                                       .stamp = service_stamp,
                                       .rules = service_rules,
                                       .rule = service_rule,
                                       .preview = service_preview,
                                       .preview_step = service_preview_step,
                                       .preview_end = service_preview_end,
                                       .health = service_health,
                                       .state = service_state,
                                       .accept_clock = service_accept_clock,
                                       .device_limits = service_device_limits,
                                       .peer = service_peer,
                                       .peer_named = service_peer_named,
                                       .metrics = service_metrics};
    w->now = instant("2026-11-23T07:00:00+08:00");
    w->is_ready = true;
    w->bookings = calloc(WORLD_MAX, sizeof *w->bookings);
    w->base = event_base_new();
    assert_non_null(w->bookings);
    assert_non_null(w->base);
    gs_batch_init(&w->batch);
    assert_int_equal(gs_book_create(&w->rules, &w->book), GS_OK);
    assert_int_equal(gs_book_start(w->book, 0, 0, w->now), GS_OK);
    assert_int_equal(gs_api_create(w->base, &service, "9.9.9", &w->api), GS_OK);
    w->functions = gs_api_functions(w->api);
    add_people(w);
    *state = w;
    return 0;
}

int world_teardown(void **state)
{
    struct gs_http *w = *state;
    world_end(w);
    forget_answer(&w->caught);
    gs_api_destroy(w->api);
    gs_book_destroy(w->book);
    gs_batch_finish(&w->batch);
    gs_tz_destroy(w->rules.tz);
    event_base_free(w->base);
    for (size_t i = 0; i < w->event_count; i++) {
        free(w->events[i]);
    }
    for (size_t i = 0; i < w->idem_count; i++) {
        free((char *)w->idems[i].body);
    }
    free(w->bookings);
    free(w);
    return 0;
}
