/* Behind a proxy: whose request it is. X-Forwarded-For by a table and against a model that reads the list as words; from whom it is
 * believed; the places that a proxy's connections take. */
#include "../base/dice.h"
#include "fixture.h"
#include "proxy_header.h"

static void trust(struct gs_http *http, const char *const *networks)
{
    struct gs_http_proxies proxies = {0};
    for (; *networks != NULL; networks++) {
        assert_int_equal(gs_ip_network_parse(*networks, &proxies.list[proxies.count++]), GS_OK);
    }
    gs_http_trust(http, &proxies);
}

/* Who a request from that address, with these headers, counts as. */
static const char *client_of(const struct gs_http *http, const char *from, const struct gs_header *headers,
                             size_t count)
{
    static char text[GS_IP_TEXT];
    struct gs_request r = {.headers = headers, .header_count = count, .peer = {.known = true}};
    assert_int_equal(gs_ip_parse(from, strlen(from), r.peer.address), GS_OK);
    gs_forwarded_take(http, &r);
    assert_true(r.peer.known);
    gs_ip_format(r.peer.address, text);
    return text;
}

static const char *const trusted[] = {"10.0.0.0/8", "fd00::/8", "127.0.0.1", NULL};

static void the_client_is_the_last_hop_that_is_no_trusted_proxy(void **state)
{
    const struct fixture *f = *state;
    static const struct {
        const char *from, *value, *client;
    } cases[] = {
        {"127.0.0.1", "192.0.2.7", "192.0.2.7"},
        {"127.0.0.1", "198.51.100.9, 192.0.2.7", "192.0.2.7"}, /* what the client sent himself stands to the left */
        {"127.0.0.1", "198.51.100.9,192.0.2.7 ,\t10.1.2.3", "192.0.2.7"},
        {"127.0.0.1", "10.9.9.9, 10.1.2.3", "10.9.9.9"}, /* all trusted: the first of them asked himself */
        {"127.0.0.1", "2001:db8::5", "2001:db8::5"},
        {"127.0.0.1", "[2001:db8::5]", "2001:db8::5"},
        {"127.0.0.1", "[2001:db8::5]:4711", "2001:db8::5"},
        {"127.0.0.1", "192.0.2.7:4711", "192.0.2.7"},
        {"127.0.0.1", "192.0.2.7, fd00::1", "192.0.2.7"},
        {"127.0.0.1", "::ffff:10.1.2.3, ::ffff:127.0.0.1", "10.1.2.3"},
        {"127.0.0.1", "192.0.2.7,, , 10.1.2.3,", "192.0.2.7"},
        {"127.0.0.1", "", "127.0.0.1"},
        {"127.0.0.1", " , ,", "127.0.0.1"},
        /* malformed: whoever passed it on is the nearest that is known */
        {"127.0.0.1", "unknown", "127.0.0.1"},
        {"127.0.0.1", "192.0.2.7, unknown", "127.0.0.1"},
        {"127.0.0.1", "192.0.2.7, _hidden, 10.1.2.3", "10.1.2.3"},
        {"127.0.0.1", "192.0.2.7 192.0.2.8", "127.0.0.1"},
        {"127.0.0.1", "\"192.0.2.7\"", "127.0.0.1"},
        {"127.0.0.1", "for=192.0.2.7", "127.0.0.1"},
        {"127.0.0.1", "192.0.2.7:", "127.0.0.1"},
        {"127.0.0.1", "192.0.2.7:x", "127.0.0.1"},
        {"127.0.0.1", ":80", "127.0.0.1"},
        {"127.0.0.1", "[192.0.2.7]", "127.0.0.1"},
        {"127.0.0.1", "[2001:db8::5", "127.0.0.1"},
        {"127.0.0.1", "[2001:db8::5]4711", "127.0.0.1"},
        {"127.0.0.1", "[2001:db8::5]:", "127.0.0.1"},
        {"127.0.0.1", "[]", "127.0.0.1"},
        {"127.0.0.1", "fe80::1%eth0", "127.0.0.1"},
        {"127.0.0.1", "256.1.1.1", "127.0.0.1"},
        /* from anybody else it means nothing */
        {"127.0.0.2", "192.0.2.7", "127.0.0.2"},
        {"192.0.2.1", "127.0.0.1", "192.0.2.1"},
        {"2001:db8::1", "192.0.2.7", "2001:db8::1"},
    };
    trust(f->http, trusted);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct gs_header headers[] = {
            {"host", "a"}, {"x-forwarded-for", cases[i].value}, {"forwarded", "for=1.1.1.1"}};
        assert_string_equal(client_of(f->http, cases[i].from, headers, 3), cases[i].client);
    }
}

