/* Connections: requests and replies in order, what is held and when it leaves, how a connection ends. */
#define _GNU_SOURCE /* strptime, timegm */
#include "fixture.h"
#include <fcntl.h>
#include <sys/socket.h>

static void replies_leave_in_the_order_of_requests(void **state)
{
    struct fixture *f = *state;
    struct client c;
    client_open(f, &c);
    client_send(f, &c, GET("/wait/0") GET("/wait/1") GET("/now/2") GET("/wait/3"));
    assert_string_equal(f->log, "/wait/0 /wait/1 /now/2 /wait/3 ");
    fixture_answer(f, 2);
    fixture_answer(f, 1);
    client_expect_nothing(f, &c);
    fixture_answer(f, 0);
    client_expect(f, &c, 200, "/wait/0");
    client_expect(f, &c, 200, "/wait/1");
    client_expect(f, &c, 200, "/now/2");
    client_expect(f, &c, 200, "/wait/3");
    assert_int_equal(f->freed, 4);
    client_close(&c);
}

static void a_reply_waits_until_its_batch_is_durable(void **state)
{
    struct fixture *f = *state;
    struct client c;
    client_open(f, &c);
    client_send(f, &c, GET("/stamped?2") GET("/stamped?1") GET("/now/x"));
    client_expect_nothing(f, &c);
    assert_false(gs_http_idle(f->http));
    gs_http_durable(f->http, 1, 10);
    client_expect_nothing(f, &c);
    gs_http_durable(f->http, 2, 20);
    client_expect(f, &c, 200, "2");
    client_expect(f, &c, 200, "1");
    client_expect(f, &c, 200, "/now/x");
    assert_int_equal(f->woken, 2);
    assert_true(gs_http_idle(f->http));
    client_send(f, &c, GET("/stamped?2"));
    client_expect(f, &c, 200, "2");
    client_close(&c);
}

static void replies_of_a_failed_batch_are_replaced(void **state)
{
    struct fixture *f = *state;
    struct client c, d;
    client_open(f, &c);
    client_open(f, &d);
    client_send(f, &c, GET("/stamped?4") GET("/wait") GET("/stamped?5") GET("/stamped?6"));
    client_send(f, &d, GET("/stamped?5"));
    gs_http_failed(f->http, 5);
    assert_int_equal(f->failed, 3);
    client_expect(f, &d, 507, "failed /stamped");
    client_expect_nothing(f, &c);
    gs_http_durable(f->http, 4, 1);
    client_expect(f, &c, 200, "4");
    client_expect_nothing(f, &c);
    fixture_answer(f, 0);
    client_expect(f, &c, 200, "/wait");
    client_expect(f, &c, 507, "failed /stamped");
    client_expect(f, &c, 507, "failed /stamped");
    client_expect_nothing(f, &c);
    client_close(&c);
    client_close(&d);
}

static void every_reply_carries_the_standing_headers(void **state)
{
    struct fixture *f = *state;
    struct client c;
    struct answer a;
    char text[256];
    client_open(f, &c);
    client_send(f, &c, GET("/now"));
    assert_true(client_take(f, &c, &a, false));
    assert_non_null(strstr(a.head, "HTTP/1.1 200 OK\r\n"));
    assert_string_equal(answer_header(&a, "Content-Type", text), "text/plain");
    assert_string_equal(answer_header(&a, "Content-Length", text), "4");
    assert_string_equal(answer_header(&a, "Cache-Control", text), "no-store");
    assert_string_equal(answer_header(&a, "X-Content-Type-Options", text), "nosniff");
    assert_null(answer_header(&a, "Server", text));
    assert_null(answer_header(&a, "Connection", text));
    struct tm tm = {0};
    assert_non_null(answer_header(&a, "Date", text));
    const char *end = strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &tm);
    assert_true(end != NULL && *end == '\0' && strlen(text) == 29);
    int64_t age_s = (int64_t)time(NULL) - (int64_t)timegm(&tm);
    assert_true(age_s >= -2 && age_s <= 2);
    free(a.body);
    client_close(&c);
}

