/* Who may call what: every route with every role, and what is refused before any handler. */
#include "world.h"
#include <stdio.h>

static const char *const names[] = {"backend", "gate", "supervisor", "display", "metrics"};

/* CONTRACT's table, by itself: b, g, s, d, m. */
static const struct {
    const char *call, *roles;
} contract[] = {
    {"POST /v1/bookings", "bgs"},
    {"POST /v1/bookings/batch", "bgs"},
    {"GET /v1/bookings", "bgs"},
    {"GET /v1/bookings/{id}", "bgs"},
    {"GET /v1/bookings/{id}/history", "bgs"},
    {"PATCH /v1/bookings/{id}", "bgs"},
    {"POST /v1/bookings/{id}/cancel", "bgs"},
    {"POST /v1/bookings/{id}/delay", "bgs"},
    {"POST /v1/bookings/{id}/reschedule", "bgs"},
    {"POST /v1/bookings/{id}/arrive", "gs"},
    {"POST /v1/bookings/{id}/enter", "gs"},
    {"POST /v1/bookings/{id}/admit", "gs"},
    {"POST /v1/bookings/{id}/clear", "gs"},
    {"POST /v1/bookings/{id}/depart", "gs"},
    {"POST /v1/bookings/{id}/refuse", "gs"},
    {"POST /v1/bookings/{id}/revert", "gs"},
    {"POST /v1/bookings/{id}/excuse", "s"},
    {"POST /v1/bookings/{id}/reinstate", "gs"},
    {"GET /v1/slots", "bgsd"},
    {"POST /v1/gate/check", "gs"},
    {"POST /v1/gate/walk-ins", "gs"},
    {"GET /v1/gate/list", "gsd"},
    {"GET /v1/yard", "gsd"},
    {"GET /v1/capacity", "gs"},
    {"PUT /v1/capacity/{date}/{window}", "s"},
    {"DELETE /v1/capacity/{date}/{window}", "s"},
    {"GET /v1/reports/daily", "gs"},
    {"GET /v1/reports", "gs"},
    {"GET /v1/status", "gs"},
    {"GET /v1/strikes", "gs"},
    {"GET /v1/companies/{uscc}", "gs"},
    {"GET /v1/events", "bgs"},
    {"GET /v1/events/stream", "bgs"},
    {"GET /v1/site", "bgsdm"},
    {"GET /v1/tokens", "s"},
    {"POST /v1/tokens", "s"},
    {"DELETE /v1/tokens/{name}", "s"},
    {"POST /v1/tokens/{name}/confirm", "s"},
    {"GET /v1/session", "bgsdm"},
    {"POST /v1/session", "-"},
    {"DELETE /v1/session", "bgsdm"},
    {"PATCH /v1/session", "bgsdm"},
    {"POST /v1/session/password", "bgsdm"},
    {"PUT /v1/session/person", "g"},
    {"DELETE /v1/session/person", "g"},
    {"GET /v1/pairings", "s"},
    {"POST /v1/pairings", "s"},
    {"DELETE /v1/pairings/{name}", "s"},
    {"GET /v1/devices", "s"},
    {"DELETE /v1/devices/{name}", "s"},
    {"GET /v1/webhooks", "s"},
    {"POST /v1/webhooks", "s"},
    {"GET /v1/webhooks/{name}", "s"},
    {"PATCH /v1/webhooks/{name}", "s"},
    {"DELETE /v1/webhooks/{name}", "s"},
    {"POST /v1/webhooks/{name}/test", "s"},
    {"POST /v1/webhooks/{name}/secret", "s"},
    {"GET /v1/users", "s"},
    {"POST /v1/users", "s"},
    {"GET /v1/users/{name}", "s"},
    {"PATCH /v1/users/{name}", "s"},
    {"DELETE /v1/users/{name}", "s"},
    {"POST /v1/users/{name}/confirm", "s"},
    {"PUT /v1/drill/clock", "s"},
    {"POST /v1/config/preview", "s"},
    {"POST /v1/clock/accept", "s"},
    {"POST /v1/backup", "s"},
    {"GET /v1/audit", "s"},
    {"GET /v1/audit/decisions", "s"},
    {"GET /v1/audit/integrity", "s"},
    {"GET /v1/openapi.json", "bgsdm"},
    {"GET /metrics", "sm"},
    {"GET /livez", "-"},
    {"GET /readyz", "-"},
};
enum { CALLS = sizeof contract / sizeof contract[0], NAMES = sizeof names / sizeof names[0] };

