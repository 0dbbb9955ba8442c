/* play: a day file against a drill daemon, then the day's report. */
#include "commands.h"
#include "play.h"
#include "report_view.h"
#include <stdlib.h>
#include <string.h>

#define SPEED_MAX 1000000

const struct gs_cli_option gs_play_options[] = {
    {"until",
     "TIME",
     false,
     {"stop at that time of the drill (RFC 3339, or HH:MM of the day)",
      "到演练的这一时刻停止（RFC 3339，或当日的 HH:MM）"}},
    {"date", "DATE", false, {"as if it were the day of that date", "当作这一天来回放"}},
    {"speed", "N", false, {"N simulated seconds a second; left out: as fast as it goes", "每秒模拟几秒；不给则尽快"}},
    {NULL, NULL, false, {NULL, NULL}}};

static bool parse_speed(const char *text, int64_t *out)
{
    char *end = NULL;
    long speed = strtol(text, &end, 10);
    if (end == text || *end != '\0' || speed < 1 || speed > SPEED_MAX) {
        return false;
    }
    *out = speed;
    return true;
}

/* Needs the site's zone for HH:MM. */
static enum gs_exit parse_until(struct gs_cli *cli, const char *text, gs_date date, int64_t *out_ms)
{
    int32_t min = 0;
    if (gs_rfc3339_parse(text, strlen(text), out_ms) == GS_OK) {
        return GS_EXIT_OK;
    }
    if (gs_hhmm_parse(text, strlen(text), 1, &min) != GS_OK) {
        fprintf(cli->err, "gateslot: --until %s: 2026-11-25T12:00:00+08:00, 12:00\n", text);
        return GS_EXIT_USAGE;
    }
    enum gs_exit rc = gs_cli_site(cli);
    if (rc == GS_EXIT_OK) {
        *out_ms = gs_tz_instant(cli->site.tz, date, min);
    }
    return rc;
}

static enum gs_exit print_end(struct gs_play *p)
{
    char date[GS_DATE_TEXT], path[64];
    struct gs_cli_answer r;
    gs_date_format(p->day->date, date);
    snprintf(path, sizeof path, "/v1/reports/daily?date=%s", date);
    enum gs_exit rc = gs_cli_get(p->cli, path, &r);
    if (rc == GS_EXIT_OK && p->cli->json) {
        json_t *both = json_pack("{s:O, s:o}", "report", r.json, "summary", gs_play_summary(p));
        json_dumpf(both, p->cli->out, JSON_COMPACT | JSON_REAL_PRECISION(15));
        fputc('\n', p->cli->out);
        json_decref(both);
    } else if (rc == GS_EXIT_OK) {
        gs_report_print(p->cli, r.json);
        fputc('\n', p->cli->out);
        gs_play_print_summary(p);
    }
    gs_cli_answer_finish(&r);
    return rc;
}

static void say_stopped(const struct gs_play *p)
{
    char now[GS_RFC3339_TEXT];
    gs_rfc3339_format(p->clock_ms, p->cli->site.tz, now);
    (void)gs_cli_fail(p->cli, GS_EXIT_INTERRUPTED, W_STOPPED_AT, now);
}

static enum gs_exit play(struct gs_cli *cli, const struct gs_args *args, const struct gs_day_file *day, int64_t speed)
{
    struct gs_play p;
    const char *until = gs_args_get(args, "until");
    if (gs_play_init(&p, cli, day) != GS_OK) {
        return gs_cli_fail(cli, GS_EXIT_OTHER, W_NO_MEMORY, NULL);
    }
    p.speed = speed;
    enum gs_exit rc = until != NULL ? parse_until(cli, until, day->date, &p.until_ms) : GS_EXIT_OK;
    if (rc == GS_EXIT_OK) {
        rc = gs_play_run(&p);
    }
    if (rc == GS_EXIT_OK) {
        rc = print_end(&p);
    } else if (rc == GS_EXIT_INTERRUPTED) {
        say_stopped(&p);
    }
    gs_play_finish(&p);
    return rc;
}

static enum gs_exit shift(struct gs_cli *cli, const char *word, struct gs_day_file *day)
{
    char text[GS_DATE_TEXT];
    gs_date date = 0;
    if (word == NULL) {
        return GS_EXIT_OK;
    }
    enum gs_exit rc = gs_cli_date(cli, word, text);
    if (rc == GS_EXIT_OK &&
        (gs_date_parse(text, strlen(text), &date) != GS_OK || gs_day_file_shift(day, date) != GS_OK)) {
        rc = gs_cli_fail(cli, GS_EXIT_OTHER, W_NO_MEMORY, NULL);
    }
    return rc;
}

enum gs_exit gs_cmd_play(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    int64_t speed = 0;
    const char *given = gs_args_get(args, "speed");
    if (given != NULL && !parse_speed(given, &speed)) {
        return gs_cli_usage(cli, self, W_NOT_A_NUMBER, "--speed", given);
    }
    struct gs_day_file day;
    enum gs_exit rc = gs_day_file_read(cli, gs_args_operand(args, 0), &day);
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    if (cli->catch_interrupt != NULL) {
        cli->catch_interrupt(cli);
    }
    rc = shift(cli, gs_args_get(args, "date"), &day);
    if (rc == GS_EXIT_OK) {
        rc = play(cli, args, &day, speed);
    }
    gs_day_file_finish(&day);
    return rc;
}
