/* Reads a command line by the table of commands: which command is meant, or help about what, and what is wrong. It runs nothing. */
#include "commands.h"
#include "dates.h"
#include "suggest.h"
#include <string.h>

enum { NAMES_MAX = 96, NAME_MAX_BYTES = 40 };

static bool named(const struct gs_cli_command *c, size_t argc, char *const *argv, size_t words)
{
    const char *blank = strchr(c->name, ' ');
    if (words == 1) {
        return blank == NULL && strcmp(c->name, argv[0]) == 0;
    }
    size_t first = blank != NULL ? (size_t)(blank - c->name) : 0;
    return blank != NULL && argc > 1 && strlen(argv[0]) == first && memcmp(c->name, argv[0], first) == 0 &&
           strcmp(blank + 1, argv[1]) == 0;
}

const struct gs_cli_command *gs_command_find(size_t argc, char *const *argv, size_t *out_words)
{
    size_t count = 0;
    const struct gs_cli_command *all = gs_commands(&count);
    for (size_t words = 2; words > 0 && argc > 0; words--) {
        for (size_t i = 0; i < count; i++) {
            if (named(&all[i], argc, argv, words)) {
                *out_words = words;
                return &all[i];
            }
        }
    }
    return NULL;
}

/* Is word the first of commands of two words? */
static bool is_group(const char *word)
{
    size_t count = 0;
    const struct gs_cli_command *all = gs_commands(&count);
    for (size_t i = 0; i < count; i++) {
        if (gs_command_in_group(&all[i], word) && all[i].name[strlen(word)] == ' ') {
            return true;
        }
    }
    return false;
}

struct names {
    char text[NAMES_MAX][NAME_MAX_BYTES];
    const char *list[NAMES_MAX + 1];
    size_t count;
};

static void add_name(struct names *n, const char *name, size_t len)
{
    if (n->count < NAMES_MAX && len < NAME_MAX_BYTES) {
        memcpy(n->text[n->count], name, len);
        n->text[n->count][len] = '\0';
        n->list[n->count] = n->text[n->count];
        n->list[++n->count] = NULL;
    }
}

/* The first words of all commands, or the second words of a group. */
static void collect_names(struct names *n, const char *group)
{
    size_t count = 0;
    const struct gs_cli_command *all = gs_commands(&count);
    n->count = 0;
    n->list[0] = NULL;
    for (size_t i = 0; i < count; i++) {
        const char *blank = strchr(all[i].name, ' ');
        size_t first = blank != NULL ? (size_t)(blank - all[i].name) : strlen(all[i].name);
        if (group == NULL) {
            add_name(n, all[i].name, first);
        } else if (blank != NULL && gs_command_in_group(&all[i], group)) {
            add_name(n, blank + 1, strlen(blank + 1));
        }
    }
    if (group == NULL) {
        add_name(n, "help", 4);
    }
}

static int refuse(struct gs_invocation *out, enum gs_word why, const char *what, const char *given)
{
    const char *const values[] = {what, given, NULL};
    (void)gs_word_fill(out->args.lang, why, values, out->args.fault, sizeof out->args.fault);
    return GS_E_INVALID;
}

static int refuse_command(struct gs_invocation *out, const char *group, const char *word)
{
    struct names n;
    char shown[NAME_MAX_BYTES];
    collect_names(&n, group);
    snprintf(shown, sizeof shown, "%.39s", group != NULL ? group : gs_word(out->args.lang, W_COMMAND_NAMED));
    if (group == NULL && gs_nearest(n.list, word) == NULL) {
        n.list[0] = NULL; /* too many to be named in one line */
    }
    gs_no_such_text(out->args.lang, shown, word, n.list, out->args.fault, sizeof out->args.fault);
    return GS_E_INVALID;
}

static bool asks_for_token(size_t argc, char *const *argv)
{
    for (size_t i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--token") == 0 || strncmp(argv[i], "--token=", 8) == 0) {
            return true;
        }
    }
    return false;
}

/* The nth of the arguments as the help shows them, without brackets and dots. */
static void operand_name(const struct gs_cli_command *c, size_t nth, char *out, size_t size)
{
    const char *at = c->args;
    for (; nth > 0 && *at != '\0'; nth--) {
        at += strcspn(at, " ");
        at += strspn(at, " ");
    }
    at += strspn(at, "[");
    snprintf(out, size, "%.*s", (int)strcspn(at, " ]\xe2"), at); /* 0xe2: of "…" */
}

