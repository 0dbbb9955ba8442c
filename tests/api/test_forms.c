/* The form of requests: what openapi says of null, of lengths, of characters, of parameters without a value, of headers that are
 * lists and headers that are not, is what the API does. Each table is walked over every place where its rule holds. */
#include "world.h"

#include "negotiate.h"
#include <stdio.h>

static const struct caught *post(struct gs_http *w, const char *body)
{
    static int serial;
    char key[64];
    snprintf(key, sizeof key, "Idempotency-Key: form-%d", ++serial);
    return world_ask(w, "POST", "/v1/bookings", "backend", body, key, NULL);
}

static const struct caught *patch(struct gs_http *w, const char *id, const char *body)
{
    char target[64];
    snprintf(target, sizeof target, "/v1/bookings/%s", id);
    return world_ask(w, "PATCH", target, "backend", body, "If-Match: *", NULL);
}

/* template with its '%' replaced. */
static void fill(char *out, size_t size, const char *template, const char *value)
{
    const char *mark = strchr(template, '%');
    assert_non_null(mark);
    snprintf(out, size, "%.*s%s%s", (int)(mark - template), template, value, mark + 1);
}

/* As many of a character of so many bytes. */
static const char *many(const char *character, size_t count)
{
    static char out[4096];
    size_t len = strlen(character);
    for (size_t i = 0; i < count; i++) {
        memcpy(out + i * len, character, len);
    }
    out[count * len] = '\0';
    return out;
}

/* ---- null ---- */

static void null_is_a_fault_where_openapi_does_not_allow_it(void **state)
{
    static const struct {
        const char *body, *pointer, *code; /* pointer NULL: it is taken */
    } rows[] = {
        {"{\"plate\":null}", "/plate", "type"},
        {"{\"containers\":null}", "/containers", "type"},
        {"{\"driver\":null}", "/driver", "type"},
        {"{\"driver\":{\"name\":null}}", "/driver/name", "type"},
        {"{\"driver\":{\"phone\":null}}", "/driver/phone", "type"},
        {"{\"containers\":[null]}", "/containers/0", "type"},
        {"{\"plate_colour\":null}", NULL, NULL},
        {"{\"trailer_plate\":null}", NULL, NULL},
        {"{\"declaration_no\":null}", NULL, NULL},
    };
    struct gs_http *w = *state;
    const char *id = booked(w, 1, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].pointer == NULL) { /* asked for again it changes nothing, and no event says so */
            assert_int_equal(patch(w, id, rows[i].body)->status, 200);
        }
        size_t events = w->event_count;
        const struct caught *c = patch(w, id, rows[i].body);
        print_message("# PATCH %s: %d %s\n", rows[i].body, c->status, c->body);
        assert_int_equal(c->status, rows[i].pointer != NULL ? 422 : 200);
        assert_true(rows[i].pointer == NULL || has_error(c, rows[i].pointer, rows[i].code));
        assert_int_equal(w->event_count, events);
    }
    static const char *const optional[] = {"flexible", "waitlist", "priority"};
    for (size_t i = 0; i < sizeof optional / sizeof optional[0]; i++) {
        char more[64], pointer[64];
        snprintf(more, sizeof more, "\"%s\":null", optional[i]);
        snprintf(pointer, sizeof pointer, "/%s", optional[i]);
        assert_true(has_error(post(w, request(2, more)), pointer, "type"));
    }
    assert_int_equal(post(w, request(2, "\"windows\":null,\"slot\":null,\"trailer_plate\":null"))->status, 201);
}

static void what_changes_nothing_makes_no_event(void **state)
{
    static const char *const members[] = {
        "\"plate_colour\":\"blue\"",
        "\"trailer_plate\":\"\xe6\xb5\x99"
        "D1234\xe6\x8c\x82\"",
        "\"declaration_no\":\"290620260123456789\"",
        "\"driver\":{\"name\":\"\xe6\x9d\x8e\",\"phone\":\"13900139000\"}",
        "\"containers\":[\"TEMU1234565\"]",
        "\"plate\":\"\xe6\xb5\x99"
        "D99999\"",
    };
    struct gs_http *w = *state;
    const char *id = booked(w, 1, NULL);
    char body[256];
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        snprintf(body, sizeof body, "{%s}", members[i]);
        size_t events = w->event_count;
        assert_int_equal(patch(w, id, body)->status, 200);
        assert_int_equal(w->event_count, events + 1);
        int64_t version = number(&w->caught, "version");
        assert_int_equal(patch(w, id, body)->status, 200);
        assert_int_equal(w->event_count, events + 1);
        assert_int_equal(number(&w->caught, "version"), version);
    }
    for (int round = 0; round < 3; round++) {
        size_t events = w->event_count;
        world_ask(w, "PUT", "/v1/capacity/" DAY "/morning", "supervisor", "{\"capacity\":30,\"reason\":\"r\"}", NULL);
        assert_int_equal(w->event_count, events + (round == 0 ? 1 : 0));
    }
}

