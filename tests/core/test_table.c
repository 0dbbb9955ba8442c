/* Numbers for texts: each its own, the same for ever, and found among others that want the same bucket. A probe that never ends is
 * ended by an alarm. */
#include "leaf/cm.h"

#include "state/table.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ALARM_S 20

/* FNV-1a, 64 bits, folded to 32: as the table says of itself. */
static uint32_t hash_of(const char *text)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (const char *c = text; *c != '\0'; c++) {
        h = (h ^ (unsigned char)*c) * UINT64_C(1099511628211);
    }
    return (uint32_t)(h ^ (h >> 32));
}

/* The n-th text whose hash is even, or any. */
static void text_of(int n, bool even, char out[GS_TABLE_KEY])
{
    for (int i = 0, found = -1; found < n; i++) {
        snprintf(out, GS_TABLE_KEY, "ZD%05d", i);
        found += !even || hash_of(out) % 2 == 0 ? 1 : 0;
    }
}

static void every_text_has_a_number_of_its_own(void **state)
{
    (void)state;
    struct gs_table t = {0};
    char text[GS_TABLE_KEY];
    int32_t number;
    (void)alarm(ALARM_S);
    assert_int_equal(gs_table_find(&t, "ZD00000"), -1);
    for (int round = 0; round < 2; round++) { /* new, then known */
        for (int i = 0; i < 1000; i++) {
            text_of(i, false, text);
            assert_int_equal(gs_table_find(&t, text), round == 0 ? -1 : i);
            assert_int_equal(gs_table_put(&t, text, &number), GS_OK);
            assert_int_equal(number, i);
            assert_string_equal(t.keys[i], text);
        }
        assert_int_equal(t.count, 1000);
    }
    assert_int_equal(gs_table_find(&t, "none"), -1);
    gs_table_finish(&t);
    assert_true(t.count == 0 && t.keys == NULL && t.buckets == NULL);
    (void)alarm(0);
}

/* Half full, with every text in the half that a wider step would never leave. */
static void a_probe_meets_every_bucket(void **state)
{
    (void)state;
    struct gs_table t = {0};
    char text[GS_TABLE_KEY];
    int32_t number;
    (void)alarm(ALARM_S);
    for (int i = 0; i < 64; i++) {
        text_of(i, true, text);
        assert_int_equal(gs_table_put(&t, text, &number), GS_OK);
        assert_int_equal(number, i);
        for (int k = 0; k < 20; k++) {
            text_of(i + 1 + k, true, text);
            assert_int_equal(gs_table_find(&t, text), -1);
        }
    }
    for (int i = 0; i < 64; i++) {
        text_of(i, true, text);
        assert_int_equal(gs_table_find(&t, text), i);
    }
    gs_table_finish(&t);
    (void)alarm(0);
}

/* Never more than half full, so that there is always a free bucket, and never more than twice as large as that asks for. */
static void it_grows_in_time(void **state)
{
    (void)state;
    struct gs_table t = {0};
    char text[GS_TABLE_KEY];
    int32_t number;
    for (int i = 0; i < 300; i++) {
        text_of(i, false, text);
        assert_int_equal(gs_table_put(&t, text, &number), GS_OK);
        assert_true(t.count <= t.room && t.bucket_count == 2 * (uint32_t)t.room);
        assert_true(t.room == 16 || t.room < 2 * t.count);
    }
    gs_table_finish(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_text_has_a_number_of_its_own),
        cmocka_unit_test(a_probe_meets_every_bucket),
        cmocka_unit_test(it_grows_in_time),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
