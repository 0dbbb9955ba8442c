/* Why the checks refuse: kind, what was found, what is expected; and random texts that must do no harm. */
#include "../base/check.h"
#include "gateslot/base/text.h"
#include "gateslot/domain/checks.h"
#include <stdbool.h>
#include <string.h>

struct refusal {
    const char *text;
    enum gs_fault_kind kind;
    const char *found, *expected;
};

typedef struct gs_verdict check_fn(const char *text, size_t len);

static struct gs_verdict tractor(const char *text, size_t len)
{
    char out[GS_PLATE_MAX + 1];
    return gs_plate_check(text, len, GS_PLATE_TRACTOR, out);
}

static struct gs_verdict trailer(const char *text, size_t len)
{
    char out[GS_PLATE_MAX + 1];
    return gs_plate_check(text, len, GS_PLATE_TRAILER, out);
}

static struct gs_verdict container(const char *text, size_t len)
{
    char out[GS_CONTAINER_LEN + 1];
    return gs_container_check(text, len, out);
}

static struct gs_verdict uscc(const char *text, size_t len)
{
    char out[GS_USCC_LEN + 1];
    return gs_uscc_check(text, len, out);
}

static struct gs_verdict phone(const char *text, size_t len)
{
    char out[GS_PHONE_MAX + 1];
    return gs_phone_check(text, len, out);
}

static struct gs_verdict declaration(const char *text, size_t len)
{
    char out[GS_DECLARATION_LEN + 1];
    return gs_declaration_check(text, len, out);
}

static void check_refusals(check_fn *check, const struct refusal *refusals, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct refusal *r = &refusals[i];
        struct gs_verdict v = check(r->text, strlen(r->text));
        assert_false(v.ok);
        assert_int_equal(v.warnings, 0);
        assert_string_equal(gs_fault_code(v.kind), gs_fault_code(r->kind));
        assert_string_equal(v.found, r->found);
        assert_string_equal(v.expected, r->expected);
    }
}
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char provinces[] = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新";
static const char plate_letters[] = "A-H, J-N, P-Z, 0-9";
static const char examples[] = "浙D12345, 浙DD12345, 浙D12345D";

static void refused_plates_say_why(void **state)
{
    const struct refusal tractors[] = {
        {"", GS_FAULT_REQUIRED, "", ""},
        {" · - ", GS_FAULT_REQUIRED, "", ""},
        {"浙DI2345", GS_FAULT_ALPHABET, "I", plate_letters},
        {"浙DO1234", GS_FAULT_ALPHABET, "O", plate_letters},
        {"浙do1234", GS_FAULT_ALPHABET, "O", plate_letters},
        {"浙D1234А", GS_FAULT_ALPHABET, "А", plate_letters},
        {"浙D12\xE2\x80\x8B"
         "345",
         GS_FAULT_ALPHABET, "U+200B", plate_letters},
        {"浙D12\t345", GS_FAULT_ALPHABET, "U+0009", plate_letters},
        {"\xEF\xBB\xBF浙D12345", GS_FAULT_ALPHABET, "U+FEFF", provinces},
        {"浙D12\xCC\x81"
         "345",
         GS_FAULT_ALPHABET, "U+0301", plate_letters},
        {"台D12345", GS_FAULT_ALPHABET, "台", provinces},
        {"挂D12345", GS_FAULT_ALPHABET, "挂", provinces},
        {"D12345", GS_FAULT_FORMAT, "D12345", examples},
        {"浙112345", GS_FAULT_FORMAT, "浙112345", examples},
        {"浙浙12345", GS_FAULT_FORMAT, "浙浙12345", examples},
        {"浙D123浙5", GS_FAULT_FORMAT, "浙D123浙5", examples},
        {"浙D1234挂", GS_FAULT_FORMAT, "浙D1234挂", examples},
        {"浙DL12345", GS_FAULT_FORMAT, "浙DL12345", examples},
        {"浙D12345L", GS_FAULT_FORMAT, "浙D12345L", examples},
        {"浙D1234", GS_FAULT_LENGTH, "6", "7, 8"},
        {"浙D123456", GS_FAULT_LENGTH, "8", "7"},
        {"浙D1234567", GS_FAULT_LENGTH, "9", "7, 8"},
        {"浙D12345警", GS_FAULT_LENGTH, "8", "7"},
        {"粤B1234港", GS_FAULT_FORMAT, "粤B1234港", "粤Z1234港, 粤Z1234澳"},
        {"浙D1\xFF"
         "2345",
         GS_FAULT_ALPHABET, "", "UTF-8"},
        {"浙D12345                                          ", GS_FAULT_TOO_LONG, "", "47"},
    };
    const struct refusal trailers[] = {
        {"浙D12345", GS_FAULT_FORMAT, "浙D12345", "浙D1234挂"},
        {"浙D12345挂", GS_FAULT_LENGTH, "8", "7"},
        {"浙DD12345", GS_FAULT_FORMAT, "浙DD12345", "浙D1234挂"},
        {"浙D12挂4挂", GS_FAULT_FORMAT, "浙D12挂4挂", "浙D1234挂"},
        {"浙D123挂", GS_FAULT_LENGTH, "6", "7"},
    };
    (void)state;
    check_refusals(tractor, tractors, COUNT(tractors));
    check_refusals(trailer, trailers, COUNT(trailers));
}

