/* The calls by which supervisors make, list, change, test and remove webhooks. A secret is told once, when it is made, and shown nowhere
 * after that. */
#include "auth.h"
#include "booking_json.h"
#include "codec_webhooks.h"
#include "event_words.h"
#include "gateslot/base/text.h"
#include "gateslot/base/webhook_signature.h"
#include "handlers.h"
#include "people.h"
#include "query_store.h"
#include "reply.h"
#include "webhook_text.h"
#include <openssl/crypto.h>
#include <string.h>
#include <unistd.h>

#define HOUR_MS INT64_C(3600000)

static const struct gs_words too_many = {{"Webhook 已达 32 个，这是上限；请先删除不用的。",
                                          "There are 32 webhooks, which is the most; delete one that is not needed."}};

static const struct gs_words name_taken = {
    {"已有名为 {what} 的 Webhook。", "There is a webhook named {what} already."}};

/* ---- shown ---- */

static void write_types(struct gs_json *j, const char *types)
{
    gs_json_array(j, "types");
    while (*types != '\0') {
        char word[GS_WEBHOOK_TYPES_MAX + 1];
        const size_t len = strcspn(types, ",");
        (void)gs_text_copyn(word, sizeof word, types, len);
        gs_json_str(j, NULL, word);
        types += len + (types[len] == ',' ? 1 : 0);
    }
    gs_json_end_array(j);
}

/* disabled; retrying: the latest attempt failed, and there is something to deliver; failing: likewise, and there is not. */
static const char *state_of(const struct gs_webhook_view *v)
{
    const bool failing = v->row->failing_ms != 0;
    return v->row->off != GS_WEBHOOK_ON ? "disabled"
           : failing && v->pending > 0  ? "retrying"
           : failing                    ? "failing"
                                        : "ok";
}

static void write_failure(struct gs_json *j, const struct gs_api *api, const struct gs_webhook *w, enum gs_lang lang)
{
    const struct gs_tz *tz = api->service.rules(api->service.self)->tz;
    gs_json_time_or_null(j, "last_failed_at", w->attempt_ms, tz);
    if (w->attempt_ms == 0) {
        gs_json_null(j, "last_failure");
        return;
    }
    struct gs_buf text;
    gs_buf_init(&text, 1024);
    gs_webhook_text(w->result, w->status, lang, &text);
    gs_json_object(j, "last_failure");
    gs_json_str(j, "result", gs_webhook_result_name(w->result));
    if (w->status != 0) {
        gs_json_int(j, "status", w->status);
    } else {
        gs_json_null(j, "status");
    }
    gs_json_str(j, "detail", gs_buf_status(&text) == GS_OK ? text.data : "");
    gs_json_end_object(j);
    gs_buf_finish(&text);
}

/* secret: told this once; NULL: not told. */
static void write_webhook(struct gs_json *j, const struct gs_api *api, const struct gs_webhook_view *v,
                          const char *secret, enum gs_lang lang)
{
    const struct gs_tz *tz = api->service.rules(api->service.self)->tz;
    const struct gs_webhook *w = v->row;
    const bool old = w->old_until_ms > api->service.now_ms(api->service.self);
    gs_json_object(j, NULL);
    gs_json_str(j, "name", w->name);
    gs_json_str(j, "url", w->url);
    gs_json_str(j, "backend", w->owner[0] != '\0' ? w->owner : NULL);
    write_types(j, w->types);
    if (secret != NULL) {
        gs_json_str(j, "secret", secret);
    }
    gs_json_bool(j, "disabled", w->off != GS_WEBHOOK_ON);
    gs_json_str(j, "disabled_cause", w->off != GS_WEBHOOK_ON ? gs_webhook_off_name(w->off) : NULL);
    gs_json_str(j, "state", state_of(v));
    gs_json_int(j, "pending", (int64_t)v->pending);
    gs_json_int(j, "unread", v->unread);
    gs_json_time_or_null(j, "oldest_at", v->oldest_ms, tz);
    gs_json_time(j, "created_at", w->created_ms, tz);
    gs_json_time_or_null(j, "last_delivered_at", w->delivered_ms, tz);
    write_failure(j, api, w, lang);
    gs_json_time_or_null(j, "failing_since", w->failing_ms, tz);
    gs_json_int(j, "failures", w->failures);
    gs_json_time_or_null(j, "events_lost_at", w->lost_ms, tz);
    gs_json_time_or_null(j, "old_secret_until", old ? w->old_until_ms : 0, tz);
    gs_json_end_object(j);
}

