/* People: they log in with a password and have a session, whose cookie opens what their role may; what ends it ends it at once, and nobody
 * who is not on a page of ours changes anything by it. Passwords are hashed by the world: "$" and the password. */
#include "world.h"

#include "cookie.h"
#include "gateslot/base/text.h"
#include <stdio.h>

#define LI "{\"name\":\"li\",\"role\":\"supervisor\",\"password\":\"correct horse\"}"
#define WANG "{\"name\":\"wang\",\"role\":\"gate\",\"language\":\"zh-CN\",\"password\":\"一二三四五六七八九十\"}"
#define LI_IN "{\"name\":\"li\",\"password\":\"correct horse\"}"
#define WANG_IN "{\"name\":\"wang\",\"password\":\"一二三四五六七八九十\"}"
#define ORIGIN "Origin: http://gate.example"
#define HOST "Host: gate.example"

/* What a browser keeps. */
struct browser {
    char cookie[128], csrf[128];
};

static void create(struct gs_http *w, const char *body)
{
    const struct caught *c = world_ask(w, "POST", "/v1/users", "supervisor", body, NULL);
    assert_int_equal(c->status, 201);
}

static void keep_cookie(const struct caught *c, struct browser *b)
{
    const char *set = header(c, "Set-Cookie");
    assert_non_null(set);
    snprintf(b->cookie, sizeof b->cookie, "Cookie: %.*s", (int)strcspn(set, ";"), set);
    snprintf(b->csrf, sizeof b->csrf, "X-CSRF-Token: %s", text(c, "csrf"));
}

static struct browser logged_in(struct gs_http *w, const char *body)
{
    struct browser b;
    const struct caught *c = world_ask(w, "POST", "/v1/session", NULL, body, NULL);
    assert_int_equal(c->status, 201);
    keep_cookie(c, &b);
    return b;
}

static const struct caught *read_as(struct gs_http *w, const struct browser *b, const char *target)
{
    return world_ask(w, "GET", target, NULL, NULL, b->cookie, NULL);
}

static const struct caught *change_as(struct gs_http *w, const struct browser *b, const char *method,
                                      const char *target, const char *body)
{
    return world_ask(w, method, target, NULL, body, b->cookie, b->csrf, ORIGIN, HOST, NULL);
}

static size_t events_of(const struct gs_http *w, const char *type)
{
    char member[64];
    size_t count = 0;
    snprintf(member, sizeof member, "\"type\":\"%s\"", type);
    for (size_t i = 0; i < w->event_count; i++) {
        count += strstr(w->events[i], member) != NULL ? 1 : 0;
    }
    return count;
}

static void a_login_opens_what_the_role_may_and_no_more(void **state)
{
    struct gs_http *w = *state;
    create(w, LI);
    create(w, WANG);
    const struct browser li = logged_in(w, LI_IN), wang = logged_in(w, WANG_IN);
    assert_non_null(strstr(header(&w->caught, "Set-Cookie"), "; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict"));
    assert_null(strstr(header(&w->caught, "Set-Cookie"), "Secure"));
    assert_string_equal(header(&w->caught, "Cache-Control"), "no-store");
    assert_int_equal(read_as(w, &wang, "/v1/yard")->status, 200);
    assert_int_equal(w->shown, GS_CLIENT_STAFF);
    assert_string_equal(w->caller.actor.name, "wang");
    assert_int_equal(read_as(w, &wang, "/v1/users")->status, 403);
    assert_string_equal(header(&w->caught, "Content-Language"), "zh-CN"); /* his own, whatever the browser says */
    assert_int_equal(read_as(w, &li, "/v1/users")->status, 200);
    assert_int_equal(json_array_size(at(&w->caught, "items")), 2);
    assert_string_equal(text(&w->caught, "items/1/language"), "zh-CN");
    assert_int_equal(number(&w->caught, "items/1/sessions"), 1);
    assert_null(strstr(w->caught.body, "password"));
    const struct caught *me = read_as(w, &wang, "/v1/session");
    assert_string_equal(text(me, "kind"), "user");
    assert_string_equal(text(me, "name"), "wang");
    assert_string_equal(text(me, "role"), "gate");
    assert_string_equal(text(me, "csrf"), wang.csrf + strlen("X-CSRF-Token: "));
    assert_int_equal(instant(text(me, "expires_at")), w->now + 12 * 3600000);
    assert_int_equal(events_of(w, "session.opened"), 2);
    me = world_ask(w, "GET", "/v1/session", "display", NULL, NULL);
    assert_string_equal(text(me, "kind"), "token");
    assert_true(json_is_null(at(me, "csrf")));
    w->trusted = true;
    assert_string_equal(text(world_ask(w, "GET", "/v1/session", NULL, NULL, NULL), "kind"), "local");
}

