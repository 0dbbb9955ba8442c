/* UTF-8, fixed-size copies, word distance, names, faults. */
#include "check.h"
#include "gateslot/base/error.h"
#include "gateslot/base/fault.h"
#include "gateslot/base/text.h"
#include <stdbool.h>
#include <string.h>

static void every_code_point_decodes_to_itself(void **state)
{
    (void)state;
    for (int32_t point = 0; point <= 0x10FFFF; point++) {
        const uint32_t p = (uint32_t)point;
        char text[4];
        size_t len, pos = 0;
        if (p < 0x80) {
            text[0] = (char)p;
            len = 1;
        } else if (p < 0x800) {
            text[0] = (char)(0xC0 | p >> 6);
            len = 2;
        } else if (p < 0x10000) {
            text[0] = (char)(0xE0 | p >> 12);
            len = 3;
        } else {
            text[0] = (char)(0xF0 | p >> 18);
            len = 4;
        }
        for (size_t i = 1; i < len; i++) {
            text[i] = (char)(0x80 | (p >> (6 * (len - 1 - i)) & 0x3F));
        }
        if (p >= 0xD800 && p <= 0xDFFF) {
            assert_int_equal(gs_utf8_next(text, len, &pos), -1);
            assert_int_equal(pos, 1);
        } else {
            assert_int_equal(gs_utf8_next(text, len, &pos), point);
            assert_int_equal(pos, len);
        }
    }
}

static void malformed_sequences_are_refused_one_byte_on(void **state)
{
    static const char *const malformed[] = {
        "\x80",             /* a following byte alone */
        "\xBF",             /* the last of them */
        "\xC0\x80",         /* overlong NUL */
        "\xC1\xBF",         /* overlong in two bytes */
        "\xE0\x80\x80",     /* overlong in three */
        "\xE0\x9F\xBF",     /* the longest of them */
        "\xF0\x80\x80\x80", /* overlong in four */
        "\xF0\x8F\xBF\xBF", /* the longest of them */
        "\xED\xA0\x80",     /* first surrogate */
        "\xED\xBF\xBF",     /* last surrogate */
        "\xF4\x90\x80\x80", /* above U+10FFFF */
        "\xF5\x80\x80\x80", /* no such first byte */
        "\xF8\x88\x80\x80\x80",
        "\xFE",
        "\xFF",
        "\xC3",         /* cut */
        "\xE6\xB5",     /* cut */
        "\xF0\x9F\x9A", /* cut */
        "\xC3(",        /* not a following byte */
        "\xE6(\x80",
        "\xE6\xB5(",
        "\xF0(\x9A\x9A",
        "\xF0\x9F(\x9A",
        "\xF0\x9F\x9A(",
        "\xC3\xC3\xA9",
    };
    (void)state;
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        size_t len = strlen(malformed[i]), pos = 0;
        char *exact = malloc(len); /* nothing readable behind it */
        assert_non_null(exact);
        memcpy(exact, malformed[i], len);
        assert_int_equal(gs_utf8_next(exact, len, &pos), -1);
        assert_int_equal(pos, 1);
        assert_false(gs_utf8_valid(exact, len));
        free(exact);
    }
    assert_true(gs_utf8_valid("浙D·é\xF0\x9F\x9A\x9A", strlen("浙D·é\xF0\x9F\x9A\x9A")));
    assert_true(gs_utf8_valid("", 0));
}

static void copies_are_cut_between_characters(void **state)
{
    static const char text[] = "a浙é\xF0\x9F\x9A\x9Az"; /* 1 + 3 + 2 + 4 + 1 bytes */
    static const size_t cuts[] = {0, 1, 1, 1, 4, 4, 6, 6, 6, 6, 10, 11};
    char out[16];
    (void)state;
    for (size_t size = 1; size <= 12; size++) {
        memset(out, 'x', sizeof out);
        assert_int_equal(gs_text_copy(out, size, text), size == 12);
        assert_int_equal(strlen(out), cuts[size - 1]);
        assert_memory_equal(out, text, cuts[size - 1]);
        assert_int_equal(out[size], 'x');
    }
    assert_true(gs_text_copyn(out, 4, "abcdef", 3));
    assert_string_equal(out, "abc");
}

/* Straight from the definition, exponential. */
static size_t distance_by_definition(const char *a, size_t i, const char *b, size_t j)
{
    size_t best, other;
    if (i == 0 || j == 0) {
        return i + j;
    }
    best = distance_by_definition(a, i - 1, b, j - 1) + (a[i - 1] != b[j - 1]);
    other = distance_by_definition(a, i - 1, b, j) + 1;
    best = other < best ? other : best;
    other = distance_by_definition(a, i, b, j - 1) + 1;
    best = other < best ? other : best;
    if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        other = distance_by_definition(a, i - 2, b, j - 2) + 1;
        best = other < best ? other : best;
    }
    return best;
}

