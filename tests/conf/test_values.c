/* Single values: strict types, ranges, unknown keys, texts with a form of their own; and ten problems in one go. */
#include "support.h"

#include "gateslot/base/text.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void integers_are_decimal_and_unquoted(void **state)
{
    (void)state;
    static const char *const bad[] = {"040",
                                      "0x28",
                                      "0o50",
                                      "+40",
                                      "4_0",
                                      "4.0",
                                      "1e1",
                                      "40s",
                                      "-1",
                                      "4 0",
                                      "9223372036854775808",
                                      "99999999999999999999999",
                                      "4294967297",
                                      "10001",
                                      "0",
                                      "-0",
                                      "true",
                                      ".inf",
                                      "０",
                                      "40,"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[128], expected[256];
        (void)snprintf(text, sizeof text, "yard:\n  bays: %s\n", bad[i]);
        (void)snprintf(expected, sizeof expected, "2:9: yard.bays: found %s, expected an integer from 1 to 10000\n",
                       bad[i]);
        conf_expect(text, expected);
    }
    static const struct conf_case cases[] = {
        {"yard: {bays: \"40\"}\n",
         "1:14: yard.bays: found the quoted text \"40\", expected an integer from 1 to 10000 without quotes\n"},
        {"yard: {bays: '40'}\n",
         "1:14: yard.bays: found the quoted text \"40\", expected an integer from 1 to 10000 without quotes\n"},
        {"yard:\n  bays: |\n    40\n",
         "2:9: yard.bays: found the quoted text \"40?\", expected an integer from 1 to 10000 without quotes\n"},
        {"yard: {bays: [40]}\n", "1:8: yard.bays: found a list, expected an integer from 1 to 10000\n"},
        {"yard: {bays: {a: 1}}\n", "1:8: yard.bays: found a mapping, expected an integer from 1 to 10000\n"},
        {"yard: {bays: }\n", "1:14: yard.bays: has no value, expected an integer from 1 to 10000\n"},
        {"yard: {bays: ~}\n", "1:14: yard.bays: has no value, expected an integer from 1 to 10000\n"},
        {"yard: {bays: null}\n", "1:14: yard.bays: has no value, expected an integer from 1 to 10000\n"},
    };
    CONF_EXPECT_ALL(cases);
}

/* "booking.cutoff_minutes" → "booking: {cutoff_minutes: VALUE}" */
static void text_of(const struct gs_option *o, int64_t value, char *out, size_t size)
{
    char section[32];
    size_t len = strcspn(o->key, ".");
    assert_true(gs_text_copyn(section, sizeof section, o->key, len));
    (void)snprintf(out, size, "%s: {%s: %" PRId64 "}\n", section, o->key + len + 1, value);
}

static void every_integer_takes_its_whole_range_and_no_more(void **state)
{
    (void)state;
    size_t checked = 0;
    for (size_t i = 0; i < gs_option_count; i++) {
        const struct gs_option *o = &gs_options[i];
        char low[128], high[128], below[128], above[128];
        if (o->type != GS_OPTION_INT || strpbrk(o->key, "*[") != NULL || strcmp(o->key, "slots.minutes") == 0 ||
            strcmp(o->key, "store_copies.promised") == 0) {
            continue; /* of slots.minutes not every value divides the windows, and a store in a file is one copy */
        }
        text_of(o, o->min, low, sizeof low);
        text_of(o, o->max, high, sizeof high);
        text_of(o, o->min - 1, below, sizeof below);
        text_of(o, o->max + 1, above, sizeof above);
        conf_expect(low, "");
        conf_expect(high, "");
        char expected[256];
        int column = (int)(strchr(low, '{') - low) + (int)(strrchr(low, ' ') - strchr(low, '{')) + 2;
        (void)snprintf(expected, sizeof expected,
                       "1:%d: %s: found %" PRId64 ", expected an integer from %" PRId64 " to %" PRId64 "\n", column,
                       o->key, o->min - 1, o->min, o->max);
        conf_expect(below, expected);
        (void)snprintf(expected, sizeof expected,
                       "1:%d: %s: found %" PRId64 ", expected an integer from %" PRId64 " to %" PRId64 "\n", column,
                       o->key, o->max + 1, o->min, o->max);
        conf_expect(above, expected);
        checked++;
    }
    assert_true(checked >= 19);
}

