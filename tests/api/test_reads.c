/* Calls that read: bookings, lists, slots, gate list, reports, site. */
#include "gateslot/conf/conf.h"
#include "world.h"
#include <stdio.h>

#define LONG "12345678901234567890123456789012345678901234567890123456789012345" /* 65 characters */

static void one_booking_is_whole_and_known_by_its_etag(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    booked(w, 1, NULL);
    c = world_ask(w, "GET", "/v1/bookings/bk_1", "gate", NULL, NULL);
    assert_int_equal(c->status, 200);
    assert_string_equal(header(c, "ETag"), "\"1\"");
    assert_string_equal(text(c, "driver/phone"), "13800138000");
    assert_string_equal(text(c, "created_at"), "2026-11-23T07:00:00+08:00"); /* the site's zone */
    c = world_ask(w, "GET", "/v1/bookings/bk_1", "gate", NULL, "If-None-Match: W/\"1\"", NULL);
    assert_int_equal(c->status, 304);
    assert_string_equal(c->content_type, "");
    assert_string_equal(header(c, "ETag"), "\"1\"");
    assert_int_equal(world_ask(w, "GET", "/v1/bookings/bk_1", "gate", NULL, "If-None-Match: \"2\"", NULL)->status, 200);
    assert_int_equal(world_ask(w, "GET", "/v1/bookings/bk_9", "gate", NULL, NULL)->status, 404);
    assert_int_equal(world_ask(w, "GET", "/v1/bookings/bk_01", "gate", NULL, NULL)->status, 404);
    w->past[w->past_count++] = (struct gs_booking){.id = 9, .status = GS_EXPIRED, .version = 3, .owner = "other"};
    c = world_ask(w, "GET", "/v1/bookings/bk_9", "gate", NULL, NULL);
    assert_string_equal(text(c, "status"), "expired");
    assert_int_equal(world_ask(w, "GET", "/v1/bookings/bk_9", "backend", NULL, NULL)->status, 404);
}

static void lists_mask_drivers_and_go_by_pages(void **state)
{
    struct gs_http *w = *state;
    char target[128];
    const struct caught *c;
    for (int n = 1; n <= 5; n++) {
        booked(w, n, NULL);
    }
    c = world_ask(w, "GET", "/v1/bookings?limit=2", "backend", NULL, NULL);
    assert_int_equal(json_array_size(at(c, "items")), 2);
    assert_string_equal(text(c, "items/0/driver/phone"), "138****8000");
    assert_string_equal(text(c, "items/0/driver/name"), "王**");
    snprintf(target, sizeof target, "/v1/bookings?limit=2&cursor=%s", text(c, "next_cursor"));
    c = world_ask(w, "GET", target, "backend", NULL, NULL);
    assert_string_equal(text(c, "items/0/id"), "bk_3");
    snprintf(target, sizeof target, "/v1/bookings?limit=2&cursor=%s", text(c, "next_cursor"));
    c = world_ask(w, "GET", target, "backend", NULL, NULL);
    assert_int_equal(json_array_size(at(c, "items")), 1);
    assert_true(json_is_null(at(c, "next_cursor")));
    c = world_ask(w, "GET", "/v1/bookings?limit=5", "backend", NULL, NULL);
    assert_true(json_is_null(at(c, "next_cursor")));
}

static size_t found(struct gs_http *w, const char *query)
{
    char target[256];
    snprintf(target, sizeof target, "/v1/bookings?%s", query);
    return json_array_size(at(world_ask(w, "GET", target, "gate", NULL, NULL), "items"));
}

static void lists_are_filtered(void **state)
{
    struct gs_http *w = *state;
    booked(w, 1, "\"windows\":[\"morning\"]");
    booked(w, 2, "\"windows\":[\"midday\"]");
    assert_int_equal(found(w, "date=" DAY), 2);
    assert_int_equal(found(w, "date=2026-11-26"), 0);
    assert_int_equal(found(w, "date=" DAY "&window=midday"), 1);
    assert_int_equal(found(w, "status=booked"), 2);
    assert_int_equal(found(w, "status=arrived"), 0);
    assert_int_equal(found(w, "company=91350100m000100y43"), 2);
    assert_int_equal(found(w, "q=%E6%B5%99d%C2%B70000+2"), 1);
    assert_int_equal(found(w, "q=CSQU"), 2);
}