static void split(const char *call, char method[16], char path[128])
{
    size_t n = 0;
    assert_int_equal(sscanf(call, "%15s", method), 1);
    for (call += strlen(method) + 1; *call != '\0';) {
        static const struct {
            const char *part, *value;
        } parts[] = {{"{id}", "bk_1"},
                     {"{date}", DAY},
                     {"{window}", "morning"},
                     {"{name}", "nobody"},
                     {"{uscc}", "91350100M000100Y43"}};
        bool filled = false;

        for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
            if (strncmp(call, parts[i].part, strlen(parts[i].part)) == 0) {
                n += (size_t)sprintf(path + n, "%s", parts[i].value);
                call += strlen(parts[i].part);
                filled = true;
                break;
            }
        }
        if (!filled) {
            path[n++] = *call++;
        }
    }
    path[n] = '\0';
}

static void every_route_stands_in_the_contract(void **state)
{
    size_t calls = 0;
    (void)state;
    for (size_t i = 0; i < gs_route_count; i++) {
        char call[128];
        bool found = false;
        if ((gs_route_table[i].flags & GS_ROUTE_PAGE) != 0) {
            assert_true((gs_route_table[i].flags & GS_ROUTE_PUBLIC) != 0);
            continue; /* what it may show is in tests/door/may.py */
        }
        calls++;
        snprintf(call, sizeof call, "%s %s", gs_method_name(gs_route_table[i].method), gs_route_table[i].path);
        for (size_t k = 0; k < CALLS; k++) {
            found = found || strcmp(contract[k].call, call) == 0;
        }
        print_message("# %s\n", call);
        assert_true(found);
    }
    assert_int_equal(calls, CALLS);
}

static void every_role_is_let_in_or_kept_out_by_the_table(void **state)
{
    struct gs_http *w = *state;
    for (size_t i = 0; i < CALLS; i++) {
        char method[16], path[128];
        split(contract[i].call, method, path);
        for (size_t r = 0; r < NAMES; r++) {
            w->shown = GS_CLIENT_CLASSES;
            bool may = strchr(contract[i].roles, names[r][0]) != NULL || contract[i].roles[0] == '-';
            const struct caught *c =
                world_ask(w, method, path, names[r], strcmp(method, "GET") == 0 ? NULL : "{}", NULL);
            bool kept_out = c->status == 403 && strcmp(text(c, "code"), "forbidden") == 0;
            print_message("# %s as %s: %d\n", contract[i].call, names[r], c->status);
            /* The connection learns what kind of client it has wherever somebody is asked who he is. */
            enum gs_client_class class = strchr("gs", names[r][0]) != NULL ? GS_CLIENT_STAFF : GS_CLIENT_PROGRAM;
            assert_int_equal(w->shown, contract[i].roles[0] == '-' ? GS_CLIENT_CLASSES : class);
            /* A backup over TCP is forbidden to everybody; who has a token has no password and no language, and is no device. */
            bool never = strcmp(path, "/v1/backup") == 0 || strcmp(path, "/v1/session/password") == 0 ||
                         strcmp(contract[i].call, "PATCH /v1/session") == 0 || strcmp(path, "/v1/session/person") == 0;
            assert_int_equal(kept_out, !may || never);
        }
    }
}

