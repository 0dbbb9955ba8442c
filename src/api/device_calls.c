/* The calls by which devices are paired, listed and revoked. A supervisor asks for a code; who types it in at the device gets a session of that name,
 * which nobody else has: what is done there is told as done by that device. */
#include "device_calls.h"
#include "auth.h"
#include "booking_json.h"
#include "codec_devices.h"
#include "gateslot/base/text.h"
#include "gateslot/domain/checks.h"
#include "handlers.h"
#include "people.h"
#include "reply.h"
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* For the throttle of logins: no user has it. */
static const char by_code[] = "/pairing";

static const struct gs_words too_many_codes = {
    {"未用的配对码已达 32 个，这是上限；请先删除不用的。",
     "There are 32 codes that nobody has used, which is the most; delete one."}};
static const struct gs_words too_many_devices = {
    {"设备已达 200 个，这是上限；请先吊销不用的。",
     "There are 200 devices, which is the most; revoke one that is not used."}};
static const struct gs_words wrong_code = {
    {"配对码不正确、已用过或已过期。", "The pairing code is wrong, was used, or has run out."}};

static int64_t mono_ms(void)
{
    return gs_monotonic_us() / 1000;
}

/* ---- codes ---- */

static void write_pairing(struct gs_json *j, const struct gs_api *api, const struct gs_pairing *p, const char *code)
{
    gs_json_object(j, NULL);
    gs_json_str(j, "name", p->name);
    gs_json_str(j, "role", gs_role_name(p->role));
    if (code != NULL) {
        gs_json_str(j, "code", code);
    }
    gs_json_str(j, "by", p->by);
    gs_json_time(j, "expires_at", p->expires_ms, api->service.rules(api->service.self)->tz);
    gs_json_end_object(j);
}

static void send_code(struct gs_call *c, const struct gs_pairing *p, const char *code)
{
    struct gs_reply reply = {.status = 201, .content_type = "application/json"};
    struct gs_json j = gs_reply_begin(c->x);
    write_pairing(&j, c->api, p, code);
    gs_reply_header(&reply, "Cache-Control", "no-store");
    gs_reply_send(c->x, &reply);
    if (c->api->body.data != NULL) { /* the buffer outlives the answer */
        OPENSSL_cleanse(c->api->body.data, c->api->body.cap);
        gs_buf_clear(&c->api->body);
    }
}

static size_t count_devices(const struct gs_api *api)
{
    size_t count = 0;
    for (size_t i = 0; i < api->sessions.count; i++) {
        count += api->sessions.list[i].kind == GS_SESSION_DEVICE ? 1 : 0;
    }
    return count;
}

static void make_code(struct gs_call *c, struct gs_pairing *p)
{
    static const int64_t lasts_ms = GS_PAIRING_MINUTES * INT64_C(60000);
    char code[GS_PAIRING_CODE_LEN + 1];
    uint64_t random;
    if (getentropy(&random, sizeof random) != 0) {
        gs_reply_code(c->x, GS_CODE_INTERNAL);
        return;
    }
    gs_pairing_code_make(random, code);
    gs_auth_digest(code, p->hash);
    (void)gs_text_copy(p->by, sizeof p->by, c->caller->actor.name);
    p->until_ms = mono_ms() + lasts_ms;
    p->expires_ms = c->service->now_ms(c->service->self) + lasts_ms;
    if (gs_pairings_add(&c->api->pairings, p) == GS_OK) {
        send_code(c, p, code);
    } else {
        gs_reply_problem(c->x, &(struct gs_problem){.code = GS_CODE_FULL, .detail = &too_many_codes, .command = -1});
    }
    OPENSSL_cleanse(code, sizeof code);
    OPENSSL_cleanse(&random, sizeof random);
}

