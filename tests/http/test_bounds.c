/* What a connection and all of them together may cost: time, memory, turns of the loop, descriptors. */
#include "fixture.h"
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void a_slow_head_is_stopped_at_its_total_deadline(void **state)
{
    struct fixture *f = *state;
    struct client c;
    client_open(f, &c);
    client_send(f, &c, GET("/now"));
    client_expect(f, &c, 200, "/now");
    fixture_later(f, 60000);
    const char *drip = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    for (int i = 0; i < 10; i++) {
        client_send_bytes(f, &c, drip + i, 1);
        client_expect_nothing(f, &c);
        fixture_later(f, GS_HEAD_DEADLINE_MS / 10);
    }
    client_expect(f, &c, 408, NULL);
    client_expect_closed(f, &c);
    assert_int_equal(f->routed, 1);
    client_close(&c);
}

static void a_slow_body_is_stopped_at_the_requests_total_deadline(void **state)
{
    struct fixture *f = *state;
    struct client c;
    client_open(f, &c);
    client_send(f, &c, "POST /echo HTTP/1.1\r\n");
    fixture_later(f, 5000);
    client_send(f, &c, "Host: a\r\nContent-Length: 100\r\n\r\n");
    for (int i = 0; i < 14; i++) {
        fixture_later(f, 1000);
        client_send(f, &c, "x");
        client_expect_nothing(f, &c);
    }
    fixture_later(f, 1000);
    client_expect(f, &c, 408, NULL);
    client_expect_closed(f, &c);
    assert_int_equal(f->routed, 0);
    client_close(&c);
}

static void dripping_chunks_are_stopped_at_the_requests_total_deadline(void **state)
{
    struct fixture *f = *state;
    struct client c;
    client_open(f, &c);
    client_send(f, &c, "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 7; i++) {
        fixture_later(f, 2500);
        client_send(f, &c, "1\r\nx\r\n");
        client_expect_nothing(f, &c);
    }
    fixture_later(f, 2500);
    client_expect(f, &c, 408, NULL);
    client_expect_closed(f, &c);
    client_close(&c);
}

static void each_request_has_its_own_deadline(void **state)
{
    struct fixture *f = *state;
    struct client c;
    client_open(f, &c);
    for (int i = 0; i < 5; i++) {
        client_send(f, &c, "GET /now HTTP/1.1\r\n");
        fixture_later(f, GS_HEAD_DEADLINE_MS - 1);
        client_send(f, &c, "Host: a\r\n\r\nGET /wait HTTP/1.1\r\n");
        fixture_later(f, GS_HEAD_DEADLINE_MS - 1);
        client_send(f, &c, "Host: a\r\n\r\n");
        client_expect(f, &c, 200, "/now");
        fixture_answer(f, i);
        client_expect(f, &c, 200, "/wait");
    }
    assert_int_equal(f->refused, 0);
    client_close(&c);
}

static void an_idle_connection_is_closed_without_a_word(void **state)
{
    struct fixture *f = *state;
    struct client fresh, used, waits;
    client_open(f, &fresh);
    client_open(f, &used);
    client_open(f, &waits);
    fixture_later(f, 1000);
    client_send(f, &used, GET("/now"));
    client_expect(f, &used, 200, "/now");
    client_send(f, &used, "\r\n");
    client_send(f, &waits, GET("/wait"));
    fixture_later(f, GS_IDLE_DEADLINE_MS - 1000);
    client_expect_closed(f, &fresh);
    client_expect_nothing(f, &used);
    fixture_later(f, 1000);
    client_expect_closed(f, &used);
    fixture_later(f, 10 * GS_IDLE_DEADLINE_MS);
    client_expect_nothing(f, &waits);
    fixture_answer(f, 0);
    client_expect(f, &waits, 200, "/wait");
    client_close(&fresh);
    client_close(&used);
    client_close(&waits);
}

static void a_lingering_connection_is_closed_after_a_second(void **state)
{
    struct fixture *f = *state;
    struct client c;
    client_open(f, &c);
    client_send(f, &c, "BAD\r\n");
    client_expect(f, &c, 400, NULL);
    fixture_later(f, GS_LINGER_MS - 1);
    assert_int_equal(f->http->conn_count, 1);
    fixture_later(f, 1);
    assert_int_equal(f->http->conn_count, 0);
    client_close(&c);
}

static void deadlines_ring_by_themselves(void **state)
{
    struct fixture *f = *state;
    struct client c;
    f->http->tuning.deadline_ms[GS_DEADLINE_IDLE] = 1;
    client_open(f, &c);
    f->now_ms += 1;
    for (int i = 0; i < 1000 && f->http->conn_count > 0; i++) {
        event_base_loop(f->base, EVLOOP_ONCE);
    }
    client_expect_closed(f, &c);
    client_close(&c);
}

