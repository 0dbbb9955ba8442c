/* The form of the file: what is refused whatever the options are. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void empty_files_give_defaults(void **state)
{
    (void)state;
    static const struct conf_case cases[] = {
        {"", ""},
        {"# only a comment\n", ""},
        {"---\n", ""},
        {"---\n...\n", ""},
        {"{}\n", ""},
        {"\xef\xbb\xbf{}\n", ""},
        {"\xef\xbb\xbfyard: {bays: 3}\n", ""},
        {"%YAML 1.2\n---\nyard: {bays: 3}\n", ""},
    };
    CONF_EXPECT_ALL(cases);
}

static void a_root_that_is_no_mapping_is_refused(void **state)
{
    (void)state;
    static const struct conf_case cases[] = {
        {"- a\n", "1:1: (file): found a list, expected a mapping\n"},
        {"hello\n", "1:1: (file): found the text \"hello\", expected a mapping\n"},
        {"~\n", "1:1: (file): has no value, expected a mapping\n"},
    };
    CONF_EXPECT_ALL(cases);
}

static void anchors_and_aliases_are_refused(void **state)
{
    (void)state;
    static const struct conf_case cases[] = {
        {"yard: {bays: &n 40}\n", "1:14: yard.bays: anchors are refused, found &n\n"},
        {"yard: &y\n  bays: 40\n", "1:7: yard: anchors are refused, found &y\n"},
        {"listen: &l [\"unix:/s\"]\n", "1:9: listen: anchors are refused, found &l\n"},
        {"&k yard: {bays: 40}\n", "1:1: yard: anchors are refused\n"},
        {"yard: *y\n", "1:7: yard: aliases are refused, found *y\n"},
        {"listen: [*a, *b]\n",
         "1:10: listen[0]: aliases are refused, found *a\n1:14: listen[1]: aliases are refused, found *b\n"},
        {"*k : 1\n", "1:1: (yaml): aliases are refused\n"},
        {"*all\n", "1:1: (yaml): aliases are refused, found *all\n"},
        {"&all\nyard: {bays: 40}\n", "1:1: (yaml): anchors are refused, found &all\n"},
    };
    CONF_EXPECT_ALL(cases);
}

static void a_billion_laughs_stay_one(void **state)
{
    (void)state;
    conf_expect("listen: &a [\"unix:/a\"]\nstore: &b [*a,*a,*a]\ncalendar: [*b,*b,*b]\n",
                "1:9: listen: anchors are refused, found &a\n"
                "2:1: store: found a list, expected a text of 1 to 4095 bytes\n"
                "2:8: store: anchors are refused, found &b\n"
                "2:12: store[0]: aliases are refused, found *a\n"
                "2:15: store[1]: aliases are refused, found *a\n"
                "2:18: store[2]: aliases are refused, found *a\n"
                "3:12: calendar[0]: aliases are refused, found *b\n"
                "3:15: calendar[1]: aliases are refused, found *b\n"
                "3:18: calendar[2]: aliases are refused, found *b\n");
}

static void tags_are_refused(void **state)
{
    (void)state;
    static const struct conf_case cases[] = {
        {"yard: {bays: !!int 40}\n", "1:14: yard.bays: tags are refused, found tag:yaml.org,2002:int\n"},
        {"site: {name: ! x}\n", "1:14: site.name: tags are refused, found !\n"},
        {"yard: !!map {bays: 40}\n", "1:7: yard: tags are refused, found tag:yaml.org,2002:map\n"},
        {"listen: !seq [\"unix:/s\"]\n", "1:9: listen: tags are refused, found !seq\n"},
        {"!!str yard: {bays: 40}\n", "1:1: yard: tags are refused\n"},
        {"%TAG ! tag:x,2026:\n---\n{}\n", "1:1: (yaml): tags are refused, found a %TAG directive\n"},
    };
    CONF_EXPECT_ALL(cases);
}

static void keys_are_given_once(void **state)
{
    (void)state;
    static const struct conf_case cases[] = {
        {"yard: {bays: 1}\nstore: sqlite:/a\nyard: {bays: 2}\n", "3:1: yard: given twice, first in line 1\n"},
        {"yard: {bays: 1, \"bays\": 2, bays: 3}\n",
         "1:17: yard.bays: given twice, first in line 1\n1:28: yard.bays: given twice, first in line 1\n"},
        {"yard:\n  bays: 1\n  bays: 2\n", "3:3: yard.bays: given twice, first in line 2\n"},
        {"windows:\n  a: {start: \"08:00\", end: \"09:00\", capacity: 1}\n  a: 7\n",
         "3:3: windows.a: given twice, first in line 2\n"},
        {"calendar:\n- weekday: sun\n  closed: true\n  closed: true\n",
         "4:3: calendar[0].closed: given twice, first in line 3\n"},
    };
    CONF_EXPECT_ALL(cases);
}

static void merge_keys_are_refused(void **state)
{
    (void)state;
    conf_expect("yard: {<<: {bays: 3}}\n", "1:8: yard.<<: merge keys are refused\n");
    conf_expect("yard: {\"<<\": {bays: 3}}\n", "1:8: yard.<<: unknown key, expected one of bays, walk_ins\n");
}

static void keys_are_texts(void **state)
{
    (void)state;
    conf_expect("? [a, b]\n: 1\n", "1:3: (yaml): found a list or mapping as a key, expected a text\n");
    conf_expect("{{a: b}: 1}\n", "1:2: (yaml): found a list or mapping as a key, expected a text\n");
}

static void a_second_document_is_refused(void **state)
{
    (void)state;
    conf_expect("yard: {bays: 3}\n---\nyard: {bays: 4}\n",
                "2:1: (yaml): a second document is refused, expected the end of the file\n");
    conf_expect("yard: {bays: 0}\n...\n---\n",
                "3:1: (yaml): a second document is refused, expected the end of the file\n");
}

static void syntax_errors_say_where(void **state)
{
    (void)state;
    static const struct conf_case cases[] = {
        {"listen: [a, b\nstore: x\n",
         "2:6: (yaml): did not find expected ',' or ']', while parsing a flow sequence from line 1\n"},
        {"yard:\n  bays: 1\n bays: 2\n",
         "3:2: (yaml): did not find expected key, while parsing a block mapping from line 1\n"},
        {"yard:\n\tbays: 1\n",
         "2:1: (yaml): found character that cannot start any token, while scanning for the next token\n"},
        {"site: {name: \"x\n",
         "2:1: (yaml): found unexpected end of stream, while scanning a quoted scalar from line 1\n"},
        {"a: b: c\n", "1:5: (yaml): mapping values are not allowed in this context\n"},
        {"site: {name: \"\\ud800\"}\n",
         "1:17: (yaml): found invalid Unicode character escape code, while parsing a quoted scalar\n"},
        {"yard: @x\n", "1:7: (yaml): found character that cannot start any token, while scanning for the next token\n"},
        {"%YAML 9.9\n---\n{}\n", "1:1: (yaml): found incompatible YAML document\n"},
    };
    CONF_EXPECT_ALL(cases);
}

static void problems_before_a_syntax_error_are_kept(void **state)
{
    (void)state;
    conf_expect("yard: {bays: &a 1, bays: 2}\nlisten: [\n",
                "1:14: yard.bays: anchors are refused, found &a\n"
                "1:20: yard.bays: given twice, first in line 1\n"
                "3:1: (yaml): did not find expected node content, while parsing a flow node\n");
}

static void bytes_that_are_no_text_are_refused(void **state)
{
    (void)state;
    static const char nul[] = "yard:\n  bays: \0 3\n", latin1[] = "# \xc3\xa4\n# gr\xfc n\n",
                      control[] = "a: 1\nb: \x01\n";
    conf_expect_bytes(nul, sizeof nul - 1, "2:9: (yaml): NUL characters are refused\n");
    conf_expect_bytes(latin1, sizeof latin1 - 1, "2:5: (yaml): not UTF-8\n");
    conf_expect_bytes(control, sizeof control - 1, "2:4: (yaml): control characters are not allowed (0x1)\n");
    conf_expect("\xff\xfey\n", "1:1: (yaml): not UTF-8\n");
    conf_expect("# \xed\xa0\x80\n", "1:3: (yaml): not UTF-8\n");
    conf_expect("\xef\xbb\xbf# as some editors begin a file\nyard: {bays: 3}\n", "");
    conf_expect("\xef\xbb\xbfyrad: {bays: 3}\n", "1:1: yrad: unknown key, did you mean yard?\n");
    conf_expect("# \xe4\xb8\n", "1:3: (yaml): not UTF-8\n");
}

static void nul_by_an_escape_is_refused_too(void **state)
{
    (void)state;
    conf_expect("site: {name: \"a\\0b\"}\n", "1:14: site.name: NUL characters are refused\n");
    conf_expect("{\"a\\0b\": 1}\n", "1:2: (yaml): NUL characters are refused\n");
}

static void depth_is_bounded_at_sixteen(void **state)
{
    (void)state;
    conf_expect("[[[[[[[[[[[[[[[[0]]]]]]]]]]]]]]]]\n", "1:1: (file): found a list, expected a mapping\n");
    conf_expect("[[[[[[[[[[[[[[[[[0]]]]]]]]]]]]]]]]]\n", "1:17: (yaml): nested too deep, at most 16 levels are read\n");
}

/* One large text: head, then the unit again and again up to size. */
static char *repeated(const char *head, const char *unit, size_t size)
{
    char *text = malloc(size + 1);
    assert_non_null(text);
    size_t len = strlen(head), step = strlen(unit);
    memcpy(text, head, len + 1);
    for (; len + step <= size; len += step) {
        memcpy(text + len, unit, step);
    }
    memset(text + len, '\n', size - len);
    text[size] = '\0';
    return text;
}