void gs_handle_pairing_create(struct gs_call *c)
{
    struct gs_pairing p = {.role = GS_ROLE_GATE};
    gs_codec_pairing(c->body, &p, &c->api->faults);
    gs_people_sweep(c->api);
    gs_pairings_sweep(&c->api->pairings, mono_ms());
    if (c->api->faults.count > 0) {
        gs_reply_faults(c->x, &c->api->faults);
    } else if (gs_pairings_named(&c->api->pairings, p.name) == NULL && gs_auth_name_taken(c->api, p.name)) {
        gs_reply_problem(c->x, &(struct gs_problem){.code = GS_CODE_NAME_TAKEN, .what = p.name, .command = -1});
    } else if (count_devices(c->api) >= GS_MAX_DEVICES) {
        gs_reply_problem(c->x, &(struct gs_problem){.code = GS_CODE_FULL, .detail = &too_many_devices, .command = -1});
    } else {
        make_code(c, &p);
    }
}

void gs_handle_pairing_list(struct gs_call *c)
{
    struct gs_pairings *p = &c->api->pairings;
    struct gs_json j = gs_reply_begin(c->x);
    gs_pairings_sweep(p, mono_ms());
    gs_json_object(&j, NULL);
    gs_json_array(&j, "items");
    for (size_t i = 0; i < p->count; i++) {
        write_pairing(&j, c->api, &p->list[i], NULL);
    }
    gs_json_end_array(&j);
    gs_json_null(&j, "next_cursor");
    gs_json_end_object(&j);
    gs_reply_json(c->x, 200);
}

void gs_handle_pairing_delete(struct gs_call *c)
{
    gs_pairings_sweep(&c->api->pairings, mono_ms());
    if (gs_pairings_remove(&c->api->pairings, c->parts[0])) {
        gs_reply_empty(c->x, 204);
    } else {
        gs_reply_not_found(c->x);
    }
}

/* ---- a code is used ---- */

static void open_device(struct gs_call *c, const struct gs_pairing *p)
{
    int64_t lasts_ms, person_ms;
    const struct gs_actor supervisor = {.role = GS_ROLE_SUPERVISOR};
    struct gs_actor by = supervisor;
    const int64_t now_ms = c->service->now_ms(c->service->self);
    c->service->device_limits(c->service->self, &lasts_ms, &person_ms);
    struct gs_session s = {.kind = GS_SESSION_DEVICE,
                           .role = p->role,
                           .created_ms = now_ms,
                           .expires_ms = lasts_ms > 0 ? now_ms + lasts_ms : 0,
                           .used_ms = now_ms};
    (void)gs_text_copy(s.name, sizeof s.name, p->name);
    (void)gs_text_copy(by.name, sizeof by.name, p->by);
    gs_people_sweep(c->api);
    if (gs_auth_name_taken(c->api, s.name)) {
        gs_reply_problem(c->x, &(struct gs_problem){.code = GS_CODE_NAME_TAKEN, .what = s.name, .command = -1});
    } else if (c->api->sessions.count >= GS_MAX_SESSIONS) {
        gs_reply_code(c->x, GS_CODE_OVERLOADED);
    } else if (!gs_people_note(c->x, &by, GS_EV_SESSION_PAIRED, s.name, s.role, 0)) {
        c->api->pairings.list[c->api->pairings.count++] =
            *p; /* nothing was done: it can be tried again; its place is free */
    } else {
        static const int64_t longest_ms = INT64_C(400) * 86400000; /* a browser keeps no cookie longer */
        (void)gs_session_begin(c->x, &s, lasts_ms > 0 ? lasts_ms : longest_ms, 201);
    }
}