/* With TLS the cookie has the name that a browser lets nobody else set. */
static void over_tls_the_cookie_is_secure(void **state)
{
    struct gs_http *w = *state;
    create(w, LI);
    w->tls = true;
    const struct browser li = logged_in(w, LI_IN);
    assert_true(strncmp(li.cookie, "Cookie: __Host-gateslot_session=gs_", 35) == 0);
    assert_non_null(strstr(header(&w->caught, "Set-Cookie"), "; HttpOnly; Secure; SameSite=Strict"));
    assert_int_equal(read_as(w, &li, "/v1/yard")->status, 200);
    assert_int_equal(change_as(w, &li, "DELETE", "/v1/users/nobody", NULL)->status, 403); /* Origin without TLS */
    assert_int_equal(world_ask(w, "DELETE", "/v1/users/nobody", NULL, NULL, li.cookie, li.csrf,
                               "Origin: https://gate.example", HOST, NULL)
                         ->status,
                     404);
    w->tls = false;
    assert_int_equal(read_as(w, &li, "/v1/yard")->status, 401);
}

static void a_wrong_password_and_an_unknown_name_are_one_answer(void **state)
{
    struct gs_http *w = *state;
    static const char *const tries[] = {"{\"name\":\"li\",\"password\":\"wrong horse\"}",
                                        "{\"name\":\"nobody\",\"password\":\"correct horse\"}",
                                        "{\"name\":\"No Name At All!\",\"password\":\"x\"}"};
    char *first = NULL;
    create(w, LI);
    for (size_t i = 0; i < 3; i++) {
        const size_t before = w->hashes_checked;
        const struct caught *c = world_ask(w, "POST", "/v1/session", NULL, tries[i], NULL);
        assert_int_equal(c->status, 401);
        assert_string_equal(text(c, "code"), "unauthorized");
        assert_null(header(c, "Set-Cookie"));
        assert_int_equal(w->hashes_checked, before + 1); /* the same work for all of them */
        if (first == NULL) {
            first = strdup(c->body);
        }
        assert_string_equal(c->body, first);
    }
    free(first);
}

static void what_a_login_must_say_is_told_by_name_and_never_repeated(void **state)
{
    struct gs_http *w = *state;
    assert_true(has_error(world_ask(w, "POST", "/v1/session", NULL, "{}", NULL), "/name", "required"));
    assert_true(has_error(&w->caught, "/password", "required"));
    assert_true(has_error(world_ask(w, "POST", "/v1/session", NULL, "{\"name\":1,\"password\":17171717}", NULL),
                          "/password", "type"));
    assert_null(strstr(w->caught.body, "17171717"));
    assert_true(has_error(
        world_ask(w, "POST", "/v1/session", NULL, "{\"name\":\"li\",\"password\":\"x\",\"role\":\"supervisor\"}", NULL),
        "/role", "unknown_field"));
    assert_int_equal(world_ask(w, "POST", "/v1/session", NULL, LI_IN, "Content-Type: text/plain", NULL)->status, 415);
    assert_int_equal(
        world_ask(w, "POST", "/v1/session", NULL, LI_IN, "Origin: https://evil.example", HOST, NULL)->status, 403);
    assert_string_equal(text(&w->caught, "code"), "csrf");
    assert_int_equal(w->hashes_checked, 0);
}

