/* Calls that change bookings, as a client meets them: answers, headers, retries, preconditions, refusals. */
#include "world.h"
#include <stdio.h>

static char path[128];

static const char *on(const char *id, const char *step)
{
    snprintf(path, sizeof path, "/v1/bookings/%s%s", id, step);
    return path;
}

static void a_booking_is_answered_with_place_and_version(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c =
        world_ask(w, "POST", "/v1/bookings", "backend", request(1, "\"windows\":[\"morning\"],\"slot\":\"08:30\""),
                  "Idempotency-Key: a", NULL);
    assert_int_equal(c->status, 201);
    assert_string_equal(c->content_type, "application/json");
    assert_string_equal(header(c, "ETag"), "\"1\"");
    assert_string_equal(header(c, "Location"), "/v1/bookings/bk_1");
    assert_string_equal(text(c, "id"), "bk_1");
    assert_string_equal(text(c, "status"), "booked");
    assert_string_equal(text(c, "window"), "morning");
    assert_string_equal(text(c, "wished_slot"), "08:30");
    assert_string_equal(text(c, "slot/start"), "2026-11-25T08:30:00+08:00");
    assert_string_equal(text(c, "slot/end"), "2026-11-25T09:00:00+08:00");
    assert_string_equal(text(c, "arrive_from"), "2026-11-25T08:00:00+08:00");
    assert_string_equal(text(c, "arrive_until"), "2026-11-25T09:30:00+08:00");
    assert_int_equal(strlen(text(c, "pass_code")), 8);
    assert_int_equal(number(c, "version"), 1);
    assert_string_equal(text(c, "driver/phone"), "13800138000");
    assert_string_equal(text(c, "submitted_by"), "backend");
    assert_string_equal(text(c, "created_at"), "2026-11-23T07:00:00+08:00");
    assert_true(json_is_null(at(c, "waitlist_position")) && json_is_null(at(c, "arrived_at")) &&
                json_is_null(at(c, "trailer_plate")) && json_is_null(at(c, "declaration_no")));
    assert_int_equal(json_array_size(at(c, "warnings")), 0);
}

static void fill(struct gs_http *w, const char *window)
{
    char more[64];
    static int n = 1000;
    snprintf(more, sizeof more, "\"windows\":[\"%s\"]", window);
    for (int i = 0; i < 40; i++) {
        booked(w, n++, more);
    }
}

static void full_offers_alternatives_and_is_decided_anew(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    fill(w, "morning");
    c = world_ask(w, "POST", "/v1/bookings", "backend", request(1, "\"windows\":[\"morning\"]"), "Idempotency-Key: f",
                  NULL);
    assert_int_equal(c->status, 409);
    assert_string_equal(c->content_type, "application/problem+json");
    assert_string_equal(text(c, "code"), "full");
    assert_string_equal(text(c, "type"), "urn:gateslot:problem:full");
    assert_string_equal(header(c, "Content-Language"), "en");
    assert_int_equal(json_array_size(at(c, "alternatives")), 5);
    assert_string_equal(text(c, "alternatives/0/window"), "midday");
    assert_string_equal(text(c, "alternatives/0/slot/start"), "2026-11-25T12:00:00+08:00");
    assert_true(number(c, "alternatives/0/free") > 0);
    assert_int_equal(w->idem_known, 40);
    c = world_ask(w, "POST", "/v1/bookings/bk_1/cancel", "backend", NULL, NULL);
    assert_int_equal(c->status, 200);
    c = world_ask(w, "POST", "/v1/bookings", "backend", request(1, "\"windows\":[\"morning\"]"), "Idempotency-Key: f",
                  NULL);
    assert_int_equal(c->status, 201);
    assert_null(header(c, "Idempotent-Replayed"));
}

static void the_waitlisted_get_202_and_their_position(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    fill(w, "morning");
    c = world_ask(w, "POST", "/v1/bookings", "backend", request(1, "\"windows\":[\"morning\"],\"waitlist\":true"),
                  "Idempotency-Key: w", NULL);
    assert_int_equal(c->status, 202);
    assert_string_equal(text(c, "status"), "waitlisted");
    assert_int_equal(number(c, "waitlist_position"), 1);
    assert_true(json_is_null(at(c, "slot")) && json_is_null(at(c, "window")) && json_is_null(at(c, "arrive_from")));
    assert_non_null(header(c, "Location"));
}

