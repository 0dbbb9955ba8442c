/* A thread of the daemon takes no signals, and the one that starts it takes what it took before. */
#include "gateslot/base/thread.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void *look(void *self)
{
    (void)pthread_sigmask(SIG_SETMASK, NULL, self);
    return NULL;
}

static void a_thread_leaves_signals_to_the_loop(void **state)
{
    static const int ours[] = {SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGPIPE, SIGCHLD};
    pthread_t thread;
    sigset_t inside, before, after;
    (void)state;
    assert_int_equal(pthread_sigmask(SIG_SETMASK, NULL, &before), 0);
    (void)sigemptyset(&inside);
    assert_int_equal(gs_thread_start(&thread, NULL, look, &inside), GS_OK);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(pthread_sigmask(SIG_SETMASK, NULL, &after), 0);
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        assert_int_equal(sigismember(&inside, ours[i]), 1);
        assert_int_equal(sigismember(&after, ours[i]), sigismember(&before, ours[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thread_leaves_signals_to_the_loop),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
