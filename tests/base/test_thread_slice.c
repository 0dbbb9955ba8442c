/* What a thread asks of the scheduler, read back from the kernel; and that nothing else of it changes. */
#define _GNU_SOURCE /* syscall, gettid */
#include "check.h"
#include "gateslot/base/thread_slice.h"
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

struct asked {
    int64_t slice_us;
    int nice, policy, nice_after;
    int64_t found_us; /* 0: the kernel keeps no slices */
};

static int64_t slice_of_this_thread(void)
{
    struct {
        uint32_t size, policy;
        uint64_t flags;
        int32_t nice;
        uint32_t priority;
        uint64_t runtime_ns, deadline_ns, period_ns;
    } p = {.size = sizeof p};
    return syscall(SYS_sched_getattr, 0, &p, (unsigned)sizeof p, 0U) == 0 ? (int64_t)(p.runtime_ns / 1000) : 0;
}

static void *ask(void *arg)
{
    struct asked *a = arg;
    const bool known = slice_of_this_thread() > 0;
    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), a->nice);
    gs_thread_slice(a->slice_us);
    a->found_us = known ? slice_of_this_thread() : 0;
    a->policy = sched_getscheduler(0);
    a->nice_after = getpriority(PRIO_PROCESS, (id_t)gettid());
    return NULL;
}

static void a_thread_gets_the_slice_it_asks_for_and_keeps_the_rest(void **state)
{
    const int nice = getpriority(PRIO_PROCESS, (id_t)gettid());
    struct asked all[] = {{.slice_us = GS_SLICE_WRITER_US, .nice = nice},
                          {.slice_us = GS_SLICE_LOOP_US, .nice = nice < 19 ? nice + 1 : nice},
                          {.slice_us = GS_SLICE_LONG_US, .nice = 19}};
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        pthread_t thread;
        const int policy = sched_getscheduler(0);
        assert_int_equal(pthread_create(&thread, NULL, ask, &all[i]), 0);
        assert_int_equal(pthread_join(thread, NULL), 0);
        assert_int_equal(all[i].policy, policy);
        assert_int_equal(all[i].nice_after, all[i].nice);
        assert_true(all[i].found_us == 0 || all[i].found_us == all[i].slice_us);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thread_gets_the_slice_it_asks_for_and_keeps_the_rest),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