static void a_past_day_is_asked_of_the_store(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    for (int i = 0; i < 3; i++) {
        w->past[w->past_count++] =
            (struct gs_booking){.id = 10 + i,
                                .status = GS_DEPARTED,
                                .wish = {.date = gs_date_from_civil(2026, 11, 2), .slot_min = -1},
                                .window = "morning",
                                .place = -1,
                                .version = 1,
                                .arrived_ms = 1000,
                                .entered_ms = 61000,
                                .departed_ms = 361000};
        strcpy(w->past[i].owner, i == 2 ? "other" : "backend");
        strcpy(w->past[i].truck.driver_phone, "13800138000");
    }
    c = world_ask(w, "GET", "/v1/bookings?date=2026-11-02&limit=2", "gate", NULL, NULL);
    assert_int_equal(json_array_size(at(c, "items")), 2);
    assert_string_equal(text(c, "next_cursor"), "bk_11");
    assert_string_equal(text(c, "items/0/driver/phone"), "138****8000"); /* masked as those of today are */
    c = world_ask(w, "GET", "/v1/bookings?date=2026-11-02", "backend", NULL, NULL);
    assert_int_equal(json_array_size(at(c, "items")), 2);
    c = world_ask(w, "GET", "/v1/reports/daily?date=2026-11-02", "gate", NULL, NULL);
    assert_int_equal(c->status, 200);
    assert_int_equal(number(c, "total/departed"), 3);
    assert_int_equal(number(c, "windows/morning/booked"), 3);
}

static void past(struct gs_http *w, int64_t id, const char *plate, const char *owner)
{
    struct gs_booking *b = &w->past[w->past_count++];
    *b = (struct gs_booking){.id = id,
                             .status = GS_DEPARTED,
                             .wish = {.date = gs_date_from_civil(2026, 11, 2), .slot_min = -1},
                             .window = "morning",
                             .place = -1,
                             .version = 1};
    strcpy(b->truck.plate, plate);
    strcpy(b->owner, owner);
    strcpy(b->truck.driver_phone, "13800138000");
    strcpy(b->reference, "old-1");
}

/* The ids of an answer in their order, "bk_1 bk_2 ". */
static const char *ids(const struct caught *c, char out[256])
{
    size_t i;
    const json_t *item;
    out[0] = '\0';
    json_array_foreach(at(c, "items"), i, item)
    {
        strcat(strcat(out, json_string_value(json_object_get(item, "id"))), " ");
    }
    return out;
}

static void a_truck_of_any_day_is_found_live_and_past_the_newest_first(void **state)
{
    struct gs_http *w = *state;
    char is[256];
    const struct caught *c;
    booked(w, 1, "\"reference\":\"PO-1\"");
    booked(w, 2, "\"reference\":\"PO-2\"");
    past(w, 101, "浙D70000", "backend");
    past(w, 102, "浙D70000", "other");
    past(w, 103, "浙A99999", "backend");
    c = world_ask(w, "GET", "/v1/bookings?q=0000", "gate", NULL, NULL);
    assert_string_equal(ids(c, is), "bk_102 bk_101 bk_2 bk_1 ");
    assert_true(json_is_null(at(c, "next_cursor")));
    assert_string_equal(text(c, "items/0/driver/phone"), "138****8000");
    assert_string_equal(text(c, "items/2/driver/phone"), "138****8000");
    c = world_ask(w, "GET", "/v1/bookings?q=0000", "backend", NULL, NULL);
    assert_string_equal(ids(c, is), "bk_101 bk_2 bk_1 ");
    c = world_ask(w, "GET", "/v1/bookings?q=0000&limit=3", "gate", NULL, NULL);
    assert_string_equal(ids(c, is), "bk_102 bk_101 bk_2 ");
    assert_string_equal(text(c, "next_cursor"), "bk_2");
    c = world_ask(w, "GET", "/v1/bookings?q=0000&limit=3&cursor=bk_2", "gate", NULL, NULL);
    assert_string_equal(ids(c, is), "bk_1 ");
    c = world_ask(w, "GET", "/v1/bookings?q=0000&status=departed", "gate", NULL, NULL);
    assert_string_equal(ids(c, is), "bk_102 bk_101 ");
    c = world_ask(w, "GET", "/v1/bookings?reference=PO-2", "gate", NULL, NULL);
    assert_string_equal(ids(c, is), "bk_2 ");
    c = world_ask(w, "GET", "/v1/bookings?reference=old-1", "backend", NULL, NULL);
    assert_string_equal(ids(c, is), "bk_103 bk_101 ");
    c = world_ask(w, "GET", "/v1/bookings?reference=po-2", "gate", NULL, NULL); /* exactly as it was given */
    assert_string_equal(ids(c, is), "");
    c = world_ask(w, "GET", "/v1/bookings?q=po%202", "gate", NULL, NULL); /* what people type is not */
    assert_string_equal(ids(c, is), "bk_2 ");
    assert_int_equal(world_ask(w, "GET", "/v1/bookings?q=0000", "display", NULL, NULL)->status, 403);
}

