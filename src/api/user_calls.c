/* The calls by which supervisors make, list, change and remove users. Whoever loses his role, his password or his place here loses his sessions
 * with it, and what waits by them. */
#include "auth.h"
#include "booking_json.h"
#include "codec_people.h"
#include "device_calls.h"
#include "gateslot/base/text.h"
#include "handlers.h"
#include "people.h"
#include "query_store.h"
#include "reply.h"
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

static const struct gs_words too_many = {{"用户已达 1000 个，这是上限；请先删除不用的。",
                                          "There are 1000 users, which is the most; delete one that is not needed."}};

static const struct gs_words no_use_for_pin = {
    {"只有 gate 或 supervisor 角色的用户才能有 PIN。", "Only a user with the role gate or supervisor may have a PIN."}};

/* A change that waits for its password to be hashed. */
struct user_work {
    struct gs_exchange *x;
    struct gs_user_given given; /* without the password */
    bool is_new;
};

static void write_user(struct gs_json *j, const struct gs_api *api, const struct gs_user *u, int64_t sessions)
{
    const struct gs_tz *tz = api->service.rules(api->service.self)->tz;
    gs_json_object(j, NULL);
    gs_json_str(j, "name", u->name);
    gs_json_str(j, "role", gs_role_name(u->role));
    gs_json_str(j, "language", u->lang != GS_LANG_NONE ? gs_lang_tag(u->lang) : NULL);
    gs_json_bool(j, "disabled", u->disabled);
    gs_json_bool(j, "confirmed", !u->unconfirmed);
    gs_json_bool(j, "has_pin", u->pin[0] != '\0');
    gs_json_int(j, "sessions", sessions);
    gs_json_time(j, "created_at", u->created_ms, tz);
    gs_json_time_or_null(j, "last_login_at", u->used_ms, tz);
    gs_json_end_object(j);
}

static void send_user(struct gs_exchange *x, int status, const struct gs_user *u)
{
    const struct gs_api *api = gs_api_of(x);
    struct gs_json j = gs_reply_begin(x);
    int64_t sessions = 0;
    for (size_t at = 0; gs_sessions_next(&api->sessions, GS_SESSION_USER, u->name, &at) != NULL;) {
        sessions++;
    }
    write_user(&j, api, u, sessions);
    gs_reply_json(x, status);
}

/* Of each user in the order of the list, in one pass over the sessions; to be freed. NULL without memory. */
static int32_t *count_sessions(const struct gs_api *api)
{
    int32_t *counts = calloc(api->users.count + 1, sizeof *counts);
    for (size_t i = 0; counts != NULL && i < api->sessions.count; i++) {
        const struct gs_session *session = &api->sessions.list[i];
        const struct gs_user *user =
            session->kind == GS_SESSION_USER ? gs_users_named(&api->users, session->name) : NULL;
        if (user != NULL) {
            counts[user - api->users.list]++;
        }
    }
    return counts;
}

void gs_handle_user_list(struct gs_call *c)
{
    if (gs_work_put_off(c)) {
        return;
    }
    int32_t *sessions = count_sessions(c->api);
    if (sessions == NULL) {
        gs_reply_code(c->x, GS_CODE_OVERLOADED);
        return;
    }
    struct gs_json j = gs_reply_begin(c->x);
    gs_json_object(&j, NULL);
    gs_json_array(&j, "items");
    for (size_t i = 0; i < c->api->users.count; i++) {
        write_user(&j, c->api, &c->api->users.list[i], sessions[i]);
    }
    gs_json_end_array(&j);
    gs_json_null(&j, "next_cursor");
    gs_json_end_object(&j);
    free(sessions);
    gs_reply_json(c->x, 200);
}

void gs_handle_user(struct gs_call *c)
{
    const struct gs_user *found = gs_users_named(&c->api->users, c->parts[0]);
    if (found == NULL) {
        gs_reply_not_found(c->x);
    } else {
        send_user(c->x, 200, found);
    }
}

/* ---- made ---- */

