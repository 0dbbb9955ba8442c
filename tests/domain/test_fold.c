/* Folded texts written back: whole where they fit, else cut at a character's edge, and terminated in any case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fold.h"

static void what_does_not_fit_is_cut_at_a_character_and_ends(void **state)
{
    static const char text[] = "浙Dé9";
    static const size_t edges[] = {0, 0, 0, 3, 4, 4, 6, 7}; /* how much fits in so many bytes, its end apart */
    struct fold f;
    (void)state;
    assert_int_equal(fold_text(&f, text, strlen(text), FOLD_KEEP), FOLD_OK);
    assert_int_equal(f.count, 4);
    for (size_t size = 1; size <= 8; size++) {
        char out[16];
        memset(out, 'x', sizeof out);
        assert_int_equal(fold_write(&f, 0, out, size), size > 7);
        assert_int_equal(strlen(out), edges[size - 1]);
        assert_int_equal(out[size], 'x'); /* nothing behind it is touched */
    }
    char out[16];
    memset(out, 'x', sizeof out);
    assert_true(fold_write(&f, 3, out, 2));
    assert_string_equal(out, "9");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_does_not_fit_is_cut_at_a_character_and_ends)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("domain-fold", tests, NULL, NULL);
}