static void a_retry_gets_the_stored_answer(void **state)
{
    struct gs_http *w = *state;
    char *first, *pretty;
    const struct caught *c =
        world_ask(w, "POST", "/v1/bookings", "backend", request(1, NULL), "Idempotency-Key: k", NULL);
    json_t *again = json_loads(request(1, NULL), 0, NULL);
    first = strdup(c->body);
    w->now += 3600000;
    c = world_ask(w, "POST", "/v1/bookings", "backend", request(1, NULL), "Idempotency-Key: k", NULL);
    assert_int_equal(c->status, 201);
    assert_string_equal(c->body, first);
    assert_string_equal(header(c, "Idempotent-Replayed"), "true");
    assert_string_equal(header(c, "ETag"), "\"1\"");
    assert_string_equal(header(c, "Location"), "/v1/bookings/bk_1");
    pretty = json_dumps(again, JSON_INDENT(2)); /* blanks make no other request of it */
    c = world_ask(w, "POST", "/v1/bookings", "backend", pretty, "Idempotency-Key: k", NULL);
    assert_string_equal(c->body, first);
    assert_int_equal(gs_book_count(w->book), 1);
    free(pretty);
    free(first);
    json_decref(again);
}

static void a_retry_never_gets_anothers_answer(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c =
        world_ask(w, "POST", "/v1/bookings", "backend", request(1, NULL), "Idempotency-Key: k", NULL);
    assert_int_equal(c->status, 201);
    strcpy(w->idems[0].key, "of another"); /* as after a full disk, when the row was given away anew */
    c = world_ask(w, "POST", "/v1/bookings", "backend", request(1, NULL), "Idempotency-Key: k", NULL);
    assert_int_equal(c->status, 503);
    assert_non_null(header(c, "Retry-After"));
}

static void a_key_belongs_to_its_token_and_request(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    assert_int_equal(
        world_ask(w, "POST", "/v1/bookings", "backend", request(1, NULL), "Idempotency-Key: k", NULL)->status, 201);
    c = world_ask(w, "POST", "/v1/bookings", "backend", request(2, NULL), "Idempotency-Key: k", NULL);
    assert_int_equal(c->status, 422);
    assert_string_equal(text(c, "code"), "idempotency_key_reused");
    c = world_ask(w, "POST", "/v1/bookings/bk_1/cancel", "backend", NULL, "Idempotency-Key: k", NULL);
    assert_string_equal(text(c, "code"), "idempotency_key_reused");
    assert_int_equal(
        world_ask(w, "POST", "/v1/bookings", "other", request(2, NULL), "Idempotency-Key: k", NULL)->status, 201);
}

/* Behind an escaped quote a string goes on, and what is blank in it counts. */
static void blanks_within_a_text_make_another_request(void **state)
{
    static const char *const again[] = {"{ \"reason\":\"a \\\"b c\" }", "{\"reason\":\"a \\\"bc\"}",
                                        "{\"reason\":\"a \\\"b  c\"}"};
    struct gs_http *w = *state;
    (void)world_ask(w, "POST", "/v1/bookings", "backend", request(1, NULL), "Idempotency-Key: k", NULL);
    const struct caught *c = world_ask(w, "POST", "/v1/bookings/bk_1/cancel", "backend", "{\"reason\":\"a \\\"b c\"}",
                                       "Idempotency-Key: c", NULL);
    assert_int_equal(c->status, 200);
    for (size_t i = 0; i < sizeof again / sizeof again[0]; i++) {
        c = world_ask(w, "POST", "/v1/bookings/bk_1/cancel", "backend", again[i], "Idempotency-Key: c", NULL);
        assert_int_equal(c->status, i == 0 ? 200 : 422);
    }
}

static void a_new_key_waits_for_room_and_a_known_one_does_not(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    assert_int_equal(
        world_ask(w, "POST", "/v1/bookings", "backend", request(1, NULL), "Idempotency-Key: k", NULL)->status, 201);
    w->key_room = (struct gs_key_room){.limit = 50000, .again_ms = w->now + 90 * 60 * 1000 - 1};
    size_t stored = w->event_count;
    c = world_ask(w, "POST", "/v1/bookings", "backend", request(2, NULL), "Idempotency-Key: k2", NULL);
    assert_int_equal(c->status, 429);
    assert_string_equal(text(c, "code"), "rate_limited");
    assert_string_equal(header(c, "Retry-After"), "5400");
    assert_non_null(strstr(text(c, "detail"), "50000 answers kept for retries"));
    assert_int_equal(w->event_count, stored);
    c = world_ask(w, "POST", "/v1/bookings", "backend", request(1, NULL), "Idempotency-Key: k", NULL);
    assert_int_equal(c->status, 201);
    assert_string_equal(header(c, "Idempotent-Replayed"), "true");
    w->key_room.of_all = true;
    c = world_ask(w, "POST", "/v1/bookings", "backend", request(2, NULL), "Idempotency-Key: k2",
                  "Accept-Language: zh-CN", NULL);
    assert_non_null(strstr(text(c, "detail"), "已达 50000 个的上限"));
    w->key_room.limit = 0;
    c = world_ask(w, "POST", "/v1/bookings", "backend", request(2, NULL), "Idempotency-Key: k2", NULL);
    assert_int_equal(c->status, 201);
}

