/* The hashes against what their authors published. */
#include "check.h"
#include "gateslot/base/hash.h"
#include "gateslot/base/sha256.h"
#include <string.h>

/* L. C. Noll's test vectors (isthe.com/chongo/src/fnv/test_fnv.c). */
static void fnv_1a_agrees_with_its_authors(void **state)
{
    static const struct {
        const char *text;
        uint64_t hash, with_nul;
    } vectors[] = {
        {"", UINT64_C(0xcbf29ce484222325), UINT64_C(0xaf63bd4c8601b7df)},
        {"a", UINT64_C(0xaf63dc4c8601ec8c), UINT64_C(0x089be207b544f1e4)},
        {"foobar", UINT64_C(0x85944171f73967e8), UINT64_C(0x34531ca7168b8f38)},
    };
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        const char *text = vectors[i].text;
        assert_true(gs_fnv(GS_FNV_START, text, strlen(text)) == vectors[i].hash);
        assert_true(gs_fnv_text(GS_FNV_START, text) == vectors[i].hash);
        assert_true(gs_fnv(GS_FNV_START, text, strlen(text) + 1) == vectors[i].with_nul);
        assert_true(gs_fnv_text_nul(GS_FNV_START, text) == vectors[i].with_nul);
    }
}

static void a_number_is_eight_bytes_the_lowest_first(void **state)
{
    const unsigned char bytes[] = {0x08, 0x07, 0x06, 0x05, 0x04, 0x03, 0x02, 0xf1};
    (void)state;
    assert_true(gs_fnv_int(GS_FNV_START, (int64_t)UINT64_C(0xf102030405060708)) ==
                gs_fnv(GS_FNV_START, bytes, sizeof bytes));
}

/* FIPS 180-4's examples, also cut into pieces. */
static void sha_256_agrees_with_its_standard(void **state)
{
    static const unsigned char abc[] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
                                        0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
                                        0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
    const struct gs_piece whole = {"abc", 3}, pieces[] = {{"a", 1}, {"", 0}, {"bc", 2}};
    unsigned char out[GS_SHA256_BYTES];
    (void)state;
    gs_sha256(&whole, 1, out);
    assert_memory_equal(out, abc, sizeof abc);
    memset(out, 0, sizeof out);
    gs_sha256(pieces, 3, out);
    assert_memory_equal(out, abc, sizeof abc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fnv_1a_agrees_with_its_authors),
        cmocka_unit_test(a_number_is_eight_bytes_the_lowest_first),
        cmocka_unit_test(sha_256_agrees_with_its_standard),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("base-hash", tests, NULL, NULL);
}
