/* What supervisors and those who run the daemon ask for: capacity, tokens, the drill's clock, backup, audit, metrics. */
#include "world.h"
#include <stdio.h>

static void more_capacity_promotes_and_says_whom(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    assert_int_equal(
        world_ask(w, "PUT", "/v1/capacity/" DAY "/morning", "supervisor", "{\"capacity\":1}", NULL)->status, 200);
    booked(w, 1, "\"windows\":[\"morning\"]");
    booked(w, 2, "\"windows\":[\"morning\"],\"waitlist\":true");
    c = world_ask(w, "PUT", "/v1/capacity/" DAY "/morning", "supervisor", "{\"capacity\":3,\"reason\":\"加开\"}", NULL);
    assert_int_equal(c->status, 200);
    assert_string_equal(text(c, "date"), DAY);
    assert_string_equal(text(c, "window"), "morning");
    assert_int_equal(number(c, "before/capacity"), 1);
    assert_int_equal(number(c, "before/booked"), 1);
    assert_int_equal(number(c, "before/free"), 0);
    assert_int_equal(number(c, "after/capacity"), 3);
    assert_int_equal(number(c, "after/free"), 1);
    assert_int_equal(json_array_size(at(c, "promoted")), 1);
    assert_string_equal(text(c, "promoted/0/booking_id"), "bk_2");
    assert_string_equal(text(c, "promoted/0/to/window"), "morning");
    assert_int_equal(json_array_size(at(c, "moved")) + json_array_size(at(c, "waitlisted")), 0);
    assert_int_equal(strlen(text(c, "plan_id")), 16);
    c = world_ask(w, "GET", "/v1/capacity?from=" DAY, "gate", NULL, NULL);
    assert_true(json_is_true(at(c, "days/0/windows/0/overridden")));
    assert_string_equal(text(c, "days/0/windows/0/reason"), "加开");
    c = world_ask(w, "DELETE", "/v1/capacity/" DAY "/morning", "supervisor", NULL, NULL);
    assert_int_equal(c->status, 200);
    assert_int_equal(number(c, "after/capacity"), 40);
}

static void a_cut_below_what_is_booked_displaces_or_keeps(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    booked(w, 1, "\"windows\":[\"morning\"]");
    booked(w, 2, "\"windows\":[\"morning\"]");
    c = world_ask(w, "PUT", "/v1/capacity/" DAY "/morning", "supervisor", "{\"capacity\":1,\"excess\":\"keep\"}", NULL);
    assert_int_equal(c->status, 200);
    assert_int_equal(number(c, "after/free"), -1);
    c = world_ask(w, "PUT", "/v1/capacity/" DAY "/morning", "supervisor", "{\"capacity\":1}", NULL);
    assert_int_equal(c->status, 200);
    assert_int_equal(number(c, "after/free"), 0);
    assert_string_equal(text(c, "waitlisted/0/booking_id"), "bk_2"); /* the latest booked */
}

static void a_plan_of_all_windows_adds_them_up(void **state)
{
    struct gs_http *w = *state;
    booked(w, 1, "\"windows\":[\"morning\"]");
    booked(w, 2, "\"windows\":[\"midday\"]");
    booked(w, 3, "\"windows\":[\"midday\"]");
    const struct caught *c =
        world_ask(w, "PUT", "/v1/capacity/" DAY "/all?dry_run=true", "supervisor", "{\"closed\":true}", NULL);
    assert_int_equal(c->status, 200);
    assert_int_equal(number(c, "before/capacity"), 120);
    assert_int_equal(number(c, "before/booked"), 3);
    assert_int_equal(number(c, "before/free"), 117);
    assert_true(json_is_false(at(c, "before/closed")));
    assert_true(json_is_true(at(c, "after/closed")));
    assert_int_equal(number(c, "after/booked"), 0);
    assert_int_equal(number(c, "windows/1/before/booked"), 2);
    assert_int_equal(json_array_size(at(c, "waitlisted")), 3);
}

