/* The JSON reader: what it takes and refuses, text by text, and against jansson on texts made by chance: both take
 * the same texts, and find the same in them. */
#include "check.h"
#include "gateslot/base/json_read.h"
#include "gateslot/base/limits.h"
#include <jansson.h>
#include <string.h>

enum { ROUNDS = 200000 };

static const struct gs_json_value *read_text(struct gs_arena *arena, const char *text, struct gs_json_error *error)
{
    return gs_json_read(text, strlen(text), arena, error);
}

static void values_are_found_by_name_and_place(void **state)
{
    struct gs_arena arena;
    struct gs_json_error error;
    (void)state;
    gs_arena_init(&arena);
    const struct gs_json_value *v =
        read_text(&arena,
                  " { \"a\" : [1,-2 , true,false,null, 1.5e3, "
                  "\"\"],\"\xe6\x9f\xaf\":{\"x\":\"\xe6\xa1\xa5\\n\\u00e9\\ud83d\\ude00\"} } ",
                  &error);
    assert_non_null(v);
    assert_int_equal(v->kind, GS_JSON_OBJECT);
    assert_int_equal(v->count, 2);
    const struct gs_json_value *list = gs_json_member(v, "a");
    assert_int_equal(list->count, 7);
    assert_int_equal(gs_json_item(list, 0)->number, 1);
    assert_int_equal(gs_json_item(list, 1)->number, -2);
    assert_int_equal(gs_json_item(list, 2)->kind, GS_JSON_TRUE);
    assert_int_equal(gs_json_item(list, 3)->kind, GS_JSON_FALSE);
    assert_int_equal(gs_json_item(list, 4)->kind, GS_JSON_NULL);
    assert_int_equal(gs_json_item(list, 5)->kind, GS_JSON_REAL);
    assert_string_equal(gs_json_item(list, 6)->text, "");
    assert_null(gs_json_item(list, 7));
    const struct gs_json_value *x = gs_json_member(gs_json_member(v, "\xe6\x9f\xaf"), "x");
    assert_string_equal(x->text, "\xe6\xa1\xa5\n\xc3\xa9\xf0\x9f\x98\x80");
    assert_int_equal(x->len, strlen(x->text));
    assert_null(gs_json_member(v, "b"));
    assert_null(gs_json_member(NULL, "a"));
    assert_null(gs_json_member(list, "a"));
    gs_arena_finish(&arena);
}

static void integers_reach_both_ends_and_not_beyond(void **state)
{
    struct gs_arena arena;
    struct gs_json_error error;
    (void)state;
    gs_arena_init(&arena);
    const struct gs_json_value *v = read_text(&arena, "[9223372036854775807,-9223372036854775808,-0,0]", &error);
    assert_non_null(v);
    assert_true(gs_json_item(v, 0)->number == INT64_MAX);
    assert_true(gs_json_item(v, 1)->number == INT64_MIN);
    assert_true(gs_json_item(v, 2)->kind == GS_JSON_INTEGER && gs_json_item(v, 2)->number == 0);
    assert_null(read_text(&arena, "[9223372036854775808]", &error));
    assert_null(read_text(&arena, "[-9223372036854775809]", &error));
    gs_arena_finish(&arena);
}