static void a_password_is_long_enough_and_not_the_name(void **state)
{
    struct gs_http *w = *state;
    static const struct {
        const char *password, *code; /* NULL: good */
    } cases[] = {{"", "length"},
                 {"ninechars", "length"},
                 {"tencharsok", NULL},
                 {"密码也可以很长啊真的", NULL},
                 {"密码不可以九个字吧", "length"},
                 {"          ", NULL}, /* any character counts */
                 {"A.Long.Name", "same_as"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char body[512];
        snprintf(body, sizeof body, "{\"name\":\"a.long.name\",\"role\":\"gate\",\"password\":\"%s\"}",
                 cases[i].password);
        const struct caught *c = world_ask(w, "POST", "/v1/users", "supervisor", body, NULL);
        print_message("# %s\n", cases[i].password);
        assert_int_equal(c->status, cases[i].code == NULL ? 201 : 422);
        assert_true(cases[i].code == NULL || has_error(c, "/password", cases[i].code));
        if (cases[i].code == NULL) {
            assert_int_equal(world_ask(w, "DELETE", "/v1/users/a.long.name", "supervisor", NULL, NULL)->status, 204);
        }
    }
    char body[1024], long_one[600];
    memset(long_one, 'x', sizeof long_one);
    for (size_t len = 127; len <= 130; len++) {
        snprintf(body, sizeof body, "{\"name\":\"b\",\"role\":\"gate\",\"password\":\"%.*s\"}", (int)len, long_one);
        assert_int_equal(world_ask(w, "POST", "/v1/users", "supervisor", body, NULL)->status, len == 127   ? 201
                                                                                              : len == 128 ? 409
                                                                                                           : 422);
    }
}

static void names_are_one_name_space(void **state)
{
    struct gs_http *w = *state;
    create(w, LI);
    static const char *const taken[] = {"li", "gate", "root", "daemon", "gateslotd"};
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        char body[256];
        snprintf(body, sizeof body, "{\"name\":\"%s\",\"role\":\"gate\",\"password\":\"correct horse\"}", taken[i]);
        assert_int_equal(world_ask(w, "POST", "/v1/users", "supervisor", body, NULL)->status, 409);
        assert_string_equal(text(&w->caught, "code"), "name_taken");
    }
    assert_int_equal(
        world_ask(w, "POST", "/v1/tokens", "supervisor", "{\"name\":\"li\",\"role\":\"gate\"}", NULL)->status, 409);
    assert_true(has_error(
        world_ask(w, "POST", "/v1/users", "supervisor",
                  "{\"name\":\"Li!\",\"role\":\"king\",\"password\":\"correct horse\",\"disabled\":false}", NULL),
        "/name", "format"));
    assert_true(has_error(&w->caught, "/role", "choice"));
    assert_true(has_error(&w->caught, "/disabled", "unknown_field"));
}

/* ---- pages of others ---- */