static bool find(const struct gs_api *api, const char *name, struct gs_webhook_view *out)
{
    for (size_t i = 0; api->service.webhook(api->service.self, i, out); i++) {
        if (strcmp(out->row->name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void send_webhook(struct gs_exchange *x, int status, const char *name, const char *secret)
{
    struct gs_api *api = gs_api_of(x);
    struct gs_webhook_view v;
    if (!find(api, name, &v)) { /* memory was out */
        gs_reply_code(x, GS_CODE_OVERLOADED);
        return;
    }
    struct gs_json j = gs_reply_begin(x);
    write_webhook(&j, api, &v, secret, gs_caller(x)->lang);
    if (secret == NULL) {
        gs_reply_json(x, status);
        return;
    }
    struct gs_reply reply = {.status = status, .content_type = "application/json"};
    gs_reply_header(&reply, "Cache-Control", "no-store");
    gs_reply_send(x, &reply);
    if (api->body.data != NULL) { /* the buffer outlives the answer */
        OPENSSL_cleanse(api->body.data, api->body.cap);
        gs_buf_clear(&api->body);
    }
}

void gs_handle_webhook_list(struct gs_call *c)
{
    struct gs_webhook_view v;
    struct gs_json j = gs_reply_begin(c->x);
    gs_json_object(&j, NULL);
    gs_json_array(&j, "items");
    for (size_t i = 0; c->service->webhook(c->service->self, i, &v); i++) {
        write_webhook(&j, c->api, &v, NULL, c->caller->lang);
    }
    gs_json_end_array(&j);
    gs_json_null(&j, "next_cursor");
    gs_json_end_object(&j);
    gs_reply_json(c->x, 200);
}

void gs_handle_webhook(struct gs_call *c)
{
    struct gs_webhook_view v;
    if (find(c->api, c->parts[0], &v)) {
        send_webhook(c->x, 200, v.row->name, NULL);
    } else {
        gs_reply_not_found(c->x);
    }
}

/* ---- made ---- */

/* What only the configuration and the people known here can say of it. */
static void check_given(struct gs_call *c, const struct gs_webhook_given *given)
{
    if (given->has_url && !c->service->webhook_may(c->service->self, given->url)) {
        gs_fault_add(&c->api->faults, GS_FAULT_NOT_LISTED, "/url", given->url, "webhooks.allow");
    }
    if (given->has_owner && given->owner[0] != '\0' && !gs_auth_name_taken(c->api, given->owner)) {
        gs_fault_add(&c->api->faults, GS_FAULT_NO_SUCH_NAME, "/backend", given->owner, NULL);
    }
}

static bool note(struct gs_exchange *x, enum gs_event_type type, const struct gs_webhook *w, int32_t number)
{
    return gs_people_note(x, &gs_caller(x)->actor, type, w->name, GS_ROLE_SYSTEM, number);
}

static void keep(struct gs_exchange *x, const struct gs_webhook *w, bool remove)
{
    const struct gs_service *service = &gs_api_of(x)->service;
    service->keep_webhook(service->self, w, remove);
}

static bool draw_id(int64_t *out)
{
    uint64_t bits = 0;
    if (getentropy(&bits, sizeof bits) != 0) {
        return false;
    }
    *out = (int64_t)(bits >> 1 | 1);
    return true;
}

static void create(struct gs_call *c, const struct gs_webhook_given *given)
{
    struct gs_webhook w = {.created_ms = c->service->now_ms(c->service->self)};
    (void)gs_text_copy(w.name, sizeof w.name, given->name);
    (void)gs_text_copy(w.url, sizeof w.url, given->url);
    (void)gs_text_copy(w.owner, sizeof w.owner, given->owner);
    (void)gs_text_copy(w.types, sizeof w.types, given->types);
    if (!draw_id(&w.id) || gs_webhook_secret_make(w.secret) != GS_OK) {
        gs_reply_code(c->x, GS_CODE_INTERNAL);
    } else if (note(c->x, GS_EV_WEBHOOK_CREATED, &w, 0)) {
        w.cursor = gs_book_seq(c->service->book(c->service->self)); /* it gets what happens from now on */
        keep(c->x, &w, false);
        send_webhook(c->x, 201, w.name, w.secret);
    }
    OPENSSL_cleanse(w.secret, sizeof w.secret);
}

void gs_handle_webhook_create(struct gs_call *c)
{
    struct gs_webhook_given given = {.disabled = false};
    struct gs_webhook_view v;
    size_t count = 0;
    gs_codec_new_webhook(c->body, &given, &c->api->faults);
    check_given(c, &given);
    while (c->service->webhook(c->service->self, count, &v)) {
        count++;
    }
    if (c->api->faults.count > 0) {
        gs_reply_faults(c->x, &c->api->faults);
    } else if (find(c->api, given.name, &v)) {
        gs_reply_problem(
            c->x,
            &(struct gs_problem){.code = GS_CODE_NAME_TAKEN, .detail = &name_taken, .what = given.name, .command = -1});
    } else if (count >= GS_MAX_WEBHOOKS) {
        gs_reply_problem(c->x, &(struct gs_problem){.code = GS_CODE_FULL, .detail = &too_many, .command = -1});
    } else {
        create(c, &given);
    }
}

/* ---- changed ---- */

static int32_t take_over(struct gs_webhook *w, const struct gs_webhook_given *given)
{
    int32_t changed = 0;
    if (given->has_url && strcmp(given->url, w->url) != 0) {
        (void)gs_text_copy(w->url, sizeof w->url, given->url);
        changed |= GS_WEBHOOK_CHANGED_URL;
    }
    if (given->has_owner && strcmp(given->owner, w->owner) != 0) {
        (void)gs_text_copy(w->owner, sizeof w->owner, given->owner);
        changed |= GS_WEBHOOK_CHANGED_OWNER;
    }
    if (given->has_types && strcmp(given->types, w->types) != 0) {
        (void)gs_text_copy(w->types, sizeof w->types, given->types);
        changed |= GS_WEBHOOK_CHANGED_TYPES;
    }
    return changed;
}

void gs_handle_webhook_change(struct gs_call *c)
{
    struct gs_webhook_given given = {.disabled = false};
    struct gs_webhook_view v;
    if (!find(c->api, c->parts[0], &v)) {
        gs_reply_not_found(c->x);
        return;
    }
    gs_codec_webhook_change(c->body, &given, &c->api->faults);
    check_given(c, &given);
    if (c->api->faults.count > 0) {
        gs_reply_faults(c->x, &c->api->faults);
        return;
    }
    struct gs_webhook w = *v.row;
    const int32_t changed = take_over(&w, &given);
    const bool switched = given.has_disabled && given.disabled != (w.off != GS_WEBHOOK_ON);
    const enum gs_webhook_off off = given.disabled ? GS_WEBHOOK_OFF_BY_HAND : GS_WEBHOOK_ON;
    w.off = switched ? off : w.off;
    if ((changed == 0 || note(c->x, GS_EV_WEBHOOK_CHANGED, &w, changed)) &&
        (!switched || note(c->x, given.disabled ? GS_EV_WEBHOOK_DISABLED : GS_EV_WEBHOOK_ENABLED, &w,
                           given.disabled ? (int32_t)off : 0))) {
        if (changed != 0 || switched) {
            keep(c->x, &w, false);
        }
        send_webhook(c->x, 200, w.name, NULL);
    }
    OPENSSL_cleanse(&w, sizeof w);
}

void gs_handle_webhook_secret(struct gs_call *c)
{
    struct gs_webhook_view v;
    int32_t hours = 0;
    if (!find(c->api, c->parts[0], &v)) {
        gs_reply_not_found(c->x);
        return;
    }
    gs_codec_webhook_secret(c->body, &hours, &c->api->faults);
    if (c->api->faults.count > 0) {
        gs_reply_faults(c->x, &c->api->faults);
        return;
    }
    struct gs_webhook w = *v.row;
    memcpy(w.old_secret, w.secret, sizeof w.old_secret);
    w.old_until_ms = c->service->now_ms(c->service->self) + hours * HOUR_MS;
    if (hours == 0) {
        OPENSSL_cleanse(w.old_secret, sizeof w.old_secret);
        w.old_until_ms = 0;
    }
    memset(w.secret, 0, sizeof w.secret);
    if (gs_webhook_secret_make(w.secret) != GS_OK) {
        gs_reply_code(c->x, GS_CODE_INTERNAL);
    } else if (note(c->x, GS_EV_WEBHOOK_CHANGED, &w, GS_WEBHOOK_CHANGED_SECRET)) {
        keep(c->x, &w, false);
        send_webhook(c->x, 200, w.name, w.secret);
    }
    OPENSSL_cleanse(&w, sizeof w);
}

void gs_handle_webhook_delete(struct gs_call *c)
{
    struct gs_webhook_view v;
    if (!find(c->api, c->parts[0], &v)) {
        gs_reply_not_found(c->x);
        return;
    }
    struct gs_webhook w = *v.row;
    if (note(c->x, GS_EV_WEBHOOK_DELETED, &w, 0)) {
        keep(c->x, &w, true);
        gs_reply_empty(c->x, 204);
    }
    OPENSSL_cleanse(&w, sizeof w);
}

/* ---- tested ---- */

static void tested(void *arg, const struct gs_webhook_tested *t)
{
    struct gs_exchange *x = arg;
    struct gs_buf text;
    if (!gs_auth_stands(x)) { /* who asked has lost his own place meanwhile */
        gs_auth_refuse_ended(x);
        return;
    }
    gs_buf_init(&text, 1024);
    gs_webhook_text(t->result, t->status, gs_caller(x)->lang, &text);
    struct gs_json j = gs_reply_begin(x);
    gs_json_object(&j, NULL);
    gs_json_bool(&j, "delivered", t->result == GS_WEBHOOK_DELIVERED);
    gs_json_str(&j, "result", gs_webhook_result_name(t->result));
    if (t->status != 0) {
        gs_json_int(&j, "status", t->status);
    } else {
        gs_json_null(&j, "status");
    }
    gs_json_str(&j, "detail", gs_buf_status(&text) == GS_OK ? text.data : "");
    gs_json_int(&j, "duration_ms", t->duration_ms);
    gs_json_str(&j, "id", t->id);
    gs_json_end_object(&j);
    gs_reply_json(x, 200);
    gs_buf_finish(&text);
}

void gs_handle_webhook_test(struct gs_call *c)
{
    struct gs_webhook_view v;
    if (!find(c->api, c->parts[0], &v)) {
        gs_reply_not_found(c->x);
    } else if (c->service->test_webhook(c->service->self, v.row, tested, c->x) != GS_OK) {
        gs_reply_code(c->x, GS_CODE_OVERLOADED);
    }
}