static void what_is_too_short_to_look_for_needs_a_date(void **state)
{
    struct gs_http *w = *state;
    static const char *const too_short[] = {"7",   "70",      "%25",       "_",         "%27",
                                            "%22", "-------", "-%20-%20-", "%E6%B5%99", "7-%20-0"};
    booked(w, 1, NULL);
    for (size_t i = 0; i < sizeof too_short / sizeof too_short[0]; i++) {
        char target[128];
        snprintf(target, sizeof target, "/v1/bookings?q=%s", too_short[i]);
        const struct caught *c = world_ask(w, "GET", target, "gate", NULL, NULL);
        assert_int_equal(c->status, 422);
        assert_string_equal(text(c, "errors/0/pointer"), "?q");
        assert_string_equal(text(c, "errors/0/code"), "too_short");
    }
    assert_int_equal(found(w, "date=" DAY "&q=1"), 1);
    assert_int_equal(found(w, "date=" DAY "&q=%E6%B5%99"), 1);
    assert_int_equal(found(w, "date=" DAY "&q=%25"), 0);
    assert_int_equal(found(w, "q=%25%25%25"), 0);
    assert_int_equal(found(w, "q=%27%20OR%201"), 0);
}

static void every_parameter_is_checked(void **state)
{
    struct gs_http *w = *state;
    static const struct {
        const char *target, *pointer, *code;
    } rows[] = {
        {"/v1/bookings?datum=1", "?datum", "unknown_field"},
        {"/v1/bookings?date=today", "?date", "format"},
        {"/v1/bookings?date=2026-02-29", "?date", "no_such_date"},
        {"/v1/bookings?date=" DAY "&date=" DAY, "?date", "repeated"},
        {"/v1/bookings?status=gone", "?status", "choice"},
        {"/v1/bookings?company=123", "?company", "length"},
        {"/v1/bookings?limit=0", "?limit", "range"},
        {"/v1/bookings?limit=501", "?limit", "range"},
        {"/v1/bookings?limit=ten", "?limit", "type"},
        {"/v1/bookings?limit=99999999999999999999999", "?limit", "range"},
        {"/v1/bookings?cursor=42", "?cursor", "format"},
        {"/v1/bookings?window=a_window_with_a_long_name", "?window", "too_long"},
        {"/v1/bookings?q=%zz", "?q", "format"},
        {"/v1/bookings?q=%4", "?q", "format"},
        {"/v1/bookings?q=%07", "?q", "alphabet"},
        {"/v1/bookings?q=%ff", "?q", "alphabet"},
        {"/v1/bookings?q=", "?q", "empty"},
        {"/v1/bookings?q=" LONG, "?q", "too_long"},
        {"/v1/bookings?reference=" LONG, "?reference", "too_long"},
        {"/v1/bookings?q=123&q=456", "?q", "repeated"},
        {"/v1/bookings?q=123&cursor=7", "?cursor", "format"},
        {"/v1/slots?from=2026-11-20", "?from", "range"},
        {"/v1/slots?from=" DAY "&to=2026-11-24", "?to", "range"},
        {"/v1/slots?from=" DAY "&to=2027-11-24", "?to", "range"},
        {"/v1/slots?x", "?x", "unknown_field"},
        {"/v1/capacity?from=x", "?from", "format"},
        {"/v1/capacity?from=" DAY "&to=2026-11-24", "?to", "range"},
        {"/v1/gate/list?window=noon", "?window", "no_such_window"},
        {"/v1/gate/list?date=2026-11-02", "?date", "range"},
        {"/v1/events?wait=61", "?wait", "range"},
        {"/v1/events?after=-1", "?after", "range"},
        {"/v1/bookings?date=" DAY "&q=%20-%20", "?q", "empty"},
        {"/v1/site?verbose=1", "?verbose", "unknown_field"},
        {"/v1/reports/daily?date=x", "?date", "format"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct caught *c = world_ask(w, "GET", rows[i].target, "supervisor", NULL, NULL);
        print_message("# %s: %s\n", rows[i].target, c->body);
        assert_int_equal(c->status, 422);
        assert_true(has_error(c, rows[i].pointer, rows[i].code));
        assert_int_equal(json_array_size(at(c, "errors")), 1);
    }
}

/* Asked with the tag of the answer before: the status. The tag that stands now goes to tag. */
static int asked_again(struct gs_http *w, const char *target, char tag[128], const char *accept)
{
    char line[256];
    snprintf(line, sizeof line, "If-None-Match: \"other\", W/%s", tag);
    const struct caught *c = world_ask(w, "GET", target, "display", NULL, line, accept, NULL);
    assert_string_equal(header(c, "Cache-Control"), "private, no-cache");
    assert_string_equal(header(c, "Vary"), "Accept");
    snprintf(tag, 128, "%s", header(c, "ETag"));
    return c->status;
}

static void slots_are_sent_once_until_they_change(void **state)
{
    struct gs_http *w = *state;
    static const char *const targets[] = {("/v1/slots?from=" DAY), "/v1/slots",
                                          "/v1/slots?from=2026-11-23&to=2026-12-20"};
    char tag[128];
    booked(w, 1, NULL); /* of that day */
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        strcpy(tag, "\"\"");
        assert_int_equal(asked_again(w, targets[i], tag, NULL), 200);
        assert_int_equal(asked_again(w, targets[i], tag, NULL), 304);
        assert_int_equal(w->caught.body == NULL || w->caught.body[0] == '\0', 1);
        w->now += 60000;
        assert_int_equal(asked_again(w, targets[i], tag, NULL), 304);
        assert_int_equal(asked_again(w, targets[i], tag, "Accept: text/csv"), 200); /* of another form */
        assert_int_equal(asked_again(w, targets[i], tag, "Accept: text/csv"), 304);
        assert_int_equal(asked_again(w, targets[i], tag, NULL), 200);
        booked(w, 10 + (int)i, NULL);
        assert_int_equal(asked_again(w, targets[i], tag, NULL), 200);
        assert_int_equal(asked_again(w, targets[i], tag, NULL), 304);
        (void)world_ask(w, "PUT", "/v1/capacity/" DAY "/evening", "supervisor",
                        i % 2 == 0 ? "{\"capacity\":39}" : "{\"capacity\":38}", NULL);
        assert_int_equal(asked_again(w, targets[i], tag, NULL), 200);
        gs_api_forget(w->api);
        world_load_again(w);
        assert_int_equal(asked_again(w, targets[i], tag, NULL), 200); /* of a book that counts anew */
    }
    const struct caught *c = world_ask(w, "GET", "/v1/slots", "gate", NULL, "If-None-Match: *", NULL);
    assert_int_equal(c->status, 304);
    c = world_ask(w, "GET", "/v1/slots?from=2020-01-01", "gate", NULL, "If-None-Match: *", NULL);
    assert_int_equal(c->status, 422);
    c = world_ask(w, "GET", "/v1/slots?from=" DAY, "gate", NULL, NULL);
    snprintf(tag, sizeof tag, "%s", header(c, "ETag"));
    c = world_ask(w, "GET", "/v1/slots?from=2026-11-26", "gate", NULL, NULL);
    assert_string_not_equal(tag, header(c, "ETag"));
}

