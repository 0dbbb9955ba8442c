/* Without memory: each allocation of the store's own fails once, one after the other. What was asked for is refused with that reason and
 * nothing is left half done, so that the same goes well a moment later. */
#include "cmocka_all.h"
#include "fixture.h"
#include "store_file.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);

static int left = -1; /* the allocation so many from now fails; negative: none */

static bool fails(void)
{
    bool now = left == 0;
    left -= left >= 0 ? 1 : 0;
    errno = now ? ENOMEM : errno;
    return now;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : __real_strdup(text);
}

static void questions_to_the_file_system_are_refused(void **state)
{
    struct fixture *f = *state;
    char message[256];
    int fd;
    for (int i = 0; i < 2; i++) {
        left = i == 0 ? 0 : -1;
        assert_int_equal(gs_file_sync_directory(f->path), i == 0 ? GS_E_NOMEM : GS_OK);
        left = i == 0 ? 0 : -1;
        char *beside = gs_file_beside("/a/b", ".c");
        left = i == 0 ? 0 : -1;
        assert_int_equal(gs_file_lock(f->path, true, &fd, message, sizeof message), i == 0 ? GS_E_NOMEM : GS_E_BUSY);
        left = -1;
        assert_int_equal(beside != NULL, i == 1);
        assert_true(beside == NULL || strcmp(beside, "/a/b.c") == 0);
        free(beside);
    }
}

static int try_all(struct fixture *f)
{
    int refused = 0;
    char mark[128];
    fixture_name(f, ".mark", mark);
    for (int n = 0;; n++) {
        left = n;
        int err = fixture_try_open(f, NULL);
        bool was_reached = left < 0;
        left = -1;
        assert_true(err == GS_OK || (was_reached && err == GS_E_NOMEM));
        refused += err != GS_OK ? 1 : 0;
        if (!was_reached) {
            return refused;
        }
        if (err == GS_OK) { /* a name of a leftover that nobody missed */
            fixture_close(f);
        } else {
            f->store = NULL;
        }
        (void)unlink(f->path);
        (void)unlink(mark);
    }
}

static void a_store_is_made_and_opened_later(void **state)
{
    struct fixture *f = *state;
    char mark[128];
    fixture_name(f, ".mark", mark);
    fixture_close(f);
    (void)unlink(f->path);
    (void)unlink(mark);
    assert_in_range(try_all(f), 3, 100);
    struct gs_booking b = a_booking(1);
    commit_booking(f->store, &b);
    fixture_reopen(f);
    struct gs_answer a = ask_id(f->store, GS_QUERY_BOOKING, 1);
    assert_int_equal(a.err, GS_OK);
    gs_answer_finish(&a);
}

static void never(void *arg, struct gs_answer *answer)
{
    (void)arg;
    (void)answer;
    fail_msg("a question that was refused is answered");
}

static void a_writer_starts_and_is_asked_later(void **state)
{
    struct fixture *f = *state;
    struct gs_writer *writer = NULL;
    const struct gs_query q = {.kind = GS_QUERY_BOOKING, .u.id = 1};
    int fd;
    left = 0;
    assert_int_equal(gs_writer_start(f->store, &writer, &fd), GS_E_NOMEM);
    left = -1;
    assert_null(writer);
    assert_int_equal(gs_writer_start(f->store, &writer, &fd), GS_OK);
    left = 0;
    assert_int_equal(gs_writer_query(writer, &q, never, NULL), GS_E_NOMEM);
    left = -1;
    gs_writer_stop(writer);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(questions_to_the_file_system_are_refused),
        TEST(a_store_is_made_and_opened_later),
        TEST(a_writer_starts_and_is_asked_later),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