static size_t input_len(const struct client *c)
{
    return c->conn->in.len;
}

/* Sends as long as the server takes it, reading nothing. */
static size_t send_until_full(struct fixture *f, struct client *c, const char *text)
{
    size_t sent = 0, len = strlen(text);
    for (int refused = 0; refused < 10;) {
        ssize_t n = send(c->fd, text + sent % len, len - sent % len, MSG_NOSIGNAL);
        refused = n > 0 ? 0 : refused + 1;
        sent += n > 0 ? (size_t)n : 0;
        fixture_run(f);
        if (f->http->conn_count == 0) {
            break;
        }
    }
    return sent;
}

static void requests_in_work_are_bounded(void **state)
{
    struct fixture *f = *state;
    struct client c;
    client_open(f, &c);
    send_until_full(f, &c, GET("/wait"));
    assert_int_equal(f->waiting_count, GS_MAX_PIPELINED);
    assert_true(input_len(&c) <= GS_WIRE_MAX + 4096);
    /* Each answer makes room for one more. */
    for (int32_t i = 0; i < 100; i++) {
        fixture_answer(f, i);
        client_expect(f, &c, 200, "/wait");
    }
    assert_int_equal(f->waiting_count, GS_MAX_PIPELINED + 100);
    assert_int_equal(f->refused, 0);
    gs_conn_destroy(c.conn);
    client_close(&c);
}

static void bytes_of_requests_in_work_are_bounded(void **state)
{
    struct fixture *f = *state;
    struct client c;
    static char text[200 + GS_BODY_MAX];
    int head = snprintf(text, 200, "POST /wait HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n", GS_BODY_MAX);
    memset(text + head, 'w', GS_BODY_MAX);
    client_open(f, &c);
    send_until_full(f, &c, text);
    assert_int_equal(f->waiting_count, 2);
    assert_false(c.conn->reading);
    fixture_answer(f, 0);
    client_expect(f, &c, 200, "/wait");
    assert_int_equal(f->waiting_count, 3);
    gs_conn_destroy(c.conn);
    client_close(&c);
}

static void a_client_that_never_reads_costs_bounded_memory(void **state)
{
    struct fixture *f = *state;
    struct client c;
    client_open(f, &c);
    send_until_full(f, &c, GET("/big?30000"));
    assert_int_equal(f->http->conn_count, 1);
    size_t output = c.conn->output_len;
    assert_true(output >= GS_OUTPUT_SOFT_MAX && output < GS_OUTPUT_SOFT_MAX + 40000);
    assert_false(c.conn->reading);
    int32_t routed = f->routed;
    /* It starts to read: the server goes on. */
    for (int32_t i = 0; i < routed + 100; i++) {
        client_expect(f, &c, 200, NULL);
    }
    assert_true(f->routed > routed);
    client_close(&c);
}

static void a_reply_never_overtakes_one_the_kernel_has_not_taken(void **state)
{
    struct fixture *f = *state;
    struct client c;
    static char part[100000];
    client_open(f, &c);
    client_send(f, &c, GET("/now"));
    client_expect(f, &c, 200, "/now");
    assert_true(send(c.fd, GET("/big?900000") GET("/wait"), strlen(GET("/big?900000") GET("/wait")), 0) > 0);
    fixture_run(f);
    assert_true(c.conn->output_len > 0);
    /* Room in the kernel, of which the server does not know yet. */
    size_t got = 0;
    for (ssize_t n; (n = recv(c.fd, part, sizeof(part), 0)) > 0; got += (size_t)n) {
        continue;
    }
    fixture_answer(f, 0);
    const char *end = NULL;
    while (got < 900000 || end == NULL) {
        fixture_run(f);
        ssize_t n = recv(c.fd, part, sizeof(part) - 1, 0);
        assert_true(n > 0);
        part[n] = '\0';
        got += (size_t)n;
        end = strstr(part, "HTTP/1.1 200");
        assert_true(end == NULL || got - strlen(end) > 900000);
    }
    client_close(&c);
}

