/* The sockets that the daemon listens on: real ones, on which a client is really answered. */
#include "outside.h"
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static void configure_unix(struct fixture *f, const char *name)
{
    struct gs_listen *l = &f->app->config->listen[f->app->config->listen_count++];
    l->kind = GS_LISTEN_UNIX;
    snprintf(l->address, sizeof l->address, "%s/%s", f->directory, name);
}

/* Port 0: the system chooses a free one. */
static void configure_tcp(struct fixture *f, const char *host, uint16_t port)
{
    struct gs_listen *l = &f->app->config->listen[f->app->config->listen_count++];
    *l = (struct gs_listen){.kind = GS_LISTEN_TCP, .port = port};
    strcpy(l->address, host);
}

static int setup(void **state)
{
    int failed = fixture_setup(state);
    struct fixture *f = *state;
    f->app->config->listen_count = 0;
    return failed;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char path[128];
    for (int32_t i = 0; i < outside.listening_count; i++) {
        (void)close(outside.listening[i]);
    }
    snprintf(path, sizeof path, "%s/a.sock", f->directory);
    (void)unlink(path);
    return fixture_teardown(state);
}

/* A client's connection is accepted there. */
static void connects(int listener)
{
    struct sockaddr_storage address;
    socklen_t len = sizeof address;
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &len), 0);
    assert_true((fcntl(listener, F_GETFL) & O_NONBLOCK) != 0); /* the loop never waits in accept */
    int client = socket(address.ss_family, SOCK_STREAM, 0);
    assert_int_equal(connect(client, (struct sockaddr *)&address, len), 0);
    int server = accept(listener, NULL, NULL);
    assert_true(server >= 0);
    assert_int_equal(write(client, "x", 1), 1);
    char byte = 0;
    assert_int_equal(read(server, &byte, 1), 1);
    assert_int_equal(byte, 'x');
    (void)close(server);
    (void)close(client);
}

static uint16_t port_of(int fd)
{
    struct sockaddr_in address;
    socklen_t len = sizeof address;
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    return ntohs(address.sin_port);
}

static void a_tcp_client_is_accepted(void **state)
{
    struct fixture *f = *state;
    configure_tcp(f, "127.0.0.1", 0);
    assert_int_equal(gs_app_listen(f->app), GS_OK);
    assert_int_equal(outside.listening_count, 1);
    assert_false(outside.listening_unix[0]); /* nobody is trusted by his user id */
    connects(outside.listening[0]);
}

static void one_over_ipv6_too(void **state)
{
    struct fixture *f = *state;
    int probe = socket(AF_INET6, SOCK_STREAM, 0);
    struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    bool has_ipv6 = probe >= 0 && bind(probe, (struct sockaddr *)&any, sizeof any) == 0;
    if (probe >= 0) {
        (void)close(probe);
    }
    if (!has_ipv6) {
        skip();
    }
    configure_tcp(f, "::1", 0);
    assert_int_equal(gs_app_listen(f->app), GS_OK);
    connects(outside.listening[0]);
}

static void a_port_in_use_is_an_error_that_names_it(void **state)
{
    struct fixture *f = *state;
    configure_tcp(f, "127.0.0.1", 0);
    assert_int_equal(gs_app_listen(f->app), GS_OK);
    f->app->config->listen_count = 0;
    configure_tcp(f, "127.0.0.1", port_of(outside.listening[0]));
    assert_int_equal(gs_app_listen(f->app), GS_E_IO);
    assert_int_equal(outside.listening_count, 1);
    assert_int_equal(logged("127.0.0.1"), 2); /* that it listens, and that it cannot */
    assert_int_equal(logged("Address already in use"), 1);
}

