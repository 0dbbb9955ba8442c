/* Who stands at a paired device: a user shows it by his PIN, and each step that is done there names him, until he goes, somebody else comes, or nothing
 * was done for a while. The device's role stays what it is. A PIN is hashed and checked as a password is, on the thread for that: it is so short that no
 * hash would hold against who has the store, so what holds is the count of tries (pin_tries.c). */
#include "auth.h"
#include "codec_devices.h"
#include "device_calls.h"
#include "gateslot/base/text.h"
#include "handlers.h"
#include "people.h"
#include "query_store.h"
#include "reply.h"
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

static const struct gs_words only_devices = {
    {"只有已配对的设备才能说明谁在操作。", "Only a paired device can say who stands there."}};
static const struct gs_words wrong_pin = {{"用户名或 PIN 不正确。", "The name or the PIN is wrong."}};

struct pin_check {
    struct gs_exchange *x;
    char name[GS_NAME_MAX + 1];
    char hash[GS_SECRET_HASH_MAX + 1]; /* of that user's PIN when it was asked about; "" = there was none */
};

static const struct gs_session *device_of(const struct gs_api *api, const struct gs_exchange *x)
{
    const struct gs_caller *caller = gs_caller(x);
    const struct gs_session *session =
        caller->by == GS_BY_SESSION ? gs_sessions_find(&api->sessions, caller->hash) : NULL;
    return session != NULL && session->kind == GS_SESSION_DEVICE ? session : NULL;
}

static void refuse(struct gs_exchange *x, const struct gs_words *why)
{
    gs_reply_problem(x, &(struct gs_problem){.code = GS_CODE_FORBIDDEN, .detail = why, .command = -1});
}

static void pin_checked(void *arg, const struct gs_hash_result *r)
{
    const struct pin_check *p = arg;
    struct gs_exchange *x = p->x;
    struct gs_api *api = gs_api_of(x);
    struct gs_caller *caller = gs_caller(x);
    if (!gs_auth_stands(x)) {
        gs_auth_refuse_ended(x);
        return;
    }
    if (r->err != GS_OK) {
        gs_reply_code(x, GS_CODE_INTERNAL);
        return;
    }
    const struct gs_user *user = gs_person_user(api, p->name);
    if (!r->matches || user == NULL || strcmp(user->pin, p->hash) != 0) {
        gs_people_login_refused(api, user != NULL ? user->name : "", user != NULL ? user->role : GS_ROLE_SYSTEM);
        refuse(x, &wrong_pin);
        return;
    }
    gs_pin_passed(&api->pin_tries, user->name);
    struct gs_person person = {.active_ms = api->service.now_ms(api->service.self)};
    memcpy(person.device, caller->hash, sizeof person.device);
    (void)gs_text_copy(person.name, sizeof person.name, user->name);
    (void)gs_text_copy(caller->actor.person, sizeof caller->actor.person, user->name);
    if (gs_people_note(x, &caller->actor, GS_EV_SESSION_PERSON, user->name, user->role, 0)) {
        gs_persons_put(&api->persons, &person);
        gs_session_send_who(x, 200);
    }
}

static void begin_check(struct gs_call *c, const struct gs_person_given *given)
{
    struct gs_api *api = c->api;
    const struct gs_user *user = gs_person_user(api, given->name);
    const char *counted = user != NULL ? user->name : "";
    const int64_t now_ms = gs_monotonic_us() / 1000, wait_ms = gs_pin_wait(&api->pin_tries, counted, now_ms);
    if (wait_ms > 0) {
        gs_session_refuse_throttled(c->x, wait_ms);
        return;
    }
    struct pin_check *p = gs_query_state(c->x, sizeof *p);
    if (p == NULL) {
        return;
    }
    p->x = c->x;
    (void)gs_text_copy(p->name, sizeof p->name, given->name);
    (void)gs_text_copy(p->hash, sizeof p->hash, user != NULL ? user->pin : "");
    const struct gs_hash_question q = {.secret = given->pin, .checks = true, .against = user != NULL ? p->hash : NULL};
    gs_pin_begin(&api->pin_tries, counted, now_ms);
    if (c->service->hash(c->service->self, &q, pin_checked, p) != GS_OK) {
        gs_reply_code(c->x, GS_CODE_OVERLOADED);
    }
}

void gs_handle_person(struct gs_call *c)
{
    struct gs_person_given given = {.name = ""};
    if (device_of(c->api, c->x) == NULL) {
        refuse(c->x, &only_devices);
        return;
    }
    gs_codec_person(c->body, &given, &c->api->faults);
    if (c->api->faults.count > 0) {
        gs_reply_faults(c->x, &c->api->faults);
    } else {
        begin_check(c, &given);
    }
    OPENSSL_cleanse(&given, sizeof given);
}

void gs_handle_person_leave(struct gs_call *c)
{
    if (device_of(c->api, c->x) == NULL) {
        refuse(c->x, &only_devices);
        return;
    }
    gs_persons_remove(&c->api->persons, c->caller->hash);
    gs_reply_empty(c->x, 204);
}
