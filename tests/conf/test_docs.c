/* The table of options, the sample and gateslotd.yaml(5) say the same: argv[1] is the sample, argv[2] the manual page. */
#include "support.h"

#include "gateslot/base/text.h"
#include "gateslot/base/time.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *sample_path, *manual_path;

static const char *last_name(const char *key)
{
    const char *dot = strrchr(key, '.');
    return dot == NULL ? key : dot + 1;
}

static void every_option_has_a_doc_of_one_line_and_a_unique_key(void **state)
{
    (void)state;
    for (size_t i = 0; i < gs_option_count; i++) {
        const struct gs_option *o = &gs_options[i];
        size_t len = strlen(o->doc);
        assert_true(len > 0 && o->doc[len - 1] == '.' && strchr(o->doc, '\n') == NULL);
        assert_true(gs_utf8_valid(o->doc, len));
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(gs_options[k].key, o->key);
        }
    }
}

static void every_option_stands_below_another_of_the_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < gs_option_count; i++) {
        char above[128];
        assert_true(gs_text_copy(above, sizeof above, gs_options[i].key));
        char *end = strrchr(above, '.'), *entry = strrchr(above, '[');
        if (end == NULL && entry == NULL) {
            continue;
        }
        *(entry != NULL && (end == NULL || entry > end) ? entry : end) = '\0';
        bool found = false;
        for (size_t k = 0; k < i; k++) {
            found = found || strcmp(gs_options[k].key, above) == 0;
        }
        assert_true(found);
    }
}

/* Does the sample have the option's own name as a key, in use or commented out, below its section? */
static bool sample_names(const char *text, const struct gs_option *o)
{
    char section[64], key[64];
    const char *from = text, *dot = strchr(o->key, '.'), *entry = strchr(o->key, '[');
    size_t len = dot != NULL && (entry == NULL || dot < entry) ? (size_t)(dot - o->key) : strcspn(o->key, ".[");
    (void)snprintf(section, sizeof section, "\n%.*s:", (int)len, o->key);
    from = strstr(text, section);
    if (from == NULL) {
        (void)snprintf(section, sizeof section, "\n# %.*s:", (int)len, o->key);
        from = strstr(text, section);
    }
    if (from == NULL || len == strlen(o->key)) {
        return from != NULL;
    }
    (void)snprintf(key, sizeof key, " %s:", last_name(o->key));
    const char *found = strstr(from + 1, key), *next = from + 1;
    do { /* the next key at the margin */
        next = strchr(next, '\n');
        next = next == NULL ? text + strlen(text) : next + 1;
    } while (*next == ' ' || *next == '#' || *next == '\n');
    return found != NULL && found < next;
}

static void every_option_is_in_the_sample(void **state)
{
    (void)state;
    size_t len;
    char *text = conf_slurp(sample_path, &len);
    for (size_t i = 0; i < gs_option_count; i++) {
        const char *name = last_name(gs_options[i].key);
        if (strcmp(name, "*") == 0 || strchr(name, ']') != NULL) {
            continue; /* stands for names and entries */
        }
        if (!sample_names(text, &gs_options[i])) {
            print_error("%s is not in %s\n", gs_options[i].key, sample_path);
            fail();
        }
    }
    free(text);
}

/* The paragraph of the option in the manual page, in one line; false: it has none. */
static bool manual_item(const char *text, const char *key, char *out, size_t size)
{
    char item[96];
    (void)snprintf(item, sizeof item, "\n.It Cm %s\n", key);
    const char *found = strstr(text, item);
    if (found == NULL) {
        return false;
    }
    const char *next = strstr(found + 1, "\n.It Cm "), *end = strstr(found + 1, "\n.El");
    assert_non_null(end);
    size_t len = (size_t)((next != NULL && next < end ? next : end) - found);
    assert_true(gs_text_copyn(out, size, found, len));
    for (char *c = strchr(out, '\n'); c != NULL; c = strchr(c, '\n')) {
        *c = ' ';
    }
    return true;
}

static void expect_in_item(const struct gs_option *o, const char *item, const char *what)
{
    if (strstr(item, what) == NULL) {
        print_error("%s: the manual does not say \"%s\"\n", o->key, what);
        fail();
    }
}

/* Its range, default and whether it needs a restart, as the table has them. */
static void expect_item(const struct gs_option *o, const char *item)
{
    char text[160];
    if (o->type == GS_OPTION_INT) {
        (void)snprintf(text, sizeof text, "%" PRId64 " to %" PRId64, o->min, o->max);
        expect_in_item(o, item, text);
    }
    if (o->fallback == NULL) {
        expect_in_item(o, item, "Required");
    } else if (o->fallback[0] != '\0' && o->entry_size == 0) {
        (void)snprintf(text, sizeof text, "Default: %s", o->fallback);
        expect_in_item(o, item, text);
    } else {
        expect_in_item(o, item, "Default:");
    }
    if ((strstr(item, "Needs a restart") != NULL) != o->restart) {
        print_error("%s: the manual and the table differ on whether it needs a restart\n", o->key);
        fail();
    }
}

