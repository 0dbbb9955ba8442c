/* Where the store is: addresses in PostgreSQL that are taken, those that are refused, and that no password is ever shown. */
#include "support.h"

#include <stdio.h>
#include <string.h>

static void addresses_in_postgresql_are_taken_as_they_stand(void **state)
{
    (void)state;
    static const char *const good[] = {
        "postgresql://h/d",
        "postgresql:///d",
        "postgresql://h1,h2:5433,h3/d?application_name=gate&sslmode=verify-full",
        "postgresql://gate@h1,h2/d",
        "postgresql://gate:@h/d",
        "postgresql://[::1]:5433,[2001:db8::1]/d?passfile=/etc/gateslot/pg%20pass",
        "postgresql://?service=gate",
        "postgresql://?host=/run/postgresql&port=5433&dbname=d",
        "postgresql://h/d?options=-c%20geqo%3doff",
        "postgresql://%2Frun%2Fpostgresql/d",
        "postgresql://1,2,3,4,5,6,7,8/d",
    };
    char text[256], beside[GS_CONFIG_BESIDE];
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        (void)snprintf(text, sizeof text, "store: \"%s\"\nstate_directory: /a/b//\n", good[i]);
        struct gs_config *c = conf_of(text);
        assert_string_equal(c->store, good[i]);
        assert_true(gs_config_in_postgresql(c));
        assert_int_equal(c->copies_promised, 2);
        gs_config_beside(c, beside);
        assert_string_equal(beside, "/a/b/gateslot");
        gs_config_destroy(c);
    }
}

static void expect(const char *address, const char *shown, const char *why)
{
    char text[256], expected[512];
    (void)snprintf(text, sizeof text, "store: \"%s\"\n", address);
    (void)snprintf(expected, sizeof expected, "1:8: store: found \"%s\", which %s\n", shown, why);
    conf_expect(text, expected);
}

static void what_would_undo_the_promise_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *address, *why;
    } cases[] = {
        {"postgresql://h/", "names no database, expected postgresql://HOST/DATABASE"},
        {"postgresql://h", "names no database, expected postgresql://HOST/DATABASE"},
        {"postgresql://", "names no database, expected postgresql://HOST/DATABASE"},
        {"postgresql://h?sslmode=require", "names no database, expected postgresql://HOST/DATABASE"},
        {"postgresql://h?dbname=", "names no database, expected postgresql://HOST/DATABASE"},
        {"postgresql://1,2,3,4,5,6,7,8,9/d", "names more than 8 hosts"},
        {"postgresql:///d?host=1,2,3,4,5,6,7,8,9", "names more than 8 hosts"},
        {"postgresql://h:x/d", "has a port that is not a number from 1 to 65535"},
        {"postgresql://h:0/d", "has a port that is not a number from 1 to 65535"},
        {"postgresql://h:65536/d", "has a port that is not a number from 1 to 65535"},
        {"postgresql://h:54321234/d", "has a port that is not a number from 1 to 65535"},
        {"postgresql://[::1/d", "is not of the form postgresql://HOST1,HOST2/DATABASE?…"},
        {"postgresql://[::1]x/d", "is not of the form postgresql://HOST1,HOST2/DATABASE?…"},
        {"postgresql://h/d?nonsense", "is not of the form postgresql://HOST1,HOST2/DATABASE?…"},
        {"postgresql://h/d?=x", "is not of the form postgresql://HOST1,HOST2/DATABASE?…"},
        {"postgresql://h/d?a=%zz", "is not of the form postgresql://HOST1,HOST2/DATABASE?…"},
        {"postgresql://h/d?a=%00", "is not of the form postgresql://HOST1,HOST2/DATABASE?…"},
        {"postgresql://h h/d", "is not of the form postgresql://HOST1,HOST2/DATABASE?…"},
        {"postgresql://主机/d", "is not of the form postgresql://HOST1,HOST2/DATABASE?…"},
        {"postgresql://h/d?replication=true", "asks for a replication connection"},
        {"postgresql://h/d?hostaddr=10.0.0.1", "has hostaddr: the hosts themselves may be given by their numbers"},
        {"postgresql://h/d?target_session_attrs=any",
         "has target_session_attrs: it is always the server that takes writes"},
        {"postgresql://h/d?client_encoding=LATIN1", "has client_encoding: it is always UTF8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const bool whole = strpbrk(cases[i].address, "?@") == NULL;
        expect(cases[i].address, whole ? cases[i].address : "postgresql://...", cases[i].why);
    }
}

