/* Command lines by the table of commands: what they mean, what is refused, what the help shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "commands.h"
#include "text_table.h"
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 16

/* Splits at blanks; the invocation borrows from words. */
static int parse(const char *line, char *words, struct gs_invocation *out)
{
    char *argv[WORDS_MAX];
    size_t argc = 0;
    strcpy(words, line);
    for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " ")) {
        argv[argc++] = word;
    }
    return gs_invocation_parse(GS_CLI_EN, argc, argv, out);
}

static void longest_name_of_a_command_wins(void **state)
{
    (void)state;
    char words[256];
    struct gs_invocation v;
    assert_int_equal(parse("capacity set 2026-11-25 morning 30 --dry-run", words, &v), GS_OK);
    assert_string_equal(v.command->name, "capacity set");
    assert_true(gs_args_has(&v.args, "dry-run"));
    assert_string_equal(gs_args_operand(&v.args, 2), "30");
    assert_int_equal(parse("capacity tomorrow", words, &v), GS_OK);
    assert_string_equal(v.command->name, "capacity");
}

static void global_options_stand_before_or_after_the_command(void **state)
{
    (void)state;
    char words[256];
    struct gs_invocation v;
    assert_int_equal(parse("--url=http://h:1 --json slots", words, &v), GS_OK);
    assert_string_equal(gs_invocation_get(&v, "url"), "http://h:1");
    assert_true(gs_invocation_has(&v, "json"));
    assert_int_equal(parse("slots --json --url unix:/s today", words, &v), GS_OK);
    assert_string_equal(gs_invocation_get(&v, "url"), "unix:/s");
    assert_string_equal(gs_args_operand(&v.args, 0), "today");
}

static void repeatable_options_keep_their_order(void **state)
{
    (void)state;
    char words[256];
    struct gs_invocation v;
    assert_int_equal(parse("book --window evening --plate P --window=morning --container A", words, &v), GS_OK);
    assert_string_equal(gs_args_nth(&v.args, "window", 0), "evening");
    assert_string_equal(gs_args_nth(&v.args, "window", 1), "morning");
    assert_null(gs_args_nth(&v.args, "window", 2));
    assert_null(gs_args_get(&v.args, "date"));
}

static void dash_is_an_operand_and_two_dashes_end_the_options(void **state)
{
    (void)state;
    char words[256];
    struct gs_invocation v;
    assert_int_equal(parse("book -", words, &v), GS_OK);
    assert_string_equal(gs_args_operand(&v.args, 0), "-");
    assert_int_equal(parse("show -- --odd", words, &v), GS_OK);
    assert_string_equal(gs_args_operand(&v.args, 0), "--odd");
}

static void wrong_command_lines_say_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *line, *fault;
    } wrong[] = {
        {"", "command is missing"},
        {"frob", "command: there is no \"frob\""},
        {"lst", "did you mean \"list\"?"},
        {"Capacity", "did you mean \"capacity\"?"},
        {"token", "token: which of these?"},
        {"token craete", "token: there is no \"craete\"; did you mean \"create\"?"},
        {"token frob", "one of create, list, revoke"},
        {"capacity sett today morning 30", "did you mean \"set\"?"},
        {"slots --frob", "option: there is no \"--frob\""},
        {"list --windwo x", "did you mean \"--window\"?"},
        {"list --stat=x", "did you mean \"--status\"?"},
        {"slots -x", "there is no \"-x\""},
        {"slots -n 5", "there is no \"-n\""},
        {"slots a b", "slots: \"b\" is one argument too many"},
        {"show", "show: REF is missing"},
        {"capacity set today", "capacity set: WINDOW is missing"},
        {"list --window", "--window needs a value: WINDOW"},
        {"list --window --json", "--window needs a value"},
        {"list --window a --window b", "--window is given twice"},
        {"slots --json=1", "--json takes no value"},
        {"slots -hx", "--help takes no value"},
        {"--tok x slots", "there is no \"--tok\""},
        {"help frob", "command: there is no \"frob\""},
        {"help token frob", "token: there is no \"frob\""},
        {"help list today", "help: \"today\" is one argument too many"},
        {"slots --token secret", "there is no --token"},
        {"--token=secret slots", "there is no --token"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char words[256];
        struct gs_invocation v;
        assert_int_equal(parse(wrong[i].line, words, &v), GS_E_INVALID);
        const char *fault = v.args.fault[0] != '\0' ? v.args.fault : v.global.fault;
        assert_non_null(strstr(fault, wrong[i].fault));
        assert_null(strstr(fault, "secret"));
        assert_null(strstr(fault, "{}"));
    }
}

static void help_needs_no_arguments(void **state)
{
    (void)state;
    char words[256];
    struct gs_invocation v;
    assert_int_equal(parse("show --help", words, &v), GS_OK);
    assert_true(v.help);
    assert_int_equal(parse("--version", words, &v), GS_OK);
    assert_true(v.version && v.command == NULL);
    static const char *const ways[] = {"help",
                                       "-h",
                                       "--help",
                                       "help list",
                                       "list -h",
                                       "token -h",
                                       "help token",
                                       "help token list",
                                       "help dates",
                                       "capacity set --help",
                                       "-h capacity set",
                                       "--help list"};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        assert_int_equal(parse(ways[i], words, &v), GS_OK);
        assert_true(v.help);
    }
    assert_int_equal(parse("help capacity set", words, &v), GS_OK);
    assert_string_equal(v.command->name, "capacity set");
    assert_int_equal(parse("-V", words, &v), GS_OK);
    assert_true(v.version);
}

