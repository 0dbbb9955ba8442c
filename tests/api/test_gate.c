/* What gate and displays ask of the yard, and letting a truck in with one call. */
#include "world.h"
#include <stdio.h>

static const struct caught *admit(struct gs_http *w, const char *id, const char *token, const char *body,
                                  const char *header)
{
    char path[64];
    snprintf(path, sizeof path, "/v1/bookings/%s/admit", id);
    return header != NULL ? world_ask(w, "POST", path, token, body, header, NULL)
                          : world_ask(w, "POST", path, token, body, NULL);
}

static int64_t today_at(const char *hhmm)
{
    char text[40];
    snprintf(text, sizeof text, DAY "T%s:00+08:00", hhmm);
    return instant(text);
}

static void one_call_lets_a_truck_in(void **state)
{
    struct gs_http *w = *state;
    booked(w, 1, "\"slot\":\"08:30\"");
    w->now = today_at("08:20");
    const struct caught *c = admit(w, "bk_1", "gate", NULL, "Accept-Language: en");
    assert_int_equal(c->status, 200);
    assert_string_equal(text(c, "decision"), "admit");
    assert_string_equal(text(c, "code"), "on_time");
    assert_string_equal(text(c, "message"), "On time for 2026-11-25 08:30–09:00: it is inside now.");
    assert_string_equal(text(c, "booking/status"), "entered");
    assert_string_equal(text(c, "booking/arrived_at"), "2026-11-25T08:20:00+08:00");
    assert_int_equal(number(c, "booking/version"), 3);
    assert_int_equal(json_array_size(at(c, "candidates")), 0);
    assert_string_equal(header(c, "ETag"), "\"3\"");
    c = world_ask(w, "GET", "/v1/bookings/bk_1/history", "gate", NULL, NULL);
    assert_string_equal(text(c, "items/1/type"), "booking.arrived");
    assert_int_equal(number(c, "items/1/data/version"), 2);
    assert_string_equal(text(c, "items/2/type"), "booking.entered");
    assert_int_equal(number(c, "items/2/data/version"), 3);
    c = admit(w, "bk_1", "gate", NULL, "Accept-Language: en");
    assert_int_equal(c->status, 409);
    assert_string_equal(text(c, "code"), "wrong_state");
}

static void a_retry_gets_the_first_answer(void **state)
{
    struct gs_http *w = *state;
    char body[4096];
    booked(w, 1, "\"slot\":\"08:30\"");
    w->now = today_at("07:00");
    const struct caught *c = admit(w, "bk_1", "gate", "{}", "Idempotency-Key: a-1");
    assert_string_equal(text(c, "decision"), "hold");
    assert_string_equal(text(c, "code"), "early");
    assert_string_equal(text(c, "booking/status"), "arrived");
    snprintf(body, sizeof body, "%s", c->body);
    w->now = today_at("08:30");
    c = admit(w, "bk_1", "gate", "{}", "Idempotency-Key: a-1");
    assert_string_equal(header(c, "Idempotent-Replayed"), "true");
    assert_string_equal(c->body, body);
    c = admit(w, "bk_1", "gate", "{}", "Idempotency-Key: a-2");
    assert_string_equal(text(c, "decision"), "admit");
}

