/* Addresses and networks: forms that are taken and forms that are not, one spelling of each, and membership against a plain comparison of bits. */
#include "check.h"
#include "dice.h"
#include "gateslot/base/ip.h"
#include <string.h>

static void addresses_are_read_strictly_and_written_in_one_form(void **state)
{
    static const struct {
        const char *given, *written; /* NULL: refused */
    } cases[] = {
        {"192.0.2.7", "192.0.2.7"},
        {"::ffff:192.0.2.7", "192.0.2.7"},
        {"2001:DB8:0:0::1", "2001:db8::1"},
        {"::", "::"},
        {"", NULL},
        {" 192.0.2.7", NULL},
        {"192.0.2.7 ", NULL},
        {"192.0.2.256", NULL},
        {"192.0.2", NULL},
        {"0xc0.0.2.7", NULL},
        {"192.0.2.7:80", NULL},
        {"[::1]", NULL},
        {"fe80::1%eth0", NULL},
        {"1:2:3:4:5:6:7:8:9", NULL},
        {"unknown", NULL},
        {"1111:2222:3333:4444:5555:6666:255.255.255.2555", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned char address[GS_IP_BYTES];
        char text[GS_IP_TEXT];
        int err = gs_ip_parse(cases[i].given, strlen(cases[i].given), address);
        assert_int_equal(err, cases[i].written != NULL ? GS_OK : GS_E_INVALID);
        if (err == GS_OK) {
            gs_ip_format(address, text);
            assert_string_equal(text, cases[i].written);
        }
    }
    unsigned char address[GS_IP_BYTES];
    assert_int_equal(gs_ip_parse("1.2.3.4\0", 8, address), GS_E_INVALID);
}

static void networks_have_no_bits_beyond_their_own(void **state)
{
    static const struct {
        const char *given;
        int err;
        const char *written;
    } cases[] = {
        {"127.0.0.1", GS_OK, "127.0.0.1"},
        {"127.0.0.1/32", GS_OK, "127.0.0.1"},
        {"10.0.0.0/8", GS_OK, "10.0.0.0/8"},
        {"128.0.0.0/1", GS_OK, "128.0.0.0/1"},
        {"10.0.0.1/8", GS_E_RANGE, "10.0.0.0/8"},
        {"fd00::/8", GS_OK, "fd00::/8"},
        {"2001:db8::/33", GS_OK, "2001:db8::/33"},
        {"2001:db8:8000::1/33", GS_E_RANGE, "2001:db8:8000::/33"},
        {"::ffff:0.0.0.0/96", GS_OK, "::ffff:0.0.0.0/96"},
        {"::1/128", GS_OK, "::1"},
        {"0.0.0.0/0", GS_E_INVALID, NULL},
        {"::/0", GS_E_INVALID, NULL},
        {"10.0.0.0/33", GS_E_INVALID, NULL},
        {"10.0.0.0/08", GS_E_INVALID, NULL},
        {"10.0.0.0/", GS_E_INVALID, NULL},
        {"10.0.0.0/8/8", GS_E_INVALID, NULL},
        {"10.0.0.0/-8", GS_E_INVALID, NULL},
        {"10.0.0.0/255.0.0.0", GS_E_INVALID, NULL},
        {"::/129", GS_E_INVALID, NULL},
        {"/8", GS_E_INVALID, NULL},
        {"localhost", GS_E_INVALID, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct gs_ip_network n = {0};
        char text[GS_IP_TEXT];
        assert_int_equal(gs_ip_network_parse(cases[i].given, &n), cases[i].err);
        if (cases[i].written != NULL) {
            gs_ip_network_format(&n, text);
            assert_string_equal(text, cases[i].written);
        }
    }
}

static bool bit_of(const unsigned char *address, int32_t at)
{
    return (address[at / 8] >> (7 - at % 8) & 1) != 0;
}

static void a_network_has_the_addresses_that_begin_like_it(void **state)
{
    uint64_t dice = dice_seed("base-ip");
    (void)state;
    for (int round = 0; round < 20000; round++) {
        struct gs_ip_network n = {.bits = 1 + dice_roll(&dice, 128)};
        unsigned char address[GS_IP_BYTES];
        for (int32_t i = 0; i < n.bits; i++) {
            n.address[i / 8] |= (unsigned char)(dice_roll(&dice, 2) << (7 - i % 8));
        }
        memcpy(address, n.address, sizeof address);
        for (int i = dice_roll(&dice, 3); i > 0; i--) {
            address[dice_roll(&dice, GS_IP_BYTES)] ^= (unsigned char)(1 << dice_roll(&dice, 8));
        }
        bool same = true;
        for (int32_t i = 0; i < n.bits; i++) {
            same = same && bit_of(n.address, i) == bit_of(address, i);
        }
        assert_int_equal(gs_ip_network_has(&n, address), same);
        char text[GS_IP_TEXT];
        struct gs_ip_network again;
        gs_ip_network_format(&n, text);
        assert_int_equal(gs_ip_network_parse(text, &again), GS_OK);
        assert_int_equal(again.bits, n.bits);
        assert_memory_equal(again.address, n.address, sizeof n.address);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_read_strictly_and_written_in_one_form),
        cmocka_unit_test(networks_have_no_bits_beyond_their_own),
        cmocka_unit_test(a_network_has_the_addresses_that_begin_like_it),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("base-ip", tests, NULL, NULL);
}