/* ---- lengths ---- */

static void lengths_count_characters(void **state)
{
    static const struct {
        const char *format, *pointer; /* of a booking request's own members, later ones */
        size_t limit;
    } rows[] = {
        {"{\"driver\":{\"name\":\"%\"}}", "/driver/name", GS_DRIVER_NAME_CHARS},
    };
    static const char *const characters[] = {"x", "\xc3\xa9", "\xe7\x8e\x8b", "\xf0\xa0\xae\xb7"}; /* 1 to 4 bytes */
    struct gs_http *w = *state;
    const char *id = booked(w, 1, NULL);
    char body[8192];
    for (size_t c = 0; c < sizeof characters / sizeof characters[0]; c++) {
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            fill(body, sizeof body, rows[i].format, many(characters[c], rows[i].limit));
            assert_int_equal(patch(w, id, body)->status, 200);
            fill(body, sizeof body, rows[i].format, many(characters[c], rows[i].limit + 1));
            assert_true(has_error(patch(w, id, body), rows[i].pointer, "too_long"));
        }
        for (size_t over = 0; over <= 1; over++) {
            snprintf(body, sizeof body, "{\"capacity\":%d,\"reason\":\"%s\"}", 30 + (int)c,
                     many(characters[c], GS_REASON_CHARS + over));
            const struct caught *a = world_ask(w, "PUT", "/v1/capacity/" DAY "/morning", "supervisor", body, NULL);
            assert_int_equal(a->status, over == 0 ? 200 : 422);
            assert_int_equal(has_error(a, "/reason", "too_long"), over == 1);
            snprintf(body, sizeof body,
                     "{\"date\":\"" DAY "\",\"plate\":\"%s\",\"containers\":[\"%s\"],\"company\":{\"uscc\":"
                     "\"91350100M000100Y43\",\"name\":\"%s\"},\"driver\":{\"name\":\"W\",\"phone\":\"13800138000\"}}",
                     plate(10 + (int)c), container(10 + (int)c), many(characters[c], GS_COMPANY_NAME_CHARS + over));
            a = post(w, body);
            assert_int_equal(a->status, over == 0 ? 201 : 422);
            assert_int_equal(has_error(a, "/company/name", "too_long"), over == 1);
        }
    }
    /* what the longest texts became, read again */
    const struct caught *a = world_ask(w, "GET", "/v1/bookings/bk_1", "backend", NULL, NULL);
    assert_string_equal(text(a, "driver/name"), many(characters[3], GS_DRIVER_NAME_CHARS));
}

/* ---- characters ---- */

static void a_name_shows_something(void **state)
{
    static const char *const nothing[] = {
        "",
        " ",
        "\xe3\x80\x80",              /* U+3000 */
        "\xc2\xa0",                  /* U+00A0 */
        "\xe2\x80\x8b",              /* U+200B */
        "\xe2\xa0\x80",              /* U+2800 */
        "\xe2\x80\x83 \xe2\x80\x8a", /* U+2003, U+200A */
        "\xe3\x85\xa4",              /* U+3164 */
        "\xef\xbe\xa0",              /* U+FFA0 */
        "\xe2\x80\x8d\xe2\x80\x8c",  /* U+200D, U+200C */
        "\xc2\xad",                  /* U+00AD */
        "\xef\xb8\x8f",              /* U+FE0F */
    };
    static const char *const banned[] = {
        "\xe2\x80\xae", "\xe2\x80\xaa", "\xe2\x80\xab", "\xe2\x80\xac", "\xe2\x80\xad", /* U+202A to U+202E */
        "\xe2\x81\xa6", "\xe2\x81\xa7", "\xe2\x81\xa8", "\xe2\x81\xa9",                 /* U+2066 to U+2069 */
        "\xe2\x80\xa8", "\xe2\x80\xa9",                                                 /* U+2028, U+2029 */
        "\xe2\x80\x8e", "\xe2\x80\x8f", "\xd8\x9c",                                     /* U+200E, U+200F, U+061C */
        "\xef\xbb\xbf", "\xef\xbf\xbe", "\xef\xbf\xb9", "\xc2\x85",     "\\u0007",      "\\u007f", "\xf3\xa0\x81\x81",
    };
    static const char *const places[][2] = {
        {"{\"driver\":{\"name\":\"%\"}}", "/driver/name"},
        {"{\"driver\":{\"name\":\"\xe7\x8e\x8b%\"}}", "/driver/name"},
    };
    struct gs_http *w = *state;
    const char *id = booked(w, 1, NULL);
    char body[256];
    for (size_t i = 0; i < sizeof nothing / sizeof nothing[0]; i++) {
        fill(body, sizeof body, places[0][0], nothing[i]);
        assert_true(has_error(patch(w, id, body), places[0][1], "required"));
        snprintf(body, sizeof body, "{\"reason\":\"%s\"}", nothing[i]);
        assert_true(
            has_error(world_ask(w, "POST", "/v1/bookings/bk_1/refuse", "gate", body, NULL), "/reason", "required"));
    }
    for (size_t i = 0; i < sizeof banned / sizeof banned[0]; i++) {
        for (size_t p = 0; p < sizeof places / sizeof places[0]; p++) {
            fill(body, sizeof body, places[p][0], banned[i]);
            assert_true(has_error(patch(w, id, body), places[p][1], "alphabet"));
        }
    }
    assert_int_equal(
        patch(w, id, "{\"driver\":{\"name\":\" \xe7\x8e\x8b\xe3\x80\x80\xe5\xb8\x88\xe2\x80\x8d\"}}")->status, 200);
}