static void bools_are_true_or_false_alone(void **state)
{
    (void)state;
    static const struct conf_case cases[] = {
        {"overbooking: {enabled: true}\n", ""},
        {"overbooking: {enabled: false}\n", ""},
        {"overbooking: {enabled: yes}\n",
         "1:24: overbooking.enabled: found yes, expected true or false; did you mean true?\n"},
        {"overbooking: {enabled: Off}\n",
         "1:24: overbooking.enabled: found Off, expected true or false; did you mean false?\n"},
        {"overbooking: {enabled: True}\n",
         "1:24: overbooking.enabled: found True, expected true or false; did you mean true?\n"},
        {"overbooking: {enabled: 1}\n", "1:24: overbooking.enabled: found 1, expected true or false\n"},
        {"overbooking: {enabled: \"true\"}\n",
         "1:24: overbooking.enabled: found the quoted text \"true\", expected true or false without quotes\n"},
    };
    CONF_EXPECT_ALL(cases);
}

static void texts_are_not_guessed(void **state)
{
    (void)state;
    static const struct conf_case cases[] = {
        {"site: {name: 一}\n", ""},
        {"site: {name: yes}\n", ""},
        {"site: {name: \"40\"}\n", ""},
        {"site: {name: 40}\n", "1:14: site.name: found 40 without quotes, expected a text: \"40\"\n"},
        {"site: {name: -4.5}\n", "1:14: site.name: found -4.5 without quotes, expected a text: \"-4.5\"\n"},
        {"site: {name: true}\n", "1:14: site.name: found true without quotes, expected a text: \"true\"\n"},
        {"site: {name: }\n", "1:14: site.name: has no value, expected a text of 1 to 127 bytes\n"},
        {"site: {name: \"\"}\n", "1:14: site.name: found 0 bytes, expected a text of 1 to 127 bytes\n"},
        {"site: {name: \"a\\nb\"}\n",
         "1:14: site.name: found a control character, line break or mark of direction, expected none\n"},
        {"site: {name: \"a\\eb\"}\n",
         "1:14: site.name: found a control character, line break or mark of direction, expected none\n"},
        {"site: {name: \"a\\u0085b\"}\n",
         "1:14: site.name: found a control character, line break or mark of direction, expected none\n"},
        {"site: {name: \"a\\u2028b\"}\n",
         "1:14: site.name: found a control character, line break or mark of direction, expected none\n"},
    };
    CONF_EXPECT_ALL(cases);
}

static void texts_are_bounded_in_bytes(void **state)
{
    (void)state;
    char text[256] = "site: {name: ";
    for (int i = 0; i < 42; i++) {
        strcat(text, "站");
    }
    char longer[300], expected[128];
    (void)snprintf(longer, sizeof longer, "%sxx}\n", text);
    strcat(text, "x}\n");
    conf_expect(text, "");
    (void)snprintf(expected, sizeof expected, "1:14: site.name: found 128 bytes, expected a text of 1 to 127 bytes\n");
    conf_expect(longer, expected);
}

static void times_are_hours_and_minutes(void **state)
{
    (void)state;
    static const char *const bad[] = {"8:00", "24:00", "08:60", "0800", "08:00:00", "8", "08.00", "morning"};
    conf_expect("booking: {opens_at: 00:00, settle_at: \"23:59\"}\n", "");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[128], expected[256];
        (void)snprintf(text, sizeof text, "booking:\n  opens_at: %s\n", bad[i]);
        (void)snprintf(expected, sizeof expected,
                       "2:13: booking.opens_at: found %s, expected a time HH:MM from 00:00 to 23:59\n", bad[i]);
        conf_expect(text, expected);
    }
}

