/* What the tests of conf share. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_problems(const struct gs_config_problems *problems, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < problems->count && used < size; i++) {
        const struct gs_config_problem *p = &problems->list[i];
        used += (size_t)snprintf(out + used, size - used, "%d:%d: %s: %s\n", p->line, p->column, p->key, p->message);
    }
    assert_true(used < size);
}

/* Every problem of ours has its words in Chinese; those that libyaml finds have its own. */
static void expect_chinese(const struct gs_config_problems *problems)
{
    for (size_t i = 0; i < problems->count; i++) {
        struct gs_config_problem p = problems->list[i];
        gs_config_problem_chinese(&p);
        bool same = strcmp(p.message, problems->list[i].message) == 0;
        bool english = strstr(p.message, ", expected ") != NULL || strstr(p.message, "did you mean") != NULL;
        const char *found = strstr(p.message, "现为");
        english = english || (found != NULL && found != p.message && strstr(p.message, "不接受") == NULL);
        if ((same && strcmp(p.key, "(yaml)") != 0) || english) {
            fail_msg("%s is told in Chinese as %s", problems->list[i].message, p.message);
        }
    }
}

void conf_expect_bytes(const char *text, size_t len, const char *expected)
{
    static const size_t size = 64 * 1024;
    struct gs_config *config = NULL;
    struct gs_config_problems *problems = calloc(1, sizeof *problems);
    char *found = malloc(size);
    assert_non_null(problems);
    assert_non_null(found);
    int err = gs_config_parse(text, len, &config, problems);
    print_problems(problems, found, size);
    if (strcmp(found, expected) != 0) {
        print_error("of the text:\n%.400s\n", text);
    }
    assert_string_equal(found, expected);
    expect_chinese(problems);
    assert_int_equal(err, expected[0] == '\0' ? GS_OK : GS_E_INVALID);
    assert_true((config != NULL) == (err == GS_OK));
    gs_config_destroy(config);
    free(found);
    free(problems);
}

void conf_expect(const char *text, const char *problems)
{
    conf_expect_bytes(text, strlen(text), problems);
}

void conf_expect_all(const struct conf_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        conf_expect(cases[i].text, cases[i].problems);
    }
}

struct gs_config *conf_of(const char *text)
{
    struct gs_config *config = NULL;
    struct gs_config_problems *problems = calloc(1, sizeof *problems);
    assert_non_null(problems);
    int err = gs_config_parse(text, strlen(text), &config, problems);
    if (err != GS_OK) {
        print_error("of the text:\n%s\nline %d: %s: %s\n", text, problems->list[0].line, problems->list[0].key,
                    problems->list[0].message);
    }
    free(problems);
    assert_int_equal(err, GS_OK);
    return config;
}

char *conf_slurp(const char *path, size_t *out_len)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        print_error("cannot open %s\n", path);
    }
    assert_non_null(file);
    char *text = calloc(1, GS_CONFIG_FILE_MAX + 2);
    assert_non_null(text);
    *out_len = fread(text, 1, GS_CONFIG_FILE_MAX + 1, file);
    assert_int_equal(ferror(file), 0);
    assert_int_equal(fclose(file), 0);
    return text;
}