static void the_gate_is_told_who_comes_first(void **state)
{
    struct gs_http *w = *state;
    char sentence[256];
    w->rules.bays = 1;
    booked(w, 1, "\"slot\":\"08:00\"");
    booked(w, 2, "\"slot\":\"08:30\"");
    booked(w, 3, "\"slot\":\"09:00\"");
    w->now = today_at("08:30");
    admit(w, "bk_1", "gate", NULL, NULL);
    const struct caught *c = admit(w, "bk_2", "gate", NULL, "Accept-Language: en");
    assert_string_equal(
        text(c, "message"),
        "It is recorded as arrived. The yard is full (1 trucks, 1 bays): let it wait until one leaves.");
    c = admit(w, "bk_3", "gate", NULL, "Accept-Language: en");
    assert_string_equal(text(c, "decision"), "hold");
    snprintf(sentence, sizeof sentence,
             "Waiting at the gate before it: 1; first in line is %s (2026-11-25 08:30–09:00).", plate(2));
    assert_non_null(strstr(text(c, "message"), sentence));
    world_ask(w, "POST", "/v1/bookings/bk_1/clear", "gate", NULL, NULL);
    world_ask(w, "POST", "/v1/bookings/bk_1/depart", "gate", NULL, NULL);
    c = admit(w, "bk_3", "gate", NULL, "Accept-Language: en"); /* who is let in is for the gate to say */
    assert_string_equal(text(c, "decision"), "admit");
    assert_non_null(strstr(text(c, "message"), sentence));
    c = admit(w, "bk_2", "supervisor", "{\"override\":true,\"reason\":\"fish\"}", "Accept-Language: en");
    assert_string_equal(text(c, "decision"), "admit");
    assert_non_null(strstr(text(c, "message"), "The yard was full; an exception was made (2 trucks, 1 bays)."));
}

static void what_is_wrong_with_an_admit_is_named(void **state)
{
    struct gs_http *w = *state;
    booked(w, 1, "\"slot\":\"08:30\"");
    w->now = today_at("08:30");
    assert_true(has_error(admit(w, "bk_1", "supervisor", "{\"override\":\"yes\"}", NULL), "/override", "type"));
    assert_true(has_error(admit(w, "bk_1", "supervisor", "{\"override\":true}", NULL), "/reason", "required"));
    assert_true(has_error(admit(w, "bk_1", "gate", "{\"speed\":1}", NULL), "/speed", "unknown_field"));
    assert_int_equal(admit(w, "bk_1", "gate", "{\"override\":true,\"reason\":\"x\"}", NULL)->status, 403);
    assert_int_equal(admit(w, "bk_1", "backend", NULL, NULL)->status, 403);
    assert_int_equal(admit(w, "bk_7", "gate", NULL, NULL)->status, 404);
    assert_int_equal(admit(w, "bk_01", "gate", NULL, NULL)->status, 404);
    assert_string_equal(text(world_ask(w, "GET", "/v1/bookings/bk_1", "gate", NULL, NULL), "status"), "booked");
}

static void the_yard_shows_who_is_inside_and_who_waits(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c = world_ask(w, "GET", "/v1/yard", "gate", NULL, NULL);
    assert_int_equal(c->status, 200);
    assert_true(number(c, "bays") == number(c, "free") && json_array_size(at(c, "inside")) == 0);
    w->rules.bays = 1;
    booked(w, 1, "\"slot\":\"11:30\"");
    booked(w, 2, "\"slot\":\"12:00\"");
    w->now = today_at("11:30");
    admit(w, "bk_1", "gate", NULL, NULL);
    admit(w, "bk_2", "gate", NULL, NULL);
    w->now = today_at("11:59") + 59999;
    c = world_ask(w, "GET", "/v1/yard", "gate", NULL, NULL);
    assert_string_equal(text(c, "now"), "2026-11-25T11:59:59.999+08:00");
    assert_true(number(c, "bays") == 1 && number(c, "free") == 0);
    assert_string_equal(text(c, "inside/0/id"), "bk_1");
    assert_string_equal(text(c, "inside/0/plate"), plate(1));
    assert_string_equal(text(c, "inside/0/date"), DAY);
    assert_int_equal(number(c, "inside/0/minutes_inside"), 29);
    assert_string_equal(text(c, "inside/0/due_out"), "2026-11-25T12:00:00+08:00");
    assert_true(json_is_false(at(c, "inside/0/overstay")));
    assert_string_equal(text(c, "held/0/id"), "bk_2");
    assert_int_equal(number(c, "held/0/minutes_waiting"), 29);
    assert_string_equal(text(c, "held/0/decision"), "hold");
    assert_string_equal(text(c, "held/0/code"), "yard_full");
    assert_non_null(strstr(text(c, "inside/0/driver/phone"), "****"));
    w->now = instant("2026-11-27T09:00:00+08:00");
    c = world_ask(w, "GET", "/v1/yard", "supervisor", NULL, NULL);
    assert_true(json_is_true(at(c, "inside/0/overstay"))); /* of whatever date */
    assert_int_equal(number(c, "inside/0/minutes_inside"), 45 * 60 + 30);
    assert_int_equal(world_ask(w, "GET", "/v1/yard", "backend", NULL, NULL)->status, 403);
    assert_int_equal(world_ask(w, "GET", "/v1/yard?date=today", "gate", NULL, NULL)->status, 422);
}