static void a_change_by_cookie_needs_a_page_of_ours(void **state)
{
    struct gs_http *w = *state;
    create(w, LI);
    const struct browser li = logged_in(w, LI_IN);
    static const char body[] = "{\"name\":\"t\",\"role\":\"gate\"}";
    const struct {
        const char *headers[6];
        int status;
        const char *code;
    } cases[] = {
        {{li.cookie, NULL}, 403, "csrf"},
        {{li.cookie, ORIGIN, HOST, NULL}, 403, "csrf"},
        {{li.cookie, li.csrf, HOST, NULL}, 403, "csrf"},
        {{li.cookie, li.csrf, HOST, "Origin: http://evil.example", NULL}, 403, "csrf"},
        {{li.cookie, li.csrf, HOST, "Origin: null", NULL}, 403, "csrf"},
        {{li.cookie, li.csrf, HOST, "Origin: http://gate.example.evil", NULL}, 403, "csrf"},
        {{li.cookie, li.csrf, HOST, "Origin: http://gate.example:81", NULL}, 403, "csrf"},
        {{li.cookie, li.csrf, HOST, "Origin: gate.example", NULL}, 403, "csrf"},
        {{li.cookie, li.csrf, HOST, "Sec-Fetch-Site: cross-site", NULL}, 403, "csrf"},
        {{li.cookie, li.csrf, HOST, "Sec-Fetch-Site: same-site", NULL}, 403, "csrf"},
        {{li.cookie, li.csrf, HOST, "Sec-Fetch-Site: none", NULL}, 403, "csrf"},
        {{li.cookie, li.csrf, HOST, "Sec-Fetch-Site: same-origin", "Origin: http://evil.example"}, 403, "csrf"},
        {{li.cookie, "X-CSRF-Token: ", ORIGIN, HOST, NULL}, 403, "csrf"},
        {{li.cookie, "X-CSRF-Token: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", ORIGIN, HOST, NULL}, 403, "csrf"},
        {{li.cookie, li.csrf, ORIGIN, HOST, "Content-Type: text/plain"}, 415, "unsupported_media_type"},
        {{li.cookie, li.csrf, ORIGIN, HOST, "Content-Type: application/x-www-form-urlencoded"},
         415,
         "unsupported_media_type"},
        {{li.cookie, li.csrf, HOST, "Sec-Fetch-Site: same-origin", NULL}, 201, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *const *h = cases[i].headers;
        const size_t before = w->event_count;
        const struct caught *c = world_ask(w, "POST", "/v1/tokens", NULL, body, h[0], h[1], h[2], h[3], h[4], NULL);
        print_message("# case %zu: %d\n", i, c->status);
        assert_int_equal(c->status, cases[i].status);
        assert_string_equal(text(c, "code"), cases[i].code);
        assert_int_equal(w->event_count, before + (c->status == 201 ? 1 : 0));
    }
    assert_int_equal(change_as(w, &li, "DELETE", "/v1/tokens/t", NULL)->status, 204); /* with Origin */
    /* Over a proxy that speaks TLS before us the Origin is https. */
    assert_int_equal(world_ask(w, "DELETE", "/v1/tokens/t", NULL, NULL, li.cookie, li.csrf,
                               "Origin: https://GATE.example:443", HOST, NULL)
                         ->status,
                     404);
    assert_int_equal(read_as(w, &li, "/v1/tokens")->status, 200); /* reading needs nothing more */
}

static void with_a_token_and_a_cookie_the_token_counts(void **state)
{
    struct gs_http *w = *state;
    create(w, LI);
    const struct browser li = logged_in(w, LI_IN);
    assert_int_equal(world_ask(w, "GET", "/v1/users", "display", NULL, li.cookie, NULL)->status, 403);
    assert_int_equal(world_ask(w, "GET", "/v1/users", "gs_wrong", NULL, li.cookie, NULL)->status, 401);
    assert_int_equal(world_ask(w, "POST", "/v1/tokens", "supervisor", "{}", li.cookie, NULL)->status, 422);
    w->trusted = true; /* a cookie that opens nothing is refused, though the socket alone would open */
    assert_int_equal(world_ask(w, "GET", "/v1/users", NULL, NULL, "Cookie: gateslot_session=gs_x", NULL)->status, 401);
    assert_int_equal(world_ask(w, "GET", "/v1/users", NULL, NULL, "Cookie: other=1", NULL)->status, 200);
}

static void of_cookies_only_one_of_our_name_is_read(void **state)
{
    struct gs_http *w = *state;
    create(w, LI);
    const struct browser li = logged_in(w, LI_IN);
    const char *value = li.cookie + strlen("Cookie: ");
    char header[512];
    static const struct {
        const char *form;
        int status;
    } cases[] = {{"Cookie: a=b; %s; c=d", 200},
                 {"Cookie: %s;", 200},
                 {"Cookie: a=b;%s", 200},
                 {"Cookie: x%s", 401},
                 {"Cookie: %s; gateslot_session=gs_other", 401},
                 {"Cookie: gateslot_session=; %s", 401},
                 {"Cookie: %sx", 401},
                 {"Cookie: \"%s\"", 401}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(header, sizeof header, cases[i].form, value);
#pragma GCC diagnostic pop
        print_message("# %s\n", cases[i].form);
        assert_int_equal(world_ask(w, "GET", "/v1/yard", NULL, NULL, header, NULL)->status, cases[i].status);
    }
}

/* ---- what ends a session ---- */

static void logging_out_ends_the_session_and_takes_the_cookie_away(void **state)
{
    struct gs_http *w = *state;
    create(w, LI);
    const struct browser li = logged_in(w, LI_IN), other = logged_in(w, LI_IN);
    const struct caught *c = change_as(w, &li, "DELETE", "/v1/session", NULL);
    assert_int_equal(c->status, 204);
    assert_non_null(strstr(header(c, "Set-Cookie"), "gateslot_session=; Path=/; Max-Age=0"));
    assert_int_equal(read_as(w, &li, "/v1/yard")->status, 401);
    assert_int_equal(read_as(w, &other, "/v1/yard")->status, 200);
    assert_int_equal(events_of(w, "session.closed"), 1);
    assert_int_equal(w->api->sessions.count, 1);
    assert_int_equal(world_ask(w, "DELETE", "/v1/session", "supervisor", NULL, NULL)->status, 404);
}

static void a_session_ends_unused_and_in_any_case(void **state)
{
    struct gs_http *w = *state;
    create(w, LI);
    const struct browser idle = logged_in(w, LI_IN), busy = logged_in(w, LI_IN);
    const int64_t began = w->now;
    w->now += w->idle_ms - 1;
    assert_int_equal(read_as(w, &busy, "/v1/yard")->status, 200);
    w->now += 60001; /* a use is noted to the minute, and none is to be missed */
    assert_int_equal(read_as(w, &idle, "/v1/yard")->status, 401);
    while (w->now < began + w->absolute_ms - 1) {
        assert_int_equal(read_as(w, &busy, "/v1/yard")->status, 200);
        w->now += w->idle_ms / 2;
        w->now = w->now < began + w->absolute_ms ? w->now : began + w->absolute_ms - 1;
    }
    assert_int_equal(read_as(w, &busy, "/v1/yard")->status, 200);
    w->now += 1;
    assert_int_equal(read_as(w, &busy, "/v1/yard")->status, 401);
}

/* Whoever goes on working is not thrown out, however short the time is. */
static void a_session_that_is_used_goes_on(void **state)
{
    struct gs_http *w = *state;
    create(w, LI);
    w->idle_ms = 60000;
    const struct browser li = logged_in(w, LI_IN);
    for (int i = 0; i < 100; i++) {
        w->now += 59000;
        assert_int_equal(read_as(w, &li, "/v1/yard")->status, 200);
    }
    w->now += 120000;
    assert_int_equal(read_as(w, &li, "/v1/yard")->status, 401);
}

/* The table of all sessions is full: nothing is half done. */
static void a_login_that_finds_no_room_is_none(void **state)
{
    struct gs_http *w = *state;
    create(w, LI);
    for (int i = 0; i < GS_MAX_SESSIONS; i++) {
        struct gs_session s = {.kind = GS_SESSION_DEVICE, .role = GS_ROLE_GATE, .name = "tablet"};
        memcpy(s.hash, &i, sizeof i);
        assert_int_equal(gs_sessions_put(&w->api->sessions, &s), GS_OK);
    }
    assert_int_equal(world_ask(w, "POST", "/v1/session", NULL, LI_IN, NULL)->status, 503);
    assert_int_equal(events_of(w, "session.opened"), 0);
}

static void a_use_is_stored_once_a_minute(void **state)
{
    struct gs_http *w = *state;
    create(w, LI);
    const struct browser li = logged_in(w, LI_IN);
    const size_t before = w->session_records;
    for (int i = 0; i < 120; i++) {
        assert_int_equal(read_as(w, &li, "/v1/yard")->status, 200);
        w->now += 1000;
    }
    assert_int_equal(w->session_records, before + 1);
}

static void whoever_loses_his_place_loses_his_sessions(void **state)
{
    static const struct {
        const char *method, *target, *body;
        int status;
        bool ends;
    } cases[] = {
        {"PATCH", "/v1/users/wang", "{\"disabled\":true}", 200, true},
        {"PATCH", "/v1/users/wang", "{\"role\":\"display\"}", 200, true},
        {"PATCH", "/v1/users/wang", "{\"password\":\"another horse\"}", 200, true},
        {"DELETE", "/v1/users/wang", NULL, 204, true},
        {"PATCH", "/v1/users/wang", "{\"language\":\"en\"}", 200, false},
        {"PATCH", "/v1/users/wang", "{\"role\":\"gate\",\"disabled\":false}", 200, false},
        {"PATCH", "/v1/users/wang", "{}", 200, false},
    };
    struct gs_http *w = *state;
    create(w, LI);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        create(w, WANG);
        const struct browser wang = logged_in(w, WANG_IN), li = logged_in(w, LI_IN);
        print_message("# %s %s\n", cases[i].method, cases[i].body != NULL ? cases[i].body : "");
        assert_int_equal(change_as(w, &li, cases[i].method, cases[i].target, cases[i].body)->status, cases[i].status);
        assert_int_equal(read_as(w, &wang, "/v1/yard")->status, cases[i].ends ? 401 : 200);
        assert_int_equal(read_as(w, &li, "/v1/yard")->status, 200);
        (void)world_ask(w, "DELETE", "/v1/users/wang", "supervisor", NULL, NULL);
    }
    assert_int_equal(events_of(w, "user.disabled"), 1);
    assert_int_equal(events_of(w, "user.changed"), 3);
    assert_int_equal(events_of(w, "user.deleted"), sizeof cases / sizeof cases[0]);
}