static void what_is_no_json_is_refused_where_it_stops_being_it(void **state)
{
    static const struct {
        const char *text;
        int line, column;
    } rows[] = {
        {"", 1, 1},

        {"{", 1, 2},
        {"[1,]", 1, 4},
        {"{\"a\":1,}", 1, 8},
        {"{,\"a\":1}", 1, 2},
        {"[1 2]", 1, 4},
        {"{\"a\" 1}", 1, 6},
        {"{\"a\":1,\n \"b\":2,\n \"a\":3}", 3, 5},
        {"[01]", 1, 3},
        {"[-]", 1, 3},
        {"[+1]", 1, 2},
        {"[1.]", 1, 4},
        {"[.5]", 1, 2},
        {"[1e]", 1, 4},
        {"[1e400]", 1, 7},
        {"[NaN]", 1, 2},
        {"[True]", 1, 2},
        {"[truer]", 1, 6},
        {"[\"a]", 1, 5},
        {"[\"\\x\"]", 1, 5},
        {"[\"\\u12g4\"]", 1, 8},
        {"[\"\\u0000\"]", 1, 9},
        {"[\"\\ud800\"]", 1, 9},
        {"[\"\\ud800\\u0041\"]", 1, 15},
        {"[\"\\udc00\"]", 1, 9},
        {"[\"\t\"]", 1, 3},
        {"[\"\xe6\xa1\xa5\xe6\xa1\xa5\xff\"]", 1, 6},
        {"[\"\xed\xa0\x80\"]", 1, 4},
        {"[\"\xc0\x80\"]", 1, 4},
        {"[\"\xf5\x80\x80\x80\"]", 1, 4},
        {"\xef\xbb\xbf[]", 1, 1},
        {"[]\n]", 2, 1},
        {"[]/**/", 1, 3},
    };
    struct gs_arena arena;
    struct gs_json_error error;

    (void)state;
    gs_arena_init(&arena);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct gs_json_value *v = read_text(&arena, rows[i].text, &error);
        print_message("# row %zu: %d:%d %s\n", i, v != NULL ? 0 : error.line, v != NULL ? 0 : error.column,
                      v != NULL ? "" : error.reason);
        assert_null(v);
        assert_int_equal(error.line, rows[i].line);
        assert_int_equal(error.column, rows[i].column);
    }
    assert_null(gs_json_read("[]\0", 3, &arena, &error));
    assert_null(gs_json_read("[\"a\0b\"]", 7, &arena, &error));
    gs_arena_finish(&arena);
}

static void depth_and_members_are_bounded(void **state)
{
    char text[4096];
    struct gs_arena arena;
    struct gs_json_error error;
    size_t len = 0;
    (void)state;
    gs_arena_init(&arena);
    for (int levels = GS_JSON_DEPTH_MAX; levels <= GS_JSON_DEPTH_MAX + 1; levels++) {
        memset(text, '[', (size_t)levels);
        memset(text + levels, ']', (size_t)levels);
        assert_int_equal(gs_json_read(text, 2 * (size_t)levels, &arena, &error) != NULL, levels == GS_JSON_DEPTH_MAX);
    }
    for (int i = 0; i <= GS_JSON_MEMBERS_MAX; i++) {
        len += (size_t)snprintf(text + len, sizeof text - len, "%c\"m%d\":%d", i == 0 ? '{' : ',', i, i);
        snprintf(text + len, sizeof text - len, "}");
        assert_int_equal(read_text(&arena, text, &error) != NULL, i < GS_JSON_MEMBERS_MAX);
    }
    gs_arena_finish(&arena);
}

/* ---- against jansson ---- */

static void compare(const struct gs_json_value *ours, const json_t *theirs)
{
    const char *name;
    json_t *member;
    size_t i;
    switch (json_typeof(theirs)) {
    case JSON_OBJECT:
        assert_int_equal(ours->kind, GS_JSON_OBJECT);
        assert_int_equal(ours->count, json_object_size(theirs));
        json_object_foreach((json_t *)(uintptr_t)theirs, name, member)
        {
            assert_non_null(gs_json_member(ours, name));
            compare(gs_json_member(ours, name), member);
        }
        break;
    case JSON_ARRAY:
        assert_int_equal(ours->kind, GS_JSON_ARRAY);
        assert_int_equal(ours->count, json_array_size(theirs));
        json_array_foreach(theirs, i, member)
        {
            compare(gs_json_item(ours, i), member);
        }
        break;
    case JSON_STRING:
        assert_int_equal(ours->kind, GS_JSON_STRING);
        assert_int_equal(ours->len, json_string_length(theirs));
        assert_memory_equal(ours->text, json_string_value(theirs), ours->len + 1);
        break;
    case JSON_INTEGER:
        assert_int_equal(ours->kind, GS_JSON_INTEGER);
        assert_true(ours->number == json_integer_value(theirs));
        break;
    case JSON_REAL:
        assert_int_equal(ours->kind, GS_JSON_REAL);
        break;
    case JSON_TRUE:
    case JSON_FALSE:
    case JSON_NULL:
        assert_int_equal(ours->kind, json_is_null(theirs)   ? GS_JSON_NULL
                                     : json_is_true(theirs) ? GS_JSON_TRUE
                                                            : GS_JSON_FALSE);
        break;
    }
}