static void several_lines_are_one_list(void **state)
{
    const struct fixture *f = *state;
    const struct gs_header headers[] = {{"x-forwarded-for", "198.51.100.9"},
                                        {"x-forwarded-for", "192.0.2.7, 10.1.1.1"},
                                        {"x-forwarded-for", "10.2.2.2"}};
    trust(f->http, trusted);
    assert_string_equal(client_of(f->http, "127.0.0.1", headers, 3), "192.0.2.7");
    assert_string_equal(client_of(f->http, "127.0.0.1", headers, 1), "198.51.100.9");
}

static void without_trusted_proxies_nobody_is_believed(void **state)
{
    const struct fixture *f = *state;
    const struct gs_header header = {"x-forwarded-for", "192.0.2.7"};
    assert_string_equal(client_of(f->http, "127.0.0.1", &header, 1), "127.0.0.1");
    struct gs_request r = {.headers = &header, .header_count = 1}; /* over a Unix socket */
    trust(f->http, (const char *const[]){"128.0.0.0/1", "1.0.0.0/8", "8000::/1", NULL});
    gs_forwarded_take(f->http, &r);
    assert_false(r.peer.known);
}

static void whether_it_came_by_tls_is_said_by_a_trusted_proxy_only(void **state)
{
    const struct fixture *f = *state;
    static const struct {
        const char *from;
        bool tls; /* of the connection itself */
        const char *proto;
        bool expected;
    } cases[] = {
        {"127.0.0.1", false, "https", true},
        {"127.0.0.1", false, "HTTPS", true},
        {"127.0.0.1", false, "http", false},
        {"127.0.0.1", true, "http", false},
        {"127.0.0.1", true, NULL, true},
        {"127.0.0.1", false, NULL, false},
        {"127.0.0.1", false, "httpss", false},
        {"127.0.0.1", true, "", false},
        {"127.0.0.1", false, "https, http", false},
        {"192.0.2.1", false, "https", false},
        {"192.0.2.1", true, "http", true},
    };
    trust(f->http, trusted);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct gs_header header = {"x-forwarded-proto", cases[i].proto};
        struct gs_request r = {.headers = &header,
                               .header_count = cases[i].proto != NULL ? 1 : 0,
                               .peer = {.known = true},
                               .tls = cases[i].tls};
        assert_int_equal(gs_ip_parse(cases[i].from, strlen(cases[i].from), r.peer.address), GS_OK);
        gs_forwarded_take(f->http, &r);
        assert_int_equal(r.tls, cases[i].expected);
    }
}

/* Words from the left, as a list of hops; "?" is none. */
static void lists_are_read_as_the_model_reads_them(void **state)
{
    const struct fixture *f = *state;
    static const char *const words[] = {"192.0.2.7", "2001:db8::5", "10.0.0.1",  "fd00::2",
                                        "127.0.0.1", "?",           "10.0.0.300"};
    uint64_t dice = dice_seed("http-proxies");
    trust(f->http, trusted);
    for (int round = 0; round < 5000; round++) {
        char value[512] = "";
        const char *hops[8];
        const size_t count = (size_t)dice_roll(&dice, 8);
        for (size_t i = 0; i < count; i++) {
            hops[i] = words[dice_roll(&dice, sizeof words / sizeof words[0])];
            strcat(value, i > 0 ? (dice_roll(&dice, 2) == 0 ? "," : " , ") : "");
            strcat(value, hops[i]);
        }
        const char *expected = "10.255.0.1";
        for (size_t i = count; i-- > 0;) {
            if (strcmp(hops[i], "?") == 0 || strcmp(hops[i], "10.0.0.300") == 0) {
                break;
            }
            expected = hops[i];
            if (strncmp(expected, "10.", 3) != 0 && strncmp(expected, "fd", 2) != 0 &&
                strncmp(expected, "127", 3) != 0) {
                break;
            }
        }
        const struct gs_header header = {"x-forwarded-for", value};
        assert_string_equal(client_of(f->http, "10.255.0.1", &header, 1), expected);
    }
}