static void distance_is_as_defined(void **state)
{
    uint64_t seed = dice_seed("distance");
    (void)state;
    for (int i = 0; i < 3000; i++) {
        char words[2][8] = {"", ""};
        for (int w = 0; w < 2; w++) {
            size_t len = (size_t)dice_between(&seed, 0, 7);
            for (size_t k = 0; k < len; k++) {
                words[w][k] = (char)dice_between(&seed, 'a', 'c');
            }
        }
        assert_int_equal(gs_text_distance(words[0], words[1]),
                         distance_by_definition(words[0], strlen(words[0]), words[1], strlen(words[1])));
    }
    assert_int_equal(gs_text_distance("ca", "abc"), 3); /* the restricted form; the unrestricted gives 2 */
    assert_int_equal(gs_text_distance("capcaity", "capacity"), 1);
}

static void distance_of_words_too_long_is_the_longer_length(void **state)
{
    char a[101], b[80];
    (void)state;
    memset(a, 'a', sizeof a);
    memset(b, 'a', sizeof b);
    a[100] = b[79] = '\0';
    assert_int_equal(gs_text_distance(a, b), 100);
    assert_int_equal(gs_text_distance(b, a), 100);
    assert_int_equal(gs_text_distance(a, a), 0);
    a[63] = b[62] = '\0';
    assert_int_equal(gs_text_distance(a, b), 1);
}

static void names_hold_what_they_may(void **state)
{
    (void)state;
    assert_true(gs_name_valid("a"));
    assert_true(gs_name_valid("0"));
    assert_true(gs_name_valid("mini-program_2.test"));
    assert_true(gs_name_valid("abcdefghijklmnopqrstuvwxyz01234"));
    assert_false(gs_name_valid("abcdefghijklmnopqrstuvwxyz012345"));
    assert_false(gs_name_valid(""));
    assert_false(gs_name_valid("-a"));
    assert_false(gs_name_valid(".a"));
    assert_false(gs_name_valid("_a"));
    assert_false(gs_name_valid("aB"));
    assert_false(gs_name_valid("a b"));
    assert_false(gs_name_valid("a/b"));
    assert_false(gs_name_valid("é"));
}

static void faults_beyond_the_bound_are_not_kept(void **state)
{
    static struct gs_faults faults;
    (void)state;
    for (int i = 0; i < GS_MAX_FAULTS + 5; i++) {
        char pointer[GS_POINTER_MAX + 1];
        gs_fault_add(&faults, GS_FAULT_TYPE, gs_fault_pointer(pointer, "/containers/%d", i), NULL, "string");
    }
    assert_int_equal(faults.count, GS_MAX_FAULTS);
    assert_string_equal(faults.list[3].pointer, "/containers/3");
    assert_string_equal(faults.list[3].found, "");
    assert_string_equal(faults.list[3].expected, "string");
}

static void fault_texts_are_cut_at_a_characters_edge(void **state)
{
    static struct gs_faults faults;
    char pointer[GS_POINTER_MAX + 1], found[200] = "a";
    (void)state;
    for (int i = 0; i < 60; i++) {
        strcat(found, "浙");
    }
    gs_fault_add(&faults, GS_FAULT_FORMAT, gs_fault_pointer(pointer, "/%s", found), found, NULL);
    assert_int_equal(strlen(faults.list[0].found), 94);
    assert_true(gs_utf8_valid(faults.list[0].found, 94));
    assert_int_equal(strlen(faults.list[0].pointer), 62);
    assert_true(gs_utf8_valid(faults.list[0].pointer, 62));
}

static void codes_and_phrases_are_all_there_and_differ(void **state)
{
    (void)state;
    for (int a = 0; a < GS_FAULT_KINDS; a++) {
        assert_non_null(gs_fault_code((enum gs_fault_kind)a));
        for (int b = 0; b < a; b++) {
            assert_string_not_equal(gs_fault_code((enum gs_fault_kind)a), gs_fault_code((enum gs_fault_kind)b));
        }
    }
    for (int a = GS_OK; a >= GS_E_AGAIN; a--) {
        assert_string_not_equal(gs_strerror(a), "unknown error");
        for (int b = GS_OK; b > a; b--) {
            assert_string_not_equal(gs_strerror(a), gs_strerror(b));
        }
    }
    assert_string_equal(gs_strerror(1), "unknown error");
    assert_string_equal(gs_strerror(GS_E_AGAIN - 1), "unknown error");
    assert_string_equal(gs_strerror(INT32_MIN), "unknown error");
}