static void slots_show_what_is_free_and_never_an_old_page(void **state)
{
    struct gs_http *w = *state;
    const char *target = "/v1/slots?from=" DAY "&to=" DAY;
    const struct caught *c = world_ask(w, "GET", target, "display", NULL, NULL);
    char *first = strdup(c->body);
    assert_int_equal(json_array_size(at(c, "days")), 1);
    assert_string_equal(text(c, "days/0/date"), DAY);
    assert_string_equal(text(c, "days/0/windows/0/id"), "morning");
    assert_int_equal(number(c, "days/0/windows/0/free"), 40);
    assert_int_equal(json_array_size(at(c, "days/0/windows/0/slots")), 8);
    assert_string_equal(text(c, "days/0/windows/0/slots/1/start"), "2026-11-25T08:30:00+08:00");
    assert_int_equal(number(c, "days/0/windows/0/slots/1/capacity"), 5);
    assert_string_equal(world_ask(w, "GET", target, "display", NULL, NULL)->body, first);
    booked(w, 1, "\"windows\":[\"morning\"],\"slot\":\"08:30\"");
    c = world_ask(w, "GET", target, "display", NULL, NULL);
    assert_int_equal(number(c, "days/0/windows/0/booked"), 1);
    assert_int_equal(number(c, "days/0/windows/0/slots/1/free"), 4);
    assert_int_equal(world_ask(w, "POST", "/v1/bookings/bk_1/cancel", "backend", NULL, NULL)->status, 200);
    assert_string_equal(world_ask(w, "GET", target, "display", NULL, NULL)->body, first);
    c = world_ask(w, "GET", "/v1/slots?from=2026-11-26", "display", NULL, NULL);
    assert_string_equal(text(c, "days/0/date"), "2026-11-26");
    assert_int_equal(json_array_size(at(c, "days")), 1);
    c = world_ask(w, "GET", "/v1/slots", "display", NULL, NULL);
    assert_string_equal(text(c, "days/0/date"), "2026-11-23");
    assert_int_equal(json_array_size(at(c, "days")), 7); /* the last day opens at 08:00 */
    free(first);
}

