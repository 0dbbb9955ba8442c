/* The calls of people about themselves: log in, who am I, log out, another password, another language. A password is checked on another thread; a name that nobody
 * has costs the same and is answered the same as a wrong password. */
#include "auth.h"
#include "booking_json.h"
#include "codec_people.h"
#include "cookie.h"
#include "device_calls.h"
#include "gateslot/base/text.h"
#include "handlers.h"
#include "people.h"
#include "query_store.h"
#include "reply.h"
#include "session_auth.h"
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SESSIONS_OF_ONE = 10 }; /* of a user; beyond, his oldest is closed */

static const struct gs_words wrong = {{"用户名或密码不正确。", "The name or the password is wrong."}};
static const struct gs_words wrong_old = {{"原密码不正确。", "The old password is wrong."}};
static const struct gs_words is_disabled = {{"该用户已停用，请联系主管。", "This user is disabled: ask a supervisor."}};
static const struct gs_words is_unconfirmed = {
    {"数据库恢复之后，这个用户须经主管确认（gateslot user confirm）才能登录。",
     "Since the store was put back, this user does not log in until a supervisor confirms it (gateslot user "
     "confirm)."}};
static const struct gs_words no_password = {
    {"只有用密码登录的用户才能修改自己的密码。", "Only who has logged in with a password can change it."}};
static const struct gs_words no_language = {
    {"只有用密码登录的用户才有自己的语言；其他的按请求的 Accept-Language。",
     "Only who has logged in with a password has a language of his own; for others Accept-Language says it."}};
static const struct gs_words no_session = {
    {"没有会话可以结束：这个请求不是凭会话 Cookie 提出的。",
     "There is no session to end: this request does not come by the cookie of one."}};

/* A password that is being checked, and what is to follow. */
struct password_try {
    struct gs_exchange *x;
    char name[GS_NAME_MAX + 1];
    char hash[GS_SECRET_HASH_MAX + 1];    /* of that user when it was asked about; "" = there was none */
    char new_password[GS_SECRET_MAX + 1]; /* to take its place; "" = this is a login */
};

static void try_free(void *state)
{
    OPENSSL_cleanse(state, sizeof(struct password_try));
    free(state);
}

/* ---- who am I ---- */

void gs_handle_session(struct gs_call *c)
{
    gs_session_send_who(c->x, 200);
}

/* ---- a session begins ---- */

/* A user's sessions are bounded, so that nobody can fill the table with his own. False: it is full all the same. */
static bool make_room(struct gs_api *api, const char *name)
{
    const struct gs_session *session, *oldest = NULL;
    size_t count = 0;
    gs_people_sweep(api);
    for (size_t at = 0; (session = gs_sessions_next(&api->sessions, GS_SESSION_USER, name, &at)) != NULL; count++) {
        oldest = oldest == NULL || session->used_ms < oldest->used_ms ? session : oldest;
    }
    if (count >= SESSIONS_OF_ONE) {
        gs_people_close_session(api, oldest);
    }
    return api->sessions.count < GS_MAX_SESSIONS;
}

/* Opens a session of the user and tells who he is; the event that is told first is his. */
static void open_session(struct gs_exchange *x, const struct gs_user *user, int status)
{
    struct gs_api *api = gs_api_of(x);
    int64_t idle_ms, absolute_ms;
    const int64_t now_ms = api->service.now_ms(api->service.self);
    api->service.session_limits(api->service.self, &idle_ms, &absolute_ms);
    struct gs_session s = {.kind = GS_SESSION_USER,
                           .role = user->role,
                           .created_ms = now_ms,
                           .expires_ms = now_ms + absolute_ms,
                           .used_ms = now_ms};
    (void)gs_text_copy(s.name, sizeof s.name, user->name);
    (void)gs_session_begin(x, &s, absolute_ms, status);
}

static void log_in(struct gs_exchange *x, const struct gs_user *found)
{
    struct gs_api *api = gs_api_of(x);
    struct gs_actor actor = {.role = found->role};
    struct gs_user user = *found;
    (void)gs_text_copy(actor.name, sizeof actor.name, user.name);
    user.used_ms = api->service.now_ms(api->service.self);
    if (!make_room(api, user.name)) {
        gs_reply_code(x, GS_CODE_OVERLOADED);
    } else if (gs_people_note(x, &actor, GS_EV_SESSION_OPENED, user.name, user.role, 0) && gs_people_keep(x, &user)) {
        api->count.logins++;
        open_session(x, &user, 201);
    }
}

/* ---- passwords are tried ---- */

static void refuse_try(struct gs_exchange *x, enum gs_code code, const struct gs_words *why)
{
    gs_reply_problem(x, &(struct gs_problem){.code = code, .detail = why, .command = -1});
}

