/* The config as a file: what is no regular, readable file of a bounded size is a problem, and never blocks. */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct place {
    char dir[64], path[96];
};

static int make_place(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    assert_non_null(place);
    strcpy(place->dir, "/tmp/gateslot-conf-XXXXXX");
    assert_non_null(mkdtemp(place->dir));
    (void)snprintf(place->path, sizeof place->path, "%s/gateslotd.yaml", place->dir);
    *state = place;
    return 0;
}

static int remove_place(void **state)
{
    struct place *place = *state;
    (void)unlink(place->path);
    assert_int_equal(rmdir(place->dir), 0);
    free(place);
    return 0;
}

static void write_file(const char *path, const char *text, size_t len)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static void expect_problem(const char *path, const char *message)
{
    static struct gs_config_problems problems;
    struct gs_config *config = NULL;
    assert_int_equal(gs_config_load(path, &config, &problems), GS_E_INVALID);
    assert_null(config);
    assert_int_equal(problems.count, 1);
    assert_int_equal(problems.list[0].line, 0);
    assert_int_equal(problems.list[0].column, 0);
    assert_string_equal(problems.list[0].key, "(file)");
    assert_string_equal(problems.list[0].message, message);
}

static void a_good_file_is_loaded(void **state)
{
    const struct place *place = *state;
    static struct gs_config_problems problems = {.count = 7};
    struct gs_config *config = NULL;
    write_file(place->path, "yard: {bays: 7}\n", 16);
    assert_int_equal(gs_config_load(place->path, &config, &problems), GS_OK);
    assert_int_equal(problems.count, 0);
    assert_int_equal(config->rules.bays, 7);
    gs_config_destroy(config);
}

static void a_link_to_a_file_is_followed(void **state)
{
    const struct place *place = *state;
    static struct gs_config_problems problems;
    struct gs_config *config = NULL;
    char target[128];
    (void)snprintf(target, sizeof target, "%s/real", place->dir);
    write_file(target, "yard: {bays: 8}\n", 16);
    assert_int_equal(symlink(target, place->path), 0);
    int err = gs_config_load(place->path, &config, &problems);
    (void)unlink(target);
    assert_int_equal(err, GS_OK);
    assert_int_equal(config->rules.bays, 8);
    gs_config_destroy(config);
}

static void a_missing_file_is_a_problem(void **state)
{
    const struct place *place = *state;
    expect_problem(place->path, "cannot be opened: No such file or directory");
    expect_problem("", "cannot be opened: No such file or directory");
}

static void a_directory_is_refused(void **state)
{
    const struct place *place = *state;
    expect_problem(place->dir, "is a directory, expected a regular file");
}

static void a_fifo_without_writer_is_refused_at_once(void **state)
{
    const struct place *place = *state;
    assert_int_equal(mkfifo(place->path, 0600), 0);
    (void)alarm(10); /* would end the test if it blocked */
    expect_problem(place->path, "is not a regular file");
    (void)alarm(0);
}

static void a_device_is_refused(void **state)
{
    (void)state;
    expect_problem("/dev/zero", "is not a regular file");
}

static void a_socket_is_refused(void **state)
{
    const struct place *place = *state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, place->path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    expect_problem(place->path, "cannot be opened: No such device or address");
    (void)close(fd);
}

static void an_unreadable_file_is_a_problem(void **state)
{
    const struct place *place = *state;
    write_file(place->path, "{}\n", 3);
    assert_int_equal(chmod(place->path, 0), 0);
    if (geteuid() == 0) { /* root reads everything */
        static struct gs_config_problems problems;
        struct gs_config *config = NULL;
        assert_int_equal(gs_config_load(place->path, &config, &problems), GS_OK);
        gs_config_destroy(config);
        return;
    }
    expect_problem(place->path, "cannot be opened: Permission denied");
}

static void a_file_over_a_megabyte_is_refused(void **state)
{
    const struct place *place = *state;
    char *text = malloc(GS_CONFIG_FILE_MAX + 1);
    assert_non_null(text);
    memset(text, '\n', GS_CONFIG_FILE_MAX + 1);
    write_file(place->path, text, GS_CONFIG_FILE_MAX + 1);
    expect_problem(place->path, "larger than 1 MB (1048576 bytes)");
    write_file(place->path, text, GS_CONFIG_FILE_MAX);
    free(text);
    static struct gs_config_problems problems;
    struct gs_config *config = NULL;
    assert_int_equal(gs_config_load(place->path, &config, &problems), GS_OK);
    gs_config_destroy(config);
}

static void descriptors_are_given_back(void **state)
{
    const struct place *place = *state;
    static struct gs_config_problems problems;
    struct gs_config *config = NULL;
    int before = open("/dev/null", O_RDONLY | O_CLOEXEC);
    (void)close(before);
    assert_int_equal(gs_config_load(place->dir, &config, &problems), GS_E_INVALID);
    write_file(place->path, "x", 1);
    assert_int_equal(gs_config_load(place->path, &config, &problems), GS_E_INVALID);
    write_file(place->path, "", 0);
    assert_int_equal(gs_config_load(place->path, &config, &problems), GS_OK);
    gs_config_destroy(config);
    int after = open("/dev/null", O_RDONLY | O_CLOEXEC);
    (void)close(after);
    assert_int_equal(before, after);
}

int main(void)
{
#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)
    const struct CMUnitTest tests[] = {
        IN_PLACE(a_good_file_is_loaded),
        IN_PLACE(a_link_to_a_file_is_followed),
        IN_PLACE(a_missing_file_is_a_problem),
        IN_PLACE(a_directory_is_refused),
        IN_PLACE(a_fifo_without_writer_is_refused_at_once),
        cmocka_unit_test(a_device_is_refused),
        IN_PLACE(a_socket_is_refused),
        IN_PLACE(an_unreadable_file_is_a_problem),
        IN_PLACE(a_file_over_a_megabyte_is_refused),
        IN_PLACE(descriptors_are_given_back),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
