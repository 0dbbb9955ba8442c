/* Answers for the command line of gateslotd. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "gateslot/base/log.h"
#include "gateslot/base/std_fds.h"

static const char default_config[] = "/etc/gateslot/gateslotd.yaml";

static void usage(FILE *out)
{
    fputs("Usage: gateslotd [--config FILE] [--accept-changes] [--accept-loss]\n"
          "                 [--drill START [--drill-speed N]]\n"
          "       gateslotd [--config FILE] --check-config\n"
          "       gateslotd [--config FILE] --restore FILE [--drill START]\n"
          "       gateslotd --migrate FROM TO\n"
          "       gateslotd --version\n"
          "\n"
          "  --config FILE     configuration (default /etc/gateslot/gateslotd.yaml)\n"
          "  --check-config    print every problem of the configuration and exit: 0 = none\n"
          "  --accept-changes  take over windows renamed or removed, or another time\n"
          "                    zone, although bookings live in them\n"
          "  --drill START     a rehearsal on a clock that begins at START (RFC 3339)\n"
          "  --drill-speed N   how fast that clock runs (default 1; 0 = stands still)\n"
          "  --accept-loss     go on with what is there where batches or rows of the\n"
          "                    store are missing or damaged\n"
          "  --restore FILE    check that backup, put it in the store's place, and\n"
          "                    exit; the store that was there is kept. For a\n"
          "                    drill's store with --drill\n"
          "  --migrate FROM TO move a store, while no daemon runs on it, from one\n"
          "                    address (sqlite:PATH) to another, where there is none;\n"
          "                    all of it is checked and compared\n"
          "  --version         print the version and exit\n",
          out);
}

static int usage_error(const char *text, const char *found)
{
    fprintf(stderr, "gateslotd: %s: %s\n", text, found);
    usage(stderr);
    return 2;
}

static void print_line(const char *line)
{
    puts(line);
}

/* By the first of these that is set, as the client. */
static bool speaks_chinese(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && value[0] != '\0') {
            return strncmp(value, "zh", 2) == 0;
        }
    }
    return false;
}

/* No problem of the file: the machine may come to know the name. */
static void warn(void *arg, const char *key, const char *reason)
{
    const char *const *path = arg;
    fprintf(stderr, speaks_chinese() ? "%s: %s 警告：%s\n" : "%s: %s: warning: %s\n", *path, key, reason);
}

static int check_config(const char *path)
{
    struct gs_config *config = NULL;
    struct gs_config_problems problems = {0};
    int err = gs_config_load(path, &config, &problems);
    for (size_t i = 0; i < problems.count && speaks_chinese(); i++) {
        gs_config_problem_chinese(&problems.list[i]);
    }
    gs_app_print_problems(print_line, path, &problems, err);
    struct gs_peers *peers = err == GS_OK ? malloc(sizeof *peers) : NULL;
    if (peers != NULL) {
        gs_peers_look_up(peers, config, speaks_chinese() ? GS_LANG_ZH : GS_LANG_EN, warn, &path);
        free(peers);
    }
    gs_config_destroy(config);
    return err == GS_OK ? 0 : 1;
}

static bool parse_speed(const char *text, int32_t *out)
{
    char *end;
    errno = 0;
    long n = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || n < 0 || n > 1000000) {
        return false;
    }
    *out = (int32_t)n;
    return true;
}

struct order {
    struct gs_app_options options;
    bool check, speed_given;
};

enum { GOES_ON = -1, CONFIG = 1, CHECK, ACCEPT, DRILL, SPEED, LOSS, RESTORE, MIGRATE, VERSION, HELP };