static void energy_letters_outside_d_and_f_only_warn(void **state)
{
    static const char *const plates[] = {"浙DA12345", "浙DK1234", "浙D12345E"};
    struct gs_verdict v;
    (void)state;
    v = tractor(plates[0], strlen(plates[0]));
    assert_true(v.ok);
    assert_int_equal(v.warnings, GS_WARN_PLATE_ENERGY);
    assert_string_equal(v.found, "A");
    assert_string_equal(v.expected, "D, F");
    v = tractor(plates[1], strlen(plates[1]));
    assert_true(v.ok);
    assert_int_equal(v.warnings, 0);
    v = tractor(plates[2], strlen(plates[2]));
    assert_true(v.ok);
    assert_int_equal(v.warnings, GS_WARN_PLATE_ENERGY);
}

static void plates_are_normalised_without_judging_for_search(void **state)
{
    char out[GS_PLATE_MAX + 1] = "untouched";
    (void)state;
    assert_false(gs_plate_normalise("", 0, out));
    assert_false(gs_plate_normalise(" - ", 3, out));
    assert_false(gs_plate_normalise("a\x01", 2, out));
    assert_false(gs_plate_normalise("\xFF", 1, out));
    assert_false(gs_plate_normalise("1234567890123456", 16, out));
    assert_string_equal(out, "untouched");
    assert_true(gs_plate_normalise("d io.1", 6, out));
    assert_string_equal(out, "DIO1");
    assert_true(gs_plate_normalise("\t浙Ｄ·１２\n", strlen("\t浙Ｄ·１２\n"), out));
    assert_string_equal(out, "浙D12");
}

static void refused_containers_say_why(void **state)
{
    const struct refusal refusals[] = {
        {"", GS_FAULT_REQUIRED, "", ""},
        {"CSQU3054384", GS_FAULT_CHECK_DIGIT, "4", "3"},
        {"MSCU6639871", GS_FAULT_CHECK_DIGIT, "1", "0"},
        {"CSQX3054383", GS_FAULT_CHOICE, "X", "U, J, Z"},
        {"CSQ3054383", GS_FAULT_LENGTH, "10", "11"},
        {"CSQU30543833", GS_FAULT_LENGTH, "12", "11"},
        {"CSQUO054383", GS_FAULT_ALPHABET, "O", "0-9"},
        {"CSQU305438X", GS_FAULT_ALPHABET, "X", "0-9"},
        {"C1QU3054383", GS_FAULT_ALPHABET, "1", "A-Z"},
        {"CSQU305438\xE2\x80\x8B"
         "3",
         GS_FAULT_ALPHABET, "U+200B", "A-Z, 0-9"},
        {"СSQU3054383", GS_FAULT_ALPHABET, "С", "A-Z, 0-9"}, /* Cyrillic Es */
    };
    (void)state;
    check_refusals(container, refusals, COUNT(refusals));
}

