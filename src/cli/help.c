/* Help, made from the tables of commands and options, and the options that every command takes. It runs nothing. */
#include "commands.h"
#include "text_table.h"

#define HELP_COLUMN 30

const struct gs_cli_option gs_global_options[] = {
    {"url",
     "URL",
     false,
     {"unix:/path, http://… or https://… (or GATESLOT_URL)", "unix:/路径、http://… 或 https://…(或 GATESLOT_URL)"}},
    {"token-file", "FILE", false, {"file with the token (or GATESLOT_TOKEN)", "令牌文件(或 GATESLOT_TOKEN)"}},
    {"json", NULL, false, {"print the API's answer as it is", "原样输出接口应答"}},
    {"help", NULL, false, {"show help", "显示帮助"}},
    {"version", NULL, false, {"show the version", "显示版本"}},
    {NULL, NULL, false, {NULL, NULL}}};

static void help_line(FILE *out, const char *left, const char *right, const char *text)
{
    char term[96];
    snprintf(term, sizeof term, "%s%s%s", left, right[0] != '\0' ? " " : "", right);
    int pad = HELP_COLUMN - gs_text_columns(term);
    fprintf(out, "  %s%*s%s\n", term, pad > 2 ? pad : 2, "", text);
}

static void help_options(enum gs_cli_lang lang, const struct gs_cli_option *options, FILE *out)
{
    for (const struct gs_cli_option *o = options; o != NULL && o->name != NULL; o++) {
        char name[48];
        snprintf(name, sizeof name, "--%s", o->name);
        help_line(out, name, o->value != NULL ? o->value : "", gs_text_in(lang, o->help));
    }
}

void gs_help(enum gs_cli_lang lang, const struct gs_cli_command *commands, size_t count, FILE *out)
{
    fprintf(out, "%s gateslot [--url URL] [--json] COMMAND …\n\n%s\n", gs_word(lang, W_USAGE),
            gs_word(lang, W_COMMANDS));
    for (size_t i = 0; i < count; i++) {
        help_line(out, commands[i].name, commands[i].args, gs_text_in(lang, commands[i].help));
    }
    fprintf(out, "\n%s\n", gs_word(lang, W_GLOBAL_OPTIONS));
    help_options(lang, gs_global_options, out);
    fprintf(out, "\n%s\n", gs_word(lang, W_MORE_HELP));
}

void gs_command_help(enum gs_cli_lang lang, const struct gs_cli_command *c, FILE *out)
{
    fprintf(out, "%s gateslot %s%s%s%s\n  %s\n", gs_word(lang, W_USAGE), c->name, c->args[0] != '\0' ? " " : "",
            c->args, c->options != NULL ? " [OPTION]…" : "", gs_text_in(lang, c->help));
    if (c->options != NULL) {
        fprintf(out, "\n%s\n", gs_word(lang, W_OPTIONS));
        help_options(lang, c->options, out);
    }
    fprintf(out, "\n%s\n", gs_word(lang, W_GLOBAL_OPTIONS));
    help_options(lang, gs_global_options, out);
}