static void a_disabled_user_does_not_log_in_until_enabled(void **state)
{
    struct gs_http *w = *state;
    create(w, WANG);
    assert_int_equal(world_ask(w, "PATCH", "/v1/users/wang", "supervisor", "{\"disabled\":true}", NULL)->status, 200);
    assert_int_equal(world_ask(w, "POST", "/v1/session", NULL, WANG_IN, NULL)->status, 403);
    assert_string_equal(text(&w->caught, "code"), "forbidden");
    assert_int_equal(
        world_ask(w, "POST", "/v1/session", NULL, "{\"name\":\"wang\",\"password\":\"wrong\"}", NULL)->status, 401);
    assert_int_equal(world_ask(w, "PATCH", "/v1/users/wang", "supervisor", "{\"disabled\":false}", NULL)->status, 200);
    (void)logged_in(w, WANG_IN);
    assert_int_equal(events_of(w, "user.enabled"), 1);
}

/* As after a restore: sessions were closed, users are to be confirmed. */
static void an_unconfirmed_user_does_not_log_in_until_confirmed(void **state)
{
    struct gs_http *w = *state;
    create(w, WANG);
    w->api->users.list[0].unconfirmed = true;
    assert_int_equal(world_ask(w, "POST", "/v1/session", NULL, WANG_IN, NULL)->status, 403);
    assert_non_null(strstr(text(&w->caught, "detail"), "user confirm"));
    assert_int_equal(world_ask(w, "POST", "/v1/users/wang/confirm", "gate", NULL, NULL)->status, 403);
    assert_int_equal(world_ask(w, "POST", "/v1/users/wang/confirm", "supervisor", NULL, NULL)->status, 200);
    assert_int_equal(world_ask(w, "POST", "/v1/users/wang/confirm", "supervisor", NULL, NULL)->status, 200);
    assert_int_equal(events_of(w, "user.confirmed"), 1);
    (void)logged_in(w, WANG_IN);
}