static void keys_are_required_visible_and_bounded(void **state)
{
    struct gs_http *w = *state;
    char key[200];
    const struct caught *c = world_ask(w, "POST", "/v1/bookings", "backend", request(1, NULL), NULL);
    assert_int_equal(c->status, 400);
    assert_string_equal(text(c, "code"), "idempotency_key_missing");
    c = world_ask(w, "POST", "/v1/bookings", "backend", request(1, NULL), "Idempotency-Key: a b", NULL);
    assert_int_equal(c->status, 422);
    assert_true(has_error(c, "Idempotency-Key", "alphabet"));
    snprintf(key, sizeof key, "Idempotency-Key: %0129d", 1);
    c = world_ask(w, "POST", "/v1/bookings", "backend", request(1, NULL), key, NULL);
    assert_true(has_error(c, "Idempotency-Key", "too_long"));
    snprintf(key, sizeof key, "Idempotency-Key: %0128d", 1);
    assert_int_equal(world_ask(w, "POST", "/v1/bookings", "backend", request(1, NULL), key, NULL)->status, 201);
}

static void final_refusals_are_stored_in_their_language(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    booked(w, 1, NULL);
    c = world_ask(w, "POST", "/v1/bookings", "backend", request(1, "\"windows\":[\"morning\"]"), "Idempotency-Key: d",
                  "Accept-Language: zh", NULL);
    assert_int_equal(c->status, 409);
    assert_string_equal(text(c, "booking_id"), "bk_1");
    assert_int_equal(world_ask(w, "POST", "/v1/bookings/bk_1/cancel", "backend", NULL, NULL)->status, 200);
    c = world_ask(w, "POST", "/v1/bookings", "backend", request(1, "\"windows\":[\"morning\"]"), "Idempotency-Key: d",
                  NULL);
    assert_int_equal(c->status, 409);
    assert_string_equal(header(c, "Idempotent-Replayed"), "true");
    assert_string_equal(header(c, "Content-Language"), "zh-CN");
    assert_string_equal(c->content_type, "application/problem+json");
    assert_null(header(c, "ETag"));
}

/* Headers come from what was kept beside the text; nobody reads the text for them. */
static void a_retrys_headers_do_not_come_from_its_text(void **state)
{
    struct gs_http *w = *state;
    booked(w, 1, NULL);
    struct gs_idem *row = &w->idems[w->idem_count];
    const char *same = request(1, "\"windows\":[\"morning\"]");
    (void)world_ask(w, "POST", "/v1/bookings", "backend", same, "Idempotency-Key: d", "Accept-Language: zh", NULL);
    assert_int_equal(row->status, 409);
    assert_int_equal(row->lang, GS_LANG_ZH);
    assert_string_equal(row->location, "");
    row->lang = GS_LANG_EN;
    strcpy(row->location, "/v1/bookings/bk_99");
    const struct caught *c = world_ask(w, "POST", "/v1/bookings", "backend", request(1, "\"windows\":[\"morning\"]"),
                                       "Idempotency-Key: d", NULL);
    assert_string_equal(header(c, "Idempotent-Replayed"), "true");
    assert_string_equal(header(c, "Content-Language"), "en");
    assert_string_equal(header(c, "Location"), "/v1/bookings/bk_99");
}

/* A look that brought the book up to date would miss and end both bookings, put them away with their day, and leave the outcome
 * pointing at what is freed. */
static void a_refusal_written_as_the_day_rolls_tells_of_the_book_that_decided_it(void **state)
{
    struct gs_http *w = *state;
    char change[64];
    booked(w, 1, NULL);
    booked(w, 2, NULL);
    snprintf(change, sizeof change, "{\"containers\":[\"%s\"]}", gs_book_get(w->book, 2)->truck.containers[0]);
    const int64_t decided = w->now;
    w->leap_ms = INT64_C(9) * 24 * 3600 * 1000;
    const struct caught *c = world_ask(w, "PATCH", "/v1/bookings/bk_1", "backend", change, "If-Match: *", NULL);
    assert_int_equal(c->status, 409);
    assert_string_equal(text(c, "code"), "duplicate_container");
    assert_string_equal(text(c, "booking_id"), "bk_2");
    assert_non_null(strstr(text(c, "detail"), "bk_2"));
    assert_int_equal(gs_book_now(w->book), decided);
    assert_int_equal(gs_book_count(w->book), 2);
    c = world_ask(w, "GET", "/v1/bookings?date=2026-12-02", "backend", NULL, NULL); /* this one looks */
    assert_int_equal(c->status, 200);
    assert_int_equal(gs_book_now(w->book), w->now);
    assert_int_equal(gs_book_count(w->book), 0);
}