static void without_a_token_only_health_is_answered(void **state)
{
    struct gs_http *w = *state;
    for (size_t i = 0; i < CALLS; i++) {
        char method[16], path[128];
        const struct caught *c;
        split(contract[i].call, method, path);
        w->shown = GS_CLIENT_CLASSES;
        c = world_ask(w, method, path, NULL, NULL, NULL);
        assert_int_equal(w->shown, GS_CLIENT_CLASSES);
        if (contract[i].roles[0] == '-') {
            assert_int_equal(c->status, strcmp(method, "GET") == 0 ? 200 : 400); /* a login without a body */
            continue;
        }
        assert_int_equal(c->status, 401);
        assert_string_equal(text(c, "code"), "unauthorized");
        assert_string_equal(header(c, "WWW-Authenticate"), "Bearer realm=\"gateslot\"");
    }
    assert_int_equal(world_ask(w, "GET", "/nowhere", NULL, NULL, NULL)->status, 401);
    assert_int_equal(world_ask(w, "OPTIONS", "/v1/site", NULL, NULL, NULL)->status, 401);
}

static void a_wrong_or_expired_token_is_refused_even_on_the_socket(void **state)
{
    struct gs_http *w = *state;
    struct gs_token *t = w->api->tokens.list;
    const struct caught *c;
    c = world_ask(w, "GET", "/v1/site", "gs_wrong", NULL, NULL);
    assert_int_equal(c->status, 401);
    assert_non_null(strstr(header(c, "WWW-Authenticate"), "invalid_token"));
    w->trusted = true;
    assert_int_equal(world_ask(w, "GET", "/v1/site", "gs_wrong", NULL, NULL)->status, 401);
    assert_int_equal(world_ask(w, "GET", "/v1/site", NULL, NULL, "Authorization: Basic abc", NULL)->status, 401);
    w->trusted = false;
    assert_int_equal(world_ask(w, "GET", "/v1/site", NULL, NULL, "Authorization: bearer gs_gate", NULL)->status, 200);
    for (size_t i = 0; i < w->api->tokens.count; i++) {
        t[i].expires_ms = w->now + 1000;
    }
    assert_int_equal(world_ask(w, "GET", "/v1/site", "gate", NULL, NULL)->status, 200);
    w->now += 1000;
    assert_int_equal(world_ask(w, "GET", "/v1/site", "gate", NULL, NULL)->status, 401);
}

/* Asked where only a request's head is there: the same verdict as over the whole. */
static void the_head_says_as_much_as_the_request(void **state)
{
    struct gs_http *w = *state;
    static const char *const given[] = {"backend", "gate", "supervisor", "display", "metrics", "gs_wrong", NULL};
    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++) {
        w->shown = GS_CLIENT_ANONYMOUS;
        (void)world_ask(w, "GET", "/v1/site", given[i], NULL, NULL);
        assert_int_equal(w->functions.who(w->api, w->exchange), w->shown);
    }
    (void)world_ask(w, "GET", "/v1/site", NULL, NULL, "Authorization: Basic abc", NULL);
    assert_int_equal(w->functions.who(w->api, w->exchange), GS_CLIENT_ANONYMOUS);
    w->trusted = true;
    (void)world_ask(w, "GET", "/v1/site", NULL, NULL, NULL);
    assert_int_equal(w->functions.who(w->api, w->exchange), GS_CLIENT_STAFF);
    w->trusted = false;
}

static void root_on_the_socket_is_a_supervisor(void **state)
{
    struct gs_http *w = *state;
    w->trusted = true;
    assert_int_equal(world_ask(w, "GET", "/v1/tokens", NULL, NULL, NULL)->status, 200);
    assert_string_equal(w->caller.actor.name, "root");
    w->exchange->request.peer_uid = 7;
    w->caught.status = 0;
    json_decref(w->caught.json);
    free(w->caught.body);
    w->functions.dispatch(w->api, w->exchange);
    assert_string_equal(w->caller.actor.name, "daemon");
    assert_int_equal(w->caller.actor.role, GS_ROLE_SUPERVISOR);
}