static void a_closed_window_has_nothing_free(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    c = world_ask(w, "GET", "/v1/slots?from=" DAY, "backend", NULL, NULL);
    assert_true(json_is_null(at(c, "days/0/reason")));
    assert_true(json_is_false(at(c, "days/0/closed")));
    c = world_ask(w, "PUT", "/v1/capacity/" DAY "/morning", "supervisor", "{\"closed\":true,\"reason\":\"检修\"}",
                  NULL);
    assert_int_equal(c->status, 200);
    c = world_ask(w, "GET", "/v1/slots?from=" DAY, "backend", NULL, NULL);
    assert_true(json_is_true(at(c, "days/0/windows/0/closed")));
    assert_int_equal(number(c, "days/0/windows/0/free"), 0);
    assert_int_equal(number(c, "days/0/windows/0/slots/0/free"), 0);
}

static void a_closed_date_says_why(void **state)
{
    struct gs_http *w = *state;
    static struct gs_calendar_rule closed;
    closed = (struct gs_calendar_rule){.by_date = true, .closed = true, .date = gs_date_from_civil(2026, 12, 20)};
    snprintf(closed.reason, sizeof closed.reason, "春节");
    w->rules.calendar = &closed;
    w->rules.calendar_count = 1;
    const struct caught *c = world_ask(w, "GET", "/v1/slots?from=2026-12-20", "backend", NULL, NULL);
    assert_true(json_is_true(at(c, "days/0/closed")));
    assert_string_equal(text(c, "days/0/reason"), "春节");
}