static void input_that_waits_for_its_turn_is_bounded(void **state)
{
    struct fixture *f = *state;
    struct client c;
    static const char request[] = "GET / HTTP/1.1\r\nHost:\r\n\r\n";
    enum { LEN = sizeof(request) - 1, ALL = LEN * 4000 };
    static char text[ALL];
    size_t most = 0;
    for (size_t i = 0; i < 4000; i++) {
        memcpy(text + i * LEN, request, LEN);
    }
    client_open(f, &c);
    for (size_t sent = 0; c.conn->reading;) {
        size_t at = sent % (ALL);
        ssize_t n = send(c.fd, text + at, ALL - at, MSG_NOSIGNAL);
        sent += n > 0 ? (size_t)n : 0;
        event_base_loop(f->base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
        most = input_len(&c) > most ? input_len(&c) : most;
    }
    assert_true(most > GS_WIRE_MAX / 2);
    assert_true(most <= GS_WIRE_MAX + 4096);
    gs_conn_destroy(c.conn);
    client_close(&c);
}

static void held_replies_count_as_output(void **state)
{
    struct fixture *f = *state;
    struct client c;
    client_open(f, &c);
    f->stamp = 9;
    send_until_full(f, &c, GET("/big?30000"));
    assert_true(c.conn->held_len >= GS_OUTPUT_SOFT_MAX && c.conn->held_len < GS_OUTPUT_SOFT_MAX + 40000);
    gs_conn_destroy(c.conn);
    client_close(&c);
}

static void output_beyond_the_hard_limit_closes(void **state)
{
    struct fixture *f = *state;
    struct client c;
    client_open(f, &c);
    for (int i = 0; i < 10; i++) {
        client_send(f, &c, GET("/wait"));
    }
    f->http->tuning.output_hard_max = 1000;
    fixture_answer(f, 9);
    assert_int_equal(f->http->conn_count, 1);
    for (int32_t i = 8; i > 0; i--) {
        fixture_answer(f, i);
    }
    assert_true(gs_exchange_gone(f->waiting[0]));
    fixture_answer(f, 0);
    assert_int_equal(f->http->conn_count, 0);
    client_close(&c);
}

static void a_client_that_reads_a_little_is_kept_one_that_stops_is_not(void **state)
{
    struct fixture *f = *state;
    struct client c;
    static char part[100000];
    client_open(f, &c);
    client_send(f, &c, GET("/now"));
    client_expect(f, &c, 200, "/now");
    assert_true(send(c.fd, GET("/big?3000000"), strlen(GET("/big?3000000")), 0) > 0);
    fixture_run(f);
    for (int i = 0; i < 3; i++) {
        assert_true(recv(c.fd, part, sizeof(part), 0) > 0);
        while (recv(c.fd, part, sizeof(part), 0) > 0) {
            continue;
        }
        fixture_run(f);
        fixture_later(f, GS_OUTPUT_DEADLINE_MS);
        assert_int_equal(f->http->conn_count, 1);
    }
    assert_true(c.conn->output_len > 0);
    fixture_later(f, GS_OUTPUT_DEADLINE_MS);
    assert_int_equal(f->http->conn_count, 0);
    client_close(&c);
}

/* However long it makes the answer last by it. */
static void one_that_reads_byte_by_byte_has_an_end(void **state)
{
    struct fixture *f = *state;
    struct client c;
    client_open(f, &c);
    assert_true(send(c.fd, GET("/big?3000000"), strlen(GET("/big?3000000")), 0) > 0);
    fixture_run(f);
    int64_t began_ms = f->now_ms;
    while (f->http->conn_count > 0) {
        char byte;
        assert_int_equal(recv(c.fd, &byte, 1, 0), 1);
        fixture_run(f);
        fixture_later(f, 3000);
        assert_true(f->now_ms - began_ms <= GS_OUTPUT_DEADLINE_MS);
    }
    assert_int_equal(f->http->dropped[GS_DROPPED_READING], 1);
    client_close(&c);
}

static void one_client_cannot_hold_the_loop(void **state)
{
    struct fixture *f = *state;
    struct client greedy, modest;
    client_open(f, &greedy);
    client_open(f, &modest);
    char many[60 * sizeof(GET("/g"))] = "";
    for (int i = 0; i < 60; i++) {
        strcat(many, GET("/g"));
    }
    assert_true(send(greedy.fd, many, strlen(many), 0) > 0);
    assert_true(send(modest.fd, GET("/m"), strlen(GET("/m")), 0) > 0);
    for (int i = 0; i < 3; i++) {
        event_base_loop(f->base, EVLOOP_NONBLOCK | EVLOOP_ONCE);
    }
    const char *turn = strstr(f->log, "/m ");
    assert_non_null(turn);
    assert_true(turn - f->log <= (ptrdiff_t)strlen("/g ") * 2 * GS_TURN_REQUESTS);
    fixture_run(f);
    assert_int_equal(f->routed, 61);
    client_close(&greedy);
    client_close(&modest);
}

static void an_idle_connection_keeps_no_buffers(void **state)
{
    struct fixture *f = *state;
    struct client c;
    client_open(f, &c);
    client_send(f, &c, GET("/big?500000"));
    client_expect(f, &c, 200, NULL);
    assert_null(c.conn->in.own);
    assert_true(STAILQ_EMPTY(&c.conn->output));
    assert_null(c.conn->writable);
    assert_true(TAILQ_EMPTY(&c.conn->jobs));
    assert_true(sizeof(struct gs_conn) <= 1024);
    client_close(&c);
}

/* A listening Unix socket in the abstract namespace, so that nothing is left behind. */
static int listen_unix(struct sockaddr_un *address, socklen_t *len)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    memset(address, 0, sizeof(*address));
    address->sun_family = AF_UNIX;
    *len = sizeof(sa_family_t);
    assert_int_equal(bind(fd, (struct sockaddr *)address, *len), 0);
    *len = sizeof(*address);
    assert_int_equal(getsockname(fd, (struct sockaddr *)address, len), 0);
    assert_int_equal(listen(fd, 64), 0);
    return fd;
}

