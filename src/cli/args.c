/* Reads options and operands by the tables of the commands. getopt_long is not used: it takes abbreviations, so that --token would mean
 * --token-file, and keeps its place in globals. It knows no command and prints nothing. */
#include "args.h"
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

static int refuse(struct gs_args *out, const char *before, const char *what, const char *after)
{
    snprintf(out->fault, sizeof out->fault, "%s%s%s", before, what, after);
    return GS_E_INVALID;
}

static int add_given(struct gs_args *out, const struct gs_cli_option *option, const char *value)
{
    if (!option->repeatable && gs_args_has(out, option->name)) {
        return refuse(out, "--", option->name, " is given twice");
    }
    if (out->given_count == GS_GIVEN_MAX) {
        return refuse(out, "too many options at --", option->name, "");
    }
    out->given[out->given_count++] = (struct gs_given){option, value};
    return GS_OK;
}

/* "-1d" is a date and no option: none begins with a digit. */
static bool is_option(const char *word)
{
    return word[0] == '-' && word[1] != '\0' && (word[1] < '0' || word[1] > '9');
}

/* One option at argv[*at]; leaves *at behind it and its value. */
static int take_option(const struct gs_cli_option *const *tables, size_t argc, char *const *argv, size_t *at,
                       struct gs_args *out)
{
    const char *word = argv[(*at)++];
    if (strcmp(word, "-h") == 0) {
        word = "--help";
    }
    if (strncmp(word, "--", 2) != 0) {
        return refuse(out, "no such option: ", word, "");
    }
    const char *name = word + 2;
    const char *equals = strchr(name, '=');
    const struct gs_cli_option *option =
        find_option(tables, name, equals != NULL ? (size_t)(equals - name) : strlen(name));
    if (option == NULL) {
        return refuse(out, "no such option: ", word, "");
    }
    if (option->value == NULL) {
        return equals == NULL ? add_given(out, option, NULL) : refuse(out, "--", option->name, " takes no value");
    }
    if (equals != NULL) {
        return add_given(out, option, equals + 1);
    }
    if (*at >= argc) {
        return refuse(out, "--", option->name, " needs a value");
    }
    return add_given(out, option, argv[(*at)++]);
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
            return refuse(out, "too many arguments at ", word, "");
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