/* What RFC 9110 calls them, all that the API has. */
static void every_status_has_its_words(void **state)
{
    static const char *const lines[] = {
        "200 OK",
        "201 Created",
        "202 Accepted",
        "400 Bad Request",
        "401 Unauthorized",
        "403 Forbidden",
        "404 Not Found",
        "405 Method Not Allowed",
        "406 Not Acceptable",
        "408 Request Timeout",
        "409 Conflict",
        "410 Gone",
        "411 Length Required",
        "412 Precondition Failed",
        "413 Content Too Large",
        "414 URI Too Long",
        "415 Unsupported Media Type",
        "417 Expectation Failed",
        "422 Unprocessable Content",
        "428 Precondition Required",
        "429 Too Many Requests",
        "431 Request Header Fields Too Large",
        "500 Internal Server Error",
        "501 Not Implemented",
        "503 Service Unavailable",
        "505 HTTP Version Not Supported",
        "507 Insufficient Storage",
        "599 Unknown",
    };
    struct fixture *f = *state;
    struct client c;
    struct answer a;
    char target[64], line[64];
    client_open(f, &c);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        snprintf(target, sizeof target, "GET /status?%.3s HTTP/1.1\r\nHost: x\r\n\r\n", lines[i]);
        snprintf(line, sizeof line, "HTTP/1.1 %s\r\n", lines[i]);
        client_send(f, &c, target);
        assert_true(client_take(f, &c, &a, false));
        assert_int_equal(strncmp(a.head, line, strlen(line)), 0);
        free(a.body);
    }
    client_close(&c);
}

static void names_of_headers_come_in_small_letters(void **state)
{
    struct fixture *f = *state;
    struct client c;
    struct answer a;
    client_open(f, &c);
    client_send(f, &c, "GET /name HTTP/1.1\r\nHost: x\r\nX-Some-THING_9: Kept As It Is\r\n\r\n");
    assert_true(client_take(f, &c, &a, false));
    assert_string_equal(a.body, "x-some-thing_9");
    free(a.body);
    client_close(&c);
}

static int open_descriptors(void)
{
    int count = 0;
    for (int fd = 0; fd < 1024; fd++) {
        count += fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
    }
    return count;
}

static void a_server_that_ends_leaves_no_descriptor_and_takes_no_other(void **state)
{
    void *own;
    (void)state;
    int before = open_descriptors();
    for (int i = 0; i < 3; i++) {
        struct client c;
        assert_int_equal(fixture_setup(&own), 0);
        client_open(own, &c);
        client_send(own, &c, GET("/wait"));
        client_close(&c);
        assert_int_equal(fixture_teardown(&own), 0);
    }
    assert_int_equal(open_descriptors(), before);
}

static void a_handlers_headers_can_neither_double_nor_split(void **state)
{
    struct fixture *f = *state;
    struct client c;
    struct answer a;
    char text[256];
    client_open(f, &c);
    client_send(f, &c, GET("/headers"));
    assert_true(client_take(f, &c, &a, false));
    assert_null(strstr(a.head, "no-store"));
    assert_string_equal(answer_header(&a, "Cache-Control", text), "max-age=60");
    assert_string_equal(answer_header(&a, "X-Split", text), "a  Set-Cookie: b");
    assert_null(answer_header(&a, "Set-Cookie", text));
    free(a.body);
    client_close(&c);
}

static void head_and_204_have_no_body(void **state)
{
    struct fixture *f = *state;
    struct client c;
    struct answer a;
    char text[256];
    client_open(f, &c);
    client_send(f, &c, "HEAD /now HTTP/1.1\r\nHost: a\r\n\r\n" GET("/empty") GET("/now/after"));
    assert_true(client_take(f, &c, &a, true));
    assert_string_equal(answer_header(&a, "Content-Length", text), "4");
    free(a.body);
    assert_true(client_take(f, &c, &a, false));
    assert_int_equal(a.status, 204);
    assert_null(answer_header(&a, "Content-Length", text));
    assert_null(answer_header(&a, "Content-Type", text));
    free(a.body);
    client_expect(f, &c, 200, "/now/after");
    client_close(&c);
}

static void bodies_arrive_whole_however_they_are_sent(void **state)
{
    struct fixture *f = *state;
    struct client c;
    client_open(f, &c);
    const char *text =
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
    for (size_t i = 0; i < strlen(text); i++) {
        client_send_bytes(f, &c, text + i, 1);
    }
    client_expect(f, &c, 200, "hello world");
    client_expect(f, &c, 200, "abc");
    client_close(&c);
}

