/* Pass codes, misread plates and masks. */
#include "../base/check.h"
#include "gateslot/base/text.h"
#include "gateslot/domain/checks.h"
#include <stdbool.h>
#include <string.h>

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static uint64_t value_of(const char code[GS_PASS_CODE_LEN + 1])
{
    uint64_t value = 0;
    for (int i = 0; i < 7; i++) {
        const char *at = strchr(alphabet, code[i]);
        assert_non_null(at);
        value = value * 32 + (uint64_t)(at - alphabet);
    }
    return value;
}

static void codes_are_plain_base32_and_come_back(void **state)
{
    uint64_t seed = dice_seed("pass codes");
    (void)state;
    for (int i = 0; i < 100000; i++) {
        uint64_t random = dice_next(&seed), bits = random & ((UINT64_C(1) << 35) - 1);
        char code[GS_PASS_CODE_LEN + 1], back[GS_PASS_CODE_LEN + 1];
        uint64_t value;
        gs_pass_code_make(random, code);
        assert_int_equal(strlen(code), 8);
        value = value_of(code);
        assert_int_equal(code[7], alphabet[value % 37]);
        assert_true(value % 37 < 32);
        assert_true(value - bits <= 5 || value < 5);
        assert_true(bits % 37 >= 32 || value == bits);
        assert_true(gs_pass_code_normalise(code, 8, back));
        assert_string_equal(back, code);
    }
}

static void stepping_over_wraps_at_the_end(void **state)
{
    char code[GS_PASS_CODE_LEN + 1];
    (void)state;
    for (uint64_t random = (UINT64_C(1) << 35) - 40; random < (UINT64_C(1) << 35); random++) {
        gs_pass_code_make(random, code);
        assert_true(value_of(code) % 37 < 32);
        assert_true(value_of(code) >= random || value_of(code) == 0);
    }
    gs_pass_code_make(UINT64_MAX << 35, code);
    assert_string_equal(code, "00000000");
}

static void every_single_wrong_character_is_noticed(void **state)
{
    uint64_t seed = dice_seed("wrong characters");
    (void)state;
    for (int i = 0; i < 2000; i++) {
        char code[GS_PASS_CODE_LEN + 1], wrong[GS_PASS_CODE_LEN + 1], out[GS_PASS_CODE_LEN + 1];
        gs_pass_code_make(dice_next(&seed), code);
        for (int at = 0; at < 8; at++) {
            for (int c = 0; c < 32; c++) {
                memcpy(wrong, code, sizeof wrong);
                wrong[at] = alphabet[c];
                assert_int_equal(gs_pass_code_normalise(wrong, 8, out), wrong[at] == code[at]);
            }
        }
        for (int at = 0; at < 6; at++) {
            memcpy(wrong, code, sizeof wrong);
            wrong[at] = code[at + 1];
            wrong[at + 1] = code[at];
            assert_int_equal(gs_pass_code_normalise(wrong, 8, out), code[at] == code[at + 1]);
        }
    }
}

static void codes_are_taken_as_people_type_them(void **state)
{
    char code[GS_PASS_CODE_LEN + 1], out[GS_PASS_CODE_LEN + 1] = "untouche";
    (void)state;
    gs_pass_code_make(UINT64_C(1) << 30, code); /* 1000000 and its check symbol */
    assert_memory_equal(code, "1000000", 7);
    for (const char *one = "1iIlL"; *one; one++) {
        for (const char *zero = "0oO"; *zero; zero++) {
            char typed[32];
            (void)snprintf(typed, sizeof typed, " %c%c%c%c-%c%c %c%c ", *one, *zero, *zero, *zero, *zero, *zero, *zero,
                           code[7]);
            assert_true(gs_pass_code_normalise(typed, strlen(typed), out));
            assert_string_equal(out, code);
        }
    }
}

static void what_is_no_code_is_refused(void **state)
{
    static const char *const wrong[] = {"",         "0000000",  "000000000",   "0000000U",
                                        "0000000*", "0000000~", "0000000\xFF", "0000 000"};
    char out[GS_PASS_CODE_LEN + 1] = "untouche";
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(gs_pass_code_normalise(wrong[i], strlen(wrong[i]), out));
    }
    assert_false(gs_pass_code_normalise("0000000\0", 8, out));
    assert_string_equal(out, "untouche");
}