static void faults_found_before_the_core_leave_no_trace(void **state)
{
    struct gs_http *w = *state;
    assert_int_equal(world_ask(w, "POST", "/v1/bookings", "backend", "{", "Idempotency-Key: k", NULL)->status, 400);
    assert_int_equal(world_ask(w, "POST", "/v1/bookings", "backend", "{}", "Idempotency-Key: k", NULL)->status, 422);
    assert_int_equal(w->idem_known, 0);
    assert_int_equal(
        world_ask(w, "POST", "/v1/bookings", "backend", request(1, NULL), "Idempotency-Key: k", NULL)->status, 201);
}

static void what_waiting_heals_is_not_stored(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    char body[2048];
    snprintf(body, sizeof body, "%s", request(1, NULL));
    memcpy(strstr(body, DAY), "2026-12-01", 10); /* opens on the 24th at 08:00 */
    c = world_ask(w, "POST", "/v1/bookings", "backend", body, "Idempotency-Key: h", NULL);
    assert_int_equal(c->status, 422);
    assert_string_equal(text(c, "detail"), "That day can be booked from 2026-11-24 08:00 on.");
    w->now = instant("2026-11-24T08:00:00+08:00");
    assert_int_equal(world_ask(w, "POST", "/v1/bookings", "backend", body, "Idempotency-Key: h", NULL)->status, 201);
    w->refuse_with = GS_CODE_OVERLOADED;
    c = world_ask(w, "POST", "/v1/bookings", "backend", request(2, NULL), "Idempotency-Key: o", NULL);
    assert_int_equal(c->status, 503);
    assert_non_null(header(c, "Retry-After"));
    w->refuse_with = GS_CODE_STORAGE_FULL;
    c = world_ask(w, "POST", "/v1/bookings", "backend", request(2, NULL), "Idempotency-Key: o", NULL);
    assert_int_equal(c->status, 507);
    w->refuse_with = GS_CODE_OK;
    assert_int_equal(
        world_ask(w, "POST", "/v1/bookings", "backend", request(2, NULL), "Idempotency-Key: o", NULL)->status, 201);
}

/* Beside another fault, so that it is not the core that says it. */
static void a_slot_is_looked_for_in_the_windows_accepted(void **state)
{
    static const struct {
        const char *windows, *slot;
        bool there;
    } rows[] = {{"[\"morning\"]", "08:30", true},
                {"[\"midday\"]", "08:30", false},
                {"[\"morning\",\"midday\"]", "12:30", true},
                {"[\"midday\",\"morning\"]", "08:30", true},
                {"[\"evening\",\"midday\"]", "08:30", false},
                {"[]", "08:30", true},
                {"[]", "20:00", false},
                {"[]", "08:31", false}};
    struct gs_http *w = *state;
    char body[512], key[64];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char windows[64] = "";
        if (strcmp(rows[i].windows, "[]") != 0) {
            snprintf(windows, sizeof windows, "\"windows\":%s,", rows[i].windows);
        }
        snprintf(body, sizeof body, "{\"date\":\"" DAY "\",%s\"slot\":\"%s\",\"plate\":\"浙DI2345\"}", windows,
                 rows[i].slot);
        snprintf(key, sizeof key, "Idempotency-Key: slot-%zu", i);
        const struct caught *c = world_ask(w, "POST", "/v1/bookings", "backend", body, key, NULL);
        print_message("# %s\n", body);
        assert_int_equal(c->status, 422);
        assert_true(has_error(c, "/plate", "alphabet"));
        assert_int_equal(has_error(c, "/slot", "no_such_slot"), !rows[i].there);
    }
}

static void form_and_site_faults_come_together(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c = world_ask(
        w, "POST", "/v1/bookings", "backend",
        "{\"date\":\"" DAY
        "\",\"windows\":[\"noon\",\"morning\"],\"slot\":\"08:15\",\"priority\":\"urgent\",\"plate\":\"浙DI2345\","
        "\"containers\":[\"CSQU3054384\"]}",
        "Idempotency-Key: x", NULL);
    assert_int_equal(c->status, 422);
    assert_true(has_error(c, "/plate", "alphabet"));
    assert_true(has_error(c, "/containers/0", "check_digit"));
    assert_true(has_error(c, "/company", "required"));
    assert_true(has_error(c, "/driver", "required"));
    assert_true(has_error(c, "/windows/0", "no_such_window"));
    assert_true(has_error(c, "/slot", "no_such_slot"));
    assert_true(has_error(c, "/priority", "not_allowed"));
    assert_int_equal(json_array_size(at(c, "errors")), 7);
    c = world_ask(w, "POST", "/v1/bookings", "backend", request(1, "\"windows\":[\"noon\"]"), "Idempotency-Key: y",
                  NULL);
    assert_int_equal(c->status, 422);
    assert_string_equal(text(c, "errors/0/detail"),
                        "There is no window \"noon\"; there are: morning, midday, evening.");
    assert_string_equal(text(c, "detail"),
                        "/windows/0: There is no window \"noon\"; there are: morning, midday, evening.");
}

