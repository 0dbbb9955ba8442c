/* Every command of the client, in one table. */
#ifndef GATESLOT_CLI_COMMANDS_H
#define GATESLOT_CLI_COMMANDS_H

#include "args.h"
#include "cli.h"

struct gs_cli_command {
    const char *name; /* "slots", "capacity set" */
    const char *args; /* as shown in the help */
    size_t operands_min, operands_max;
    struct gs_text help;
    const struct gs_cli_option *options; /* its own, ended by a row without name; NULL: none */
    enum gs_exit (*run)(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args);
};

/* Options every command takes, before or after its name. */
extern const struct gs_cli_option gs_global_options[];

const struct gs_cli_command *gs_commands(size_t *out_count);
/* The command argv begins with, the longest name first; *out_words: how many words name it. NULL: none. */
const struct gs_cli_command *gs_command_find(size_t argc, char *const *argv, size_t *out_words);

/* What a command line asks for, before anything is done. */
struct gs_invocation {
    const struct gs_cli_command *command; /* NULL: help or --version alone, or help about topic */
    const char *topic;     /* the first word of commands of two words, or a topic of the help; NULL: none */
    struct gs_args global; /* what stood before the command */
    struct gs_args args;   /* what stood after: global ones too */
    bool help, version;
};
/* argv without the program's name. GS_E_INVALID: out->args.fault or out->global.fault says why in lang. */
int gs_invocation_parse(enum gs_cli_lang lang, size_t argc, char *const *argv, struct gs_invocation *out) GS_MUST_CHECK;
/* A global option, wherever it stood; NULL: not given. */
const char *gs_invocation_get(const struct gs_invocation *v, const char *name);
bool gs_invocation_has(const struct gs_invocation *v, const char *name);

/* help.c, on lines of at most width columns (0: 80): of the client with all its commands; of the commands that begin with a word; of
 * one command; of a topic that is no command (false: there is no such). */
void gs_help(enum gs_cli_lang lang, int width, FILE *out);
void gs_group_help(enum gs_cli_lang lang, const char *group, int width, FILE *out);
void gs_command_help(enum gs_cli_lang lang, const struct gs_cli_command *c, int width, FILE *out);
bool gs_help_topic(const char *name);
void gs_topic_help(enum gs_cli_lang lang, const char *name, FILE *out);
/* usage.c. How the command is to be written, on one line; NULL: the client. */
void gs_usage(enum gs_cli_lang lang, const struct gs_cli_command *c, FILE *out);
/* The same and where to read more. */
void gs_usage_line(enum gs_cli_lang lang, const struct gs_cli_command *c, FILE *out);
#define GS_USAGE_MAX 200 /* bytes of a command's arguments as they are shown */
/* Arguments as the tables have them ("DATE WINDOW [N]"), in lang. */
void gs_placeholders(enum gs_cli_lang lang, const char *args, char *out, size_t size);
/* Is it the word, or does its name begin with the word and a blank? */
bool gs_command_in_group(const struct gs_cli_command *c, const char *group);
/* For a command that finds its arguments wrong: says why (a word with gaps for what and given, which may be NULL) and how it is to be
 * written; returns GS_EXIT_USAGE. */
enum gs_exit gs_cli_usage(struct gs_cli *cli, const struct gs_cli_command *self, enum gs_word why, const char *what,
                          const char *given);

/* The commands, by file. */
#define GS_COMMAND(name) enum gs_exit name(struct gs_cli *, const struct gs_cli_command *, const struct gs_args *)
GS_COMMAND(gs_cmd_slots);
GS_COMMAND(gs_cmd_list);
GS_COMMAND(gs_cmd_show);
GS_COMMAND(gs_cmd_explain);
GS_COMMAND(gs_cmd_book);
GS_COMMAND(gs_cmd_walk_in);
GS_COMMAND(gs_cmd_import);
GS_COMMAND(
    gs_cmd_step); /* cancel, arrive, enter, clear, depart, refuse, revert, delay: the command's name is the step's */
GS_COMMAND(gs_cmd_reschedule);
GS_COMMAND(gs_cmd_change);
GS_COMMAND(gs_cmd_check);
GS_COMMAND(gs_cmd_admit);
GS_COMMAND(gs_cmd_yard);
GS_COMMAND(gs_cmd_gate);
GS_COMMAND(gs_cmd_capacity);
GS_COMMAND(gs_cmd_capacity_set);
GS_COMMAND(gs_cmd_capacity_reset);
GS_COMMAND(gs_cmd_report);
GS_COMMAND(gs_cmd_strikes);
GS_COMMAND(gs_cmd_excuse);
GS_COMMAND(gs_cmd_company);
GS_COMMAND(gs_cmd_events);
GS_COMMAND(gs_cmd_device_pair);
GS_COMMAND(gs_cmd_device_list);
GS_COMMAND(gs_cmd_device_revoke);
GS_COMMAND(gs_cmd_token_create);
GS_COMMAND(gs_cmd_token_list);
GS_COMMAND(gs_cmd_token_revoke);
GS_COMMAND(gs_cmd_token_confirm);
GS_COMMAND(gs_cmd_user_create);
GS_COMMAND(gs_cmd_user_list);
GS_COMMAND(gs_cmd_user_change);
GS_COMMAND(gs_cmd_user_passwd);
GS_COMMAND(gs_cmd_user_pin);
GS_COMMAND(gs_cmd_user_disable);
GS_COMMAND(gs_cmd_user_enable);
GS_COMMAND(gs_cmd_user_confirm);
GS_COMMAND(gs_cmd_user_delete);
GS_COMMAND(gs_cmd_webhook_create);
GS_COMMAND(gs_cmd_webhook_list);
GS_COMMAND(gs_cmd_webhook_change);
GS_COMMAND(gs_cmd_webhook_test);
GS_COMMAND(gs_cmd_webhook_secret);
GS_COMMAND(gs_cmd_webhook_disable);
GS_COMMAND(gs_cmd_webhook_enable);
GS_COMMAND(gs_cmd_webhook_delete);
GS_COMMAND(gs_cmd_play);
GS_COMMAND(gs_cmd_cert_self_signed);
GS_COMMAND(gs_cmd_clock_accept);
GS_COMMAND(gs_cmd_status);
GS_COMMAND(gs_cmd_backup);
GS_COMMAND(gs_cmd_audit_verify);
GS_COMMAND(gs_cmd_replay_decisions);
GS_COMMAND(gs_cmd_config_check);
GS_COMMAND(gs_cmd_config_preview);
#undef GS_COMMAND

extern const struct gs_cli_option gs_list_options[], gs_book_options[], gs_walk_in_options[], gs_reason_options[],
    gs_enter_options[], gs_timed_options[], gs_reschedule_options[], gs_change_options[], gs_capacity_set_options[],
    gs_capacity_reset_options[], gs_report_options[], gs_csv_options[], gs_events_options[], gs_check_options[],
    gs_gate_options[], gs_token_create_options[], gs_device_pair_options[], gs_user_create_options[],
    gs_user_change_options[], gs_user_pin_options[], gs_webhook_create_options[], gs_webhook_change_options[],
    gs_webhook_secret_options[], gs_backup_options[], gs_play_options[], gs_cert_options[], gs_import_options[];

#endif
