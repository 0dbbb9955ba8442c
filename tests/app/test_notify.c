/* What the service manager hears, on a socket of the test's; and which descriptors it may pass. */
#include "notify.h"
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { FIRST_PASSED = 3 };

/* A manager that listens under that name, which begins with "@" for one of the abstract namespace. */
static int manager(const char *name)
{
    struct sockaddr_un here = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    memcpy(here.sun_path, name, strlen(name));
    here.sun_path[0] = name[0] == '@' ? '\0' : name[0];
    socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
    assert_int_equal(bind(fd, (const struct sockaddr *)&here, len), 0);
    assert_int_equal(setenv("NOTIFY_SOCKET", name, 1), 0);
    return fd;
}

static void hears(int fd, const char *text)
{
    char got[256];
    ssize_t len = recv(fd, got, sizeof got - 1, 0);
    assert_true(len > 0);
    got[len] = '\0';
    assert_string_equal(got, text);
}

static void all_that_is_told_arrives(int fd)
{
    char got[256];
    int64_t usec;
    struct timespec before, after;
    gs_notify_ready();
    hears(fd, "READY=1");
    gs_notify_alive();
    hears(fd, "WATCHDOG=1");
    gs_notify_stopping();
    hears(fd, "STOPPING=1");
    (void)clock_gettime(CLOCK_MONOTONIC, &before);
    gs_notify_reloading();
    (void)clock_gettime(CLOCK_MONOTONIC, &after);
    ssize_t len = recv(fd, got, sizeof got - 1, 0);
    assert_true(len > 0);
    got[len] = '\0';
    assert_int_equal(sscanf(got, "RELOADING=1\nMONOTONIC_USEC=%" SCNd64, &usec), 1);
    assert_in_range(usec, (int64_t)before.tv_sec * 1000000 + before.tv_nsec / 1000,
                    (int64_t)after.tv_sec * 1000000 + after.tv_nsec / 1000);
    assert_int_equal(recv(fd, got, sizeof got, 0), -1);
}

static void a_manager_of_the_abstract_namespace_is_told(void **state)
{
    char name[64];
    (void)state;
    snprintf(name, sizeof name, "@gateslot-test-%ld", (long)getpid());
    int fd = manager(name);
    all_that_is_told_arrives(fd);
    (void)close(fd);
}

static void one_with_a_path_too(void **state)
{
    char name[64];
    (void)state;
    snprintf(name, sizeof name, "/tmp/gateslot-test-%ld", (long)getpid());
    (void)unlink(name);
    int fd = manager(name);
    all_that_is_told_arrives(fd);
    (void)close(fd);
    (void)unlink(name);
}

/* Nothing but goes on: no manager, one that does not listen, a name that is none. */
static void without_one_nothing_is_told(void **state)
{
    char long_name[200];
    (void)state;
    memset(long_name, 'a', sizeof long_name - 1);
    long_name[0] = '/';
    long_name[sizeof long_name - 1] = '\0';
    const char *const names[] = {"", "relative", "/tmp/gateslot-nobody-listens-here", long_name};
    (void)unsetenv("NOTIFY_SOCKET");
    gs_notify_ready();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_int_equal(setenv("NOTIFY_SOCKET", names[i], 1), 0);
        gs_notify_ready();
    }
    (void)unsetenv("NOTIFY_SOCKET");
}

static int passed(const char *pid, const char *count)
{
    assert_int_equal(setenv("LISTEN_PID", pid, 1) | setenv("LISTEN_FDS", count, 1) | setenv("LISTEN_FDNAMES", "a:b", 1),
                     0);
    int got = gs_notify_passed_sockets();
    assert_null(getenv("LISTEN_PID")); /* not for children */
    assert_null(getenv("LISTEN_FDS"));
    assert_null(getenv("LISTEN_FDNAMES"));
    return got;
}

static void descriptors_are_passed_to_this_process_alone(void **state)
{
    char own[32], other[32];
    (void)state;
    snprintf(own, sizeof own, "%ld", (long)getpid());
    snprintf(other, sizeof other, "%ld", (long)getpid() + 1);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(dup2(STDERR_FILENO, FIRST_PASSED + i), FIRST_PASSED + i);
        assert_int_equal(fcntl(FIRST_PASSED + i, F_GETFD), 0);
    }
    assert_int_equal(passed(other, "2"), 0);
    static const char *const wrong[] = {"", "-1", "+2", "2 ", "two", "0", "65", "99999999999999999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(passed(own, wrong[i]), 0);
    }
    assert_int_equal(fcntl(FIRST_PASSED, F_GETFD), 0);
    assert_int_equal(passed(own, "2"), 2);
    for (int i = 0; i < 2; i++) { /* and none of them to its children */
        assert_int_equal(fcntl(FIRST_PASSED + i, F_GETFD), FD_CLOEXEC);
        (void)close(FIRST_PASSED + i);
    }
    (void)unsetenv("LISTEN_PID");
    assert_int_equal(gs_notify_passed_sockets(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_manager_of_the_abstract_namespace_is_told),
        cmocka_unit_test(one_with_a_path_too),
        cmocka_unit_test(without_one_nothing_is_told),
        cmocka_unit_test(descriptors_are_passed_to_this_process_alone),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
