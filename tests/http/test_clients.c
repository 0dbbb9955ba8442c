/* What the server knows of who is at the other end of a connection, and what follows from it. */
#include "fixture.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/* A client over TCP, by IPv4 or IPv6. */
static void connect_tcp(struct fixture *f, struct client *c, int family)
{
    struct sockaddr_storage at = {.ss_family = (sa_family_t)family};
    socklen_t len = family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
    if (family == AF_INET) {
        ((struct sockaddr_in *)&at)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    } else {
        ((struct sockaddr_in6 *)&at)->sin6_addr = in6addr_loopback;
    }
    int listening = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (bind(listening, (struct sockaddr *)&at, len) != 0) {
        close(listening); /* a machine without IPv6 */
        c->fd = -1;
        return;
    }
    assert_int_equal(listen(listening, 4), 0);
    len = sizeof(at);
    assert_int_equal(getsockname(listening, (struct sockaddr *)&at, &len), 0);
    assert_int_equal(gs_http_listen(f->http, listening, false), GS_OK);
    memset(c, 0, sizeof(*c));
    c->fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(c->fd, (struct sockaddr *)&at, len), 0);
    assert_int_equal(fcntl(c->fd, F_SETFL, O_NONBLOCK), 0);
    fixture_run(f);
    c->conn = LIST_FIRST(&f->http->conns);
    assert_non_null(c->conn);
}

static void a_request_says_from_which_address_it_came(void **state)
{
    struct fixture *f = *state;
    static const int families[] = {AF_INET, AF_INET6};
    for (int i = 0; i < 2; i++) {
        static const char *const expected[] = {"::ffff:127.0.0.1", "::1"};
        struct client c;
        char text[INET6_ADDRSTRLEN];
        f->waiting_count = 0;
        connect_tcp(f, &c, families[i]);
        if (c.fd < 0) {
            continue;
        }
        client_send(f, &c, GET("/wait"));
        assert_int_equal(f->waiting_count, 1);
        const struct gs_peer *peer = &f->waiting[0]->request.peer;
        assert_true(peer->known);
        assert_non_null(inet_ntop(AF_INET6, peer->address, text, sizeof text));
        assert_string_equal(text, expected[i]);
        gs_conn_destroy(c.conn);
        client_close(&c);
    }
}

static void a_unix_socket_has_no_address(void **state)
{
    struct fixture *f = *state;
    struct client c;
    client_open(f, &c);
    client_send(f, &c, GET("/wait"));
    assert_false(f->waiting[0]->request.peer.known);
    gs_conn_destroy(c.conn);
    client_close(&c);
}

static void a_connection_keeps_the_highest_class_it_has_shown(void **state)
{
    struct fixture *f = *state;
    static const enum gs_client_class said[] = {GS_CLIENT_ANONYMOUS, GS_CLIENT_PROGRAM, GS_CLIENT_STAFF,
                                                GS_CLIENT_PROGRAM, GS_CLIENT_ANONYMOUS};
    static const enum gs_client_class kept[] = {GS_CLIENT_ANONYMOUS, GS_CLIENT_PROGRAM, GS_CLIENT_STAFF,
                                                GS_CLIENT_STAFF, GS_CLIENT_STAFF};
    struct client c;
    connect_tcp(f, &c, AF_INET);
    assert_int_equal(c.conn->class, GS_CLIENT_ANONYMOUS);
    for (int32_t i = 0; i < 5; i++) {
        client_send(f, &c, GET("/wait"));
        gs_exchange_known(f->waiting[i], said[i]);
        assert_int_equal(c.conn->class, kept[i]);
        fixture_answer(f, i);
    }
    client_close(&c);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_request_says_from_which_address_it_came),
        TEST(a_unix_socket_has_no_address),
        TEST(a_connection_keeps_the_highest_class_it_has_shown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
