/* How a command is to be written, and saying so to who wrote it otherwise. */
#include "commands.h"
#include <string.h>

/* What stands for an argument. */
static const struct gs_text placeholders[] = {
    {"CODE", "通行码"}, {"COLOUR", "颜色"},   {"COLUMN", "列"},   {"COMMAND", "命令"}, {"CONTAINER", "箱号"},
    {"DATE", "日期"},   {"DIR", "目录"},      {"FILE", "文件"},   {"FROM", "起"},      {"HH:MM", "时:分"},
    {"ID", "编号"},     {"KEY", "键"},        {"N", "数"},        {"NAME", "名称"},    {"NUMBER", "号码"},
    {"OPTION", "选项"}, {"PLATE", "车牌"},    {"REF", "预约"},    {"ROLE", "角色"},    {"RULE", "规则"},
    {"STATUS", "状态"}, {"TEXT", "文字"},     {"TIME", "时刻"},   {"TO", "止"},        {"TYPE", "类型"},
    {"URL", "地址"},    {"USCC", "信用代码"}, {"WINDOW", "时段"},
};

static const char *placeholder(const char *word, size_t len)
{
    for (size_t i = 0; i < sizeof placeholders / sizeof placeholders[0]; i++) {
        if (strlen(placeholders[i].en) == len && memcmp(placeholders[i].en, word, len) == 0) {
            return placeholders[i].zh;
        }
    }
    return NULL;
}

void gs_placeholders(enum gs_cli_lang lang, const char *args, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    while (*args != '\0' && used + 1 < size) {
        size_t len = strspn(args, "ABCDEFGHIJKLMNOPQRSTUVWXYZ:");
        const char *other = lang == GS_CLI_ZH ? placeholder(args, len) : NULL;
        len = len > 0 ? len : 1;
        int added = snprintf(out + used, size - used, "%.*s", other != NULL ? (int)strlen(other) : (int)len,
                             other != NULL ? other : args);
        used += added > 0 ? (size_t)added : 0;
        args += len;
    }
}

bool gs_command_in_group(const struct gs_cli_command *c, const char *group)
{
    size_t len = strlen(group);
    return strncmp(c->name, group, len) == 0 && (c->name[len] == ' ' || c->name[len] == '\0');
}

void gs_usage(enum gs_cli_lang lang, const struct gs_cli_command *c, FILE *out)
{
    char args[GS_USAGE_MAX];
    gs_placeholders(lang, c != NULL ? c->args : "[--url URL] [--json] COMMAND …", args, sizeof args);
    const char *options = c == NULL || c->options == NULL ? "" : lang == GS_CLI_ZH ? " [选项]…" : " [OPTION]…";
    fprintf(out, "%sgateslot%s%s%s%s%s\n", gs_word(lang, W_USAGE), c != NULL ? " " : "", c != NULL ? c->name : "",
            args[0] != '\0' ? " " : "", args, options);
}

void gs_usage_line(enum gs_cli_lang lang, const struct gs_cli_command *c, FILE *out)
{
    gs_usage(lang, c, out);
    fprintf(out, "%s%s\n", gs_word(lang, W_HELP_OF), c->name);
}

enum gs_exit gs_cli_usage(struct gs_cli *cli, const struct gs_cli_command *self, enum gs_word why, const char *what,
                          const char *given)
{
    char text[512];
    const char *const values[] = {what, given, NULL};
    gs_cli_say(cli, gs_word_fill(cli->lang, why, values, text, sizeof text), NULL);
    gs_usage_line(cli->lang, self, cli->err);
    return GS_EXIT_USAGE;
}
