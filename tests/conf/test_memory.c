/* No memory: the n-th allocation of a load fails, for every n, in our code and in libyaml's. What was taken is given back.
 * glibc's allocator is called by its own names below; not built with sanitizers, which bring theirs. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void __libc_free(void *memory);

static long until_failure = -1; /* allocations that still succeed; negative: all do */
static long held;               /* blocks taken and not given back */

static int fails(void)
{
    return until_failure >= 0 && until_failure-- == 0;
}

static void *count_block(void *memory)
{
    held += memory != NULL;
    return memory;
}

void *malloc(size_t size)
{
    return fails() ? NULL : count_block(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
    return fails() ? NULL : count_block(__libc_calloc(count, size));
}

void *realloc(void *memory, size_t size)
{
    if (fails()) {
        return NULL;
    }
    return memory == NULL ? count_block(__libc_realloc(NULL, size)) : __libc_realloc(memory, size);
}

void free(void *memory)
{
    held -= memory != NULL;
    __libc_free(memory);
}

/* Fails each allocation of loading the text in turn; err: what the load gives with memory enough. */
static void fail_each(const char *text, int err)
{
    static struct gs_config_problems problems;
    int got = GS_E_NOMEM;
    long n = 0;
    for (; got == GS_E_NOMEM; n++) {
        struct gs_config *config = NULL;
        long before = held;
        until_failure = n;
        got = gs_config_parse(text, strlen(text), &config, &problems);
        bool failed = until_failure < 0;
        until_failure = -1;
        assert_int_equal(got, failed ? GS_E_NOMEM : err);
        assert_true(got == GS_OK || config == NULL);
        gs_config_destroy(config);
        assert_int_equal(held, before);
    }
    assert_true(n > 10);
}

static void every_failed_allocation_is_told_and_leaks_nothing(void **state)
{
    (void)state;
    fail_each("", GS_OK);
    fail_each(
        "site: {timezone: Europe/Berlin}\nlisten: [\"unix:/a\"]\n"
        "windows:\n  a: {start: \"08:00\", end: \"09:00\", capacity: 3}\n"
        "calendar:\n- {date: 2027-01-01, closed: true, reason: x}\n- {weekday: sun, windows: {a: {capacity: 1}}}\n",
        GS_OK);
    fail_each("yard: &y {bays: !!int 40, bays: 1}\nquota: *y\nbooking: {<<: {a: [b, c]}}\n", GS_E_INVALID);
    fail_each("listen: [\"unix:/a\", \nsite: {", GS_E_INVALID);
    fail_each("a: [[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]\n", GS_E_INVALID);
}

static void a_file_is_loaded_or_nothing_is_kept(void **state)
{
    (void)state;
    static struct gs_config_problems problems;
    struct gs_config *config = NULL;
    long before = held;
    until_failure = 0;
    assert_int_equal(gs_config_load("/dev/null", &config, &problems), GS_E_NOMEM);
    until_failure = -1;
    assert_int_equal(gs_config_load("/dev/null", &config, &problems), GS_E_INVALID);
    assert_int_equal(held, before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_failed_allocation_is_told_and_leaks_nothing),
        cmocka_unit_test(a_file_is_loaded_or_nothing_is_kept),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
