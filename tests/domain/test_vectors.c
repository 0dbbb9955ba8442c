/* Every line of the vectors. The first argument is their folder. */
#include "gateslot/domain/checks.h"
#include "vectors.h"

static const char *folder;

static bool is_valid(const struct vector *v)
{
    return strcmp(v->fields[1], "invalid") != 0;
}

static void every_plate_is_judged_as_its_line_says(void **state)
{
    struct vectors all = vectors_open(folder, "plates");
    struct vector v;
    (void)state;
    while (vectors_next(&all, &v)) {
        bool trailer = strcmp(v.fields[3], "trailer") == 0;
        char out[GS_PLATE_MAX + 1] = "untouched", plain[GS_PLATE_MAX + 1];
        struct gs_verdict verdict =
            gs_plate_check(v.fields[0], strlen(v.fields[0]), trailer ? GS_PLATE_TRAILER : GS_PLATE_TRACTOR, out);
        print_message("# %s\n", v.fields[0]);
        assert_int_equal(verdict.ok, is_valid(&v));
        assert_int_equal(verdict.warnings, strcmp(v.fields[1], "warn") == 0 ? GS_WARN_PLATE_ENERGY : 0);
        assert_string_equal(out, is_valid(&v) ? v.fields[2] : "untouched");
        if (is_valid(&v)) {
            assert_true(gs_plate_normalise(v.fields[0], strlen(v.fields[0]), plain));
            assert_string_equal(plain, v.fields[2]);
        }
    }
    vectors_close(&all, 31);
}

static void every_container_is_judged_as_its_line_says(void **state)
{
    struct vectors all = vectors_open(folder, "containers");
    struct vector v;
    (void)state;
    while (vectors_next(&all, &v)) {
        const char *expected = vector_expected(v.fields[3]);
        char out[GS_CONTAINER_LEN + 1] = "untouched";
        struct gs_verdict verdict = gs_container_check(v.fields[0], strlen(v.fields[0]), out);
        assert_int_equal(verdict.ok, is_valid(&v));
        assert_string_equal(out, is_valid(&v) ? v.fields[2] : "untouched");
        if (expected[0] != '\0') {
            assert_int_equal(verdict.kind, GS_FAULT_CHECK_DIGIT);
            assert_string_equal(verdict.expected, expected);
        }
    }
    vectors_close(&all, 22);
}

static void every_uscc_is_judged_as_its_line_says(void **state)
{
    struct vectors all = vectors_open(folder, "uscc");
    struct vector v;
    (void)state;
    while (vectors_next(&all, &v)) {
        bool warn = strcmp(v.fields[1], "warn") == 0;
        char out[GS_USCC_LEN + 1] = "untouched";
        struct gs_verdict verdict = gs_uscc_check(v.fields[0], strlen(v.fields[0]), out);
        assert_int_equal(verdict.ok, is_valid(&v));
        assert_int_equal(verdict.warnings, warn ? GS_WARN_USCC_CHECK : 0);
        assert_string_equal(out, is_valid(&v) ? v.fields[0] : "untouched");
        if (warn) {
            assert_string_equal(verdict.expected, vector_expected(v.fields[2]));
        }
    }
    vectors_close(&all, 13);
}

static void every_phone_is_judged_as_its_line_says(void **state)
{
    struct vectors all = vectors_open(folder, "phones");
    struct vector v;
    (void)state;
    while (vectors_next(&all, &v)) {
        char out[GS_PHONE_MAX + 1] = "untouched";
        struct gs_verdict verdict = gs_phone_check(v.fields[0], strlen(v.fields[0]), out);
        assert_int_equal(verdict.ok, is_valid(&v));
        assert_string_equal(out, is_valid(&v) ? v.fields[2] : "untouched");
    }
    vectors_close(&all, 10);
}

static void every_declaration_is_judged_as_its_line_says(void **state)
{
    struct vectors all = vectors_open(folder, "declarations");
    struct vector v;
    (void)state;
    while (vectors_next(&all, &v)) {
        char out[GS_DECLARATION_LEN + 1] = "untouched";
        struct gs_verdict verdict = gs_declaration_check(v.fields[0], strlen(v.fields[0]), out);
        assert_int_equal(verdict.ok, is_valid(&v));
        assert_string_equal(out, is_valid(&v) ? v.fields[0] : "untouched");
    }
    vectors_close(&all, 7);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_plate_is_judged_as_its_line_says),
        cmocka_unit_test(every_container_is_judged_as_its_line_says),
        cmocka_unit_test(every_uscc_is_judged_as_its_line_says),
        cmocka_unit_test(every_phone_is_judged_as_its_line_says),
        cmocka_unit_test(every_declaration_is_judged_as_its_line_says),
    };
    folder = argc > 1 ? argv[1] : "vectors";
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("domain-vectors", tests, NULL, NULL);
}