static void sections_are_mappings(void **state)
{
    (void)state;
    static const struct conf_case cases[] = {
        {"yard:\n", "1:6: yard: has no value, expected a mapping\n"},
        {"yard: []\n", "1:1: yard: found a list, expected a mapping\n"},
        {"yard: 40\n", "1:7: yard: found the text \"40\", expected a mapping\n"},
        {"yard: {}\n", ""},
        {"listen: unix:/a\n", "1:9: listen: found the text \"unix:/a\", expected a list\n"},
        {"listen: {a: b}\n", "1:1: listen: found a mapping, expected a list\n"},
        {"windows: []\n", "1:1: windows: found a list, expected a mapping\n"},
        {"calendar: {}\n", "1:1: calendar: found a mapping, expected a list\n"},
        {"calendar:\n", "1:10: calendar: has no value, expected a list\n"},
        {"calendar: []\n", ""},
    };
    CONF_EXPECT_ALL(cases);
}

/* For a key of the top level that is like none. */
static void expect_none_meant(const char *text, const char *key)
{
    char expected[1024];
    (void)snprintf(expected, sizeof expected, "1:1: %s: unknown key, expected one of ", key);
    const char *between = "";
    for (size_t i = 0; i < gs_option_count; i++) {
        if (strpbrk(gs_options[i].key, ".[") == NULL) {
            (void)gs_text_append(expected, sizeof expected, between);
            (void)gs_text_append(expected, sizeof expected, gs_options[i].key);
            between = ", ";
        }
    }
    (void)gs_text_append(expected, sizeof expected, "\n");
    conf_expect(text, expected);
}

static void unknown_keys_are_named_with_what_may_be_meant(void **state)
{
    (void)state;
    static const struct conf_case cases[] = {
        {"yrad: {bays: 3}\n", "1:1: yrad: unknown key, did you mean yard?\n"},
        {"booking: {horizon_day: 3}\n", "1:11: booking.horizon_day: unknown key, did you mean horizon_days?\n"},
        {"bays: 3\n", "1:1: bays: unknown key, did you mean yard.bays?\n"},
        {"slots: {bays: 3}\n", "1:9: slots.bays: unknown key, did you mean yard.bays?\n"},
        {"slots: {xyz: 3}\n", "1:9: slots.xyz: unknown key, expected one of minutes, capacity\n"},
        {"yard: {Bays: 3}\n", "1:8: yard.Bays: unknown key, did you mean bays?\n"},
        {"calendar: [{weekday: sun, wndows: {}}]\n", "1:27: calendar[0].wndows: unknown key, did you mean windows?\n"},
        {"yard: {\"a\\tb\": 3}\n", "1:8: yard.a?b: unknown key, expected one of bays, walk_ins\n"},
    };
    CONF_EXPECT_ALL(cases);
    expect_none_meant("xyz: {a: [1, {b: 2}]}\n", "xyz");
    expect_none_meant("\"\": 3\n", "(file)");
}

static void long_findings_are_cut_at_a_character(void **state)
{
    (void)state;
    conf_expect(
        "yard: {bays: 一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十}\n",
        "1:14: yard.bays: found 一二三四五六七八九十一二三四五六七八九十..., expected an integer from 1 to 10000\n");
    expect_none_meant("一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十: {}\n",
                      "一二三四五六七八九十一二三四五六七八九十...");
}

static void proxies_are_addresses_and_networks(void **state)
{
    (void)state;
    static const struct conf_case cases[] = {
        {"trusted_proxies: []\n", ""},
        {"trusted_proxies: [\"127.0.0.1\", \"::1\", \"10.1.0.0/16\", \"fd00::/8\"]\n", ""},
        {"trusted_proxies: \"127.0.0.1\"\n", "1:18: trusted_proxies: found the text \"127.0.0.1\", expected a list\n"},
        {"trusted_proxies: [localhost]\n",
         "1:19: trusted_proxies[0]: found \"localhost\", expected an address, or ADDRESS/BITS "
         "with at least 1 bit, of IPv4 or IPv6\n"},
        {"trusted_proxies: [\"0.0.0.0/0\"]\n", "1:19: trusted_proxies[0]: found \"0.0.0.0/0\", expected an address, or "
                                               "ADDRESS/BITS with at least 1 bit, of IPv4 or IPv6\n"},
        {"trusted_proxies: [\"::1\", \"10.1.2.3/16\"]\n",
         "1:26: trusted_proxies[1]: found \"10.1.2.3/16\", which has more bits "
         "than its network, expected 10.1.0.0/16\n"},
    };
    CONF_EXPECT_ALL(cases);
    struct gs_config *config = conf_of("trusted_proxies: [\"10.1.0.0/16\"]\n");
    assert_int_equal(config->proxy_count, 1);
    assert_int_equal(config->proxies[0].bits, 112);
    gs_config_destroy(config);
}