static bool name_is_free(struct gs_exchange *x, const char *name)
{
    const struct gs_api *api = gs_api_of(x);
    const bool taken = gs_auth_name_taken(api, name);
    if (taken) {
        gs_reply_problem(x, &(struct gs_problem){.code = GS_CODE_NAME_TAKEN, .what = name, .command = -1});
    } else if (api->users.count >= GS_MAX_USERS) {
        gs_reply_problem(x, &(struct gs_problem){.code = GS_CODE_FULL, .detail = &too_many, .command = -1});
    }
    return !taken && api->users.count < GS_MAX_USERS;
}

static void create(struct user_work *w, const char *hash)
{
    struct gs_exchange *x = w->x;
    const struct gs_service *service = &gs_api_of(x)->service;
    struct gs_user u = {.role = w->given.role, .lang = w->given.lang, .created_ms = service->now_ms(service->self)};
    (void)gs_text_copy(u.name, sizeof u.name, w->given.name);
    (void)gs_text_copy(u.password, sizeof u.password, hash);
    if (name_is_free(x, u.name) && gs_people_note(x, &gs_caller(x)->actor, GS_EV_USER_CREATED, u.name, u.role, 0) &&
        gs_people_keep(x, &u)) {
        send_user(x, 201, &u);
    }
}

/* ---- changed ---- */

static bool has_use_for_pin(enum gs_role role)
{
    return role == GS_ROLE_GATE || role == GS_ROLE_SUPERVISOR;
}

/* A PIN goes with a role that has no use for it. */
static bool loses_pin(const struct gs_user *before, const struct gs_user_given *given)
{
    return before->pin[0] != '\0' && given->has_role && !has_use_for_pin(given->role);
}

static int32_t changes_of(const struct gs_user *before, const struct gs_user_given *given)
{
    int32_t changed = given->has_role && given->role != before->role ? GS_USER_CHANGED_ROLE : 0;
    changed |= given->has_lang && given->lang != before->lang ? GS_USER_CHANGED_LANGUAGE : 0;
    const bool other_pin = given->has_pin && (given->pin[0] != '\0' || before->pin[0] != '\0');
    changed |= other_pin || (loses_pin(before, given) && !given->has_pin) ? GS_USER_CHANGED_PIN : 0;
    return changed | (given->has_password ? GS_USER_CHANGED_PASSWORD : 0);
}

/* hash: of the new password, where one was given. What is as it was is not told of. */
static void change(struct gs_exchange *x, const struct gs_user_given *given, const char *hash)
{
    struct gs_api *api = gs_api_of(x);
    const struct gs_actor *actor = &gs_caller(x)->actor;
    const struct gs_user *found = gs_users_named(&api->users, given->name);
    if (found == NULL) {
        gs_reply_not_found(x);
        return;
    }
    struct gs_user u = *found;
    const int32_t changed = changes_of(&u, given);
    const bool switched = given->has_disabled && given->disabled != u.disabled;
    u.role = given->has_role ? given->role : u.role;
    u.lang = given->has_lang ? given->lang : u.lang;
    u.disabled = given->has_disabled ? given->disabled : u.disabled;
    if (given->has_password) {
        (void)gs_text_copy(u.password, sizeof u.password, hash);
    }
    if ((changed & GS_USER_CHANGED_PIN) != 0) {
        (void)gs_text_copy(u.pin, sizeof u.pin, given->pin[0] != '\0' ? hash : "");
    }
    if ((changed != 0 && !gs_people_note(x, actor, GS_EV_USER_CHANGED, u.name, u.role, changed)) ||
        (switched &&
         !gs_people_note(x, actor, u.disabled ? GS_EV_USER_DISABLED : GS_EV_USER_ENABLED, u.name, u.role, 0))) {
        return;
    }
    if ((changed != 0 || switched) && !gs_people_keep(x, &u)) {
        return;
    }
    if (u.disabled || (changed & (GS_USER_CHANGED_ROLE | GS_USER_CHANGED_PIN)) != 0) {
        gs_person_forget(api, u.name);
    }
    if (u.disabled || (changed & (GS_USER_CHANGED_ROLE | GS_USER_CHANGED_PASSWORD)) != 0) {
        gs_people_close_sessions(api, GS_SESSION_USER, u.name);
    }
    send_user(x, 200, &u);
}

/* ---- passwords are hashed before ---- */

