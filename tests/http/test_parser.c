/* The request parser: what is refused and with which status, what is read from what is accepted, and that it does not matter
 * how the bytes arrive. */
#include "parser.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static const struct gs_large_path large = {"/large", GS_BATCH_BODY_MAX};

struct refusal {
    const char *text;
    int status;
};

static enum gs_parse run(struct gs_parser *p, const char *text)
{
    gs_parser_init(p, &large);
    return gs_parser_run(p, text, strlen(text));
}

static void check_refused(const struct refusal *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct gs_parser p;
        enum gs_parse parsed = run(&p, list[i].text);
        if (parsed != GS_PARSE_REFUSE || p.status != list[i].status) {
            fail_msg("%s\n→ outcome %d, status %d (%s), expected %d", list[i].text, (int)parsed, p.status,
                     p.what != NULL ? p.what : "", list[i].status);
        }
        assert_non_null(p.what);
    }
}

static void check_accepted(const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct gs_parser p;
        if (run(&p, list[i]) != GS_PARSE_REQUEST) {
            fail_msg("%s\n→ state %d, status %d", list[i], (int)p.state, p.status);
        }
        assert_int_equal(p.pos, strlen(list[i]));
    }
}

static bool span_is(const char *bytes, struct gs_head_span s, const char *text)
{
    return s.len == strlen(text) && memcmp(bytes + s.at, text, s.len) == 0;
}

#define H "Host: a\r\n"

static void malformed_request_lines_are_refused(void **state)
{
    (void)state;
    static const struct refusal list[] = {
        {"GET / HTTP/1.1\nHost: a\n\n", 400},
        {"GET  / HTTP/1.1\r\n" H "\r\n", 400},
        {"GET /  HTTP/1.1\r\n" H "\r\n", 400},
        {"GET\t/\tHTTP/1.1\r\n" H "\r\n", 400},
        {" GET / HTTP/1.1\r\n" H "\r\n", 400},
        {"GET / HTTP/1.1 \r\n" H "\r\n", 400},
        {"GET /\r\n", 400},
        {"GET\r\n", 400},
        {"\r\n\r\nGET / HTTP/1.1\r\n" H "\r\n", 400},
        {"\rGET / HTTP/1.1\r\n" H "\r\n", 400},
        {"\nGET / HTTP/1.1\r\n" H "\r\n", 400},
        {"GET / HTTP/1.1\r" H "\r\n", 400},
        {"G@T / HTTP/1.1\r\n" H "\r\n", 400},
        {"\x16\x03\x01\x02", 400},
        {"GET / http/1.1\r\n" H "\r\n", 400},
        {"GET / HTTP/1.10\r\n" H "\r\n", 400},
        {"GET / HTTP/11\r\n" H "\r\n", 400},
        {"GET / XTTP/1.1\r\n" H "\r\n", 400},
        {"AAAAAAAAAABBBBBBBBBBCCCCCCCCCCDDD / HTTP/1.1\r\n" H "\r\n", 501},
    };
    check_refused(list, COUNT(list));
}

