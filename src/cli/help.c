/* Help, made from the tables of commands and options, and the options that every command takes. It runs nothing. */
#include "commands.h"
#include "text_table.h"
#include <string.h>

enum { HELP_COLUMN = 28, USUAL_WIDTH = 80 };

const struct gs_cli_option gs_global_options[] = {
    {"url",
     "URL",
     true,
     {"unix:/path, http://… or https://… (or GATESLOT_URL); several where one daemon stands by for the other",
      "unix:/路径、http://… 或 https://…（或 GATESLOT_URL）；有备用服务时可给多个"}},
    {"token-file", "FILE", false, {"file with the token (or GATESLOT_TOKEN)", "令牌文件（或 GATESLOT_TOKEN）"}},
    {"cacert", "FILE", false, {"file with the signer that https:// trusts", "https:// 信任的签发者证书文件"}},
    {"json", NULL, false, {"print the API's answer as it is", "原样输出接口应答"}},
    {"help", NULL, false, {"show help (-h)", "显示帮助（-h）"}},
    {"version", NULL, false, {"show the version (-V)", "显示版本（-V）"}},
    {NULL, NULL, false, {NULL, NULL}}};

/* Where the list of all commands gets a heading. */
static const struct {
    const char *before;
    struct gs_text heading;
} sections[] = {
    {"slots", {"Bookings", "预约"}},
    {"gate", {"The gate", "闸口"}},
    {"capacity", {"Supervision", "主管"}},
    {"token create", {"Administration", "管理"}},
};

static void help_line(FILE *out, int width, const char *term, const char *text)
{
    int taken = 2 + gs_text_columns(term), column = HELP_COLUMN;
    fprintf(out, "  %s", term);
    if (taken + 2 > column) {
        fprintf(out, "\n%*s", column, "");
    } else {
        fprintf(out, "%*s", column - taken, "");
    }
    gs_text_wrap(out, text, column, column, width > 0 ? width : USUAL_WIDTH);
}

static void command_line(enum gs_cli_lang lang, const struct gs_cli_command *c, int width, FILE *out)
{
    char args[GS_USAGE_MAX], term[2 * GS_USAGE_MAX];
    gs_placeholders(lang, c->args, args, sizeof args);
    snprintf(term, sizeof term, "%s%s%s", c->name, args[0] != '\0' ? " " : "", args);
    help_line(out, width, term, gs_text_in(lang, c->help));
}

static void help_options(enum gs_cli_lang lang, const struct gs_cli_option *options, int width, FILE *out)
{
    for (const struct gs_cli_option *o = options; o != NULL && o->name != NULL; o++) {
        char value[GS_USAGE_MAX], term[2 * GS_USAGE_MAX];
        gs_placeholders(lang, o->value != NULL ? o->value : "", value, sizeof value);
        snprintf(term, sizeof term, "--%s%s%s", o->name, value[0] != '\0' ? " " : "", value);
        help_line(out, width, term, gs_text_in(lang, o->help));
    }
}

/* A line for the options that every command has. */
static void mention_globals(enum gs_cli_lang lang, int width, FILE *out)
{
    char text[512];
    size_t used = (size_t)snprintf(text, sizeof text, "%s", gs_word(lang, W_GLOBAL_OPTIONS));
    for (const struct gs_cli_option *o = gs_global_options; o->name != NULL && used < sizeof text; o++) {
        char value[GS_USAGE_MAX];
        gs_placeholders(lang, o->value != NULL ? o->value : "", value, sizeof value);
        int added = snprintf(text + used, sizeof text - used, " --%s%s%s", o->name, value[0] != '\0' ? "=" : "", value);
        used += added > 0 ? (size_t)added : 0;
    }
    fputc('\n', out);
    gs_text_wrap(out, text, 0, 2, width > 0 ? width : USUAL_WIDTH);
}

void gs_help(enum gs_cli_lang lang, int width, FILE *out)
{
    size_t count = 0;
    const struct gs_cli_command *all = gs_commands(&count);
    gs_usage(lang, NULL, out);
    for (size_t i = 0; i < count; i++) {
        for (size_t s = 0; s < sizeof sections / sizeof sections[0]; s++) {
            if (strcmp(sections[s].before, all[i].name) == 0) {
                fprintf(out, "\n%s%s\n", gs_text_in(lang, sections[s].heading), lang == GS_CLI_ZH ? "：" : ":");
            }
        }
        command_line(lang, &all[i], width, out);
    }
    fprintf(out, "\n%s\n", gs_word(lang, W_GLOBAL_OPTIONS));
    help_options(lang, gs_global_options, width, out);
    fputc('\n', out);
    gs_text_wrap(out, gs_word(lang, W_MORE_HELP), 0, 0, width > 0 ? width : USUAL_WIDTH);
}

void gs_group_help(enum gs_cli_lang lang, const char *group, int width, FILE *out)
{
    size_t count = 0;
    const struct gs_cli_command *all = gs_commands(&count);
    for (size_t i = 0; i < count; i++) {
        if (gs_command_in_group(&all[i], group)) {
            command_line(lang, &all[i], width, out);
        }
    }
}

void gs_command_help(enum gs_cli_lang lang, const struct gs_cli_command *c, int width, FILE *out)
{
    size_t count = 0;
    const struct gs_cli_command *all = gs_commands(&count);
    gs_usage(lang, c, out);
    fprintf(out, "  %s\n", gs_text_in(lang, c->help));
    if (c->options != NULL) {
        fprintf(out, "\n%s\n", gs_word(lang, W_OPTIONS));
        help_options(lang, c->options, width, out);
    }
    bool told = false;
    for (size_t i = 0; i < count; i++) {
        if (&all[i] != c && strchr(c->name, ' ') == NULL && gs_command_in_group(&all[i], c->name)) {
            fprintf(out, "%s%s%s", told ? "" : "\n", told ? "" : gs_word(lang, W_COMMANDS), told ? "" : "\n");
            told = true;
            command_line(lang, &all[i], width, out);
        }
    }
    mention_globals(lang, width, out);
}

bool gs_help_topic(const char *name)
{
    return strcmp(name, "dates") == 0;
}

void gs_topic_help(enum gs_cli_lang lang, const char *name, FILE *out)
{
    if (gs_help_topic(name)) {
        fprintf(out, "%s\n", gs_word(lang, W_HELP_DATES));
    }
}