/* A site's fault is told in the same words whether others stand beside it or not, and a refused window keeps its number. */
static void site_faults_are_told_alike_alone_and_together(void **state)
{
    static const char slot[] = "No slot starts at 08:15; slots start at 08:00, 08:30 … 11:30.";
    static const char body[] = "{\"date\":\"%s\",\"windows\":[7,\"noon\",\"morning\"],\"slot\":\"08:15\"}";
    static const char *const dates[] = {DAY, "2027-03-01",
                                        "2026-03-02"}; /* those not in the book are judged by the calendar */
    struct gs_http *w = *state;
    const struct caught *c =
        world_ask(w, "POST", "/v1/bookings", "backend", request(1, "\"windows\":[\"morning\"],\"slot\":\"08:15\""),
                  "Idempotency-Key: x", NULL);
    assert_string_equal(text(c, "errors/0/detail"), slot);
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        char sent[256];
        snprintf(sent, sizeof sent, body, dates[i]);
        c = world_ask(w, "POST", "/v1/bookings", "backend", sent, "Idempotency-Key: y", NULL);
        assert_true(has_error(c, "/windows/0", "type"));
        assert_true(has_error(c, "/windows/1", "no_such_window"));
        assert_true(has_error(c, "/slot", "no_such_slot"));
        assert_non_null(strstr(c->body, slot));
    }
}

static void bodies_must_be_json(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    c = world_ask(w, "POST", "/v1/bookings", "backend", request(1, NULL), "Idempotency-Key: a",
                  "Content-Type: text/plain", NULL);
    assert_int_equal(c->status, 415);
    c = world_ask(w, "POST", "/v1/bookings", "backend", request(1, NULL), "Idempotency-Key: b",
                  "Content-Type: application/json; charset=utf-8", NULL);
    assert_int_equal(c->status, 201);
    c = world_ask(w, "POST", "/v1/bookings", "backend", "{\n \"date\": }", "Idempotency-Key: c", NULL);
    assert_int_equal(c->status, 400);
    assert_string_equal(text(c, "code"), "invalid_json");
    assert_non_null(strstr(text(c, "detail"), "line 2, column 10"));
    c = world_ask(w, "POST", "/v1/bookings", "backend", NULL, "Idempotency-Key: d", NULL);
    assert_int_equal(c->status, 400);
    assert_int_equal(
        world_ask(w, "POST", "/v1/bookings?dry_run=1", "backend", request(2, NULL), "Idempotency-Key: e", NULL)->status,
        422);
}

static void a_change_needs_the_version_that_was_read(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    const char *change = "{\"plate\":\"浙D99999\"}";
    booked(w, 1, NULL);
    c = world_ask(w, "PATCH", "/v1/bookings/bk_1", "backend", change, NULL);
    assert_int_equal(c->status, 428);
    c = world_ask(w, "PATCH", "/v1/bookings/bk_1", "backend", change, "If-Match: \"7\"", NULL);
    assert_int_equal(c->status, 412);
    assert_string_equal(text(c, "code"), "version_mismatch");
    assert_non_null(strstr(text(c, "detail"), "version 1"));
    assert_int_equal(world_ask(w, "PATCH", "/v1/bookings/bk_1", "backend", change, "If-Match: W/\"1\"", NULL)->status,
                     412);
    static const char *const others[] = {"If-Match: \"1\"x",        "If-Match: *x",  "If-Match: W/*",
                                         "If-Match: \"a,\"1\",b\"", "If-Match: \"1", "If-Match: 1"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_int_equal(world_ask(w, "PATCH", "/v1/bookings/bk_1", "backend", change, others[i], NULL)->status, 412);
    }
    c = world_ask(w, "PATCH", "/v1/bookings/bk_1", "backend", change, "If-Match: \"7\", \"1\"", NULL);
    assert_int_equal(c->status, 200);
    assert_string_equal(text(c, "plate"), "浙D99999");
    assert_string_equal(header(c, "ETag"), "\"2\"");
    assert_int_equal(
        world_ask(w, "PATCH", "/v1/bookings/bk_1", "backend", "{\"driver\":{\"name\":\"李\"}}", "If-Match: *", NULL)
            ->status,
        200);
    assert_int_equal(world_ask(w, "POST", "/v1/bookings/bk_1/cancel", "backend", NULL, "If-Match: \"1\"", NULL)->status,
                     412);
}