/* ISO 6346 with a table of letters, written out as in the standard. */
static int digit_by_table(const char *number)
{
    static const int letters[] = {10, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 23, 24,
                                  25, 26, 27, 28, 29, 30, 31, 32, 34, 35, 36, 37, 38};
    int sum = 0, weight = 1;
    for (int i = 0; i < 10; i++, weight *= 2) {
        sum += weight * (number[i] >= 'A' ? letters[number[i] - 'A'] : number[i] - '0');
    }
    return sum % 11 == 10 ? 0 : sum % 11;
}

static void check_digits_agree_with_the_standards_table(void **state)
{
    uint64_t seed = dice_seed("containers");
    (void)state;
    for (int i = 0; i < 100000; i++) {
        char number[GS_CONTAINER_LEN + 1] = "";
        int digit;
        for (int k = 0; k < 11; k++) {
            number[k] = (char)(k < 3 ? dice_between(&seed, 'A', 'Z') : dice_between(&seed, '0', '9'));
        }
        number[3] = "UJZ"[dice_next(&seed) % 3];
        digit = digit_by_table(number);
        assert_int_equal(container(number, 11).ok, number[10] - '0' == digit);
        if (number[10] - '0' != digit) {
            assert_int_equal(container(number, 11).expected[0] - '0', digit);
        }
    }
}

static void refused_codes_phones_and_declarations_say_why(void **state)
{
    static const char phones[] = "13800138000, +85291234567, +85366123456";
    const struct refusal usccs[] = {
        {"", GS_FAULT_REQUIRED, "", ""},
        {"91350100M000100Y4", GS_FAULT_LENGTH, "17", "18"},
        {"91350100M000100I43", GS_FAULT_ALPHABET, "I", "0-9, A-H, J-N, P-R, T, U, W-Y"},
        {"91350100M000100Y4z", GS_FAULT_ALPHABET, "Z", "0-9, A-H, J-N, P-R, T, U, W-Y"},
    };
    const struct refusal numbers[] = {
        {"", GS_FAULT_REQUIRED, "", ""},
        {"12345678901", GS_FAULT_FORMAT, "12345678901", phones},
        {"1380013800", GS_FAULT_LENGTH, "10", "11"},
        {"+86138001380001", GS_FAULT_LENGTH, "12", "11"},
        {"+8529123456", GS_FAULT_LENGTH, "7", "8"},
        {"+853912345678", GS_FAULT_LENGTH, "9", "8"},
        {"+4915112345678", GS_FAULT_FORMAT, "+4915112345678", phones},
        {"+", GS_FAULT_FORMAT, "+", phones},
        {"+86", GS_FAULT_FORMAT, "+86", phones},
        {"1380013800O", GS_FAULT_ALPHABET, "O", "0-9"},
        {"138+0138000", GS_FAULT_ALPHABET, "+", "0-9"},
    };
    const struct refusal declarations[] = {
        {"", GS_FAULT_REQUIRED, "", ""},
        {"290620252123456789", GS_FAULT_CHOICE, "2", "0, 1"},
        {"29062025112345678", GS_FAULT_LENGTH, "17", "18"},
        {"290619991123456789", GS_FAULT_RANGE, "1999", "2000..2099"},
        {"29062025O123456789", GS_FAULT_ALPHABET, "O", "0-9"},
    };
    (void)state;
    check_refusals(uscc, usccs, COUNT(usccs));
    check_refusals(phone, numbers, COUNT(numbers));
    check_refusals(declaration, declarations, COUNT(declarations));
}

