/* The table of commands, and the reading of a command line by it. It runs nothing. */
#include "commands.h"
#include <string.h>

static const struct gs_cli_command commands[] = {
    {"slots", "[DATE|FROM..TO]", 0, 1, {"free places of a day or several", "查看空余"}, NULL, gs_cmd_slots},
    {"list", "[DATE|FROM..TO]", 0, 1, {"bookings of a day or several", "查看预约"}, gs_list_options, gs_cmd_list},
    {"show", "REF", 1, 1, {"one booking and its history", "查看一个预约及其经过"}, NULL, gs_cmd_show},
    {"explain", "REF", 1, 1, {"why a booking is as it is", "说明一个预约的来龙去脉"}, NULL, gs_cmd_explain},
    {"book", "[FILE.json|-]", 0, 1, {"book a place", "提交预约"}, gs_book_options, gs_cmd_book},
    {"import", "FILE.jsonl|-", 1, 1, {"book one request a line", "批量预约,每行一个请求"}, NULL, gs_cmd_import},
    {"cancel", "REF", 1, 1, {"cancel a booking", "取消预约"}, gs_reason_options, gs_cmd_step},
    {"reschedule",
     "REF",
     1,
     1,
     {"move a booking to another day or slot", "改期"},
     gs_reschedule_options,
     gs_cmd_reschedule},
    {"delay", "REF", 1, 1, {"report that the truck will be late", "报告晚到"}, gs_reason_options, gs_cmd_step},
    {"check", "PLATE|CODE|CONTAINER", 1, 1, {"may this truck enter now?", "查验车辆能否入场"}, NULL, gs_cmd_check},
    {"arrive", "REF", 1, 1, {"the truck is at the gate", "登记到达"}, gs_reason_options, gs_cmd_step},
    {"enter", "REF", 1, 1, {"let it in", "登记入场"}, gs_enter_options, gs_cmd_step},
    {"clear", "REF", 1, 1, {"customs released it", "登记放行"}, gs_reason_options, gs_cmd_step},
    {"depart", "REF", 1, 1, {"it left", "登记离场"}, gs_reason_options, gs_cmd_step},
    {"refuse", "REF", 1, 1, {"turn it away (needs --reason)", "拒绝入场(须 --reason)"}, gs_reason_options, gs_cmd_step},
    {"revert", "REF", 1, 1, {"undo the last gate step", "撤销上一步"}, gs_reason_options, gs_cmd_step},
    {"walk-in",
     "[FILE.json|-]",
     0,
     1,
     {"admit a truck without a booking", "现场登记"},
     gs_walk_in_options,
     gs_cmd_walk_in},
    {"capacity", "[DATE|FROM..TO]", 0, 1, {"capacity of a day's windows", "查看容量"}, NULL, gs_cmd_capacity},
    {"capacity set",
     "DATE WINDOW [N]",
     2,
     3,
     {"set a window's capacity; all: the whole day", "调整容量；all 为全天"},
     gs_capacity_set_options,
     gs_cmd_capacity_set},
    {"capacity reset",
     "DATE WINDOW",
     2,
     2,
     {"back to the configured capacity", "恢复默认容量"},
     gs_capacity_reset_options,
     gs_cmd_capacity_reset},
    {"report",
     "[DATE|FROM..TO]",
     0,
     1,
     {"a day's report, or one over several days", "日报，或多日报表"},
     gs_report_options,
     gs_cmd_report},
    {"events", "", 0, 0, {"what happened, in order", "事件流水"}, gs_events_options, gs_cmd_events},
    {"token create", "", 0, 0, {"make an access token", "创建令牌"}, gs_token_create_options, gs_cmd_token_create},
    {"token list", "", 0, 0, {"access tokens", "查看令牌"}, NULL, gs_cmd_token_list},
    {"token revoke", "NAME", 1, 1, {"end an access token", "吊销令牌"}, NULL, gs_cmd_token_revoke},
    {"token confirm",
     "NAME",
     1,
     1,
     {"trust a token made before the store was put back", "确认恢复数据库之前的令牌"},
     NULL,
     gs_cmd_token_confirm},
    {"play",
     "FILE.jsonl",
     1,
     1,
     {"play a day against a drill daemon", "在演练服务上回放一日"},
     gs_play_options,
     gs_cmd_play},
    {"clock accept",
     "",
     0,
     0,
     {"follow a leap of the machine's clock", "确认服务器时钟的跳变"},
     NULL,
     gs_cmd_clock_accept},
    {"backup", "FILE", 1, 1, {"copy the database while it runs", "在线备份"}, NULL, gs_cmd_backup},
    {"audit verify", "", 0, 0, {"verify the chain of events", "校验事件链"}, NULL, gs_cmd_audit_verify},
    {"replay-decisions",
     "[DATE]",
     0,
     1,
     {"make a day's decisions again and compare", "复算某日的全部决定并比对"},
     NULL,
     gs_cmd_replay_decisions},
    {"config check", "[FILE]", 0, 1, {"check a configuration file", "检查配置文件"}, NULL, gs_cmd_config_check},
};

const struct gs_cli_command *gs_commands(size_t *out_count)
{
    *out_count = sizeof commands / sizeof commands[0];
    return commands;
}

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
    for (size_t words = 2; words > 0 && argc > 0; words--) {
        for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
            if (named(&commands[i], argc, argv, words)) {
                *out_words = words;
                return &commands[i];
            }
        }
    }
    return NULL;
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

static int refuse(struct gs_invocation *out, const char *before, const char *what)
{
    snprintf(out->args.fault, sizeof out->args.fault, "%s%s", before, what);
    return GS_E_INVALID;
}

static int parse_command(size_t argc, char *const *argv, struct gs_invocation *out)
{
    size_t words = 0, used = 0;
    out->command = gs_command_find(argc, argv, &words);
    if (out->command == NULL) {
        return refuse(out, "no such command: ", argv[0]);
    }
    const struct gs_cli_option *const tables[] = {gs_global_options,
                                                  out->command->options != NULL ? out->command->options : NULL, NULL};
    int err = gs_args_parse(tables, argc - words, argv + words, false, &out->args, &used);
    if (err != GS_OK) {
        return err;
    }
    out->help = out->help || gs_args_has(&out->args, "help");
    out->version = out->version || gs_args_has(&out->args, "version");
    size_t count = out->args.operand_count;
    if (!out->help && !out->version && (count < out->command->operands_min || count > out->command->operands_max)) {
        return refuse(out, count > out->command->operands_max ? "too many arguments for " : "missing argument for ",
                      out->command->name);
    }
    return GS_OK;
}

int gs_invocation_parse(size_t argc, char *const *argv, struct gs_invocation *out)
{
    *out = (struct gs_invocation){0};
    if (asks_for_token(argc, argv)) {
        return refuse(out,
                      "there is no --token: every user of this machine could read it from the list of processes; use ",
                      "GATESLOT_TOKEN or --token-file FILE");
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
        return out->help || out->version ? GS_OK : refuse(out, "a command is missing", "");
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