/* ---- the PROXY protocol ---- */

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define HEADER(rest) SIGNATURE rest, sizeof(SIGNATURE rest) - 1
#define TO_US "\x7f\0\0\x01\x12\x67\x21\x20" /* 127.0.0.1, ports 4711 and 8480 */
#define FROM_2_7 "\xc0\0\x02\x07" TO_US      /* 192.0.2.7 */

static void a_header_says_who_the_client_is(void **state)
{
    (void)state;
    static const char unix_addresses[216] = "x";
    static const struct {
        const char *bytes;
        size_t len;
        enum gs_proxy_read expected;
        const char *client; /* NULL: not told */
    } cases[] = {
        {HEADER("\x21\x11\0\x0c" FROM_2_7), GS_PROXY_WHOLE, "192.0.2.7"},
        {HEADER("\x21\x11\0\x0f" FROM_2_7 "\x04\0\0"), GS_PROXY_WHOLE, "192.0.2.7"},
        {HEADER("\x21\x11\0\x15" FROM_2_7 "\x04\0\x03"
                "abc"
                "\x05\0\0"),
         GS_PROXY_WHOLE, "192.0.2.7"},
        {HEADER("\x21\x21\0\x24\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x05\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x12\x67\x21"
                "\x20"),
         GS_PROXY_WHOLE, "2001:db8::5"},
        {HEADER("\x20\0\0\0"), GS_PROXY_WHOLE, NULL},              /* LOCAL */
        {HEADER("\x20\x11\0\x0c" FROM_2_7), GS_PROXY_WHOLE, NULL}, /* its addresses mean nothing */
        {HEADER("\x20\xff\0\x02zz"), GS_PROXY_WHOLE, NULL},        /* nor does its family */
        {HEADER("\x21\0\0\0"), GS_PROXY_WHOLE, NULL},              /* unspecified */
        {HEADER("\x21\0\0\x03xyz"), GS_PROXY_WHOLE, NULL},
        /* short */
        {"", 0, GS_PROXY_MORE, NULL},
        {SIGNATURE, 12, GS_PROXY_MORE, NULL},
        {HEADER("\x21\x11\0"), GS_PROXY_MORE, NULL},
        {HEADER("\x21\x11\0\x0c" TO_US), GS_PROXY_MORE, NULL},
        /* wrong signature; version 1; HTTP; TLS */
        {"\r\n\r\n\0\r\nQUIT\r\x21\x11\0\0", 16, GS_PROXY_BAD, NULL},
        {"\r\n\r\n\n", 5, GS_PROXY_BAD, NULL},
        {"PROXY TCP4 192.0.2.7 127.0.0.1 4711 8480\r\n", 42, GS_PROXY_BAD, NULL},
        {"GET / HTTP/1.1\r\n", 16, GS_PROXY_BAD, NULL},
        {"\x16\x03\x01", 3, GS_PROXY_BAD, NULL},
        /* version, command */
        {HEADER("\x11\x11\0\x0c" FROM_2_7), GS_PROXY_BAD, NULL},
        {HEADER("\x31\x11\0\x0c" FROM_2_7), GS_PROXY_BAD, NULL},
        {HEADER("\x22\x11\0\x0c" FROM_2_7), GS_PROXY_BAD, NULL},
        /* family: datagrams, unknown ones, too short for it */
        {HEADER("\x21\x12\0\x0c" FROM_2_7), GS_PROXY_BAD, NULL},
        {HEADER("\x21\x10\0\x0c" FROM_2_7), GS_PROXY_BAD, NULL},
        {HEADER("\x21\x41\0\x0c" FROM_2_7), GS_PROXY_BAD, NULL},
        {HEADER("\x21\x11\0\x08" TO_US), GS_PROXY_BAD, NULL},
        {HEADER("\x21\x21\0\x0c" FROM_2_7), GS_PROXY_BAD, NULL},
        {HEADER("\x21\x31\0\x0c" FROM_2_7), GS_PROXY_BAD, NULL},
        /* TLVs that do not come out */
        {HEADER("\x21\x11\0\x0d" FROM_2_7 "\x04"), GS_PROXY_BAD, NULL},
        {HEADER("\x21\x11\0\x0e" FROM_2_7 "\x04\0"), GS_PROXY_BAD, NULL},
        {HEADER("\x21\x11\0\x0f" FROM_2_7 "\x04\0\x01"), GS_PROXY_BAD, NULL},
        {HEADER("\x21\x11\0\x10" FROM_2_7 "\x04\xff\xffx"), GS_PROXY_BAD, NULL},
        /* too long, before any of it has come */
        {HEADER("\x21\x11\x02\x09"), GS_PROXY_BAD, NULL},
        {HEADER("\x20\0\xff\xff"), GS_PROXY_BAD, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct gs_proxy_header h;
        char text[GS_IP_TEXT];
        assert_int_equal(gs_proxy_header_read((const unsigned char *)cases[i].bytes, cases[i].len, &h),
                         cases[i].expected);
        assert_int_equal(h.peer.known, cases[i].client != NULL);
        if (cases[i].client != NULL) {
            gs_ip_format(h.peer.address, text);
            assert_string_equal(text, cases[i].client);
        }
    }
    unsigned char bytes[16 + sizeof unix_addresses] = SIGNATURE "\x21\x31\0\xd8";
    struct gs_proxy_header h;
    memcpy(bytes + 16, unix_addresses, sizeof unix_addresses);
    assert_int_equal(gs_proxy_header_read(bytes, sizeof bytes, &h), GS_PROXY_WHOLE);
    assert_false(h.peer.known);
}

/* Clients on socket pairs count as coming from 10.0.0.1 here, a trusted proxy or not; what is at the other end, the kernel would say. */
static void open_from(struct fixture *f, struct client *c, bool trusted_proxy)
{
    trust(f->http, trusted_proxy ? trusted : (const char *const[]){"192.0.2.99", NULL});
    f->http->proxies.send_headers = true;
    client_open_by(f, c, false);
    c->conn->peer = (struct gs_peer){.known = true};
    assert_int_equal(gs_ip_parse("10.0.0.1", 8, c->conn->peer.address), GS_OK);
    assert_int_equal(gs_preface_expect(c->conn), GS_OK);
    assert_int_equal(c->conn->preface != NULL, trusted_proxy);
    gs_conn_advance(c->conn);
}

static void client_is(const struct client *c, const char *expected)
{
    char text[GS_IP_TEXT];
    gs_ip_format(c->conn->peer.address, text);
    assert_string_equal(text, expected);
}

static void a_header_goes_before_the_first_request_in_whatever_pieces(void **state)
{
    struct fixture *f = *state;
    static const char all[] = SIGNATURE "\x21\x11\0\x0f" FROM_2_7 "\x04\0\0" GET("/now/1") GET("/now/2");
    for (size_t cut = 0; cut < 48; cut++) {
        struct client c;
        open_from(f, &c, true);
        client_send_bytes(f, &c, all, cut);
        client_send_bytes(f, &c, all + cut, sizeof all - 1 - cut);
        client_expect(f, &c, 200, "/now/1");
        client_expect(f, &c, 200, "/now/2");
        client_is(&c, "192.0.2.7");
        assert_null(c.conn->preface);
        assert_non_null(c.conn->origin);
        gs_conn_destroy(c.conn);
        client_close(&c);
    }
}

static void a_proxy_that_speaks_for_itself_keeps_its_address(void **state)
{
    struct fixture *f = *state;
    struct client c;
    static const char all[] = SIGNATURE "\x20\0\0\0" GET("/now/1");
    open_from(f, &c, true);
    client_send_bytes(f, &c, all, sizeof all - 1);
    client_expect(f, &c, 200, "/now/1");
    client_is(&c, "10.0.0.1");
    assert_null(c.conn->origin); /* its connections are not counted */
    client_close(&c);
}

static void connections_are_counted_for_the_client_and_not_for_his_proxy(void **state)
{
    struct fixture *f = *state;
    static const char one[] = SIGNATURE "\x21\x11\0\x0c" FROM_2_7,
                      another[] = SIGNATURE "\x21\x11\0\x0c\xc0\0\x02\x08" TO_US;
    struct client c[4];
    f->http->limits.connections_per_address = 1;
    for (int i = 0; i < 4; i++) {
        open_from(f, &c[i], true);
    }
    client_send_bytes(f, &c[0], one, sizeof one - 1);
    client_send_bytes(f, &c[1], another, sizeof another - 1);
    client_send_bytes(f, &c[2], one, sizeof one - 1); /* the one silent longest goes */
    client_expect_closed(f, &c[0]);
    assert_int_equal(f->http->dropped[GS_DROPPED_ADDRESS], 1);
    for (int i = 1; i < 3; i++) {
        client_send(f, &c[i], GET("/now/1"));
        client_expect(f, &c[i], 200, "/now/1");
    }
    client_expect_nothing(f, &c[3]);
    for (int i = 0; i < 4; i++) {
        client_close(&c[i]);
    }
}

static void without_a_header_a_trusted_proxy_is_not_served(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *bytes;
        size_t len;
    } cases[] = {
        {GET("/now/1"), sizeof(GET("/now/1")) - 1},
        {"PROXY TCP4 192.0.2.7 127.0.0.1 4711 8480\r\n" GET("/now/1"), 42 + sizeof(GET("/now/1")) - 1},
        {HEADER("\x21\x11\0\x0f" FROM_2_7 "\x04\0\x09" GET("/now/1"))},
        {HEADER("\x20\0\xff\xff" GET("/now/1"))},
        {"\n", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct client c;
        open_from(f, &c, true);
        client_send_bytes(f, &c, cases[i].bytes, cases[i].len);
        client_expect_closed(f, &c);
        client_close(&c);
    }
    assert_int_equal(f->routed + f->refused, 0);
}

static void a_header_of_anybody_else_is_a_malformed_request(void **state)
{
    struct fixture *f = *state;
    struct client c;
    static const char all[] = SIGNATURE "\x21\x11\0\x0c" FROM_2_7 GET("/now/1");
    open_from(f, &c, false);
    client_send_bytes(f, &c, all, sizeof all - 1);
    client_expect(f, &c, 400, NULL);
    assert_int_equal(f->routed, 0);
    client_is(&c, "10.0.0.1");
    client_close(&c);
}

static void a_header_that_does_not_come_is_not_waited_for_longer_than_a_head(void **state)
{
    struct fixture *f = *state;
    struct client c;
    open_from(f, &c, true);
    client_send_bytes(f, &c, SIGNATURE, 5);
    for (int i = 0; i < 9; i++) {
        fixture_later(f, 1000);
        client_send_bytes(f, &c, (SIGNATURE) + 5 + i, i < 2 ? 1 : 0);
    }
    client_expect_nothing(f, &c);
    fixture_later(f, f->http->tuning.deadline_ms[GS_DEADLINE_HEAD]);
    client_expect_closed(f, &c);
    client_close(&c);
    assert_int_equal(f->routed + f->refused, 0);
}

int main(void)
{
#define FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        FIXTURE(the_client_is_the_last_hop_that_is_no_trusted_proxy),
        FIXTURE(several_lines_are_one_list),
        FIXTURE(without_trusted_proxies_nobody_is_believed),
        FIXTURE(whether_it_came_by_tls_is_said_by_a_trusted_proxy_only),
        FIXTURE(lists_are_read_as_the_model_reads_them),
        cmocka_unit_test(a_header_says_who_the_client_is),
        FIXTURE(a_header_goes_before_the_first_request_in_whatever_pieces),
        FIXTURE(a_proxy_that_speaks_for_itself_keeps_its_address),
        FIXTURE(connections_are_counted_for_the_client_and_not_for_his_proxy),
        FIXTURE(without_a_header_a_trusted_proxy_is_not_served),
        FIXTURE(a_header_of_anybody_else_is_a_malformed_request),
        FIXTURE(a_header_that_does_not_come_is_not_waited_for_longer_than_a_head),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("http-proxies", tests, NULL, NULL);
}