static void every_option_is_in_the_manual_with_range_default_and_reload(void **state)
{
    (void)state;
    char item[2048];
    size_t len;
    char *text = conf_slurp(manual_path, &len);
    for (size_t i = 0; i < gs_option_count; i++) {
        const struct gs_option *o = &gs_options[i];
        const char *name = last_name(o->key);
        bool section = o->type == GS_OPTION_MAP && o->size == 0;
        if (strcmp(name, "*") == 0 || strchr(name, ']') != NULL || section) {
            continue;
        }
        if (!manual_item(text, o->key, item, sizeof item)) {
            print_error("%s is not in %s\n", o->key, manual_path);
            fail();
        }
        expect_item(o, item);
    }
    free(text);
}

static void the_manual_has_no_option_the_table_has_not(void **state)
{
    (void)state;
    size_t len;
    char *text = conf_slurp(manual_path, &len);
    for (const char *item = strstr(text, "\n.It Cm "); item != NULL; item = strstr(item + 1, "\n.It Cm ")) {
        const char *key = item + strlen("\n.It Cm ");
        size_t key_len = strcspn(key, "\n");
        bool found = false;
        for (size_t i = 0; i < gs_option_count; i++) {
            found = found || (strlen(gs_options[i].key) == key_len && memcmp(gs_options[i].key, key, key_len) == 0);
        }
        if (!found) {
            print_error("%.*s is in the manual only\n", (int)key_len, key);
            fail();
        }
    }
    free(text);
}

/* The sample's calendar, its entries no longer commented out. */
static struct gs_config *sample_with_its_calendar(void)
{
    size_t len;
    char *text = conf_slurp(sample_path, &len), *from = strstr(text, "\ncalendar: []\n");
    assert_non_null(from);
    char *out = from + strlen("\ncalendar:");
    for (const char *at = from + strlen("\ncalendar: []"); *at != '\0'; at++) {
        *out++ = *at;
        at += *at == '\n' && at[1] == '#' ? 1 : 0;
    }
    *out = '\0';
    struct gs_config *config = conf_of(text);
    free(text);
    return config;
}

static void the_samples_calendar_is_only_an_example_and_right(void **state)
{
    (void)state;
    struct gs_config *config = sample_with_its_calendar();
    const struct gs_calendar_rule *r = config->rules.calendar;
    assert_int_equal(config->rules.calendar_count, 3);
    assert_true(r[0].by_range && r[0].closed);
    assert_true(r[0].from <= gs_date_from_civil(2027, 2, 6) && gs_date_from_civil(2027, 2, 6) <= r[0].to);
    assert_true(r[1].by_date && !r[2].by_date && !r[2].by_range);
    gs_config_destroy(config);
}

static void the_sample_gives_the_defaults(void **state)
{
    (void)state;
    static struct gs_config_problems problems;
    struct gs_config *sample = NULL, *defaults = conf_of("");
    assert_int_equal(gs_config_load(sample_path, &sample, &problems), GS_OK);
    assert_int_equal(sample->rules.calendar_count, 0);
    for (size_t i = 0; i < gs_option_count; i++) {
        const struct gs_option *o = &gs_options[i];
        if (strpbrk(o->key, "*[") != NULL || strcmp(o->key, "calendar") == 0 || o->size == 0) {
            continue;
        }
        if (memcmp((const char *)sample + o->offset, (const char *)defaults + o->offset, o->size) != 0) {
            print_error("%s is not the default in the sample\n", o->key);
            fail();
        }
    }
    assert_int_equal(sample->rules.window_count, defaults->rules.window_count);
    assert_int_equal(sample->listen_count, defaults->listen_count);
    gs_config_destroy(sample);
    gs_config_destroy(defaults);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_option_has_a_doc_of_one_line_and_a_unique_key),
        cmocka_unit_test(every_option_stands_below_another_of_the_table),
        cmocka_unit_test(every_option_is_in_the_sample),
        cmocka_unit_test(every_option_is_in_the_manual_with_range_default_and_reload),
        cmocka_unit_test(the_manual_has_no_option_the_table_has_not),
        cmocka_unit_test(the_sample_gives_the_defaults),
        cmocka_unit_test(the_samples_calendar_is_only_an_example_and_right),
    };
    if (argc != 3) {
        (void)fprintf(stderr, "usage: %s SAMPLE MANUAL\n", argv[0]);
        return 2;
    }
    sample_path = argv[1];
    manual_path = argv[2];
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