static int connect_unix(const struct sockaddr_un *address, socklen_t len)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)address, len), 0);
    return fd;
}

static void accepting_pauses_at_the_limit_and_goes_on(void **state)
{
    struct fixture *f = *state;
    struct sockaddr_un address;
    socklen_t len;
    int clients[5];
    f->http->tuning.max_connections = 3;
    assert_int_equal(gs_http_listen(f->http, listen_unix(&address, &len), GS_LISTENER_UNIX), GS_OK);
    for (int i = 0; i < 5; i++) {
        clients[i] = connect_unix(&address, len);
    }
    fixture_run(f);
    assert_int_equal(f->http->conn_count, 3);
    assert_true(LIST_FIRST(&f->http->conns)->peer_trusted);
    close(clients[0]);
    fixture_run(f);
    assert_int_equal(f->http->conn_count, 3);
    close(clients[1]);
    close(clients[2]);
    fixture_run(f);
    assert_int_equal(f->http->conn_count, 2);
    close(clients[3]);
    close(clients[4]);
}

static void accepting_survives_the_end_of_descriptors(void **state)
{
    struct fixture *f = *state;
    struct sockaddr_un address;
    socklen_t len;
    int clients[3];
    struct rlimit before, tight;
    char byte;
    f->http->tuning.accept_pause_ms = 300; /* longer than the machine may stall between two looks */
    assert_int_equal(gs_http_listen(f->http, listen_unix(&address, &len), GS_LISTENER_UNIX), GS_OK);
    for (int i = 0; i < 3; i++) {
        clients[i] = connect_unix(&address, len);
    }
    /* The next descriptor would be the lowest free one: no room for it. */
    int lowest = dup(0);
    close(lowest);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    tight = before;
    tight.rlim_cur = (rlim_t)lowest;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
    event_base_loop(f->base, EVLOOP_NONBLOCK);
    assert_int_equal(f->http->conn_count, 0);
    assert_true(f->http->spare_fd >= 0);
    /* One was turned away at once. */
    assert_int_equal(recv(clients[0], &byte, 1, 0), 0);
    assert_int_equal(recv(clients[1], &byte, 1, 0), -1);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    for (int i = 0; i < 100 && f->http->conn_count < 2; i++) {
        event_base_loop(f->base, EVLOOP_ONCE);
    }
    assert_int_equal(f->http->conn_count, 2);
    for (int i = 0; i < 3; i++) {
        close(clients[i]);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_slow_head_is_stopped_at_its_total_deadline),
        TEST(a_slow_body_is_stopped_at_the_requests_total_deadline),
        TEST(dripping_chunks_are_stopped_at_the_requests_total_deadline),
        TEST(each_request_has_its_own_deadline),
        TEST(an_idle_connection_is_closed_without_a_word),
        TEST(a_lingering_connection_is_closed_after_a_second),
        TEST(deadlines_ring_by_themselves),
        TEST(requests_in_work_are_bounded),
        TEST(bytes_of_requests_in_work_are_bounded),
        TEST(a_client_that_never_reads_costs_bounded_memory),
        TEST(a_reply_never_overtakes_one_the_kernel_has_not_taken),
        TEST(input_that_waits_for_its_turn_is_bounded),
        TEST(held_replies_count_as_output),
        TEST(output_beyond_the_hard_limit_closes),
        TEST(a_client_that_reads_a_little_is_kept_one_that_stops_is_not),
        TEST(one_that_reads_byte_by_byte_has_an_end),
        TEST(one_client_cannot_hold_the_loop),
        TEST(an_idle_connection_keeps_no_buffers),
        TEST(accepting_pauses_at_the_limit_and_goes_on),
        TEST(accepting_survives_the_end_of_descriptors),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
