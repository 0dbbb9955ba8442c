/* The program gateslot: reads the command line and the environment, makes the run and hands it to the command. */
#include "commands.h"
#include "gateslot/base/std_fds.h"
#include "text_table.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum gs_exit usage(const struct gs_invocation *v, enum gs_cli_lang lang, int width)
{
    const char *fault = v->args.fault[0] != '\0' ? v->args.fault : v->global.fault;
    fprintf(stderr, "gateslot: %s\n", fault);
    if (v->command != NULL) {
        gs_usage_line(lang, v->command, stderr);
    } else if (v->topic != NULL && !v->help) {
        gs_group_help(lang, v->topic, width, stderr);
    } else {
        fprintf(stderr, "%s\n", gs_word(lang, W_SEE_HELP));
    }
    return GS_EXIT_USAGE;
}

static void show_help(const struct gs_invocation *v, enum gs_cli_lang lang, int width)
{
    if (v->command != NULL) {
        gs_command_help(lang, v->command, width, stdout);
    } else if (v->topic == NULL) {
        gs_help(lang, width, stdout);
    } else if (gs_help_topic(v->topic)) {
        gs_topic_help(lang, v->topic, stdout);
    } else {
        gs_group_help(lang, v->topic, width, stdout);
    }
}

/* The first line of a file, without blanks at its end. */
static bool read_token(const char *file, char out[GS_TOKEN_TEXT_MAX + 2])
{
    FILE *in = fopen(file, "re");
    bool got = in != NULL && fgets(out, GS_TOKEN_TEXT_MAX + 2, in) != NULL;
    if (!got) {
        fprintf(stderr, "gateslot: --token-file %s: %s\n", file, in == NULL ? strerror(errno) : "empty");
    }
    if (in != NULL) {
        fclose(in);
    }
    if (got) {
        out[strcspn(out, " \t\r\n")] = '\0';
    }
    return got;
}

/* A command may have an option of that name that means something else. */
static bool has_its_own(const struct gs_cli_command *c, const char *name)
{
    for (const struct gs_cli_option *o = c->options; o != NULL && o->name != NULL; o++) {
        if (strcmp(o->name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* All that were given, in their order, with commas between; "" where none was. NULL: no memory. */
static char *join_urls(const struct gs_invocation *v)
{
    const bool other = has_its_own(v->command, "url");
    const struct gs_args *args = !other && gs_args_has(&v->args, "url") ? &v->args : &v->global;
    const char *url = NULL;
    size_t size = 1;
    for (size_t i = 0; (url = gs_args_nth(args, "url", i)) != NULL; i++) {
        size += strlen(url) + 1;
    }
    char *joined = calloc(1, size);
    for (size_t i = 0; joined != NULL && (url = gs_args_nth(args, "url", i)) != NULL; i++) {
        strcat(joined, i > 0 ? "," : "");
        strcat(joined, url);
    }
    return joined;
}

static void catch_interrupt(struct gs_cli *cli)
{
    gs_client_catch_interrupt(cli->owner);
}

static enum gs_exit run(const struct gs_invocation *v, enum gs_cli_lang lang)
{
    char token[GS_TOKEN_TEXT_MAX + 2] = "";
    const char *file = gs_invocation_get(v, "token-file"), *given = getenv("GATESLOT_TOKEN");
    const char *home = getenv("GATESLOT_URL");
    const char *cacert = gs_invocation_get(v, "cacert"), *usual = getenv("GATESLOT_CACERT");
    if (file != NULL && !read_token(file, token)) {
        return GS_EXIT_USAGE;
    }
    char *given_urls = join_urls(v);
    if (given_urls == NULL) {
        fprintf(stderr, "gateslot: %s\n", gs_strerror(GS_E_NOMEM));
        return GS_EXIT_OTHER;
    }
    const char *url = given_urls[0] != '\0' ? given_urls : home != NULL && home[0] != '\0' ? home : GS_DEFAULT_URL;
    const struct gs_client_options options = {.url = url,
                                              .token = file != NULL ? token : given,
                                              .language = lang == GS_CLI_ZH ? "zh-CN" : "en",
                                              .cacert = cacert != NULL ? cacert : usual};
    struct gs_client *client = NULL;
    int err = gs_client_create(&options, &client);
    if (err != GS_OK) {
        fprintf(stderr, "gateslot: %s: %s (unix:/path, http://…, https://…; a token is one word of ASCII)\n", url,
                gs_strerror(err));
        free(given_urls);
        return err == GS_E_INVALID ? GS_EXIT_USAGE : GS_EXIT_OTHER;
    }
    const char *no_colour = getenv("NO_COLOR");
    struct gs_cli cli = {.transport = gs_client_transport(client),
                         .out = stdout,
                         .err = stderr,
                         .url = url,
                         .cacert = options.cacert,
                         .lang = lang,
                         .json = gs_invocation_has(v, "json"),
                         .terminal = isatty(STDOUT_FILENO) == 1,
                         .width = gs_text_terminal_width(STDOUT_FILENO),
                         .colour = isatty(STDOUT_FILENO) == 1 && (no_colour == NULL || no_colour[0] == '\0'),
                         .progress = isatty(STDERR_FILENO) == 1,
                         .catch_interrupt = catch_interrupt,
                         .owner = client};
    enum gs_exit rc = v->command->run(&cli, v->command, &v->args);
    gs_cli_finish(&cli);
    gs_client_destroy(client);
    free(given_urls);
    if ((fflush(stdout) != 0 || ferror(stdout) != 0) && rc == GS_EXIT_OK) {
        fprintf(stderr, "gateslot: stdout: %s\n", strerror(errno));
        rc = GS_EXIT_OTHER;
    }
    return rc;
}

int main(int argc, char **argv)
{
    struct gs_invocation v;
    if (gs_std_fds_hold() != GS_OK) {
        return GS_EXIT_OTHER;
    }
    gs_text_table_setup_locale();
    enum gs_cli_lang lang = gs_cli_lang_of(getenv("LC_ALL"), getenv("LC_MESSAGES"), getenv("LANG"));
    if (argc < 2) {
        gs_help(lang, gs_text_terminal_width(STDERR_FILENO), stderr);
        return GS_EXIT_USAGE;
    }
    if (gs_invocation_parse(lang, (size_t)argc - 1, argv + 1, &v) != GS_OK) {
        return (int)usage(&v, lang, gs_text_terminal_width(STDERR_FILENO));
    }
    if (v.version) {
        printf("gateslot %s\n", GATESLOT_VERSION);
    } else if (v.help) {
        show_help(&v, lang, gs_text_terminal_width(STDOUT_FILENO));
    } else {
        return (int)run(&v, lang);
    }
    return GS_EXIT_OK;
}