static void the_gate_list_follows_every_step(void **state)
{
    struct gs_http *w = *state;
    const char *target = "/v1/gate/list?date=" DAY;
    const struct caught *c;
    booked(w, 2, "\"windows\":[\"morning\"],\"slot\":\"09:00\"");
    booked(w, 1, "\"windows\":[\"morning\"],\"slot\":\"08:00\"");
    c = world_ask(w, "GET", target, "gate", NULL, NULL);
    assert_int_equal(json_array_size(at(c, "items")), 2);
    assert_string_equal(text(c, "items/0/id"), "bk_2");
    assert_string_equal(text(c, "items/0/driver/phone"), "138****8000");
    assert_int_equal(strlen(text(c, "items/0/pass_code")), 8);
    c = world_ask(w, "GET", target, "display", NULL, NULL);
    assert_int_equal(json_object_size(at(c, "items/0")), 7); /* no name, no company, no id */
    assert_int_equal(strlen(text(world_ask(w, "GET", target, "gate", NULL, NULL), "items/0/pass_code")), 8);
    w->now = instant("2026-11-25T08:00:00+08:00");
    world_ask(w, "POST", "/v1/bookings/bk_2/arrive", "gate", NULL, NULL);
    c = world_ask(w, "GET", target, "gate", NULL, NULL);
    assert_string_equal(text(c, "items/0/status"), "arrived");
    /* What is kept of one window is given for no other, nor for all. */
    for (int i = 0; i < 2; i++) {
        c = world_ask(w, "GET", "/v1/gate/list?date=" DAY "&window=morning", "gate", NULL, NULL);
        assert_int_equal(json_array_size(at(c, "items")), 2);
        c = world_ask(w, "GET", "/v1/gate/list?date=" DAY "&window=evening", "gate", NULL, NULL);
        assert_int_equal(json_array_size(at(c, "items")), 0);
        c = world_ask(w, "GET", target, "gate", NULL, NULL);
        assert_int_equal(json_array_size(at(c, "items")), 2);
    }
    assert_int_equal(
        json_array_size(at(world_ask(w, "GET", "/v1/gate/list?window=midday", "gate", NULL, NULL), "items")), 0);
}

static void the_gate_is_told_what_to_do(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    char body[128];
    booked(w, 1, "\"windows\":[\"morning\"],\"slot\":\"08:30\"");
    c = world_ask(w, "GET", "/v1/bookings/bk_1", "gate", NULL, NULL);
    snprintf(body, sizeof body, "{\"pass_code\":\"%s\"}", text(c, "pass_code"));
    w->now = instant("2026-11-25T08:31:00+08:00");
    c = world_ask(w, "POST", "/v1/gate/check", "gate", body, NULL);
    assert_string_equal(text(c, "decision"), "admit");
    assert_string_equal(text(c, "code"), "on_time");
    assert_string_equal(text(c, "booking/id"), "bk_1");
    assert_string_equal(text(c, "message"), "On time for 2026-11-25 08:30–09:00: let it in.");
    c = world_ask(w, "POST", "/v1/gate/check", "gate", "{\"plate\":\"浙D0000I\"}", NULL);
    assert_string_equal(text(c, "decision"), "reject");
    c = world_ask(w, "POST", "/v1/gate/check", "gate", "{\"plate\":\"浙D00007\"}", NULL);
    assert_string_equal(text(c, "code"), "not_booked");
    assert_string_equal(text(c, "candidates/0/id"), "bk_1");
    assert_true(json_is_null(at(c, "booking")));
}

static void a_report_is_json_or_csv(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    booked(w, 1, "\"windows\":[\"morning\"],\"slot\":\"08:30\"");
    w->now = instant("2026-11-25T08:30:00+08:00");
    world_ask(w, "POST", "/v1/bookings/bk_1/arrive", "gate", NULL, NULL);
    w->now += 750000;
    world_ask(w, "POST", "/v1/bookings/bk_1/enter", "gate", NULL, NULL);
    c = world_ask(w, "GET", "/v1/reports/daily", "gate", NULL, NULL);
    assert_string_equal(text(c, "date"), DAY);
    assert_true(json_is_null(at(c, "daily_clearing")));
    assert_int_equal(number(c, "still_inside"), 1);
    assert_int_equal(number(c, "windows/morning/entered"), 1);
    assert_true(json_real_value(at(c, "total/mean_entry_min")) > 12.4 &&
                json_real_value(at(c, "total/mean_entry_min")) < 12.6);
    assert_true(json_is_null(at(c, "total/mean_stay_min")));
    assert_null(at(c, "total/overbooking")); /* a site that does not overbook hears nothing of it */
    c = world_ask(w, "GET", "/v1/reports/daily", "gate", NULL, "Accept: text/csv", NULL);
    assert_string_equal(c->content_type, "text/csv; charset=utf-8");
    assert_string_equal(header(c, "Vary"), "Accept");
    assert_int_equal(strncmp(c->body, "date,window,capacity,booked,due,", 32), 0);
    assert_non_null(strstr(c->body, "\r\n" DAY ",morning,40,1,0,0,1,0,0,0,0,0,0,0,0,0,0,1,0,0,0,0,0,12.5,12.5,,\r\n"));
    assert_non_null(strstr(c->body, "\r\n" DAY ",total,120,1,"));
}