static void reminders_are_a_number_or_a_list_of_them(void **state)
{
    (void)state;
#define BEFORE "reminders: {before_minutes: "
#define ONE "1:29: reminders.before_minutes: "
    static const struct conf_case cases[] = {
        {BEFORE "[]}\n", ""},
        {BEFORE "[1440, 120, 1, 86400]}\n", ""},
        {"reminders: {expiring_minutes: 0}\n", ""},
        {BEFORE "-1}\n", ONE "found -1, expected an integer from 0 to 86400\n"},
        {BEFORE "86401}\n", ONE "found 86401, expected an integer from 0 to 86400\n"},
        {BEFORE "1.5}\n", ONE "found 1.5, expected an integer from 0 to 86400\n"},
        {BEFORE "\"120\"}\n",
         ONE "found the quoted text \"120\", expected an integer from 0 to 86400 without quotes\n"},
        {BEFORE "}\n", ONE "has no value, expected an integer from 0 to 86400\n"},
        {BEFORE "{a: 1}}\n", "1:13: reminders.before_minutes: found a mapping, expected a list\n"},
        {BEFORE "[120, 0]}\n", "1:35: reminders.before_minutes[1]: found 0, expected an integer from 1 to 86400\n"},
        {BEFORE "[120, [30]]}\n",
         "1:35: reminders.before_minutes[1]: found a list, expected an integer from 1 to 86400\n"},
        {BEFORE "[30, 120, 30]}\n",
         "1:39: reminders.before_minutes[2]: the same number as reminders.before_minutes[0]\n"},
        {BEFORE "[1, 2, 3, 4, 5, 6, 7, 8, 9]}\n", "1:13: reminders.before_minutes: found 9 entries, expected 0 to 8\n"},
    };
    CONF_EXPECT_ALL(cases);
    static const struct {
        const char *text;
        int32_t count, first;
    } values[] = {{"", 1, 120},
                  {BEFORE "0}\n", 0, 0},
                  {BEFORE "45}\n", 1, 45},
                  {BEFORE "[]}\n", 0, 0},
                  {BEFORE "[90, 15]}\n", 2, 90}};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct gs_config *config = conf_of(values[i].text);
        assert_int_equal(config->rules.reminder_count, values[i].count);
        assert_int_equal(config->rules.reminder_min[0], values[i].first);
        gs_config_destroy(config);
    }
}

#define LISTEN_FORM                                                                                                    \
    "expected unix:/absolute/path, http://HOST:PORT or https://HOST:PORT with a numeric host or localhost\n"
#define PORT_FORM "expected a port from 1 to 65535 at the end: http://HOST:PORT or https://HOST:PORT\n"