static void users_of_the_machine_have_the_role_of_the_configuration(void **state)
{
    struct gs_http *w = *state;
    w->uid = 1007;
    const struct caught *c = world_ask(w, "GET", "/v1/site", NULL, NULL, NULL);
    assert_int_equal(c->status, 401);
    assert_non_null(strstr(text(c, "detail"), "1007"));
    w->local = (struct gs_actor){.role = GS_ROLE_GATE, .name = "wang"};
    assert_int_equal(world_ask(w, "GET", "/v1/site", NULL, NULL, NULL)->status, 200);
    assert_string_equal(w->caller.actor.name, "wang");
    assert_int_equal(w->caller.actor.role, GS_ROLE_GATE);
    assert_int_equal(w->shown, GS_CLIENT_STAFF);
    assert_int_equal(world_ask(w, "GET", "/v1/tokens", NULL, NULL, NULL)->status, 403);
    assert_int_equal(world_ask(w, "GET", "/v1/tokens", "supervisor", NULL, NULL)->status,
                     200); /* a token goes before */
    assert_int_equal(world_ask(w, "GET", "/v1/site", "gs_wrong", NULL, NULL)->status, 401);
}

static void a_user_of_the_machine_is_nobody_else(void **state)
{
    struct gs_http *w = *state;
    w->uid = 1007;
    w->local = (struct gs_actor){.role = GS_ROLE_SUPERVISOR, .name = "other"}; /* a token's */
    const struct caught *c = world_ask(w, "GET", "/v1/site", NULL, NULL, NULL);
    assert_int_equal(c->status, 401);
    assert_non_null(strstr(text(c, "detail"), "other"));
    w->local = (struct gs_actor){.role = GS_ROLE_SUPERVISOR, .name = "daemon"};
    assert_int_equal(world_ask(w, "GET", "/v1/site", NULL, NULL, NULL)->status, 401);
    c = world_ask(w, "POST", "/v1/tokens", "supervisor", "{\"name\":\"named-in-peers\",\"role\":\"gate\"}", NULL);
    assert_int_equal(c->status, 409);
    assert_string_equal(text(c, "code"), "name_taken");
    w->local.name[0] = '\0';
    w->local_nameless = true;
    c = world_ask(w, "GET", "/v1/site", NULL, NULL, NULL);
    assert_int_equal(c->status, 401);
    assert_non_null(strstr(text(c, "detail"), "1007"));
}

/* What waits for the store, or for its turn, is not answered to who has lost his token meanwhile. */
static void an_answer_that_comes_late_is_not_for_whom_nobody_knows_any_more(void **state)
{
    struct gs_http *w = *state;
    char target[64];
    const char *id = booked(w, 1, NULL);
    static const struct {
        const char *before, *behind;
    } paths[] = {{"/v1/bookings/", "/history"}, {"/v1/bookings?date=" DAY "&q=", ""}, {"/v1/events?after=0&by=", ""}};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        (void)snprintf(target, sizeof target, "%s%s%s", paths[i].before, i < 2 ? id : "backend", paths[i].behind);
        struct gs_token gate = *gs_tokens_named(&w->api->tokens, "gate");
        world_begin(w, "GET", target, "gate", NULL);
        assert_int_equal(w->caught.status, 0);
        assert_true(gs_tokens_remove(&w->api->tokens, "gate"));
        world_turn(w);
        while (w->caught.status == 0) {
            event_base_loop(w->base, EVLOOP_NONBLOCK);
            world_turn(w);
        }
        assert_int_equal(w->caught.status, 401);
        assert_null(strstr(w->caught.body, id));
        world_end(w);
        assert_int_equal(gs_api_restore_token(w->api, &gate), GS_OK);
        assert_int_equal(world_ask(w, "GET", target, "gate", NULL, NULL)->status, 200);
    }
}