static void lower_case_codes_are_raised(void **state)
{
    char out[GS_USCC_LEN + 1];
    (void)state;
    assert_true(gs_uscc_check("91350100m000100y43", 18, out).ok);
    assert_string_equal(out, "91350100M000100Y43");
}

static void random_texts_do_no_harm_and_what_passes_passes_again(void **state)
{
    static const char *const pool[] = {"浙",
                                       "D",
                                       "1",
                                       "2",
                                       "d",
                                       "挂",
                                       "粤",
                                       "Z",
                                       "港",
                                       " ",
                                       "-",
                                       "·",
                                       "I",
                                       "\xFF",
                                       "\xE6",
                                       "\x01",
                                       "+",
                                       "86",
                                       "138",
                                       "CSQU",
                                       "305438",
                                       "3",
                                       "\xF0\x9F\x9A\x9A",
                                       "２"};
    static check_fn *const checks[] = {tractor, trailer, container, uscc, phone, declaration};
    uint64_t seed = dice_seed("random texts");
    char out[GS_PLATE_MAX + 1], again[GS_PLATE_MAX + 1];
    (void)state;
    for (int i = 0; i < 200000; i++) {
        char text[400] = "";
        int parts = (int)dice_between(&seed, 0, i % 50 == 0 ? 90 : 9);
        for (int k = 0; k < parts; k++) {
            strcat(text, pool[dice_next(&seed) % COUNT(pool)]);
        }
        for (size_t c = 0; c < COUNT(checks); c++) {
            struct gs_verdict v = checks[c](text, strlen(text));
            assert_true(gs_utf8_valid(v.found, strlen(v.found)));
            assert_true(v.ok || v.kind == GS_FAULT_REQUIRED || v.expected[0] != '\0');
        }
        if (gs_plate_check(text, strlen(text), GS_PLATE_TRACTOR, out).ok) {
            assert_true(gs_plate_check(out, strlen(out), GS_PLATE_TRACTOR, again).ok);
            assert_string_equal(out, again);
        }
    }
}

static void names_of_colours_and_warnings_go_both_ways(void **state)
{
    enum gs_plate_colour colour = GS_PLATE_COLOUR_NONE;
    (void)state;
    assert_null(gs_plate_colour_name(GS_PLATE_COLOUR_NONE));
    for (int c = GS_PLATE_BLUE; c <= GS_PLATE_YELLOW_GREEN; c++) {
        assert_true(gs_plate_colour_parse(gs_plate_colour_name((enum gs_plate_colour)c), &colour));
        assert_int_equal(colour, c);
    }
    assert_false(gs_plate_colour_parse("Blue", &colour));
    assert_false(gs_plate_colour_parse("", &colour));
    assert_string_equal(gs_plate_colour_name(GS_PLATE_YELLOW_GREEN), "yellow_green");
    assert_string_equal(gs_warning_code(GS_WARN_USCC_CHECK), "uscc_check_character");
    assert_string_equal(gs_warning_code(GS_WARN_PLATE_ENERGY), "plate_new_energy_letter");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused_plates_say_why),
        cmocka_unit_test(energy_letters_outside_d_and_f_only_warn),
        cmocka_unit_test(plates_are_normalised_without_judging_for_search),
        cmocka_unit_test(refused_containers_say_why),
        cmocka_unit_test(check_digits_agree_with_the_standards_table),
        cmocka_unit_test(refused_codes_phones_and_declarations_say_why),
        cmocka_unit_test(lower_case_codes_are_raised),
        cmocka_unit_test(random_texts_do_no_harm_and_what_passes_passes_again),
        cmocka_unit_test(names_of_colours_and_warnings_go_both_ways),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("domain-checks", tests, NULL, NULL);
}