/* A sample with some bytes exchanged, taken out or put in, mostly by what means something. */
static size_t mutate(uint64_t *seed, char *text, size_t len, size_t size)
{
    static const char *const pieces[] = {"\"",
                                         "\\",
                                         "{",
                                         "}",
                                         "[",
                                         "]",
                                         ",",
                                         ":",
                                         "\\u",
                                         "\\u0000",
                                         "\\ud83d",
                                         "\\ude00",
                                         "true",
                                         "null",
                                         "-",
                                         "0",
                                         "1e",
                                         ".5",
                                         "E+9",
                                         "9223372036854775807",
                                         "\xe6\xa1\xa5",
                                         "\xed",
                                         "\xa0",
                                         "\x80",
                                         "\xf0\x9f\x98\x80",
                                         "\xc3",
                                         "\n",
                                         "\t",
                                         " ",
                                         "\x01",
                                         "\x7f",
                                         "\"a\":",
                                         "\"a\":1,",
                                         "e",
                                         "/",
                                         "NaN"};
    for (uint64_t n = dice_next(seed) % 4; n > 0; n--) {
        size_t at = len > 0 ? dice_next(seed) % (len + 1) : 0, cut = dice_next(seed) % 3;
        const char *piece = pieces[dice_next(seed) % (sizeof pieces / sizeof pieces[0])];
        size_t put = dice_next(seed) % 4 == 0 ? 0 : strlen(piece);
        cut = cut < len - at ? cut : len - at;
        if (len - cut + put > size) {
            break;
        }
        memmove(text + at + put, text + at + cut, len - at - cut);
        memcpy(text + at, piece, put);
        len = len - cut + put;
    }
    return len;
}

static void it_reads_what_jansson_reads_and_refuses_what_it_refuses(void **state)
{
    static const char *const samples[] = {
        "{\"date\":\"2026-11-25\",\"windows\":[\"morning\"],\"flexible\":true,\"plate\":\"\xe6\xb5\x99"
        "A12345\",\"containers\":[\"CSQU3054383\"],"
        "\"driver\":{\"name\":\"\xe7\x8e\x8b\xe5\xb8\x88\xe5\x82\x85\",\"phone\":\"13800138000\"}}",
        "{\"a\":[1,-2.5e3,null,false,\"\\u6865\\ud83d\\ude00\\/\\b\"],\"b\":{\"a\":{}}}",
        "[[],[[]],{},\"\",0,-0,1E2]",
        "{\"capacity\":12,\"closed\":false,\"reason\":\"x\"}",
    };
    struct gs_arena arena;
    uint64_t seed = dice_seed("json read");
    int taken = 0;
    (void)state;
    gs_arena_init(&arena);
    for (int i = 0; i < ROUNDS; i++) {
        char text[1024];
        const char *sample = samples[dice_next(&seed) % (sizeof samples / sizeof samples[0])];
        size_t len = strlen(sample);
        memcpy(text, sample, len);
        len = mutate(&seed, text, len, sizeof text);
        char *copy = malloc(len + 1); /* of exactly its size, so that a sanitizer sees the reader look further */
        assert_non_null(copy);
        memcpy(copy, text, len);
        struct gs_json_error error = {0};
        json_error_t fault;
        const struct gs_json_value *ours = gs_json_read(copy, len, &arena, &error);
        json_t *theirs = json_loadb(text, len, JSON_REJECT_DUPLICATES, &fault);
        if ((ours != NULL) != (theirs != NULL)) {
            print_message("# round %d: %.*s\n# ours %s, jansson %s\n", i, (int)len, text,
                          ours != NULL ? "takes it" : error.reason, theirs != NULL ? "takes it" : fault.text);
        }
        assert_int_equal(ours != NULL, theirs != NULL);
        if (ours != NULL) {
            compare(ours, theirs);
            taken++;
        }
        json_decref(theirs);
        free(copy);
        gs_arena_reset(&arena);
    }
    assert_true(taken > ROUNDS / 10 && taken < ROUNDS);
    gs_arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_found_by_name_and_place),
        cmocka_unit_test(integers_reach_both_ends_and_not_beyond),
        cmocka_unit_test(what_is_no_json_is_refused_where_it_stops_being_it),
        cmocka_unit_test(depth_and_members_are_bounded),
        cmocka_unit_test(it_reads_what_jansson_reads_and_refuses_what_it_refuses),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
