/* The JSON writer: commas over nesting, escaping, bad UTF-8; what it writes is read back by jansson. */
#include "check.h"
#include "gateslot/base/json.h"
#include "gateslot/base/text.h"
#include <jansson.h>
#include <string.h>

static void begin(struct gs_buf *b, struct gs_json *j)
{
    gs_buf_init(b, 1 << 20);
    gs_json_init(j, b);
}

static void commas_stand_between_values_at_every_level(void **state)
{
    struct gs_buf b;
    struct gs_json j;
    (void)state;
    begin(&b, &j);
    gs_json_object(&j, NULL);
    gs_json_array(&j, "a");
    gs_json_end_array(&j);
    gs_json_object(&j, "o");
    gs_json_int(&j, "n", -7);
    gs_json_array(&j, "list");
    gs_json_str(&j, NULL, "x");
    gs_json_object(&j, NULL);
    gs_json_end_object(&j);
    gs_json_null(&j, NULL);
    gs_json_end_array(&j);
    gs_json_bool(&j, "t", true);
    gs_json_end_object(&j);
    gs_json_bool(&j, "f", false);
    gs_json_str(&j, "none", NULL);
    gs_json_raw(&j, "raw", "[1,2]", 5);
    gs_json_end_object(&j);
    assert_int_equal(gs_buf_status(&b), GS_OK);
    assert_string_equal(b.data, "{\"a\":[],\"o\":{\"n\":-7,\"list\":[\"x\",{},null],\"t\":true},\"f\":false,"
                                "\"none\":null,\"raw\":[1,2]}");
    gs_buf_finish(&b);
}

static void tenths_keep_their_sign_and_one_digit(void **state)
{
    struct gs_buf b;
    struct gs_json j;
    (void)state;
    begin(&b, &j);
    gs_json_array(&j, NULL);
    gs_json_tenths(&j, NULL, 123);
    gs_json_tenths(&j, NULL, 0);
    gs_json_tenths(&j, NULL, 5);
    gs_json_tenths(&j, NULL, -5);
    gs_json_tenths(&j, NULL, -120);
    gs_json_tenths(&j, NULL, INT64_MIN);
    gs_json_end_array(&j);
    assert_string_equal(b.data, "[12.3,0.0,0.5,-0.5,-12.0,-922337203685477580.8]");
    gs_buf_finish(&b);
}

static void what_must_be_escaped_is_escaped(void **state)
{
    static const char text[] = "q\" b\\ s/ \b\f\n\r\t \x01\x1f\x7f \0浙";
    struct gs_buf b;
    struct gs_json j;
    (void)state;
    begin(&b, &j);
    gs_json_strn(&j, NULL, text, sizeof text - 1);
    assert_string_equal(b.data, "\"q\\\" b\\\\ s/ \\b\\f\\n\\r\\t \\u0001\\u001f\x7f \\u0000浙\"");
    gs_buf_finish(&b);
}

static void malformed_utf8_becomes_the_replacement_character(void **state)
{
    struct gs_buf b;
    struct gs_json j;
    (void)state;
    begin(&b, &j);
    gs_json_str(&j, NULL,
                "a\xFF"
                "b\xE6\xB5"
                "c\xED\xA0\x80"
                "浙");
    assert_string_equal(b.data, "\"a\xEF\xBF\xBD"
                                "b\xEF\xBF\xBD\xEF\xBF\xBD"
                                "c\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
                                "浙\"");
    assert_true(gs_utf8_valid(b.data, b.len));
    gs_buf_finish(&b);
}

/* Any characters but NUL, which jansson refuses. */
static size_t random_text(uint64_t *seed, char *out, size_t characters)
{
    static const char *const pool[] = {"a", "Z",   "\"", "\\", "\n", "\x01", "\x1f", "/", "é", "浙", "\xF0\x9F\x9A\x9A",
                                       " ", "\x7f"};
    size_t len = 0;
    for (size_t i = 0; i < characters; i++) {
        const char *c = pool[dice_next(seed) % (sizeof pool / sizeof pool[0])];
        memcpy(out + len, c, strlen(c));
        len += strlen(c);
    }
    out[len] = '\0';
    return len;
}

static void strings_come_back_through_a_foreign_parser(void **state)
{
    uint64_t seed = dice_seed("json strings");
    struct gs_buf b;
    struct gs_json j;
    (void)state;
    begin(&b, &j);
    for (int i = 0; i < 20000; i++) {
        char text[200];
        size_t len = random_text(&seed, text, (size_t)dice_between(&seed, 0, 40));
        json_t *back;
        gs_buf_clear(&b);
        gs_json_init(&j, &b);
        gs_json_object(&j, NULL);
        gs_json_strn(&j, "key", text, len);
        gs_json_int(&j, "after", i);
        gs_json_end_object(&j);
        back = json_loadb(b.data, b.len, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(back);
        assert_string_equal(json_string_value(json_object_get(back, "key")), text);
        assert_int_equal(json_integer_value(json_object_get(back, "after")), i);
        json_decref(back);
    }
    gs_buf_finish(&b);
}

static void write_sample(struct gs_buf *b, size_t max)
{
    struct gs_json j;
    gs_buf_init(b, max);
    gs_json_init(&j, b);
    gs_json_object(&j, NULL);
    gs_json_str(&j, "plain", "浙D12345");
    gs_json_str(&j, "escaped", "a\"b\nc");
    gs_json_tenths(&j, "tenths", -15);
    gs_json_end_object(&j);
}

static void full_buffer_fails_at_any_length_and_never_passes_it(void **state)
{
    struct gs_buf whole;
    (void)state;
    write_sample(&whole, 1000);
    assert_int_equal(gs_buf_status(&whole), GS_OK);
    for (size_t max = 0; max <= whole.len; max++) {
        struct gs_buf b;
        write_sample(&b, max);
        assert_true(b.len <= max);
        assert_int_equal(gs_buf_status(&b), max < whole.len ? GS_E_RANGE : GS_OK);
        assert_true(b.len == 0 || memcmp(b.data, whole.data, b.len) == 0);
        gs_buf_finish(&b);
    }
    gs_buf_finish(&whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commas_stand_between_values_at_every_level),
        cmocka_unit_test(tenths_keep_their_sign_and_one_digit),
        cmocka_unit_test(what_must_be_escaped_is_escaped),
        cmocka_unit_test(malformed_utf8_becomes_the_replacement_character),
        cmocka_unit_test(strings_come_back_through_a_foreign_parser),
        cmocka_unit_test(full_buffer_fails_at_any_length_and_never_passes_it),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("base-json", tests, NULL, NULL);
}