static void listen_addresses_have_two_forms(void **state)
{
    (void)state;
    static const char *const wrong_form[] = {"unix:relative",
                                             "unix:",
                                             "unix:/",
                                             "unix:/dir/",
                                             "unix:@abstract",
                                             "tcp://127.0.0.1:1",
                                             "127.0.0.1:8480",
                                             "http://example.com:80",
                                             "http://127.1:80",
                                             "http://0177.0.0.1:80",
                                             "http://256.0.0.1:80",
                                             "http://:80",
                                             "http://::1:80",
                                             "http://[::1",
                                             "http://[127.0.0.1]:80",
                                             "http://[fe80::1%eth0]:80",
                                             "http://LOCALHOST:80",
                                             "http://[localhost]:80",
                                             "http://127.0.0.1",
                                             "HTTP://127.0.0.1:80"};
    static const char *const wrong_port[] = {"http://127.0.0.1:",      "http://127.0.0.1:0",
                                             "http://127.0.0.1:65536", "http://127.0.0.1:080",
                                             "http://127.0.0.1:80/",   "http://[::1]",
                                             "http://[::1]80",         "http://localhost:http",
                                             "http://localhost:+80",   "http://localhost:99999999999999999999"};
    char text[256], expected[512];
    for (size_t i = 0; i < sizeof wrong_form / sizeof wrong_form[0]; i++) {
        (void)snprintf(text, sizeof text, "listen:\n- \"%s\"\n", wrong_form[i]);
        (void)snprintf(expected, sizeof expected, "2:3: listen[0]: found \"%s\", " LISTEN_FORM, wrong_form[i]);
        conf_expect(text, expected);
    }
    for (size_t i = 0; i < sizeof wrong_port / sizeof wrong_port[0]; i++) {
        (void)snprintf(text, sizeof text, "listen:\n- \"%s\"\n", wrong_port[i]);
        (void)snprintf(expected, sizeof expected, "2:3: listen[0]: found \"%s\", " PORT_FORM, wrong_port[i]);
        conf_expect(text, expected);
    }
    conf_expect("listen: [\"https://127.0.0.1:443\"]\n",
                "1:10: listen[0]: https needs a certificate, expected tls.certificate and tls.key\n");
    conf_expect("listen: [\"https://127.0.0.1\"]\n", "1:10: listen[0]: found \"https://127.0.0.1\", " LISTEN_FORM);
    conf_expect("listen: [\"https://127.0.0.1:443\", \"http://127.0.0.1:443\"]\ntls: {certificate: /c, key: /k}\n",
                "1:35: listen[1]: the same address as listen[0]\n");
    conf_expect("tls: {certificate: /c}\n",
                "1:20: tls.certificate: given without tls.key, expected both certificate and key\n");
    conf_expect("tls: {key: /k}\n",
                "1:12: tls.key: given without tls.certificate, expected both certificate and key\n");
    conf_expect("tls: {certificate: c, key: /k/}\n",
                "1:20: tls.certificate: found \"c\", expected /absolute/path of a file\n"
                "1:28: tls.key: found \"/k/\", expected /absolute/path of a file\n");
}

static void listen_addresses_are_taken_apart(void **state)
{
    (void)state;
    struct gs_config *c = conf_of("listen: [\"unix:/run/a b\", \"http://localhost:1\", \"http://[0:0::1]:65535\", "
                                  "\"http://0.0.0.0:8480\"]\n");
    assert_int_equal(c->listen_count, 4);
    assert_int_equal(c->listen[0].kind, GS_LISTEN_UNIX);
    assert_string_equal(c->listen[0].address, "/run/a b");
    assert_int_equal(c->listen[1].kind, GS_LISTEN_TCP);
    assert_string_equal(c->listen[1].address, "127.0.0.1");
    assert_int_equal(c->listen[1].port, 1);
    assert_string_equal(c->listen[2].address, "::1");
    assert_int_equal(c->listen[2].port, 65535);
    assert_string_equal(c->listen[3].address, "0.0.0.0");
    gs_config_destroy(c);
}

static void socket_paths_fit_their_address(void **state)
{
    (void)state;
    char path[120] = "/", text[256], expected[256];
    memset(path + 1, 'p', 106);
    (void)snprintf(text, sizeof text, "listen: [\"unix:%s\"]\n", path);
    struct gs_config *c = conf_of(text);
    assert_string_equal(c->listen[0].address, path);
    gs_config_destroy(c);
    strcat(path, "p");
    (void)snprintf(text, sizeof text, "listen: [\"unix:%s\"]\n", path);
    (void)snprintf(
        expected, sizeof expected,
        "1:10: listen[0]: found \"unix:%.55s...\", 108 bytes are too long for a socket's path, expected at most 107\n",
        path);
    conf_expect(text, expected);
}