static void others_bookings_are_not_there(void **state)
{
    struct gs_http *w = *state;
    static const char *const steps[] = {"/cancel", "/delay"};
    booked(w, 1, NULL);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(world_ask(w, "POST", on("bk_1", steps[i]), "other", NULL, NULL)->status, 404);
    }
    assert_int_equal(
        world_ask(w, "PATCH", "/v1/bookings/bk_1", "other", "{\"plate\":\"浙D99999\"}", "If-Match: \"9\"", NULL)
            ->status,
        404);
    assert_int_equal(world_ask(w, "GET", "/v1/bookings/bk_1", "other", NULL, NULL)->status, 404);
    assert_int_equal(world_ask(w, "GET", "/v1/bookings/bk_1/history", "other", NULL, NULL)->status, 404);
    assert_int_equal(json_array_size(at(world_ask(w, "GET", "/v1/bookings", "other", NULL, NULL), "items")), 0);
    assert_int_equal(json_array_size(at(world_ask(w, "GET", "/v1/events", "other", NULL, NULL), "items")), 0);
}

static void a_duplicate_names_only_what_one_may_see(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    booked(w, 1, "\"windows\":[\"morning\"]");
    c = world_ask(w, "POST", "/v1/bookings", "backend", request(1, NULL), "Idempotency-Key: a", NULL);
    assert_int_equal(c->status, 409);
    assert_string_equal(text(c, "booking_id"), "bk_1");
    assert_non_null(strstr(text(c, "detail"), "浙D00001"));
    c = world_ask(w, "POST", "/v1/bookings", "other", request(1, NULL), "Idempotency-Key: a", NULL);
    assert_int_equal(c->status, 409);
    assert_true(json_is_null(at(c, "booking_id")));
    assert_null(strstr(c->body, "bk_1"));
}

static void a_truck_goes_through_the_yard(void **state)
{
    struct gs_http *w = *state;
    static const struct {
        const char *step, *status, *at;
    } steps[] = {{"/arrive", "arrived", "arrived_at"},
                 {"/enter", "entered", "entered_at"},
                 {"/clear", "cleared", "cleared_at"},
                 {"/depart", "departed", "departed_at"}};
    const struct caught *c;

    booked(w, 1, "\"windows\":[\"morning\"],\"slot\":\"08:30\"");
    c = world_ask(w, "POST", "/v1/bookings/bk_1/enter", "gate", NULL, NULL);
    assert_int_equal(c->status, 409);
    assert_string_equal(text(c, "detail"), "The booking's state is \"booked\"; it cannot be let in now.");
    w->now = instant("2026-11-25T08:00:00+08:00");
    for (size_t i = 0; i < 4; i++) {
        c = world_ask(w, "POST", on("bk_1", steps[i].step), "gate", NULL, NULL);
        assert_int_equal(c->status, 200);
        assert_string_equal(text(c, "status"), steps[i].status);
        assert_string_equal(text(c, steps[i].at), "2026-11-25T08:00:00+08:00");
        assert_int_equal(number(c, "version"), (int64_t)i + 2);
    }
    c = world_ask(w, "POST", "/v1/bookings/bk_1/revert", "gate", NULL, NULL);
    assert_string_equal(text(c, "status"), "cleared");
    c = world_ask(w, "POST", "/v1/bookings/bk_1/refuse", "gate", NULL, NULL);
    assert_in_range(c->status, 409, 422);
}

static void a_step_told_afterwards_keeps_its_own_time(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    booked(w, 1, "\"windows\":[\"morning\"],\"slot\":\"08:30\"");
    w->now = instant("2026-11-25T08:40:00+08:00");
    c = world_ask(w, "POST", "/v1/bookings/bk_1/arrive", "gate", "{\"at\":\"2026-11-25T08:20:00+08:00\"}", NULL);
    assert_int_equal(c->status, 409);
    assert_string_equal(text(c, "code"), "too_late");
    assert_non_null(strstr(text(c, "detail"), "now only a supervisor can tell it"));
    c = world_ask(w, "POST", "/v1/bookings/bk_1/arrive", "gate", "{\"at\":\"2026-11-25T00:30:00Z\"}", NULL);
    assert_int_equal(c->status, 200);
    assert_string_equal(text(c, "arrived_at"), "2026-11-25T08:30:00+08:00");
    assert_string_equal(text(c, "updated_at"), "2026-11-25T08:40:00+08:00");
    c = world_ask(w, "POST", "/v1/bookings/bk_1/enter", "gate", "{\"at\":\"2026-11-25T08:50:00+08:00\"}", NULL);
    assert_int_equal(c->status, 422);
    assert_true(has_error(c, "/at", "not_after"));
    assert_non_null(strstr(text(c, "detail"), "it cannot be after 2026-11-25T08:40:00+08:00 (now)"));
}