static const struct caught *check(struct gs_http *w, const char *body)
{
    return world_ask(w, "POST", "/v1/gate/check", "gate", body, "Accept-Language: en", NULL);
}

static void a_check_is_stored_only_where_it_is_asked_for(void **state)
{
    struct gs_http *w = *state;
    w->now = today_at("08:30");
    check(w, "{\"plate\":\"浙d·99999\"}");
    check(w, "{\"plate\":\"浙d·99999\",\"record\":false}");
    assert_int_equal(w->event_count, 0);
    const struct caught *c = check(w, "{\"plate\":\"浙d·99999\",\"record\":true}");
    assert_int_equal(c->status, 200);
    assert_string_equal(text(c, "decision"), "reject");
    check(w, "{\"plate\":\"浙D99999\",\"record\":true}");
    assert_int_equal(w->event_count, 1);
    check(w, "{\"container\":\"CSQU3054383\",\"record\":true}");
    c = world_ask(w, "GET", "/v1/events", "gate", NULL, NULL);
    assert_string_equal(text(c, "items/0/type"), "gate.checked");
    assert_string_equal(text(c, "items/0/data/decision"), "reject");
    assert_string_equal(text(c, "items/0/data/code"), "not_booked");
    assert_string_equal(text(c, "items/0/data/plate"), "浙D99999");
    assert_string_equal(text(c, "items/0/actor/name"), "gate");
    assert_true(json_is_null(at(c, "items/0/booking_id")) && json_is_null(at(c, "items/0/data/booking_id")));
    assert_true(json_is_null(at(c, "items/1/data/plate")));
    c = world_ask(w, "GET", "/v1/reports/daily?date=" DAY, "gate", NULL, NULL);
    assert_int_equal(number(c, "total/turned_away"), 2);
    assert_int_equal(number(c, "windows/morning/turned_away"), 0);
}

static void a_recorded_check_names_the_booking_to_its_owner_alone(void **state)
{
    struct gs_http *w = *state;
    char body[128];
    booked(w, 1, "\"slot\":\"08:30\"");
    snprintf(body, sizeof body, "{\"plate\":\"%s\",\"record\":true}", plate(1));
    assert_string_equal(text(check(w, body), "code"), "wrong_day");
    const struct caught *c = world_ask(w, "GET", "/v1/events?after=1", "backend", NULL, NULL);
    assert_string_equal(text(c, "items/0/data/booking_id"), "bk_1");
    assert_string_equal(text(c, "items/0/data/plate"), plate(1));
    c = world_ask(w, "GET", "/v1/events?after=1", "other", NULL, NULL);
    assert_int_equal(json_array_size(at(c, "items")), 0);
}

static void what_is_read_wrong_is_bounded(void **state)
{
    struct gs_http *w = *state;
    w->now = today_at("08:30");
    assert_int_equal(check(w, "{\"plate\":\"沪A沪沪沪沪沪沪沪沪沪沪\",\"record\":true}")->status, 200);
    assert_int_equal(check(w, "{\"plate\":\"\",\"record\":true}")->status, 422);
    assert_int_equal(check(w, "{\"plate\":\"- ·\",\"record\":true}")->status, 200);
    const struct caught *c = world_ask(w, "GET", "/v1/events", "gate", NULL, NULL);
    assert_string_equal(text(c, "items/0/data/plate"), "沪A沪沪沪");
    assert_string_equal(text(c, "items/1/data/plate"), "?");
    assert_true(has_error(check(w, "{\"plate\":\"浙D1\",\"record\":\"yes\"}"), "/record", "type"));
    assert_true(has_error(check(w, "{\"plate\":\"浙D1\",\"record\":null}"), "/record", "type"));
    assert_true(has_error(check(w, "{\"record\":true}"), "", "required"));
    w->refuse_with = GS_CODE_OVERLOADED;
    assert_int_equal(check(w, "{\"plate\":\"浙D1\",\"record\":true}")->status, 503);
    assert_int_equal(check(w, "{\"plate\":\"浙D1\"}")->status, 200);
    assert_int_equal(w->event_count, 2);
}