/* GOES_ON, or the exit status. */
static int take_option(struct order *order, int option, const char *value)
{
    struct gs_app_options *o = &order->options;
    switch (option) {
    case CONFIG:
        o->config_path = value;
        break;
    case CHECK:
        order->check = true;
        break;
    case ACCEPT:
        o->accept_changes = true;
        break;
    case DRILL:
        if (gs_rfc3339_parse(value, strlen(value), &o->drill_start_ms) != GS_OK) {
            return usage_error("--drill wants an instant like 2026-11-18T07:00:00+08:00, found", value);
        }
        o->drill = true;
        break;
    case SPEED:
        if (!parse_speed(value, &o->drill_speed)) {
            return usage_error("--drill-speed wants a number from 0 to 1000000, found", value);
        }
        order->speed_given = true;
        break;
    case LOSS:
        o->accept_loss = true;
        break;
    case RESTORE:
        if (value[0] == '\0') {
            return usage_error("--restore wants a file, found", "nothing");
        }
        o->restore_path = value;
        break;
    case MIGRATE:
        o->move_from = value;
        break;
    case VERSION:
        puts("gateslotd " GATESLOT_VERSION);
        return 0;
    case HELP:
        usage(stdout);
        return 0;
    default:
        usage(stderr);
        return 2;
    }
    return GOES_ON;
}

static int check_order(const struct order *order)
{
    const struct gs_app_options *o = &order->options;
    if (order->speed_given && !o->drill) {
        return usage_error("--drill-speed goes with", "--drill");
    }
    if (o->restore_path != NULL && (order->check || o->accept_loss || o->accept_changes)) {
        return usage_error("--restore goes with --config and --drill only, found also", order->check ? "--check-config"
                                                                                        : o->accept_loss
                                                                                            ? "--accept-loss"
                                                                                            : "--accept-changes");
    }
    const char *other = order->check                       ? "--check-config"
                        : o->restore_path != NULL          ? "--restore"
                        : o->drill                         ? "--drill"
                        : o->accept_loss                   ? "--accept-loss"
                        : o->accept_changes                ? "--accept-changes"
                        : o->config_path != default_config ? "--config"
                                                           : NULL;
    if (o->move_from != NULL && other != NULL) {
        return usage_error("--migrate goes with no other option, found also", other);
    }
    return GOES_ON;
}

/* The second of its two addresses stands behind the options. */
static int take_operands(struct order *order, int argc, char **argv)
{
    struct gs_app_options *o = &order->options;
    if (o->move_from != NULL && optind == argc) {
        return usage_error("--migrate wants two addresses, found only", o->move_from);
    }
    if (o->move_from != NULL) {
        o->move_to = argv[optind++];
    }
    return optind < argc ? usage_error("unexpected argument", argv[optind]) : check_order(order);
}

static int read_order(int argc, char **argv, struct order *order)
{
    static const struct option table[] = {{"config", required_argument, NULL, CONFIG},
                                          {"check-config", no_argument, NULL, CHECK},
                                          {"accept-changes", no_argument, NULL, ACCEPT},
                                          {"drill", required_argument, NULL, DRILL},
                                          {"drill-speed", required_argument, NULL, SPEED},
                                          {"accept-loss", no_argument, NULL, LOSS},
                                          {"restore", required_argument, NULL, RESTORE},
                                          {"migrate", required_argument, NULL, MIGRATE},
                                          {"version", no_argument, NULL, VERSION},
                                          {"help", no_argument, NULL, HELP},
                                          {0}};
    for (int c; (c = getopt_long(argc, argv, "", table, NULL)) != -1;) {
        int status = take_option(order, c, optarg);
        if (status != GOES_ON) {
            return status;
        }
    }
    return take_operands(order, argc, argv);
}

int main(int argc, char **argv)
{
    if (gs_std_fds_hold() != GS_OK) {
        return 1;
    }
    gs_app_signals_ignore();
    struct order order = {.options = {.config_path = default_config, .drill_speed = 1}};
    int status = read_order(argc, argv, &order);
    if (status != GOES_ON) {
        return status;
    }
    if (order.check) {
        return check_config(order.options.config_path);
    }
    gs_log_setup(GS_LOG_INFO, getenv("JOURNAL_STREAM") != NULL);
    if (gs_log_start() != GS_OK) {
        return 1;
    }
    return order.options.restore_path != NULL ? gs_app_restore(&order.options)
           : order.options.move_from != NULL  ? gs_app_move(&order.options)
                                              : gs_app_run(&order.options);
}
