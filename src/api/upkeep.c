/* The calls for those who run the daemon: health, metrics, the API's description, backup and audit. The path of a backup is taken
 * only from a supervisor on this machine. */
#include "booking_json.h"
#include "codec.h"
#include "handlers.h"
#include "openapi.h"
#include "query_store.h"
#include "reply.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct gs_words socket_only = {
    {"备份只能由本机的 root 或守护进程用户通过 Unix 套接字发起。",
     "A backup can only be asked for by root or the daemon's own user, over the Unix socket."}};
static const struct gs_words backup_failed = {{"备份没有完成：{what}。", "The backup was not made: {what}."}};

/* ---- health ---- */

static void send_text(struct gs_exchange *x, int status, const char *text)
{
    struct gs_reply reply = {.status = status, .content_type = "text/plain; charset=utf-8"};
    struct gs_json j = gs_reply_begin(x);
    gs_buf_str(j.out, text);
    gs_reply_header(&reply, "Cache-Control", "no-store");
    if (status == 503) {
        gs_reply_header(&reply, "Retry-After", GS_RETRY_AFTER_S);
    }
    gs_reply_send(x, &reply);
}

void gs_handle_live(struct gs_call *c)
{
    send_text(c->x, 200, "ok\n");
}

/* Why it serves, but not as it should. */
static void say_impaired(const struct gs_health *h, char *out, size_t size)
{
    (void)snprintf(out, size, "ready\n");
    if (h->storage_full) {
        (void)snprintf(out, size, "ready: storage_full: no new bookings; gate steps and cancellations go on\n");
    } else if (h->copies_held < h->copies_promised) {
        (void)snprintf(out, size, "ready: fewer_copies: %s, %d promised\n",
                       h->copies_held <= 1 ? "ONE COPY" : "fewer copies than promised", h->copies_promised);
    } else if (h->reserve_bytes < h->reserve_wanted) {
        (void)snprintf(out, size, "ready: reserve for a full disk: %lld of %lld MB, too little space\n",
                       (long long)(h->reserve_bytes >> 20), (long long)(h->reserve_wanted >> 20));
    }
}

void gs_handle_ready(struct gs_call *c)
{
    struct gs_health health;
    char text[160];
    if (!gs_api_serves(c->api)) {
        send_text(c->x, 503, "not ready: not_owner: another daemon serves, or may serve by now\n");
        return;
    }
    c->service->health(c->service->self, &health);
    if (health.clock_refused) {
        (void)snprintf(
            text, sizeof text,
            "not ready: clock_untrusted: the clock leapt by %lld s and is not followed; gateslot clock accept\n",
            (long long)(health.leap_ms / 1000));
        send_text(c->x, 503, text);
    } else if (health.stopping) {
        send_text(c->x, 503, "not ready: stopping\n");
    } else {
        say_impaired(&health, text, sizeof text);
        send_text(c->x, 200, text);
    }
}

static void write_counter(struct gs_buf *out, const char *name, const char *type, const char *help, uint64_t value)
{
    gs_buf_printf(out, "# HELP gateslot_http_%s %s\n# TYPE gateslot_http_%s %s\ngateslot_http_%s %" PRIu64 "\n", name,
                  help, name, type, name, value);
}

void gs_handle_metrics(struct gs_call *c)
{
    struct gs_reply reply = {.status = 200, .content_type = "text/plain; version=0.0.4; charset=utf-8"};
    const struct gs_api *r = c->api;
    struct gs_buf *out = gs_reply_begin(c->x).out;
    gs_buf_str(out, "# HELP gateslot_http_answers_total Answers by status class.\n"
                    "# TYPE gateslot_http_answers_total counter\n");
    for (int i = 1; i <= 5; i++) {
        gs_buf_printf(out, "gateslot_http_answers_total{class=\"%dxx\"} %" PRIu64 "\n", i, r->count.answers[i]);
    }
    write_counter(out, "unreadable_total", "counter", "Requests that could not be read.", r->count.unreadable);
    write_counter(out, "unauthorized_total", "counter", "Requests without a valid token.", r->count.unauthorized);
    gs_rates_metrics(&r->rates, out);
    write_counter(out, "replayed_total", "counter", "Stored answers given to retries.", r->count.replayed);
    gs_batch_counts_write(&r->count.batches, out);
    write_counter(out, "waiting", "gauge", "Clients that wait for the next event by a long poll.", r->feed.waiting);
    write_counter(out, "streams", "gauge", "Clients that follow the events by a stream.", r->feed.streams);
    write_counter(out, "streamed_total", "counter", "Events that left by streams.", r->feed.streamed);
    write_counter(out, "tokens", "gauge", "Tokens known.", r->tokens.count);
    write_counter(out, "users", "gauge", "Users known.", r->users.count);
    write_counter(out, "sessions", "gauge", "Sessions, of users and of paired devices, those that ran out lately too.",
                  r->sessions.count);
    write_counter(out, "logins_total", "counter", "Logins by password.", r->count.logins);
    write_counter(out, "logins_refused_total", "counter", "Passwords that were wrong, or of nobody who may log in.",
                  r->count.logins_refused);
    write_counter(out, "logins_throttled_total", "counter", "Passwords not looked at: too many failures before.",
                  r->count.logins_throttled);
    write_counter(out, "csrf_total", "counter", "Changes by a cookie that no page of ours had asked for.",
                  r->count.csrf);
    gs_histogram_write(out, "gateslot_booking_duration_seconds",
                       "From reading a booking request to handing its answer, which is on disk, to the kernel.",
                       &r->booking_times);
    gs_histogram_write(out, "gateslot_gate_check_duration_seconds",
                       "From reading a gate check to handing its answer to the kernel.", &r->check_times);
    c->service->metrics(c->service->self, out);
    gs_reply_send(c->x, &reply);
}