static void paths_and_methods_that_are_not_there(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    c = world_ask(w, "GET", "/v1/nothing", "gate", NULL, NULL);
    assert_int_equal(c->status, 404);
    assert_string_equal(text(c, "detail"), "There is nothing at /v1/nothing, or you may not see it.");
    assert_int_equal(world_ask(w, "GET", "/v1/site/", "gate", NULL, NULL)->status, 404);
    assert_int_equal(world_ask(w, "GET", "/v1/sit", "gate", NULL, NULL)->status, 404);
    assert_int_equal(world_ask(w, "GET", "/v1/bookings/", "gate", NULL, NULL)->status, 404);
    c = world_ask(w, "PUT", "/v1/bookings", "gate", "{}", NULL);
    assert_int_equal(c->status, 405);
    assert_string_equal(header(c, "Allow"), "POST, GET, HEAD, OPTIONS");
    assert_string_equal(text(c, "code"), "method_not_allowed");
    c = world_ask(w, "BREW", "/v1/capacity/" DAY "/morning", "gate", NULL, NULL);
    assert_int_equal(c->status, 405);
    assert_string_equal(header(c, "Allow"), "PUT, DELETE, OPTIONS");
    c = world_ask(w, "OPTIONS", "/v1/bookings/bk_1", "gate", NULL, NULL);
    assert_int_equal(c->status, 204);
    assert_string_equal(header(c, "Allow"), "GET, HEAD, PATCH, OPTIONS");
    assert_int_equal(world_ask(w, "HEAD", "/v1/site", "gate", NULL, NULL)->status, 200);
    assert_int_equal(world_ask(w, "HEAD", "/v1/gate/check", "gate", NULL, NULL)->status, 405);
}

static void forbidden_says_who_may(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c = world_ask(w, "POST", "/v1/bookings/bk_1/arrive", "backend", NULL, NULL);
    assert_string_equal(text(c, "detail"), "The role backend may not do this; these may: gate, supervisor.");
    c = world_ask(w, "POST", "/v1/bookings/bk_1/arrive", "backend", NULL, "Accept-Language: zh-CN,zh;q=0.9", NULL);
    assert_string_equal(text(c, "detail"), "“预约后台”角色不能这样做；可以这样做的是：闸口、主管。");
    assert_string_equal(header(c, "Content-Language"), "zh-CN");
}

static void a_request_that_cannot_be_read_is_refused_and_closed(void **state)
{
    struct gs_http *w = *state;
    static const struct {
        int status;
        const char *code;
    } rows[] = {{400, "bad_request"}, {401, "unauthorized"}, {408, "bad_request"},       {413, "too_large"},
                {414, "bad_request"}, {429, "rate_limited"}, {431, "headers_too_large"}, {501, "bad_request"},
                {503, "overloaded"},  {505, "bad_request"}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        world_ask(w, "GET", "/livez", NULL, NULL, NULL);
        json_decref(w->caught.json);
        free(w->caught.body);
        memset(&w->caught, 0, sizeof w->caught);
        w->functions.refuse(w->api, w->exchange, rows[i].status, "two Content-Length headers");
        assert_int_equal(w->caught.status, rows[i].status);
        assert_true(w->caught.close);
        assert_string_equal(text(&w->caught, "code"), rows[i].code);
        assert_int_equal(number(&w->caught, "status"), rows[i].status);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_route_stands_in_the_contract),
        cmocka_unit_test_setup_teardown(every_role_is_let_in_or_kept_out_by_the_table, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(without_a_token_only_health_is_answered, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(a_wrong_or_expired_token_is_refused_even_on_the_socket, world_setup,
                                        world_teardown),
        cmocka_unit_test_setup_teardown(the_head_says_as_much_as_the_request, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(root_on_the_socket_is_a_supervisor, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(users_of_the_machine_have_the_role_of_the_configuration, world_setup,
                                        world_teardown),
        cmocka_unit_test_setup_teardown(a_user_of_the_machine_is_nobody_else, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(an_answer_that_comes_late_is_not_for_whom_nobody_knows_any_more, world_setup,
                                        world_teardown),
        cmocka_unit_test_setup_teardown(paths_and_methods_that_are_not_there, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(forbidden_says_who_may, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(a_request_that_cannot_be_read_is_refused_and_closed, world_setup,
                                        world_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
