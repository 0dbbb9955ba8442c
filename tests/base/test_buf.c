/* The buffer: contents, the bound, sticky failure; the arena: zeroes, alignment, reset. */
#include "check.h"
#include "gateslot/base/arena.h"
#include "gateslot/base/buf.h"
#include <string.h>

static void appends_stand_in_order_and_are_terminated(void **state)
{
    struct gs_buf b;
    (void)state;
    gs_buf_init(&b, 1000);
    assert_null(b.data);
    gs_buf_str(&b, "ab");
    gs_buf_char(&b, 'c');
    gs_buf_int(&b, -42);
    gs_buf_add(&b, "x\0y", 3);
    gs_buf_printf(&b, "%s=%d", "k", 7);
    assert_int_equal(gs_buf_status(&b), GS_OK);
    assert_int_equal(b.len, 12);
    assert_memory_equal(b.data, "abc-42x\0yk=7", 12);
    gs_buf_finish(&b);
}

static void integers_are_written_over_their_whole_range(void **state)
{
    const struct {
        int64_t value;
        const char *text;
    } cases[] = {{0, "0"},
                 {9, "9"},
                 {-1, "-1"},
                 {10, "10"},
                 {INT64_MAX, "9223372036854775807"},
                 {INT64_MIN, "-9223372036854775808"}};
    struct gs_buf b;

    (void)state;
    gs_buf_init(&b, 100);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gs_buf_clear(&b);
        gs_buf_int(&b, cases[i].value);
        assert_string_equal(b.data, cases[i].text);
    }
    gs_buf_finish(&b);
}

static void bound_can_be_reached_but_not_passed(void **state)
{
    struct gs_buf b;
    (void)state;
    gs_buf_init(&b, 10);
    gs_buf_str(&b, "0123456789");
    assert_int_equal(gs_buf_status(&b), GS_OK);
    gs_buf_char(&b, 'x');
    assert_int_equal(gs_buf_status(&b), GS_E_RANGE);
    assert_string_equal(b.data, "0123456789");
    gs_buf_finish(&b);
}

static void after_a_failure_nothing_is_appended_until_cleared(void **state)
{
    struct gs_buf b;
    (void)state;
    gs_buf_init(&b, 4);
    gs_buf_str(&b, "ab");
    gs_buf_printf(&b, "%s", "longer");
    gs_buf_char(&b, 'c');
    gs_buf_int(&b, 1);
    assert_int_equal(gs_buf_status(&b), GS_E_RANGE);
    assert_string_equal(b.data, "ab");
    gs_buf_clear(&b);
    gs_buf_str(&b, "cdef");
    assert_int_equal(gs_buf_status(&b), GS_OK);
    assert_string_equal(b.data, "cdef");
    gs_buf_finish(&b);
}

static void reserve_gives_room_without_counting_it(void **state)
{
    struct gs_buf b;
    (void)state;
    gs_buf_init(&b, 5000);
    assert_true(gs_buf_reserve(&b, 5000));
    assert_int_equal(b.len, 0);
    memset(b.data, 'x', 5000);
    b.data[5000] = '\0';
    assert_false(gs_buf_reserve(&b, 5001));
    assert_int_equal(gs_buf_status(&b), GS_E_RANGE);
    gs_buf_finish(&b);
}

static void growth_is_geometric(void **state)
{
    struct gs_buf b;
    size_t grown = 0, cap = 0;
    (void)state;
    gs_buf_init(&b, 1 << 20);
    for (int i = 0; i < 1 << 20; i++) {
        gs_buf_char(&b, (char)('a' + i % 26));
        grown += b.cap != cap;
        cap = b.cap;
    }
    assert_int_equal(gs_buf_status(&b), GS_OK);
    assert_true(grown <= 14);
    for (size_t i = 0; i < b.len; i++) {
        assert_int_equal(b.data[i], 'a' + (int)(i % 26));
    }
    gs_buf_finish(&b);
}

static void arena_gives_zeroed_aligned_memory_of_any_size(void **state)
{
    uint64_t seed = dice_seed("arena");
    struct gs_arena a;
    (void)state;
    gs_arena_init(&a);
    for (int round = 0; round < 4; round++) {
        for (int i = 0; i < 2000; i++) {
            size_t size = (size_t)dice_between(&seed, 0, i % 100 == 0 ? 300000 : 500);
            unsigned char *p = gs_arena_alloc(&a, size);
            assert_non_null(p);
            assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
            for (size_t k = 0; k < size; k++) {
                assert_int_equal(p[k], 0);
            }
            memset(p, 0xFF, size);
        }
        gs_arena_reset(&a);
    }
    gs_arena_finish(&a);
    assert_null(a.first);
}

static void arena_objects_do_not_overlap(void **state)
{
    enum { COUNT = 3000 };
    static unsigned *objects[COUNT];
    struct gs_arena a;

    (void)state;
    gs_arena_init(&a);
    for (unsigned i = 0; i < COUNT; i++) {
        objects[i] = gs_arena_alloc(&a, i % 500 == 0 ? 100000 : 4 + i % 60);
        assert_non_null(objects[i]);
        *objects[i] = i;
    }
    for (unsigned i = 0; i < COUNT; i++) {
        assert_int_equal(*objects[i], i);
    }
    gs_arena_finish(&a);
}

static void arena_without_memory_gives_null_and_stays_usable(void **state)
{
    struct gs_arena a;
    (void)state;
    gs_arena_init(&a);
    assert_null(gs_arena_alloc(&a, SIZE_MAX));
    assert_null(gs_arena_alloc(&a, PTRDIFF_MAX));
    assert_non_null(gs_arena_alloc(&a, 8));
    gs_arena_finish(&a);
}

static void arena_keeps_one_block_over_a_reset(void **state)
{
    struct gs_arena a;
    void *first;
    (void)state;
    gs_arena_init(&a);
    first = gs_arena_alloc(&a, 16);
    gs_arena_reset(&a);
    assert_ptr_equal(gs_arena_alloc(&a, 16), first);
    gs_arena_finish(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends_stand_in_order_and_are_terminated),
        cmocka_unit_test(integers_are_written_over_their_whole_range),
        cmocka_unit_test(bound_can_be_reached_but_not_passed),
        cmocka_unit_test(after_a_failure_nothing_is_appended_until_cleared),
        cmocka_unit_test(reserve_gives_room_without_counting_it),
        cmocka_unit_test(growth_is_geometric),
        cmocka_unit_test(arena_gives_zeroed_aligned_memory_of_any_size),
        cmocka_unit_test(arena_objects_do_not_overlap),
        cmocka_unit_test(arena_without_memory_gives_null_and_stays_usable),
        cmocka_unit_test(arena_keeps_one_block_over_a_reset),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("base-buf", tests, NULL, NULL);
}