static void listen_addresses_are_given_once(void **state)
{
    (void)state;
    conf_expect(
        "listen: [\"unix:/a\", \"http://[::1]:80\", \"http://127.0.0.1:80\", \"unix:/a\", \"http://[0::1]:80\", "
        "\"http://localhost:80\", \"http://127.0.0.1:81\"]\n",
        "1:63: listen[3]: the same address as listen[0]\n"
        "1:74: listen[4]: the same address as listen[1]\n"
        "1:94: listen[5]: the same address as listen[2]\n");
}

static void listen_has_one_to_sixteen_addresses(void **state)
{
    (void)state;
    char text[1024] = "listen:\n";
    for (int i = 1; i <= 16; i++) {
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "- http://127.0.0.1:%d\n", i);
    }
    conf_expect(text, "");
    strcat(text, "- http://127.0.0.1:17\n");
    conf_expect(text, "1:1: listen: found 17 entries, expected 1 to 16\n");
    conf_expect("listen: []\n", "1:1: listen: found 0 entries, expected 1 to 16\n");
}

#define STORE_FORM "expected sqlite:/absolute/path or postgresql://HOST1,HOST2/DATABASE"

static void the_store_is_an_absolute_path(void **state)
{
    (void)state;
    static const char *const bad[] = {"/var/lib/x.db", "sqlite:x.db",    "sqlite:",   "sqlite::memory:",
                                      "sqlite:/dir/",  "postgresql:h/d", "SQLITE:/x", "postgres://h/d"};
    char text[128], expected[256];
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        (void)snprintf(text, sizeof text, "store: \"%s\"\n", bad[i]);
        (void)snprintf(expected, sizeof expected, "1:8: store: found \"%s\", " STORE_FORM "\n", bad[i]);
        conf_expect(text, expected);
    }
    struct gs_config *c = conf_of("store: sqlite:/a/b.db\n");
    assert_string_equal(c->store, "/a/b.db");
    assert_false(gs_config_in_postgresql(c));
    char beside[GS_CONFIG_BESIDE];
    gs_config_beside(c, beside);
    assert_string_equal(beside, "/a/b.db");
    gs_config_destroy(c);
}

static void time_zones_are_the_systems(void **state)
{
    (void)state;
    static const struct conf_case cases[] = {
        {"site: {timezone: Europe/Berlin}\n", ""},
        {"site: {timezone: UTC}\n", ""},
        {"site: {timezone: Asia/Shanghia}\n",
         "1:18: site.timezone: found \"Asia/Shanghia\", expected an IANA name that the "
         "system knows; did you mean Asia/Shanghai?\n"},
        {"site: {timezone: Mars/Olympus}\n",
         "1:18: site.timezone: found \"Mars/Olympus\", expected an IANA name that the "
         "system knows, such as Asia/Shanghai\n"},
        {"site: {timezone: ../../etc/passwd}\n",
         "1:18: site.timezone: found \"../../etc/passwd\", expected an IANA name "
         "that the system knows, such as Asia/Shanghai\n"},
        {"site: {timezone: Asia}\n",
         "1:18: site.timezone: found \"Asia\", expected an IANA name that the system knows, "
         "such as Asia/Shanghai\n"},
        {"site: {timezone: \"+08:00\"}\n",
         "1:18: site.timezone: found \"+08:00\", expected an IANA name that the system "
         "knows, such as Asia/Shanghai\n"},
    };
    CONF_EXPECT_ALL(cases);
}