static const struct gs_user *user_of(const struct password_try *t)
{
    const struct gs_user *user = gs_users_named(&gs_api_of(t->x)->users, t->name);
    return user != NULL && strcmp(user->password, t->hash) == 0 ? user : NULL; /* else it was changed meanwhile */
}

static bool throttled(const struct gs_exchange *x)
{
    return !x->request.peer_trusted; /* root needs no password */
}

/* True: the password was that of a user, who is in *out; else it is answered. */
static bool passed(struct password_try *t, const struct gs_hash_result *r, const struct gs_words *why,
                   const struct gs_user **out)
{
    struct gs_exchange *x = t->x;
    struct gs_api *api = gs_api_of(x);
    const struct gs_user *named = gs_users_named(&api->users, t->name);
    const int64_t now_ms = gs_monotonic_us() / 1000;
    *out = user_of(t);
    if (r->err != GS_OK) {
        gs_login_throttle_cancel(&api->login_throttle, t->name, &x->request.peer);
        gs_reply_code(x, GS_CODE_INTERNAL);
        return false;
    }
    if (!r->matches || *out == NULL) {
        gs_people_login_refused(api, named != NULL ? t->name : "", named != NULL ? named->role : GS_ROLE_SYSTEM);
        refuse_try(x, GS_CODE_UNAUTHORIZED, why);
        return false;
    }
    gs_login_throttle_passed(&api->login_throttle, t->name, &x->request.peer, now_ms);
    return true;
}

/* Has it checked; done is called later. False: it was answered. */
static bool begin_try(struct password_try *t, const char *password, gs_hash_done done)
{
    struct gs_exchange *x = t->x;
    struct gs_api *api = gs_api_of(x);
    const int64_t now_ms = gs_monotonic_us() / 1000;
    const int64_t wait_ms =
        throttled(x) ? gs_login_throttle_wait(&api->login_throttle, t->name, &x->request.peer, now_ms) : 0;
    if (wait_ms > 0) {
        gs_session_refuse_throttled(x, wait_ms);
        return false;
    }
    const struct gs_user *user = gs_users_named(&api->users, t->name);
    if (user != NULL) {
        (void)gs_text_copy(t->hash, sizeof t->hash, user->password);
    }
    const struct gs_hash_question q = {
        .secret = password, .checks = true, .against = user != NULL ? t->hash : NULL, .spare = x->request.peer_trusted};
    gs_login_throttle_begin(&api->login_throttle, t->name, &x->request.peer, now_ms);
    if (api->service.hash(api->service.self, &q, done, t) != GS_OK) {
        gs_login_throttle_cancel(&api->login_throttle, t->name, &x->request.peer);
        gs_reply_code(x, GS_CODE_OVERLOADED);
        return false;
    }
    return true;
}

static struct password_try *new_try(struct gs_exchange *x)
{
    struct password_try *t = gs_query_state(x, sizeof *t);
    if (t != NULL) {
        x->state_free = try_free;
        t->x = x;
    }
    return t;
}

static void login_checked(void *arg, const struct gs_hash_result *r)
{
    struct password_try *t = arg;
    const struct gs_user *user;
    if (!passed(t, r, &wrong, &user)) {
        return;
    }
    if (user->disabled || user->unconfirmed) {
        gs_people_login_refused(gs_api_of(t->x), t->name, user->role);
        refuse_try(t->x, GS_CODE_FORBIDDEN, user->disabled ? &is_disabled : &is_unconfirmed);
        return;
    }
    log_in(t->x, user);
}

/* A code, and nothing of a login beside it. */
static bool is_pairing(const struct gs_json_value *body)
{
    return body->kind == GS_JSON_OBJECT && gs_json_member(body, "pairing") != NULL &&
           gs_json_member(body, "name") == NULL && gs_json_member(body, "password") == NULL;
}

void gs_handle_login(struct gs_call *c)
{
    struct gs_login_given given = {.name = ""};
    if (!gs_session_from_our_page(c->api, c->x)) {
        return;
    }
    if (is_pairing(c->body)) {
        gs_device_pair(c);
        return;
    }
    gs_codec_login(c->body, &given, &c->api->faults);
    if (c->api->faults.count > 0) {
        gs_reply_faults(c->x, &c->api->faults);
    } else {
        struct password_try *t = new_try(c->x);
        if (t != NULL) {
            (void)gs_text_copy(t->name, sizeof t->name, given.name);
            (void)begin_try(t, given.password, login_checked);
        }
    }
    OPENSSL_cleanse(&given, sizeof given);
}

/* ---- another password ---- */

