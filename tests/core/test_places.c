/* Place numbers: the lowest free one, against a plain array. And lists by id with gaps. */
#include "../base/dice.h"
#include "fixture.h"

#include "state/list.h"
#include "state/places.h"
#include "state/state.h"

#include <stdio.h>
#include <stdlib.h>

static void the_lowest_free_number_is_found_up_to_the_limit(void **state)
{
    (void)state;
    struct gs_places p = {0};
    struct gs_entry *somebody = (struct gs_entry *)&p;
    for (int32_t i = 0; i < GS_MAX_CAPACITY; i++) {
        assert_int_equal(gs_places_lowest_free(&p), i);
        assert_int_equal(gs_places_take(&p, i, somebody), GS_OK);
    }
    assert_true(gs_places_lowest_free(&p) >= GS_MAX_CAPACITY);
    gs_places_release(&p, 8191);
    gs_places_release(&p, 4096);
    assert_int_equal(gs_places_lowest_free(&p), 4096);
    gs_places_finish(&p);
}

static void places_agree_with_a_plain_array(void **state)
{
    (void)state;
    static bool held[300];
    struct gs_places p = {0};
    uint64_t seed = 20261125;
    printf("# seed %llu\n", (unsigned long long)seed);
    memset(held, 0, sizeof held);
    for (int step = 0; step < 20000; step++) {
        int32_t at = (int32_t)(dice_next(&seed) % 300), lowest = 0;
        if (held[at]) {
            gs_places_release(&p, at);
        } else {
            assert_int_equal(gs_places_take(&p, at, (struct gs_entry *)&p), GS_OK);
        }
        held[at] = !held[at];
        while (lowest < 300 && held[lowest]) {
            lowest++;
        }
        assert_int_equal(gs_places_lowest_free(&p), lowest);
        assert_true((gs_places_holder(&p, at) != NULL) == held[at]);
    }
    gs_places_finish(&p);
}

static void lists_find_ids_dense_or_not(void **state)
{
    (void)state;
    struct gs_list l = {0};
    uint64_t seed = 7;
    int64_t id = 0;
    struct gs_entry *entries = calloc(1000, sizeof *entries);
    assert_non_null(entries);
    for (size_t i = 0; i < 1000; i++) {
        id += i % 100 < 60 ? 1 : 1 + (int64_t)(dice_next(&seed) % 50);
        entries[i].b.id = id;
        assert_int_equal(gs_list_insert(&l, gs_list_lower_bound(&l, id), &entries[i]), GS_OK);
    }
    size_t expected = 0;
    for (int64_t wanted = -1; wanted <= id + 1; wanted++) {
        while (expected < 1000 && entries[expected].b.id < wanted) {
            expected++;
        }
        assert_int_equal(gs_list_lower_bound(&l, wanted), expected);
        bool there = expected < 1000 && entries[expected].b.id == wanted;
        assert_ptr_equal(gs_list_find(&l, wanted), there ? &entries[expected] : NULL);
    }
    gs_list_finish(&l);
    free(entries);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lowest_free_number_is_found_up_to_the_limit),
        cmocka_unit_test(places_agree_with_a_plain_array),
        cmocka_unit_test(lists_find_ids_dense_or_not),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