void gs_handle_openapi(struct gs_call *c)
{
    struct gs_json j = gs_reply_begin(c->x);
    gs_buf_add(j.out, gs_openapi_text, gs_openapi_len);
    gs_reply_json(c->x, 200);
}

/* ---- backup ---- */

struct backup {
    struct gs_exchange *x;
    struct gs_query query;
    const struct gs_service *service;
    int32_t keep;
};

static void backup_done(void *arg, struct gs_answer *answer)
{
    struct backup *b = arg;
    struct gs_json j;
    if (answer->err == GS_OK) {
        int removed = b->service->backup_made(b->service->self, b->query.u.path, b->keep);
        j = gs_reply_begin(b->x);
        gs_json_object(&j, NULL);
        gs_json_str(&j, "path", b->query.u.path);
        gs_json_int(&j, "removed", removed);
        gs_json_end_object(&j);
        gs_reply_json(b->x, 201);
        return;
    }
    gs_reply_problem(b->x,
                     &(struct gs_problem){.code = answer->err == GS_E_FULL ? GS_CODE_STORAGE_FULL : GS_CODE_INTERNAL,
                                          .status = answer->err == GS_E_FULL ? 0 : 409,
                                          .detail = &backup_failed,
                                          .what = answer->text[0] != '\0' ? answer->text : gs_strerror(answer->err),
                                          .command = -1});
}

void gs_handle_backup(struct gs_call *c)
{
    struct backup *b;
    if (!c->x->request.peer_trusted) {
        gs_reply_problem(c->x, &(struct gs_problem){.code = GS_CODE_FORBIDDEN, .detail = &socket_only, .command = -1});
        return;
    }
    b = gs_query_state(c->x, sizeof *b);
    if (b == NULL) {
        return;
    }
    *b = (struct backup){.x = c->x, .query = {.kind = GS_QUERY_BACKUP}, .service = c->service};
    gs_codec_backup(c->body, b->query.u.path, sizeof b->query.u.path, &b->keep, &c->api->faults);
    if (c->api->faults.count > 0) {
        gs_reply_faults(c->x, &c->api->faults);
        return;
    }
    if (b->query.u.path[0] == '\0' &&
        c->service->backup_name(c->service->self, b->query.u.path, sizeof b->query.u.path) != GS_OK) {
        gs_reply_problem(c->x, &(struct gs_problem){.code = GS_CODE_INTERNAL,
                                                    .status = 409,
                                                    .detail = &backup_failed,
                                                    .what = b->query.u.path,
                                                    .command = -1});
        return;
    }
    gs_query_store(c->x, &b->query, backup_done, b);
}

/* ---- audit ---- */

static void write_positive(struct gs_json *j, const char *key, int64_t value)
{
    if (value > 0) {
        gs_json_int(j, key, value);
    } else {
        gs_json_null(j, key);
    }
}

static void audit_done(void *arg, struct gs_answer *answer)
{
    static const char digits[] = "0123456789abcdef";
    struct gs_exchange *x = arg;
    const struct gs_audit *a = &answer->audit;
    char hash[2 * sizeof a->last_hash];
    struct gs_json j;
    if (answer->err != GS_OK) {
        gs_query_failed(x, answer->err);
        return;
    }
    for (size_t i = 0; i < sizeof a->last_hash; i++) {
        hash[2 * i] = digits[a->last_hash[i] >> 4];
        hash[2 * i + 1] = digits[a->last_hash[i] & 15];
    }
    j = gs_reply_begin(x);
    gs_json_object(&j, NULL);
    write_positive(&j, "next", a->next);
    gs_json_int(&j, "checked", a->checked);
    write_positive(&j, "broken_seq", a->broken_seq);
    gs_json_int(&j, "last_seq", a->last_seq);
    gs_json_strn(&j, "last_hash", hash, sizeof hash);
    gs_json_end_object(&j);
    gs_reply_json(x, 200);
}

void gs_handle_audit(struct gs_call *c)
{
    struct gs_query query = {.kind = GS_QUERY_AUDIT};
    int64_t from = 0;
    (void)gs_params_int(&c->params, "from", 0, INT64_MAX, &from);
    if (c->api->faults.count > 0) {
        gs_reply_faults(c->x, &c->api->faults);
        return;
    }
    if (gs_work_put_off_background(c)) {
        return;
    }
    query.u.row = from > 0 ? from : 1; /* events count from 1 */
    gs_query_store(c->x, &query, audit_done, c->x);
}

static void integrity_done(void *arg, struct gs_answer *answer)
{
    struct gs_exchange *x = arg;
    bool ok = answer->err == GS_OK && answer->text[0] == '\0';
    struct gs_json j;
    if (answer->err != GS_OK && answer->err != GS_E_CORRUPT) {
        gs_query_failed(x, answer->err);
        return;
    }
    j = gs_reply_begin(x);
    gs_json_object(&j, NULL);
    gs_json_bool(&j, "ok", ok);
    gs_json_str(&j, "message", ok ? NULL : answer->text[0] != '\0' ? answer->text : gs_strerror(answer->err));
    gs_json_end_object(&j);
    gs_reply_json(x, 200);
}

void gs_handle_integrity(struct gs_call *c)
{
    if (gs_work_put_off_background(c)) {
        return;
    }
    const struct gs_query query = {.kind = GS_QUERY_CHECK};
    gs_query_store(c->x, &query, integrity_done, c->x);
}