static void user_hashed(void *arg, const struct gs_hash_result *r)
{
    struct user_work *w = arg;
    if (r->err != GS_OK) {
        gs_reply_code(w->x, GS_CODE_INTERNAL);
    } else if (!gs_auth_stands(w->x)) { /* who asked has lost his own place meanwhile */
        gs_auth_refuse_ended(w->x);
    } else if (w->is_new) {
        create(w, r->hash);
    } else {
        change(w->x, &w->given, r->hash);
    }
}

static void begin_work(struct gs_call *c, const struct gs_user_given *given, bool is_new)
{
    const struct gs_hash_question q = {.secret = is_new || given->has_password ? given->password : given->pin,
                                       .spare = c->x->request.peer_trusted};
    struct user_work *w = gs_query_state(c->x, sizeof *w);
    if (w == NULL) {
        return;
    }
    w->x = c->x;
    w->is_new = is_new;
    w->given = *given;
    OPENSSL_cleanse(w->given.password, sizeof w->given.password);
    memset(w->given.pin, w->given.pin[0] != '\0' ? '*' : '\0',
           sizeof w->given.pin - 1); /* it is enough that there is one */
    if (c->service->hash(c->service->self, &q, user_hashed, w) != GS_OK) {
        gs_reply_code(c->x, GS_CODE_OVERLOADED);
    }
}

void gs_handle_user_create(struct gs_call *c)
{
    struct gs_user_given given = {.role = GS_ROLE_GATE};
    gs_codec_new_user(c->body, &given, &c->api->faults);
    if (c->api->faults.count > 0) {
        gs_reply_faults(c->x, &c->api->faults);
    } else if (name_is_free(c->x, given.name)) {
        begin_work(c, &given, true);
    }
    OPENSSL_cleanse(&given, sizeof given);
}

void gs_handle_user_change(struct gs_call *c)
{
    struct gs_user_given given = {.role = GS_ROLE_GATE};
    const struct gs_user *found = gs_users_named(&c->api->users, c->parts[0]);
    if (found == NULL) {
        gs_reply_not_found(c->x);
        return;
    }
    (void)gs_text_copy(given.name, sizeof given.name, found->name);
    gs_codec_user_change(c->body, &given, &c->api->faults);
    if (c->api->faults.count > 0) {
        gs_reply_faults(c->x, &c->api->faults);
    } else if (given.has_pin && given.pin[0] != '\0' && !has_use_for_pin(given.has_role ? given.role : found->role)) {
        gs_reply_problem(c->x,
                         &(struct gs_problem){.code = GS_CODE_FORBIDDEN, .detail = &no_use_for_pin, .command = -1});
    } else if (given.has_password || given.pin[0] != '\0') {
        begin_work(c, &given, false);
    } else {
        change(c->x, &given, NULL);
    }
    OPENSSL_cleanse(&given, sizeof given);
}

/* ---- confirmed, removed ---- */

void gs_handle_user_confirm(struct gs_call *c)
{
    const struct gs_user *found = gs_users_named(&c->api->users, c->parts[0]);
    if (found == NULL) {
        gs_reply_not_found(c->x);
        return;
    }
    struct gs_user u = *found;
    if (u.unconfirmed) {
        u.unconfirmed = false;
        if (!gs_people_note(c->x, &c->caller->actor, GS_EV_USER_CONFIRMED, u.name, u.role, 0) ||
            !gs_people_keep(c->x, &u)) {
            return;
        }
    }
    send_user(c->x, 200, &u);
}

void gs_handle_user_delete(struct gs_call *c)
{
    const struct gs_user *found = gs_users_named(&c->api->users, c->parts[0]);
    if (found == NULL) {
        gs_reply_not_found(c->x);
        return;
    }
    const struct gs_user u = *found;
    if (!gs_people_note(c->x, &c->caller->actor, GS_EV_USER_DELETED, u.name, u.role, 0)) {
        return;
    }
    c->service->keep_user(c->service->self, &u, true);
    gs_people_close_sessions(c->api, GS_SESSION_USER, u.name);
    gs_person_forget(c->api, u.name);
    (void)gs_users_remove(&c->api->users, u.name);
    gs_reply_empty(c->x, 204);
}
