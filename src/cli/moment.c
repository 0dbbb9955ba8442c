/* A time of day, of a day, as people write it: read in the site's zone, whatever that of the machine is, and handed on as RFC 3339. */
#include "moment.h"
#include "typed.h"
#include <string.h>

/* Cuts text behind the word for a day; NULL: there is none, the whole of it is the time. */
static const char *cut_day(char *text, const char **out_time)
{
    char *blank = strrchr(text, ' ');
    *out_time = text;
    if (blank == NULL) {
        return NULL;
    }
    *out_time = blank + 1;
    while (blank > text && blank[-1] == ' ') {
        blank--;
    }
    *blank = '\0';
    return text;
}

enum gs_exit gs_cli_moment(struct gs_cli *cli, const struct gs_cli_command *self, const char *option, const char *typed,
                           char out[GS_RFC3339_TEXT])
{
    char plain[GS_TYPED_MAX], day[GS_DATE_TEXT];
    const char *time;
    int64_t at_ms = 0;
    int32_t min = 0;
    gs_date date = 0;
    if (gs_typed_plain(typed, plain, sizeof plain) != GS_OK) {
        return gs_cli_usage(cli, self, W_NOT_A_MOMENT, option, typed);
    }
    if (gs_rfc3339_parse(plain, strlen(plain), &at_ms) == GS_OK) {
        gs_rfc3339_format(at_ms, NULL, out);
        return GS_EXIT_OK;
    }
    const char *word = cut_day(plain, &time);
    if (gs_typed_time(time, &min) != GS_OK) {
        return gs_cli_usage(cli, self, W_NOT_A_MOMENT, option, typed);
    }
    enum gs_exit rc = gs_cli_date(cli, word, day);
    rc = rc == GS_EXIT_OK ? gs_cli_site(cli) : rc;
    if (rc != GS_EXIT_OK || gs_date_parse(day, strlen(day), &date) != GS_OK) {
        return rc;
    }
    at_ms = gs_tz_instant(cli->site.tz, date, min);
    if (gs_tz_minute(cli->site.tz, at_ms) != min % 1440) {
        return gs_cli_usage(cli, self, W_TIME_LEFT_OUT, option, typed);
    }
    gs_rfc3339_format(at_ms, cli->site.tz, out);
    return GS_EXIT_OK;
}