static void one_misread_character_is_near_and_two_are_not(void **state)
{
    static const char *const groups[] = {"8B", "0D", "0Q", "DQ", "17", "2Z", "5S", "6G", "4A",
                                         "MN", "VY", "CG", "EF", "UV", "KX", "HN", "PR"};
    static const char all[] = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    char a[16], b[16];
    (void)state;
    for (const char *x = all; *x; x++) {
        for (const char *y = all; *y; y++) {
            int expected = *x == *y ? 0 : 2;
            for (size_t g = 0; g < sizeof groups / sizeof groups[0] && *x != *y; g++) {
                expected = strchr(groups[g], *x) != NULL && strchr(groups[g], *y) != NULL ? 1 : expected;
            }
            (void)snprintf(a, sizeof a, "浙D12%c45", *x);
            (void)snprintf(b, sizeof b, "浙D12%c45", *y);
            assert_int_equal(gs_plate_misread(a, b), expected);
        }
    }
    assert_int_equal(gs_plate_misread("浙D12345", "沪D12345"), 2);
    assert_int_equal(gs_plate_misread("浙D12345", "浙D1234挂"), 2);
    assert_int_equal(gs_plate_misread("浙D12345", "浙D12346D"), 0);
    assert_int_equal(gs_plate_misread("浙D12345", "浙D12345D"), 0);
    assert_int_equal(gs_plate_misread("浙D12345", "浙D1234"), 0);
    assert_int_equal(gs_plate_misread("浙D88345", "浙DBB345"), 0);
    assert_int_equal(gs_plate_misread("浙D12345", "浙D21345"), 0);
    assert_int_equal(gs_plate_misread("", ""), 0);
    assert_int_equal(gs_plate_misread("", "1"), 0);
}

static void phones_keep_head_and_tail_only(void **state)
{
    char out[GS_PHONE_MAX + 1];
    (void)state;
    gs_phone_mask("13800138000", out);
    assert_string_equal(out, "138****8000");
    gs_phone_mask("+85291234567", out);
    assert_string_equal(out, "+852****4567");
    gs_phone_mask("12345", out);
    assert_string_equal(out, "****");
    gs_phone_mask("123456789012345", out);
    assert_string_equal(out, "****");
    gs_phone_mask("", out);
    assert_string_equal(out, "");
}

static void plates_keep_two_and_the_last_few(void **state)
{
    static const struct {
        const char *plate, *three, *four;
    } cases[] = {{"浙D12345", "浙D··345", "浙D·2345"},
                 {"浙DF12345", "浙D···345", "浙D··2345"},
                 {"粤Z1234港", "粤Z··34港", "粤Z·234港"},
                 {"浙D12", "浙D·2", "浙D·2"},
                 {"浙D1", "浙D·", "浙D·"},
                 {"浙D", "·D", "·D"},
                 {"X", "·", "·"},
                 {"", "", ""},
                 {"ABCDEFGHIJKLMNO", "AB··········MNO", "AB·········LMNO"}};
    char out[GS_PLATE_MASKED_MAX + 1];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gs_plate_mask(cases[i].plate, 3, out);
        assert_string_equal(out, cases[i].three);
        gs_plate_mask(cases[i].plate, 4, out);
        assert_string_equal(out, cases[i].four);
    }
}

static void drivers_keep_their_first_character_only(void **state)
{
    char out[GS_DRIVER_NAME_MAX + 1];
    (void)state;
    gs_driver_mask("王小明", out);
    assert_string_equal(out, "王**");
    gs_driver_mask("王", out);
    assert_string_equal(out, "王**");
    gs_driver_mask("Li Wei", out);
    assert_string_equal(out, "L**");
    gs_driver_mask("\xF0\xA0\xAE\xB7田", out);
    assert_string_equal(out, "\xF0\xA0\xAE\xB7**");
    gs_driver_mask("\xFFsecret", out);
    assert_string_equal(out, "**");
    gs_driver_mask("", out);
    assert_string_equal(out, "");
}