/* All sessions of the user end, this one too: he goes on with a new one. */
static void password_hashed(void *arg, const struct gs_hash_result *r)
{
    struct password_try *t = arg;
    struct gs_exchange *x = t->x;
    const struct gs_user *found = user_of(t);
    if (r->err != GS_OK) {
        gs_reply_code(x, GS_CODE_INTERNAL);
    } else if (found == NULL || !gs_auth_stands(x)) {
        gs_auth_refuse_ended(x);
    } else {
        struct gs_user user = *found;
        (void)gs_text_copy(user.password, sizeof user.password, r->hash);
        if (gs_people_note(x, &gs_caller(x)->actor, GS_EV_USER_CHANGED, user.name, user.role,
                           GS_USER_CHANGED_PASSWORD) &&
            gs_people_keep(x, &user)) {
            gs_people_close_sessions(gs_api_of(x), GS_SESSION_USER, user.name);
            open_session(x, &user, 200);
        }
    }
}

static void old_password_checked(void *arg, const struct gs_hash_result *r)
{
    struct password_try *t = arg;
    const struct gs_service *service = &gs_api_of(t->x)->service;
    const struct gs_user *user;
    if (!passed(t, r, &wrong_old, &user)) {
        return;
    }
    const struct gs_hash_question q = {.secret = t->new_password, .spare = t->x->request.peer_trusted};
    if (service->hash(service->self, &q, password_hashed, t) != GS_OK) {
        gs_reply_code(t->x, GS_CODE_OVERLOADED);
    }
}

void gs_handle_own_password(struct gs_call *c)
{
    const struct gs_session *session =
        c->caller->by == GS_BY_SESSION ? gs_sessions_find(&c->api->sessions, c->caller->hash) : NULL;
    struct gs_password_change change = {.old_password = ""};
    if (session == NULL || session->kind != GS_SESSION_USER) {
        refuse_try(c->x, GS_CODE_FORBIDDEN, &no_password);
        return;
    }
    gs_codec_password(c->body, session->name, &change, &c->api->faults);
    if (c->api->faults.count > 0) {
        gs_reply_faults(c->x, &c->api->faults);
    } else {
        struct password_try *t = new_try(c->x);
        if (t != NULL) {
            (void)gs_text_copy(t->name, sizeof t->name, session->name);
            (void)gs_text_copy(t->new_password, sizeof t->new_password, change.new_password);
            (void)begin_try(t, change.old_password, old_password_checked);
        }
    }
    OPENSSL_cleanse(&change, sizeof change);
}

/* ---- another language ---- */

/* The language that the user's texts are in from now on, wherever he logs in. One that he has already is not told of. */
void gs_handle_own_language(struct gs_call *c)
{
    const struct gs_session *session =
        c->caller->by == GS_BY_SESSION ? gs_sessions_find(&c->api->sessions, c->caller->hash) : NULL;
    enum gs_lang lang;
    if (session == NULL || session->kind != GS_SESSION_USER) {
        refuse_try(c->x, GS_CODE_FORBIDDEN, &no_language);
        return;
    }
    gs_codec_own_language(c->body, &lang, &c->api->faults);
    const struct gs_user *found = gs_users_named(&c->api->users, session->name);
    if (c->api->faults.count > 0) {
        gs_reply_faults(c->x, &c->api->faults);
        return;
    }
    if (found == NULL) {
        gs_auth_refuse_ended(c->x);
        return;
    }
    struct gs_user user = *found;
    user.lang = lang;
    if (found->lang == lang ||
        (gs_people_note(c->x, &c->caller->actor, GS_EV_USER_CHANGED, user.name, user.role, GS_USER_CHANGED_LANGUAGE) &&
         gs_people_keep(c->x, &user))) {
        gs_session_send_who(c->x, 200);
    }
    OPENSSL_cleanse(&user, sizeof user);
}

/* ---- a session ends ---- */

void gs_handle_logout(struct gs_call *c)
{
    const struct gs_session *session =
        c->caller->by == GS_BY_SESSION ? gs_sessions_find(&c->api->sessions, c->caller->hash) : NULL;
    if (session == NULL) {
        refuse_try(c->x, GS_CODE_NOT_FOUND, &no_session);
        return;
    }
    if (!gs_people_note(c->x, &c->caller->actor, GS_EV_SESSION_CLOSED, session->name, session->role, 0)) {
        return;
    }
    gs_people_close_session(c->api, session);
    char cookie[GS_COOKIE_TEXT];
    struct gs_reply reply = {.status = 204};
    (void)gs_reply_begin(c->x);
    gs_cookie_format(c->x->request.tls, "", 0, cookie);
    gs_reply_header(&reply, "Set-Cookie", cookie);
    gs_reply_send(c->x, &reply);
}