static void a_password_is_refused_and_never_shown(void **state)
{
    (void)state;
    static const char of_user[] =
        "has a password in it: that belongs into a passfile (passfile=…, mode 0600) or a service file";
    static const char of_key[] = "has a password in it: that belongs into a passfile or a service file";
    static const char shown[] = "postgresql://...";
    expect("postgresql://gate:hush@h/d", shown, of_user);
    expect("postgresql://:hush@h/d", shown, of_user);
    expect("postgresql://h/d?password=hush", shown, of_user);
    expect("postgresql://h/d?sslmode=require&p%61ssword=hush", shown, of_user);
    expect("postgresql://h/d?%70%61%73%73%77%6f%72%64=hush", shown, of_user);
    expect("postgresql://h/d?sslpassword=hush", shown, of_key);
    static const char *const elsewhere[] = {
        "store: postgres://gate:hush@h/d\n",
        "store: \" postgresql://gate:hush@h/d\"\n",
        "store: [\"postgresql://gate:hush@h/d\"]\n",
        "stores: postgresql://gate:hush@h/d\n",
        "listen: postgresql://gate:hush@h/d\n",
        "listen: [\"postgresql://h/d?password=hush\"]\n",
        "store_copies: postgresql://gate:hush@h/d\n",
        "store_name: postgresql://gate:hush@h/d\n",
        "state_directory: postgresql://gate:hush@h/d\n",
        "yard: {bays: \"postgresql://gate:hush@h/d\"}\n",
        "store:postgresql://gate:hush@h/d\n",
    };
    static struct gs_config_problems problems;
    for (size_t i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++) {
        struct gs_config *config = NULL;
        assert_int_equal(gs_config_parse(elsewhere[i], strlen(elsewhere[i]), &config, &problems), GS_E_INVALID);
        for (size_t k = 0; k < problems.count; k++) {
            assert_null(strstr(problems.list[k].message, "hush"));
            assert_null(strstr(problems.list[k].key, "hush"));
        }
    }
}

static void a_file_is_one_copy(void **state)
{
    (void)state;
    static const struct conf_case cases[] = {
        {"store_copies: {promised: 1}\n", ""},
        {"store_copies: {}\n", ""},
        {"store_copies: {promised: 2}\n",
         "1:26: store_copies.promised: found 2, expected 1: a store in a file is one copy\n"},
        {"store: \"postgresql://h/d\"\nstore_copies: {promised: 3, go_on_with_fewer: true}\n", ""},
        {"store: \"postgresql://h/d\"\nstore_copies: {promised: 0}\n",
         "2:26: store_copies.promised: found 0, expected an integer from 1 to 9\n"},
        {"store: \"postgresql://h/d\"\nstore_copies: {promised: 10}\n",
         "2:26: store_copies.promised: found 10, expected an integer from 1 to 9\n"},
        {"store_copies: {go_on_with_fewer: yes}\n",
         "1:34: store_copies.go_on_with_fewer: found yes, expected true or false; did you mean true?\n"},
        {"store_copies: 2\n", "1:15: store_copies: found the text \"2\", expected a mapping\n"},
    };
    CONF_EXPECT_ALL(cases);
    struct gs_config *c = conf_of(cases[3].text);
    assert_true(c->copies_promised == 3 && c->fewer_copies);
    gs_config_destroy(c);
}

static void names_and_directories_have_their_forms(void **state)
{
    (void)state;
#define NAME_FORM "expected letters, digits, \".\", \"_\" and \"-\", a letter or digit first\n"
#define DIRECTORY_FORM "expected /absolute/path of a directory\n"
    static const struct conf_case cases[] = {
        {"store_name: gate-a.example_1\n", ""},
        {"store_name: -a\n", "1:13: store_name: found \"-a\", " NAME_FORM},
        {"store_name: a b\n", "1:13: store_name: found \"a b\", " NAME_FORM},
        {"store_name: 甲\n", "1:13: store_name: found \"甲\", " NAME_FORM},
        {"store_name: \"\"\n", "1:13: store_name: found 0 bytes, expected a text of 1 to 63 bytes\n"},
        {"state_directory: /a\n", ""},
        {"state_directory: a\n", "1:18: state_directory: found \"a\", " DIRECTORY_FORM},
        {"state_directory: //\n", "1:18: state_directory: found \"//\", " DIRECTORY_FORM},
    };
    CONF_EXPECT_ALL(cases);
}

static void a_socket_is_not_put_where_the_state_is_kept(void **state)
{
    (void)state;
    conf_expect("store: \"postgresql://h/d\"\nstate_directory: /nowhere\nlisten: [\"unix:/nowhere/gateslot.clock\"]\n",
                "3:10: listen[0]: unix:/nowhere/gateslot.clock leads to a file that the store keeps beside it, "
                "/nowhere/gateslot.clock\n");
    conf_expect("store: \"postgresql://h/d\"\nstate_directory: /nowhere\nlisten: [\"unix:/nowhere/gateslot\"]\n", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_in_postgresql_are_taken_as_they_stand),
        cmocka_unit_test(what_would_undo_the_promise_is_refused),
        cmocka_unit_test(a_password_is_refused_and_never_shown),
        cmocka_unit_test(a_file_is_one_copy),
        cmocka_unit_test(names_and_directories_have_their_forms),
        cmocka_unit_test(a_socket_is_not_put_where_the_state_is_kept),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