/* Two bytes of every kind, at every distance and place: what is found is the first that is not plain. */
static void plain_bytes_end_where_the_first_other_stands(void **state)
{
    enum { LEN = 19 };
    static const unsigned char looks[] = {0x00, 0x01, 0x1F, 0x20, 0x21, '"',  0x23, 'a', 0x5B,
                                          '\\', 0x5D, 0x7E, 0x7F, 0x80, 0x9F, 0xA0, 0xFF};

    (void)state;
    for (int byte = 0; byte < 256; byte++) {
        const bool stops = byte < 0x20 || byte >= 0x80 || byte == '"' || byte == '\\';
        for (size_t at = 0; at < LEN; at++) {
            for (size_t i = 0; i < sizeof looks; i++) {
                char text[LEN];
                const bool too = looks[i] < 0x20 || looks[i] >= 0x80 || looks[i] == '"' || looks[i] == '\\';
                memset(text, 'x', sizeof text);
                text[LEN - 1 - at] = (char)looks[i];
                text[at] = (char)byte;
                size_t other = too && LEN - 1 - at != at ? LEN - 1 - at : LEN;
                size_t expected = stops && at < other ? at : other;
                assert_int_equal(gs_text_plain(text, sizeof text), expected);
                assert_int_equal(gs_text_plain(text, at), at < expected ? at : expected);
            }
        }
    }
    assert_int_equal(gs_text_plain("", 0), 0);
}

/* Which points are seen and which are let in, at each end of each range, and for all that is common. */
static void points_that_cannot_be_seen_or_are_not_let_in(void **state)
{
    static const struct {
        int32_t first, last;
        bool invisible, banned;
    } ranges[] = {
        {0, 0x1F, true, true},          {0x20, 0x20, true, false},        {0x21, 0x7E, false, false},
        {0x7F, 0x9F, true, true},       {0xA0, 0xA0, true, false},        {0xA1, 0xAC, false, false},
        {0x61C, 0x61C, true, true},     {0x200B, 0x200D, true, false},    {0x200E, 0x200F, true, true},
        {0x2028, 0x202E, true, true},   {0x2060, 0x206F, true, true},     {0x3000, 0x3000, true, false},
        {0x3001, 0x3163, false, false}, {0x3164, 0x3164, true, false},    {0x3165, 0xD7FF, false, false},
        {0xE000, 0xFDCF, false, false}, {0xFDD0, 0xFDEF, false, true},    {0xFEFF, 0xFEFF, true, true},
        {0xFFFE, 0xFFFF, true, true},   {0x20000, 0x2FFFD, false, false}, {0x2FFFE, 0x2FFFF, false, true},
        {0xE0000, 0xE007F, true, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        for (int32_t point = ranges[i].first; point <= ranges[i].last; point++) {
            assert_int_equal(gs_point_invisible(point), ranges[i].invisible);
            assert_int_equal(gs_point_banned(point), ranges[i].banned);
        }
    }
}

static void what_is_appended_is_cut_between_characters(void **state)
{
    char out[8] = "";
    (void)state;
    assert_true(gs_text_append(out, sizeof out, "ab"));
    assert_true(gs_text_append(out, sizeof out, ""));
    assert_true(gs_text_append(out, sizeof out, "浙"));
    assert_string_equal(out, "ab浙");
    assert_false(gs_text_append(out, sizeof out, "浙"));
    assert_string_equal(out, "ab浙");
    assert_true(gs_text_append(out, sizeof out, "cd"));
    assert_false(gs_text_append(out, sizeof out, "e"));
    assert_string_equal(out, "ab浙cd");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_decodes_to_itself),
        cmocka_unit_test(malformed_sequences_are_refused_one_byte_on),
        cmocka_unit_test(copies_are_cut_between_characters),
        cmocka_unit_test(what_is_appended_is_cut_between_characters),
        cmocka_unit_test(distance_is_as_defined),
        cmocka_unit_test(distance_of_words_too_long_is_the_longer_length),
        cmocka_unit_test(names_hold_what_they_may),
        cmocka_unit_test(faults_beyond_the_bound_are_not_kept),
        cmocka_unit_test(fault_texts_are_cut_at_a_characters_edge),
        cmocka_unit_test(plain_bytes_end_where_the_first_other_stands),
        cmocka_unit_test(codes_and_phrases_are_all_there_and_differ),
        cmocka_unit_test(points_that_cannot_be_seen_or_are_not_let_in),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("base-text", tests, NULL, NULL);
}