static void a_unix_socket_is_open_to_its_group_alone(void **state)
{
    struct fixture *f = *state;
    configure_unix(f, "a.sock");
    assert_int_equal(gs_app_listen(f->app), GS_OK);
    assert_int_equal(outside.listening_count, 1);
    assert_true(outside.listening_unix[0]);
    connects(outside.listening[0]);
    struct stat st;
    assert_int_equal(stat(f->app->config->listen[0].address, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0660);
}

static void a_socket_that_a_kill_left_behind_is_replaced(void **state)
{
    struct fixture *f = *state;
    configure_unix(f, "a.sock");
    assert_int_equal(gs_app_listen(f->app), GS_OK);
    (void)close(outside.listening[0]); /* nobody removes the name */
    outside.listening_count = 0;
    assert_int_equal(gs_app_listen(f->app), GS_OK);
    connects(outside.listening[0]);
}

/* Whatever stands there that is no dead socket of ours: it is somebody's. */
static void what_is_no_socket_is_left_alone(void **state)
{
    struct fixture *f = *state;
    char path[128], target[128];
    struct stat st;
    snprintf(path, sizeof path, "%s/a.sock", f->directory);
    snprintf(target, sizeof target, "%s/target", f->directory);
    configure_unix(f, "a.sock");
    for (int kind = 0; kind < 5; kind++) {
        int fd = -1;
        switch (kind) {
        case 0:
            fd = open(path, O_WRONLY | O_CREAT, 0600);
            break;
        case 1:
            assert_int_equal(mkfifo(path, 0600), 0);
            break;
        case 2:
            assert_int_equal(mkdir(path, 0700), 0);
            break;
        case 3: /* also to a file */
            fd = open(target, O_WRONLY | O_CREAT, 0600);
            assert_int_equal(symlink(target, path), 0);
            break;
        default:
            assert_int_equal(symlink("nowhere", path), 0);
            break;
        }
        if (fd >= 0) {
            (void)close(fd);
        }
        assert_int_not_equal(gs_app_listen(f->app), GS_OK);
        assert_int_equal(outside.listening_count, 0);
        assert_int_equal(lstat(path, &st), 0);
        assert_true(kind != 3 || access(target, F_OK) == 0);
        assert_int_equal(remove(path), 0);
    }
    (void)unlink(target);
}

static void a_socket_where_another_daemon_answers_is_left_alone(void **state)
{
    struct fixture *f = *state;
    configure_unix(f, "a.sock");
    assert_int_equal(gs_app_listen(f->app), GS_OK);
    assert_int_equal(gs_app_listen(f->app), GS_E_IO);
    assert_int_equal(logged("another daemon answers there"), 1);
    int client = accept(outside.listening[0], NULL, NULL); /* the question whether somebody answers */
    assert_true(client >= 0);
    (void)close(client);
    connects(outside.listening[0]);
}

static void a_path_that_cannot_be_had_is_an_error_that_names_it(void **state)
{
    struct fixture *f = *state;
    configure_unix(f, "no/such/a.sock");
    assert_int_equal(gs_app_listen(f->app), GS_E_IO);
    assert_int_equal(logged("no/such/a.sock"), 1);
    assert_int_equal(outside.listening_count, 0);
}

static void all_of_the_config_are_opened(void **state)
{
    struct fixture *f = *state;
    configure_unix(f, "a.sock");
    configure_tcp(f, "127.0.0.1", 0);
    configure_tcp(f, "127.0.0.1", 0);
    assert_int_equal(gs_app_listen(f->app), GS_OK);
    assert_int_equal(outside.listening_count, 3);
    for (int32_t i = 0; i < 3; i++) {
        connects(outside.listening[i]);
    }
}

/* Where the service manager passes sockets: from 3 on. What the test has there already is put aside meanwhile. */
enum { FIRST_PASSED = 3, PASSED = 2 };

static void pass(const int sockets[PASSED], int aside[PASSED])
{
    for (int i = 0; i < PASSED; i++) {
        aside[i] = fcntl(FIRST_PASSED + i, F_DUPFD_CLOEXEC, 100);
    }
    for (int i = 0; i < PASSED; i++) {
        int high = fcntl(sockets[i], F_DUPFD_CLOEXEC, 100);
        assert_int_equal(dup2(high, FIRST_PASSED + i), FIRST_PASSED + i);
        (void)close(high);
    }
    outside.passed_sockets = PASSED;
}

static void take_back(const int aside[PASSED])
{
    outside.passed_sockets = 0;
    for (int i = 0; i < PASSED; i++) {
        (void)close(FIRST_PASSED + i);
        if (aside[i] >= 0) {
            (void)dup2(aside[i], FIRST_PASSED + i);
            (void)close(aside[i]);
        }
    }
}

static int tcp_socket(int type)
{
    const struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, type, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&here, sizeof here), 0);
    return fd;
}