/* ---- parameters without a value ---- */

static void a_parameter_without_a_value_is_a_fault_everywhere(void **state)
{
    struct gs_http *w = *state;
    int tried = 0;
    booked(w, 1, NULL);
    for (size_t i = 0; i < gs_route_count; i++) {
        const struct gs_route *r = &gs_route_table[i];
        for (size_t n = 0; r->params != NULL && r->params[n] != NULL; n++) {
            static const char *const forms[] = {"", "="};
            for (size_t f = 0; f < 2; f++) {
                char path[128] = "", target[160], pointer[64];
                size_t len = 0;
                for (const char *c = r->path; *c != '\0'; c++) {
                    const char *part = strncmp(c, "{date}", 6) == 0     ? DAY
                                       : strncmp(c, "{window}", 8) == 0 ? "morning"
                                       : *c == '{'                      ? "bk_1"
                                                                        : NULL;
                    len += (size_t)snprintf(path + len, sizeof path - len, "%.*s", part != NULL ? 63 : 1,
                                            part != NULL ? part : c);
                    c += part != NULL ? strcspn(c, "}") : 0;
                }
                snprintf(target, sizeof target, "%s?%s%s", path, r->params[n], forms[f]);
                snprintf(pointer, sizeof pointer, "?%s", r->params[n]);
                size_t events = w->event_count;
                bool body = (r->flags & (GS_ROUTE_BODY | GS_ROUTE_BODY_REQUIRED)) != 0;
                const struct caught *c = world_ask(w, gs_method_name(r->method), target, "supervisor",
                                                   body ? "{\"capacity\":1}" : NULL, NULL);
                print_message("# %s %s: %d\n", gs_method_name(r->method), target, c->status);
                assert_int_equal(c->status, 422);
                assert_true(has_error(c, pointer, "empty"));
                assert_int_equal(w->event_count, events);
                tried++;
            }
        }
    }
    print_message("# %d parameters without a value\n", tried);
    assert_true(tried > 20);
}

/* ---- headers ---- */

static void a_list_may_stand_on_several_lines(void **state)
{
    struct gs_http *w = *state;
    booked(w, 1, NULL);
    const struct caught *c =
        world_ask(w, "GET", "/v1/bookings/bk_99", "backend", NULL, "Accept-Language: de", "Accept-Language: en", NULL);
    assert_string_equal(header(c, "Content-Language"), "en");
    c = world_ask(w, "GET", "/v1/bookings/bk_1", "backend", NULL, "If-None-Match: \"7\"", "If-None-Match: \"1\"", NULL);
    assert_int_equal(c->status, 304);
    c = world_ask(w, "PATCH", "/v1/bookings/bk_1", "backend", "{\"trailer_plate\":null}", "If-Match: \"7\"",
                  "If-Match: \"1\"", NULL);
    assert_int_equal(c->status, 200);
    c = world_ask(w, "GET", "/v1/reports/daily?date=" DAY, "gate", NULL, "Accept: application/json;q=0.5",
                  "Accept: text/csv", NULL);
    assert_non_null(strstr(c->content_type, "text/csv"));
    c = world_ask(w, "GET", "/v1/reports/daily?date=" DAY, "gate", NULL, "Accept: text/csv;q=0", NULL);
    assert_non_null(strstr(c->content_type, "application/json"));
}