static void the_site_tells_its_rules(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c = world_ask(w, "GET", "/v1/site", "metrics", NULL, NULL);
    assert_string_equal(text(c, "name"), "测试监管中心");
    assert_string_equal(text(c, "zone"), "Asia/Shanghai");
    assert_string_equal(text(c, "now"), "2026-11-23T07:00:00+08:00");
    assert_false(json_is_true(at(c, "drill")));
    assert_string_equal(text(c, "version"), "9.9.9");
    assert_string_equal(text(c, "windows/2/end"), "20:00");
    assert_int_equal(number(c, "rules/booking/cutoff_minutes"), 30);
    assert_int_equal(number(c, "rules/yard/bays"), 40);
    assert_true(json_is_null(at(c, "rules/slots/capacity")));
}

/* Every option of the site that is one number, time or yes and no is shown under its own name; a new one needs nothing here. */
static void the_rules_are_those_of_the_configuration(void **state)
{
    const struct caught *c = world_ask(*state, "GET", "/v1/site", "metrics", NULL, NULL);
    size_t options = 0, shown = 0;
    const char *section;
    const json_t *members;
    for (size_t i = 0; i < gs_option_count; i++) {
        const struct gs_option *o = &gs_options[i];
        bool one = o->type == GS_OPTION_INT || o->type == GS_OPTION_BOOL || o->type == GS_OPTION_TIME || o->lone;
        if (one && o->offset < sizeof(struct gs_rules) && strpbrk(o->key, "*[") == NULL) {
            char path[64];
            snprintf(path, sizeof path, "rules/%s", o->key);
            *strchr(path, '.') = '/';
            print_message("# %s\n", path);
            assert_int_equal(json_is_boolean(at(c, path)), o->type == GS_OPTION_BOOL);
            assert_int_equal(json_is_array(at(c, path)), o->lone);
            assert_true(o->type != GS_OPTION_TIME || strlen(text(c, path)) == strlen("08:00"));
            options++;
        }
    }
    json_object_foreach((json_t *)at(c, "rules"), section, members)
    {
        shown += json_object_size(members);
    }
    assert_int_equal(shown, options);
    assert_non_null(strstr(c->body, "\"waitlist\":{\"enabled\":true,\"promote_minutes\":120}"));
}

static void a_history_tells_each_step_in_a_sentence(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    booked(w, 1, "\"windows\":[\"morning\"],\"slot\":\"08:30\"");
    world_ask(w, "POST", "/v1/bookings/bk_1/cancel", "backend", "{\"reason\":\"车坏了\"}", NULL);
    c = world_ask(w, "GET", "/v1/bookings/bk_1/history", "backend", NULL, NULL);
    assert_int_equal(c->status, 200);
    assert_int_equal(json_array_size(at(c, "items")), 2);
    assert_string_equal(text(c, "items/0/type"), "booking.booked");
    assert_string_equal(text(c, "items/0/text"),
                        "Booked for 2026-11-25 08:30–09:00 (morning), the start it asked for.");
    assert_string_equal(text(c, "items/1/text"),
                        "Cancelled; its place at 2026-11-25 08:30–09:00 (morning) is free again. Reason: 车坏了.");
    c = world_ask(w, "GET", "/v1/bookings/bk_1/history", "backend", NULL, "Accept-Language: zh-CN", NULL);
    assert_string_equal(text(c, "items/1/text"),
                        "已取消，2026-11-25 08:30–09:00（morning）的名额已释放。原因：车坏了。");
    assert_int_equal(world_ask(w, "GET", "/v1/bookings/bk_5/history", "backend", NULL, NULL)->status, 404);
}

