/* Paths of a config that lead to the same place, however they are spelt: each is named with its line and column, and what does not
 * collide is left alone. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static char root[64];

static void in(const char *name, char out[256])
{
    (void)snprintf(out, 256, "%s/%s", root, name);
}

static void touch(const char *name)
{
    char path[256];
    in(name, path);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    (void)fclose(f);
}

static void link_to(const char *target, const char *name)
{
    char path[256];
    in(name, path);
    assert_int_equal(symlink(target, path), 0);
}

static int setup(void **state)
{
    char path[256], other[256];
    (void)state;
    (void)snprintf(root, sizeof root, "/tmp/gspathsXXXXXX");
    assert_non_null(mkdtemp(root));
    in("d", path);
    assert_int_equal(mkdir(path, 0700), 0);
    in("d/e", path);
    assert_int_equal(mkdir(path, 0700), 0);
    link_to("d", "to-d");
    link_to("gs.db-wal", "d/to-log");
    link_to("../d/gs.db", "d/to-store");
    link_to("to-store", "d/to-link");
    link_to("nothing", "d/dangling");
    link_to("e", "d/to-e");
    link_to("loop", "d/loop");
    touch("d/file");
    touch("d/held.db");
    in("d/held.db", path);
    in("d/hard", other);
    assert_int_equal(link(path, other), 0);
    in("d/pipe", path);
    assert_int_equal(mkfifo(path, 0600), 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%.60s/d/socket", root);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    (void)close(fd);
    return 0;
}

static int teardown(void **state)
{
    char command[128];
    (void)state;
    (void)snprintf(command, sizeof command, "rm -r %s", root);
    return system(command);
}

/* The config with that socket, relative to the directory of the test, and what is wrong with it after "unix:PATH "; NULL: nothing. */
static void expect_socket(const char *store, const char *name, const char *wrong)
{
    char text[1024], expected[2048] = "", tail[512] = "";
    (void)snprintf(text, sizeof text, "store: sqlite:%s/%s\nlisten:\n- unix:%s/%s\n", root, store, root, name);
    if (wrong != NULL) {
        const char *at = strstr(wrong, "%s");
        if (at != NULL) {
            (void)snprintf(tail, sizeof tail, "%.*s%s%s", (int)(at - wrong), wrong, root, at + 2);
        } else {
            (void)snprintf(tail, sizeof tail, "%s", wrong);
        }
        bool about_place = strncmp(wrong, "is ", 3) == 0;
        (void)snprintf(expected, sizeof expected, "3:3: listen[0]: %s%s/%s %s\n", about_place ? "" : "unix:", root,
                       name, tail);
    }
    conf_expect(text, expected);
}

static void a_socket_that_leads_to_the_store_is_named(void **state)
{
    (void)state;
    static const char *const spellings[] = {"d/gs.db",      "d/./gs.db",    "d//gs.db",        "d/e/../gs.db",
                                            "d/../d/gs.db", "to-d/gs.db",   "to-d/e/../gs.db", "d/to-store",
                                            "d/to-link",    "to-d/to-link", "d/to-e/../gs.db", "d/none/../gs.db"};
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
        expect_socket("d/gs.db", spellings[i], "leads to the store, sqlite:%s/d/gs.db");
    }
    expect_socket("to-d/gs.db", "d/gs.db", "leads to the store, sqlite:%s/to-d/gs.db");
    expect_socket("d/held.db", "d/hard", "leads to the store, sqlite:%s/d/held.db");
    expect_socket("d/hard", "d/held.db", "leads to the store, sqlite:%s/d/hard");
}

static void a_socket_that_leads_to_a_file_beside_the_store_is_named(void **state)
{
    (void)state;
    static const char *const suffixes[] = {"-wal",     "-shm",  "-journal", ".lock",
                                           ".reserve", ".mark", ".new",     ".new-wal"};
    static const char *const directories[] = {"d", "to-d", "d/e/.."};
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        for (size_t k = 0; k < sizeof directories / sizeof directories[0]; k++) {
            char name[64], wrong[128];
            (void)snprintf(name, sizeof name, "%s/gs.db%s", directories[k], suffixes[i]);
            (void)snprintf(wrong, sizeof wrong, "leads to a file that the store keeps beside it, %%s/d/gs.db%s",
                           suffixes[i]);
            expect_socket("d/gs.db", name, wrong);
        }
    }
    expect_socket("d/gs.db", "d/to-log", "leads to a file that the store keeps beside it, %s/d/gs.db-wal");
    expect_socket("d/to-store", "d/gs.db.lock", "leads to a file that the store keeps beside it, %s/d/to-store.lock");
}

static void two_sockets_in_one_place_are_named(void **state)
{
    (void)state;
    static const char *const seconds[] = {"to-d/s", "d/./s", "d/e/../s", "d/to-e/../s"};
    for (size_t i = 0; i < sizeof seconds / sizeof seconds[0]; i++) {
        char text[1024], expected[1024];
        (void)snprintf(text, sizeof text, "listen: [\"http://127.0.0.1:1\", \"unix:%s/d/s\", \"unix:%s/%s\"]\n", root,
                       root, seconds[i]);
        (void)snprintf(expected, sizeof expected,
                       "1:%zu: listen[2]: unix:%s/%s leads to the same place as listen[1], unix:%s/d/s\n",
                       strlen("listen: [\"http://127.0.0.1:1\", \"unix:/d/s\", ") + strlen(root) + 1, root, seconds[i],
                       root);
        conf_expect(text, expected);
    }
}

static void what_is_no_socket_is_named(void **state)
{
    (void)state;
    expect_socket("d/gs.db", "d/file", "is a file, expected a socket or nothing there");
    expect_socket("d/gs.db", "d/e", "is a directory, expected a socket or nothing there");
    expect_socket("d/gs.db", "d/pipe", "is a named pipe, expected a socket or nothing there");
    expect_socket("d/gs.db", "d/dangling", "is a link, expected a socket or nothing there");
    expect_socket("d/gs.db", "d/loop", "is a link, expected a socket or nothing there");
}

static void what_does_not_collide_is_left_alone(void **state)
{
    (void)state;
    static const char *const fine[] = {"d/s",          "to-d/s",       "d/socket",  "d/gs.db.sock",
                                       "d/gs.dbx",     "d/gs.db2-wal", "d/e/gs.db", "no/such/place",
                                       "d/to-e/gs.db", "gs.db",        "e/../d/gs"};
    for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++) {
        expect_socket("d/gs.db", fine[i], NULL);
    }
}

static void a_default_socket_is_named_where_the_store_is(void **state)
{
    (void)state;
    conf_expect(
        "store: sqlite:/run/gateslot/gateslot.sock\n",
        "1:8: store: unix:/run/gateslot/gateslot.sock leads to the store, sqlite:/run/gateslot/gateslot.sock\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_socket_that_leads_to_the_store_is_named),
        cmocka_unit_test(a_socket_that_leads_to_a_file_beside_the_store_is_named),
        cmocka_unit_test(two_sockets_in_one_place_are_named),
        cmocka_unit_test(what_is_no_socket_is_named),
        cmocka_unit_test(what_does_not_collide_is_left_alone),
        cmocka_unit_test(a_default_socket_is_named_where_the_store_is),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, setup, teardown);
}
