/* Where the daemon may connect to: URLs, entries of the list, and addresses, each as a table. */
#include "gateslot/base/outbound.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static void parse_ip(const char *text, unsigned char out[GS_IP_BYTES])
{
    if (gs_ip_parse(text, strlen(text), out) != GS_OK) {
        fail_msg("%s is no address", text);
    }
}

static void urls_are_read_strictly(void **state)
{
    static const struct {
        const char *url, *host; /* NULL: it is none */
        int port;
        bool tls;
    } table[] = {
        {"https://hooks.example.com", "hooks.example.com", 443, true},
        {"https://hooks.example.com/a/b?c=d&e=%20", "hooks.example.com", 443, true},
        {"https://Hooks.Example.COM.:8443/", "hooks.example.com", 8443, true},
        {"http://127.0.0.1:9000/x", "127.0.0.1", 9000, false},
        {"http://10.0.0.1?q", "10.0.0.1", 80, false},
        {"https://[::1]:9000/", "::1", 9000, true},
        {"https://[2001:DB8::1]", "2001:db8::1", 443, true},
        {"https://a_b.internal/", "a_b.internal", 443, true},
        /* no URL that is taken here */
        {"", NULL, 0, false},
        {"https://", NULL, 0, false},
        {"https:///path", NULL, 0, false},
        {"ftp://example.com/", NULL, 0, false},
        {"file:///etc/passwd", NULL, 0, false},
        {"HTTPS://example.com/", NULL, 0, false},
        {"//example.com/", NULL, 0, false},
        {"https://user@example.com/", NULL, 0, false},
        {"https://user:password@example.com/", NULL, 0, false},
        {"https://example.com@127.0.0.1/", NULL, 0, false},
        {"https://example.com/#fragment", NULL, 0, false},
        {"https://example.com\\@127.0.0.1/", NULL, 0, false},
        {"https://example.com/a b", NULL, 0, false},
        {"https://example.com/\r\nHost: x", NULL, 0, false},
        {"https://exam ple.com/", NULL, 0, false},
        {"https://例子.com/", NULL, 0, false},
        {"https://-a.com/", NULL, 0, false},
        {"https://a..com/", NULL, 0, false},
        {"https://.com/", NULL, 0, false},
        {"https://example.com:/", NULL, 0, false},
        {"https://example.com:0/", NULL, 0, false},
        {"https://example.com:080/", NULL, 0, false},
        {"https://example.com:65536/", NULL, 0, false},
        {"https://example.com:443:443/", NULL, 0, false},
        {"https://example.com:443x/", NULL, 0, false},
        {"https://::1/", NULL, 0, false},
        {"https://[::1/", NULL, 0, false},
        {"https://[127.0.0.1]/", NULL, 0, false},
        {"https://[fe80::1%25eth0]/", NULL, 0, false},
        {"https://[::1]x/", NULL, 0, false},
        /* what resolvers would take for 127.0.0.1 */
        {"https://2130706433/", NULL, 0, false},
        {"https://0x7f000001/", NULL, 0, false},
        {"https://0x7f.1/", NULL, 0, false},
        {"https://0177.0.0.1/", NULL, 0, false},
        {"https://127.1/", NULL, 0, false},
        {"https://127.0.0.0x1/", NULL, 0, false},
        {"https://127.0.0.1.2/", NULL, 0, false},
        {"https://127.0.0.01/", NULL, 0, false},
        {"https://0/", NULL, 0, false},
        {"https://١٢٧.0.0.1/", NULL, 0, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct gs_outbound_url url;
        int err = gs_outbound_url_parse(table[i].url, strlen(table[i].url), &url);
        if ((err == GS_OK) != (table[i].host != NULL)) {
            fail_msg("%s: %s", table[i].url, gs_strerror(err));
        }
        if (err == GS_OK) {
            assert_string_equal(url.host, table[i].host);
            assert_int_equal(url.port, table[i].port);
            assert_int_equal(url.tls, table[i].tls);
        }
    }
    struct gs_outbound_url url;
    assert_int_equal(gs_outbound_url_parse("https://a/\0b", 12, &url), GS_E_INVALID);
}

static void long_names_are_taken_up_to_their_bound(void **state)
{
    char text[400] = "https://";
    struct gs_outbound_url url;
    (void)state;
    for (int i = 0; i < 253; i++) {
        strcat(text, i % 10 == 9 ? "." : "a");
    }
    assert_int_equal(gs_outbound_url_parse(text, strlen(text), &url), GS_OK);
    assert_int_equal(strlen(url.host), 253);
    assert_int_equal(gs_outbound_url_parse(text, strlen(strcat(text, "a")), &url), GS_E_INVALID);
}

static void entries_are_read_and_written_in_one_form(void **state)
{
    static const struct {
        const char *text, *form; /* NULL: it is none */
    } table[] = {
        {"hooks.example.com", "hooks.example.com"},
        {"Hooks.Example.com:8443", "hooks.example.com:8443"},
        {"http://hooks.example.com", "http://hooks.example.com"},
        {"10.0.0.0/8", "10.0.0.0/8"},
        {"http://10.1.2.3", "http://10.1.2.3"},
        {"127.0.0.1:9000", "127.0.0.1:9000"},
        {"::1", "::1"},
        {"[::1]:9000", "[::1]:9000"},
        {"http://[::1]", "http://::1"},
        {"fd00::/8", "fd00::/8"},
        {"::ffff:10.1.2.3", "10.1.2.3"},
        {"localhost:80", "localhost:80"},
        {"", NULL},
        {"https://hooks.example.com", NULL},
        {"hooks.example.com/path", NULL},
        {"*.example.com", NULL},
        {"10.0.0.0/8:80", NULL},
        {"10.1.2.3/8", NULL},
        {"0.0.0.0/0", NULL},
        {"2130706433", NULL},
        {"user@host", NULL},
        {"host:0", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct gs_outbound_entry e;
        char form[GS_OUTBOUND_TEXT];
        int err = gs_outbound_entry_parse(table[i].text, &e);
        if ((err == GS_OK) != (table[i].form != NULL)) {
            fail_msg("%s: %s", table[i].text, gs_strerror(err));
        }
        if (err == GS_OK) {
            gs_outbound_entry_format(&e, form);
            assert_string_equal(form, table[i].form);
        }
    }
}

static void special_addresses_are_known(void **state)
{
    static const char *const special[] = {
        "0.0.0.0",      "0.1.2.3",          "10.0.0.0",        "10.255.255.255",   "100.64.0.1",      "100.127.255.255",
        "127.0.0.1",    "127.255.255.254",  "169.254.169.254", "172.16.0.1",       "172.31.255.255",  "192.0.0.8",
        "192.0.2.1",    "192.88.99.1",      "192.168.1.1",     "198.18.0.1",       "198.19.255.255",  "198.51.100.7",
        "203.0.113.9",  "224.0.0.1",        "239.255.255.255", "240.0.0.1",        "255.255.255.255", "::",
        "::1",          "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1",     "64:ff9b::7f00:1",
        "64:ff9b:1::1", "100::1",           "2001::1",         "2001:20::1",       "2001:db8::1",     "2002:7f00:1::",
        "3fff::1",      "fc00::1",          "fd12:3456::1",    "fe80::1",          "fec0::1",         "ff02::1",
        "4000::1",      "8000::1"};
    static const char *const public[] = {"1.1.1.1",         "8.8.8.8",         "9.255.255.255",
                                         "11.0.0.0",        "100.63.255.255",  "100.128.0.0",
                                         "126.255.255.255", "128.0.0.0",       "169.253.255.255",
                                         "172.15.255.255",  "172.32.0.0",      "192.167.255.255",
                                         "192.169.0.0",     "223.255.255.255", "::ffff:8.8.8.8",
                                         "2400:cb00::1",    "2a00:1450::1",    "2001:4860:4860::8888",
                                         "2606:4700::1111"};
    unsigned char ip[GS_IP_BYTES];
    (void)state;
    for (size_t i = 0; i < sizeof special / sizeof special[0]; i++) {
        parse_ip(special[i], ip);
        if (!gs_outbound_is_special(ip)) {
            fail_msg("%s is taken for public", special[i]);
        }
    }
    for (size_t i = 0; i < sizeof public / sizeof public[0]; i++) {
        parse_ip(public[i], ip);
        if (gs_outbound_is_special(ip)) {
            fail_msg("%s is taken for special", public[i]);
        }
    }
}

/* url · the address its name led to · is it let through with that list? */
static void a_name_does_not_open_what_only_an_address_may(void **state)
{
    static const char *const entries[] = {"hooks.example.com",
                                          "api.example.com:8443",
                                          "http://plain.example.com",
                                          "http://127.0.0.1:9000",
                                          "10.1.0.0/16",
                                          "fd00::/8",
                                          "localhost"};
    static const struct {
        const char *url, *ip;
        bool may;
    } table[] = {
        {"https://hooks.example.com/", "8.8.8.8", true},
        {"https://hooks.example.com:444/", "8.8.8.8", true},
        {"http://hooks.example.com/", "8.8.8.8", false}, /* by https alone */
        {"https://hooks.example.com/", "127.0.0.1", false},
        {"https://hooks.example.com/", "169.254.169.254", false},
        {"https://hooks.example.com/", "::1", false},
        {"https://hooks.example.com/", "::ffff:127.0.0.1", false},
        {"https://hooks.example.com/", "192.168.1.1", false},
        {"https://hooks.example.com/", "10.1.2.3", true}, /* named as a network */
        {"https://hooks.example.com/", "10.2.2.3", false},
        {"https://hooks.example.com/", "fd00::7", true},
        {"https://api.example.com:8443/", "8.8.8.8", true},
        {"https://api.example.com/", "8.8.8.8", false},
        {"https://api.example.com:8444/", "8.8.8.8", false},
        {"http://plain.example.com/", "8.8.8.8", true},
        {"https://plain.example.com/", "8.8.8.8", true},
        {"http://plain.example.com/", "127.0.0.1", false},
        {"http://127.0.0.1:9000/", "127.0.0.1", true},
        {"https://127.0.0.1:9000/", "127.0.0.1", true},
        {"http://127.0.0.1:9001/", "127.0.0.1", false},
        {"http://127.0.0.1/", "127.0.0.1", false},
        {"http://127.0.0.2:9000/", "127.0.0.2", false},
        {"http://anything.example.com:9000/", "127.0.0.1", true}, /* that address is let in, whatever leads there */
        {"https://localhost/", "127.0.0.1", false},
        {"https://localhost/", "::1", false},
        {"https://other.example.com/", "8.8.8.8", false},
        {"https://xhooks.example.com/", "8.8.8.8", false},
        {"https://hooks.example.com.evil.org/", "8.8.8.8", false},
        {"http://10.1.2.3/", "10.1.2.3", false},
    };
    struct gs_outbound list = {.count = sizeof entries / sizeof entries[0]};
    (void)state;
    for (size_t i = 0; i < list.count; i++) {
        assert_int_equal(gs_outbound_entry_parse(entries[i], &list.list[i]), GS_OK);
    }
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct gs_outbound_url url;
        unsigned char ip[GS_IP_BYTES];
        parse_ip(table[i].ip, ip);
        assert_int_equal(gs_outbound_url_parse(table[i].url, strlen(table[i].url), &url), GS_OK);
        if (gs_outbound_allows(&list, &url, ip) != table[i].may) {
            fail_msg("%s at %s: %s", table[i].url, table[i].ip, table[i].may ? "refused" : "let through");
        }
        if (table[i].may) { /* what is said without resolving never forbids what would be allowed */
            assert_true(gs_outbound_may_allow(&list, &url));
        }
    }
}

static void with_an_empty_list_nothing_is_allowed(void **state)
{
    static const char *const urls[] = {"https://example.com/", "http://127.0.0.1/", "https://[2a00:1450::1]/"};
    const struct gs_outbound none = {.count = 0};
    unsigned char ip[GS_IP_BYTES];
    (void)state;
    parse_ip("8.8.8.8", ip);
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        struct gs_outbound_url url;
        assert_int_equal(gs_outbound_url_parse(urls[i], strlen(urls[i]), &url), GS_OK);
        assert_false(gs_outbound_may_allow(&none, &url));
        assert_false(gs_outbound_allows(&none, &url, ip));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(urls_are_read_strictly),
                                       cmocka_unit_test(long_names_are_taken_up_to_their_bound),
                                       cmocka_unit_test(entries_are_read_and_written_in_one_form),
                                       cmocka_unit_test(special_addresses_are_known),
                                       cmocka_unit_test(a_name_does_not_open_what_only_an_address_may),
                                       cmocka_unit_test(with_an_empty_list_nothing_is_allowed)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("outbound", tests, NULL, NULL);
}