static void size_is_bounded_at_a_megabyte(void **state)
{
    (void)state;
    char *text = repeated("", "# comment\n", GS_CONFIG_FILE_MAX + 1);
    conf_expect_bytes(text, GS_CONFIG_FILE_MAX, "");
    conf_expect_bytes(text, GS_CONFIG_FILE_MAX + 1, "0:0: (file): larger than 1 MB (1048576 bytes)\n");
    free(text);
}

static void values_and_keys_are_bounded(void **state)
{
    (void)state;
    char *text = repeated("x:\n", "- \n", GS_CONFIG_FILE_MAX);
    conf_expect_bytes(text, GS_CONFIG_FILE_MAX, "65536:2: (yaml): too many values, at most 65536 are read\n");
    free(text);
    char keys[8192] = "windows:\n";
    for (int i = 0; i < 257; i++) {
        (void)snprintf(keys + strlen(keys), sizeof keys - strlen(keys), " w%d: 1\n", i);
    }
    conf_expect(keys, "258:2: (yaml): too many keys, at most 256 are read in one mapping\n");
}

static void hostile_nesting_does_not_take_long(void **state)
{
    (void)state;
    char *text = repeated("", "[", GS_CONFIG_FILE_MAX);
    conf_expect_bytes(text, GS_CONFIG_FILE_MAX, "1:17: (yaml): nested too deep, at most 16 levels are read\n");
    free(text);
    text = repeated("", "? ", GS_CONFIG_FILE_MAX);
    conf_expect_bytes(text, GS_CONFIG_FILE_MAX, "1:3: (yaml): found a list or mapping as a key, expected a text\n");
    free(text);
}