static void a_time_is_put_right_by_a_supervisor_alone(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    booked(w, 1, "\"windows\":[\"morning\"],\"slot\":\"08:30\"");
    w->now = instant("2026-11-25T08:40:00+08:00");
    assert_int_equal(world_ask(w, "POST", "/v1/bookings/bk_1/arrive", "gate", NULL, NULL)->status, 200);
    static const char body[] = "{\"at\":\"2026-11-25T08:35:00+08:00\",\"reason\":\"登记有误\"}";
    c = world_ask(w, "POST", "/v1/bookings/bk_1/arrive", "gate", body, NULL);
    assert_int_equal(c->status, 403);
    assert_string_equal(text(c, "detail"), "Only a supervisor may do this.");
    c = world_ask(w, "POST", "/v1/bookings/bk_1/arrive", "supervisor", body, NULL);
    assert_int_equal(c->status, 200);
    assert_string_equal(text(c, "arrived_at"), "2026-11-25T08:35:00+08:00");
    assert_int_equal(number(c, "version"), 3);
}

static void a_no_show_is_reinstated_with_a_reason(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    booked(w, 1, "\"windows\":[\"morning\"],\"slot\":\"08:30\"");
    w->now = instant("2026-11-25T10:00:00+08:00");
    c = world_ask(w, "POST", "/v1/bookings/bk_1/arrive", "gate", NULL, NULL);
    assert_int_equal(c->status, 409);
    assert_non_null(strstr(text(c, "detail"), "reinstate it"));
    c = world_ask(w, "POST", "/v1/bookings/bk_1/reinstate", "gate", "{}", NULL);
    assert_true(has_error(c, "/reason", "required"));
    assert_int_equal(world_ask(w, "POST", "/v1/bookings/bk_1/reinstate", "backend", "{}", NULL)->status, 403);
    c = world_ask(w, "POST", "/v1/bookings/bk_1/reinstate", "gate", "{\"reason\":\"已到\"}", NULL);
    assert_int_equal(c->status, 200);
    assert_string_equal(text(c, "status"), "arrived");
    w->now = instant("2026-11-25T12:00:00+08:00");
    booked(w, 2, "\"windows\":[\"midday\"],\"slot\":\"12:30\"");
    w->now = instant("2026-11-26T09:00:00+08:00");
    c = world_ask(w, "POST", "/v1/bookings/bk_2/reinstate", "gate", "{\"reason\":\"已到\"}", NULL);
    assert_int_equal(c->status, 409);
    assert_string_equal(text(c, "detail"), "This was possible until 2026-11-26 00:00.");
}

static void refusing_needs_a_reason(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    booked(w, 1, NULL);
    c = world_ask(w, "POST", "/v1/bookings/bk_1/refuse", "gate", "{}", NULL);
    assert_int_equal(c->status, 422);
    assert_true(has_error(c, "/reason", "required"));
    c = world_ask(w, "POST", "/v1/bookings/bk_1/refuse", "gate", "{\"reason\":\"封志破损\"}", NULL);
    assert_int_equal(c->status, 200);
    assert_string_equal(text(c, "status"), "refused");
}

static void a_full_yard_yields_to_a_supervisor_with_a_reason(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    w->rules.bays = 0;
    booked(w, 1, "\"windows\":[\"morning\"],\"slot\":\"08:30\"");
    w->now = instant("2026-11-25T08:30:00+08:00");
    assert_int_equal(world_ask(w, "POST", "/v1/bookings/bk_1/arrive", "gate", NULL, NULL)->status, 200);
    c = world_ask(w, "POST", "/v1/bookings/bk_1/enter", "gate", NULL, "Idempotency-Key: e", NULL);
    assert_int_equal(c->status, 409);
    assert_string_equal(text(c, "code"), "yard_full");
    c = world_ask(w, "POST", "/v1/bookings/bk_1/enter", "gate", "{\"override\":true,\"reason\":\"急\"}", NULL);
    assert_int_equal(c->status, 403);
    assert_string_equal(text(c, "detail"), "Only a supervisor may do this.");
    c = world_ask(w, "POST", "/v1/bookings/bk_1/enter", "supervisor", "{\"override\":true}", NULL);
    assert_true(has_error(c, "/reason", "required"));
    c = world_ask(w, "POST", "/v1/bookings/bk_1/enter", "supervisor", "{\"override\":true,\"reason\":\"急\"}", NULL);
    assert_int_equal(c->status, 200);
}

static void a_refused_reschedule_changes_nothing(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    char *before;
    fill(w, "evening");
    booked(w, 1, "\"windows\":[\"morning\"]");
    before = strdup(world_ask(w, "GET", "/v1/bookings/bk_41", "backend", NULL, NULL)->body);
    c = world_ask(w, "POST", "/v1/bookings/bk_41/reschedule", "backend", "{\"windows\":[\"evening\"]}", NULL);
    assert_int_equal(c->status, 409);
    assert_string_equal(world_ask(w, "GET", "/v1/bookings/bk_41", "backend", NULL, NULL)->body, before);
    c = world_ask(w, "POST", "/v1/bookings/bk_41/reschedule", "backend",
                  "{\"windows\":[\"midday\"],\"slot\":\"13:00\"}", NULL);
    assert_int_equal(c->status, 200);
    assert_string_equal(text(c, "slot/start"), "2026-11-25T13:00:00+08:00");
    free(before);
}

