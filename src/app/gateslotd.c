/* Answers for the command line of gateslotd. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "gateslot/base/log.h"

static const char default_config[] = "/etc/gateslot/gateslotd.yaml";

static void usage(FILE *out)
{
    fputs("Usage: gateslotd [--config FILE] [--check-config] [--drill START [--drill-speed N]] [--accept-loss] "
          "[--version]\n"
          "\n"
          "  --config FILE     configuration (default /etc/gateslot/gateslotd.yaml)\n"
          "  --check-config    print every problem of the configuration and exit: 0 = none\n"
          "  --drill START     a rehearsal on a clock that begins at START (RFC 3339)\n"
          "  --drill-speed N   how fast that clock runs (default 1; 0 = stands still)\n"
          "  --accept-loss     go on with what is there where batches or rows of the store are missing or damaged\n"
          "  --version         print the version and exit\n",
          out);
}

static int usage_error(const char *text, const char *found)
{
    fprintf(stderr, "gateslotd: %s: %s\n", text, found);
    usage(stderr);
    return 2;
}

static int check_config(const char *path)
{
    struct gs_config *config = NULL;
    struct gs_config_problems problems = {0};
    int err = gs_config_load(path, &config, &problems);
    gs_app_print_problems(stdout, path, &problems, err);
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

int main(int argc, char **argv)
{
    enum { CONFIG = 1, CHECK, DRILL, SPEED, LOSS, VERSION, HELP };
    static const struct option table[] = {
        {"config", required_argument, NULL, CONFIG}, {"check-config", no_argument, NULL, CHECK},
        {"drill", required_argument, NULL, DRILL},   {"drill-speed", required_argument, NULL, SPEED},
        {"accept-loss", no_argument, NULL, LOSS},    {"version", no_argument, NULL, VERSION},
        {"help", no_argument, NULL, HELP},           {0}};
    struct gs_app_options options = {.config_path = default_config, .drill_speed = 1};
    bool check = false, speed_given = false;
    for (int c; (c = getopt_long(argc, argv, "", table, NULL)) != -1;) {
        switch (c) {
        case CONFIG:
            options.config_path = optarg;
            break;
        case CHECK:
            check = true;
            break;
        case DRILL:
            if (gs_rfc3339_parse(optarg, strlen(optarg), &options.drill_start_ms) != GS_OK) {
                return usage_error("--drill wants an instant like 2026-11-18T07:00:00+08:00, found", optarg);
            }
            options.drill = true;
            break;
        case SPEED:
            if (!parse_speed(optarg, &options.drill_speed)) {
                return usage_error("--drill-speed wants a number from 0 to 1000000, found", optarg);
            }
            speed_given = true;
            break;
        case LOSS:
            options.accept_loss = true;
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
    }
    if (optind < argc) {
        return usage_error("unexpected argument", argv[optind]);
    }
    if (speed_given && !options.drill) {
        return usage_error("--drill-speed goes with", "--drill");
    }
    if (check) {
        return check_config(options.config_path);
    }
    gs_log_setup(GS_LOG_INFO, getenv("JOURNAL_STREAM") != NULL);
    return gs_app_run(&options);
}
