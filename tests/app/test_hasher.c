/* Passwords are hashed for real, on their thread: what matches, what does not, how many may wait, and an end with some still waiting. */
#include "hasher.h"

#include "gateslot/base/limits.h"
#include <event2/event.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct told {
    int count;
    struct gs_hash_result last;
};

static const struct gs_hasher_watch unwatched = {0};

static void note(void *arg, const struct gs_hash_result *r)
{
    struct told *t = arg;
    t->count++;
    t->last = *r;
}

static void wait_for(struct event_base *base, const struct told *t, int count)
{
    while (t->count < count) {
        assert_int_equal(event_base_loop(base, EVLOOP_ONCE), 0);
    }
}

static struct gs_hash_result ask(struct event_base *base, struct gs_hasher *h, const struct gs_hash_question *q)
{
    struct told t = {.count = 0};
    assert_int_equal(gs_hasher_ask(h, q, note, &t), GS_OK);
    wait_for(base, &t, 1);
    return t.last;
}

static void a_hash_is_yescrypt_and_matches_its_password_only(void **state)
{
    struct event_base *base = event_base_new();
    struct gs_hasher *h = NULL;
    (void)state;
    assert_int_equal(gs_hasher_create(base, &unwatched, &h), GS_OK);
    const struct gs_hash_question make = {.secret = "密码 and more"};
    const struct gs_hash_result first = ask(base, h, &make), second = ask(base, h, &make);
    assert_int_equal(first.err, GS_OK);
    assert_int_equal(strncmp(first.hash, "$y$jAT$", 7), 0);
    assert_string_not_equal(first.hash, second.hash); /* each has its salt */
    assert_null(strstr(first.hash, "more"));
    static const struct {
        const char *secret;
        bool matches;
    } tries[] = {{"密码 and more", true}, {"密码 and mor", false}, {"密码 and moree", false}, {"", false}};
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
        const struct gs_hash_question q = {.secret = tries[i].secret, .checks = true, .against = first.hash};
        const struct gs_hash_result r = ask(base, h, &q);
        assert_int_equal(r.err, GS_OK);
        assert_int_equal(r.matches, tries[i].matches);
    }
    const struct gs_hash_question nobody = {.secret = "", .checks = true};
    const struct gs_hash_result r = ask(base, h, &nobody);
    assert_int_equal(r.err, GS_OK); /* it was hashed all the same */
    const struct gs_hash_question damaged = {.secret = "x", .checks = true, .against = "$y$nonsense"};
    assert_false(ask(base, h, &damaged).matches);
    gs_hasher_destroy(h);
    event_base_free(base);
}

static void what_is_nobodys_matches_nothing(void **state)
{
    static const char *const secrets[] = {"", "a", "correct horse battery"};
    struct event_base *base = event_base_new();
    struct gs_hasher *h = NULL;
    (void)state;
    assert_int_equal(gs_hasher_create(base, &unwatched, &h), GS_OK);
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
        const struct gs_hash_question q = {.secret = secrets[i], .checks = true};
        const struct gs_hash_result r = ask(base, h, &q);
        assert_int_equal(r.err, GS_OK);
        assert_false(r.matches);
    }
    gs_hasher_destroy(h);
    event_base_free(base);
}

static void only_so_many_wait_and_some_places_are_kept(void **state)
{
    struct event_base *base = event_base_new();
    struct gs_hasher *h = NULL;
    struct told t = {.count = 0};
    char long_one[GS_SECRET_MAX + 2];
    (void)state;
    memset(long_one, 'x', sizeof long_one);
    long_one[sizeof long_one - 1] = '\0';
    assert_int_equal(gs_hasher_create(base, &unwatched, &h), GS_OK);
    assert_int_equal(gs_hasher_ask(h, &(struct gs_hash_question){.secret = long_one}, note, &t), GS_E_RANGE);
    const struct gs_hash_question q = {.secret = "x"}, spare = {.secret = "x", .spare = true};
    for (int i = 0; i < GS_HASHES_MAX - GS_HASHES_SPARE; i++) {
        assert_int_equal(gs_hasher_ask(h, &q, note, &t), GS_OK); /* none is told of before the loop runs */
    }
    assert_int_equal(gs_hasher_ask(h, &q, note, &t), GS_E_BUSY);
    for (int i = 0; i < GS_HASHES_SPARE; i++) {
        assert_int_equal(gs_hasher_ask(h, &spare, note, &t), GS_OK);
    }
    assert_int_equal(gs_hasher_ask(h, &spare, note, &t), GS_E_BUSY);
    wait_for(base, &t, GS_HASHES_MAX);
    assert_int_equal(gs_hasher_ask(h, &q, note, &t), GS_OK);
    gs_hasher_destroy(h); /* with one that waits: nobody is told any more */
    assert_int_equal(t.count, GS_HASHES_MAX);
    event_base_free(base);
}

static void one_that_was_never_asked_ends_too(void **state)
{
    struct event_base *base = event_base_new();
    struct gs_hasher *h = NULL;
    (void)state;
    assert_int_equal(gs_hasher_create(base, &unwatched, &h), GS_OK);
    gs_hasher_destroy(h);
    gs_hasher_destroy(NULL);
    event_base_free(base);
}

static void note_work(void *self, bool is_at_work)
{
    int *changes = self;
    assert_int_equal(is_at_work, *changes % 2 == 0);
    ++*changes;
}

/* Once for many that wait together: so the memory that it takes is counted once. */
static void it_is_told_when_work_begins_and_when_it_ends(void **state)
{
    struct event_base *base = event_base_new();
    struct gs_hasher *h = NULL;
    struct told t = {.count = 0};
    int changes = 0;
    const struct gs_hasher_watch watch = {note_work, &changes};
    (void)state;
    assert_int_equal(gs_hasher_create(base, &watch, &h), GS_OK);
    for (int round = 1; round <= 2; round++) {
        for (int i = 0; i < 3; i++) {
            assert_int_equal(gs_hasher_ask(h, &(struct gs_hash_question){.secret = "x", .checks = true}, note, &t),
                             GS_OK);
            assert_int_equal(changes, 2 * round - 1);
        }
        wait_for(base, &t, 3 * round);
        assert_int_equal(changes, 2 * round);
    }
    gs_hasher_destroy(h);
    event_base_free(base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hash_is_yescrypt_and_matches_its_password_only),
        cmocka_unit_test(what_is_nobodys_matches_nothing),
        cmocka_unit_test(only_so_many_wait_and_some_places_are_kept),
        cmocka_unit_test(it_is_told_when_work_begins_and_when_it_ends),
        cmocka_unit_test(one_that_was_never_asked_ends_too),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