static void capacity_of_nothing_is_refused(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    c = world_ask(w, "PUT", "/v1/capacity/" DAY "/noon", "supervisor", "{\"capacity\":1}", NULL);
    assert_int_equal(c->status, 422);
    assert_true(has_error(c, "/window", "no_such_window"));
    c = world_ask(w, "PUT", "/v1/capacity/2026-02-30/morning", "supervisor", "{\"capacity\":-1}", NULL);
    assert_true(has_error(c, "/date", "no_such_date") && has_error(c, "/capacity", "range"));
    c = world_ask(w, "PUT", "/v1/capacity/" DAY "/morning?dry_run=yes", "supervisor", "{\"capacity\":1}", NULL);
    assert_int_equal(c->status, 422);
    c = world_ask(w, "PUT", "/v1/capacity/" DAY "/morning", "supervisor",
                  "{\"capacity\":1,\"plan_id\":\"0123456789abcdef\"}", NULL);
    assert_string_equal(text(c, "code"), "plan_outdated");
}

static void a_token_is_shown_once_and_works_until_revoked(void **state)
{
    struct gs_http *w = *state;
    char token[128];
    const struct caught *c =
        world_ask(w, "POST", "/v1/tokens", "supervisor",
                  "{\"name\":\"tablet-2\",\"role\":\"gate\",\"expires_at\":\"2027-01-01T00:00:00+08:00\"}", NULL);
    assert_int_equal(c->status, 201);
    assert_string_equal(header(c, "Cache-Control"), "no-store");
    assert_string_equal(text(c, "name"), "tablet-2");
    assert_string_equal(text(c, "role"), "gate");
    snprintf(token, sizeof token, "%s", text(c, "token"));
    assert_int_equal(strlen(token), 46);
    assert_int_equal(strncmp(token, "gs_", 3), 0);
    assert_int_equal(strspn(token + 3, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), 43);
    assert_int_equal(w->token_records, 1);
    assert_int_equal(world_ask(w, "GET", "/v1/gate/list", token, NULL, NULL)->status, 200);
    c = world_ask(w, "GET", "/v1/tokens", "supervisor", NULL, NULL);
    assert_int_equal(json_array_size(at(c, "items")), 7);
    assert_string_equal(text(c, "items/6/name"), "tablet-2");
    assert_string_equal(text(c, "items/6/expires_at"), "2027-01-01T00:00:00+08:00");
    assert_null(strstr(c->body, token));
    assert_null(strstr(c->body, "hash"));
    c = world_ask(w, "GET", "/v1/events", "supervisor", NULL, NULL);
    assert_string_equal(text(c, "items/0/type"), "token.created");
    assert_string_equal(text(c, "items/0/data/name"), "tablet-2");
    assert_null(strstr(c->body, token));
    c = world_ask(w, "DELETE", "/v1/tokens/tablet-2", "supervisor", NULL, NULL);
    assert_int_equal(c->status, 204);
    assert_int_equal(world_ask(w, "GET", "/v1/gate/list", token, NULL, NULL)->status, 401);
    assert_int_equal(world_ask(w, "DELETE", "/v1/tokens/tablet-2", "supervisor", NULL, NULL)->status, 404);
}

static const struct gs_token *named(struct gs_http *w, const char *name)
{
    const struct gs_token *t = gs_tokens_named(&w->api->tokens, name);
    assert_non_null(t);
    return t;
}

/* Each second what was used is stored: once a minute for each, however often it was used. */
static void when_a_token_was_used_last_is_known_to_the_minute(void **state)
{
    struct gs_http *w = *state;
    const int64_t began = w->now;
    for (int second = 0; second <= 120; second++) {
        assert_int_equal(world_ask(w, "GET", "/v1/site", "gate", NULL, NULL)->status, 200);
        assert_int_equal(world_ask(w, "GET", "/v1/site", "gs_wrong", NULL, NULL)->status, 401);
        gs_api_second(w->api);
        world_turn(w);
        w->now += 1000;
    }
    assert_int_equal(named(w, "gate")->used_ms, began + 120000);
    assert_int_equal(w->token_records, 3);
    assert_int_equal(named(w, "other")->used_ms, 0);
    const struct caught *c = world_ask(w, "GET", "/v1/tokens", "supervisor", NULL, NULL);
    assert_string_equal(text(c, "items/2/name"), "gate");
    assert_int_equal(instant(text(c, "items/2/last_used_at")), began + 120000);
    assert_true(json_is_null(at(c, "items/4/last_used_at")));
    gs_api_second(w->api);
    gs_api_second(w->api);
    world_turn(w);
    assert_int_equal(w->token_records,
                     5); /* the supervisor's; the gate's as it stands, because no use later than its had been stored */
}

