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
    assert_int_equal(gs_http_listen(f->http, listening, GS_LISTENER_TCP), GS_OK);
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

/* ---- one who has not shown who he is ---- */

#define AS(class, path) "GET " path " HTTP/1.1\r\nHost: a\r\nX-Class: " class "\r\n\r\n"

static void an_unknown_client_has_one_request_under_way(void **state)
{
    struct fixture *f = *state;
    struct client c;
    client_open_by(f, &c, false);
    client_send(f, &c, GET("/wait/0") GET("/wait/1") AS("1", "/wait/2") GET("/wait/3") GET("/wait/4"));
    assert_string_equal(f->log, "/wait/0 ");
    assert_false(c.conn->reading);
    fixture_answer(f, 0);
    client_expect(f, &c, 200, "/wait/0");
    assert_string_equal(f->log, "/wait/0 /wait/1 ");
    fixture_answer(f, 1);
    client_expect(f, &c, 200, "/wait/1");
    /* The next one says who it is. */
    assert_string_equal(f->log, "/wait/0 /wait/1 /wait/2 /wait/3 /wait/4 ");
    for (int32_t i = 2; i < 5; i++) {
        fixture_answer(f, i);
    }
    client_close(&c);
}

static void an_unknown_client_that_does_not_read_is_asked_nothing_more(void **state)
{
    struct fixture *f = *state;
    struct client c;
    client_open_by(f, &c, false);
    client_send(f, &c, GET("/big?900000") GET("/now") GET("/now"));
    assert_int_equal(f->routed, 1);
    client_expect(f, &c, 200, NULL);
    client_expect(f, &c, 200, "/now");
    client_expect(f, &c, 200, "/now");
    client_close(&c);
}

/* A POST of body bytes, of which some come. */
static void post(struct fixture *f, struct client *c, const char *class, size_t body, size_t come)
{
    static char bytes[GS_BODY_MAX + 200];
    int head = snprintf(bytes, 200, "POST /echo HTTP/1.1\r\nHost: a\r\n%sContent-Length: %zu\r\n\r\n", class, body);
    memset(bytes + head, 'e', come);
    client_send_bytes(f, c, bytes, (size_t)head + come);
}

static void a_large_body_is_taken_only_from_one_who_is_known(void **state)
{
    struct fixture *f = *state;
    struct client c;
    /* Not known: refused at the head, before anything of the body is there. */
    client_open_by(f, &c, false);
    post(f, &c, "", GS_STRANGER_INPUT_MAX, 0);
    client_expect(f, &c, 401, NULL);
    client_expect_closed(f, &c);
    assert_int_equal(f->routed, 0);
    client_close(&c);
    /* A small one is. */
    client_open_by(f, &c, false);
    post(f, &c, "", 16000, 16000);
    client_expect(f, &c, 200, NULL);
    client_close(&c);
    /* Known by the head, though it has asked nothing before. */
    client_open_by(f, &c, false);
    post(f, &c, "X-Class: 1\r\n", GS_BODY_MAX, 0);
    client_expect_nothing(f, &c);
    assert_int_equal(f->looked_at_heads, 2);
    assert_int_equal(c.conn->class, GS_CLIENT_PROGRAM);
    gs_conn_destroy(c.conn);
    client_close(&c);
    client_open_by(f, &c, false);
    post(f, &c, "X-Class: 2\r\n", GS_BODY_MAX, GS_BODY_MAX);
    client_expect(f, &c, 200, NULL);
    /* Known by an earlier request: no head is looked at. */
    int32_t looked = f->looked_at_heads;
    post(f, &c, "", GS_BODY_MAX, GS_BODY_MAX);
    client_expect(f, &c, 200, NULL);
    assert_int_equal(f->looked_at_heads, looked);
    client_close(&c);
}