static void every_command_has_help_in_both_languages_on_one_screen(void **state)
{
    (void)state;
    size_t count = 0;
    const struct gs_cli_command *all = gs_commands(&count);
    for (int lang = 0; lang < GS_CLI_LANGS; lang++) {
        for (size_t i = 0; i < count; i++) {
            char *text = NULL;
            size_t len = 0, lines = 0;
            FILE *out = open_memstream(&text, &len);
            gs_command_help((enum gs_cli_lang)lang, &all[i], 80, out);
            fclose(out);
            for (const char *c = text; *c != '\0'; c++) {
                lines += *c == '\n' ? 1 : 0;
            }
            assert_non_null(strstr(text, all[i].name));
            assert_null(strstr(text, "(null)"));
            assert_true(lines <= 28);
            free(text);
        }
    }
}

/* Bytes of the longest line as columns. */
static int widest(const char *text)
{
    int most = 0;
    while (*text != '\0') {
        char line[1024];
        size_t len = strcspn(text, "\n");
        snprintf(line, sizeof line, "%.*s", (int)len, text);
        most = gs_text_columns(line) > most ? gs_text_columns(line) : most;
        text += len + (text[len] == '\n' ? 1 : 0);
    }
    return most;
}

static void help_fits_eighty_columns_in_both_languages(void **state)
{
    (void)state;
    size_t count = 0;
    const struct gs_cli_command *all = gs_commands(&count);
    gs_text_table_setup_locale();
    for (int lang = 0; lang < GS_CLI_LANGS; lang++) {
        for (size_t i = 0; i <= count; i++) {
            char *text = NULL;
            size_t len = 0;
            FILE *out = open_memstream(&text, &len);
            if (i < count) {
                gs_command_help((enum gs_cli_lang)lang, &all[i], 0, out);
                gs_usage_line((enum gs_cli_lang)lang, &all[i], out);
                gs_topic_help((enum gs_cli_lang)lang, "dates", out);
            } else {
                gs_help((enum gs_cli_lang)lang, 0, out);
            }
            fclose(out);
            if (widest(text) > 80) {
                fail_msg("%d columns: %s", widest(text), text);
            }
            free(text);
        }
    }
}

static void arguments_are_named_in_the_language(void **state)
{
    (void)state;
    char out[64];
    gs_placeholders(GS_CLI_ZH, "DATE|FROM..TO WINDOW [N] FILE.jsonl|- REF…", out, sizeof out);
    assert_string_equal(out, "日期|起..止 时段 [数] 文件.jsonl|- 预约…");
    gs_placeholders(GS_CLI_EN, "DATE WINDOW [N]", out, sizeof out);
    assert_string_equal(out, "DATE WINDOW [N]");
    gs_placeholders(GS_CLI_ZH, "ABC HH:MM", out, sizeof out);
    assert_string_equal(out, "ABC 时:分");
}

static void every_word_exists_in_both_languages(void **state)
{
    (void)state;
    for (int word = 0; word < W_WORDS; word++) {
        assert_non_null(gs_word(GS_CLI_EN, (enum gs_word)word));
        assert_non_null(gs_word(GS_CLI_ZH, (enum gs_word)word));
    }
}

static void language_follows_the_first_locale_variable_that_is_set(void **state)
{
    (void)state;
    assert_int_equal(gs_cli_lang_of(NULL, NULL, NULL), GS_CLI_EN);
    assert_int_equal(gs_cli_lang_of(NULL, NULL, "zh_CN.UTF-8"), GS_CLI_ZH);
    assert_int_equal(gs_cli_lang_of("", "en_GB.UTF-8", "zh_CN.UTF-8"), GS_CLI_EN);
    assert_int_equal(gs_cli_lang_of("zh", "en", "en"), GS_CLI_ZH);
    assert_int_equal(gs_cli_lang_of("C.UTF-8", NULL, "zh_CN.UTF-8"), GS_CLI_EN);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(longest_name_of_a_command_wins),
        cmocka_unit_test(global_options_stand_before_or_after_the_command),
        cmocka_unit_test(repeatable_options_keep_their_order),
        cmocka_unit_test(dash_is_an_operand_and_two_dashes_end_the_options),
        cmocka_unit_test(wrong_command_lines_say_what_is_wrong),
        cmocka_unit_test(help_needs_no_arguments),
        cmocka_unit_test(every_command_has_help_in_both_languages_on_one_screen),
        cmocka_unit_test(help_fits_eighty_columns_in_both_languages),
        cmocka_unit_test(arguments_are_named_in_the_language),
        cmocka_unit_test(every_word_exists_in_both_languages),
        cmocka_unit_test(language_follows_the_first_locale_variable_that_is_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
