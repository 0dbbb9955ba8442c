/* A command's arguments: options by a table, then operands. */
#ifndef GATESLOT_CLI_ARGS_H
#define GATESLOT_CLI_ARGS_H

#include "gateslot/base/error.h"
#include "words.h"
#include <stdbool.h>
#include <stddef.h>

#define GS_OPERANDS_MAX 64
#define GS_GIVEN_MAX 48
#define GS_OPTIONS_MAX 32

struct gs_cli_option {
    const char *name;  /* without "--" */
    const char *value; /* what it takes, e.g. "DATE"; NULL: a flag */
    bool repeatable;
    struct gs_text help;
};

struct gs_given {
    const struct gs_cli_option *option;
    const char *value; /* NULL for a flag */
};

struct gs_args { /* borrows argv */
    size_t operand_count, given_count;
    const char *operands[GS_OPERANDS_MAX];
    struct gs_given given[GS_GIVEN_MAX];
    enum gs_cli_lang lang; /* set by the caller: of the fault */
    char fault[512];       /* what was wrong, for people */
};

/* -h, -V, -n and -f are short for --help, --version, --last and --follow. tables: NULL-terminated list of option tables, each ended by a row without name. "--" ends the options; a lone "-" is an
 * operand, and so is "-1d". With stop_at_operand parsing ends at the first operand, *out_used tells where.
 * GS_E_INVALID: out->fault says why. An option and its value may be one word (--date=D) or two. */
int gs_args_parse(const struct gs_cli_option *const *tables, size_t argc, char *const *argv, bool stop_at_operand,
                  struct gs_args *out, size_t *out_used) GS_MUST_CHECK;
bool gs_args_has(const struct gs_args *a, const char *name);
const char *gs_args_get(const struct gs_args *a, const char *name); /* NULL: not given */
const char *gs_args_nth(const struct gs_args *a, const char *name,
                        size_t nth);                              /* of a repeatable one; NULL past the last */
const char *gs_args_operand(const struct gs_args *a, size_t nth); /* NULL past the last */

#endif