void gs_device_pair(struct gs_call *c)
{
    struct gs_login_throttle *throttle = &c->api->login_throttle;
    const struct gs_peer *peer = &c->x->request.peer;
    char code[GS_PAIRING_CODE_LEN + 1];
    unsigned char hash[GS_SHA256_BYTES];
    struct gs_pairing p;
    gs_codec_pairing_code(c->body, code, &c->api->faults);
    const int64_t now_ms = mono_ms(), wait_ms = gs_login_throttle_wait(throttle, by_code, peer, now_ms);
    if (c->api->faults.count > 0) {
        gs_reply_faults(c->x, &c->api->faults);
        return;
    }
    if (wait_ms > 0) {
        gs_session_refuse_throttled(c->x, wait_ms);
        return;
    }
    gs_login_throttle_begin(throttle, by_code, peer, now_ms);
    gs_pairings_sweep(&c->api->pairings, now_ms);
    gs_auth_digest(code, hash);
    OPENSSL_cleanse(code, sizeof code);
    if (!gs_pairings_use(&c->api->pairings, hash, &p)) {
        gs_people_login_refused(c->api, "", GS_ROLE_SYSTEM);
        gs_reply_problem(c->x,
                         &(struct gs_problem){.code = GS_CODE_UNAUTHORIZED, .detail = &wrong_code, .command = -1});
        return;
    }
    gs_login_throttle_passed(throttle, by_code, peer, now_ms);
    open_device(c, &p);
}

/* ---- devices ---- */

static int by_name(const void *a, const void *b)
{
    const struct gs_session *const *left = a, *const *right = b;
    return strcmp((*left)->name, (*right)->name);
}

static void write_device(struct gs_json *j, struct gs_api *api, const struct gs_session *s)
{
    const struct gs_tz *tz = api->service.rules(api->service.self)->tz;
    int64_t lasts_ms, person_ms;
    api->service.device_limits(api->service.self, &lasts_ms, &person_ms);
    const struct gs_person *person =
        gs_persons_at(&api->persons, s->hash, api->service.now_ms(api->service.self), person_ms);
    gs_json_object(j, NULL);
    gs_json_str(j, "name", s->name);
    gs_json_str(j, "role", gs_role_name(s->role));
    gs_json_time(j, "paired_at", s->created_ms, tz);
    gs_json_time_or_null(j, "expires_at", s->expires_ms, tz);
    gs_json_time_or_null(j, "last_used_at", s->used_ms, tz);
    gs_json_str(j, "person", person != NULL ? person->name : NULL);
    gs_json_end_object(j);
}

void gs_handle_device_list(struct gs_call *c)
{
    const struct gs_session *sorted[GS_MAX_DEVICES] = {NULL};
    size_t count = 0;
    gs_people_sweep(c->api);
    for (size_t i = 0; i < c->api->sessions.count && count < GS_MAX_DEVICES; i++) {
        if (c->api->sessions.list[i].kind == GS_SESSION_DEVICE) {
            sorted[count++] = &c->api->sessions.list[i];
        }
    }
    qsort(sorted, count, sizeof *sorted, by_name);
    struct gs_json j = gs_reply_begin(c->x);
    gs_json_object(&j, NULL);
    gs_json_array(&j, "items");
    for (size_t i = 0; i < count; i++) {
        write_device(&j, c->api, sorted[i]);
    }
    gs_json_end_array(&j);
    gs_json_null(&j, "next_cursor");
    gs_json_end_object(&j);
    gs_reply_json(c->x, 200);
}

/* Its code, if it was not used yet, ends as well. */
void gs_handle_device_revoke(struct gs_call *c)
{
    size_t at = 0;
    const bool had_code = gs_pairings_remove(&c->api->pairings, c->parts[0]);
    const struct gs_session *found = gs_sessions_next(&c->api->sessions, GS_SESSION_DEVICE, c->parts[0], &at);
    if (found == NULL && !had_code) {
        gs_reply_not_found(c->x);
        return;
    }
    if (found != NULL) {
        const struct gs_session s = *found;
        if (!gs_people_note(c->x, &c->caller->actor, GS_EV_DEVICE_REVOKED, s.name, s.role, 0)) {
            return;
        }
        gs_persons_remove(&c->api->persons, s.hash);
        gs_people_close_sessions(c->api, GS_SESSION_DEVICE, s.name);
    }
    gs_reply_empty(c->x, 204);
}