static void defaults_are_those_of_the_contract(void **state)
{
    (void)state;
    struct gs_config *c = conf_of("");
    const struct gs_rules *r = &c->rules;
    assert_string_equal(r->site_name, "柯桥中国轻纺城市场采购监管中心");
    assert_string_equal(r->timezone, "Asia/Shanghai");
    assert_non_null(r->tz);
    assert_int_equal(c->listen_count, 2);
    assert_string_equal(c->listen[0].address, "/run/gateslot/gateslot.sock");
    assert_string_equal(c->listen[1].address, "127.0.0.1");
    assert_int_equal(c->listen[1].port, 8480);
    assert_string_equal(c->store, "/var/lib/gateslot/gateslot.db");
    assert_string_equal(c->state_directory, "/var/lib/gateslot");
    assert_true(c->copies_promised == 1 && !c->fewer_copies && c->store_name[0] == '\0');
    assert_int_equal(r->bays, 40);
    assert_int_equal(r->window_count, 3);
    static const struct gs_window_rule windows[] = {
        {"morning", 480, 720, 40, ""}, {"midday", 720, 960, 40, ""}, {"evening", 960, 1200, 40, ""}};
    assert_memory_equal(r->windows, windows, sizeof windows);
    assert_int_equal(r->slot_min, 30);
    assert_int_equal(r->slot_capacity, -1);
    const int32_t found[] = {r->horizon_days,     r->opens_at_min,   r->cutoff_min,
                             r->lock_min,         r->settle_at_min,  r->early_grace_min,
                             r->late_grace_min,   r->retention_days, r->company_window_percent,
                             r->company_day,      r->lifted_min,     r->strike_limit,
                             r->strike_days,      r->suspend_days,   r->promote_min,
                             r->overflow_percent, r->min_samples,    r->calendar_count,
                             r->company_percent};
    static const int32_t expected[] = {7, 480, 30, 240, 1080, 30, 30, 365, 25, 20, 120, 3, 30, 7, 120, 1, 200, 0, 35};
    assert_memory_equal(found, expected, sizeof expected);
    assert_true(r->late_cancel && r->waitlist && r->walk_ins && r->delay_reports && !r->overbooking);
    gs_config_destroy(c);
}

static void ten_problems_come_in_one_go(void **state)
{
    (void)state;
    conf_expect(
        "site:\n"
        "  timezone: Asia/Shanghia\n"
        "listen: [\"unix:/run/g.sock\", \"unix:/run/g.sock\"]\n"
        "store: sqlite:g.db\n"
        "yard: {bays: \"40\", bays: 41}\n"
        "windows:\n"
        "  morning: {start: \"08:00\", end: \"12:00\", capacity: 40}\n"
        "  midday: {start: \"11:00\", end: \"16:00\"}\n"
        "slots: {minute: 30}\n"
        "booking: &defaults\n"
        "  horizon_days: 0x07\n"
        "calendar:\n"
        "- {date: 2027-02-29, closed: yes}\n",
        "2:13: site.timezone: found \"Asia/Shanghia\", expected an IANA name that the system knows; did you mean "
        "Asia/Shanghai?\n"
        "3:30: listen[1]: the same address as listen[0]\n"
        "4:8: store: found \"sqlite:g.db\", " STORE_FORM "\n"
        "5:14: yard.bays: found the quoted text \"40\", expected an integer from 1 to 10000 without quotes\n"
        "5:20: yard.bays: given twice, first in line 5\n"
        "8:3: windows.midday.capacity: missing, expected an integer from 0 to 10000\n"
        "8:19: windows.midday.start: window midday, 11:00-16:00, overlaps window morning, 08:00-12:00\n"
        "9:9: slots.minute: unknown key, did you mean minutes?\n"
        "10:10: booking: anchors are refused, found &defaults\n"
        "11:17: booking.horizon_days: found 0x07, expected an integer from 0 to 60\n"
        "13:10: calendar[0].date: found 2027-02-29, expected a date YYYY-MM-DD that exists\n"
        "13:30: calendar[0].closed: found yes, expected true or false; did you mean true?\n");
}

static void problems_are_printed_with_their_file(void **state)
{
    (void)state;
    static const struct gs_config_problem problem = {3, 7, "yard.bays", "found 0"};
    char text[GS_CONFIG_PROBLEM_TEXT];
    gs_config_problem_format(&problem, "/etc/gateslot/gateslotd.yaml", text);
    assert_string_equal(text, "/etc/gateslot/gateslotd.yaml:3:7: yard.bays: found 0");
}