static void who_waits_by_a_session_that_ends_is_told_at_once(void **state)
{
    struct gs_http *w = *state;
    create(w, WANG);
    const struct browser wang = logged_in(w, WANG_IN);
    world_begin_by(w, "/v1/events?after=1000&wait=60", wang.cookie);
    world_turn(w);
    world_turn(w);
    assert_int_equal(w->caught.status, 0);
    struct gs_user gone = *gs_users_named(&w->api->users, "wang");
    gone.disabled = true;
    assert_int_equal(gs_users_put(&w->api->users, &gone), GS_OK);
    gs_feed_recheck(&w->api->feed);
    world_turn(w);
    assert_int_equal(w->caught.status, 401);
}

static void a_user_changes_his_own_password_with_the_old_one(void **state)
{
    struct gs_http *w = *state;
    create(w, WANG);
    const struct browser wang = logged_in(w, WANG_IN), elsewhere = logged_in(w, WANG_IN);
    const struct caught *c = change_as(w, &wang, "POST", "/v1/session/password",
                                       "{\"old_password\":\"wrong\",\"new_password\":\"a new password\"}");
    assert_int_equal(c->status, 401);
    assert_int_equal(read_as(w, &wang, "/v1/yard")->status, 200);
    assert_true(has_error(change_as(w, &wang, "POST", "/v1/session/password",
                                    "{\"old_password\":\"一二三四五六七八九十\",\"new_password\":\"short\"}"),
                          "/new_password", "length"));
    c = change_as(w, &wang, "POST", "/v1/session/password",
                  "{\"old_password\":\"一二三四五六七八九十\",\"new_password\":\"a new password\"}");
    assert_int_equal(c->status, 200);
    struct browser anew;
    keep_cookie(c, &anew);
    assert_int_equal(read_as(w, &wang, "/v1/yard")->status, 401);
    assert_int_equal(read_as(w, &elsewhere, "/v1/yard")->status, 401);
    assert_int_equal(read_as(w, &anew, "/v1/yard")->status, 200);
    assert_int_equal(world_ask(w, "POST", "/v1/session", NULL, WANG_IN, NULL)->status, 401);
    (void)logged_in(w, "{\"name\":\"wang\",\"password\":\"a new password\"}");
}