static void the_largest_body_is_taken(void **state)
{
    struct fixture *f = *state;
    struct client c;
    struct answer a;
    char *body = malloc(GS_BODY_MAX);
    assert_non_null(body);
    memset(body, 'z', GS_BODY_MAX);
    client_open(f, &c);
    client_send(f, &c, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 65536\r\n\r\n");
    client_send_bytes(f, &c, body, GS_BODY_MAX);
    assert_true(client_take(f, &c, &a, false));
    assert_int_equal(a.body_len, GS_BODY_MAX);
    assert_memory_equal(a.body, body, GS_BODY_MAX);
    free(a.body);
    free(body);
    client_close(&c);
}

static void an_expectation_is_answered_in_its_place(void **state)
{
    struct fixture *f = *state;
    struct client c;
    client_open(f, &c);
    client_send(f, &c,
                GET("/wait") "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    client_expect_nothing(f, &c);
    fixture_answer(f, 0);
    client_expect(f, &c, 200, "/wait");
    client_expect(f, &c, 100, "");
    client_expect_nothing(f, &c);
    client_send(f, &c, "ok");
    client_expect(f, &c, 200, "ok");
    client_expect_nothing(f, &c);
    client_send(f, &c, "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    client_expect(f, &c, 100, "");
    client_send(f, &c, "no");
    client_expect(f, &c, 200, "no");
    client_close(&c);
}

static void connection_close_is_kept_and_said(void **state)
{
    struct fixture *f = *state;
    struct client c;
    struct answer a;
    char text[256];
    client_open(f, &c);
    client_send(f, &c, "GET /now HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" GET("/never"));
    assert_true(client_take(f, &c, &a, false));
    assert_string_equal(answer_header(&a, "Connection", text), "close");
    free(a.body);
    client_expect_closed(f, &c);
    assert_string_equal(f->log, "/now ");
    client_close(&c);
}

static void nothing_follows_a_reply_that_closes(void **state)
{
    struct fixture *f = *state;
    struct client c;
    client_open(f, &c);
    client_send(f, &c, GET("/wait") GET("/close") GET("/now") GET("/wait"));
    fixture_answer(f, 0);
    client_expect(f, &c, 200, "/wait");
    client_expect(f, &c, 200, "/close");
    client_expect_closed(f, &c);
    fixture_answer(f, 1);
    client_expect_closed(f, &c);
    client_close(&c);
}

static void smuggled_requests_are_never_routed(void **state)
{
    static const char *const heads[] = {
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 40\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: +0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nA: b\n\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        struct client c;
        client_open(f, &c);
        client_send(f, &c, GET("/before"));
        client_send(f, &c, heads[i]);
        client_send(f, &c, GET("/smuggled"));
        client_expect(f, &c, 200, "/before");
        client_expect(f, &c, 400, NULL);
        client_expect_closed(f, &c);
        client_close(&c);
    }
    assert_null(strstr(f->log, "/smuggled"));
    assert_null(strstr(f->log, "/echo"));
}

static void a_refusal_comes_after_earlier_replies(void **state)
{
    struct fixture *f = *state;
    struct client c;
    client_open(f, &c);
    client_send(f, &c, GET("/wait") "GET / HTTP/1.0\r\n\r\n");
    client_expect_nothing(f, &c);
    fixture_answer(f, 0);
    client_expect(f, &c, 200, "/wait");
    client_expect(f, &c, 505, NULL);
    client_expect_closed(f, &c);
    client_close(&c);
}

static void a_refused_head_request_has_no_body(void **state)
{
    struct fixture *f = *state;
    struct client c;
    struct answer a;
    client_open(f, &c);
    client_send(f, &c, "HEAD / HTTP/1.1\r\n\r\n");
    assert_true(client_take(f, &c, &a, true));
    assert_int_equal(a.status, 400);
    free(a.body);
    client_expect_closed(f, &c);
    client_close(&c);
}

static void a_refused_client_can_still_read_the_answer(void **state)
{
    struct fixture *f = *state;
    struct client c;
    static char much[100000];
    client_open(f, &c);
    client_send(f, &c, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
    assert_int_equal(c.conn->state, GS_CONN_LINGER);
    client_send_bytes(f, &c, much, sizeof(much));
    assert_int_equal(f->http->conn_count, 1);
    client_expect(f, &c, 413, NULL);
    shutdown(c.fd, SHUT_WR);
    fixture_run(f);
    assert_int_equal(f->http->conn_count, 0);
    client_close(&c);
}

static void a_lingering_client_is_bounded_in_bytes(void **state)
{
    struct fixture *f = *state;
    struct client c;
    static char much[GS_LINGER_MAX + 65536];
    client_open(f, &c);
    client_send(f, &c, "BAD\r\n");
    for (size_t sent = 0; sent < sizeof(much) && f->http->conn_count > 0;) {
        ssize_t n = send(c.fd, much, sizeof(much) - sent, MSG_NOSIGNAL);
        sent += n > 0 ? (size_t)n : 0;
        fixture_run(f);
    }
    assert_int_equal(f->http->conn_count, 0);
    client_close(&c);
}

static void a_half_closed_client_gets_all_its_replies(void **state)
{
    struct fixture *f = *state;
    struct client c;
    client_open(f, &c);
    for (int i = 0; i < 40; i++) {
        assert_true(send(c.fd, GET("/now"), strlen(GET("/now")), 0) > 0);
    }
    assert_true(send(c.fd, GET("/wait"), strlen(GET("/wait")), 0) > 0);
    shutdown(c.fd, SHUT_WR);
    fixture_run(f);
    for (int i = 0; i < 40; i++) {
        client_expect(f, &c, 200, "/now");
    }
    client_expect_nothing(f, &c);
    assert_false(gs_exchange_gone(f->waiting[0]));
    fixture_answer(f, 0);
    client_expect(f, &c, 200, "/wait");
    client_expect_closed(f, &c);
    assert_int_equal(f->http->conn_count, 0);
    client_close(&c);
}

static void a_client_that_left_is_gone_and_its_request_ends_with_its_reply(void **state)
{
    struct fixture *f = *state;
    struct client c;
    client_open(f, &c);
    client_send(f, &c, GET("/wait/0") GET("/wait/1"));
    client_close(&c);
    fixture_answer(f, 0);
    fixture_run(f);
    assert_true(gs_exchange_gone(f->waiting[1]));
    assert_int_equal(f->http->conn_count, 1);
    assert_int_equal(f->freed, 1);
    assert_false(gs_http_idle(f->http));
    fixture_answer(f, 1);
    assert_int_equal(f->freed, 2);
    assert_true(gs_http_idle(f->http));
    assert_int_equal(f->http->conn_count, 0);
}

static void a_request_outlives_the_input_it_came_from(void **state)
{
    struct fixture *f = *state;
    struct client c;
    client_open(f, &c);
    client_send(f, &c, "POST /wait/%61?b=%20 HTTP/1.1\r\nHost: a\r\nX-Two:  v w \r\nContent-Length: 4\r\n\r\nbody");
    client_send(f, &c, GET("/now/overwrites/the/buffer/of/the/input"));
    const struct gs_request *r = &f->waiting[0]->request;
    assert_int_equal(r->method, GS_POST);
    assert_string_equal(r->method_text, "POST");
    assert_string_equal(r->path, "/wait/a");
    assert_string_equal(r->query, "b=%20");
    assert_string_equal(gs_request_header(r, "x-two"), "v w");
    assert_null(gs_request_header(r, "x-three"));
    assert_int_equal(r->body_len, 4);
    assert_string_equal(r->body, "body");
    assert_true(r->peer_trusted);
    fixture_answer(f, 0);
    client_close(&c);
}

static void draining_finishes_what_is_under_way(void **state)
{
    struct fixture *f = *state;
    struct client busy, idle, partial;
    client_open(f, &busy);
    client_open(f, &idle);
    client_open(f, &partial);
    client_send(f, &busy, GET("/wait") GET("/stamped?7"));
    client_send(f, &partial, "GET / HT");
    gs_http_drain(f->http);
    assert_true(gs_http_draining(f->http));
    assert_int_equal(f->woken, 1);
    client_expect_closed(f, &idle);
    client_expect_closed(f, &partial);
    assert_false(gs_http_idle(f->http));
    fixture_answer(f, 0);
    gs_http_durable(f->http, 7, 1);
    assert_true(gs_http_idle(f->http));
    client_expect(f, &busy, 200, "/wait");
    client_expect(f, &busy, 200, "7");
    client_expect_closed(f, &busy);
    client_close(&busy);
    client_close(&idle);
    client_close(&partial);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(replies_leave_in_the_order_of_requests),
        TEST(a_reply_waits_until_its_batch_is_durable),
        TEST(replies_of_a_failed_batch_are_replaced),
        TEST(every_reply_carries_the_standing_headers),
        TEST(names_of_headers_come_in_small_letters),
        TEST(every_status_has_its_words),
        cmocka_unit_test(a_server_that_ends_leaves_no_descriptor_and_takes_no_other),
        TEST(a_handlers_headers_can_neither_double_nor_split),
        TEST(head_and_204_have_no_body),
        TEST(bodies_arrive_whole_however_they_are_sent),
        TEST(the_largest_body_is_taken),
        TEST(an_expectation_is_answered_in_its_place),
        TEST(connection_close_is_kept_and_said),
        TEST(nothing_follows_a_reply_that_closes),
        TEST(smuggled_requests_are_never_routed),
        TEST(a_refusal_comes_after_earlier_replies),
        TEST(a_refused_head_request_has_no_body),
        TEST(a_refused_client_can_still_read_the_answer),
        TEST(a_lingering_client_is_bounded_in_bytes),
        TEST(a_half_closed_client_gets_all_its_replies),
        TEST(a_client_that_left_is_gone_and_its_request_ends_with_its_reply),
        TEST(a_request_outlives_the_input_it_came_from),
        TEST(draining_finishes_what_is_under_way),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
