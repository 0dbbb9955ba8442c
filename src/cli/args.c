/* Reads options and operands by the tables of the commands. getopt_long is not used: it takes abbreviations, so that --token would mean
 * --token-file, and keeps its place in globals. It knows no command and prints nothing. */
#include "args.h"
#include "suggest.h"
#include "typed.h"
#include <stdio.h>
#include <string.h>

static const struct gs_cli_option *find_option(const struct gs_cli_option *const *tables, const char *name, size_t len)
{
    for (; *tables != NULL; tables++) {
        for (const struct gs_cli_option *o = *tables; o->name != NULL; o++) {
            if (strlen(o->name) == len && memcmp(o->name, name, len) == 0) {
                return o;
            }
        }
    }
    return NULL;
}

static int refuse(struct gs_args *out, enum gs_word why, const char *what, const char *given)
{
    const char *const values[] = {what, given, NULL};
    (void)gs_word_fill(out->lang, why, values, out->fault, sizeof out->fault);
    return GS_E_INVALID;
}

/* Names the option that was probably meant. */
static int refuse_unknown(struct gs_args *out, const struct gs_cli_option *const *tables, const char *word)
{
    char names[GS_OPTIONS_MAX][40], given[GS_TYPED_MAX];
    const char *list[GS_OPTIONS_MAX + 1] = {NULL};
    size_t count = 0;
    for (; *tables != NULL; tables++) {
        for (const struct gs_cli_option *o = *tables; o->name != NULL && count < GS_OPTIONS_MAX; o++, count++) {
            snprintf(names[count], sizeof names[count], "--%s", o->name);
            list[count] = names[count];
        }
    }
    snprintf(given, sizeof given, "%.*s", (int)strcspn(word, "="), word);
    gs_no_such_text(out->lang, gs_word(out->lang, W_OPTION), given, list, out->fault, sizeof out->fault);
    return GS_E_INVALID;
}

static int add_given(struct gs_args *out, const struct gs_cli_option *option, const char *value)
{
    if (!option->repeatable && gs_args_has(out, option->name)) {
        return refuse(out, W_OPTION_TWICE, option->name, NULL);
    }
    if (out->given_count == GS_GIVEN_MAX) {
        return refuse(out, W_TOO_MANY_OPTIONS, option->name, NULL);
    }
    out->given[out->given_count++] = (struct gs_given){option, value};
    return GS_OK;
}

/* "-1d" is a date and no option: none begins with a digit. */
static bool is_option(const char *word)
{
    return word[0] == '-' && word[1] != '\0' && (word[1] < '0' || word[1] > '9');
}

/* The long name of "-n", or of the "-n" in "-n20", which *out_value then points behind; NULL: there is none. */
static const char *long_name(const char *word, const char **out_value)
{
    static const struct {
        char letter;
        const char *name;
    } letters[] = {{'h', "help"}, {'V', "version"}, {'n', "last"}, {'f', "follow"}};
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
        if (word[1] == letters[i].letter) {
            *out_value = word[2] != '\0' ? word + 2 : NULL;
            return letters[i].name;
        }
    }
    return NULL;
}

/* One option at argv[*at]; leaves *at behind it and its value. */
static int take_option(const struct gs_cli_option *const *tables, size_t argc, char *const *argv, size_t *at,
                       struct gs_args *out)
{
    const char *word = argv[(*at)++], *value = NULL, *name = word + 2;
    size_t len = strcspn(name, "=");
    if (word[1] != '-') {
        name = long_name(word, &value);
        len = name != NULL ? strlen(name) : 0;
    } else if (name[len] == '=') {
        value = name + len + 1;
    }
    const struct gs_cli_option *option = name != NULL ? find_option(tables, name, len) : NULL;
    if (option == NULL) {
        return refuse_unknown(out, tables, word);
    }
    if (option->value == NULL) {
        return value == NULL ? add_given(out, option, NULL) : refuse(out, W_OPTION_NO_VALUE, option->name, NULL);
    }
    if (value == NULL && *at < argc && strncmp(argv[*at], "--", 2) != 0) {
        value = argv[(*at)++];
    }
    return value != NULL ? add_given(out, option, value)
                         : refuse(out, W_OPTION_NEEDS_VALUE, option->name, option->value);
}

int gs_args_parse(const struct gs_cli_option *const *tables, size_t argc, char *const *argv, bool stop_at_operand,
                  struct gs_args *out, size_t *out_used)
{
    size_t at = 0;
    bool options_ended = false;
    while (at < argc) {
        const char *word = argv[at];
        if (!options_ended && strcmp(word, "--") == 0) {
            options_ended = true;
            at++;
        } else if (!options_ended && is_option(word)) {
            int err = take_option(tables, argc, argv, &at, out);
            if (err != GS_OK) {
                return err;
            }
        } else if (stop_at_operand) {
            break;
        } else if (out->operand_count == GS_OPERANDS_MAX) {
            return refuse(out, W_TOO_MANY_ARGUMENTS, word, NULL);
        } else {
            out->operands[out->operand_count++] = word;
            at++;
        }
    }
    *out_used = at;
    return GS_OK;
}

bool gs_args_has(const struct gs_args *a, const char *name)
{
    for (size_t i = 0; i < a->given_count; i++) {
        if (strcmp(a->given[i].option->name, name) == 0) {
            return true;
        }
    }
    return false;
}

const char *gs_args_get(const struct gs_args *a, const char *name)
{
    return gs_args_nth(a, name, 0);
}

const char *gs_args_nth(const struct gs_args *a, const char *name, size_t nth)
{
    for (size_t i = 0; i < a->given_count; i++) {
        if (strcmp(a->given[i].option->name, name) == 0 && nth-- == 0) {
            return a->given[i].value;
        }
    }
    return NULL;
}

const char *gs_args_operand(const struct gs_args *a, size_t nth)
{
    return nth < a->operand_count ? a->operands[nth] : NULL;
}