static int unix_socket(const char *path)
{
    struct sockaddr_un here = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(here.sun_path, sizeof here.sun_path, "%s", path);
    assert_int_equal(bind(fd, (const struct sockaddr *)&here, sizeof here), 0);
    return fd;
}

/* A Unix socket of the config is passed, and a TCP one of it: neither is opened again, each is taken for its kind. */
static void what_is_passed_is_not_opened_again(void **state)
{
    struct fixture *f = *state;
    int aside[PASSED];
    configure_unix(f, "a.sock");
    const int sockets[PASSED] = {unix_socket(f->app->config->listen[0].address), tcp_socket(SOCK_STREAM)};
    configure_tcp(f, "127.0.0.1", port_of(sockets[1]));
    configure_tcp(f, "127.0.0.1", 0);
    for (int i = 0; i < PASSED; i++) {
        assert_int_equal(listen(sockets[i], 4), 0);
    }
    pass(sockets, aside);
    int err = gs_app_listen(f->app);
    for (int i = 0; i < PASSED && err == GS_OK; i++) {
        connects(FIRST_PASSED + i);
    }
    take_back(aside);
    for (int i = 0; i < PASSED; i++) {
        (void)close(sockets[i]);
    }
    assert_int_equal(err, GS_OK);
    assert_int_equal(outside.listening_count, 3);
    assert_true(outside.listening[0] == 3 && outside.listening_unix[0]);
    assert_true(outside.listening[1] == 4 && !outside.listening_unix[1]);
    assert_false(outside.listening_unix[2]);
    connects(outside.listening[2]);
    outside.listening[0] = outside.listening[1] = -1;
}

/* The socket passed is of another address than the config's: both are listened on. */
static void what_is_passed_beside_the_config_is_one_more(void **state)
{
    struct fixture *f = *state;
    int aside[PASSED];
    const int sockets[PASSED] = {tcp_socket(SOCK_STREAM), tcp_socket(SOCK_STREAM)};
    configure_unix(f, "a.sock");
    configure_tcp(f, "127.0.0.2", port_of(sockets[0]));
    for (int i = 0; i < PASSED; i++) {
        assert_int_equal(listen(sockets[i], 4), 0);
    }
    pass(sockets, aside);
    int err = gs_app_listen(f->app);
    take_back(aside);
    for (int i = 0; i < PASSED; i++) {
        (void)close(sockets[i]);
    }
    assert_int_equal(err, GS_OK);
    assert_int_equal(outside.listening_count, 4);
    assert_true(outside.listening_unix[2] && !outside.listening_unix[3]);
    outside.listening[0] = outside.listening[1] = -1;
}

static void what_is_passed_and_does_not_listen_is_refused(void **state)
{
    struct fixture *f = *state;
    int aside[PASSED];
    const int sockets[PASSED] = {tcp_socket(SOCK_STREAM), tcp_socket(SOCK_DGRAM)};
    assert_int_equal(listen(sockets[0], 4), 0);
    pass(sockets, aside);
    int err = gs_app_listen(f->app);
    take_back(aside);
    for (int i = 0; i < PASSED; i++) {
        (void)close(sockets[i]);
    }
    assert_int_equal(err, GS_E_INVALID);
    assert_int_equal(logged("not a listening socket"), 1);
    outside.listening_count = 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_tcp_client_is_accepted),
        TEST(one_over_ipv6_too),
        TEST(a_port_in_use_is_an_error_that_names_it),
        TEST(a_unix_socket_is_open_to_its_group_alone),
        TEST(a_socket_that_a_kill_left_behind_is_replaced),
        TEST(what_is_no_socket_is_left_alone),
        TEST(a_socket_where_another_daemon_answers_is_left_alone),
        TEST(a_path_that_cannot_be_had_is_an_error_that_names_it),
        TEST(all_of_the_config_are_opened),
        TEST(what_is_passed_is_not_opened_again),
        TEST(what_is_passed_beside_the_config_is_one_more),
        TEST(what_is_passed_and_does_not_listen_is_refused),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