/* Its use is stored by what is known of it then: revoked meanwhile, it does not come back. */
static void a_revoked_tokens_use_is_not_stored(void **state)
{
    struct gs_http *w = *state;
    assert_int_equal(world_ask(w, "GET", "/v1/site", "gate", NULL, NULL)->status, 200);
    assert_int_equal(world_ask(w, "DELETE", "/v1/tokens/gate", NULL, NULL, NULL)->status, 401);
    w->trusted = true;
    assert_int_equal(world_ask(w, "DELETE", "/v1/tokens/gate", NULL, NULL, NULL)->status, 204);
    const size_t records = w->token_records;
    gs_api_second(w->api);
    world_turn(w);
    assert_int_equal(w->token_records, records);
}

static void token_names_are_used_once(void **state)
{
    struct gs_http *w = *state;
    static const char *const taken[] = {"gate", "root", "daemon", "gateslotd"};
    char body[128];
    for (size_t i = 0; i < 4; i++) {
        const struct caught *c;
        snprintf(body, sizeof body, "{\"name\":\"%s\",\"role\":\"gate\"}", taken[i]);
        c = world_ask(w, "POST", "/v1/tokens", "supervisor", body, NULL);
        assert_int_equal(c->status, 409);
        assert_string_equal(text(c, "code"), "name_taken");
    }
}

static void tokens_are_bounded(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    for (int i = 0; w->api->tokens.count < GS_MAX_TOKENS; i++) {
        struct gs_token t = {.role = GS_ROLE_GATE};
        snprintf(t.name, sizeof t.name, "t%d", i);
        memcpy(t.hash, &i, sizeof i);
        assert_int_equal(gs_api_restore_token(w->api, &t), GS_OK);
    }
    c = world_ask(w, "POST", "/v1/tokens", "supervisor", "{\"name\":\"one-more\",\"role\":\"gate\"}", NULL);
    assert_int_equal(c->status, 409);
    assert_non_null(strstr(text(c, "detail"), "1000"));
    assert_int_equal(world_ask(w, "GET", "/v1/site", "gate", NULL, NULL)->status, 200);
}

static void a_token_that_cannot_be_stored_is_not_made(void **state)
{
    struct gs_http *w = *state;
    size_t before = w->api->tokens.count;
    w->refuse_with = GS_CODE_OVERLOADED;
    assert_int_equal(
        world_ask(w, "POST", "/v1/tokens", "supervisor", "{\"name\":\"x\",\"role\":\"gate\"}", NULL)->status, 503);
    assert_int_equal(world_ask(w, "DELETE", "/v1/tokens/gate", "supervisor", NULL, NULL)->status, 503);
    assert_int_equal(w->api->tokens.count, before);
    assert_int_equal(w->token_records, 0);
}

static void a_load_brings_tokens_anew(void **state)
{
    struct gs_http *w = *state;
    gs_api_forget(w->api);
    assert_int_equal(world_ask(w, "GET", "/v1/site", "gate", NULL, NULL)->status, 401);
}

static void the_clock_of_a_drill_goes_forward(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    const char *later = "{\"now\":\"2026-11-25T09:00:00+08:00\"}";
    booked(w, 1, "\"windows\":[\"morning\"],\"slot\":\"08:00\"");
    assert_int_equal(world_ask(w, "PUT", "/v1/drill/clock", "supervisor", later, NULL)->status, 404);
    w->is_drill = true;
    c = world_ask(w, "PUT", "/v1/drill/clock", "supervisor", later, NULL);
    assert_int_equal(c->status, 200);
    assert_string_equal(text(c, "now"), "2026-11-25T09:00:00+08:00");
    assert_string_equal(text(world_ask(w, "GET", "/v1/bookings/bk_1", "gate", NULL, NULL), "status"), "no_show");
    c = world_ask(w, "PUT", "/v1/drill/clock", "supervisor", "{\"now\":\"2026-11-25T08:59:59+08:00\"}", NULL);
    assert_int_equal(c->status, 409);
    assert_string_equal(text(c, "code"), "clock_backwards");
    assert_string_equal(text(c, "detail"), "The drill's clock only goes forward; it shows 2026-11-25 09:00.");
}