/* 30 events by pages of seven: each once, in order, whatever page it is on. */
static void a_long_history_goes_by_pages_from_the_latest_back(void **state)
{
    struct gs_http *w = *state;
    char path[128] = "/v1/bookings/bk_1/history?limit=7", cursor[32] = "";
    int64_t least = INT64_MAX;
    size_t told = 0, pages = 0;
    booked(w, 1, "\"windows\":[\"morning\"],\"slot\":\"08:30\"");
    booked(w, 2, "\"windows\":[\"morning\"],\"slot\":\"08:30\"");
    for (int i = 1; i < 30; i++) {
        char body[64];
        snprintf(body, sizeof body, "{\"reference\":\"R-%d\"}", i);
        assert_int_equal(world_ask(w, "PATCH", "/v1/bookings/bk_1", "backend", body, "If-Match: *", NULL)->status, 200);
    }
    for (;;) {
        const struct caught *c = world_ask(w, "GET", path, "backend", NULL, NULL);
        assert_int_equal(c->status, 200);
        const size_t n = json_array_size(at(c, "items"));
        for (size_t i = n; i > 0; i--) {
            const int64_t seq = json_integer_value(json_object_get(json_array_get(at(c, "items"), i - 1), "seq"));
            assert_true(seq < least);
            least = seq;
        }
        told += n;
        pages++;
        if (json_is_null(at(c, "next_cursor"))) {
            break;
        }
        assert_int_equal(n, 7);
        snprintf(cursor, sizeof cursor, "%s", text(c, "next_cursor"));
        snprintf(path, sizeof path, "/v1/bookings/bk_1/history?limit=7&cursor=%s", cursor);
    }
    assert_int_equal(told, 30);
    assert_int_equal(pages, 5);
    assert_int_equal(least, 1);
    snprintf(path, sizeof path, "/v1/bookings/bk_2/history?cursor=%s", cursor); /* of another booking */
    assert_true(has_error(world_ask(w, "GET", path, "backend", NULL, NULL), "?cursor", "format"));
    assert_true(has_error(world_ask(w, "GET", "/v1/bookings/bk_1/history?cursor=99999", "backend", NULL, NULL),
                          "?cursor", "format"));
    assert_int_equal(world_ask(w, "GET", "/v1/bookings/bk_1/history?cursor=x", "backend", NULL, NULL)->status, 422);
    assert_int_equal(world_ask(w, "GET", "/v1/bookings/bk_1/history?cursor=0", "backend", NULL, NULL)->status, 422);
    assert_int_equal(world_ask(w, "GET", "/v1/bookings/bk_1/history?limit=501", "backend", NULL, NULL)->status, 422);
    assert_int_equal(world_ask(w, "GET", "/v1/bookings/bk_1/history?limit=7&limit=8", "backend", NULL, NULL)->status,
                     422);
    assert_int_equal(world_ask(w, "GET", "/v1/bookings/bk_1/history?cursor=1", "other", NULL, NULL)->status, 404);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_booking_is_whole_and_known_by_its_etag),
        TEST(lists_mask_drivers_and_go_by_pages),
        TEST(lists_are_filtered),
        TEST(a_past_day_is_asked_of_the_store),
        TEST(a_truck_of_any_day_is_found_live_and_past_the_newest_first),
        TEST(what_is_too_short_to_look_for_needs_a_date),
        TEST(every_parameter_is_checked),
        TEST(slots_show_what_is_free_and_never_an_old_page),
        TEST(slots_are_sent_once_until_they_change),
        TEST(a_closed_window_has_nothing_free),
        TEST(a_closed_date_says_why),
        TEST(the_gate_list_follows_every_step),
        TEST(the_gate_is_told_what_to_do),
        TEST(a_report_is_json_or_csv),
        TEST(the_site_tells_its_rules),
        TEST(the_rules_are_those_of_the_configuration),
        TEST(a_history_tells_each_step_in_a_sentence),
        TEST(a_long_history_goes_by_pages_from_the_latest_back),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