static void what_there_is_one_of_is_refused_twice(void **state)
{
    static const char *const twice[][2] = {
        {"Idempotency-Key: a", "Idempotency-Key: b"},
        {"Idempotency-Key: a", "Idempotency-Key: a"},
        {"Authorization: Bearer x", "Authorization: Bearer y"},
        {"Content-Type: application/json", "Content-Type: text/plain"},
    };
    struct gs_http *w = *state;
    for (size_t i = 0; i < sizeof twice / sizeof twice[0]; i++) {
        const struct caught *c =
            world_ask(w, "POST", "/v1/bookings", NULL, request(1, NULL), twice[i][0], twice[i][1], NULL);
        assert_int_equal(c->status, 400);
        assert_string_equal(text(c, "code"), "bad_request");
    }
    assert_int_equal(w->booking_count, 0);
}

static void a_body_that_cannot_be_read_as_json_in_utf8_is_415(void **state)
{
    static const struct {
        const char *header;
        int status;
    } rows[] = {
        {"Content-Type: application/json; charset=gbk", 415},
        {"Content-Type: application/json;charset=\"gb18030\"", 415},
        {"Content-Type: application/json; charset=utf-16", 415},
        {"Content-Type: application/json; charset=utf-8x", 415},
        {"Content-Type: application/json; charset=", 415},
        {"Content-Type: application/json; charset=UTF-8", 201},
        {"Content-Type: application/json;charset=\"utf-8\"", 201},
        {"Content-Type: application/json; profile=x", 201},
        {"Content-Encoding: gzip", 415},
        {"Content-Encoding: identity, br", 415},
        {"Content-Encoding: identity", 201},
    };
    struct gs_http *w = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char key[64];
        snprintf(key, sizeof key, "Idempotency-Key: media-%zu", i);
        const struct caught *c =
            world_ask(w, "POST", "/v1/bookings", "backend", request((int)i, NULL), key, rows[i].header, NULL);
        print_message("# %s: %d\n", rows[i].header, c->status);
        assert_int_equal(c->status, rows[i].status);
    }
}

/* ---- bodies that are no object ---- */

static void whatever_json_is_no_object_is_told_alike(void **state)
{
    static const struct {
        const char *body, *code;
        int status;
    } rows[] = {
        {"[]", "validation", 422},     {"[{}]", "validation", 422},    {"1", "validation", 422},
        {"-1.5e3", "validation", 422}, {"\"a\"", "validation", 422},   {"true", "validation", 422},
        {"null", "validation", 422},   {" false ", "validation", 422}, {"tru", "invalid_json", 400},
        {"1 2", "invalid_json", 400},  {"01", "invalid_json", 400},    {"'a'", "invalid_json", 400},
    };
    struct gs_http *w = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct caught *c = post(w, rows[i].body);
        print_message("# %s: %d %s\n", rows[i].body, c->status, c->body);
        assert_int_equal(c->status, rows[i].status);
        assert_string_equal(text(c, "code"), rows[i].code);
        assert_true(rows[i].status == 400 || has_error(c, "", "type"));
    }
}

/* ---- what is told of a person ---- */

static void no_fault_repeats_the_number_of_a_person(void **state)
{
    static const char *const numbers[] = {"330106199001011234", "33010619900101123X", "138001380001", "23800138000"};
    static const char *const places[] = {
        "{\"driver\":{\"phone\":\"%\"}}", "{\"driver\":{\"phone\":\" % \"}}", "{\"plate\":\"%\"}",
        "{\"trailer_plate\":\"%\"}",      "{\"declaration_no\":\"%\"}",       "{\"containers\":[\"%\"]}",
        "{\"plate_colour\":\"%\"}",
    };
    struct gs_http *w = *state;
    const char *id = booked(w, 1, NULL);
    char body[256];
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        for (size_t p = 0; p < sizeof places / sizeof places[0]; p++) {
            fill(body, sizeof body, places[p], numbers[i]);
            const struct caught *c = patch(w, id, body);
            print_message("# %s: %s\n", body, c->body);
            assert_int_equal(c->status, 422);
            assert_null(strstr(c->body, numbers[i]));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define EACH(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
        EACH(null_is_a_fault_where_openapi_does_not_allow_it),
        EACH(what_changes_nothing_makes_no_event),
        EACH(lengths_count_characters),
        EACH(a_name_shows_something),
        EACH(a_parameter_without_a_value_is_a_fault_everywhere),
        EACH(a_list_may_stand_on_several_lines),
        EACH(what_there_is_one_of_is_refused_twice),
        EACH(a_body_that_cannot_be_read_as_json_in_utf8_is_415),
        EACH(whatever_json_is_no_object_is_told_alike),
        EACH(no_fault_repeats_the_number_of_a_person),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