static void backups_are_for_this_machine(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    c = world_ask(w, "POST", "/v1/backup", "supervisor", "{\"path\":\"/tmp/b\"}", NULL);
    assert_int_equal(c->status, 403);
    assert_string_equal(w->backup_path, "");
    w->trusted = true;
    c = world_ask(w, "POST", "/v1/backup", NULL, "{\"path\":\"b\"}", NULL);
    assert_int_equal(c->status, 422);
    c = world_ask(w, "POST", "/v1/backup", NULL, "{\"path\":\"/tmp/b\"}", NULL);
    assert_int_equal(c->status, 201);
    assert_string_equal(w->backup_path, "/tmp/b");
    assert_string_equal(text(c, "path"), "/tmp/b");
    c = world_ask(w, "POST", "/v1/backup", NULL, NULL, NULL);
    assert_int_equal(c->status, 201);
    assert_string_equal(text(c, "path"), "/place/gateslot-1.db");
    c = world_ask(w, "POST", "/v1/backup", NULL, "{\"keep\":7}", NULL);
    assert_int_equal(number(c, "removed"), 7);
    /* What is asked for elsewhere removes nothing. */
    c = world_ask(w, "POST", "/v1/backup", NULL, "{\"keep\":7,\"path\":\"/tmp/b\"}", NULL);
    assert_int_equal(c->status, 422);
    c = world_ask(w, "POST", "/v1/backup", NULL, "{\"keep\":0}", NULL);
    assert_int_equal(c->status, 422);
    w->backup_err = GS_E_DENIED;
    c = world_ask(w, "POST", "/v1/backup", NULL, "{}", NULL);
    assert_int_equal(c->status, 409);
    assert_string_equal(text(c, "detail"), "The backup was not made: there is no place.");
    w->backup_err = GS_E_BUSY;
    c = world_ask(w, "POST", "/v1/backup", NULL, "{\"path\":\"/tmp/b\"}", NULL);
    assert_int_equal(c->status, 409);
    assert_string_equal(text(c, "detail"), "The backup was not made: the file exists.");
    w->backup_err = GS_E_FULL;
    assert_int_equal(world_ask(w, "POST", "/v1/backup", NULL, "{\"path\":\"/tmp/b\"}", NULL)->status, 507);
}

static void the_audit_goes_slice_by_slice(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c = world_ask(w, "GET", "/v1/audit?from=0", "supervisor", NULL, NULL);
    assert_int_equal(number(c, "next"), 5);
    assert_int_equal(number(c, "checked"), 4);
    assert_true(json_is_null(at(c, "broken_seq")));
    assert_int_equal(number(c, "last_seq"), 9);
    assert_int_equal(strlen(text(c, "last_hash")), 64);
    assert_int_equal(strncmp(text(c, "last_hash"), "ab0100", 6), 0);
    c = world_ask(w, "GET", "/v1/audit?from=5", "supervisor", NULL, NULL);
    assert_true(json_is_null(at(c, "next")));
    c = world_ask(w, "GET", "/v1/audit/integrity", "supervisor", NULL, NULL);
    assert_true(json_is_true(at(c, "ok")) && json_is_null(at(c, "message")));
}

