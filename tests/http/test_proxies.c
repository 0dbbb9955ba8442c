/* Behind a proxy: whose request it is. X-Forwarded-For by a table and against a model that reads the list as words; from whom it is
 * believed; the places that a proxy's connections take. */
#include "../base/dice.h"
#include "fixture.h"
#include <arpa/inet.h>

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

int main(void)
{
#define FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        FIXTURE(the_client_is_the_last_hop_that_is_no_trusted_proxy),
        FIXTURE(several_lines_are_one_list),
        FIXTURE(without_trusted_proxies_nobody_is_believed),
        FIXTURE(whether_it_came_by_tls_is_said_by_a_trusted_proxy_only),
        FIXTURE(lists_are_read_as_the_model_reads_them),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("http-proxies", tests, NULL, NULL);
}