static void a_walk_in_is_arrived_at_once(void **state)
{
    struct gs_http *w = *state;
    char body[2048];
    const struct caught *c;
    w->now = instant("2026-11-23T09:05:00+08:00");
    snprintf(body, sizeof body, "{%s", strchr(request(1, NULL), ',') + 1); /* without its date */
    c = world_ask(w, "POST", "/v1/gate/walk-ins", "gate", body, "Idempotency-Key: w", NULL);
    assert_int_equal(c->status, 201);
    assert_string_equal(text(c, "status"), "arrived");
    assert_true(json_is_true(at(c, "walk_in")));
    assert_string_equal(text(c, "slot/start"), "2026-11-23T09:00:00+08:00");
    c = world_ask(w, "POST", "/v1/gate/walk-ins", "gate", body, "Idempotency-Key: w", NULL);
    assert_string_equal(header(c, "Idempotent-Replayed"), "true");
    assert_int_equal(world_ask(w, "POST", "/v1/gate/walk-ins", "gate", request(2, NULL), NULL)->status, 422);
}

static void steps_on_what_only_the_archive_knows(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    w->past[w->past_count++] = (struct gs_booking){.id = 77, .status = GS_DEPARTED, .version = 6, .owner = "backend"};
    c = world_ask(w, "POST", "/v1/bookings/bk_77/cancel", "backend", NULL, NULL);
    assert_int_equal(c->status, 409);
    assert_string_equal(text(c, "detail"), "The booking's state is \"departed\"; it cannot be cancelled now.");
    assert_int_equal(world_ask(w, "POST", "/v1/bookings/bk_77/cancel", "other", NULL, NULL)->status, 404);
    assert_int_equal(world_ask(w, "POST", "/v1/bookings/bk_78/cancel", "backend", NULL, NULL)->status, 404);
    assert_int_equal(world_ask(w, "POST", "/v1/bookings/77/cancel", "backend", NULL, NULL)->status, 404);
    w->busy = true;
    c = world_ask(w, "POST", "/v1/bookings/bk_77/cancel", "backend", NULL, NULL);
    assert_int_equal(c->status, 503);
}

static void a_change_that_was_not_stored_is_507(void **state)
{
    struct gs_http *w = *state;
    struct gs_reply reply = {.status = 201};
    struct gs_buf body;
    json_t *problem;
    gs_buf_init(&body, 65536);
    world_ask(w, "POST", "/v1/bookings", "backend", request(1, NULL), "Idempotency-Key: k", NULL);
    w->functions.replace(w->api, w->exchange, &reply, &body);
    problem = json_loads(body.data, 0, NULL);
    assert_int_equal(reply.status, 507);
    assert_string_equal(reply.content_type, "application/problem+json");
    assert_string_equal(json_string_value(json_object_get(problem, "code")), "storage_full");
    json_decref(problem);
    gs_buf_finish(&body);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_booking_is_answered_with_place_and_version),
        TEST(full_offers_alternatives_and_is_decided_anew),
        TEST(the_waitlisted_get_202_and_their_position),
        TEST(a_retry_gets_the_stored_answer),
        TEST(a_retry_never_gets_anothers_answer),
        TEST(a_key_belongs_to_its_token_and_request),
        TEST(blanks_within_a_text_make_another_request),
        TEST(a_new_key_waits_for_room_and_a_known_one_does_not),
        TEST(keys_are_required_visible_and_bounded),
        TEST(final_refusals_are_stored_in_their_language),
        TEST(a_retrys_headers_do_not_come_from_its_text),
        TEST(a_refusal_written_as_the_day_rolls_tells_of_the_book_that_decided_it),
        TEST(faults_found_before_the_core_leave_no_trace),
        TEST(what_waiting_heals_is_not_stored),
        TEST(a_slot_is_looked_for_in_the_windows_accepted),
        TEST(form_and_site_faults_come_together),
        TEST(site_faults_are_told_alike_alone_and_together),
        TEST(bodies_must_be_json),
        TEST(a_change_needs_the_version_that_was_read),
        TEST(others_bookings_are_not_there),
        TEST(a_duplicate_names_only_what_one_may_see),
        TEST(a_truck_goes_through_the_yard),
        TEST(a_step_told_afterwards_keeps_its_own_time),
        TEST(a_time_is_put_right_by_a_supervisor_alone),
        TEST(a_no_show_is_reinstated_with_a_reason),
        TEST(refusing_needs_a_reason),
        TEST(a_full_yard_yields_to_a_supervisor_with_a_reason),
        TEST(a_refused_reschedule_changes_nothing),
        TEST(a_walk_in_is_arrived_at_once),
        TEST(steps_on_what_only_the_archive_knows),
        TEST(a_change_that_was_not_stored_is_507),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