/* What he chose on a page stays with him: the texts of the next answer are in it, and those of his next login; it is told of once. */
static void a_user_keeps_the_language_he_chose(void **state)
{
    struct gs_http *w = *state;
    create(w, WANG);
    const struct browser wang = logged_in(w, WANG_IN);
    const size_t before = events_of(w, "user.changed");
    const struct caught *c = change_as(w, &wang, "PATCH", "/v1/session", "{\"language\":\"en\"}");
    assert_int_equal(c->status, 200);
    assert_string_equal(text(c, "language"), "en");
    assert_string_equal(text(c, "csrf"), wang.csrf + strlen("X-CSRF-Token: "));
    assert_int_equal(events_of(w, "user.changed"), before + 1);
    assert_int_equal(change_as(w, &wang, "PATCH", "/v1/session", "{\"language\":\"en\"}")->status, 200);
    assert_int_equal(events_of(w, "user.changed"), before + 1);
    assert_int_equal(read_as(w, &wang, "/v1/users")->status, 403);
    assert_string_equal(header(&w->caught, "Content-Language"), "en");
    (void)logged_in(w, WANG_IN);
    assert_string_equal(text(&w->caught, "language"), "en");
    assert_int_equal(change_as(w, &wang, "PATCH", "/v1/session", "{\"language\":null}")->status, 200);
    assert_true(json_is_null(at(&w->caught, "language")));
    assert_int_equal(events_of(w, "user.changed"), before + 2);
}

static void a_language_that_is_none_or_of_nobody_is_refused(void **state)
{
    static const struct {
        const char *body, *pointer, *code;
    } bad[] = {{"{}", "/language", "required"},
               {"{\"language\":\"zh\"}", "/language", "choice"},
               {"{\"language\":\"\"}", "/language", "required"},
               {"{\"language\":1}", "/language", "type"},
               {"{\"language\":\"en\",\"role\":\"supervisor\"}", "/role", "unknown_field"}};
    struct gs_http *w = *state;
    create(w, WANG);
    const struct browser wang = logged_in(w, WANG_IN);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const struct caught *c = change_as(w, &wang, "PATCH", "/v1/session", bad[i].body);
        assert_true(has_error(c, bad[i].pointer, bad[i].code));
    }
    assert_string_equal(text(read_as(w, &wang, "/v1/session"), "language"), "zh-CN");
    assert_int_equal(world_ask(w, "PATCH", "/v1/session", "gate", "{\"language\":\"en\"}", NULL)->status, 403);
    assert_int_equal(
        world_ask(w, "PATCH", "/v1/session", NULL, "{\"language\":\"en\"}", wang.cookie, HOST, NULL)->status, 403);
    assert_string_equal(text(&w->caught, "code"), "csrf");
}

/* ---- guessing ---- */

static struct gs_peer peer(unsigned char last)
{
    return (struct gs_peer){{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, last}, true};
}

static void guesses_are_slowed_down_and_the_right_one_is_heard_elsewhere(void **state)
{
    struct gs_http *w = *state;
    int refused = 0, throttled = 0;
    create(w, LI);
    w->peer = peer(1);
    for (int i = 0; i < 20; i++) {
        const struct caught *c =
            world_ask(w, "POST", "/v1/session", NULL, "{\"name\":\"li\",\"password\":\"guess\"}", NULL);
        refused += c->status == 401 ? 1 : 0;
        throttled += c->status == 429 ? 1 : 0;
        assert_true(c->status != 429 || atoi(header(c, "Retry-After")) >= 1);
    }
    assert_int_equal(refused, 5);
    assert_int_equal(throttled, 15);
    assert_int_equal(w->hashes_checked, 5);
    assert_int_equal(world_ask(w, "POST", "/v1/session", NULL, LI_IN, NULL)->status, 429);
    w->peer = peer(2);
    (void)logged_in(w, LI_IN);
    assert_int_equal(events_of(w, "session.refused"), 1); /* the rest within a minute, as one */
    assert_int_equal(w->api->refused_logins.count, 4);
}

