/* What is large goes back to the system when it is freed, also after something larger was freed before: by what the allocator says it has
 * taken in one piece. */
#include "app.h"
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LARGER = 4 << 20, LARGE = 600 << 10, ROUNDS = 3 };

/* Used, so that the compiler does not leave it out. */
static char *take(size_t size)
{
    char *piece = malloc(size);
    assert_non_null(piece);
    memset(piece, 1, size);
    return piece;
}

static void a_large_piece_is_one_of_its_own_whatever_was_freed_before(void **state)
{
    (void)state;
    gs_app_keep_memory_small();
    char *first = take(LARGE);
    if (mallinfo2().hblkhd < LARGE) {
        free(first);
        printf("# another allocator, as a sanitizer brings it: nothing to look at\n");
        return;
    }
    free(first);
    for (int i = 0; i < ROUNDS; i++) {
        free(take(LARGER));
        const size_t before = mallinfo2().hblkhd;
        char *piece = take(LARGE);
        assert_true(mallinfo2().hblkhd >= before + LARGE);
        free(piece);
        assert_int_equal(mallinfo2().hblkhd, before);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_large_piece_is_one_of_its_own_whatever_was_freed_before),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
