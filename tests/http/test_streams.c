/* Answers that are written bit by bit: their head, their order, what a client that reads slowly or not at all may hold, and their end. */
#include "fixture.h"
#include <sys/socket.h>

/* Takes the head; what came behind it stays. */
static void take_head(struct fixture *f, struct client *c, struct answer *out)
{
    assert_true(client_take(f, c, out, true));
    free(out->body);
    assert_int_equal(out->status, 200);
}

static void open_stream(struct fixture *f, struct client *c, struct answer *a)
{
    client_open(f, c);
    client_send(f, c, GET("/stream"));
    take_head(f, c, a);
}

/* Reads all that is there; how much. */
static size_t read_all(struct fixture *f, struct client *c)
{
    char part[65536];
    ssize_t got;
    size_t all = c->in_len;
    c->in_len = 0;
    while ((got = recv(c->fd, part, sizeof(part), 0)) > 0) {
        all += (size_t)got;
    }
    c->eof = got == 0;
    fixture_run(f);
    return all;
}

static void a_stream_has_no_length_and_is_written_bit_by_bit(void **state)
{
    struct fixture *f = *state;
    struct client c;
    struct answer a;
    char value[256];
    open_stream(f, &c, &a);
    assert_null(answer_header(&a, "Content-Length", value));
    assert_string_equal(answer_header(&a, "Content-Type", value), "text/event-stream");
    assert_string_equal(answer_header(&a, "Connection", value), "close");
    assert_string_equal(answer_header(&a, "Cache-Control", value), "no-store");
    client_expect_nothing(f, &c);
    for (int i = 0; i < 3; i++) {
        assert_true(gs_exchange_ready(f->stream));
        assert_true(gs_exchange_write(f->stream, "abc", 3));
        assert_int_equal(read_all(f, &c), 3);
    }
    fixture_end_stream(f);
    client_expect_closed(f, &c);
    assert_int_equal(f->freed, 1);
    client_close(&c);
}

static void a_stream_waits_for_the_answers_before_it(void **state)
{
    struct fixture *f = *state;
    struct client c;
    struct answer a;
    client_open(f, &c);
    client_send(f, &c, GET("/wait") GET("/stream") GET("/never"));
    client_expect_nothing(f, &c);
    assert_non_null(f->stream);
    assert_false(gs_exchange_ready(f->stream));
    fixture_answer(f, 0);
    client_expect(f, &c, 200, "/wait");
    take_head(f, &c, &a);
    assert_string_equal(f->log, "/wait /stream "); /* nothing is taken behind it */
    fixture_end_stream(f);
    client_expect_closed(f, &c);
    client_close(&c);
}

static void a_stream_that_ends_before_its_head_has_left_still_has_one(void **state)
{
    struct fixture *f = *state;
    struct client c;
    struct answer a;
    client_open(f, &c);
    client_send(f, &c, GET("/wait") GET("/stream"));
    fixture_end_stream(f);
    fixture_answer(f, 0);
    client_expect(f, &c, 200, "/wait");
    take_head(f, &c, &a);
    client_expect_closed(f, &c);
    client_close(&c);
}

static void head_gets_the_head_alone(void **state)
{
    struct fixture *f = *state;
    struct client c;
    struct answer a;
    char value[256];
    client_open(f, &c);
    client_send(f, &c, "HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n" GET("/now"));
    take_head(f, &c, &a);
    assert_null(answer_header(&a, "Content-Length", value));
    client_expect(f, &c, 200, "/now");
    assert_null(f->stream);
    client_close(&c);
}