static void other_versions_are_refused_with_505(void **state)
{
    (void)state;
    static const struct refusal list[] = {
        {"GET / HTTP/1.0\r\n\r\n", 505}, {"GET / HTTP/2.0\r\n\r\n", 505},           {"GET / HTTP/1.2\r\n\r\n", 505},
        {"GET / HTTP/0.9\r\n\r\n", 505}, {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
    };
    check_refused(list, COUNT(list));
}

static void targets_other_than_a_clean_path_are_refused(void **state)
{
    (void)state;
    static const struct refusal list[] = {
        {"OPTIONS * HTTP/1.1\r\n" H "\r\n", 400},    {"GET http://a/ HTTP/1.1\r\n" H "\r\n", 400},
        {"CONNECT a:80 HTTP/1.1\r\n" H "\r\n", 400}, {"GET a HTTP/1.1\r\n" H "\r\n", 400},
        {"GET ?a HTTP/1.1\r\n" H "\r\n", 400},       {"GET /a#b HTTP/1.1\r\n" H "\r\n", 400},
        {"GET /a?b#c HTTP/1.1\r\n" H "\r\n", 400},   {"GET /% HTTP/1.1\r\n" H "\r\n", 400},
        {"GET /%4 HTTP/1.1\r\n" H "\r\n", 400},      {"GET /%4g HTTP/1.1\r\n" H "\r\n", 400},
        {"GET /%00 HTTP/1.1\r\n" H "\r\n", 400},     {"GET /%0a HTTP/1.1\r\n" H "\r\n", 400},
        {"GET /%7F HTTP/1.1\r\n" H "\r\n", 400},     {"GET /a%2Fb HTTP/1.1\r\n" H "\r\n", 400},
        {"GET /%ff HTTP/1.1\r\n" H "\r\n", 400},     {"GET /%c0%af HTTP/1.1\r\n" H "\r\n", 400},
        {"GET /浙 HTTP/1.1\r\n" H "\r\n", 400},      {"GET /a?浙 HTTP/1.1\r\n" H "\r\n", 400},
        {"GET /a\x01 HTTP/1.1\r\n" H "\r\n", 400},   {"GET /a\\b HTTP/1.1\r\n" H "\r\n", 400},
        {"GET /<a> HTTP/1.1\r\n" H "\r\n", 400},
    };
    check_refused(list, COUNT(list));
}

static void malformed_headers_are_refused(void **state)
{
    (void)state;
    static const struct refusal list[] = {
        {"GET / HTTP/1.1\r\n" H "A: b\r\n c\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" H "A: b\r\n\tc\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n A: b\r\n" H "\r\n", 400},
        {"GET / HTTP/1.1\r\n" H "A : b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" H "A\t: b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" H ": b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" H "A\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" H "A(b): c\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" H "\xe6: c\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" H "A: b\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" H "A: b\rC: d\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" H "A: b\r\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" H "A: b\x01\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" H "A: b\x7f\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" H "\n", 400},
        {"GET / HTTP/1.1\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" H H "\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a:8x\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: []\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: :80\r\n\r\n", 400},
    };
    check_refused(list, COUNT(list));
}

static void nul_in_a_value_is_refused(void **state)
{
    (void)state;
    static const char text[] = "GET / HTTP/1.1\r\nHost: a\r\nA: b\0c\r\n\r\n";
    struct gs_parser p;
    gs_parser_init(&p, &large);
    assert_int_equal(gs_parser_run(&p, text, sizeof(text) - 1), GS_PARSE_REFUSE);
    assert_int_equal(p.status, 400);
}

static void doubtful_framing_is_refused(void **state)
{
    (void)state;
    static const struct refusal list[] = {
        {"POST / HTTP/1.1\r\n" H "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 400},
        {"POST / HTTP/1.1\r\n" H "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400},
        {"POST / HTTP/1.1\r\n" H "Content-Length: 5, 5\r\n\r\nhello", 400},
        {"POST / HTTP/1.1\r\n" H "Content-Length: +5\r\n\r\nhello", 400},
        {"POST / HTTP/1.1\r\n" H "Content-Length: -5\r\n\r\nhello", 400},
        {"POST / HTTP/1.1\r\n" H "Content-Length: 0x5\r\n\r\nhello", 400},
        {"POST / HTTP/1.1\r\n" H "Content-Length: 5 5\r\n\r\nhello", 400},
        {"POST / HTTP/1.1\r\n" H "Content-Length: 5.0\r\n\r\nhello", 400},
        {"POST / HTTP/1.1\r\n" H "Content-Length:\r\n\r\nhello", 400},
        {"POST / HTTP/1.1\r\n" H "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked, chunked\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked, gzip\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" H "Transfer-Encoding: , chunked\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" H "Transfer-Encoding:\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" H "Transfer-Encoding: \x0b"
         "chunked\r\n\r\n",
         400},
        {"POST / HTTP/1.1\r\n" H "Transfer-Encoding : chunked\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" H "Transfer-Encoding: gzip\r\n\r\n", 501},
        {"POST / HTTP/1.1\r\n" H "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
        {"POST / HTTP/1.1\r\n" H "Transfer-Encoding: identity\r\n\r\n", 501},
        {"POST / HTTP/1.1\r\n" H "Transfer-Encoding: xchunked\r\n\r\n", 501},
        {"POST / HTTP/1.1\r\n" H "Content-Length: 65537\r\n\r\n", 413},
        {"POST / HTTP/1.1\r\n" H "Content-Length: 4294967301\r\n\r\n", 413},
        {"POST / HTTP/1.1\r\n" H "Content-Length: 18446744073709551621\r\n\r\nhello", 413},
        {"POST / HTTP/1.1\r\n" H "Content-Length: 65537\r\nExpect: 100-continue\r\n\r\n", 413},
        {"POST / HTTP/1.1\r\n" H "Content-Length: 5\r\nExpect: tea\r\n\r\n", 417},
    };
    check_refused(list, COUNT(list));
}

#define CHUNKED "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n"

static void malformed_chunks_are_refused(void **state)
{
    (void)state;
    static const struct refusal list[] = {
        {CHUNKED "0x5\r\nhello\r\n0\r\n\r\n", 400},
        {CHUNKED "+5\r\nhello\r\n0\r\n\r\n", 400},
        {CHUNKED "-5\r\nhello\r\n0\r\n\r\n", 400},
        {CHUNKED " 5\r\nhello\r\n0\r\n\r\n", 400},
        {CHUNKED "5 \r\nhello\r\n0\r\n\r\n", 400},
        {CHUNKED "5\nhello\r\n0\r\n\r\n", 400},
        {CHUNKED "\r\nhello\r\n0\r\n\r\n", 400},
        {CHUNKED "g\r\nhello\r\n0\r\n\r\n", 400},
        {CHUNKED ";a\r\nhello\r\n0\r\n\r\n", 400},
        {CHUNKED "5;a\x01\r\nhello\r\n0\r\n\r\n", 400},
        {CHUNKED "5;a\rb\r\nhello\r\n0\r\n\r\n", 400},
        {CHUNKED "5\r\nhelloo\r\n0\r\n\r\n", 400},
        {CHUNKED "5\r\nhello\n\n0\r\n\r\n", 400},
        {CHUNKED "5\r\nhell\r\n0\r\n\r\n", 400},
        {CHUNKED "0\r\n a: b\r\n\r\n", 400},
        {CHUNKED "0\r\na b\r\n\r\n", 400},
        {CHUNKED "0\r\n\n", 400},
        {CHUNKED "10001\r\n", 413},
        {CHUNKED "100000005\r\nhello\r\n0\r\n\r\n", 413},
        {CHUNKED "10000000000000005\r\nhello\r\n0\r\n\r\n", 413},
        {CHUNKED "5\r\nhello\r\nfffc\r\n", 413},
    };
    check_refused(list, COUNT(list));
}

static void proper_requests_are_accepted(void **state)
{
    (void)state;
    static const char *const list[] = {
        "GET / HTTP/1.1\r\n" H "\r\n",
        "\r\nGET / HTTP/1.1\r\n" H "\r\n",
        "GET / HTTP/1.1\r\nhOST:\t[::1]:8480 \t\r\n\r\n",
        "GET / HTTP/1.1\r\nHost:\r\n\r\n",
        "BREW / HTTP/1.1\r\n" H "\r\n",
        "GET /a/../%E6%B5%99~;=@:!$&'()*+,%20?a=[1]|{2}^`%zz/? HTTP/1.1\r\n" H "\r\n",
        "GET / HTTP/1.1\r\n" H "A:\r\nB: \xe6\xb5\x99\tx\r\n\r\n",
        "POST / HTTP/1.1\r\n" H "Content-Length: 0\r\n\r\n",
        "POST / HTTP/1.1\r\n" H "Content-Length: 0000000000000000000000005\r\n\r\nhello",
        "POST / HTTP/1.1\r\n" H "transfer-encoding: Chunked\r\n\r\n0\r\n\r\n",
        CHUNKED "005;a=\"b\";c\r\nhello\r\nA\r\n0123456789\r\n000\r\nX: y\r\nContent-Length: 7\r\n\r\n",
    };
    check_accepted(list, COUNT(list));
}

static void parts_of_a_request_are_found(void **state)
{
    (void)state;
    static const char text[] =
        "\r\nPATCH /v1/%41?x=%41 HTTP/1.1\r\nHost: a\r\nIf-Match:  \"3\" \t\r\nConnection: x ,Close\r\n"
        "Expect: 100-Continue\r\nContent-Length: 3\r\n\r\nabcGET";
    struct gs_parser p;
    char body[3];
    assert_int_equal(run(&p, text), GS_PARSE_REQUEST);
    assert_int_equal(p.method, GS_PATCH);
    assert_true(span_is(text, p.method_text, "PATCH"));
    assert_true(span_is(text, p.path, "/v1/%41"));
    assert_true(span_is(text, p.query, "x=%41"));
    assert_int_equal(p.field_count, 5);
    assert_true(span_is(text, p.fields[1].name, "If-Match"));
    assert_true(span_is(text, p.fields[1].value, "\"3\""));
    assert_true(p.close && p.expects_continue);
    assert_int_equal(p.pos, strlen(text) - 3);
    gs_parser_body(&p, text, body);
    assert_memory_equal(body, "abc", 3);
}

static void chunks_are_joined(void **state)
{
    (void)state;
    static const char text[] = CHUNKED "5;ext\r\nhello\r\n1\r\n\n\r\n00a\r\n0123456789\r\n0\r\n\r\n";
    struct gs_parser p;
    char body[16];
    assert_int_equal(run(&p, text), GS_PARSE_REQUEST);
    assert_int_equal(p.body_len, 16);
    gs_parser_body(&p, text, body);
    assert_memory_equal(body, "hello\n0123456789", 16);
}

/* prefix, then fill times 'a', then suffix */
static int status_of(const char *prefix, size_t fill, const char *suffix)
{
    size_t before = strlen(prefix), after = strlen(suffix);
    char *text = malloc(before + fill + after);
    struct gs_parser p;
    assert_non_null(text);
    memcpy(text, prefix, before);
    memset(text + before, 'a', fill);
    memcpy(text + before + fill, suffix, after);
    gs_parser_init(&p, &large);
    enum gs_parse parsed = gs_parser_run(&p, text, before + fill + after);
    free(text);
    return parsed == GS_PARSE_REQUEST ? 0 : parsed == GS_PARSE_MORE ? 1 : p.status;
}

#define SMALL(path) "POST " path " HTTP/1.1\r\n" H "Content-Length: 65537\r\n\r\n"
#define LARGE "POST /large?a=b HTTP/1.1\r\n" H

static void one_path_may_have_a_larger_body(void **state)
{
    (void)state;
    assert_int_equal(status_of(LARGE "Content-Length: 262144\r\n\r\n", GS_BATCH_BODY_MAX, ""), 0);
    assert_int_equal(status_of(LARGE "Content-Length: 262145\r\n\r\n", 0, ""), 413);
    assert_int_equal(status_of(LARGE "Content-Length: 99999999999999999999\r\n\r\n", 0, ""), 413);
    assert_int_equal(status_of(LARGE "Transfer-Encoding: chunked\r\n\r\n40000\r\n", GS_BATCH_BODY_MAX, "\r\n0\r\n\r\n"),
                     0);
    assert_int_equal(status_of(LARGE "Transfer-Encoding: chunked\r\n\r\n40001\r\n", 0, ""), 413);
    assert_int_equal(status_of(SMALL("/larg"), 0, ""), 413);
    assert_int_equal(status_of(SMALL("/large/"), 0, ""), 413);
    assert_int_equal(status_of(SMALL("/l%61rge"), 0, ""), 413);
}

static void limits_can_be_reached_but_not_passed(void **state)
{
    (void)state;
    const char *end = " HTTP/1.1\r\n" H "\r\n";
    assert_int_equal(status_of("GET /", GS_TARGET_MAX - 1, end), 0);
    assert_int_equal(status_of("GET /", GS_TARGET_MAX, end), 414);
    assert_int_equal(status_of("GET /", GS_REQUEST_LINE_MAX, ""), 414);
    size_t rest = strlen("GET / HTTP/1.1\r\n" H "A: \r\n\r\n");
    assert_int_equal(status_of("GET / HTTP/1.1\r\n" H "A: ", GS_HEAD_MAX - rest, "\r\n\r\n"), 0);
    assert_int_equal(status_of("GET / HTTP/1.1\r\n" H "A: ", GS_HEAD_MAX - rest + 1, "\r\n\r\n"), 431);
    assert_int_equal(status_of("GET / HTTP/1.1\r\n" H "A: ", GS_HEAD_MAX, ""), 431);
    assert_int_equal(status_of("POST / HTTP/1.1\r\n" H "Content-Length: 65536\r\n\r\n", GS_BODY_MAX, ""), 0);
    assert_int_equal(status_of("POST / HTTP/1.1\r\n" H "Content-Length: 65536\r\n\r\n", GS_BODY_MAX - 1, ""), 1);
    assert_int_equal(status_of(CHUNKED "10000\r\n", GS_BODY_MAX, "\r\n0\r\n\r\n"), 0);
    assert_int_equal(status_of(CHUNKED "10001\r\n", GS_BODY_MAX, "\r\n0\r\n\r\n"), 413);
    assert_int_equal(status_of(CHUNKED "1;", GS_CHUNK_LINE_MAX - 4, "\r\nx\r\n0\r\n\r\n"), 0);
    assert_int_equal(status_of(CHUNKED "1;", GS_CHUNK_LINE_MAX - 3, "\r\nx\r\n0\r\n\r\n"), 400);
    assert_int_equal(status_of(CHUNKED "0\r\nA: ", GS_HEAD_MAX - 7, "\r\n\r\n"), 0);
    assert_int_equal(status_of(CHUNKED "0\r\nA: ", GS_HEAD_MAX - 6, "\r\n\r\n"), 431);
}

static int status_repeated(const char *prefix, const char *piece, size_t times, const char *suffix)
{
    size_t before = strlen(prefix), len = strlen(piece), after = strlen(suffix);
    char *text = malloc(before + len * times + after + 1);
    struct gs_parser p;
    assert_non_null(text);
    memcpy(text, prefix, before);
    for (size_t i = 0; i < times; i++) {
        memcpy(text + before + i * len, piece, len);
    }
    memcpy(text + before + len * times, suffix, after + 1);
    enum gs_parse parsed = run(&p, text);
    free(text);
    return parsed == GS_PARSE_REQUEST ? 0 : p.status;
}

static void numbers_of_headers_trailers_and_chunks_are_bounded(void **state)
{
    (void)state;
    assert_int_equal(status_repeated("GET / HTTP/1.1\r\n" H, "A:\r\n", GS_HEADERS_MAX - 1, "\r\n"), 0);
    assert_int_equal(status_repeated("GET / HTTP/1.1\r\n" H, "A:\r\n", GS_HEADERS_MAX, "\r\n"), 431);
    assert_int_equal(status_repeated(CHUNKED "0\r\n", "A:\r\n", GS_HEADERS_MAX, "\r\n"), 0);
    assert_int_equal(status_repeated(CHUNKED "0\r\n", "A:\r\n", GS_HEADERS_MAX + 1, "\r\n"), 431);
    size_t most = GS_CHUNK_FRAMING_MAX / 5;
    assert_int_equal(status_repeated(CHUNKED, "1\r\nx\r\n", most - 1, "0\r\n\r\n"), 0);
    assert_int_equal(status_repeated(CHUNKED, "1\r\nx\r\n", most + 1, "0\r\n\r\n"), 413);
}

static void bytes_one_by_one_are_looked_at_once(void **state)
{
    (void)state;
    char text[GS_HEAD_MAX];
    struct gs_parser p;
    int head = snprintf(text, sizeof(text), "GET / HTTP/1.1\r\n" H "A: ");
    memset(text + head, 'a', sizeof(text) - (size_t)head);
    gs_parser_init(&p, &large);
    for (size_t len = 1; len <= sizeof(text); len++) {
        assert_int_equal(gs_parser_run(&p, text, len), GS_PARSE_MORE);
        assert_true(p.pos == len || p.scanned == len);
        assert_true(p.need <= len + 1);
    }
    /* A body is not even called for before it is whole. */
    static const char with_body[] = "POST / HTTP/1.1\r\n" H "Content-Length: 5000\r\n\r\n";
    assert_int_equal(run(&p, with_body), GS_PARSE_MORE);
    assert_int_equal(p.need, strlen(with_body) + 5000);
}

static void a_request_has_begun_with_its_first_byte(void **state)
{
    (void)state;
    struct gs_parser p;
    gs_parser_init(&p, &large);
    assert_false(gs_parser_begun(&p, 0));
    assert_int_equal(gs_parser_run(&p, "\r\n", 2), GS_PARSE_MORE);
    assert_false(gs_parser_begun(&p, 2));
    assert_int_equal(gs_parser_run(&p, "\r\nG", 3), GS_PARSE_MORE);
    assert_true(gs_parser_begun(&p, 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(malformed_request_lines_are_refused),
        cmocka_unit_test(other_versions_are_refused_with_505),
        cmocka_unit_test(targets_other_than_a_clean_path_are_refused),
        cmocka_unit_test(malformed_headers_are_refused),
        cmocka_unit_test(nul_in_a_value_is_refused),
        cmocka_unit_test(doubtful_framing_is_refused),
        cmocka_unit_test(malformed_chunks_are_refused),
        cmocka_unit_test(proper_requests_are_accepted),
        cmocka_unit_test(parts_of_a_request_are_found),
        cmocka_unit_test(chunks_are_joined),
        cmocka_unit_test(limits_can_be_reached_but_not_passed),
        cmocka_unit_test(one_path_may_have_a_larger_body),
        cmocka_unit_test(numbers_of_headers_trailers_and_chunks_are_bounded),
        cmocka_unit_test(bytes_one_by_one_are_looked_at_once),
        cmocka_unit_test(a_request_has_begun_with_its_first_byte),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