/* At the gate they type what they know of a truck. */
static void no_telephone_and_no_name_is_recorded_as_a_plate(void **state)
{
    struct gs_http *w = *state;
    w->now = today_at("08:30");
    assert_int_equal(check(w, "{\"plate\":\"138 0013-8000\",\"record\":true}")->status, 200);
    assert_int_equal(check(w, "{\"plate\":\"王师傅\",\"record\":true}")->status, 200);
    assert_int_equal(check(w, "{\"plate\":\"330621199001011234\",\"record\":true}")->status, 200);
    const struct caught *c = world_ask(w, "GET", "/v1/events", "gate", NULL, NULL);
    assert_string_equal(text(c, "items/0/data/plate"), "138****8000");
    assert_string_equal(text(c, "items/1/data/plate"), "?");
    assert_string_equal(text(c, "items/2/data/plate"), "****1011"); /* cut before it was masked */
}

static void a_display_is_shown_parts_of_plates(void **state)
{
    struct gs_http *w = *state;
    static const char *const plates[] = {"浙DA1345", "浙DB2345", "浙DA7788"};
    char more[128];
    for (int i = 0; i < 3; i++) {
        snprintf(more, sizeof more, "\"slot\":\"08:30\"");
        booked(w, i + 1, more);
        snprintf(more, sizeof more, "{\"plate\":\"%s\"}", plates[i]);
        char path[64];
        snprintf(path, sizeof path, "/v1/bookings/bk_%d", i + 1);
        assert_int_equal(world_ask(w, "PATCH", path, "gate", more, "If-Match: *", NULL)->status, 200);
    }
    w->now = today_at("08:30");
    admit(w, "bk_1", "gate", NULL, NULL);
    admit(w, "bk_3", "gate", NULL, NULL);
    world_ask(w, "POST", "/v1/bookings/bk_2/arrive", "gate", NULL, NULL);
    static const char *const paths[] = {"/v1/yard", "/v1/gate/list?date=" DAY};
    for (size_t i = 0; i < 2; i++) {
        const struct caught *c = world_ask(w, "GET", paths[i], "display", NULL, NULL);
        assert_int_equal(c->status, 200);
        assert_non_null(strstr(c->body, "\"plate\":\"浙D·1345\",\"status\":\""));
        assert_non_null(strstr(c->body, "\"plate\":\"浙D·2345\""));
        assert_non_null(strstr(c->body, "\"plate\":\"浙D··788\""));
        assert_null(strstr(c->body, "浙DA"));
        assert_null(strstr(c->body, "浙DB"));
        assert_null(strstr(c->body, "\"pass_code\":\""));
    }
    const struct caught *c = world_ask(w, "GET", "/v1/gate/list?date=" DAY, "display", NULL, "Accept: text/csv", NULL);
    assert_int_equal(c->status, 200);
    assert_non_null(strstr(c->body, "浙D··788"));
    assert_true(strstr(c->body, "浙DA") == NULL && strstr(c->body, "浙DB") == NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_call_lets_a_truck_in),
        TEST(a_retry_gets_the_first_answer),
        TEST(the_gate_is_told_who_comes_first),
        TEST(what_is_wrong_with_an_admit_is_named),
        TEST(the_yard_shows_who_is_inside_and_who_waits),
        TEST(a_check_is_stored_only_where_it_is_asked_for),
        TEST(a_recorded_check_names_the_booking_to_its_owner_alone),
        TEST(what_is_read_wrong_is_bounded),
        TEST(no_telephone_and_no_name_is_recorded_as_a_plate),
        TEST(a_display_is_shown_parts_of_plates),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