/* Of one who does not read no more is held than was written at once; he goes on where he was, and nothing is lost. */
static void a_client_that_reads_slowly_holds_what_was_written_at_once(void **state)
{
    struct fixture *f = *state;
    struct client c;
    struct answer a;
    size_t got = 0;
    open_stream(f, &c, &a);
    fixture_stream(f, 5000);
    fixture_run(f);
    assert_true(c.conn->output_len > 0);
    assert_true(c.conn->output_len <= 5000);
    assert_true(c.conn->debt < 5000 + 2000);
    assert_false(gs_exchange_ready(f->stream));
    for (int i = 0; i < 200; i++) {
        got += read_all(f, &c);
        assert_true(c.conn->output_len <= 5000);
    }
    fixture_stream(f, 0);
    got += read_all(f, &c);
    got += read_all(f, &c);
    assert_int_equal(got, f->stream_bytes);
    assert_true(got > 200 * 5000);
    fixture_end_stream(f);
    client_expect_closed(f, &c);
    client_close(&c);
}

static void a_client_that_reads_nothing_is_dropped_at_the_deadline(void **state)
{
    struct fixture *f = *state;
    struct client c, idle;
    struct answer a;
    client_open(f, &idle);
    client_send(f, &idle, GET("/stream"));
    take_head(f, &idle, &a);
    fixture_later(f, 10 * (int64_t)GS_OUTPUT_DEADLINE_MS); /* nothing was written, so nothing is owed */
    assert_non_null(f->stream);
    fixture_end_stream(f);
    client_close(&idle);
    open_stream(f, &c, &a);
    fixture_stream(f, 8000);
    fixture_later(f, GS_OUTPUT_DEADLINE_MS - 1);
    assert_non_null(f->stream);
    fixture_later(f, 1);
    assert_null(f->stream); /* it was told, and has ended it */
    assert_int_equal(f->http->dropped[GS_DROPPED_READING], 1);
    assert_int_equal(f->http->job_count, 0);
    client_close(&c);
}

static void a_client_that_goes_takes_its_stream_along(void **state)
{
    struct fixture *f = *state;
    struct client c;
    struct answer a;
    open_stream(f, &c, &a);
    client_close(&c);
    fixture_run(f);
    assert_null(f->stream);
    assert_int_equal(f->http->conn_count, 0);
    client_open(f, &c);
    client_send(f, &c, GET("/wait") GET("/stream")); /* its head never leaves */
    client_close(&c);
    fixture_run(f);
    assert_null(f->stream);
    fixture_answer(f, 0);
    fixture_run(f);
    assert_int_equal(f->http->conn_count, 0);
    assert_int_equal(f->http->job_count, 0);
}

static void the_memory_of_all_bounds_streams_too(void **state)
{
    struct fixture *f = *state;
    struct client c;
    struct answer a;
    client_open_by(f, &c, false);
    client_send(f, &c, "GET /stream HTTP/1.1\r\nHost: a\r\nX-Class: 1\r\n\r\n");
    take_head(f, &c, &a);
    fixture_stream(f, 8000);
    gs_exchange_holds(f->stream, 20000);
    gs_http_set_limits(f->http, &(struct gs_http_limits){.client_memory = 10000, .connections_per_address = 10});
    fixture_run(f);
    assert_null(f->stream);
    assert_int_equal(f->http->dropped[GS_DROPPED_MEMORY], 1);
    client_close(&c);
}

static void a_server_that_finishes_ends_streams_as_the_api_does(void **state)
{
    struct fixture *f = *state;
    struct client c;
    struct answer a;
    open_stream(f, &c, &a);
    gs_http_drain(f->http);
    assert_true(gs_exchange_hurried(f->stream));
    assert_false(gs_http_idle(f->http));
    fixture_end_stream(f);
    client_expect_closed(f, &c);
    assert_true(gs_http_idle(f->http));
    client_close(&c);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_stream_has_no_length_and_is_written_bit_by_bit),
        TEST(a_stream_waits_for_the_answers_before_it),
        TEST(a_stream_that_ends_before_its_head_has_left_still_has_one),
        TEST(head_gets_the_head_alone),
        TEST(a_client_that_reads_slowly_holds_what_was_written_at_once),
        TEST(a_client_that_reads_nothing_is_dropped_at_the_deadline),
        TEST(a_client_that_goes_takes_its_stream_along),
        TEST(the_memory_of_all_bounds_streams_too),
        TEST(a_server_that_finishes_ends_streams_as_the_api_does),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
