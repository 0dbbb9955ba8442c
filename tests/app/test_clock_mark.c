/* The file that tells the next start what the clock showed: its numbers are believed as they were written, and numbers that nobody wrote,
 * however long, are not. */
#include "clock_mark.h"

#include "gateslot/base/store_files.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const int64_t NOW_MS = INT64_C(1793000000000);

struct place {
    char dir[32], store[48], mark[64];
};

static int setup(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    if (p == NULL) {
        return -1;
    }
    (void)snprintf(p->dir, sizeof p->dir, "/tmp/gsmarkXXXXXX");
    if (mkdtemp(p->dir) == NULL) {
        free(p);
        return -1;
    }
    (void)snprintf(p->store, sizeof p->store, "%s/a.db", p->dir);
    (void)snprintf(p->mark, sizeof p->mark, "%s%s", p->store, GS_BESIDE_CLOCK);
    *state = p;
    return 0;
}

static int teardown(void **state)
{
    struct place *p = *state;
    (void)unlink(p->mark);
    (void)rmdir(p->dir);
    free(p);
    return 0;
}

/* What the next start knows by a mark of this boot with these numbers. */
static struct gs_clock_past known(const struct place *p, const char *numbers)
{
    struct gs_clock_mark mark;
    struct gs_clock_past past = {.last_ms = 0};
    gs_clock_mark_open(&mark, p->store, &past);
    assert_true(mark.fd >= 0);
    assert_true(dprintf(mark.fd, "boot=%s %s end", mark.boot, numbers) > 0);
    gs_clock_mark_close(&mark);
    past.last_ms = NOW_MS;
    gs_clock_mark_open(&mark, p->store, &past);
    gs_clock_mark_close(&mark);
    (void)unlink(p->mark);
    return past;
}

static void what_was_written_is_believed(void **state)
{
    struct gs_clock_past past = known(*state, "offset_ms=-120000 now_ms=1793000000500 stored_ms=1793000000000");
    assert_true(past.same_boot);
    assert_int_equal(past.offset_ms, -120000);
    assert_int_equal(past.last_ms, NOW_MS + 500);
}

static void numbers_that_do_not_fit_are_not(void **state)
{
    static const char *const damaged[] = {
        "offset_ms=0 now_ms=1793000000500 stored_ms=-9223372036854775808",
        "offset_ms=0 now_ms=1793000000500 stored_ms=-9223372036854775000",
        "offset_ms=9223372036854775807 now_ms=1793000000500 stored_ms=1793000000000",
        "offset_ms=0 now_ms=99999999999999999999999 stored_ms=1793000000000",
    };
    for (size_t i = 0; i < sizeof damaged / sizeof damaged[0]; i++) {
        struct gs_clock_past past = known(*state, damaged[i]);
        assert_false(past.same_boot);
        assert_int_equal(past.last_ms, NOW_MS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_written_is_believed, setup, teardown),
        cmocka_unit_test_setup_teardown(numbers_that_do_not_fit_are_not, setup, teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