static void a_replay_is_shown_by_outcome_and_difference(void **state)
{
    struct gs_http *w = *state;
    struct gs_replay_report *r = &w->replay_report;
    r->commands = 6;
    r->decisions = 7;
    r->outcomes[GS_CMD_BOOK][GS_CODE_OK] = 4;
    r->outcomes[GS_CMD_BOOK][GS_CODE_FULL] = 2;
    r->differing = 1;
    r->difference_count = 1;
    r->elsewhere = 3;
    r->differences[0] = (struct gs_replay_difference){
        .what = GS_REPLAY_OUTCOME, .row = 5, .at_ms = w->now, .command = GS_CMD_BOOK, .stored = "full", .found = "ok"};
    const struct caught *c = world_ask(w, "GET", "/v1/audit/decisions?date=2026-11-26", "supervisor", NULL, NULL);
    assert_int_equal(c->status, 200);
    assert_string_equal(text(c, "date"), "2026-11-26");
    assert_true(json_is_false(at(c, "same")));
    assert_true(number(c, "commands") == 6 && number(c, "decisions") == 7 && number(c, "differing_elsewhere") == 3);
    assert_string_equal(text(c, "outcomes/1/code"), "full");
    assert_int_equal(number(c, "outcomes/1/count"), 2);
    assert_string_equal(text(c, "differences/0/what"), "outcome");
    assert_string_equal(text(c, "differences/0/stored"), "full");
    assert_true(json_is_null(at(c, "differences/0/booking_id")));
}

static void one_replay_at_a_time(void **state)
{
    struct gs_http *w = *state;
    w->replay_err = GS_E_BUSY;
    const struct caught *c =
        world_ask(w, "GET", "/v1/audit/decisions", "supervisor", NULL, "Accept-Language: en", NULL);
    assert_int_equal(c->status, 503);
    assert_non_null(strstr(text(c, "detail"), "Another replay is under way"));
    w->replay_err = GS_OK;
    w->replay_end = GS_E_BUSY; /* given up */
    assert_int_equal(world_ask(w, "GET", "/v1/audit/decisions", "supervisor", NULL, NULL)->status, 503);
    w->replay_end = GS_E_IO;
    assert_int_equal(world_ask(w, "GET", "/v1/audit/decisions", "supervisor", NULL, NULL)->status, 500);
    c = world_ask(w, "GET", "/v1/audit/decisions?date=tomorrow", "supervisor", NULL, NULL);
    assert_int_equal(c->status, 422);
}

static void health_and_metrics_are_plain_text(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    assert_int_equal(world_ask(w, "GET", "/livez?verbose", NULL, NULL, NULL)->status, 200);
    assert_int_equal(world_ask(w, "GET", "/readyz", NULL, NULL, NULL)->status, 200);
    w->is_ready = false;
    c = world_ask(w, "GET", "/readyz", NULL, NULL, NULL);
    assert_int_equal(c->status, 503);
    assert_non_null(header(c, "Retry-After"));
    world_ask(w, "GET", "/v1/site", NULL, NULL, NULL);
    c = world_ask(w, "GET", "/metrics", "metrics", NULL, NULL);
    assert_string_equal(c->content_type, "text/plain; version=0.0.4; charset=utf-8");
    assert_non_null(strstr(c->body, "gateslot_http_answers_total{class=\"2xx\"} 2\n"));
    assert_non_null(strstr(c->body, "gateslot_http_answers_total{class=\"5xx\"} 1\n"));
    assert_non_null(strstr(c->body, "gateslot_http_unauthorized_total 1\n"));
    assert_non_null(strstr(c->body, "gateslot_app 1\n"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(more_capacity_promotes_and_says_whom),
        TEST(a_cut_below_what_is_booked_displaces_or_keeps),
        TEST(a_plan_of_all_windows_adds_them_up),
        TEST(capacity_of_nothing_is_refused),
        TEST(a_token_is_shown_once_and_works_until_revoked),
        TEST(when_a_token_was_used_last_is_known_to_the_minute),
        TEST(a_revoked_tokens_use_is_not_stored),
        TEST(token_names_are_used_once),
        TEST(tokens_are_bounded),
        TEST(a_token_that_cannot_be_stored_is_not_made),
        TEST(a_load_brings_tokens_anew),
        TEST(the_clock_of_a_drill_goes_forward),
        TEST(backups_are_for_this_machine),
        TEST(the_audit_goes_slice_by_slice),
        TEST(a_replay_is_shown_by_outcome_and_difference),
        TEST(one_replay_at_a_time),
        TEST(health_and_metrics_are_plain_text),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