static void of_many_problems_a_hundred_are_shown(void **state)
{
    (void)state;
    char text[4096] = "", expected[16384] = "0:0: (file): 151 more problems are not shown\n";
    for (int i = 0; i < 250; i++) {
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "k%d: 1\n", i);
    }
    struct gs_config *config = NULL;
    static struct gs_config_problems problems;
    assert_int_equal(gs_config_parse(text, strlen(text), &config, &problems), GS_E_INVALID);
    assert_int_equal(problems.count, GS_CONFIG_PROBLEMS_MAX);
    assert_int_equal(problems.list[98].line, 99);
    (void)snprintf(text, sizeof text, "%d:%d: %s: %s\n", problems.list[99].line, problems.list[99].column,
                   problems.list[99].key, problems.list[99].message);
    assert_string_equal(text, expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_files_give_defaults),
        cmocka_unit_test(a_root_that_is_no_mapping_is_refused),
        cmocka_unit_test(anchors_and_aliases_are_refused),
        cmocka_unit_test(a_billion_laughs_stay_one),
        cmocka_unit_test(tags_are_refused),
        cmocka_unit_test(keys_are_given_once),
        cmocka_unit_test(merge_keys_are_refused),
        cmocka_unit_test(keys_are_texts),
        cmocka_unit_test(a_second_document_is_refused),
        cmocka_unit_test(syntax_errors_say_where),
        cmocka_unit_test(problems_before_a_syntax_error_are_kept),
        cmocka_unit_test(bytes_that_are_no_text_are_refused),
        cmocka_unit_test(nul_by_an_escape_is_refused_too),
        cmocka_unit_test(depth_is_bounded_at_sixteen),
        cmocka_unit_test(size_is_bounded_at_a_megabyte),
        cmocka_unit_test(values_and_keys_are_bounded),
        cmocka_unit_test(hostile_nesting_does_not_take_long),
        cmocka_unit_test(of_many_problems_a_hundred_are_shown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