static void a_full_queue_of_passwords_is_503(void **state)
{
    struct gs_http *w = *state;
    create(w, LI);
    w->busy = true;
    const struct caught *c = world_ask(w, "POST", "/v1/session", NULL, LI_IN, NULL);
    assert_int_equal(c->status, 503);
    assert_non_null(header(c, "Retry-After"));
    assert_int_equal(world_ask(w, "POST", "/v1/users", "supervisor", WANG, NULL)->status, 503);
    w->busy = false;
    (void)logged_in(w, LI_IN);
}

/* The eleventh login of a user closes the session that he used least lately. */
static void a_user_has_ten_sessions(void **state)
{
    struct gs_http *w = *state;
    struct browser b[11];
    create(w, LI);
    for (int i = 0; i < 11; i++) {
        w->now += 1000;
        b[i] = logged_in(w, LI_IN);
    }
    assert_int_equal(read_as(w, &b[0], "/v1/yard")->status, 401);
    for (int i = 1; i < 11; i++) {
        assert_int_equal(read_as(w, &b[i], "/v1/yard")->status, 200);
    }
    assert_int_equal(w->api->sessions.count, 10);
}

/* What was asked for and what is there meanwhile: a user that goes while his password is hashed, a supervisor who loses his place. */
static void what_changes_while_a_password_is_hashed_counts(void **state)
{
    struct gs_http *w = *state;
    create(w, LI);
    create(w, WANG);
    const struct browser li = logged_in(w, LI_IN);
    world_begin(w, "POST", "/v1/session", NULL, WANG_IN);
    assert_true(gs_users_remove(&w->api->users, "wang"));
    world_turn(w);
    assert_int_equal(w->caught.status, 401);
    world_begin(w, "PATCH", "/v1/users/li", "supervisor", "{\"password\":\"another horse\"}");
    assert_true(gs_users_remove(&w->api->users, "li"));
    world_turn(w);
    assert_int_equal(w->caught.status, 404);
    assert_int_equal(read_as(w, &li, "/v1/yard")->status, 401);
    create(w, LI);
    world_begin(w, "POST", "/v1/users", "supervisor", WANG);
    assert_true(gs_tokens_remove(&w->api->tokens, "supervisor"));
    world_turn(w);
    assert_int_equal(w->caught.status, 401);
    assert_null(gs_users_named(&w->api->users, "wang"));
}

#define T(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_login_opens_what_the_role_may_and_no_more),
        T(over_tls_the_cookie_is_secure),
        T(a_wrong_password_and_an_unknown_name_are_one_answer),
        T(what_a_login_must_say_is_told_by_name_and_never_repeated),
        T(a_password_is_long_enough_and_not_the_name),
        T(names_are_one_name_space),
        T(a_change_by_cookie_needs_a_page_of_ours),
        T(with_a_token_and_a_cookie_the_token_counts),
        T(of_cookies_only_one_of_our_name_is_read),
        T(logging_out_ends_the_session_and_takes_the_cookie_away),
        T(a_session_ends_unused_and_in_any_case),
        T(a_use_is_stored_once_a_minute),
        T(a_session_that_is_used_goes_on),
        T(a_login_that_finds_no_room_is_none),
        T(whoever_loses_his_place_loses_his_sessions),
        T(a_disabled_user_does_not_log_in_until_enabled),
        T(an_unconfirmed_user_does_not_log_in_until_confirmed),
        T(who_waits_by_a_session_that_ends_is_told_at_once),
        T(a_user_changes_his_own_password_with_the_old_one),
        T(a_user_keeps_the_language_he_chose),
        T(a_language_that_is_none_or_of_nobody_is_refused),
        T(guesses_are_slowed_down_and_the_right_one_is_heard_elsewhere),
        T(a_full_queue_of_passwords_is_503),
        T(a_user_has_ten_sessions),
        T(what_changes_while_a_password_is_hashed_counts),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