static int check_operands(struct gs_invocation *out)
{
    const struct gs_cli_command *c = out->command;
    size_t count = out->args.operand_count;
    char missing[64], shown[64];
    if (count > c->operands_max) {
        return refuse(out, W_ARGUMENT_TOO_MANY, c->name, out->args.operands[c->operands_max]);
    }
    if (count < c->operands_min) {
        operand_name(c, count, missing, sizeof missing);
        gs_placeholders(out->args.lang, missing, shown, sizeof shown);
        return refuse(out, W_ARGUMENT_MISSING, c->name, shown);
    }
    return GS_OK;
}

/* "capacity sett 30": a slip in the second word, which would else be taken for a date. */
static bool slipped_subcommand(struct gs_invocation *out, size_t words, size_t argc, char *const *argv)
{
    struct names n;
    gs_date first, last;
    if (words != 1 || argc < 2 || argv[1][0] == '-' || !is_group(argv[0]) ||
        gs_date_range(argv[1], 0, &first, &last) != GS_E_INVALID) {
        return false;
    }
    collect_names(&n, argv[0]);
    if (gs_nearest(n.list, argv[1]) == NULL) {
        return false;
    }
    (void)refuse_command(out, argv[0], argv[1]);
    return true;
}

static int no_command(size_t argc, char *const *argv, struct gs_invocation *out)
{
    if (!is_group(argv[0])) {
        return refuse_command(out, NULL, argv[0]);
    }
    out->topic = argv[0];
    if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        out->help = true;
    }
    if (out->help) {
        return GS_OK;
    }
    return argc == 1 ? refuse(out, W_SUBCOMMAND_MISSING, argv[0], NULL) : refuse_command(out, argv[0], argv[1]);
}

static int parse_command(size_t argc, char *const *argv, struct gs_invocation *out)
{
    size_t words = 0, used = 0;
    out->command = gs_command_find(argc, argv, &words);
    if (out->command == NULL) {
        return no_command(argc, argv, out);
    }
    if (slipped_subcommand(out, words, argc, argv)) {
        return GS_E_INVALID;
    }
    const struct gs_cli_option *const tables[] = {gs_global_options,
                                                  out->command->options != NULL ? out->command->options : NULL, NULL};
    int err = gs_args_parse(tables, argc - words, argv + words, false, &out->args, &used);
    if (err != GS_OK) {
        return err;
    }
    out->help = out->help || gs_args_has(&out->args, "help");
    out->version = out->version || gs_args_has(&out->args, "version");
    if (out->help || out->version) {
        return GS_OK;
    }
    bool two_forms = gs_args_has(&out->args, "csv") && gs_invocation_has(out, "json");
    return two_forms ? refuse(out, W_NOT_TOGETHER, "--csv", "--json") : check_operands(out);
}

/* help, help COMMAND, help GROUP, help TOPIC. */
static int parse_help(size_t argc, char *const *argv, struct gs_invocation *out)
{
    size_t words = 0;
    out->help = true;
    if (argc == 0 || strcmp(argv[0], "help") == 0 || strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0) {
        return GS_OK;
    }
    out->command = gs_command_find(argc, argv, &words);
    if (out->command != NULL) {
        return argc == words ? GS_OK : refuse(out, W_ARGUMENT_TOO_MANY, "help", argv[words]);
    }
    out->topic = argv[0];
    if (gs_help_topic(argv[0]) || (is_group(argv[0]) && argc == 1)) {
        return GS_OK;
    }
    return is_group(argv[0]) ? refuse_command(out, argv[0], argv[1]) : refuse_command(out, NULL, argv[0]);
}

int gs_invocation_parse(enum gs_cli_lang lang, size_t argc, char *const *argv, struct gs_invocation *out)
{
    *out = (struct gs_invocation){.args.lang = lang, .global.lang = lang};
    if (asks_for_token(argc, argv)) {
        return refuse(out, W_NO_TOKEN_OPTION, NULL, NULL);
    }
    const struct gs_cli_option *const tables[] = {gs_global_options, NULL};
    size_t used = 0;
    int err = gs_args_parse(tables, argc, argv, true, &out->global, &used);
    if (err != GS_OK) {
        return err;
    }
    out->help = gs_args_has(&out->global, "help");
    out->version = gs_args_has(&out->global, "version");
    if (used == argc) {
        return out->help || out->version ? GS_OK : refuse(out, W_COMMAND_MISSING, NULL, NULL);
    }
    if (strcmp(argv[used], "help") == 0) {
        return parse_help(argc - used - 1, argv + used + 1, out);
    }
    return parse_command(argc - used, argv + used, out);
}

const char *gs_invocation_get(const struct gs_invocation *v, const char *name)
{
    const char *after = gs_args_get(&v->args, name);
    return after != NULL ? after : gs_args_get(&v->global, name);
}

bool gs_invocation_has(const struct gs_invocation *v, const char *name)
{
    return gs_args_has(&v->args, name) || gs_args_has(&v->global, name);
}