static void chunks_of_an_unknown_client_end_at_the_same_bound(void **state)
{
    struct fixture *f = *state;
    struct client c;
    char chunk[1100] = "3e8\r\n";
    memset(chunk + 5, 'c', 1000);
    memcpy(chunk + 1005, "\r\n", 3);
    client_open_by(f, &c, false);
    client_send(f, &c, "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    int sent = 0;
    while (f->refused == 0 && sent < 40) {
        client_send(f, &c, chunk);
        sent++;
        assert_true(c.conn->in.own_size <= GS_STRANGER_INPUT_MAX);
    }
    assert_int_equal(sent, 17); /* 16 of them and the head are below 16 KB */
    client_expect(f, &c, 401, NULL);
    client_close(&c);
}

/* ---- places ---- */

static void fill(struct fixture *f, struct client *clients, int count, const char *request)
{
    for (int i = 0; i < count; i++) {
        client_open_by(f, &clients[i], false);
        if (request != NULL) {
            client_send(f, &clients[i], request);
            client_expect(f, &clients[i], 200, NULL);
        }
    }
}

static bool is_closed(struct fixture *f, struct client *c)
{
    char byte;
    fixture_run(f);
    return recv(c->fd, &byte, 1, MSG_PEEK) == 0;
}

static void the_unknown_one_silent_longest_makes_room(void **state)
{
    struct fixture *f = *state;
    struct client clients[8];
    f->http->tuning.max_connections = 8;
    f->http->limits.reserved_connections = 1;
    fill(f, clients, 7, NULL);
    client_send(f, &clients[0], GET("/now"));
    client_expect(f, &clients[0], 200, "/now");
    client_send(f, &clients[1], "GET /half HTTP/1.1\r\nHos");
    assert_true(gs_room_for(f->http, false));
    assert_true(is_closed(f, &clients[1])); /* a drip is no word */
    assert_false(is_closed(f, &clients[0]));
    client_close(&clients[1]);
    client_open_by(f, &clients[1], false);
    assert_true(gs_room_for(f->http, false));
    assert_true(is_closed(f, &clients[2]));
    assert_int_equal(f->http->dropped[GS_DROPPED_PLACES], 2);
    for (int i = 0; i < 7; i++) {
        client_close(&clients[i]);
    }
}

static void idle_programs_make_room_and_staff_do_not(void **state)
{
    struct fixture *f = *state;
    struct client staff[3], programs[3];
    f->http->tuning.max_connections = 8;
    f->http->limits.reserved_connections = 2;
    fill(f, staff, 3, AS("2", "/now"));
    fill(f, programs, 3, AS("1", "/now"));
    client_send(f, &programs[0], AS("1", "/wait"));
    assert_false(gs_clients_free(f->http, false));
    assert_true(gs_clients_free(f->http, true));
    assert_true(gs_room_for(f->http, false));
    assert_true(is_closed(f, &programs[1]));
    f->http->tuning.max_connections = 7;
    f->http->limits.reserved_connections = 1;
    client_send(f, &programs[2], AS("1", "/wait"));
    client_close(&programs[1]);
    client_open_by(f, &programs[1], false);
    client_send(f, &programs[1], AS("2", "/now"));
    client_expect(f, &programs[1], 200, "/now");
    /* Programs that wait, and staff: nobody goes for another over TCP. The Unix socket has its place, and beyond it idle staff go. */
    assert_false(gs_room_for(f->http, false));
    assert_true(gs_room_for(f->http, true));
    f->http->tuning.max_connections = 6;
    assert_true(gs_room_for(f->http, true));
    assert_true(is_closed(f, &staff[0]));
    for (int i = 0; i < 3; i++) {
        client_close(&staff[i]);
        client_close(&programs[i]);
    }
    for (int32_t i = 0; i < 2; i++) {
        fixture_answer(f, i);
    }
}

static void programs_beyond_their_share_are_answered_and_not_kept(void **state)
{
    struct fixture *f = *state;
    struct client programs[5], gate;
    f->http->tuning.max_connections = 8;
    f->http->limits.reserved_connections = 2; /* for the Unix socket, and two more for staff: four are left */
    fill(f, programs, 4, AS("1", "/now"));
    client_open_by(f, &programs[4], false);
    client_send(f, &programs[4], AS("1", "/wait"));
    assert_true(gs_exchange_hurried(f->waiting[0]));
    fixture_answer(f, 0);
    client_expect(f, &programs[4], 200, "/wait");
    client_expect_closed(f, &programs[4]);
    client_open_by(f, &gate, false);
    client_send(f, &gate, AS("2", "/wait"));
    assert_false(gs_exchange_hurried(f->waiting[1]));
    fixture_answer(f, 1);
    client_expect(f, &gate, 200, "/wait");
    assert_false(is_closed(f, &gate));
    for (int i = 0; i < 5; i++) {
        client_close(&programs[i]);
    }
    client_close(&gate);
}

static void an_address_has_so_many_connections(void **state)
{
    struct fixture *f = *state;
    struct client clients[3], many[3];
    f->http->limits.connections_per_address = 3;
    for (int i = 0; i < 3; i++) {
        connect_tcp(f, &clients[i], AF_INET);
    }
    client_send(f, &clients[0], AS("1", "/now"));
    client_expect(f, &clients[0], 200, "/now");
    /* One more displaces the first of its own address that has not said who it is; */
    connect_tcp(f, &many[0], AF_INET);
    assert_int_equal(f->http->conn_count, 3);
    client_expect_closed(f, &clients[1]);
    client_send(f, &many[0], AS("1", "/now"));
    client_expect(f, &many[0], 200, "/now");
    client_send(f, &clients[2], AS("1", "/now"));
    client_expect(f, &clients[2], 200, "/now");
    /* where all are known, it is turned away itself. */
    connect_tcp(f, &many[1], AF_INET);
    client_expect_closed(f, &many[1]);
    assert_int_equal(f->http->dropped[GS_DROPPED_ADDRESS], 2);
    /* Another address, and a Unix socket, have their own. */
    connect_tcp(f, &many[2], AF_INET6);
    assert_int_equal(f->http->conn_count, many[2].fd < 0 ? 3 : 4);
    for (int i = 0; i < 3; i++) {
        client_close(&clients[i]);
        client_close(&many[i]);
    }
}

/* ---- turns ---- */

static void staff_is_served_where_others_wait_for_their_turn(void **state)
{
    struct fixture *f = *state;
    struct client programs[12], gate;
    fill(f, programs, 12, AS("1", "/now"));
    fill(f, &gate, 1, AS("2", "/now"));
    f->http->tuning.turn_work = 4;
    f->http->worked = 0;
    f->log[0] = '\0';
    for (int i = 0; i < 12; i++) {
        assert_true(send(programs[i].fd, AS("1", "/p"), strlen(AS("1", "/p")), 0) > 0);
    }
    assert_true(send(gate.fd, AS("2", "/gate"), strlen(AS("2", "/gate")), 0) > 0);
    event_base_loop(f->base, EVLOOP_NONBLOCK | EVLOOP_ONCE);
    assert_non_null(strstr(f->log, "/gate "));
    assert_true(strlen(f->log) <=
                strlen("/gate ") + 8 * strlen("/p ")); /* those of one turn, and of the one that began */
    fixture_run(f);
    for (int i = 0; i < 12; i++) {
        client_expect(f, &programs[i], 200, "/p");
        client_close(&programs[i]);
    }
    client_close(&gate);
}

/* ---- who has gone ---- */

static void a_poller_that_has_gone_gives_its_place_back_at_once(void **state)
{
    struct fixture *f = *state;
    static const char *const requests[] = {GET("/wait"), GET("/wait") GET("/wait"),
                                           "GET /wait HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nand more"};
    f->answers_in_a_hurry = true;
    for (int i = 0; i < 3; i++) {
        struct client c;
        client_open(f, &c);
        client_send(f, &c, requests[i]);
        assert_int_equal(f->http->conn_count, 1);
        client_close(&c);
        fixture_run(f);
        assert_int_equal(f->http->conn_count, 0);
        assert_true(gs_http_idle(f->http));
    }
}

static void a_poller_that_has_ended_its_half_is_answered_at_once(void **state)
{
    struct fixture *f = *state;
    struct client c;
    f->answers_in_a_hurry = true;
    client_open(f, &c);
    client_send(f, &c, GET("/wait") GET("/now"));
    shutdown(c.fd, SHUT_WR);
    client_expect(f, &c, 200, "hurried");
    client_expect(f, &c, 200, "/now");
    client_expect_closed(f, &c);
    client_close(&c);
}

/* It has filled its pipeline with polls: nothing is read, so the kernel is asked. */
static void one_that_has_gone_is_seen_where_nothing_is_read(void **state)
{
    struct fixture *f = *state;
    struct client c;
    client_open(f, &c);
    for (int i = 0; i < GS_MAX_PIPELINED + 5; i++) {
        client_send(f, &c, GET("/wait"));
    }
    assert_int_equal(f->waiting_count, GS_MAX_PIPELINED);
    assert_false(c.conn->reading);
    assert_false(gs_exchange_hurried(f->waiting[0]));
    client_close(&c);
    fixture_run(f);
    assert_true(gs_exchange_hurried(f->waiting[0]));
    gs_conn_destroy(LIST_FIRST(&f->http->conns));
}

static void a_connection_that_is_dropped_ends_its_waits(void **state)
{
    struct fixture *f = *state;
    struct client c;
    f->answers_in_a_hurry = true;
    client_open(f, &c);
    client_send(f, &c, GET("/wait") GET("/wait"));
    gs_conn_drop(c.conn, GS_DROPPED_MEMORY);
    assert_int_equal(f->hurried, 2);
    assert_int_equal(f->freed, 2);
    assert_int_equal(f->http->conn_count, 0);
    client_close(&c);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_request_says_from_which_address_it_came),
        TEST(a_unix_socket_has_no_address),
        TEST(a_connection_keeps_the_highest_class_it_has_shown),
        TEST(an_unknown_client_has_one_request_under_way),
        TEST(an_unknown_client_that_does_not_read_is_asked_nothing_more),
        TEST(a_large_body_is_taken_only_from_one_who_is_known),
        TEST(chunks_of_an_unknown_client_end_at_the_same_bound),
        TEST(the_unknown_one_silent_longest_makes_room),
        TEST(idle_programs_make_room_and_staff_do_not),
        TEST(programs_beyond_their_share_are_answered_and_not_kept),
        TEST(an_address_has_so_many_connections),
        TEST(staff_is_served_where_others_wait_for_their_turn),
        TEST(a_poller_that_has_gone_gives_its_place_back_at_once),
        TEST(a_poller_that_has_ended_its_half_is_answered_at_once),
        TEST(one_that_has_gone_is_seen_where_nothing_is_read),
        TEST(a_connection_that_is_dropped_ends_its_waits),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
