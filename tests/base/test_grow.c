/* Lists that grow: nothing moves while there is room, and room doubles. */
#include "check.h"
#include "gateslot/base/grow.h"
#include <stdint.h>
#include <stdlib.h>

static void room_doubles_only_when_there_is_none_left(void **state)
{
    (void)state;
    int64_t *list = NULL;
    size_t room = 0;
    for (size_t count = 0; count < 1000; count++) {
        int64_t *before = list;
        size_t room_before = room;
        list = gs_grown(list, count, &room, sizeof *list);
        assert_non_null(list);
        assert_true(room > count);
        if (count < room_before) {
            assert_ptr_equal(list, before);
            assert_int_equal(room, room_before);
        } else {
            assert_int_equal(room, count == 0 ? 16 : 2 * count);
        }
        list[count] = (int64_t)count;
    }
    for (size_t i = 0; i < 1000; i++) {
        assert_int_equal(list[i], i);
    }
    free(list);
}

static void more_bytes_than_can_be_counted_are_refused(void **state)
{
    (void)state;
    char *list = malloc(16);
    size_t room = SIZE_MAX / 4;
    assert_null(gs_grown(list, room, &room, 8));
    assert_int_equal(room, SIZE_MAX / 4);
    free(list); /* still there */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(room_doubles_only_when_there_is_none_left),
        cmocka_unit_test(more_bytes_than_can_be_counted_are_refused),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("base-grow", tests, NULL, NULL);
}