static void numbers_that_may_be_a_persons_are_masked_in_a_text(void **state)
{
    static const struct {
        const char *typed, *kept;
    } cases[] = {
        {"司机13800138000来电", "司机138****8000来电"},
        {"13800138000", "138****8000"},
        {"tel13800138000.", "tel138****8000."},
        {"138 0013 8000", "138****8000"},
        {"138-0013-8000，两箱", "138****8000，两箱"},
        {"138·0013·8000/139.7901.2345", "138****8000/139****2345"},
        {"１３８００１３８０００", "138****8000"},
        {"１３８　００１３　８０００", "138****8000"},
        {"1 3 8 0 0 1 3 8 0 0 0", "138****8000"},
        {"+86 13800138000", "+86 138****8000"},
        {"+8613800138000", "+****8000"},
        {"86-138-0013-8000", "86-138****8000"},
        {"+852 9123 4567", "+****4567"},
        {"+85391234567", "+****4567"},
        {"330621199001011234", "****1234"},
        {"33062119900101123X", "****123X"},
        {"33062119900101123x等", "****123X等"},
        {"330621 19900101 1234", "****1234"},
        {"330621-19900101-123X", "****123X"},
        {"330621900101123", "****1123"},
        {"报关单290620260123456789", "报关单****6789"},
        {"057512345678", "****5678"},
        {"2026-11-25 13800138000", "2026-11-25 138****8000"},
        {"20 13800138000 30", "20 138****8000 30"},
        /* and these are nobody's */
        {"", ""},
        {"2026-11-25 08:30", "2026-11-25 08:30"},
        {"2026-11-25T08:30:00+08:00", "2026-11-25T08:30:00+08:00"},
        {"2026 11 25 08 30 15 1234", "2026 11 25 08 30 15 1234"},
        {"浙D12345 和 浙D54321", "浙D12345 和 浙D54321"},
        {"CSQU3054383, MSKU1234567", "CSQU3054383, MSKU1234567"},
        {"40 40 40 38 36", "40 40 40 38 36"},
        {"100 200 300 400 500 600", "100 200 300 400 500 600"},
        {"1234567890", "1234567890"},
        {"bk_42", "bk_42"},
        {"１２３", "１２３"},
        {"3.5 吨", "3.5 吨"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[GS_REASON_MAX + 1];
        print_message("# %s\n", cases[i].typed);
        (void)snprintf(text, sizeof text, "%s", cases[i].typed);
        gs_numbers_mask(text);
        assert_string_equal(text, cases[i].kept);
        gs_numbers_mask(text); /* once is enough */
        assert_string_equal(text, cases[i].kept);
    }
}

/* How many digits stand together, ASCII or full-width. */
static size_t longest_run(const char *text)
{
    size_t run = 0, longest = 0;
    for (size_t at = 0; text[at] != '\0';) {
        const unsigned char *c = (const unsigned char *)text + at;
        const bool wide = c[0] == 0xEF && c[1] == 0xBC && c[2] >= 0x90 && c[2] <= 0x99;
        run = wide || (c[0] >= '0' && c[0] <= '9') ? run + 1 : 0;
        longest = run > longest ? run : longest;
        at += wide ? 3 : 1;
    }
    return longest;
}

static void whatever_is_typed_no_long_number_stays(void **state)
{
    static const char *const parts[] = {
        "1", "3", "8",  "0",  "9",  "12", "138", "0013", "8000", "19900101", "852", "X",  "x",  " ",
        "-", "·", "　", "１", "３", "８", "０",  "司机", "浙D",  "+86",      "00",  "王", "Li", "\xF0\xA0\xAE\xB7"};
    char text[GS_REASON_MAX + 1];
    uint64_t seed = dice_seed("masks");
    (void)state;
    for (int round = 0; round < 20000; round++) {
        size_t used = 0;
        const int64_t wanted = dice_below(&seed, 60);
        for (int64_t i = 0; i < wanted; i++) {
            used += (size_t)snprintf(text + used, sizeof text - used, "%s",
                                     parts[dice_below(&seed, sizeof parts / sizeof parts[0])]);
        }
        text[used] = '\0';
        gs_numbers_mask(text);
        assert_true(strlen(text) <= used);
        assert_true(gs_utf8_valid(text, strlen(text)));
        assert_true(longest_run(text) < 11);
        gs_name_mask(text, sizeof text, "Li");
        gs_name_mask(text, sizeof text, "司机");
        assert_true(gs_utf8_valid(text, strlen(text)));
        assert_null(strstr(text, "司机"));
    }
}

static void a_known_name_is_masked_in_a_text(void **state)
{
    static const struct {
        const char *typed, *name, *kept;
    } cases[] = {{"王师傅来电，王师傅的车", "王师傅", "王**来电，王**的车"},
                 {"司机王小明", "王小明", "司机王**"},
                 {"王的车", "王", "王的车"},
                 {"Li called, Line 3, Bali, li", "Li", "L** called, Line 3, Bali, li"},
                 {"Li Wei", "Li Wei", "L**"},
                 {"Liu", "Li", "Liu"},
                 {"李Li", "Li", "李L**"},
                 {"", "王师傅", ""},
                 {"nobody", "", "nobody"}};
    char text[GS_REASON_MAX + 1];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        print_message("# %s\n", cases[i].typed);
        (void)snprintf(text, sizeof text, "%s", cases[i].typed);
        gs_name_mask(text, sizeof text, cases[i].name);
        assert_string_equal(text, cases[i].kept);
    }
    /* One that grows stays within its bounds, and ends in a whole character. */
    for (size_t i = 0; i + 3 <= GS_REASON_MAX; i += 3) {
        memcpy(text + i, "Li,", 4);
    }
    gs_name_mask(text, sizeof text, "Li");
    assert_true(strlen(text) == GS_REASON_MAX);
    assert_null(strstr(text, "Li"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_that_may_be_a_persons_are_masked_in_a_text),
        cmocka_unit_test(whatever_is_typed_no_long_number_stays),
        cmocka_unit_test(a_known_name_is_masked_in_a_text),
        cmocka_unit_test(codes_are_plain_base32_and_come_back),
        cmocka_unit_test(stepping_over_wraps_at_the_end),
        cmocka_unit_test(every_single_wrong_character_is_noticed),
        cmocka_unit_test(codes_are_taken_as_people_type_them),
        cmocka_unit_test(what_is_no_code_is_refused),
        cmocka_unit_test(one_misread_character_is_near_and_two_are_not),
        cmocka_unit_test(phones_keep_head_and_tail_only),
        cmocka_unit_test(plates_keep_two_and_the_last_few),
        cmocka_unit_test(drivers_keep_their_first_character_only),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("domain-codes", tests, NULL, NULL);
}