static void roles_of_local_users_are_taken_strictly(void **state)
{
    (void)state;
    struct gs_config *c =
        conf_of("peers: {users: {wang: gate, l.i-2: supervisor}, groups: {\"Domain Users\": display}}\n");
    assert_int_equal(c->peer_user_count, 2);
    assert_string_equal(c->peer_users[1].name, "l.i-2");
    assert_string_equal(c->peer_users[1].role, "supervisor");
    assert_int_equal(c->peer_group_count, 1);
    assert_string_equal(c->peer_groups[0].name, "Domain Users");
    gs_config_destroy(c);
    static const struct conf_case cases[] = {
        {"peers: {users: {wang: chief}}\n",
         "1:23: peers.users.wang: found \"chief\", expected backend, gate, supervisor, display or metrics\n"},
        {"peers: {users: {wang: Gate}}\n",
         "1:23: peers.users.wang: found \"Gate\", expected backend, gate, supervisor, display or metrics\n"},
        {"peers: {users: {wang: system}}\n",
         "1:23: peers.users.wang: found \"system\", expected backend, gate, supervisor, display or metrics\n"},
        {"peers: {users: {wang: }}\n", "1:23: peers.users.wang: has no value, expected a text of 1 to 15 bytes\n"},
        {"peers: {users: {wang: {role: gate}}}\n",
         "1:17: peers.users.wang: found a mapping, expected a text of 1 to 15 bytes\n"},
        {"peers: {users: {root: gate}}\n",
         "1:17: peers.users.root: root is a supervisor in any case, expected another user\n"},
        {"peers: {users: {Wang: gate}}\n",
         "1:17: peers.users.Wang: not a user's name that can stand in the record, expected "
         "[a-z0-9][a-z0-9._-]* of at most 31 characters, not daemon or gateslotd\n"},
        {"peers: {users: {daemon: gate}}\n", "1:17: peers.users.daemon: not a user's name that can stand in the "
                                             "record, expected [a-z0-9][a-z0-9._-]* of at "
                                             "most 31 characters, not daemon or gateslotd\n"},
        {"peers: {groups: {\"a:b\": gate}}\n", "1:18: peers.groups.a:b: not a group's name, expected at most 63 bytes "
                                               "without colon, comma and slash\n"},
        {"peers: {users: [wang]}\n", "1:9: peers.users: found a list, expected a mapping\n"},
        {"peers: {user: {wang: gate}}\n", "1:9: peers.user: unknown key, did you mean users?\n"},
    };
    CONF_EXPECT_ALL(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(proxies_are_addresses_and_networks),
        cmocka_unit_test(reminders_are_a_number_or_a_list_of_them),
        cmocka_unit_test(integers_are_decimal_and_unquoted),
        cmocka_unit_test(every_integer_takes_its_whole_range_and_no_more),
        cmocka_unit_test(bools_are_true_or_false_alone),
        cmocka_unit_test(texts_are_not_guessed),
        cmocka_unit_test(texts_are_bounded_in_bytes),
        cmocka_unit_test(times_are_hours_and_minutes),
        cmocka_unit_test(sections_are_mappings),
        cmocka_unit_test(unknown_keys_are_named_with_what_may_be_meant),
        cmocka_unit_test(long_findings_are_cut_at_a_character),
        cmocka_unit_test(listen_addresses_have_two_forms),
        cmocka_unit_test(listen_addresses_are_taken_apart),
        cmocka_unit_test(socket_paths_fit_their_address),
        cmocka_unit_test(listen_addresses_are_given_once),
        cmocka_unit_test(listen_has_one_to_sixteen_addresses),
        cmocka_unit_test(the_store_is_an_absolute_path),
        cmocka_unit_test(time_zones_are_the_systems),
        cmocka_unit_test(defaults_are_those_of_the_contract),
        cmocka_unit_test(ten_problems_come_in_one_go),
        cmocka_unit_test(problems_are_printed_with_their_file),
        cmocka_unit_test(roles_of_local_users_are_taken_strictly),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
